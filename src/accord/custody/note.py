"""C2SP signed-note: a text, an empty line, and one line for each signature (`— name base64(key id ‖ signature)`)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from accord.custody.errors import MalformedError, SignatureError

MAX_NOTE_BYTES = 1 << 20  # a bundle's manifest of 5,000 files has half of that
MAX_SIGNATURES = 64  # the specification asks for at least 16; one with ML-DSA-44 has 3.3 kB


class KeyKind(IntEnum):
    """Signature types as assigned by signed-note, section "Signature types"."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    ML_DSA_44 = 0x06


_KEY_BYTES = {KeyKind.ED25519: 32, KeyKind.COSIGNATURE: 32, KeyKind.ML_DSA_44: 1312}


class Signature(NamedTuple):
    """A signature line; `key_id` 4 bytes, `raw` what follows it."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.raw).decode()}\n"


class Note(NamedTuple):
    """`text` ends with a newline."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        return (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that is trusted for a name. `public`: 32 bytes of Ed25519, or 1,312 of ML-DSA-44."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise MalformedError(f"{self.name!r} is no key name: it has a space, a plus sign or nothing.")
        if len(self.public) != _KEY_BYTES[self.kind]:
            raise MalformedError(f"The key of {self.name} has {len(self.public)} bytes, not {_KEY_BYTES[self.kind]}.")

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def encode(self) -> str:
        """The vkey, as in policy files."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Reads a vkey. Raises `MalformedError`, also when the key id is not that of the key."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        material = decode_base64(encoded)
        try:
            key = cls(name, KeyKind(material[0]), material[1:])
        except (IndexError, ValueError):
            raise MalformedError(f"The key {text[:60]!r} is of no kind that is known here.") from None
        if key.key_id.hex() != key_id:
            raise MalformedError(f"The key id in {text[:60]!r} is not that of the key.")
        return key

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raises `SignatureError`. For cosignatures the message is built by `checkpoint`."""
        try:
            if self.kind is KeyKind.ML_DSA_44:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise SignatureError(f"The signature of {self.name} does not verify.") from None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A name with the private half of its key."""

    name: str
    kind: KeyKind
    private: Ed25519PrivateKey | MLDSA44PrivateKey

    @classmethod
    def from_seed(cls, name: str, seed: bytes, kind: KeyKind = KeyKind.ED25519) -> SigningKey:
        """`seed`: 32 random bytes, kept secret."""
        if kind is KeyKind.ML_DSA_44:
            return cls(name, kind, MLDSA44PrivateKey.from_seed_bytes(seed))
        return cls(name, kind, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def sign_note(text: str, keys: Iterable[SigningKey]) -> Note:
    """A text signed by Ed25519 keys. Raises `MalformedError` when a note cannot hold the text."""
    note = Note(text, tuple(Signature(k.name, k.verifier.key_id, k.sign(text.encode())) for k in keys))
    return parse_note(note.encode())


def parse_note(data: bytes) -> Note:
    """Reads a note without checking its signatures: nothing in the text counts before that is done.

    Raises `MalformedError`. Base64 is taken in its one canonical form only, so that a note has one spelling.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedError(f"A signed note of {len(data)} bytes is larger than {MAX_NOTE_BYTES}.")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise MalformedError("A signed note is not UTF-8.") from None
    if any(char < " " and char != "\n" for char in whole):
        raise MalformedError("A signed note has control characters.")
    text, separator, tail = whole.rpartition("\n\n")
    lines = tail.split("\n")
    if not separator or lines.pop() or not 0 < len(lines) <= MAX_SIGNATURES:
        raise MalformedError("A signed note does not end with an empty line and 1 to 64 signature lines.")
    return Note(text + "\n", tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """Reads one signature line, without its newline. Raises `MalformedError`."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = decode_base64(encoded)
    if dash != "—" or not _is_name(name) or len(raw) < 5:
        raise MalformedError(f"{line[:60]!r} is no signature line.")
    return Signature(name, raw[:4], raw[4:])


def decode_base64(text: str) -> bytes:
    """Standard base64 with padding, in canonical form only. Raises `MalformedError`."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise MalformedError(f"{text[:60]!r} is not base64.") from None
    if base64.b64encode(raw).decode() != text:
        raise MalformedError(f"{text[:60]!r} is not the canonical base64 of its bytes.")
    return raw


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """The keys, of those given, that signed the text as plain Ed25519 notes; never empty.

    Raises `SignatureError` when none did, or when a line in the name and id of one of them does not verify.
    """
    signed = []
    for key in keys:
        lines = [s for s in note.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
        for signature in lines[:1] if key.kind is KeyKind.ED25519 else []:
            key.verify(note.text.encode(), signature.raw)
            signed.append(key)
    if not signed:
        raise SignatureError("None of the trusted keys has signed this note.")
    return tuple(signed)


def _is_name(name: str) -> bool:
    return bool(name) and name.isprintable() and "+" not in name and not any(char.isspace() for char in name)
