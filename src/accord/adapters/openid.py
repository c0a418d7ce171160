"""An OpenID Connect provider: discovery, the code flow with PKCE, and the signed token's verification.

OpenID Connect Core 1.0, section 3.1; Discovery 1.0; RFC 7636 (S256). What a provider says about names, mail addresses
or groups is not read: who somebody is *here* was settled when they linked the account.
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from accord.model.errors import NodeError, RefusedError
from accord.model.ports import Account

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Asymmetric alone: neither `none`, nor the client's secret as a key."""
TIMEOUT_S = 10.0
MAX_BYTES = 256 * 1024
"""Of any answer; discovery documents have some kilobytes."""
KNOWN_FOR_S = 3_600.0
LEEWAY_S = 60
"""Clocks of two organisations."""


class _Known(NamedTuple):
    document: dict[str, Any]
    keys: KeySet
    until: float


class OpenidProvider:
    """One provider, as `services.node.Openid`. `transport`: for tests; None is the network."""

    def __init__(
        self, issuer: str, client_id: str, secret: str, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._issuer, self._client_id, self._secret = issuer, client_id, secret
        self._transport = transport
        self._lock = threading.Lock()
        self._known: _Known | None = None

    def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent (section 3.1.2.1). Raises `NodeError` when the provider cannot be reached."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": back,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        made: str = add_params_to_uri(self._discovered().document["authorization_endpoint"], list(asked.items()))
        return made

    def account(self, code: str, back: str, nonce: str, verifier: str) -> Account:
        """Whose code this is (sections 3.1.3.1 to 3.1.3.7). Raises `RefusedError` for what does not verify."""
        known = self._discovered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
            "client_id": self._client_id,
        }
        if self._secret:
            form["client_secret"] = self._secret
        given = self._read("POST", known.document["token_endpoint"], form)
        token = given.get("id_token")
        if not isinstance(token, str):
            raise _refused()
        return self._verified(token, nonce, known)

    def _verified(self, token: str, nonce: str, known: _Known) -> Account:
        options = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
        }
        try:
            decoded = jwt.decode(token, known.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError, KeyError, TypeError):
            try:  # keys may have changed since they were read
                decoded = jwt.decode(token, self._discovered(anew=True).keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError, KeyError, TypeError):
                raise _refused() from None
        try:
            claims = CodeIDToken(
                decoded.claims, decoded.header, options, {"nonce": nonce, "client_id": self._client_id}
            )
            claims.validate(now=int(time.time()), leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError):
            raise _refused() from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:  # section 2: at most 255 ASCII characters
            raise _refused()
        return Account(self._issuer, subject)

    def _discovered(self, *, anew: bool = False) -> _Known:
        with self._lock:
            now = time.monotonic()
            if self._known is None or anew or now > self._known.until:
                document = self._read("GET", self._issuer.rstrip("/") + "/.well-known/openid-configuration")
                self._check(document)
                self._known = _Known(document, self._keys(document["jwks_uri"]), now + KNOWN_FOR_S)
            return self._known

    def _check(self, document: dict[str, Any]) -> None:
        if document.get("issuer") != self._issuer:  # Discovery 1.0, section 4.3: MUST exactly match
            raise NodeError("The sign-in provider names another issuer than the one set.", action=_SETTING)
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            address = document.get(name)
            if not isinstance(address, str) or urlsplit(address).scheme != urlsplit(self._issuer).scheme:
                raise NodeError(f"The sign-in provider gives no usable {name}.", action=_SETTING)

    def _keys(self, address: str) -> KeySet:
        try:
            # It reads bytes of JSON as well as a mapping, and says only the latter.
            return KeySet.import_key_set(self._read("GET", address))  # type: ignore[arg-type]  # bytes, as said above
        except (JoseError, ValueError, KeyError, TypeError):
            raise NodeError("The sign-in provider's keys cannot be read.", action=_SETTING) from None

    def _read(self, method: str, address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        """A JSON object; redirects are not followed. Raises `NodeError`."""
        taken = bytearray()
        try:
            with (
                httpx.Client(transport=self._transport, timeout=TIMEOUT_S, follow_redirects=False) as client,
                client.stream(method, address, data=form, headers={"accept": "application/json"}) as answer,
            ):
                for part in answer.iter_bytes():
                    taken += part
                    if len(taken) > MAX_BYTES:
                        raise NodeError("The sign-in provider answers at too great a length.", action=_SETTING)
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            raise NodeError("The sign-in provider cannot be reached.", action="Sign in with your passkey.") from None
        if status in (400, 401, 403) and method == "POST":  # RFC 6749, section 5.2
            raise _refused()
        try:
            document = json.loads(bytes(taken)) if status == httpx.codes.OK else None
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise NodeError("The sign-in provider gave no usable answer.", action="Sign in with your passkey.")
        return document


_SETTING = "Whoever runs this node should look at ACCORD_OPENID_ISSUER."


def _refused() -> RefusedError:
    return RefusedError("The sign-in provider's answer was not accepted.", action="Begin again from the sign-in page.")
