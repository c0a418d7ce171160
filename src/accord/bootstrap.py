"""The only place that chooses: settings, logging, database, adapters."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import NoReturn
from uuid import UUID

from litestar import Litestar

from accord.adapters import folders, typesetter
from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemClock, SystemIds
from accord.adapters.database import EmbeddedServer
from accord.jobs.app import Jobs
from accord.model.handling import Handling
from accord.services import hand_in
from accord.services.browse import Signed
from accord.services.contribute import SharedFile
from accord.services.node import Node
from accord.settings import Settings
from accord.store import provision, schema
from accord.store.engine import make_engine
from accord.web.app import create_app
from accord.web.verbs import Receipt, Verbs

_COLLECTION = (50_000, 20, 50)
"""Python looks for cycles after so many new objects, not after 700: what is read from files has none, and looking
through it again and again took a third of the time of reading (benchmarks: intake)."""


@contextmanager
def open_node(settings: Settings) -> Iterator[Node]:
    """Starts or joins the database, brings its schema up to date, wires the adapters; puts all away at the end.

    Raises `NodeError` that says what to do. Also ends in order on SIGTERM, when opened by the main thread.
    """
    with ExitStack() as stack:
        stack.enter_context(_sigterm_raises())
        gc.set_threshold(*_COLLECTION)
        data_dir = folders.make_data_dir(settings.data_dir)
        url = settings.database_url or stack.enter_context(_embedded(settings))
        if settings.database_url:
            _prepare_external(settings.database_url, settings.owner_database_url)
        blobs = Blobs(data_dir / "blobs", max_bytes=settings.max_blob_bytes)
        blobs.prepare()
        engine = make_engine(url, pool_size=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms)
        stack.callback(engine.dispose)
        yield Node(url, engine, blobs, SystemClock(), SystemIds(), typesetter)


def jobs_of(node: Node) -> Jobs:
    """The queue of a node, with every task that its services have."""
    jobs = Jobs(node.database_url, node.engine, node.clock, node.ids)
    jobs.register("intake", hand_in.take_in_job(node, jobs.defer))
    jobs.register("refresh", hand_in.refresh_job(node))
    return jobs


def pages_of(node: Node, jobs: Jobs, *, allowed_hosts: list[str] | None = None) -> Litestar:
    """The pages of a node, with the verbs that they call."""

    def submit(_node: object, signed: Signed, files: Sequence[SharedFile], handling: Handling) -> Receipt:
        return Receipt(*hand_in.hand_in(node, signed, files, handling, jobs.defer))

    def refresh(_node: object, signed: Signed) -> UUID:
        return hand_in.ask_refresh(node, signed, jobs.defer)

    return create_app(node, Verbs(submit=submit, refresh=refresh), allowed_hosts=allowed_hosts)


@contextmanager
def _embedded(settings: Settings) -> Iterator[str]:
    with EmbeddedServer(settings.data_dir, start_wait_s=settings.start_wait_s) as urls:
        provision.provision(urls.superuser)
        schema.migrate(urls.owner)
        yield urls.app


def _prepare_external(url: str, owner_url: str | None) -> None:
    if owner_url:
        schema.migrate(owner_url)
    schema.check_current(url)


@contextmanager
def _sigterm_raises() -> Iterator[None]:
    """Lets SIGTERM end the process the way Ctrl-C does, so that what was opened is closed (exit code 143)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)
