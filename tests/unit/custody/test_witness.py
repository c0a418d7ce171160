"""The table of answers of C2SP tlog-witness, add-checkpoint."""

import pytest

from accord.custody.checkpoint import Checkpoint, cosign, parse_checkpoint
from accord.custody.errors import SignatureError
from accord.custody.log import head_path, keep, timestamp_path
from accord.custody.merkle import EMPTY_ROOT
from accord.custody.witness import Request, WitnessRefusal, accept_answer, answer, cosign_growth, parse_request
from accord.model.errors import ConflictError


@pytest.fixture
def grown(world):
    """A witness that cosigned size 5, and a log that has 8 entries now."""
    world.enrol_all()
    world.cosign("x")
    for _ in range(3):
        world.record("change", world.ana, subject="urn:uuid:1")
    return world


def ask(world, head=None, *, old=5, proof=None, last="cosigned", logs=None):
    head = head or world.log.checkpoint
    proof = tuple(world.log.consistency(5, 8)) if proof is None else proof
    last = world.cosigned_head if last == "cosigned" else last
    logs = {head.origin: [world.log_key.verifier]} if logs is None else logs
    request = parse_request(Request(old, proof, head).encode())
    return cosign_growth(request, logs, last, world.witnesses[:1], world.now)


def refused(world, *arguments, **named):
    with pytest.raises(WitnessRefusal) as caught:
        ask(world, *arguments, **named)
    return caught.value.status, caught.value.body


def test_growth_is_cosigned(grown):
    lines = ask(grown)
    head = grown.log.checkpoint
    assert accept_answer(head, answer(lines), [grown.witnesses[0].verifier]) == lines
    assert accept_answer(head, answer(lines), [grown.witnesses[1].verifier]) == []


def test_the_same_head_is_cosigned_again(grown):
    assert ask(grown, parse_checkpoint(grown.cosigned_head.encode()), proof=())


def test_an_unknown_log_is_404(grown):
    assert refused(grown, logs={})[0] == 404


def test_a_head_that_the_log_did_not_sign_is_403(grown):
    head = grown.log.checkpoint
    assert refused(grown, logs={head.origin: [grown.witnesses[0].verifier]})[0] == 403
    forged = Checkpoint(head.origin, 9, head.root).signed(grown.log_key).note.signatures
    assert refused(grown, Checkpoint(head.origin, 8, head.root, (), head.note._replace(signatures=forged)))[0] == 403


def test_an_old_size_above_the_new_one_is_400(grown):
    assert refused(grown, old=9)[0] == 400


@pytest.mark.parametrize("old", [0, 4, 8])
def test_an_old_size_that_was_not_cosigned_is_409_with_the_right_one(grown, old):
    assert refused(grown, old=old, proof=()) == (409, "5\n")


def test_a_log_seen_for_the_first_time_starts_at_zero(grown):
    assert ask(grown, old=0, proof=(), last=None)
    assert refused(grown, old=5, last=None) == (409, "0\n")


@pytest.mark.parametrize("change", ["none", "cut", "flip", "more"])
def test_a_proof_that_does_not_hold_is_422(grown, change):
    proof = tuple(grown.log.consistency(5, 8))
    proof = {"none": (), "cut": proof[1:], "flip": (proof[0][::-1], *proof[1:]), "more": (*proof, proof[0])}[change]
    assert refused(grown, proof=proof)[0] == 422


def test_another_root_at_the_same_size_is_422(grown):
    fork = Checkpoint(grown.log.origin, 5, b"f" * 32).signed(grown.log_key)
    assert refused(grown, fork, proof=())[0] == 422


def test_a_proof_from_the_empty_tree_must_be_empty(grown):
    assert refused(grown, old=0, proof=(b"x" * 32,), last=None)[0] == 422


def test_a_root_of_size_zero_is_that_of_nothing(grown):
    empty = Checkpoint(grown.log.origin, 0, EMPTY_ROOT).signed(grown.log_key)
    assert ask(grown, empty, old=0, proof=(), last=None)
    other = Checkpoint(grown.log.origin, 0, b"f" * 32).signed(grown.log_key)
    assert refused(grown, other, old=0, proof=(), last=None)[0] == 422


@pytest.mark.parametrize("body", [b"", b"old 05\n\nx", b"old 1\nAAAA\n\nx", b"old 1\n" + b"A" * 99, b"\xff"])
def test_what_cannot_be_read_is_400(body):
    with pytest.raises(WitnessRefusal) as caught:
        parse_request(body)
    assert caught.value.status == 400


def test_64_proof_lines_are_too_many(grown):
    with pytest.raises(WitnessRefusal, match="63"):
        ask(grown, proof=(b"x" * 32,) * 64)


def test_a_forged_answer_is_an_error(grown):
    (line,) = ask(grown)
    with pytest.raises(SignatureError):
        accept_answer(grown.log.checkpoint, answer([line._replace(raw=line.raw[::-1])]), [grown.witnesses[0].verifier])


def test_cosignatures_are_kept_although_the_log_has_grown_meanwhile(grown):
    head = grown.log.checkpoint
    first, second = (cosign(head, key, grown.now) for key in grown.witnesses)
    grown.record("change", grown.ana, subject="urn:uuid:1")
    grown.log.cosigned(head, [first])
    kept = grown.log.cosigned(head, [second])
    assert {line.name for line in kept.note.signatures} == {grown.log.origin, "witness-x.example", "witness-y.example"}
    assert parse_checkpoint(grown.storage.read(head_path(head.size))) == kept
    assert len(grown.log.checkpoint.note.signatures) == 1
    newest = grown.log.cosigned(grown.log.checkpoint, [cosign(grown.log.checkpoint, grown.witnesses[0], grown.now)])
    assert grown.log.checkpoint == newest
    with pytest.raises(SignatureError):
        grown.log.cosigned(Checkpoint(head.origin, 9, head.root, (), head.note), [first])


def test_what_is_kept_beside_the_log_stays(grown):
    path = timestamp_path(5, "tsa")
    keep(grown.storage, path, b"stamp")
    keep(grown.storage, path, b"stamp")
    with pytest.raises(ConflictError):
        keep(grown.storage, path, b"other")
