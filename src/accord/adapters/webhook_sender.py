"""Sends webhooks: signed (RFC 9421, Ed25519) over a digest of the content (RFC 9530), to public addresses alone.

The host is resolved once, every address it has is checked, and the connection goes to the one that was checked: a name
that points elsewhere a moment later does not lead into the node's own network. Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import os
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpcore
import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from accord.adapters.deadline import Deadline
from accord.adapters.public_hosts import public_address
from accord.model.errors import NodeError
from accord.model.ports import Clock

TIMEOUT_S = 10.0
COVERED = ("@method", "@target-uri", "content-type", "content-digest", "accord-delivery")
TAG = "accord-webhook"
LABEL = "accord"


def load_key(path: Path) -> Ed25519PrivateKey:
    """The node's key for webhooks, made at first use; readable by its owner alone. Raises `NodeError`."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        raise NodeError(f"The key of webhooks cannot be written: {error.strerror}.", action="Mend it.") from error
    else:
        made = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
    content = path.read_bytes()
    if len(content) != 32:
        raise NodeError(f"{path.name} is no key of webhooks.", action="Remove it: a new one is made.")
    return Ed25519PrivateKey.from_private_bytes(content)


def public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    """The public half as a JWK (RFC 8037) whose `kid` is its thumbprint (RFC 7638)."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    x = _base64url(raw)
    thumbprint = hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": _base64url(thumbprint), "use": "sig"}


@dataclass(slots=True)
class _Message:
    """What the signer asks of a request."""

    method: str
    url: str
    headers: dict[str, str]


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:  # noqa: ARG002  there is one
        return self._key


@dataclass(slots=True)
class WebhookSender:
    """`services.webhook_delivery.Post`. `allow_private`: as `public_hosts.public_address`."""

    key: Ed25519PrivateKey
    clock: Clock
    allow_private: bool = False
    timeout_s: float = TIMEOUT_S
    """Of the whole call, however the receiver spreads it: a byte now and then is no answer."""
    _kid: str = field(init=False)
    _tls: ssl.SSLContext = field(init=False)
    _signer: HTTPMessageSigner = field(init=False)

    def __post_init__(self) -> None:
        self._kid = public_jwk(self.key)["kid"]
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(self.key))

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer. Raises `RefusedError` for a target that is not public, `NodeError` for no answer.

        The answer's body is not read: a receiver has nothing to tell us, and might never end.
        """
        ends = time.monotonic() + self.timeout_s
        address = public_address(url, allow_private=self.allow_private)
        signed = self.signed(url, body, headers, self.clock.now())
        parts = urlsplit(url)
        netloc = f"[{address}]" if ":" in address else address
        target = parts._replace(netloc=f"{netloc}:{parts.port}" if parts.port else netloc).geturl()
        extensions = {"sni_hostname": parts.hostname or ""}
        try:
            with (
                httpcore.ConnectionPool(self._tls, network_backend=Deadline(ends)) as pool,
                pool.stream(
                    "POST", target, headers=list(signed.items()), content=body, extensions=extensions
                ) as answer,
            ):
                return answer.status
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, ValueError) as error:
            raise NodeError(f"The receiver cannot be reached ({type(error).__name__}).") from error

    def signed(self, url: str, body: bytes, headers: Mapping[str, str], now: datetime) -> dict[str, str]:
        """The headers of a request to this address with this body, signature included."""
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        message = _Message(
            "POST",
            url,
            {
                "host": urlsplit(url).netloc,
                "content-type": "application/json",
                "content-digest": f"sha-256=:{digest}:",
                "user-agent": "accord",
                **headers,
            },
        )
        self._signer.sign(
            message,
            key_id=self._kid,
            created=now,
            label=LABEL,
            tag=TAG,
            covered_component_ids=COVERED,
            body=body,
            use_existing_digest=True,
        )
        return message.headers


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
