"""C2SP tlog-proof: a text file that proves, without any network, that an entry is in a witnessed log."""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

from accord.custody import merkle
from accord.custody.checkpoint import Checkpoint, parse_checkpoint
from accord.custody.errors import MalformedError
from accord.custody.note import decode_base64

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF_HASHES = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


class Proof(NamedTuple):
    """`position` counts entries from 0. `extra` is opaque and not authenticated; None when there is no such line."""

    position: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint
    extra: bytes | None = None

    def encode(self) -> bytes:
        extra = [] if self.extra is None else [f"extra {base64.b64encode(self.extra).decode()}"]
        hashes = [base64.b64encode(hash_).decode() for hash_ in self.hashes]
        head = "\n".join([HEADER, *extra, f"index {self.position}", *hashes, "", ""])
        return head.encode() + self.checkpoint.encode()

    def verify(self, entry: bytes) -> None:
        """Raises `ProofError` unless the entry is at the index under the checkpoint's root.

        The caller MUST check the checkpoint's signatures (`quorum.Policy.check`).
        """
        head = self.checkpoint
        merkle.verify_inclusion(merkle.leaf_hash(entry), self.position, head.size, self.hashes, head.root)


def parse_proof(data: bytes) -> Proof:
    """Reads a proof. Raises `MalformedError`."""
    head, _, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise MalformedError("A proof's lines before the checkpoint are not ASCII.") from None
    if lines.pop(0) != HEADER:
        raise MalformedError(f"A proof does not begin with {HEADER}.")
    extra = decode_base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    match = _INDEX.fullmatch(lines.pop(0)) if lines else None
    hashes = tuple(decode_base64(line) for line in lines)
    if match is None or len(hashes) > MAX_PROOF_HASHES or any(len(h) != merkle.HASH_BYTES for h in hashes):
        raise MalformedError("A proof has no index line, or hashes that are none.")
    return Proof(int(match[1]), hashes, parse_checkpoint(checkpoint), extra)
