"""The database refuses to leak: what a viewer sees is what is left when all else is taken away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from accord.model.handling import Handling, Tlp
from accord.model.members import Member, MemberKind
from accord.model.reading import Claim, Drop, Mention, Reading
from accord.model.selectors import SelectorKind
from accord.policy.decide import Viewer, decide
from accord.store import audiences, bulk, contributions, events, members
from accord.store import engine as engines
from accord.store.tables import audience, claim, contribution, dropped, event, mention, selector

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MEMBERS = [UUID(int=n) for n in range(1, 5)]
CIRCLES = [UUID(int=n) for n in range(11, 14)]
VIEWERS = [
    Viewer(MEMBERS[0], frozenset(CIRCLES[:1]), country="NL"),
    Viewer(MEMBERS[1], frozenset(), country="FR"),
    Viewer(MEMBERS[2], frozenset(CIRCLES), country="NL"),
    Viewer(None),
]


@st.composite
def handlings(draw):
    some = st.frozensets
    return Handling(
        tlp=draw(st.sampled_from(Tlp)),
        circles=draw(st.none() | some(st.sampled_from(CIRCLES))),
        originators=draw(some(st.sampled_from(MEMBERS), max_size=1)),
        purposes=draw(st.none() | some(st.sampled_from(["investigate", "disrupt"]))),
        jurisdictions=draw(st.none() | some(st.sampled_from(["NL", "FR"]))),
        excluded_members=draw(some(st.sampled_from(MEMBERS), max_size=2)),
        embargo_until=draw(st.none() | st.sampled_from([NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)])),
        expires_at=draw(st.none() | st.sampled_from([NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)])),
    )


def contribute(connection, handling, values, *, path=None):
    member = MEMBERS[0]
    members.put(connection, Member(member, "m", "M", MemberKind.CERT), NOW)
    reading = Reading(
        path or uuid4().hex,
        "text",
        claims=[Claim("note--1", "note", b"{}")],
        mentions=[Mention(SelectorKind.DOMAIN, value, 0, 1) for value in values],
        drops=[Drop(1, "Not understood.", "x")],
    )
    number = audiences.intern(connection, handling)
    added, _ = contributions.add(
        connection, reading, member_id=member, digest=b"d" * 32, size=1, audience=number, received_at=NOW
    )
    bulk.write(connection, added, number, claims=reading.claims, mentions=reading.mentions, drops=reading.drops)
    events.append(
        connection, id=uuid4(), happened_at=NOW, verb="submit_contribution", subject=str(added), audience=number
    )
    return added


def observed(connection):
    """Everything that can be seen, as a person would page through it."""
    return (
        connection.execute(select(contribution).order_by(contribution.c.path)).all(),
        connection.execute(select(claim).order_by(claim.c.contribution_id)).all(),
        connection.execute(select(dropped).order_by(dropped.c.contribution_id)).all(),
        connection.execute(select(mention).order_by(mention.c.contribution_id, mention.c.selector_id)).all(),
        connection.execute(select(selector).order_by(selector.c.id)).all(),
        connection.execute(select(audience).order_by(audience.c.id)).all(),
        [(row.verb, row.subject) for row in connection.execute(select(event).order_by(event.c.subject))],
        [connection.scalar(select(func.count()).select_from(table)) for table in (contribution, claim, selector)],
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(handlings(), st.sets(st.sampled_from(["a.example", "b.example", "c.example"])))),
    st.sampled_from(VIEWERS),
    st.sampled_from(["", "investigate"]),
)
def test_a_viewer_observes_the_world_without_what_is_hidden(connection, world, viewer, purpose):
    savepoint = connection.begin_nested()
    try:
        seen, expected = with_and_without(connection, world, viewer, purpose)
    finally:
        savepoint.rollback()
    assert seen == expected


def with_and_without(connection, world, viewer, purpose):
    engines.look_as_node(connection)
    added = [contribute(connection, handling, values, path=f"{n}") for n, (handling, values) in enumerate(world)]
    engines.look_as(connection, viewer, NOW, purpose=purpose)
    seen = observed(connection)

    engines.look_as_node(connection)
    for number, (handling, _) in zip(added, world, strict=True):
        if not decide(viewer, handling, purpose, NOW).allowed:
            for table in (claim, mention, dropped):
                connection.execute(delete(table).where(table.c.contribution_id == number))
            connection.execute(delete(contribution).where(contribution.c.id == number))
    connection.execute(
        text("delete from selector s where not exists (select from mention m where m.selector_id = s.id)")
    )
    kept = observed(connection)
    hidden = {
        row.id for row in kept[5] if not decide(viewer, audiences.from_document(row.handling), purpose, NOW).allowed
    }
    gone = {
        str(n)
        for n, (handling, _) in zip(added, world, strict=True)
        if not decide(viewer, handling, purpose, NOW).allowed
    }
    expected = (
        *kept[:5],
        [row for row in kept[5] if row.id not in hidden],
        [pair for pair in kept[6] if pair[1] not in gone],
        kept[7],
    )
    return seen, expected


@pytest.mark.parametrize("table", ["claim", "contribution", "mention", "selector", "event", "audience"])
def test_without_a_viewer_the_database_refuses(database, table):
    with engines.node_transaction(database.engine) as connection:
        contribute(connection, Handling(tlp=Tlp.CLEAR), {"a.example"})
    with psycopg.connect(database.app) as fresh, pytest.raises(psycopg.errors.InsufficientPrivilege, match="no viewer"):
        fresh.execute(f"select * from {table}")
    # The same pooled connection after a transaction that had one: the setting is gone with it.
    with engines.begin(database.engine, VIEWERS[0], NOW) as connection:
        connection.execute(text(f"select * from {table}")).all()
    with database.engine.connect() as connection, pytest.raises(DBAPIError, match="no viewer"):
        connection.execute(text(f"select * from {table}")).all()


def test_the_owner_is_bound_as_well(database):
    with engines.node_transaction(database.engine) as connection:
        contribute(connection, Handling(), {"a.example"})
    with psycopg.connect(database.owner) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("select * from claim")


def test_an_audience_beyond_the_bits_is_hidden_and_no_error(connection):
    contribute(connection, Handling(), {"a.example"})
    for bits in ("0", "00"):
        connection.execute(text("select set_config('accord.visible', :bits, true)"), {"bits": bits})
        assert observed(connection)[0] == []


def test_nobody_writes_what_they_may_not_see(connection):
    hidden = audiences.intern(connection, Handling(circles=frozenset(), originators=frozenset({MEMBERS[3]})))
    engines.look_as(connection, VIEWERS[0], NOW)
    row = {"id": uuid4(), "happened_at": NOW, "verb": "x", "subject": "y", "detail": {}, "audience": hidden}
    with pytest.raises(DBAPIError, match="row-level security"):
        connection.execute(insert(event).values(row))


def test_a_viewer_submits_under_a_handling_of_its_own(database):
    mine = Handling(tlp=Tlp.RED, originators=frozenset({MEMBERS[0]}))
    with engines.begin(database.engine, VIEWERS[0], NOW) as connection:
        members.put(connection, Member(MEMBERS[0], "m", "M", MemberKind.CERT), NOW)
        audiences.intern(connection, mine)
        engines.look_as(connection, VIEWERS[0], NOW)
        contribute(connection, mine, {"a.example"})
        assert len(observed(connection)[4]) == 1
    with engines.begin(database.engine, VIEWERS[1], NOW) as connection:
        assert observed(connection)[:7] == ([], [], [], [], [], [], [])


def test_interning_gives_equal_handlings_one_id_and_no_viewer_more_sight(connection):
    first = audiences.intern(connection, Handling(circles=frozenset(CIRCLES)))
    engines.look_as(connection, VIEWERS[1], NOW)
    assert audiences.intern(connection, Handling(circles=frozenset(reversed(CIRCLES)))) == first
    assert observed(connection)[5] == []


@given(handlings())
def test_a_handling_comes_back_from_its_document(handling):
    assert audiences.from_document(audiences.to_document(handling)) == handling


def test_time_moves_what_is_seen_though_decisions_are_kept(connection):
    soon = NOW + timedelta(hours=1)
    contribute(connection, Handling(embargo_until=soon), {"a.example"})
    contribute(connection, Handling(expires_at=soon), {"b.example"})
    contribute(connection, Handling(), {"c.example"})
    seen = []
    for moment in (NOW, soon, NOW):
        engines.look_as(connection, VIEWERS[1], moment)
        seen.append([row.value for row in sorted(observed(connection)[4], key=lambda row: row.value)])
    assert seen == [["b.example", "c.example"], ["a.example", "c.example"], ["b.example", "c.example"]]


def test_an_audience_that_another_transaction_interns_later_is_learnt(database):
    with database.engine.connect() as slow, slow.begin():
        engines.look_as_node(slow)
        late = audiences.intern(slow, Handling(tlp=Tlp.CLEAR))
        with engines.node_transaction(database.engine) as quick:
            contribute(quick, Handling(tlp=Tlp.GREEN), {"a.example"})
        with engines.begin(database.engine, VIEWERS[1], NOW) as connection:
            assert late not in {row.id for row in observed(connection)[5]}
        slow.commit()
    with engines.begin(database.engine, VIEWERS[1], NOW) as connection:
        assert late in {row.id for row in observed(connection)[5]}


def test_a_statement_that_takes_too_long_is_cancelled(database):
    engine = engines.make_engine(database.app, statement_timeout_ms=100)
    with pytest.raises(DBAPIError, match="statement timeout"), engines.begin(engine, VIEWERS[0], NOW) as connection:
        connection.execute(text("select pg_sleep(5)"))
    engine.dispose()
