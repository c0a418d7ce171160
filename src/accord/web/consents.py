"""Asking a passkey for consent, for any page: what the browser gets, and what it gives back.

A page's form says `data-passkey="show"`, `data-ask` and `data-send`: the first answers `options_of(consent.ask(…))`,
the second calls `consent.give` with `assertion_of(field(request, "credential"))` and records.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from accord.custody.passkey import Assertion
from accord.model.errors import InputError
from accord.services.consent import LIFE, Asked

MAX_CREDENTIAL = 16_384
"""Characters; browsers send some 600."""


def options_of(asked: Asked, rp_id: str) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptions as JSON (WebAuthn Level 3, section 5.5); bytes in base64url."""
    return {
        "challenge": _words(asked.challenge),
        "rpId": rp_id,
        "userVerification": "required",
        "timeout": int(LIFE.total_seconds() * 1000),
        "allowCredentials": [{"type": "public-key", "id": _words(one)} for one in asked.credentials],
    }


def assertion_of(credential: str) -> tuple[bytes, Assertion]:
    """The credential's id and the assertion, from what the browser sent. Raises `InputError`."""
    try:
        if len(credential) > MAX_CREDENTIAL:
            raise ValueError  # noqa: TRY301  # the same answer as for any other nonsense
        given = json.loads(credential)
        response = given["response"]
        names = ("authenticatorData", "clientDataJSON", "signature")
        return _bytes(given["id"]), Assertion(*(_bytes(response[name]) for name in names))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise InputError("The browser's answer cannot be read.", action="Reload the page and confirm again.") from None


def _words(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
