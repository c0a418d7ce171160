"""Passkeys (W3C WebAuthn Level 2): making, signing in with, naming and removing them.

What is verified, in the order of sections 7.1 and 7.2; the numbers are repeated at the code or are the library's:

1. The challenge is ours, was given to this browser, is at most five minutes old, and is used up by the attempt.
2. Type, challenge, origin and relying party are exactly ours (library); a page inside another site's page is refused.
3. The owner was there and was verified by PIN or biometrics (library).
4. The passkey is known, and its user handle is its owner's.
5. The signature verifies (library).
6. The counter has moved on, where the device counts; if not, the passkey may have been copied: refused and recorded.

Algorithms: ES256 and EdDSA, those that the custody log verifies as consent. Attestation is not asked for: it would name
devices, and says nothing that is needed here.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json, parse_registration_credential_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from accord.model.errors import AbsentError, ConflictError, InputError, LimitError, RefusedError
from accord.policy.duties import Verb
from accord.services import keys, sign_in
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.signing import hashed, on_accounts, record_of
from accord.services.site import Site, site_of
from accord.store import ceremonies, passkeys, sessions
from accord.store.ceremonies import CeremonyRow
from accord.store.engine import Connection
from accord.store.passkeys import PasskeyRow

CEREMONY_LIFE = timedelta(minutes=5)
MOST_PASSKEYS = 10
"""Of one person: a phone, a laptop, keys in a drawer."""
MAX_NAME = 60
MAX_CREDENTIAL = 16 * 1024
"""Characters of what a browser sends; usual are two thousand."""
MAX_CREDENTIAL_ID = 1023
"""Bytes (section 7.1, step 25 of Level 3)."""
ALGORITHMS = [Algorithm.ECDSA_SHA_256, Algorithm.EDDSA]
_NEW, _IN, _AGAIN = "passkey-new", "passkey-in", "passkey-again"
FRESH_FOR = timedelta(minutes=15)
"""So long after signing in, or showing a passkey again, may a person change how they sign in."""


def list_passkeys(node: Node, signed: Signed) -> list[PasskeyRow]:
    """A person's own passkeys, the oldest first."""
    with on_accounts(node) as connection:
        return passkeys.passkeys_of(connection, signed.person_id)


def ask_new(node: Node, signed: Signed) -> dict[str, Any]:
    """What the browser needs to make a passkey (PublicKeyCredentialCreationOptions as JSON).

    Raises `ConflictError` at an address for which browsers make none, `LimitError` beyond `MOST_PASSKEYS`,
    `RefusedError` to add to those that are there when the person signed in too long ago.
    """
    permit(signed, Verb.OWN_ACCOUNT)
    site = _site(node)
    with on_accounts(node) as connection:
        there = passkeys.passkeys_of(connection, signed.person_id)
        if len(there) >= MOST_PASSKEYS:
            raise LimitError(f"You have {MOST_PASSKEYS} passkeys.", action="Remove one that you do not use any more.")
        if there:
            must_be_fresh(node, signed)
        challenge = _begin(node, connection, signed.token_hash, _NEW)
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Accord",
        user_id=signed.person_id.bytes,
        user_name=f"{signed.name} ({signed.member_name})"[:64],
        user_display_name=signed.name[:64],
        challenge=challenge,
        timeout=int(CEREMONY_LIFE.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=row.credential_id) for row in there],
        supported_pub_key_algs=ALGORITHMS,
    )
    return _as_json(options)


def add(node: Node, signed: Signed, credential: str, name: str, agent: str) -> str:
    """Keeps the passkey that the browser made, and gives the token of a new session in place of this one.

    Raises `RefusedError` when anything in it is not as it must be, `InputError` without a usable name.
    """
    permit(signed, Verb.OWN_ACCOUNT)
    name = _name(name)
    given = _read_new(credential)
    site, now = _site(node), node.clock.now()
    with on_accounts(node) as connection:  # used up whatever comes of it
        begun = ceremonies.take(connection, signed.token_hash, _NEW, now)
    made = _verified(given, begun, site)
    with on_accounts(node) as connection:
        if len(passkeys.passkeys_of(connection, signed.person_id)) >= MOST_PASSKEYS:
            raise LimitError(f"You have {MOST_PASSKEYS} passkeys.", action="Remove one that you do not use any more.")
        if passkeys.find(connection, made.credential_id) is not None:
            raise ConflictError("This passkey is registered already.", action="Use it to sign in.")
        row = PasskeyRow(
            node.ids.new(), signed.person_id, made.credential_id, made.credential_public_key, made.sign_count,
            site.rp_id, site.origin, _transports(given), made.credential_backed_up, name, now, None,
        )  # fmt: skip
        passkeys.put(connection, row)
        record_of(node, connection, signed, "passkey added", str(row.id), {"passkey": str(row.id), "name": name})
        sessions.end_session(connection, signed.token_hash)
        return sign_in.begin_session(node, connection, signed.person_id, "passkey", agent)


