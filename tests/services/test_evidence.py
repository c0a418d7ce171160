"""The evidence room through a real database: allowed, refused, recorded; nothing half registered."""

from __future__ import annotations

import hashlib
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).resolve().parent))
from evidence_room import make_node, register, upload, who

from accord.custody.item import Act
from accord.model.errors import AbsentError, AccordError, ConflictError, InputError, LimitError, NodeError, RefusedError
from accord.services import browse_evidence, evidence, evidence_acts, evidence_transfer, evidence_uploads
from accord.services.evidence_chain import Said
from accord.store.browse_evidence import EvidenceFilter
from accord.store.engine import node_transaction
from accord.store.evidence_tables import evidence_event
from accord.store.tables import event


@pytest.fixture
def node(database, tmp_path):
    return make_node(database, tmp_path)


@pytest.fixture
def ada(node):
    return who(node, "Ada")


@pytest.fixture
def item(node, ada):
    return register(node, ada)


def verbs(node):
    with node_transaction(node.engine) as connection:
        return connection.execute(select(event.c.verb).order_by(event.c.happened_at, event.c.id)).scalars().all()


def acts(node, signed, item):
    return [e.link.act.value for e in browse_evidence.read_item(node, signed, item).events]


def kept(node, tmp_path):
    return sorted(p.name for p in (tmp_path / "evidence").rglob("*") if p.is_file() and p.name != "lock")


def test_an_item_has_its_bytes_its_digests_and_a_chain_without_doubt(node, ada, item):
    found = browse_evidence.read_item(node, ada, item)
    assert found.item.sha256 == hashlib.sha256(b"bytes of a disk").hexdigest()
    assert found.item.size == 15
    assert [e.link.act for e in found.events] == [Act.ACQUIRE]
    assert found.doubts == []
    with evidence_acts.access(node, ada, item, "to look") as (name, size, stream):
        assert (name, size, stream.read()) == ("disk.img", 15, b"bytes of a disk")
    assert acts(node, ada, item) == ["acquire", "access"]
    assert sorted(verbs(node)) == ["evidence accessed", "evidence acquired"]


def test_colleagues_see_it_and_others_do_not(node, item):
    browse_evidence.read_item(node, who(node, "Ben"), item)
    stranger = who(node, "Dora")
    for ask in (
        lambda: browse_evidence.read_item(node, stranger, item),
        lambda: evidence_acts.act(node, stranger, item, Act.SEAL, Said()),
        lambda: evidence_acts.check_bytes(node, stranger, item),
        lambda: evidence_acts.access(node, stranger, item, "to look").__enter__(),
    ):
        with pytest.raises(AbsentError):
            ask()
    assert browse_evidence.list_evidence(node, stranger, EvidenceFilter()).rows == []


def test_a_chain_that_somebody_edits_in_the_database_is_in_doubt(node, ada, item, database):
    evidence_acts.act(node, ada, item, Act.SEAL, Said())
    import psycopg

    with psycopg.connect(database.owner) as raw:
        raw.execute("select set_config('accord.visible', 'all', true)")
        raw.execute('update evidence_event set said = said || \'{"authority": "another"}\' where number = 0')
    found = browse_evidence.read_item(node, ada, item)
    assert [d.sentence for d in found.doubts if d.broken] == ["This event was changed after it was recorded."]
    assert found.broken


def test_the_application_may_not_change_a_chain(node, item):
    from sqlalchemy.exc import ProgrammingError

    for statement in (evidence_event.update().values(act="seal"), evidence_event.delete()):
        with pytest.raises(ProgrammingError, match="permission denied"), node_transaction(node.engine) as connection:
            connection.execute(statement)


def test_changed_bytes_are_found_and_said(node, ada, item, tmp_path):
    assert evidence_acts.check_bytes(node, ada, item)
    digest = browse_evidence.read_item(node, ada, item).item.sha256
    path = tmp_path / "evidence" / digest[:2] / digest[2:]
    path.chmod(0o600)
    path.write_bytes(b"bytes of a desk")
    assert not evidence_acts.check_bytes(node, ada, item)
    assert "CHANGED" in browse_evidence.read_item(node, ada, item).events[-1].link.said["reason"]


