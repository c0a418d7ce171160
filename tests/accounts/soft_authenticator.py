"""An authenticator in software: a P-256 or Ed25519 passkey that answers as a browser would, right or wrong."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, BACKUP_ABLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Passkey:
    """`counts`: whether its counter moves, as in a security key."""

    curve: str = "p256"
    rp_id: str = "localhost"
    origin: str = "http://localhost:8400"
    counts: bool = False
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user: bytes = b""
    count: int = 0

    def __post_init__(self) -> None:
        self.key: Any = (
            ec.generate_private_key(ec.SECP256R1()) if self.curve == "p256" else Ed25519PrivateKey.generate()
        )

    def make(self, options: dict[str, Any], **wrong: Any) -> str:
        """The answer to `navigator.credentials.create`."""
        self.user = unb64(options["user"]["id"])
        client = self._client("webauthn.create", options["challenge"], wrong)
        cose = self._cose()
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(wrong, PRESENT | VERIFIED | ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(
            {"clientDataJSON": b64(client), "attestationObject": b64(statement), "transports": ["internal"]}
        )

    def show(self, options: dict[str, Any], **wrong: Any) -> str:
        """The answer to `navigator.credentials.get`."""
        if self.counts and "count" not in wrong:
            self.count += 1
        client = self._client("webauthn.get", options["challenge"], wrong)
        data = self._data(wrong, PRESENT | VERIFIED)
        signed = data + sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(SHA256())) if self.curve == "p256" else self.key.sign(signed)
        if wrong.get("broken"):
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return self._credential({
            "clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature),
            "userHandle": b64(wrong.get("user", self.user)),
        })  # fmt: skip

    def _client(self, kind: str, challenge: str, wrong: dict[str, Any]) -> bytes:
        said = {
            "type": wrong.get("type", kind), "challenge": wrong.get("challenge", challenge),
            "origin": wrong.get("origin", self.origin), "crossOrigin": wrong.get("cross", False),
        }  # fmt: skip
        return json.dumps({**said, **wrong.get("more", {})}).encode()

    def _data(self, wrong: dict[str, Any], flags: int) -> bytes:
        flags = wrong.get("flags", flags)
        rp_id = wrong.get("rp_id", self.rp_id)
        return sha256(rp_id.encode()).digest() + bytes([flags]) + wrong.get("count", self.count).to_bytes(4, "big")

    def _cose(self) -> dict[int, Any]:
        if self.curve == "p256":
            numbers = self.key.public_key().public_numbers()
            return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return {1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes_raw()}

    def _credential(self, response: dict[str, Any]) -> str:
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response})


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
