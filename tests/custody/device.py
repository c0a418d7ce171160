"""A person's device in software: a passkey on P-256 or Ed25519 that signs what it is asked."""

from __future__ import annotations

import base64
import hashlib
import json
import os

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accord.custody.passkey import Assertion


class Device:
    rp_id, origin = "node-a.example", "https://node-a.example"

    def __init__(self, kind="p256"):
        self.credential_id = os.urandom(16)
        if kind == "p256":
            self._key = ec.generate_private_key(ec.SECP256R1())
            numbers = self._key.public_key().public_numbers()
            cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        else:
            self._key = Ed25519PrivateKey.generate()
            cose = {1: 1, 3: -8, -1: 6, -2: self._key.public_key().public_bytes_raw()}
        self.public_key = cbor2.dumps(cose)

    def sign(self, challenge, *, origin=None, flags=5):
        wanted = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        client = json.dumps(
            {"type": "webauthn.get", "challenge": wanted, "origin": origin or self.origin, "crossOrigin": False}
        ).encode()
        data = hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + bytes(4)
        message = data + hashlib.sha256(client).digest()
        if isinstance(self._key, Ed25519PrivateKey):
            return Assertion(data, client, self._key.sign(message))
        return Assertion(data, client, self._key.sign(message, ec.ECDSA(hashes.SHA256())))

    def answer(self, challenge, **more):
        return {"credential_id": self.credential_id, "assertion": self.sign(challenge, **more)}
