"""What a process remembers of audiences is what stands, also when a transaction that made some was rolled back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from accord.model.handling import Handling, Tlp
from accord.policy.decide import Viewer
from accord.store import audiences
from accord.store.engine import begin, look_as, node_transaction

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINE, THEIRS = UUID(int=1), UUID(int=2)
VIEWER = Viewer(MINE)


class UndoneError(Exception):
    pass


def of(member):
    return Handling(tlp=Tlp.RED, originators=frozenset({member}))


def made_and_undone(database, given):
    """The id of an audience that a viewer's transaction made, looked with, and lost."""
    made = []

    def make():
        with begin(database.engine, VIEWER, NOW) as connection:
            made.append(audiences.intern(connection, given))
            look_as(connection, VIEWER, NOW)
            assert audiences.visible_bits(connection, VIEWER, NOW)[made[0]] == "1"  # its own, as long as it lasts
            raise UndoneError

    with pytest.raises(UndoneError):
        make()
    return made[0]


def sees(database, number):
    with begin(database.engine, VIEWER, NOW) as connection:
        bits = audiences.visible_bits(connection, VIEWER, NOW)
    return number < len(bits) and bits[number] == "1"


def test_an_audience_that_was_rolled_back_is_not_remembered(database):
    number = made_and_undone(database, of(MINE))
    assert not sees(database, number)


def test_an_id_that_comes_again_stands_for_its_new_handling(database):
    """As after a crash of the server, whose sequence may then give a number twice."""
    number = made_and_undone(database, of(MINE))
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("select setval(pg_get_serial_sequence('audience', 'id'), %s, false)", [number])
    with node_transaction(database.engine) as connection:
        assert audiences.intern(connection, of(THEIRS)) == number
    assert not sees(database, number)


def test_an_audience_that_stands_is_remembered_by_the_next_transaction(database):
    with begin(database.engine, VIEWER, NOW) as connection:
        number = audiences.intern(connection, of(MINE))
        look_as(connection, VIEWER, NOW)
    assert sees(database, number)


def test_what_others_made_in_between_shows_in_the_same_transaction(database):
    """Read after a change of one's own it may be either; it is judged all the same."""
    with begin(database.engine, VIEWER, NOW) as connection:
        audiences.intern(connection, of(UUID(int=3)))
        with node_transaction(database.engine) as other:
            number = audiences.intern(other, of(MINE))
        look_as(connection, VIEWER, NOW)
        assert audiences.visible_bits(connection, VIEWER, NOW)[number] == "1"
    assert sees(database, number)
