"""Others vouch for the log, over real sockets: witnesses that are nodes themselves, and a time-stamp authority."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util
import shutil
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from rfc3161_client import decode_timestamp_response
from sqlalchemy import select

from accord.adapters.custody_outside import outside
from accord.bootstrap import attest_when_due, jobs_of
from accord.custody.timestamps import verify_timestamp
from accord.custody.witness import WitnessRefusal
from accord.jobs.worker import Worker
from accord.model.errors import NodeError
from accord.services.browse import OVERSEES
from accord.services.browse_record import log_state
from accord.services.record import record
from accord.services.witnessing import add_checkpoint, attest, attest_job, heads, is_due
from accord.store.engine import node_transaction
from accord.store.tables import work

from .serving import serving
from .stage import Stage

AUTHORITY = Path(__file__).parents[1] / "unit/custody/authority.py"
spec = importlib.util.spec_from_file_location("custody_stage_authority", AUTHORITY)
authority = importlib.util.module_from_spec(spec)
spec.loader.exec_module(authority)


def _record(stage):
    with node_transaction(stage.node.engine) as connection:
        record(stage.node, connection, "thing changed", "thing")


class Others:
    """A witness (another node's services, behind HTTP) and an authority; `trouble` answers instead when set."""

    def __init__(self, stage, witness_stage):
        self.stage, self.node, self.trouble = stage, witness_stage.node, None
        self.tsa = authority.LocalAuthority()
        self.asked = []

    def answer(self, path, body):
        self.asked.append(path)
        if self.trouble:
            return self.trouble
        try:
            return 200, add_checkpoint(self.node, body)
        except WitnessRefusal as refusal:
            return refusal.status, (refusal.body or refusal.found).encode()


@pytest.fixture
def witness_stage(fresh, tmp_path):
    stage = Stage(fresh(), tmp_path / "witness", origin="node-b.example/custody")
    yield stage
    stage.close()


@pytest.fixture
def others(stage, witness_stage):
    folder = witness_stage.folder
    (folder / "witnessed.txt").write_text(f"log {stage.node.custody.keys.log_key.verifier.encode()}\n")
    witness_stage.node = witness_stage.reopened(outside(folder))
    found = Others(stage, witness_stage)
    with serving(found.answer) as url:
        key = witness_stage.node.custody.keys.witness_keys[0].verifier.encode()
        log = stage.node.custody.keys.log_key.verifier.encode()
        (stage.folder / "policy.txt").write_text(f"log {log}\nwitness b {key} {url}/w\nquorum b\n")
        found.url = url
        stage.node = stage.reopened(outside(stage.folder))
        yield found


def test_a_witness_cosigns_and_again_after_growth(stage, others):
    first = attest(stage.node)
    assert (first.witnesses, first.quorum, first.problems) == (("b",), True, ())
    for _ in range(3):
        _record(stage)
    second = attest(stage.node)
    assert second.quorum
    assert [head.size for head in heads(stage.node.custody)] == [first.head.size, second.head.size]
    assert others.asked == ["/w/add-checkpoint"] * 2


def test_a_witness_that_remembers_another_size_is_asked_again(stage, others):
    attest(stage.node)
    (stage.folder / "log" / "heads" / str(stage.node.custody.log.checkpoint.size)).unlink()
    _record(stage)
    assert attest(stage.node).quorum
    assert len(others.asked) == 3  # 409 with its size, then the proof from there


def test_a_witness_that_is_away_or_talks_nonsense_is_named_and_there_is_no_quorum(stage, others):
    for trouble in ((500, b"no"), (200, b"nonsense"), (200, b"x" * 100_000), (409, b"9" * 30), (403, b"who?")):
        others.trouble = trouble
        found = attest(stage.node)
        assert (found.quorum, found.witnesses, len(found.problems)) == (False, (), 1)
        assert "quorum" in found.problems[0] or "witness" in found.problems[0].lower()


def test_a_log_that_was_cut_back_is_told_so_by_its_witness(stage, others):
    others.trouble = (409, b"77\n")
    found = attest(stage.node)
    assert "has cosigned this log at size 77" in found.problems[0]


def test_a_head_is_stamped_once_and_the_stamp_holds(stage, others):
    folder = stage.folder / "authorities"
    folder.mkdir()
    (folder / "tsa.root.pem").write_bytes(others.tsa.root_pem)
    made = []

    def answer(_path, body):
        nonce = _nonce(body)
        head = stage.node.custody.log.checkpoint.encode()
        made.append(nonce)
        return 200, others.tsa.stamp(head, dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC), nonce=nonce)

    with serving(answer) as url:
        (folder / "tsa.url").write_text(f"{url}/tsa\n")
        stage.node = stage.reopened(outside(stage.folder))
        found = attest(stage.node)
        assert (found.stamps, found.problems) == (("tsa",), ())
        again = attest(stage.node)
    assert again.stamps == ("tsa",)
    assert len(made) == 1
    stamp = stage.node.custody.storage.read(f"heads/{found.head.size}.tsa.tsr")
    assert decode_timestamp_response(stamp).status == 0
    (link,) = stage.node.custody.outside.authorities
    assert verify_timestamp(stamp, found.head.encode(), link.authority).year == 2026


