"""Writing one contribution: complete, idempotent, in any order, whatever the input holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from accord.model.errors import AbsentError, ConflictError, UnreadableError
from accord.model.handling import Handling
from accord.model.ids import selector_id
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.reading import Claim, Drop, Mention, Reading
from accord.model.selectors import SelectorKind
from accord.store import audiences, bulk, contributions, events, members
from accord.store.tables import claim, dropped, mention, selector
from accord.store.texts import encoded, storable, storable_json

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MEMBER = Member(
    UUID(int=1),
    "registrar",
    "A registrar",
    MemberKind.PROVIDER,
    "NL",
    (
        Capability(
            ActionType.SUSPEND_DOMAIN,
            frozenset({SelectorKind.DOMAIN}),
            scope=("tld:example",),
            jurisdiction=("NL",),
            power="contract",
        ),
    ),
)
hostile = st.text(st.characters(), max_size=30)


def add(connection, reading, *, common=None):
    members.put(connection, MEMBER, NOW)
    audience = audiences.intern(connection, Handling())
    number, new = contributions.add(
        connection, reading, member_id=MEMBER.id, digest=b"d" * 32, size=3, audience=audience, received_at=NOW
    )
    written = bulk.write(
        connection,
        number,
        audience,
        claims=reading.claims,
        mentions=reading.mentions,
        drops=reading.drops,
        common=common,
    )
    return number, new, written


def rows(connection, table):
    return sorted(map(repr, connection.execute(select(table))))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(hostile, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))
    ),
    st.lists(st.tuples(st.sampled_from(SelectorKind), st.sampled_from("abcde"), st.integers(0, 9))),
    st.lists(st.tuples(st.none() | st.integers(1, 99), hostile, hostile)),
)
def test_everything_arrives_once_and_a_second_time_changes_nothing(connection, claims, mentions, drops):
    savepoint = connection.begin_nested()
    try:
        check_arrival(connection, claims, mentions, drops)
    finally:
        savepoint.rollback()


def check_arrival(connection, claims, mentions, drops):
    reading = Reading(
        "a.txt",
        "text",
        title="t\0\ud800",
        claims=[Claim(f"note--{name}", "note", raw.encode()) for name, raw in claims],
        mentions=[Mention(*given) for given in mentions],
        drops=[Drop(*given) for given in drops],
    )
    number, new, written = add(connection, reading)
    distinct = {(kind, value) for kind, value, _ in mentions}
    assert new
    assert written == (len(claims), len(distinct), len(drops))
    assert [row.raw for row in contributions.claims_of(connection, number)] == [raw for _, raw in claims]
    assert {(row.kind, row.value) for row in connection.execute(select(selector))} == distinct
    firsts = {row.selector_id: row.claim_number for row in connection.execute(select(mention))}
    for kind, value, place in reversed(mentions):
        expected = next(p for k, v, p in mentions if (k, v) == (kind, value))
        assert firsts[selector_id(kind, value)] == expected, place
    before = [rows(connection, table) for table in (claim, mention, dropped, selector)]
    _, new, again = add(connection, reading)
    assert (new, again) == (False, written)
    assert [rows(connection, table) for table in (claim, mention, dropped, selector)] == before


def test_an_id_that_stands_in_several_claims_is_marked_in_each_of_them(connection):
    one, two, three, four = (Claim(f"tool--{n}", "tool", b"{}") for n in range(4))
    add(connection, Reading("a", "STIX 2.1", claims=[one, two]))
    add(connection, Reading("b", "STIX 2.1", claims=[two, three, four, four]))
    for _ in range(2):  # the second time nothing is added, and so nothing stands twice
        found = connection.execute(select(claim.c.stix_id, claim.c.several).order_by(claim.c.stix_id)).all()
        assert found == [(one[0], False), *[(two[0], True)] * 2, (three[0], False), *[(four[0], True)] * 2]
        add(connection, Reading("a", "STIX 2.1", claims=[one, two]))


def test_the_reason_why_a_selector_is_common_is_kept(connection):
    reading = Reading("a", "text", mentions=[Mention(SelectorKind.IPV4, "192.0.2.1", 0)])
    add(connection, reading, common=lambda kind, value: "A public resolver." if kind == "ipv4" else "")
    assert connection.scalar(select(selector.c.common)) == "A public resolver."


def test_two_selectors_of_one_id_are_refused(connection, monkeypatch):
    monkeypatch.setattr(bulk, "selector_id", lambda kind, value: 7)
    both = [Mention(SelectorKind.DOMAIN, value, 0) for value in ("a.example", "b.example")]
    with pytest.raises(ConflictError, match="same short id"):
        add(connection, Reading("a", "text", mentions=both))
    add(connection, Reading("b", "text", mentions=both[:1]))
    with pytest.raises(ConflictError, match="same short id"):
        add(connection, Reading("c", "text", mentions=both[1:]))


@pytest.mark.parametrize("raw", [b"\xff", b'"\0"'])
def test_a_claim_that_is_no_text_is_refused(connection, raw):
    with pytest.raises(UnreadableError, match="UTF-8"):
        add(connection, Reading("a", "json", claims=[Claim("note--1", "note", raw)]))


def test_a_part_never_has_another_audience_than_its_contribution(connection):
    number, _, _ = add(connection, Reading("a", "text"))
    wider = audiences.intern(connection, Handling(circles=frozenset()))
    with pytest.raises(Exception, match="fk_claim_contribution_id_audience"):
        bulk.write(connection, number, wider, claims=[Claim("note--1", "note", b"{}")])


@given(st.lists(hostile))
def test_texts_encoded_together_are_each_storable(texts):
    assert encoded(texts) == [storable(text).encode() for text in texts]


@given(hostile)
def test_storable_text_is_utf8_without_zeros_and_plain_text_stays(text):
    kept = storable(text)
    assert "\0" not in kept
    assert kept.encode().decode() == kept
    if "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text):
        assert kept == text
    assert "\\u0000" not in storable_json({"a": [text]}).replace("\\\\", "")


def test_a_member_comes_back_with_its_capabilities(connection):
    members.put(connection, MEMBER, NOW)
    members.put(connection, MEMBER, NOW)
    assert members.every(connection) == [MEMBER]
    assert members.get(connection, MEMBER.id) == members.by_slug(connection, "registrar") == MEMBER
    with pytest.raises(AbsentError):
        members.by_slug(connection, "nobody")


def test_contributions_are_paged_latest_first_and_each_once(connection):
    numbers = {add(connection, Reading(f"{n}", "text"))[0] for n in range(7)}
    found, after = [], None
    while page := contributions.page(connection, after=after, limit=3):
        found += [row.id for row in page]
        after = contributions.After(page[-1].received_at, page[-1].id)
    assert len(found) == 7
    assert set(found) == numbers
    assert found == sorted(found, reverse=True)


def test_a_withdrawn_contribution_leaves_the_pages_and_keeps_its_tombstone(connection):
    number, _, _ = add(connection, Reading("a", "text"))
    contributions.set_state(connection, number, "used", "In a lead.")
    assert [one.id for one in contributions.withdraw(connection, [number], NOW)] == [number]
    assert contributions.page(connection) == []
    row = contributions.get(connection, number)
    assert (row.state, row.state_reason, row.withdrawn_at) == ("used", "In a lead.", NOW)
    assert contributions.withdraw(connection, [number, UUID(int=5)], NOW + timedelta(days=1)) == []
    assert contributions.get(connection, number).withdrawn_at == NOW


def test_events_are_appended_with_any_detail(connection):
    audience = audiences.intern(connection, Handling())
    detail = {"note": "zero \0 and half \ud83d", "n": 1}
    events.append(connection, id=UUID(int=1), happened_at=NOW, verb="v", subject="s", audience=audience, detail=detail)
    (row,) = events.page(connection)
    assert row.detail == {"note": "zero \ufffd and half \ufffd", "n": 1}
    assert events.page(connection, after=(row.happened_at, row.id)) == []


def test_the_count_of_what_is_stored_is_what_was_written(connection):
    add(connection, Reading("a", "text", mentions=[Mention(SelectorKind.DOMAIN, "a.example", 0)]))
    add(connection, Reading("b", "text", mentions=[Mention(SelectorKind.DOMAIN, "a.example", 0)]))
    counts = [connection.scalar(select(func.count()).select_from(table)) for table in (selector, mention)]
    assert counts == [1, 2]
