"""An item goes to a second node by files carried by hand; each side's record quotes the other's log."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from evidence_room import make_node, register, upload, who

from accord.custody.handover import MAX_BYTES, OFFER, parse
from accord.custody.item import Act
from accord.model.errors import AccordError, ConflictError, InputError
from accord.services import browse_evidence, evidence_acts, evidence_files
from accord.services.evidence_chain import Said
from accord.store import provision
from accord.store.engine import make_engine

CONTENT = b"bytes of a disk"


@pytest.fixture
def here(database, tmp_path):
    node = make_node(database, private(tmp_path / "here"), log="here.example/custody")
    yield node
    node.custody.storage.close()


@pytest.fixture
def there(server, template, tmp_path):
    name = f"t_{uuid4().hex}"
    with psycopg.connect(server.superuser, autocommit=True) as admin:
        provision.make_database(admin, name, template=template)
        engine = make_engine(server.of("accord_app", name), pool_size=2)
        database = SimpleNamespace(app=server.of("accord_app", name), engine=engine)
        node = make_node(database, private(tmp_path / "there"), log="there.example/custody")
        yield node
        node.custody.storage.close()
        engine.dispose()
        admin.execute(f"drop database {name} with (force)")


def private(folder):
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def offered(here):
    ada = who(here, "Ada")
    item = register(here, ada, CONTENT)
    evidence_acts.act(here, ada, item, Act.SEAL, Said())
    offer = evidence_files.offer_elsewhere(here, ada, item, "Dora, Birch", Said("Joint case"))
    return SimpleNamespace(item=item, offer=offer, ada=ada)


def take(there, offer, content=CONTENT):
    dora = who(there, "Dora")
    number = upload(there, dora, content, "item.bin") if content else None
    return evidence_files.receive(there, dora, offer, number, Said("Seal unbroken"))


def test_an_item_goes_over_and_both_records_quote_the_other(here, there, offered):
    with evidence_acts.access(here, offered.ada, offered.item, "to copy it"):
        pass  # the bytes are read after the offer, as a person with a stick does
    got = take(there, offered.offer)
    assert got.key == here.custody.keys.log_key.verifier.encode()
    key = evidence_files.accept_elsewhere(here, offered.ada, offered.item, got.acceptance)
    assert key == there.custody.keys.log_key.verifier.encode()
    mine = browse_evidence.read_item(here, offered.ada, offered.item)
    theirs = browse_evidence.read_item(there, who(there, "Dora"), got.item_id)
    assert mine.item.state == "elsewhere"
    assert mine.may == frozenset()
    assert theirs.item.sha256 == mine.item.sha256
    offer_event = next(e.link for e in mine.events if e.link.act is Act.TRANSFER_OFFER)
    assert theirs.events[0].link.said["offer"] == offer_event.digest.hex()
    assert mine.events[-1].link.said["receipt"] == theirs.events[0].link.digest.hex()
    assert not mine.broken
    assert not theirs.broken
    assert quotes(there) == ["here.example/custody"]
    assert quotes(here) == ["there.example/custody"]


def quotes(node):
    """Origins of other logs that entries of this node's log quote."""
    from accord.custody.entry import parse_entry

    log = node.custody.log
    entries = [parse_entry(log.entry(n)) for n in range(log.checkpoint.size)]
    return [quote.origin for entry in entries for quote in entry.quotes]


def test_the_offer_can_be_written_again_and_answers_once(here, there, offered):
    again = evidence_files.offer_file(here, offered.ada, offered.item)
    assert parse(again, OFFER).last == parse(offered.offer, OFFER).last
    got = take(there, again)
    evidence_files.accept_elsewhere(here, offered.ada, offered.item, got.acceptance)
    with pytest.raises(ConflictError):
        evidence_files.accept_elsewhere(here, offered.ada, offered.item, got.acceptance)


def test_other_bytes_and_missing_bytes_are_refused(there, offered):
    with pytest.raises(InputError, match="SHA-256 differs"):
        take(there, offered.offer, b"other bytes")
    with pytest.raises(InputError, match="bytes of the item are missing"):
        take(there, offered.offer, None)
    assert browse_evidence.list_evidence(there, who(there, "Dora"), browse_evidence.EvidenceFilter()).rows == []


def test_an_acceptance_of_another_offer_is_refused(here, there, offered):
    other = register(here, offered.ada, b"another disk")
    second = evidence_files.offer_elsewhere(here, offered.ada, other, "Dora, Birch", Said("Joint case"))
    got = take(there, second, b"another disk")
    with pytest.raises(InputError, match="another offer"):
        evidence_files.accept_elsewhere(here, offered.ada, offered.item, got.acceptance)


def test_no_changed_value_of_an_offer_is_taken(offered):
    """Every value in the file is changed in turn: each is refused, or is one of the few that prove nothing."""
    whole = json.loads(offered.offer)
    unproved = {"giver", "taker", "transfer", "answers"}
    passed = set()
    for path in list(leaves(whole)):
        changed = json.loads(offered.offer)
        where = changed
        for step in path[:-1]:
            where = where[step]
        value = where[path[-1]]
        where[path[-1]] = value + 1 if isinstance(value, int) else "x" + str(value) if value else "y"
        try:
            evidence_files.read_offer(json.dumps(changed).encode())
        except AccordError:
            continue
        passed.add(path[0] if path[0] != "item" else "item." + path[1])
    allowed = {"item.description", "item.id", "item.handling"}
    assert passed <= unproved | allowed


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"chain": []}', b"[" * 100_000, b"x" * (MAX_BYTES + 1)]
)
def test_nonsense_is_named(content):
    with pytest.raises(InputError):
        evidence_files.read_offer(content)
