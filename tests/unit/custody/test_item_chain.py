"""An item's states and chain: rules as properties over random acts, and every kind of doubt found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.custody.chain import Link, digest_of, doubts
from accord.custody.item import BEGINNINGS, HOLDERS_ONLY, Act, Deed, ItemState, begin, step
from accord.model.errors import AccordError, RefusedError

MEMBERS = ("amber", "birch", "cedar")
PEOPLE = ("p1", "p2", "p3")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SPACE = UUID(int=7)

deeds = st.builds(
    Deed,
    act=st.sampled_from(list(Act)),
    by=st.sampled_from(MEMBERS),
    to=st.sampled_from(("", *MEMBERS)),
    approved_by=st.frozensets(st.sampled_from(PEOPLE)),
    asked_by=st.sampled_from(PEOPLE),
    kept=st.booleans(),
    elsewhere=st.booleans(),
)


def walk(first, later):
    """(before, deed, after or the error) for each deed of a history."""
    try:
        state = begin(first)
    except AccordError:
        return
    for deed in later:
        try:
            after = step(state, deed)
        except AccordError as error:
            yield state, deed, error
            continue
        yield state, deed, after
        state = after


histories = given(deeds, st.lists(deeds, max_size=40))


@histories
def test_nothing_is_done_after_the_end(first, later):
    for before, _deed, after in walk(first, later):
        if before.ended:
            assert isinstance(after, AccordError)


@histories
def test_only_the_holder_does_what_is_the_holders(first, later):
    for before, deed, after in walk(first, later):
        if deed.act in HOLDERS_ONLY and isinstance(after, ItemState):
            assert deed.by == before.holder


@histories
def test_what_comes_in_was_out_and_what_goes_out_was_in(first, later):
    for before, deed, after in walk(first, later):
        if isinstance(after, ItemState):
            assert deed.act is not Act.CHECK_IN or before.out_to
            assert deed.act is not Act.CHECK_OUT or not before.out_to


@histories
def test_a_holder_changes_only_by_an_accepted_offer_or_the_end(first, later):
    for before, deed, after in walk(first, later):
        if isinstance(after, ItemState) and after.holder != before.holder:
            assert deed.act in (Act.TRANSFER_ACCEPT, Act.DISPOSE)
            if after.holder:
                assert after.holder == deed.by == before.offered_to


@histories
def test_disposal_needs_no_hold_time_over_and_two_others(first, later):
    for before, deed, after in walk(first, later):
        if isinstance(after, ItemState) and after.disposed:
            assert not before.hold
            assert deed.kept
            assert len(deed.approved_by - {deed.asked_by}) >= 2
            assert not before.out_to
            assert not before.offered_to


@given(deeds)
def test_a_chain_begins_with_a_beginning_that_never_comes_again(deed):
    if deed.act not in BEGINNINGS:
        with pytest.raises(RefusedError):
            begin(deed)
        return
    with pytest.raises(AccordError):
        step(begin(deed), deed)


def test_every_act_is_possible_at_some_point():
    state = begin(Deed(Act.ACQUIRE, "amber"))
    every = Deed(Act.SEAL, "amber", to="birch", approved_by=frozenset(PEOPLE), asked_by="p1")
    done = set()
    for act, by in (
        ("seal", "amber"), ("access", "cedar"), ("check-out", "amber"), ("check-in", "amber"), ("copy", "amber"),
        ("transfer-offer", "amber"), ("transfer-decline", "birch"), ("transfer-offer", "amber"),
        ("transfer-withdraw", "amber"), ("transfer-offer", "amber"), ("transfer-accept", "birch"),
        ("transform", "birch"), ("hold", "birch"), ("release", "birch"), ("export", "amber"), ("correct", "birch"),
        ("dispose", "birch"),
    ):  # fmt: skip
        state = step(state, replace(every, act=Act(act), by=by))
        done.add(Act(act))
    assert done | BEGINNINGS == set(Act)
    assert state.ended


def chain(*acts, gap=timedelta(hours=1)):
    links = []
    for number, act in enumerate(acts):
        at = NOW + number * gap
        said = {"authority": "Code, section 94", "reason": "needed"}
        previous = links[-1].digest if links else b""
        link = Link(uuid5(SPACE, str(number)), SPACE, number, Act(act), at, at, SPACE, SPACE, said, previous, b"")
        links.append(replace(link, digest=digest_of(link)))
    return links


LONG = ("acquire", "seal", "check-out", "check-in", "access", "export")


def test_a_clean_chain_leaves_no_doubt():
    assert doubts(chain(*LONG), NOW + timedelta(hours=6)) == []


@given(st.integers(0, len(LONG) - 1), st.sampled_from(["reason", "happened", "person", "act"]))
def test_any_change_of_an_event_breaks_the_chain(place, field):
    links = chain(*LONG)
    one = links[place]
    changed = {
        "reason": replace(one, said={**one.said, "reason": "other"}),
        "happened": replace(one, happened_at=one.happened_at + timedelta(milliseconds=1)),
        "person": replace(one, person=UUID(int=8)),
        "act": replace(one, act=Act.CORRECT),
    }[field]
    links[place] = changed
    assert any(doubt.broken and doubt.number == place for doubt in doubts(links, NOW))
    if place + 1 < len(links):  # with its digest made anew, the next one no longer follows
        links[place] = replace(changed, digest=digest_of(changed))
        assert any(doubt.broken and doubt.number == place + 1 for doubt in doubts(links, NOW))


@given(st.integers(0, len(LONG) - 2))
def test_a_missing_event_is_found(place):
    links = chain(*LONG)
    del links[place]
    assert any(doubt.broken for doubt in doubts(links, NOW))


def test_what_asks_for_an_explanation_is_asked():
    links = chain("acquire", "check-out", gap=timedelta(hours=30))
    late = [
        replace(links[0], said={}, recorded_at=links[0].happened_at + timedelta(hours=30)),
        replace(links[1], happened_at=NOW - timedelta(days=1)),
    ]
    sentences = [doubt.sentence for doubt in doubts(late, NOW + timedelta(days=60)) if not doubt.broken]
    assert "It was recorded 30 hours after it happened." in sentences
    assert "No authority or legal basis is named for taking it." in sentences
    assert "It is said to have happened before the event that comes before it." in sentences
    assert "It was not sealed within a day of its registration." in sentences
    assert "It has been out for 61 days." in sentences
