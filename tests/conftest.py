"""One embedded server a test run, shared by all workers; a migrated template; a copy for each test that commits.

With `ACCORD_TEST_SERVER`, a superuser's libpq URI, the same suite runs on that server instead: over TCP, by password.

`connection`: a node transaction, rolled back (`engine.look_as` makes it a viewer's). `database`: one of one's own.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from sqlalchemy import Connection, Engine

from accord.adapters.database import EmbeddedServer, Urls
from accord.model.errors import AccordError
from accord.store import engine as engines
from accord.store import provision, schema

if (
    signal.getsignal(signal.SIGINT) == signal.SIG_IGN
):  # as in what a shell starts in the background; commands under test inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)
# A busy machine is not a fault of the code: time is measured in benchmarks, not by tests.
settings.register_profile("accord", deadline=None)
settings.load_profile("accord")

TEMPLATE = "accord_template"
# Short, since sockets want it, and the same for all workers of one run.
RUN_DIR = Path(f"/tmp/accord-tests-{os.geteuid()}-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())!s:.12}")


@dataclass(frozen=True)
class Database:
    """A migrated, empty database of a test's own; `engine` is the application's."""

    name: str
    urls: Server
    engine: Engine

    @property
    def app(self) -> str:
        return self.urls.of("accord_app", self.name)

    @property
    def owner(self) -> str:
        return self.urls.of("accord_owner", self.name)


@dataclass(frozen=True)
class Elsewhere:
    """Ways into a server that is not ours; every role has the superuser's password."""

    superuser: str

    def of(self, role: str, database: str = "accord") -> str:
        parts = urlsplit(self.superuser)
        place = f"{role}:{parts.password or ''}@{parts.hostname}:{parts.port or 5432}"
        return parts._replace(netloc=place, path=f"/{database}").geturl()


Server = Urls | Elsewhere


def pytest_configure(config: pytest.Config) -> None:
    """With several workers, kernels are compiled beside the first tests. The run does not wait for it."""
    if not hasattr(config, "workerinput") and config.getoption("numprocesses", None):
        beside = subprocess.Popen([sys.executable, Path(__file__).with_name("compiling.py")], stdout=subprocess.DEVNULL)
        config.add_cleanup(lambda: (beside.terminate(), beside.wait()))


def provisioned(server: Server, name: str) -> None:
    """The two roles and an empty database, as whoever runs the server would make them."""
    if isinstance(server, Urls):
        provision.provision(server.superuser, name)
        return
    password = sql.Literal(urlsplit(server.superuser).password or "")
    with psycopg.connect(server.superuser, autocommit=True) as admin:
        for role in (provision.OWNER, provision.APP):
            if admin.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone() is None:
                admin.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(role), password))
        provision.make_database(admin, name)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The run's server, without fsync; the last worker to leave removes it."""
    if given := os.environ.get("ACCORD_TEST_SERVER"):
        yield Elsewhere(given)
        return
    _sweep_killed_runs()
    share = EmbeddedServer(RUN_DIR, durable=False)
    urls = share.join()
    try:
        yield urls
    finally:
        if share.leave():
            with contextlib.suppress(AccordError):  # another worker has just come in
                EmbeddedServer.discard(RUN_DIR)


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """Name of a migrated database to copy, made by whichever worker comes first."""
    with psycopg.connect(server.superuser, autocommit=True) as admin:
        admin.execute("select pg_advisory_lock(1)")
        made = admin.execute("select datallowconn from pg_database where datname = %s", (TEMPLATE,)).fetchone()
        if made != (False,):
            provisioned(server, TEMPLATE)
            schema.migrate(server.of("accord_owner", TEMPLATE))
            admin.execute(f"alter database {TEMPLATE} is_template true allow_connections false")
    return TEMPLATE


@contextlib.contextmanager
def copied(server: Server, template: str) -> Iterator[Database]:
    name = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(server.superuser, autocommit=True) as admin:
        provision.make_database(admin, name, template=template)
        database = Database(name, server, engines.make_engine(server.of("accord_app", name), pool_size=2))
        try:
            yield database
        finally:
            database.engine.dispose()
            admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def database(server: Server, template: str) -> Iterator[Database]:
    with copied(server, template) as database:
        yield database


@pytest.fixture
def empty_database(server: Server) -> Iterator[str]:
    """Name of a database with the two roles and no schema yet."""
    name = f"t_{uuid.uuid4().hex}"
    provisioned(server, name)
    yield name
    with psycopg.connect(server.superuser, autocommit=True) as admin:
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def _shared_database(server: Server, template: str) -> Iterator[Database]:
    with copied(server, template) as database:
        yield database


@pytest.fixture
def connection(_shared_database: Database) -> Iterator[Connection]:
    with _shared_database.engine.connect() as connection, connection.begin() as transaction:
        engines.look_as_node(connection)
        yield connection
        transaction.rollback()


def _sweep_killed_runs(older_than_s: float = 3_600) -> None:
    for left in Path("/tmp").glob(f"accord-tests-{os.geteuid()}-*"):
        with contextlib.suppress(AccordError, OSError):
            if time.time() - left.stat().st_mtime > older_than_s:
                EmbeddedServer.discard(left)
