"""A bundle exported by a living node, and the verifier as an attacker meets it: on the files, and without Accord."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
import uuid
from dataclasses import replace

import pytest

from accord.adapters.blobs import Blobs
from accord.adapters.custody_outside import outside
from accord.cli.custody import openers_of, write_out
from accord.cli.verify import open_bundle
from accord.custody import offline_signatures, offline_verifier
from accord.custody.events import EventType
from accord.model.errors import AbsentError, InputError
from accord.services import consent
from accord.services.custody_erasure import erase
from accord.services.custody_facts import CustodyFacts
from accord.services.record import record
from accord.services.witnessing import attest
from accord.store import custody
from accord.store.engine import node_transaction

from .device import Device
from .serving import serving
from .test_consent import _enrol
from .test_witnessing import _nonce, others, witness_stage  # noqa: F401  fixtures

CONTENT = b"a page that was seized\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def _record(stage, verb, facts, person=None):
    with node_transaction(stage.node.engine) as connection:
        who = {"person_id": person or stage.ana, "member_id": stage.member.id}
        return record(stage.node, connection, verb, str(facts.item), **who, custody=facts)


def _fill(stage):
    """An item that was acquired, sealed with a passkey and read; gives its id."""
    blobs = Blobs(stage.folder / "blobs", max_bytes=2**20)
    blobs.prepare()
    blobs.put(CONTENT)
    stage.node = replace(stage.node, blobs=blobs)
    device = Device()
    _enrol(stage, stage.signed(stage.ana), device)
    item, digests = uuid.uuid4(), {"sha256": DIGEST}
    _record(stage, "item registered", CustodyFacts(EventType.ACQUIRE, item, digests, reason="warrant 12"))
    attest(stage.node)
    facts = CustodyFacts(EventType.SEAL, item, digests)
    signed = stage.signed(stage.ana)
    asked = consent.ask(stage.node, signed, "item sealed", facts, subject=str(item))
    given = consent.give(stage.node, signed, asked.id, facts, **device.answer(asked.challenge))
    _record(stage, "item sealed", given)
    _record(stage, "item read", CustodyFacts(EventType.ACCESS, item), person=stage.ben)
    return item


@pytest.fixture
def bundle(stage, others, tmp_path):  # noqa: F811
    """A whole bundle on the disk: cosigned, stamped, with its item."""
    folder = stage.folder / "authorities"
    folder.mkdir()
    (folder / "tsa.root.pem").write_bytes(others.tsa.root_pem)

    def stamp(_path, body):
        head = stage.node.custody.storage.read(f"heads/{stage.node.custody.log.checkpoint.size}")
        return 200, others.tsa.stamp(head, stage.clock.at, nonce=_nonce(body))

    with serving(stamp) as url:
        (folder / "tsa.url").write_text(url)
        stage.node = stage.reopened(outside(stage.folder))
        item = _fill(stage)
        write_out(stage.node, item, tmp_path / "bundle", openers=openers_of(stage.node), reason="for the court")
    return tmp_path / "bundle"


def _verdict(folder, *, policy=None):
    return offline_verifier.verify(offline_verifier.Bundle(folder), policy, offline_signatures)


def test_a_stranger_verifies_it_with_python_alone(stage, bundle):
    policy = stage.folder / "policy.txt"
    run = subprocess.run(
        [sys.executable, "-I", "-S", bundle / "verify.py", "--policy", policy, bundle],
        capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    assert run.returncode in {0, 3}, run.stdout
    report = _verdict(bundle, policy=policy.read_bytes())
    assert report.code == 0, [line for line in report.lines if line[0] != "proved"]
    said = "\n".join(line[2] for line in report.lines)
    for kind in ("acquire", "seal", "access", "export"):
        assert f"{kind} of urn:uuid:" in said
    assert "warrant 12" in said
    assert "says the authority" in said


def test_every_file_left_out_or_renamed_or_swapped_is_noticed(bundle, tmp_path):
    names = sorted(path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file())
    for number, name in enumerate(names):
        work = tmp_path / f"w{number}"
        shutil.copytree(bundle, work)
        (work / name).unlink()
        assert _verdict(work).code == 1, name
        other = names[number - 1]
        shutil.copyfile(bundle / other, work / name)
        assert _verdict(work).code == 1 or (bundle / other).read_bytes() == (bundle / name).read_bytes(), name
        shutil.rmtree(work)


def test_changed_bytes_anywhere_are_noticed(bundle):
    """A seeded sample over every file; tests/unit/custody changes each byte of a smaller bundle."""
    chance = random.Random(7)
    for path in sorted(path for path in bundle.rglob("*") if path.is_file()):
        before = path.read_bytes()
        for _ in range(6 if before else 0):
            at = chance.randrange(len(before))
            path.write_bytes(before[:at] + bytes([before[at] ^ 1 << chance.randrange(8)]) + before[at + 1 :])
            assert _verdict(bundle).code == 1, (path.name, at)
        path.write_bytes(before)
    assert _verdict(bundle).code == 3  # the bundle's own policy


def test_an_act_that_its_person_did_not_confirm_is_a_doubt(stage, tmp_path):
    """Ben has no passkey in the log: what he seals is recorded, and not shown to be his will."""
    item = uuid.uuid4()
    _record(stage, "item registered", CustodyFacts(EventType.ACQUIRE, item, {"sha256": DIGEST}), person=stage.ben)
    _record(stage, "item sealed", CustodyFacts(EventType.SEAL, item, {"sha256": DIGEST}), person=stage.ben)
    write_out(stage.node, item, tmp_path / "bundle", openers=[])
    doubts = [line[2] for line in _verdict(tmp_path / "bundle").lines if line[0] == "doubt" and "/entries/" in line[1]]
    assert doubts == ['unconfirmed is "seal"']


def test_without_witnesses_an_export_is_marked_so(stage, tmp_path):
    item = _fill(stage)
    made = write_out(stage.node, item, tmp_path / "out.zip", openers=openers_of(stage.node))
    assert not made.attested.quorum
    assert "SANS QUORUM" in made.files["without-quorum.fr.txt"].decode()

    report = offline_verifier.verify(open_bundle(tmp_path / "out.zip"), None, offline_signatures)
    assert report.code == 3
    assert any("no quorum" in line[2] for line in report.lines)


def test_what_is_erased_or_withheld_is_not_in_it_and_the_rest_still_holds(stage, tmp_path):
    item = _fill(stage)
    with node_transaction(stage.node.engine) as connection:
        first = custody.chain(connection, f"urn:uuid:{item}")[0]
    signed = stage.signed(stage.ana)
    erase(stage.node, signed, first.id, "retention ended")
    made = write_out(stage.node, item, tmp_path / "out", openers=openers_of(stage.node), withhold=("actor",))
    text = made.files["openings.json"].decode()
    assert made.erased == 1
    assert "warrant 12" not in text
    assert '"actor"' not in text
    report = _verdict(tmp_path / "out")
    assert [line for line in report.lines if line[0] == "wrong"] == []


def test_a_contribution_has_a_bundle_too(stage, tmp_path):
    _fill(stage)
    number = uuid.uuid4()
    with node_transaction(stage.node.engine) as connection:
        detail = {"path": "a.csv", "sha256": DIGEST}
        record(stage.node, connection, "contribution received", str(number), detail=detail)
    made = write_out(stage.node, number, tmp_path / "out", openers=openers_of(stage.node))
    assert [item.digest for item in made.items] == [DIGEST]
    assert [line for line in _verdict(tmp_path / "out").lines if line[0] == "wrong"] == []


def test_what_is_not_there_and_where_it_cannot_go_is_said(stage, tmp_path):
    with pytest.raises(AbsentError, match="no entry about"):
        write_out(stage.node, uuid.uuid4(), tmp_path / "out", openers=[])
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="there already"):
        write_out(stage.node, uuid.uuid4(), tmp_path / "there", openers=[])