def ask_in(node: Node, door: str) -> dict[str, Any]:
    """What a browser needs to sign in with a passkey; `door`: the secret of the browser that asks."""
    site = _site(node)
    with on_accounts(node) as connection:
        challenge = _begin(node, connection, hashed(door), _IN)
    return _request(site, challenge)


def come_in(node: Node, door: str, credential: str, agent: str) -> str:
    """Signs in whoever holds this passkey; the new session's token. Raises one `RefusedError` for all that is wrong."""
    shown = _read_shown(credential)
    now = node.clock.now()
    with on_accounts(node) as connection:
        begun = ceremonies.take(connection, hashed(door), _IN, now)
    row = _shown(node, begun, shown)
    with on_accounts(node) as connection:
        person = sessions.find_active(connection, row.person_id)
        if person is None:
            raise _refused()
        return sign_in.begin_session(node, connection, person.id, "passkey", agent)


def ask_again(node: Node, signed: Signed) -> dict[str, Any]:
    """What the browser needs to show that its owner is still there."""
    permit(signed, Verb.OWN_ACCOUNT)
    site = _site(node)
    with on_accounts(node) as connection:
        there = passkeys.passkeys_of(connection, signed.person_id)
        challenge = _begin(node, connection, signed.token_hash, _AGAIN)
    return _request(site, challenge, [row.credential_id for row in there])


def show_again(node: Node, signed: Signed, credential: str, agent: str) -> str:
    """Begins a new session in place of this one, for who showed their passkey again. Raises `RefusedError`."""
    permit(signed, Verb.OWN_ACCOUNT)
    shown = _read_shown(credential)
    with on_accounts(node) as connection:
        begun = ceremonies.take(connection, signed.token_hash, _AGAIN, node.clock.now())
    row = _shown(node, begun, shown)
    if row.person_id != signed.person_id:
        raise _refused()
    with on_accounts(node) as connection:
        sessions.end_session(connection, signed.token_hash)
        return sign_in.begin_session(node, connection, signed.person_id, "passkey", agent)


def is_fresh(node: Node, signed: Signed) -> bool:
    """Whether this person showed lately who they are."""
    return signed.began_at is not None and node.clock.now() - signed.began_at <= FRESH_FOR


def must_be_fresh(node: Node, signed: Signed) -> None:
    """Raises `RefusedError` unless this person showed lately who they are: a stolen session is not enough."""
    if not is_fresh(node, signed):
        raise RefusedError(
            "You signed in too long ago to change how you sign in.", action="Show your passkey again, on your page."
        )


def rename(node: Node, signed: Signed, passkey_id: UUID, name: str) -> None:
    """Raises `AbsentError` when this person has no such passkey."""
    permit(signed, Verb.OWN_ACCOUNT)
    name = _name(name)
    with on_accounts(node) as connection:
        if not passkeys.rename(connection, passkey_id, signed.person_id, name):
            raise _absent()
        detail = {"passkey": str(passkey_id), "name": name}
        record_of(node, connection, signed, "passkey renamed", str(passkey_id), detail)


def remove(node: Node, signed: Signed, passkey_id: UUID) -> None:
    """Ends it in the custody log too. Raises `AbsentError`, or `ConflictError` for the last one, here or there."""
    permit(signed, Verb.OWN_ACCOUNT)
    must_be_fresh(node, signed)
    with on_accounts(node) as connection:
        sessions.lock_person(connection, signed.person_id)  # of two removals at once, one is the last
        there = {row.id: row for row in passkeys.passkeys_of(connection, signed.person_id)}
        if passkey_id not in there:
            raise _absent()
        if len(there) == 1:
            raise ConflictError("This is your last passkey.", action="Make another one first.")
        keys.end_passkey(node, connection, there[passkey_id].credential_id)
        passkeys.remove(connection, passkey_id, signed.person_id)
        detail = {"passkey": str(passkey_id), "name": there[passkey_id].name}
        record_of(node, connection, signed, "passkey removed", str(passkey_id), detail)