def test_a_stamp_of_another_request_is_not_kept(stage, others):
    folder = stage.folder / "authorities"
    folder.mkdir()
    (folder / "tsa.root.pem").write_bytes(others.tsa.root_pem)
    old = others.tsa.stamp(b"something else", dt.datetime(2026, 11, 24, tzinfo=dt.UTC), nonce=5)
    with serving(lambda *_: (200, old)) as url:
        (folder / "tsa.url").write_text(url)
        stage.node = stage.reopened(outside(stage.folder))
        found = attest(stage.node)
    assert found.stamps == ()
    assert "does not hold" in found.problems[0]


def test_two_histories_get_no_second_cosignature(stage, others, fresh, tmp_path):
    """A split view: the same key signs another history of the same log; the witness has seen the first."""
    shutil.copytree(stage.folder, tmp_path / "twin")
    _record(stage)
    attest(stage.node)
    twin = Stage(fresh(), tmp_path / "twin", outside(tmp_path / "twin"))
    for _ in range(3):
        _record(twin)
    found = attest(twin.node)
    twin.close()
    assert not found.quorum
    assert "status 422" in found.problems[0]
    assert "does not begin with" in found.problems[0]


def _nonce(request):
    """The last INTEGER before the closing BOOLEAN of a TimeStampReq."""
    at = request.rindex(b"\x01\x01\xff")
    for length in range(1, 10):
        if request[at - length - 2] == 2 and request[at - length - 1] == length:
            return int.from_bytes(request[at - length : at])
    raise AssertionError("no nonce")


class Silent:
    def report(self, stage, done, total, detail=""):
        pass


def test_others_are_asked_only_when_the_log_has_grown(stage, others):
    assert is_due(stage.node)
    attest_job(stage.node)(Silent())
    assert not is_due(stage.node)
    _record(stage)
    assert is_due(stage.node)
    others.trouble = (500, b"no")
    with pytest.raises(NodeError, match="does not cosign"):
        attest_job(stage.node)(Silent())
    assert is_due(stage.node)


def test_a_node_that_has_nobody_to_ask_never_does(stage):
    assert not is_due(stage.node)


def test_a_cosignature_is_kept_also_while_others_write(stage, others):
    """Whoever waits for the log to be drained is not served by the keeping of a cosignature, nor the reverse."""
    turns, done = stage.node.custody.turns, []
    began, end = threading.Event(), threading.Event()

    def slow():
        began.set()
        end.wait(10)

    threads = [threading.Thread(target=turns.take, args=(slow,))]
    threads[0].start()
    began.wait(10)
    for name, does in enumerate((turns.alone, turns.take, turns.alone), start=1):
        threads.append(threading.Thread(target=does, args=(partial(done.append, name),)))
        threads[-1].start()
    end.set()
    for thread in threads:
        thread.join(10)
    assert sorted(done) == [1, 2, 3]


def test_a_serving_node_asks_by_itself_and_its_overseers_see_it(stage, others):
    jobs = jobs_of(stage.node)
    attest_when_due(stage.node, jobs)
    attest_when_due(stage.node, jobs)
    with node_transaction(stage.node.engine) as connection:
        assert len(connection.execute(select(work.c.id).where(work.c.task == "attest")).all()) == 1
    with Worker(jobs):
        deadline = time.monotonic() + 30
        while is_due(stage.node) and time.monotonic() < deadline:
            time.sleep(0.05)
    overseer = dataclasses.replace(stage.signed(stage.ana), role=OVERSEES)
    state = log_state(stage.node, overseer)
    assert state.vouched[0][0].quorum
    assert state.asked.state in {"done", "running"}
    assert log_state(stage.node, stage.signed(stage.ana)) is None
