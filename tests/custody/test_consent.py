"""Consent: one person's passkey over exactly one statement; the log, and any verifier, accept nothing else."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from accord.custody.audit import audit
from accord.custody.entry import parse_entry
from accord.custody.errors import ConsentError, ReplacedKeyError
from accord.custody.events import EventType
from accord.model.errors import AbsentError, ConflictError, InputError, RefusedError
from accord.services import consent, keys
from accord.services.custody_facts import CustodyFacts
from accord.services.passkey_enrolment import ask_enrolment, enrol
from accord.services.record import record
from accord.store import custody_keys
from accord.store.engine import as_node, node_transaction

from .device import Device

VERB = "item sealed"


def _enrol(stage, signed, device, *vouching):
    asked = ask_enrolment(stage.node, signed, device)
    assertions = {one.credential_id: one.sign(asked.challenge) for one in (device, *vouching)}
    enrol(stage.node, signed, device, asked.id, assertions)


@pytest.fixture(params=["p256", "ed25519"])
def device(request, stage):
    device = Device(request.param)
    _enrol(stage, stage.signed(stage.ana), device)
    return device


def _seal(item, **more):
    return CustodyFacts(EventType.SEAL, item, {"sha256": "ab" * 32}, reason="warrant", **more)


def _record(stage, facts, *, subject="item", verb=VERB, person=None):
    with node_transaction(stage.node.engine) as connection:
        who = {"person_id": person or stage.ana, "member_id": stage.member.id}
        return record(stage.node, connection, verb, subject, **who, custody=facts)


def _given(stage, device, facts, **more):
    signed = stage.signed(stage.ana)
    asked = consent.ask(stage.node, signed, VERB, facts, subject="item")
    return consent.give(stage.node, signed, asked.id, facts, **device.answer(asked.challenge, **more))


def _last(stage):
    log = stage.node.custody.log
    return parse_entry(log.entry(log.checkpoint.size - 1))


def _doubts(stage):
    room = stage.node.custody
    return audit(room.storage, room.storage.head(), room.keys.log_key.verifier).doubts


def test_a_confirmed_act_is_logged_with_the_consent_in_it(stage, device):
    _record(stage, CustodyFacts(EventType.ACQUIRE, item := uuid.uuid4()), verb="item registered")
    number = _record(stage, _given(stage, device, _seal(item)))
    last = _last(stage)
    assert (last.type, last.id, len(last.signatures)) == (EventType.SEAL, number, 2)
    assert _doubts(stage) == ()


def test_whoever_has_a_passkey_cannot_be_acted_for_without_it(stage, device):
    with pytest.raises(RefusedError, match="passkey"):
        _record(stage, _seal(uuid.uuid4()))


def test_a_consent_counts_once(stage, device):
    facts = _given(stage, device, _seal(uuid.uuid4()))
    _record(stage, facts)
    with pytest.raises(ConflictError):
        _record(stage, facts)


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {"reason": "another"}},
        {"facts": {"item": uuid.UUID(int=7)}},
        {"facts": {"digests": {"sha256": "cd" * 32}}},
        {"facts": {"kind": EventType.DISPOSE}},
        {"subject": "another item"},
        {"verb": "item destroyed"},
    ],
)
def test_nothing_but_what_was_confirmed_is_recorded(stage, device, change):
    facts = _given(stage, device, _seal(uuid.uuid4()))
    before = stage.node.custody.log.checkpoint.size
    changed = replace(facts, **change.get("facts", {}))
    with pytest.raises(ConflictError):
        _record(stage, changed, **{k: v for k, v in change.items() if k != "facts"})
    assert stage.node.custody.log.checkpoint.size == before


def test_what_others_did_to_the_item_meanwhile_must_be_seen_first(stage, device):
    _record(stage, CustodyFacts(EventType.ACQUIRE, item := uuid.uuid4()), verb="item registered")
    facts = _given(stage, device, _seal(item))
    _record(stage, CustodyFacts(EventType.ACCESS, item), verb="item read", person=stage.ben)
    with pytest.raises(ConflictError, match="in between"):
        _record(stage, facts)


@pytest.mark.parametrize("more", [{"origin": "https://elsewhere.example"}, {"flags": 1}])
def test_an_assertion_from_elsewhere_or_without_its_owner_is_no_consent(stage, device, more):
    with pytest.raises(ConsentError):
        _given(stage, device, _seal(uuid.uuid4()), **more)


def test_another_persons_device_cannot_consent(stage, device):
    signed, facts = stage.signed(stage.ana), _seal(uuid.uuid4())
    bens = Device()
    _enrol(stage, stage.signed(stage.ben), bens)
    asked = consent.ask(stage.node, signed, VERB, facts, subject="item")
    with pytest.raises(ConsentError):
        consent.give(stage.node, signed, asked.id, facts, **bens.answer(asked.challenge))
    ben = stage.signed(stage.ben)
    with pytest.raises(AbsentError):
        consent.give(stage.node, ben, asked.id, facts, **bens.answer(asked.challenge))


def test_a_question_grows_old(stage, device):
    signed, facts = stage.signed(stage.ana), _seal(uuid.uuid4())
    asked = consent.ask(stage.node, signed, VERB, facts, subject="item")
    stage.clock.at += consent.LIFE + dt.timedelta(seconds=1)
    with pytest.raises(AbsentError):
        consent.give(stage.node, signed, asked.id, facts, **device.answer(asked.challenge))


def test_without_any_passkey_nobody_is_asked(stage):
    with pytest.raises(RefusedError, match="no passkey"):
        consent.ask(stage.node, stage.signed(stage.ana), VERB, _seal(uuid.uuid4()), subject="item")


def test_a_second_passkey_needs_the_first_ones_signature(stage, device):
    signed, second = stage.signed(stage.ana), Device()
    with pytest.raises(ReplacedKeyError):
        _enrol(stage, signed, second)
    _enrol(stage, signed, second, device)
    assert _doubts(stage) == ()


def test_when_all_are_lost_two_others_vouch(stage, device):
    signed, fresh = stage.signed(stage.ana), Device()
    others = []
    for name in ("Cleo", "Dan"):
        others.append(Device())
        _enrol(stage, stage.signed(stage.person(name, "analyst")), others[-1])
    with node_transaction(stage.node.engine) as connection, as_node(connection):
        row = custody_keys.by_credential(connection, device.credential_id)
        keys.revoke(stage.node, stage.node.custody, connection, row.key_id)
    with pytest.raises(ReplacedKeyError):
        _enrol(stage, signed, fresh, others[0])
    _enrol(stage, signed, fresh, *others)
    assert _doubts(stage) == ()


def test_a_device_must_sign_its_own_enrolment_and_speak_a_known_way(stage):
    signed, device = stage.signed(stage.ana), Device()
    asked = ask_enrolment(stage.node, signed, device)
    with pytest.raises(ConsentError):
        enrol(stage.node, signed, device, asked.id, {})
    device.public_key = b"\xa1\x01\x02"
    with pytest.raises(InputError):
        ask_enrolment(stage.node, signed, device)
