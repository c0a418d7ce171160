"""Many contributions written together leave what each written alone leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from accord.model.errors import ConflictError
from accord.model.handling import Handling
from accord.model.members import Member, MemberKind
from accord.model.reading import Claim, Drop, Mention, Reading, Relation
from accord.model.selectors import SelectorKind
from accord.store import audiences, bulk, bulk_rows, contributions, events, members
from accord.store.tables import claim, dropped, mention, relation, selector

NOW = datetime(2026, 11, 1, 12, 30, 1, 234567, tzinfo=UTC)
MEMBER = Member(UUID(int=1), "registrar", "A registrar", MemberKind.PROVIDER)
TABLES = (claim, dropped, mention, relation, selector)


@st.composite
def readings(draw):
    kinds = st.sampled_from([SelectorKind.DOMAIN, SelectorKind.IPV4])
    mentions = draw(
        st.lists(
            st.builds(Mention, kinds, st.sampled_from("abcdef"), st.integers(0, 5), st.none() | st.integers(1, 9)),
            max_size=8,
        )
    )
    places = st.integers(0, max(0, len(mentions) - 1))
    ties = st.lists(st.builds(Relation, places, places, st.sampled_from(["row", "hosts"])), max_size=6)
    return Reading(
        "",
        "text",
        title=draw(st.text(max_size=5)),
        notes=draw(st.lists(st.text(max_size=5), max_size=2)),
        seen_from=draw(st.none() | st.just(NOW)),
        claims=[Claim(f"note--{n}", "note", b"{}") for n in range(draw(st.integers(0, 5)))],
        mentions=mentions,
        relations=draw(ties) if mentions else [],
        drops=draw(st.lists(st.builds(Drop, st.none() | st.integers(1, 9), st.text(max_size=5)), max_size=4)),
    )


def arrivals(connection, given_readings):
    members.put(connection, MEMBER, NOW)
    audience = audiences.intern(connection, Handling())
    for n, reading in enumerate(given_readings):
        reading.path = f"{n}.txt"
    return [contributions.Arrival(reading, MEMBER.id, b"d" * 32, 3, audience, NOW) for reading in given_readings]


def part_of(number, arrival):
    reading = arrival.reading
    return bulk_rows.Part(number, arrival.audience, reading.claims, reading.mentions, reading.relations, reading.drops)


def together(connection, all_of_them):
    added = contributions.add_all(connection, all_of_them)
    parts = [part_of(number, arrival) for (number, _), arrival in zip(added, all_of_them, strict=True)]
    return added, bulk.write_all(connection, parts)


def one_by_one(connection, all_of_them):
    added, written = [], []
    for arrival in all_of_them:
        added += contributions.add_all(connection, [arrival])
        written += bulk.write_all(connection, [part_of(added[-1][0], arrival)])
    return added, written


def kept(connection):
    rows = [sorted(map(repr, connection.execute(select(table)))) for table in TABLES]
    return rows, [tuple(row) for row in contributions.page(connection)]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(readings(), max_size=6), st.integers(1, 5))
def test_a_batch_leaves_what_one_by_one_leaves_and_again_changes_nothing(connection, given_readings, chunk_rows):
    left = []
    all_of_them = arrivals(connection, given_readings)
    before, bulk.CHUNK_ROWS = bulk.CHUNK_ROWS, chunk_rows
    try:
        for write in (one_by_one, together):
            savepoint = connection.begin_nested()
            told = write(connection, all_of_them)
            state = kept(connection)
            again, written = write(connection, all_of_them)
            assert (written, kept(connection)) == (told[1], state)
            assert again == [(number, False) for number, _ in told[0]]
            left.append((told, state))
            savepoint.rollback()
    finally:
        bulk.CHUNK_ROWS = before
    assert left[0] == left[1]


def test_of_one_contribution_given_twice_only_the_first_is_new(connection):
    (arrival,) = arrivals(connection, [Reading("", "text")])
    (first, second) = contributions.add_all(connection, [arrival, arrival])
    assert (first, second) == ((first[0], True), (first[0], False))


def test_two_selectors_of_one_id_in_two_contributions_of_a_batch_are_refused(connection, monkeypatch):
    monkeypatch.setattr(bulk, "selector_id", lambda kind, value: 7)
    both = [Reading("", "text", mentions=[Mention(SelectorKind.DOMAIN, value, 0)]) for value in ("a.test", "b.test")]
    with pytest.raises(ConflictError, match="same short id"):
        together(connection, arrivals(connection, both))


def test_events_appended_together_are_as_those_appended_alone(connection):
    audience = audiences.intern(connection, Handling())
    detail = {"path": "zero \0 and half \ud83d", "n": 1}
    happenings = [events.Happening(UUID(int=n), NOW, "v", f"s{n}", audience, detail, None, MEMBER.id) for n in range(3)]
    events.append_all(connection, [])
    events.append_all(connection, happenings[:2])
    events.append(connection, **happenings[2]._asdict())
    rows = [tuple(row)[1:] for row in sorted(events.page(connection))]
    assert [row[:4] for row in rows] == [(NOW, None, MEMBER.id, "v")] * 3
    assert len({repr(row[5:]) for row in rows}) == 1
    assert rows[0][5]["path"] == "zero \ufffd and half \ufffd"
