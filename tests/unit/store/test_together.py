"""Statements in one round trip: what they give, what is left after one that fails, and who sees what."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from accord.model.handling import Handling
from accord.policy.decide import Viewer
from accord.store import audiences, engine
from accord.store.together import Asked, ask_together, with_names

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MEMBER = UUID(int=7)


def test_each_statement_is_answered_in_its_order(database):
    with engine.node_transaction(database.engine) as connection:
        found = ask_together(connection, [Asked(b"select $1::int + 1, 'a'", (b"1",)), Asked(b"select 3 where false")])
    assert found == [[(2, "a")], []]


def test_parameters_of_every_kind_arrive(database):
    given = {"number": 5, "when": NOW, "ids": [MEMBER], "words": ['a"b', "c,d", "é"], "unused": 1}
    query = "select %(number)s::int, %(when)s::timestamptz, %(ids)s::uuid[], %(words)s::text[], %(number)s::int"
    with engine.node_transaction(database.engine) as connection:
        asked = with_names(connection, query, given)
        assert ask_together(connection, [asked]) == [[(5, NOW, [MEMBER], ['a"b', "c,d", "é"], 5)]]


def test_what_fails_is_raised_and_undoes_what_was_sent_with_it(database):
    number = str(uuid4()).encode()
    adding = Asked(b"insert into idle_test select $1::uuid", (number,))
    with psycopg.connect(database.urls.of("postgres", database.name), autocommit=True) as owner:
        owner.execute("create table idle_test (id uuid); grant all on idle_test to accord_app")
    with pytest.raises(psycopg.errors.DivisionByZero), engine.node_transaction(database.engine) as connection:
        ask_together(connection, [adding, Asked(b"select 1 / 0"), adding])
    for _ in range(4):  # also on the connection that rolled back
        with engine.node_transaction(database.engine) as connection:
            assert ask_together(connection, [Asked(b"select count(*) from idle_test")]) == [[(0,)]]


def test_what_the_server_forgot_at_a_rollback_is_prepared_anew(database):
    """The driver has the server drop all that is prepared when it rolls back, as soon as it has prepared something."""

    def once() -> None:
        with engine.begin(database.engine, Viewer(MEMBER), NOW) as connection:
            engine.driver_of(connection).execute("select 1")
            savepoint = connection.begin_nested()
            engine.driver_of(connection).execute("select 1")
            savepoint.rollback()
            engine.look_as(connection, Viewer(MEMBER), NOW)
            raise KeyError

    for _ in range(12):
        with pytest.raises(KeyError):
            once()


def test_a_server_that_forgot_all_by_itself_is_told_again(database):
    with engine.node_transaction(database.engine):
        pass
    with database.engine.connect() as connection:
        connection.execute(text("deallocate all"))
        connection.commit()
    with engine.begin(database.engine, Viewer(MEMBER), NOW) as connection:
        assert connection.scalar(text("select 1")) == 1


def test_the_first_that_looks_sees_what_another_process_interned_meanwhile(database):
    """What is known is judged before it is asked what is new: what is new must be judged all the same."""
    seen = Handling(originators=frozenset({MEMBER}))
    hidden = Handling(excluded_members=frozenset({MEMBER}))
    other = engine.make_engine(database.app)
    with engine.begin(database.engine, Viewer(MEMBER), NOW):
        pass
    with engine.node_transaction(other) as connection:
        mine, theirs = audiences.intern(connection, seen), audiences.intern(connection, hidden)
    other.dispose()
    with engine.begin(database.engine, Viewer(MEMBER), NOW) as connection:
        found = audiences.handlings(connection, [mine, theirs])
    assert set(found) == {mine}


def test_more_new_audiences_than_are_asked_for_at_once_are_all_judged(database):
    given = [Handling(excluded_members=frozenset({uuid4()})) for _ in range(120)]
    with engine.node_transaction(database.engine) as connection:
        numbers = {audiences.intern(connection, one) for one in given}
    fresh = engine.make_engine(database.app)
    with engine.begin(fresh, Viewer(MEMBER), NOW) as connection:
        assert set(audiences.handlings(connection, numbers)) == numbers
    fresh.dispose()


def test_who_changes_nothing_is_held_to_it_by_the_database(database):
    with (
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
        engine.begin(database.engine, Viewer(MEMBER), NOW, changes=False) as connection,
    ):
        engine.driver_of(connection).execute("delete from lead")
