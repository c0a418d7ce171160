"""Passkeys in a real browser, with Chromium's virtual authenticator: made, shown, shown again, refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from authenticator import Device, make_first, visit

from accord.services import passkeys as service
from accord.services import sign_in as links

ASK = """async (challenge) => {
    const raw = atob(challenge.replace(/-/g, "+").replace(/_/g, "/"));
    const publicKey = {
        challenge: Uint8Array.from(raw, (one) => one.charCodeAt(0)), userVerification: "required",
    };
    const { response } = await navigator.credentials.get({ publicKey });
    const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
    return JSON.stringify({
        a: text(response.authenticatorData), c: text(response.clientDataJSON), s: text(response.signature),
    });
}"""


@pytest.fixture
def own_stage(chromium: Any) -> Iterator[Any]:
    """A world of this test's own: people with passkeys need no links, which other tests use."""
    import stage

    with stage.stage(crowd=20) as stood:
        yield stood


@pytest.fixture
def device(chromium: Any, own_stage: Any) -> Iterator[Device]:
    context = chromium.new_context(base_url=own_stage.node.public_url)
    device = Device(context)
    yield device
    context.close()
    assert device.complaints == []


def come_by_link(device: Device, stood: Any, slug: str) -> None:
    visit(device, stood.node.public_url + links.make_link(stood.node, stood.world.people[slug]))


def test_from_invitation_to_coming_back(device, own_stage):
    come_by_link(device, own_stage, "ncu-a")
    make_first(device)
    page = device.page
    page.goto("/me")
    assert page.locator("input[value='Test phone']").count() == 1
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url("**/enter")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(own_stage.node.public_url + "/")
    page.goto("/me")
    assert "Rosa Lind" in page.locator("h1").inner_text()
    (made,) = device.credentials()
    assert (made["isResidentCredential"], made["rpId"]) == (True, "localhost")
    with service.on_accounts(own_stage.node) as connection:
        (kept,) = service.passkeys.passkeys_of(connection, own_stage.world.people["ncu-a"])
    assert kept.last_used_at is not None
    assert kept.sign_count == made["signCount"]


def test_a_device_that_does_not_verify_its_owner_is_refused(device, own_stage):
    come_by_link(device, own_stage, "ncu-a")
    make_first(device)
    device.page.goto("/me")
    device.page.get_by_role("button", name="Sign out", exact=True).first.click()
    device.page.wait_for_url("**/enter")
    device.verifies(yes=False)
    device.page.get_by_role("button", name="Use a passkey").click()
    device.page.get_by_role("alert").wait_for()
    assert "did not show a passkey" in device.page.get_by_role("alert").inner_text()
    assert device.page.url.endswith("/enter")


def test_the_wrong_address_is_said(chromium, own_stage):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(own_stage.url + "/enter")  # by number, for which there are no passkeys
    page.get_by_role("button", name="Use a passkey").click()
    assert own_stage.node.public_url in page.get_by_role("alert").inner_text()
    context.close()


def test_consent_to_a_challenge_verifies_in_the_custody_log(device, own_stage):
    """What a browser gives for an entry's hash is what `custody.passkey.verify_assertion` takes."""
    from base64 import urlsafe_b64decode, urlsafe_b64encode
    from hashlib import sha256

    import cbor2

    from accord.custody.events import EnrolledKey, KeyAlgorithm, KeyUse
    from accord.custody.passkey import Assertion, verify_assertion

    come_by_link(device, own_stage, "ncu-a")
    make_first(device)
    challenge = sha256(b"an entry").digest()
    text = urlsafe_b64encode(challenge).rstrip(b"=").decode()
    shown = device.page.evaluate(ASK, text)
    parts = {
        name: urlsafe_b64decode(value.replace("+", "-").replace("/", "_")) for name, value in json.loads(shown).items()
    }
    with service.on_accounts(own_stage.node) as connection:
        (kept,) = service.passkeys.passkeys_of(connection, own_stage.world.people["ncu-a"])
    cose = cbor2.loads(kept.public_key)
    key = EnrolledKey(
        KeyUse.PASSKEY, KeyAlgorithm.P256, b"\x04" + cose[-2] + cose[-3], bytes(32), kept.rp_id, kept.origin
    )
    verify_assertion(Assertion(parts["a"], parts["c"], parts["s"]), key, challenge)


def test_a_passkey_is_made_known_to_the_log_and_consents_to_a_seal(device, own_stage):
    """Chromium's own authenticator, end to end: enrolment and consent are entries that every audit accepts."""
    from uuid import UUID

    from accord.custody.audit import audit
    from accord.custody.events import EventType
    from accord.services import consent
    from accord.services.custody_facts import CustodyFacts
    from accord.services.record import record
    from accord.store.engine import node_transaction
    from accord.web.consents import assertion_of, options_of

    come_by_link(device, own_stage, "ncu-a")
    make_first(device)
    page, node = device.page, own_stage.node
    page.goto("/me/consents")
    page.get_by_role("button", name="Make it known").click()
    page.get_by_text("known: it gives consent").wait_for()
    token = next(one["value"] for one in page.context.cookies() if "session" in one["name"])
    signed = links.who(node, token)
    facts = CustodyFacts(EventType.SEAL, UUID(int=7, version=4), {"sha256": "5d" * 32})
    asked = consent.ask(node, signed, "item sealed", facts, subject="item")
    shown = page.evaluate(
        """async (options) => {
            const bytes = (t) => Uint8Array.from(atob(t.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
            const plain = (b) => btoa(String.fromCharCode(...new Uint8Array(b)));
            const words = (b) => plain(b).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
            const made = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge),
                allowCredentials: options.allowCredentials.map((one) => ({ ...one, id: bytes(one.id) })) } });
            const r = made.response;
            return JSON.stringify({ id: made.id, response: { authenticatorData: words(r.authenticatorData),
                clientDataJSON: words(r.clientDataJSON), signature: words(r.signature) } });
        }""",
        options_of(asked, "localhost"),
    )
    credential_id, assertion = assertion_of(shown)
    given = consent.give(node, signed, asked.id, facts, credential_id=credential_id, assertion=assertion)
    with node_transaction(node.engine) as connection:
        who = {"person_id": signed.person_id, "member_id": signed.member_id}
        record(node, connection, "item sealed", "item", **who, custody=given)
    room = node.custody
    assert audit(room.storage, room.storage.head(), room.keys.log_key.verifier).doubts == ()
