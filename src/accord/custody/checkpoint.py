"""C2SP tlog-checkpoint: a log's signed head; and tlog-cosignature: what witnesses put under it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from accord.custody import merkle
from accord.custody.errors import MalformedError, SignatureError
from accord.custody.note import KeyKind, Note, Signature, SigningKey, VerifierKey, decode_base64, parse_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head: `size` leaves with that `root` (32 bytes). Signatures are in the note, unchecked.

    `extensions`: further lines; this software writes none, since no monitor can check them.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    note: Note | None = None

    @property
    def text(self) -> str:
        root = base64.b64encode(self.root).decode()
        return "".join(line + "\n" for line in (self.origin, str(self.size), root, *self.extensions))

    def encode(self) -> bytes:
        """The signed note. Raises `SignatureError` when there is none yet."""
        if self.note is None:
            raise SignatureError(f"The head of {self.origin} at size {self.size} has not been signed.")
        return self.note.encode()

    def signed(self, key: SigningKey) -> Checkpoint:
        """With the log's own signature, in front of those that are there."""
        line = Signature(key.name, key.verifier.key_id, key.sign(self.text.encode()))
        others = self.note.signatures if self.note else ()
        return Checkpoint(self.origin, self.size, self.root, self.extensions, Note(self.text, (line, *others)))

    def with_signatures(self, signatures: Iterable[Signature]) -> Checkpoint:
        """With further signature lines, those of one name and key id once."""
        lines = {(s.name, s.key_id): s for s in (*(self.note.signatures if self.note else ()), *signatures)}
        return Checkpoint(self.origin, self.size, self.root, self.extensions, Note(self.text, tuple(lines.values())))


class Cosigned(NamedTuple):
    """A cosignature that verified: `key` saw this head as the newest of its log at `at`."""

    key: VerifierKey
    at: datetime


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Reads a checkpoint without checking signatures. Raises `MalformedError`."""
    note = parse_note(data)
    lines = note.text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
        raise MalformedError("A checkpoint does not begin with origin, size and root, each on its line.")
    size, root = int(lines[1]), decode_base64(lines[2])
    if size > merkle.MAX_SIZE or len(root) != merkle.HASH_BYTES:
        raise MalformedError("A checkpoint's size or root is out of bounds.")
    return Checkpoint(lines[0], size, root, tuple(lines[3:-1]), note)


def open_checkpoint(data: bytes, key: VerifierKey) -> Checkpoint:
    """Reads a checkpoint signed by its log's key. Raises `MalformedError` or `SignatureError`."""
    checkpoint = parse_checkpoint(data)
    verify_log_signature(checkpoint, [key])
    if checkpoint.origin != key.name:
        raise SignatureError(f"The key of {key.name} has signed a head of {checkpoint.origin}, which is not its log.")
    if checkpoint.size == 0 and checkpoint.root != merkle.EMPTY_ROOT:
        raise MalformedError("A head of size 0 has not the root of the empty tree (RFC 6962, section 2.1).")
    return checkpoint


def verify_log_signature(checkpoint: Checkpoint, keys: Iterable[VerifierKey]) -> VerifierKey:
    """The key that signed as the log. Raises `SignatureError`, also when one line of a trusted key is wrong."""
    found = None
    for key in keys:
        for signature in _lines_of(checkpoint, key):
            if key.kind is KeyKind.ED25519:
                key.verify(checkpoint.text.encode(), signature.raw)
            else:
                _open_cosignature(checkpoint, signature, key)
            found = found or key
    if found is None:
        raise SignatureError(f"The head of {checkpoint.origin} at size {checkpoint.size} is not signed by its log.")
    return found


def cosign(checkpoint: Checkpoint, key: SigningKey, at: datetime) -> Signature:
    """A witness's line under a checkpoint. Whoever calls this MUST have checked consistency before (`witness`)."""
    seconds = int(at.timestamp())
    raw = key.sign(_cosigned_message(checkpoint, key.name, key.kind, seconds))
    return Signature(key.name, key.verifier.key_id, seconds.to_bytes(8, "big") + raw)


def cosignatures(checkpoint: Checkpoint, keys: Iterable[VerifierKey]) -> tuple[Cosigned, ...]:
    """The cosignatures by these keys that verify, one a key. Raises `SignatureError` when a line of one is wrong."""
    return tuple(
        Cosigned(key, _open_cosignature(checkpoint, line, key))
        for key in keys
        if key.kind is not KeyKind.ED25519
        for line in _lines_of(checkpoint, key)[:1]
    )


def _lines_of(checkpoint: Checkpoint, key: VerifierKey) -> list[Signature]:
    if checkpoint.note is None:
        return []
    return [s for s in checkpoint.note.signatures if (s.name, s.key_id) == (key.name, key.key_id)]


def _open_cosignature(checkpoint: Checkpoint, signature: Signature, key: VerifierKey) -> datetime:
    seconds = int.from_bytes(signature.raw[:8], "big")
    if len(signature.raw) < 9 or not 0 < seconds < 2**40:
        raise SignatureError(f"The cosignature of {key.name} has no time.")
    key.verify(_cosigned_message(checkpoint, key.name, key.kind, seconds), signature.raw[8:])
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise SignatureError(f"The cosignature of {key.name} has a time beyond the year 9999.") from None


def _cosigned_message(checkpoint: Checkpoint, name: str, kind: KeyKind, seconds: int) -> bytes:
    """tlog-cosignature, sections "Ed25519 signed message" and "ML-DSA-44 signed message"."""
    if kind is KeyKind.COSIGNATURE:
        return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()
    if kind is not KeyKind.ML_DSA_44:
        raise SignatureError(f"The key of {name} is a log's, not a witness's.")
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    if len(cosigner) > 255 or len(origin) > 255:
        raise MalformedError("A name of more than 255 bytes cannot be cosigned with ML-DSA-44.")
    parts = (
        b"subtree/v1\n\0",
        bytes([len(cosigner)]) + cosigner,
        seconds.to_bytes(8, "big"),
        bytes([len(origin)]) + origin,
        (0).to_bytes(8, "big"),
        checkpoint.size.to_bytes(8, "big"),
        checkpoint.root,
    )
    return b"".join(parts)