def test_a_hold_blocks_disposal_and_so_do_time_and_missing_approvals(node, ada, tmp_path):
    item = register(node, ada, keep_until=node.clock.now() + timedelta(days=30))
    ben, cleo = who(node, "Ben"), who(node, "Cleo")
    with pytest.raises(RefusedError, match="must be kept"):
        evidence_acts.ask_disposal(node, ada, item, "erased", "over")
    node.clock.pass_by(days=31)
    evidence_acts.act(node, ada, item, Act.HOLD, Said("Appeal pending"))
    with pytest.raises(RefusedError, match="legal hold"):
        evidence_acts.ask_disposal(node, ada, item, "erased", "over")
    evidence_acts.act(node, ada, item, Act.RELEASE, Said("Appeal over"))
    evidence_acts.ask_disposal(node, ada, item, "erased", "over")
    with pytest.raises(ConflictError, match="cannot approve"):
        evidence_acts.approve_disposal(node, ada, item)
    assert not evidence_acts.approve_disposal(node, ben, item)
    with pytest.raises(ConflictError, match="already"):
        evidence_acts.approve_disposal(node, ben, item)
    evidence_acts.act(node, ada, item, Act.HOLD, Said("New trial"))
    with pytest.raises(RefusedError, match="legal hold"):
        evidence_acts.approve_disposal(node, cleo, item)
    assert len(kept(node, tmp_path)) == 1
    evidence_acts.act(node, ada, item, Act.RELEASE, Said("Over"))
    assert evidence_acts.approve_disposal(node, cleo, item)
    assert kept(node, tmp_path) == []
    found = browse_evidence.read_item(node, ada, item)
    assert found.item.state == "disposed"
    assert found.may == frozenset()
    assert not found.broken
    with pytest.raises(AccordError):
        evidence_acts.act(node, ada, item, Act.SEAL, Said())


def test_disposal_keeps_bytes_that_another_item_has(node, ada, tmp_path):
    first, second = register(node, ada), register(node, ada, title="The same again")
    assert [same.id for same in browse_evidence.read_item(node, ada, first).same] == [second]
    evidence_acts.ask_disposal(node, ada, first, "erased", "double")
    evidence_acts.approve_disposal(node, who(node, "Ben"), first)
    assert evidence_acts.approve_disposal(node, who(node, "Cleo"), first)
    assert len(kept(node, tmp_path)) == 1
    assert evidence_acts.check_bytes(node, ada, second)


def test_a_transfer_shows_the_item_to_its_taker_and_moves_it(node, ada, item):
    dora = who(node, "Dora")
    evidence_acts.act(node, ada, item, Act.SEAL, Said())
    evidence_transfer.offer(node, ada, item, dora.member_id, Said("Joint case"))
    assert [i.id for i in browse_evidence.waiting(node, dora)] == [item]
    with pytest.raises(RefusedError):
        evidence_transfer.accept(node, ada, item, Said())
    offer = browse_evidence.read_item(node, ada, item).events[-1].link
    evidence_transfer.accept(node, dora, item, Said("Received in order"))
    found = browse_evidence.read_item(node, dora, item)
    assert found.item.holder_name == "Birch"
    assert found.events[-1].link.said["offer"] == offer.digest.hex()
    assert Act.SEAL not in browse_evidence.read_item(node, ada, item).may
    assert Act.CHECK_OUT in found.may
    with pytest.raises(RefusedError):
        evidence_acts.act(node, ada, item, Act.CHECK_OUT, Said("mine"), to="Ada")
    with pytest.raises(AbsentError):
        browse_evidence.read_item(node, who(node, "Finn"), item)


@pytest.mark.parametrize(("by", "undo"), [("Dora", evidence_transfer.decline), ("Ada", evidence_transfer.withdraw)])
def test_an_offer_that_comes_to_nothing_hides_the_item_again(node, ada, item, by, undo):
    dora = who(node, "Dora")
    evidence_transfer.offer(node, ada, item, dora.member_id, Said("Joint case"))
    undo(node, who(node, by), item, "Not ours")
    with pytest.raises(AbsentError):
        browse_evidence.read_item(node, dora, item)
    assert browse_evidence.read_item(node, ada, item).item.state == "unsealed"
    assert not browse_evidence.read_item(node, ada, item).broken


def test_working_copies_lead_back_to_the_sealed_original(node, ada, item):
    evidence_acts.act(node, ada, item, Act.SEAL, Said())
    copy = register(node, ada, b"a working copy", how=Act.DERIVE, parents=(item,), authority="", title="Working copy")
    assert [p.id for p in browse_evidence.read_item(node, ada, copy).parents] == [item]
    found = browse_evidence.read_item(node, ada, item)
    assert [c.id for c in found.children] == [copy]
    assert acts(node, ada, item) == ["acquire", "seal", "copy"]
    made_from = browse_evidence.read_item(node, ada, copy).events[0].link.said["made_from"]
    assert made_from == [{"item": str(item), "sha256": found.item.sha256}]


