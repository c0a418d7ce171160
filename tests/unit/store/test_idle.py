"""Connections that broke while they lay idle are replaced before anybody uses them."""

from __future__ import annotations

import psycopg
import pytest

from accord.store import idle
from accord.store.engine import node_transaction


def pid(engine):
    with node_transaction(engine) as connection:
        return connection.exec_driver_sql("select pg_backend_pid()").scalar()


def test_a_connection_that_the_server_ended_is_replaced(database):
    before = pid(database.engine)
    with psycopg.connect(database.app, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [before])
    assert pid(database.engine) != before


def test_one_that_was_just_used_is_used_again_without_a_question(database, monkeypatch):
    pings = []
    before = pid(database.engine)
    monkeypatch.setattr(database.engine.dialect, "do_ping", lambda driver: pings.append(driver) or True)
    assert pid(database.engine) == before
    assert pings == []
    monkeypatch.setattr(idle, "TRUSTED_S", -1.0)
    assert pid(database.engine) == before
    assert len(pings) == 1


@pytest.mark.parametrize("fault", [psycopg.OperationalError("gone"), psycopg.InterfaceError("closed")])
def test_one_that_does_not_answer_is_replaced(database, monkeypatch, fault):
    before, asked = pid(database.engine), []

    def silent(driver):
        asked.append(driver)
        raise fault

    monkeypatch.setattr(idle, "TRUSTED_S", -1.0)
    monkeypatch.setattr(database.engine.dialect, "do_ping", silent)
    assert pid(database.engine) != before
    assert len(asked) == 1
