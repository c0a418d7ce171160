"""A provider of OpenID Connect in memory: discovery, keys, codes and tokens, honest or not on demand."""

from __future__ import annotations

import json
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "https://login.north.example"


@dataclass
class Provider:
    """`claims` and `header` change what a token says; `answers` replaces whole answers by path."""

    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, httpx.Response] = field(default_factory=dict)
    signs_with: Any = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def visit(self, address: str, subject: str = "rosa-at-north") -> dict[str, str]:
        """What a browser brings back from there when its owner signs in."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["scope"] == "openid"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**query, "sub": subject}
        return {"code": code, "state": query["state"]}

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return httpx.Response(200, json={
                "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
            })  # fmt: skip
        if path == "/keys":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        return self._token(request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        begun = self.codes.pop(form.get("code", ""), None)
        proof = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if begun is None or proof != begun["code_challenge"] or form["redirect_uri"] != begun["redirect_uri"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        if form.get("client_secret") != "the client's secret":
            return httpx.Response(401, json={"error": "invalid_client"})
        now = int(time.time())
        said = {
            "iss": ISSUER,
            "aud": "accord",
            "sub": begun["sub"],
            "nonce": begun["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        said = {name: value for name, value in {**said, **self.claims}.items() if value is not None}
        token = jwt.encode(
            {"alg": "RS256", "kid": "one", **self.header},
            said,
            self.signs_with or self.key,
            algorithms=["RS256", "HS256"],
        )
        return httpx.Response(200, content=json.dumps({"id_token": token, "access_token": "x", "token_type": "Bearer"}))