def test_what_cannot_be_registered_says_why_and_leaves_nothing(node, ada):
    for given, error, words in (
        ({"kind": "egg"}, InputError, "no kind"),
        ({"title": "  "}, InputError, "title"),
        ({"authority": ""}, InputError, "authority"),
        ({"acquired_at": node.clock.now() + timedelta(days=1)}, InputError, "future"),
        ({"title": "x" * 300}, LimitError, "200"),
        ({"how": Act.DERIVE}, InputError, "made from"),
    ):
        with pytest.raises(error, match=words):
            register(node, ada, **given)
    with pytest.raises(InputError, match="no file"):
        register(node, ada, None, kind="image")
    assert browse_evidence.list_evidence(node, ada, EvidenceFilter()).rows == []
    assert browse_evidence.read_item(node, ada, register(node, ada, None)).item.size is None


def test_an_upload_is_its_own_persons_and_must_be_complete(node, ada):
    begun = evidence_uploads.begin(node, ada, "../../etc/\x00pass\u202ewd", 10)
    evidence_uploads.put(node, ada, begun.id, 0, b"12345")
    for other in ("Ben", "Dora"):
        with pytest.raises(AbsentError):
            evidence_uploads.put(node, who(node, other), begun.id, 5, b"67890")
    with pytest.raises(LimitError):
        evidence_uploads.put(node, ada, begun.id, 5, b"678901")
    said = evidence.Registration("file", "A file", "Code", node.clock.now(), register_handling(ada))
    with pytest.raises(ConflictError, match="5 of 10"):
        evidence.register(node, ada, said, begun.id)
    again = evidence_uploads.begin(node, ada, "../../etc/\x00pass\u202ewd", 10)
    assert (again.id, again.offset) == (begun.id, 5)
    evidence_uploads.put(node, ada, begun.id, 5, b"67890")
    item = evidence.register(node, ada, said, begun.id)
    name = browse_evidence.read_item(node, ada, item).item.file_name
    assert "/" not in name
    assert name.isprintable()


def register_handling(signed):
    from accord.model.handling import Handling, Tlp

    return Handling(tlp=Tlp.RED, originators=frozenset({signed.member_id}))


@pytest.mark.parametrize("point", ["put", "_begin", "look_as"])
def test_a_fault_between_file_and_database_leaves_an_upload_that_goes_on(node, ada, tmp_path, monkeypatch, point):
    """The transaction fails after the file is in its place: nothing is registered, and the same call works later."""
    number = upload(node, ada, b"power loss")
    said = evidence.Registration("file", "A file", "Code", node.clock.now(), register_handling(ada))

    def fault(*_given, **_named):
        raise NodeError("Power loss")

    with monkeypatch.context() as broken:
        broken.setattr(evidence.evidence if point == "put" else evidence, point, fault)
        with pytest.raises(NodeError, match="Power loss"):
            evidence.register(node, ada, said, number)
    assert browse_evidence.list_evidence(node, ada, EvidenceFilter()).rows == []
    assert evidence_uploads.sweep(node) == 0  # the upload can still go on
    item = evidence.register(node, ada, said, number)
    assert evidence_acts.check_bytes(node, ada, item)
    assert len(kept(node, tmp_path)) == 1


def test_what_nobody_goes_on_with_is_swept(node, ada, item, tmp_path):
    number = upload(node, ada, b"abandoned")
    node.vault.seal(number)
    node.clock.pass_by(days=4)
    assert evidence_uploads.sweep(node) == 2  # the upload, and the bytes that are nobody's without it
    assert evidence_uploads.sweep(node) == 0
    assert evidence_acts.check_bytes(node, ada, item)
    assert len(kept(node, tmp_path)) == 1


def test_two_people_cannot_act_at_once(node, ada, item):
    """The item's row is held: the second waits and then meets the state that the first left."""
    import threading

    outcomes = []

    def seal(name):
        try:
            evidence_acts.act(node, who(node, name), item, Act.SEAL, Said())
            outcomes.append("done")
        except ConflictError:
            outcomes.append("refused")

    threads = [threading.Thread(target=seal, args=(name,)) for name in ("Ada", "Ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert acts(node, ada, item) == ["acquire", "seal"]
