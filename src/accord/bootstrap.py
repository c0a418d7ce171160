"""The only place that chooses: settings, logging, database, adapters."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn
from uuid import UUID

from litestar import Litestar

from accord.adapters import folders, public_hosts, typesetter, webhook_sender
from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemClock, SystemIds
from accord.adapters.custody_outside import outside
from accord.adapters.database import EmbeddedServer
from accord.adapters.feed_source import source_of
from accord.adapters.keys import open_keys
from accord.adapters.misp_client import MispClient
from accord.adapters.openid import OpenidProvider
from accord.adapters.taxii_client import TaxiiClient
from accord.adapters.tile_folder import TileFolder
from accord.adapters.vault import Vault
from accord.jobs.app import Jobs
from accord.model.handling import Handling
from accord.services import (
    evidence_uploads,
    exchange,
    hand_in,
    subscription_secrets,
    tokens,
    witnessing,
)
from accord.services.browse import Signed
from accord.services.contribute import SharedFile
from accord.services.custody_drain import begin_log
from accord.services.custody_room import CustodyRoom
from accord.services.exchange import Reach
from accord.services.node import Node
from accord.services.record import own
from accord.services.webhook_delivery import Couriers
from accord.settings import Settings
from accord.store import audiences, provision, schema, work
from accord.store.engine import Connection, make_engine, node_transaction
from accord.web.app import create_app
from accord.web.taxii.face import Face
from accord.web.verbs import Receipt, Verbs

WEBHOOK_KEY = "webhook.key"
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
        vault = Vault(data_dir / "evidence")
        vault.prepare()
        room = custody_room(data_dir / "custody", stack)
        node = Node(
            url,
            engine,
            blobs,
            SystemClock(),
            SystemIds(),
            typesetter,
            custody=room,
            vault=vault,
            public_url=settings.address,
            openid=_openid(settings),
        )
        begin_log(node)
        subscription_secrets.seal_those_in_clear(node)
        evidence_uploads.sweep(node)
        yield node


def custody_room(folder: Path, stack: ExitStack) -> CustodyRoom:
    """The node's log, its keys, and whom it asks for cosignatures and time stamps; all in one folder."""
    folders.make_private(folder)
    storage = TileFolder(folder / "log")
    stack.callback(storage.close)
    return CustodyRoom(storage, open_keys(folder), outside(folder))


def reach_of(settings: Settings | None = None) -> Reach:
    """How this node reaches other systems; what people have it ask must be public, unless settings say otherwise."""
    private = settings is not None and settings.exchange_with_private

    def check(url: str) -> None:
        public_hosts.public_address(url, allow_private=private)

    return Reach(TaxiiClient, MispClient, source_of, check)


def jobs_of(node: Node, settings: Settings | None = None) -> Jobs:
    """The queue of a node, with every task that its services have."""
    jobs = Jobs(node.database_url, node.engine, node.clock, node.ids)
    jobs.register("intake", hand_in.take_in_job(node, jobs.defer))
    jobs.register("refresh", hand_in.refresh_job(node))
    jobs.register("attest", witnessing.attest_job(node))
    jobs.register("taxii", exchange.exchange_job(node, reach_of(settings), _refresh_after(jobs)))
    return jobs


def exchange_when_due(node: Node, jobs: Jobs) -> None:
    """Puts the exchange with other systems in the queue when any is due and none is under way."""
    if not exchange.is_due(node):
        return
    with node_transaction(node.engine) as connection:
        if not work.running(connection, "taxii"):
            audience = audiences.intern(connection, own(None))
            title = "Exchanging with other systems"
            jobs.defer(connection, "taxii", title=title, audience=audience, one_at_a_time="taxii", unless_waiting=True)


def attest_when_due(node: Node, jobs: Jobs) -> None:
    """Has witnesses and authorities asked, when the log has grown and nobody asks them already."""
    if not witnessing.is_due(node):
        return
    with node_transaction(node.engine) as connection:
        if not work.running(connection, "attest"):
            audience = audiences.intern(connection, own(None))
            title = "Having the log vouched for"
            one = "attest"
            jobs.defer(connection, one, title=title, audience=audience, one_at_a_time=one, unless_waiting=True)


def _refresh_after(jobs: Jobs) -> Callable[[Connection, Signed], None]:
    return lambda connection, signed: hand_in.refresh_later(connection, signed, jobs.defer)


def couriers_of(node: Node, settings: Settings) -> Couriers:
    """Those who make a node's deliveries of webhooks; enter the context, and call `round` again and again."""
    sender = webhook_sender.WebhookSender(
        webhook_sender.load_key(settings.data_dir / WEBHOOK_KEY), node.clock, settings.webhooks_to_private
    )
    return Couriers(node, sender)


def pages_of(
    node: Node, jobs: Jobs, *, allowed_hosts: list[str] | None = None, settings: Settings | None = None
) -> Litestar:
    """The pages of a node, with the verbs that they call. Without `settings` it sends no webhooks."""
    key = webhook_sender.load_key(settings.data_dir / WEBHOOK_KEY) if settings else None

    def submit(_node: object, signed: Signed, files: Sequence[SharedFile], handling: Handling) -> Receipt:
        return Receipt(*hand_in.hand_in(node, signed, files, handling, jobs.defer))

    def refresh(_node: object, signed: Signed) -> UUID:
        return hand_in.ask_refresh(node, signed, jobs.defer)

    taxii = Face(admit=_by_token, received=_refresh_after(jobs))
    return create_app(
        node,
        Verbs(
            submit=submit,
            refresh=refresh,
            reach=reach_of(settings),
            exchange=lambda node: exchange_when_due(node, jobs),
            webhook_key=webhook_sender.public_jwk(key) if key else {},
        ),
        allowed_hosts=allowed_hosts,
        taxii=taxii,
    )


def _by_token(node: Node, token: str) -> Signed | None:
    return tokens.who_token(node, token, "taxii")


def _openid(settings: Settings) -> OpenidProvider | None:
    if not settings.openid_issuer or not settings.openid_client_id:
        return None
    secret = settings.openid_client_secret.get_secret_value() if settings.openid_client_secret else ""
    return OpenidProvider(settings.openid_issuer, settings.openid_client_id, secret)


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