def _verified(given: RegistrationCredential, begun: CeremonyRow | None, site: Site) -> VerifiedRegistration:
    if begun is None:  # 1
        raise _refused()
    _framed(given.response.client_data_json)  # 2
    try:
        made = verify_registration_response(
            credential=given,
            expected_challenge=begun.challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):  # the library's, on hostile CBOR
        raise _refused() from None
    if not 0 < len(made.credential_id) <= MAX_CREDENTIAL_ID:
        raise _refused()
    return made


def _shown(node: Node, begun: CeremonyRow | None, shown: AuthenticationCredential) -> PasskeyRow:
    """The passkey that was shown, after checks 1 to 6. Raises `RefusedError`."""
    if begun is None:  # 1
        raise _refused()
    _framed(shown.response.client_data_json)  # 2
    with on_accounts(node) as connection:
        row = passkeys.find(connection, shown.raw_id)
        if row is None or shown.response.user_handle not in (row.person_id.bytes, None):  # 4
            raise _refused()
        count = _signed_count(shown, begun, row)  # 2, 3, 5
        copied = (count or row.sign_count) and count <= row.sign_count  # 6
        if copied:
            detail = {"passkey": str(row.id), "name": row.name}
            person = sessions.find_person(connection, row.person_id)
            record_of(node, connection, person, "passkey refused as copied", str(row.id), detail)
        else:
            passkeys.used(connection, row.id, count, node.clock.now())
    if copied:
        raise _refused()
    return row


def _signed_count(shown: AuthenticationCredential, begun: CeremonyRow, row: PasskeyRow) -> int:
    try:
        return verify_authentication_response(
            credential=shown,
            expected_challenge=begun.challenge,
            expected_rp_id=row.rp_id,
            expected_origin=row.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=0,  # the counter is compared by the caller, who records what it means
            require_user_verification=True,
        ).new_sign_count
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):  # the library's, on hostile bytes
        raise _refused() from None


def _framed(client_data: bytes) -> None:
    """Refuses what was made inside a page of another site (section 5.8.1: crossOrigin, topOrigin)."""
    try:
        said = json.loads(client_data)
        inside = said.get("crossOrigin", False) is not False or "topOrigin" in said
    except (ValueError, AttributeError, RecursionError):
        raise _refused() from None
    if inside:
        raise _refused()


def _begin(node: Node, connection: Connection, owner: bytes, kind: str) -> bytes:
    challenge, now = secrets.token_bytes(32), node.clock.now()
    ceremonies.put(connection, CeremonyRow(owner, kind, challenge, {}, now + CEREMONY_LIFE), now)
    return challenge


def _request(site: Site, challenge: bytes, only: list[bytes] | None = None) -> dict[str, Any]:
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=int(CEREMONY_LIFE.total_seconds() * 1000),
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in only] if only else None,
    )
    return _as_json(options)


def _as_json(options: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(options_to_json(options))
    return made


def _read_new(credential: str) -> RegistrationCredential:
    try:
        return parse_registration_credential_json(_bounded(credential))
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _refused() from None


def _read_shown(credential: str) -> AuthenticationCredential:
    try:
        return parse_authentication_credential_json(_bounded(credential))
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _refused() from None


def _bounded(credential: str) -> str:
    if len(credential) > MAX_CREDENTIAL:
        raise _refused()
    return credential


def _transports(given: RegistrationCredential) -> list[str]:
    return sorted({one.value for one in given.response.transports or () if isinstance(one, AuthenticatorTransport)})


def _site(node: Node) -> Site:
    site = site_of(node)
    if not site.bears_passkeys:
        raise ConflictError(
            f"Browsers make no passkeys for {site.origin}.",
            action="Serve Accord under a name with https, or on localhost, and set ACCORD_PUBLIC_URL.",
        )
    return site


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise InputError(f"A passkey needs a name of at most {MAX_NAME} characters.", action="Name the device.")
    return name


def _absent() -> AbsentError:
    return AbsentError("You have no such passkey.", action="Reload your page.")


def _refused() -> RefusedError:
    return RefusedError(
        "The passkey was not accepted.", action="Try again from the page; a try is good for five minutes."
    )
