"""Recording an act: its entry is in the log when the caller goes on, signed by who acted, and chained by item."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
import uuid

import pytest
from sqlalchemy import text

from accord.custody.audit import audit
from accord.custody.entry import parse_entry
from accord.custody.events import EventType
from accord.model.errors import NodeError, RefusedError
from accord.services.custody_drain import begin_log
from accord.services.custody_facts import CustodyFacts, Material
from accord.services.record import Entry, own, record, record_all
from accord.store import audiences, custody
from accord.store.engine import node_transaction


def _audited(node):
    room = node.custody
    return audit(room.storage, room.storage.head(), room.keys.log_key.verifier)


def _entries(node):
    log = node.custody.log
    return [parse_entry(log.entry(n)) for n in range(log.checkpoint.size)]


def _record(stage, verb="thing changed", node=None, **more):
    node = node or stage.node
    with node_transaction(node.engine) as connection:
        return record(node, connection, verb, "thing", **more)


def test_a_new_log_begins_with_the_nodes_own_key(stage):
    (first,) = _entries(stage.node)
    assert first.type is EventType.KEY
    assert first.key == stage.node.custody.registrar_key
    assert _audited(stage.node).doubts == ()


def test_an_act_of_a_person_enrols_their_key_and_is_signed_with_it(stage):
    number = _record(stage, person_id=stage.ana, member_id=stage.member.id, detail={"grösse": 1.5})
    _record(stage, person_id=stage.ana)
    _, enrolled, act, again = _entries(stage.node)
    assert enrolled.type is EventType.KEY
    assert (act.id, act.actor, act.role) == (number, enrolled.key.holder, "investigator")
    assert again.signatures[0].key_id == act.signatures[0].key_id == enrolled.key.key_id
    assert _audited(stage.node).doubts == ()


def test_events_of_an_item_are_chained_and_what_is_said_can_be_opened(stage):
    item = uuid.uuid4()
    facts = CustodyFacts(EventType.ACQUIRE, item, {"sha256": "ab" * 32}, reason="warrant", place="office")
    first = _record(stage, "item registered", person_id=stage.ana, custody=facts)
    made = CustodyFacts(EventType.TRANSFORM, item, inputs=(Material("disk.img", "ab" * 32),))
    _record(stage, "item transformed", person_id=stage.ben, custody=made)
    one, two = [entry for entry in _entries(stage.node) if entry.subject == f"urn:uuid:{item}"]
    assert (one.previous, two.previous) == (None, one.leaf)
    with node_transaction(stage.node.engine) as connection:
        row = custody.of_events(connection, [first])[first]
    assert row.details["reason"] == "warrant"
    assert row.raw is None
    assert _audited(stage.node).doubts == ()


def test_a_change_that_is_undone_leaves_no_entry(stage):
    before = stage.node.custody.log.checkpoint.size

    def fail():
        with node_transaction(stage.node.engine) as connection:
            record(stage.node, connection, "thing changed", "thing")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    _record(stage)
    assert stage.node.custody.log.checkpoint.size == before + 1


def test_many_changes_in_one_transaction_are_one_batch_in_their_order(stage):
    audience = _own(stage)
    acts = [Entry("contribution received", str(n), audience, None, stage.member.id, {"n": n}) for n in range(600)]
    with node_transaction(stage.node.engine) as connection:
        record_all(stage.node, connection, acts)
    found = _entries(stage.node)[1:]
    assert [entry.type for entry in found] == [EventType.CONTRIBUTION] * 600
    with node_transaction(stage.node.engine) as connection:
        rows = custody.of_events(connection, [entry.id for entry in found])
    assert [rows[entry.id].details["about"] for entry in found] == [str(n) for n in range(600)]
    assert [rows[entry.id].position for entry in found] == list(range(1, 601))


def _own(stage):
    with node_transaction(stage.node.engine) as connection:
        return audiences.intern(connection, own(stage.member.id))


def test_what_needs_a_passkey_and_has_none_is_logged_as_not_confirmed(stage):
    item = uuid.uuid4()
    number = _record(stage, "item sealed", person_id=stage.ana, custody=CustodyFacts(EventType.SEAL, item))
    assert _entries(stage.node)[-1].type is EventType.CHANGE
    with node_transaction(stage.node.engine) as connection:
        assert custody.of_events(connection, [number])[number].details["unconfirmed"] == "seal"


@pytest.mark.parametrize("step", ["journal written", "journal durable", "file written", "head placed"])
def test_a_stop_in_the_middle_of_an_append_loses_and_doubles_nothing(stage, step):
    class Stopped(BaseException):
        pass

    def stop(at):
        if armed and at == step:
            raise Stopped

    armed = False
    node = stage.open(at=stop)
    armed = True
    with pytest.raises(Stopped):
        _record(stage, "first", node=node)
    again = stage.reopened()
    _record(stage, "second", node=again)
    verbs = _verbs(again)
    assert verbs == ["first", "second"]
    assert _audited(again).doubts == ()


def _verbs(node):
    found = _entries(node)
    with node_transaction(node.engine) as connection:
        rows = custody.of_events(connection, [entry.id for entry in found])
    return [rows[entry.id].details["verb"] for entry in found if entry.type is not EventType.KEY]


def test_a_stop_between_the_log_and_the_database_is_found_by_the_next(stage, monkeypatch):
    def stop(*_):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(custody, "place", stop)
        with pytest.raises(SystemExit):
            _record(stage, "first")
    assert stage.node.custody.log.checkpoint.size == 2  # the log has it, the database does not know
    again = stage.reopened()
    _record(stage, "second", node=again)
    assert _verbs(again) == ["first", "second"]


def test_a_full_disk_keeps_the_change_and_says_so_and_logs_it_later(stage, monkeypatch):
    def full(*_):
        raise NodeError("The entries could not be written (No space left on device).", action="Free space.")

    with monkeypatch.context() as patched:
        patched.setattr(stage.node.custody.storage, "commit", full)
        with pytest.raises(NodeError, match="is kept, but the custody log cannot take its entry yet"):
            _record(stage, "first")
    _record(stage, "second")
    assert _verbs(stage.node) == ["first", "second"]


def test_many_threads_and_two_processes_log_each_act_once(stage):
    other = stage.reopened()
    done = []

    def work(node, name):
        done.extend(_record(stage, f"{name} {n}", node=node, person_id=(stage.ben, stage.ana)[n % 2]) for n in range(5))

    threads = [threading.Thread(target=work, args=(node, f"{t}")) for t, node in enumerate([stage.node, other] * 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [entry.id for entry in _entries(stage.node) if entry.type is not EventType.KEY]
    assert sorted(found) == sorted(done)
    assert len(found) == 30
    assert _audited(stage.node).doubts == ()


def test_a_clock_that_goes_backwards_changes_no_order_and_is_said(stage):
    item = uuid.uuid4()
    _record(stage, "item registered", custody=CustodyFacts(EventType.ACQUIRE, item))
    stage.clock.at -= dt.timedelta(days=1)
    _record(stage, "item read", custody=CustodyFacts(EventType.ACCESS, item))
    one, two = _entries(stage.node)[1:]
    assert two.previous == one.leaf
    assert two.claimed_at < one.claimed_at
    (doubt,) = _audited(stage.node).doubts
    assert (doubt.position, "a time before that of the event it follows" in str(doubt.error)) == (2, True)


def test_a_log_cut_back_is_found_at_the_start(stage):
    shutil.copytree(stage.folder / "log", stage.folder.parent / "old")
    _record(stage)
    stage.close()
    shutil.rmtree(stage.folder / "log")
    shutil.copytree(stage.folder.parent / "old", stage.folder / "log")
    with pytest.raises(RefusedError, match="has 1 entries"):
        stage.open()


def test_a_database_restored_from_an_older_copy_takes_over_what_the_log_has(stage):
    _record(stage, "first")
    with node_transaction(stage.node.engine) as connection:
        connection.execute(text("update custody_entry set position = null, raw = ''"))
    begin_log(stage.node)
    _record(stage, "second")
    assert _verbs(stage.node)[-1] == "second"
    assert stage.node.custody.log.checkpoint.size == 3
