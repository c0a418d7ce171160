"""Erasing what an entry said: refused while a court, or a term, wants the item that it tells of."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).resolve().parent))
from evidence_room import make_node, register, who
from recalling import at_once

from accord.custody.item import Act
from accord.model.errors import AbsentError, RefusedError
from accord.services import browse_record, evidence_acts, evidence_transfer
from accord.services.browse_record import RecordFilter
from accord.services.custody_erasure import erase
from accord.services.evidence_chain import Said
from accord.store.custody_tables import custody_entry
from accord.store.engine import node_transaction


@pytest.fixture
def node(database, tmp_path):
    return make_node(database, tmp_path, log="node.example/log")


@pytest.fixture
def ada(node):
    return who(node, "Ada")


def entry_of(node, signed, verb):
    rows = browse_record.list_record(node, signed, RecordFilter(query=verb)).rows
    return rows[0].event.id


def can_be_opened(node, number):
    with node_transaction(node.engine) as connection:
        return connection.scalar(select(custody_entry.c.secret).where(custody_entry.c.id == number)) is not None


def test_a_legal_hold_keeps_what_every_entry_about_the_item_says(node, ada):
    item = register(node, ada)
    evidence_acts.ask_disposal(node, ada, item, "erased", "over")
    evidence_acts.act(node, ada, item, Act.HOLD, Said("Appeal of 3 November"))
    # the first stands in the item's chain, the second is about it and in none
    for verb in ("evidence acquired", "evidence disposal asked", "evidence held"):
        number = entry_of(node, ada, verb)
        assert "Appeal of 3 November" in browse_record.read_entry(node, ada, number).kept_for
        for name in ("Ada", "Ben"):
            with pytest.raises(RefusedError, match="legal hold is on the item that it tells of: Appeal of 3 November"):
                erase(node, who(node, name), number, "asked for by the person")
        assert can_be_opened(node, number)
    assert browse_record.list_record(node, ada, RecordFilter(query="entry erased")).rows == []
    evidence_acts.act(node, ada, item, Act.RELEASE, Said("Appeal over"))
    erase(node, ada, number := entry_of(node, ada, "evidence acquired"), "asked for by the person")
    assert not can_be_opened(node, number)
    assert not browse_record.read_entry(node, ada, number).erasable


def test_two_erasures_at_once_are_one(node, ada):
    number = _acquired(node, ada, register(node, ada))
    raised = at_once(*[lambda: erase(node, ada, number, "over")] * 2)
    assert [type(one) for one in raised if one] == [AbsentError]
    assert len(browse_record.list_record(node, ada, RecordFilter(query="entry erased")).rows) == 1


def test_a_hold_on_one_item_keeps_no_other(node, ada):
    held, free = register(node, ada), register(node, ada, b"others", title="Another disk")
    evidence_acts.act(node, ada, held, Act.HOLD, Said("Appeal"))
    erase(node, ada, number := _acquired(node, ada, free), "over")
    assert not can_be_opened(node, number)


def test_until_its_term_is_over_an_item_keeps_what_is_said_of_it(node, ada):
    item = register(node, ada, keep_until=node.clock.now() + timedelta(days=30))
    number = _acquired(node, ada, item)
    with pytest.raises(RefusedError, match="must be kept until 20 Dec 2026"):
        erase(node, ada, number, "over")
    node.clock.pass_by(days=31)
    erase(node, ada, number, "over")
    assert not can_be_opened(node, number)


@pytest.mark.parametrize("held", [False, True])
def test_who_does_not_see_the_item_any_more_learns_nothing_of_a_hold(node, ada, held):
    item, dora = register(node, ada), who(node, "Dora")
    evidence_transfer.offer(node, ada, item, dora.member_id, Said("Joint case"))
    evidence_transfer.decline(node, dora, item, "Not ours")
    if held:
        evidence_acts.act(node, ada, item, Act.HOLD, Said("Appeal"))
    number = entry_of(node, dora, "evidence transfer declined")
    with pytest.raises(RefusedError, match="that you do not see") as found:
        erase(node, dora, number, "ours")
    assert "Appeal" not in str(found.value)


def _acquired(node, signed, item):
    rows = browse_record.list_record(node, signed, RecordFilter(query="evidence acquired")).rows
    return next(row.event.id for row in rows if row.event.subject == str(item))
