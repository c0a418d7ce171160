"""Asks others to vouch for the log: witnesses cosign its head, authorities stamp the cosigned head; and the reverse.

A head that carries a stamp gets no more signatures: the stamp is over the head with those that it had.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from accord.custody.checkpoint import Checkpoint, cosignatures, open_checkpoint, parse_checkpoint
from accord.custody.errors import CustodyError, QuorumError
from accord.custody.log import head_path, keep, timestamp_path
from accord.custody.note import Signature, VerifierKey
from accord.custody.outside import AuthorityLink, WitnessLink
from accord.custody.timestamps import timestamp_request, verify_timestamp
from accord.custody.witness import Request, accept_answer, answer, cosign_growth, parse_request
from accord.model.errors import AbsentError, AccordError, NodeError
from accord.model.ports import Progress
from accord.services.consent import room_of
from accord.services.custody_room import CustodyRoom
from accord.services.node import Node
from accord.store import custody
from accord.store.engine import node_transaction

MAX_TOLD = 600
"""Characters of what others answered that stand with a piece of work."""


class Attested(NamedTuple):
    """A head with what others put under it. `quorum`: whether the node's policy is met; `problems`: one sentence each.

    `stamps`: names of authorities whose stamp over this head is kept.
    """

    head: Checkpoint
    witnesses: tuple[str, ...]
    stamps: tuple[str, ...]
    quorum: bool
    problems: tuple[str, ...]


def attest(node: Node) -> Attested:
    """Has the newest head cosigned and stamped; whoever cannot be reached or refuses is named, not raised.

    Raises `NodeError` when the answers cannot be kept.
    """
    room = room_of(node)
    head, problems = room.log.checkpoint, []
    if not _stamps(room, head.size):
        lines: list[Signature] = []
        for witness in room.outside.witnesses:
            try:
                lines += _ask(room, witness, head)
            except AccordError as error:
                problems.append(str(error))
        room.turns.alone(partial(_keep_lines, room, head, lines))
    head = head_of(room, head.size)
    for link in room.outside.authorities:
        try:
            _stamp(room, link, head)
        except AccordError as error:
            problems.append(str(error))
    return state_of(room, head)._replace(problems=tuple(problems))


def is_due(node: Node) -> bool:
    """Whether there is anybody to ask, and the newest head lacks the quorum or a stamp of theirs."""
    room = node.custody
    if room is None or not (room.outside.witnesses or room.outside.authorities):
        return False
    size = room.log.checkpoint.size
    stamped = len(_stamps(room, size)) >= len(room.outside.authorities)
    if head_path(size) not in room.storage.side_files():
        return bool(room.outside.witnesses) or not stamped
    # A head that has a stamp gets no more cosignatures: the next one will.
    quorum = not room.outside.witnesses or bool(_stamps(room, size)) or state_of(room, head_of(room, size)).quorum
    return not (stamped and quorum)


def attest_job(node: Node) -> Callable[..., None]:
    """The task `attest`: asks once. Whoever could not be reached or refused is the end of the work, in words."""

    def work(progress: Progress) -> None:
        progress.report("asking", 0, None)
        if problems := attest(node).problems:
            raise NodeError(" ".join(problems)[:MAX_TOLD], action="It is tried again when it is next due.")

    return work


def heads(room: CustodyRoom) -> list[Checkpoint]:
    """The heads that are kept beside the log because others vouch for them, oldest first."""
    sizes = sorted(int(path.split("/")[1]) for path in room.storage.side_files() if not path.endswith(".tsr"))
    return [head_of(room, size) for size in sizes]


def head_of(room: CustodyRoom, size: int) -> Checkpoint:
    """A kept head. Raises `AbsentError`, `SignatureError`."""
    return open_checkpoint(room.storage.read(head_path(size)), room.keys.log_key.verifier)


def state_of(room: CustodyRoom, head: Checkpoint) -> Attested:
    """What is known of a head, without asking anybody."""
    policy = room.outside.policy
    problems: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    quorum = False
    try:
        if policy is not None:
            signed = {one.key for one in cosignatures(head, policy.witnesses.values())}
            names = tuple(name for name, key in policy.witnesses.items() if key in signed)
            policy.check(head)
            quorum = policy.quorum != "none"
    except QuorumError as error:
        problems = (error.found,)
    return Attested(head, names, _stamps(room, head.size), quorum, problems)


def add_checkpoint(node: Node, body: bytes) -> bytes:
    """Cosigns another log's head: the answer to C2SP tlog-witness `add-checkpoint`, durable before it is given.

    Raises `WitnessRefusal` with the status and body that the protocol asks for.
    """
    room = room_of(node)
    request = parse_request(body)
    origin = request.checkpoint.origin
    known = room.outside.witnessed
    logs = {origin: known.keys_of(origin)} if known and known.keys_of(origin) else {}
    with node_transaction(node.engine) as connection:
        note = custody.head(connection, f"witnessed {origin}", lock=True)
        last = parse_checkpoint(note) if note else None
        lines = cosign_growth(request, logs, last, room.keys.witness_keys, node.clock.now())
        head = request.checkpoint
        custody.keep_head(connection, f"witnessed {origin}", head.size, head.encode(), node.clock.now())
    return answer(lines)


def _ask(room: CustodyRoom, witness: WitnessLink, head: Checkpoint) -> list[Signature]:
    """A witness's lines under a head; when it last saw another size than we think, it says so and is asked again."""
    policy = room.outside.policy
    key = policy.witnesses[witness.name] if policy else None
    if key is None:
        raise NodeError(f"The policy has no key of the witness {witness.name}.", action="Correct custody/policy.txt.")
    old = _last_seen(room, key)
    for _ in range(2):
        proof = tuple(room.log.consistency(old, head.size)) if 0 < old <= head.size else ()
        status, body = witness.add_checkpoint(Request(old, proof, head).encode())
        if status == 200:
            return accept_answer(head, body, [key])
        if status != 409 or not body.strip().isdigit() or len(body) > 20:
            break
        old = int(body)
        if old > head.size:
            raise CustodyError(
                f"The witness {witness.name} has cosigned this log at size {old}; here it has {head.size} entries.",
                proves="This log was cut back or restored from an older copy, or another node signs in its name.",
            )
    raise NodeError(
        f"The witness {witness.name} does not cosign (status {status}): {body[:200].decode('utf-8', 'replace')}",
        action="Ask its operator.",
    )


def _keep_lines(room: CustodyRoom, head: Checkpoint, lines: list[Signature]) -> None:
    room.log.cosigned(head, lines)


def _last_seen(room: CustodyRoom, key: VerifierKey) -> int:
    seen = [head.size for head in heads(room) if cosignatures(head, [key])]
    return max(seen, default=0)


def _stamps(room: CustodyRoom, size: int) -> tuple[str, ...]:
    found = (path.split("/")[1].split(".") for path in room.storage.side_files() if path.endswith(".tsr"))
    return tuple(sorted(parts[1] for parts in found if parts[0] == str(size)))


def _stamp(room: CustodyRoom, link: AuthorityLink, head: Checkpoint) -> None:
    path = timestamp_path(head.size, link.authority.name)
    try:
        room.storage.read(path)
    except AbsentError:
        nonce = int.from_bytes(room.keys.random(8), "big") >> 1 or 1
        stamp = link.stamp(timestamp_request(head.encode(), nonce))
        verify_timestamp(stamp, head.encode(), link.authority, nonce=nonce)
        room.turns.alone(partial(keep, room.storage, path, stamp))
