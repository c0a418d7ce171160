from __future__ import annotations

import contextlib
import uuid

import psycopg
import pytest

from accord.store import provision
from accord.store.engine import make_engine

from .stage import Stage


@pytest.fixture
def stage(database, tmp_path):
    stage = Stage(database, tmp_path / "custody")
    yield stage
    stage.close()


class _Fresh:
    def __init__(self, app, owner):
        self.app, self.owner, self.engine = app, owner, make_engine(app, pool_size=2)


@pytest.fixture
def fresh(server, template):
    """Makes further databases, each of its own; gone with the test."""
    with contextlib.ExitStack() as stack:

        def make():
            name = f"t_{uuid.uuid4().hex}"
            admin = stack.enter_context(psycopg.connect(server.superuser, autocommit=True))
            provision.make_database(admin, name, template=template)
            stack.callback(admin.execute, f"drop database {name} with (force)")
            made = _Fresh(server.of("accord_app", name), server.of("accord_owner", name))
            stack.callback(made.engine.dispose)
            return made

        yield make
