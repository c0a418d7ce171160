"""A command prepares, its person confirms on a page: what was shown is what is done, once, or nothing is."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from accord.custody.audit import Seen, audit
from accord.custody.entry import parse_entry
from accord.custody.errors import ConsentError
from accord.custody.events import EventType
from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.services import confirming, consent
from accord.services.custody_facts import CustodyFacts
from accord.services.record import record
from accord.store.engine import node_transaction

from .device import Device
from .test_consent import _enrol

ITEM = uuid.UUID(int=7, version=4)


@pytest.fixture
def device(stage):
    device = Device()
    _enrol(stage, stage.signed(stage.ana), device)
    return device


@pytest.fixture
def ana(stage, device):
    return stage.signed(stage.ana)


def seal(stage, reason="Warrant 12"):
    """An act as services do it: takes a will, records."""

    def act(will):
        facts = CustodyFacts(EventType.SEAL, ITEM, {"sha256": "ab" * 32}, name="Disk", reason=reason, consent=will)
        with node_transaction(stage.node.engine) as connection:
            who = {"person_id": stage.ana, "member_id": stage.member.id}
            return record(stage.node, connection, "evidence sealed", str(ITEM), **who, custody=facts)

    return act


def answered(stage, ana, device, asked):
    told = confirming.challenge(stage.node, ana, asked)
    assert told.credentials == (device.credential_id,)
    confirming.answer(stage.node, ana, asked, **device.answer(told.challenge))


def size(stage):
    return stage.node.custody.log.checkpoint.size


def test_what_was_confirmed_is_done_once(stage, ana, device):
    before, act = size(stage), seal(stage)
    asked = confirming.ask(stage.node, ana, act)
    assert confirming.look(stage.node, ana, asked) is None
    (waiting,) = confirming.list_waiting(stage.node, ana)
    assert waiting == confirming.read(stage.node, ana, asked)
    assert (waiting.verb, waiting.said["name"], waiting.said["reason"]) == ("evidence sealed", "Disk", "Warrant 12")
    answered(stage, ana, device, asked)
    assert confirming.list_waiting(stage.node, ana) == []
    will = confirming.look(stage.node, ana, asked)
    assert size(stage) == before  # neither the question nor the answer is an act
    act(will)
    last = parse_entry(stage.node.custody.log.entry(size(stage) - 1))
    assert (last.type, len(last.signatures)) == (EventType.SEAL, 2)
    with pytest.raises(ConflictError):
        act(will)
    room = stage.node.custody
    assert audit(room.storage, room.storage.head(), room.keys.log_key.verifier).doubts == ()


def test_another_act_than_the_one_shown_is_refused(stage, ana, device):
    asked = confirming.ask(stage.node, ana, seal(stage))
    answered(stage, ana, device, asked)
    with pytest.raises(ConflictError, match="not what is to be recorded"):
        seal(stage, "Warrant 13")(confirming.look(stage.node, ana, asked))


def test_refusing_ends_it(stage, ana):
    asked = confirming.ask(stage.node, ana, seal(stage))
    confirming.refuse(stage.node, ana, asked)
    with pytest.raises(RefusedError, match="refused on the page"):
        confirming.look(stage.node, ana, asked)
    assert confirming.list_waiting(stage.node, ana) == []


def test_an_answer_that_came_is_worth_nothing_when_the_time_is_over(stage, ana, device):
    asked = confirming.ask(stage.node, ana, seal(stage))
    answered(stage, ana, device, asked)
    stage.clock.at += consent.LIFE_ELSEWHERE + dt.timedelta(seconds=1)
    with pytest.raises(RefusedError, match="not answered in time"):
        confirming.look(stage.node, ana, asked)


def test_an_answer_at_the_last_moment_makes_no_back_dated_entry(stage, ana, device):
    """A witness cosigns the log while the person is on the way to a browser."""
    act = seal(stage)
    asked = confirming.ask(stage.node, ana, act)
    stage.clock.at += consent.LIFE_ELSEWHERE
    seen = Seen(size(stage), stage.clock.at, newest=True)
    answered(stage, ana, device, asked)
    act(confirming.look(stage.node, ana, asked))
    room = stage.node.custody
    assert audit(room.storage, room.storage.head(), room.keys.log_key.verifier, times=[seen]).doubts == ()


def test_nobody_else_sees_or_answers_it(stage, ana, device):
    asked, ben = confirming.ask(stage.node, ana, seal(stage)), stage.signed(stage.ben)
    answer = device.answer(confirming.challenge(stage.node, ana, asked).challenge)
    assert confirming.list_waiting(stage.node, ben) == []
    for attempt in (
        lambda: confirming.read(stage.node, ben, asked),
        lambda: confirming.challenge(stage.node, ben, asked),
        lambda: confirming.answer(stage.node, ben, asked, **answer),
        lambda: confirming.refuse(stage.node, ben, asked),
    ):
        with pytest.raises(AbsentError):
            attempt()
    confirming.forget(stage.node, ben, asked)
    assert confirming.look(stage.node, ana, asked) is None


def test_a_device_that_the_log_does_not_know_confirms_nothing(stage, ana):
    asked = confirming.ask(stage.node, ana, seal(stage))
    told = confirming.challenge(stage.node, ana, asked)
    with pytest.raises(ConsentError):
        confirming.answer(stage.node, ana, asked, **Device().answer(told.challenge))
    assert confirming.look(stage.node, ana, asked) is None


def test_what_a_page_asks_itself_is_not_answered_elsewhere(stage, ana, device):
    asked = consent.ask_for(stage.node, ana, seal(stage))
    assert confirming.list_waiting(stage.node, ana) == []
    with pytest.raises(AbsentError):
        confirming.answer(stage.node, ana, asked.id, **device.answer(asked.challenge))


def test_who_has_no_passkey_is_asked_nothing(stage):
    assert confirming.ask(stage.node, stage.signed(stage.ben), seal(stage)) is None
