"""The sender of webhooks: whom it refuses, how it signs (RFC 9421), when it gives up."""

from __future__ import annotations

import socket
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from accord.adapters.public_hosts import is_public
from accord.adapters.webhook_sender import WebhookSender, load_key, public_jwk
from accord.model.errors import NodeError, RefusedError

from .receivers import Came, dripping, receiving

URL = "https://hooks.member.example/accord"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "ff02::1", "::"],
)  # fmt: skip
def test_private_addresses_are_not_public(address):
    assert not is_public(address)


def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(node, tmp_path, monkeypatch):
    sender = WebhookSender(load_key(tmp_path / "key"), node.clock)
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: inside)
    with pytest.raises(RefusedError, match="public"):
        sender(URL, b"{}", {})
    with pytest.raises(RefusedError, match="https"):
        sender("http://hooks.member.example/", b"{}", {})


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, jwk):
        self.jwk = jwk

    def resolve_public_key(self, key_id):
        import base64

        assert key_id == self.jwk["kid"]
        return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(self.jwk["x"] + "="))


def verify(jwk, came, **more):
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Keys(jwk))
    return verifier.verify(came, max_age=None, expect_tag="accord-webhook", body=came.body, **more)


def test_what_is_sent_is_signed_over_address_and_content(node, tmp_path):
    key = load_key(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert public_jwk(load_key(tmp_path / "key")) == public_jwk(key)
    sender = WebhookSender(key, node.clock, allow_private=True)
    with receiving() as (url, came):
        assert sender(url, b'{"a":1}', {"accord-delivery": "d-1"}) == 204
    (one,) = came
    (result,) = verify(public_jwk(key), one)
    assert '"content-digest"' in result.covered_components
    assert '"accord-delivery"' in result.covered_components
    for change in ({"body": b'{"a":2}'}, {"url": one.url + "2"}, {"method": "PUT"}):
        spoiled = Came(one.method, one.url, dict(one.headers), one.body)
        for name, value in change.items():
            setattr(spoiled, name, value)
        with pytest.raises(HTTPMessageSignaturesException):
            verify(public_jwk(key), spoiled)


def test_a_call_ends_at_its_deadline_however_the_receiver_spreads_its_answer(node, tmp_path):
    sender = WebhookSender(load_key(tmp_path / "key"), node.clock, allow_private=True, timeout_s=0.5)
    with dripping() as url:
        began = time.monotonic()
        with pytest.raises(NodeError, match="ReadTimeout"):
            sender(url, b"{}", {"accord-delivery": "d-1"})
        assert time.monotonic() - began < 3
