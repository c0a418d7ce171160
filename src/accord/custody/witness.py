"""C2SP tlog-witness: cosigns another log's head after checking that it only grew. No network here, no storage.

`cosign_growth` decides; the caller MUST read what was last cosigned, decide and keep the new head in one transaction,
and answer only after that is durable, or two requests could roll a log back between them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from accord.custody import merkle
from accord.custody.checkpoint import Checkpoint, cosign, cosignatures, parse_checkpoint, verify_log_signature
from accord.custody.errors import CustodyError, MalformedError, ProofError, SignatureError
from accord.custody.note import Signature, SigningKey, VerifierKey, decode_base64, parse_signature

MAX_PROOF_LINES = 63
SIZE_MEDIA_TYPE = "text/x.tlog.size"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class WitnessRefusal(CustodyError):  # noqa: N818 - the protocol's own word for it
    """The head is not cosigned. `status`: HTTP; `body`: what the answer holds (`SIZE_MEDIA_TYPE` when 409)."""

    proves = "A head that no witness cosigns may be one that only you were shown."

    def __init__(self, status: int, found: str, body: str = "") -> None:
        super().__init__(found)
        self.status = status
        self.body = body


class Request(NamedTuple):
    """A request to cosign: the log had `old_size` entries when this witness last cosigned it."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint

    def encode(self) -> bytes:
        lines = [f"old {self.old_size}", *(base64.b64encode(hash_).decode() for hash_ in self.proof), "", ""]
        return "\n".join(lines).encode() + self.checkpoint.encode()


def parse_request(body: bytes) -> Request:
    """Reads the body of `add-checkpoint`. Raises `WitnessRefusal` 400."""
    head, _, checkpoint = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        match = _OLD.fullmatch(first)
        proof = tuple(decode_base64(line) for line in lines)
        parsed = parse_checkpoint(checkpoint)
    except (MalformedError, UnicodeDecodeError) as error:
        raise WitnessRefusal(400, f"The request cannot be read. {error}") from None
    if match is None or len(proof) > MAX_PROOF_LINES or any(len(h) != merkle.HASH_BYTES for h in proof):
        raise WitnessRefusal(400, "The request has no size line, or proof lines that are none, or more than 63.")
    return Request(int(match[1]), proof, parsed)


def cosign_growth(
    request: Request,
    logs: Mapping[str, Sequence[VerifierKey]],
    last: Checkpoint | None,
    keys: Sequence[SigningKey],
    now: datetime,
) -> list[Signature]:
    """The witness's lines under the head, one a key.

    `logs`: trusted keys by origin. `last`: the head of this origin that was cosigned last, None when never.
    Raises `WitnessRefusal` with the status that the protocol asks for; the cases in its order.
    """
    head = request.checkpoint
    if head.origin not in logs:
        raise WitnessRefusal(404, f"This witness does not know the log {head.origin}.")
    try:
        verify_log_signature(head, logs[head.origin])
    except SignatureError as error:
        raise WitnessRefusal(403, error.found) from None
    if request.old_size > head.size:
        raise WitnessRefusal(400, f"The old size {request.old_size} is above the new one, {head.size}.")
    known = last.size if last else 0
    if request.old_size != known:
        raise WitnessRefusal(409, f"This witness last cosigned size {known}, not {request.old_size}.", f"{known}\n")
    if head.size == 0 and head.root != merkle.EMPTY_ROOT:
        raise WitnessRefusal(422, "The root at size 0 is not that of the empty tree.")
    if known == 0 and request.proof:
        raise WitnessRefusal(422, "A proof from the empty log must be empty.")
    try:
        if known:
            merkle.verify_consistency(known, head.size, request.proof, last.root if last else b"", head.root)
    except ProofError as error:
        raise WitnessRefusal(422, error.found) from None
    return [cosign(head, key, now) for key in keys]


def answer(lines: Sequence[Signature]) -> bytes:
    """The body of a 200."""
    return "".join(line.line() for line in lines).encode()


def accept_answer(head: Checkpoint, body: bytes, keys: Sequence[VerifierKey]) -> list[Signature]:
    """The lines of a witness's answer that are by trusted keys, verified; unknown ones are left out.

    Raises `MalformedError`, and `SignatureError` when a trusted key's line is wrong.
    """
    if len(body) > 1 << 16:
        raise MalformedError("A witness's answer is larger than 64 kB.")
    try:
        *lines, last = body.decode().split("\n")
    except UnicodeDecodeError:
        raise MalformedError("A witness's answer is not UTF-8.") from None
    if last or not lines:
        raise MalformedError("A witness's answer does not consist of signature lines.")
    found = [parse_signature(line) for line in lines]
    good = cosignatures(head.with_signatures(found), keys)
    trusted = {(signed.key.name, signed.key.key_id) for signed in good}
    return [line for line in found if (line.name, line.key_id) in trusted]
