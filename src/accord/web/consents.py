"""Asking a passkey for consent, for any page: what the browser gets, and what it gives back.

A page's form says `data-passkey="show"`, `data-ask` and `data-send` (macro `willing`, where the page has `confirms`):
the first address answers `asked(request, act, …)`, the second does the act with `will_of(request)` and answers
`done(request, to)`. Of who has no passkey that the log knows, the form is sent as it is.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from litestar import Response
from litestar.response import Redirect

from accord.custody.passkey import Assertion
from accord.model.errors import InputError
from accord.policy.duties import Verb
from accord.services import consent
from accord.services.consent import LIFE, Asked
from accord.services.custody_facts import Consent, Wanted
from accord.services.permit import permit_either
from accord.services.site import site_of
from accord.web.ids import to_uuid
from accord.web.render import PageRequest
from accord.web.sessions import field, signed_in

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


def confirms(request: PageRequest) -> str:
    """The address at which this person's passkeys work, for `data-origin`; empty when none is asked for."""
    node = request.app.state.node
    return site_of(node).origin if consent.confirms(node, signed_in(request)) else ""


def asked(request: PageRequest, act: Callable[[Wanted], object], *verbs: Verb) -> Response[dict[str, Any]]:
    """What the browser's passkey is to sign for an act, which is tried for it; empty when it needs none.

    `verbs`: duties of which the person needs one. Raises `RefusedError`, and what `act` does.
    """
    permit_either(signed_in(request), *verbs)
    node = request.app.state.node
    found = consent.ask_for(node, signed_in(request), act)
    options = options_of(found, site_of(node).rp_id) | {"asked": str(found.id)} if found else {}
    return Response(options, status_code=200)


def will_of(request: PageRequest) -> Consent | None:
    """The consent that came with a form; None when none did. Raises `InputError`, `AbsentError`, `ConsentError`."""
    credential = field(request, "credential")
    if not credential:
        return None
    credential_id, assertion = assertion_of(credential)
    node, number = request.app.state.node, to_uuid(field(request, "asked"))
    return consent.given(node, signed_in(request), number, credential_id=credential_id, assertion=assertion)


def done(request: PageRequest, to: str) -> Response[Any]:
    """Where it goes on: as JSON for the script that asked the passkey, else as a redirect."""
    if request.headers.get("accept") == "application/json":
        return Response({"to": to}, status_code=200)
    return Redirect(to, status_code=303)


def _words(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
