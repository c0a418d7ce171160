"""A person's consent: a WebAuthn assertion whose challenge is the entry's hash (W3C WebAuthn Level 2, section 7.2)."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from accord.custody.errors import ConsentError, MalformedError
from accord.custody.events import EnrolledKey, KeyAlgorithm, KeyUse
from accord.custody.note import decode_base64

_USER_PRESENT, _USER_VERIFIED = 0x01, 0x04
_MAX_BYTES = 4096  # of each part; browsers send a few hundred


class Assertion(NamedTuple):
    """The three parts of an AuthenticatorAssertionResponse, as the browser gave them."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes

    def encode(self) -> bytes:
        """As it is kept in an entry's signature."""
        return b".".join(base64.b64encode(part) for part in self)


def parse_assertion(raw: bytes) -> Assertion:
    """Raises `MalformedError`."""
    parts = raw.split(b".")
    if len(parts) != 3 or any(len(part) > _MAX_BYTES for part in parts):
        raise MalformedError("A passkey's assertion does not consist of its three parts.")
    first, second, third = (decode_base64(part.decode("ascii", "replace")) for part in parts)
    return Assertion(first, second, third)


def verify_assertion(assertion: Assertion, key: EnrolledKey, challenge: bytes) -> None:
    """Raises `ConsentError` unless the holder of the passkey has consented to what the challenge stands for.

    Steps of section 7.2: 11 type, 12 challenge, 13 origin, 15 relying party, 16 present, 17 verified, 20 signature.
    The signature counter (step 21) is not looked at: synchronised passkeys leave it at zero.
    """
    if key.use is not KeyUse.PASSKEY:
        raise ConsentError("The key that is to show a person's consent is no passkey.")
    try:
        client = json.loads(assertion.client_data)
        said = {name: client.get(name) for name in ("type", "challenge", "origin", "crossOrigin")}
    except (ValueError, AttributeError, RecursionError):
        raise ConsentError("The client data of a passkey's assertion is no JSON object.") from None
    wanted = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    data = assertion.authenticator_data
    if said["type"] != "webauthn.get":  # 11
        raise ConsentError("The passkey was asked for something else than an assertion.")
    if said["challenge"] != wanted:  # 12
        raise ConsentError("The passkey's consent is to another entry.")
    if said["origin"] != key.origin or said["crossOrigin"] not in (None, False):  # 13
        raise ConsentError(f"The passkey was used on {str(said['origin'])[:80]!r}, not on {key.origin!r}.")
    if len(data) < 37 or data[:32] != sha256(key.rp_id.encode()).digest():  # 15
        raise ConsentError(f"The passkey was not made for {key.rp_id!r}.")
    if not data[32] & _USER_PRESENT or not data[32] & _USER_VERIFIED:  # 16, 17
        raise ConsentError("The device did not check that its owner was there (PIN or biometrics).")
    _verify_signature(key, assertion.signature, data + sha256(assertion.client_data).digest())  # 19, 20


def _verify_signature(key: EnrolledKey, signature: bytes, message: bytes) -> None:
    try:
        if key.algorithm is KeyAlgorithm.P256:
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public)
            point.verify(signature, message, ec.ECDSA(SHA256()))
        else:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise ConsentError("The signature of the passkey does not verify.") from None
