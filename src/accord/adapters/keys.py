"""The node's own secret: 32 random bytes in a file of mode 0600, from which all its keys follow.

    node.key      the secret, in hex; whoever has it is the node: back it up like the key to the evidence room
    origin        the name of the node's log, chosen once

People's private keys are sealed with it, so that a copy of the database alone signs nothing. RFC 5869 (HKDF-SHA-256)
gives one key a use; AES-256-GCM seals.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accord.adapters import folders
from accord.custody.note import KeyKind, SigningKey
from accord.model.errors import NodeError

SECRET_BYTES = 32
_NONCE_BYTES = 12
_SECRET = re.compile("[0-9a-f]{64}")


class NodeKeys:
    """What the node signs and seals with (`services.custody_room.Keys`)."""

    def __init__(self, secret: bytes, origin: str) -> None:
        self._secret = secret
        self._box = AESGCM(self._derive("seal"))
        self.origin = origin
        self.log_key = SigningKey.from_seed(origin, self._derive("log"))
        self.registrar = Ed25519PrivateKey.from_private_bytes(self._derive("registrar"))
        self.registrar_secret = self._derive("registrar pseudonym")
        name = f"{origin}/witness"
        self.witness_keys = (
            SigningKey.from_seed(name, self._derive("witness"), KeyKind.COSIGNATURE),
            SigningKey.from_seed(name, self._derive("witness ML-DSA-44"), KeyKind.ML_DSA_44),
        )

    def seal(self, secret: bytes, about: str) -> bytes:
        """Encrypts a secret for this node; `about` must be the same when it is opened."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._box.encrypt(nonce, secret, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises `NodeError` when it was sealed by another node, for something else, or was changed."""
        try:
            return self._box.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError):
            raise NodeError(
                "A private key in the database was not sealed by this node, or was changed.",
                action="Restore the file custody/node.key that belongs to this database, or enrol the person anew.",
            ) from None

    def random(self, size: int) -> bytes:
        """Random bytes of the system: secrets of events, new private keys."""
        return os.urandom(size)

    def _derive(self, use: str) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=b"accord-node/v1 " + use.encode()).derive(self._secret)


def open_keys(folder: Path, origin: str | None = None) -> NodeKeys:
    """Reads the node's secret, or makes it. `origin`: the log's name when it is begun. Raises `NodeError`."""
    folders.make_private(folder)
    secret = _kept(folder / "node.key", os.urandom(SECRET_BYTES).hex())
    if not _SECRET.fullmatch(secret):
        raise NodeError(
            f"{folder / 'node.key'} does not hold 64 hex digits.", action="Restore it from a backup; never make one up."
        )
    raw = bytes.fromhex(secret)
    name = SigningKey.from_seed("name", HKDF(SHA256(), 32, salt=None, info=b"accord-node/v1 name").derive(raw))
    chosen = origin or f"{name.verifier.public.hex()[:12]}.node.example/custody"
    return NodeKeys(raw, _kept(folder / "origin", chosen))


def _kept(path: Path, new: str) -> str:
    """The text of a file, which is made with `new` when it is missing: whole and durable, or not at all."""
    if path.exists():
        return _read(path)
    draft = path.with_name(f".{path.name}-{os.urandom(8).hex()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(new + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):  # another process was quicker: its file holds
            os.link(draft, path)
        draft.unlink()
    except OSError as error:
        raise NodeError(f"{path} cannot be made ({error.strerror}).", action="See to the data folder.") from error
    return _read(path)


def _read(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) or mode & 0o077:
            raise NodeError(
                f"Others can read {path}, or it is no file.",
                action=f"Find out who has read it, then close it with: chmod 600 '{path}'",
            )
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NodeError(f"{path} cannot be read ({error}).", action="Restore it from a backup.") from error
