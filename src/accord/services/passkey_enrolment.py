"""Makes a person's passkey known to the custody log: an entry that the registrar and the passkey itself sign.

Who has, or had, another one needs that one's signature as well, or two other people's consent (custody.keyring, 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol
from uuid import UUID

from webauthn.helpers import decode_credential_public_key
from webauthn.helpers.cose import COSECRV
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey, DecodedOKPPublicKey
from webauthn.helpers.exceptions import WebAuthnException

from accord.custody import entry
from accord.custody.entry import EntrySignature
from accord.custody.errors import ConsentError, ReplacedKeyError
from accord.custody.events import EnrolledKey, KeyAlgorithm, KeyUse
from accord.custody.passkey import Assertion, verify_assertion
from accord.model.errors import AbsentError, ConflictError, InputError
from accord.policy.duties import Verb
from accord.services import keys
from accord.services.browse import Signed, reading
from accord.services.consent import Asked, asked_of, credentials_of, enrolled, keep_asked, room_of
from accord.services.custody_drain import drain
from accord.services.custody_statement import KEYS, SECRET_BYTES, key_event
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import record
from accord.store import custody, custody_keys, passkeys
from accord.store.engine import Connection, after_commit, as_node
from accord.store.passkeys import PasskeyRow

VERB = "passkey enrolled for consents"


class Passkey(Protocol):
    """As `store.passkeys.PasskeyRow`: `public_key` in COSE (RFC 9052, section 7)."""

    @property
    def credential_id(self) -> bytes: ...
    @property
    def public_key(self) -> bytes: ...
    @property
    def rp_id(self) -> str: ...
    @property
    def origin(self) -> str: ...


def ask_enrolment(node: Node, signed: Signed, passkey: Passkey) -> Asked:
    """Prepares the entry; its hash is to be signed by the new passkey, and by one of `credentials` if there are any.

    Raises `InputError` for a key that is neither P-256 nor Ed25519, `ConflictError` when the log knows it already.
    """
    room = room_of(node)
    with reading(node, signed) as connection, as_node(connection):
        if custody_keys.by_credential(connection, passkey.credential_id):
            raise ConflictError("The custody log knows this passkey already.", action="Nothing is left to do.")
        key = key_of(passkey, keys.holder_of(room, connection, signed.person_id))
        secret = room.keys.random(SECRET_BYTES)
        previous = custody.last_leaf(connection, KEYS)
        event = key_event(node.ids.new(), key, keys.node_signer(room), node.clock.now(), previous)
        held = credentials_of(connection, key.holder)
        payload = entry.statement(event, secret)
        kept = keep_asked(node, connection, signed, what=(VERB, key.key_id), payload=payload, secret=secret)
        return kept._replace(credentials=held)


def enrol(node: Node, signed: Signed, passkey: Passkey, asked: UUID, assertions: Mapping[bytes, Assertion]) -> None:
    """Enrols a passkey. `assertions` by credential id: its own, and those that vouch for it.

    Raises `AbsentError`, `ConsentError`, `ReplacedKeyError`, and `ConflictError` when another key came in between.
    """
    room = room_of(node)
    now = node.clock.now()
    with reading(node, signed) as connection:
        row = asked_of(node, connection, signed, asked)
        with as_node(connection):
            key = key_of(passkey, keys.holder_of(room, connection, signed.person_id))
            number, claimed_at = entry.statement_identity(row.payload)
            event = key_event(number, key, keys.node_signer(room), claimed_at, custody.last_leaf(connection, KEYS))
            taken = custody_keys.take_consent(connection, asked)
            if not taken or row.subject != key.key_id or entry.statement(event, row.secret) != row.payload:
                raise ConflictError("Another key was enrolled in between.", action="Confirm with your passkey again.")
            signatures = _checked(connection, passkey, key, assertions, entry.challenge(row.payload))
            keys.put_key_entry(room, connection, key, *signatures, number=number, now=claimed_at, secret=row.secret)
            custody_keys.put_key(connection, keys.key_row(key, now, sealed=None, credential_id=passkey.credential_id))
        who = str(signed.person_id)
        record(node, connection, VERB, who, person_id=signed.person_id, member_id=signed.member_id)
        after_commit(connection, "custody log", partial(drain, node))


class OwnKey(NamedTuple):
    """A key of a person as the log has it. `name`: of the passkey, as long as it is on their account."""

    use: str
    algorithm: str
    key_id: str
    name: str
    enrolled_at: datetime
    revoked_at: datetime | None


def list_keys(node: Node, signed: Signed) -> list[OwnKey]:
    """Every key that the log ever took for this person's own, the newest first."""
    with reading(node, signed) as connection:
        names = {row.credential_id: row.name for row in passkeys.passkeys_of(connection, signed.person_id)}
        known = custody_keys.pseudonym_of(connection, signed.person_id)
        rows = custody_keys.ever(connection, known.holder) if known else []
    return [
        OwnKey(
            row.use, row.algorithm, row.key_id, names.get(row.credential_id or b"", ""), row.enrolled_at, row.revoked_at
        )
        for row in rows
    ]


def list_passkeys(node: Node, signed: Signed) -> list[tuple[PasskeyRow, bool]]:
    """A person's passkeys, and whether the log knows each."""
    with reading(node, signed) as connection:
        rows = passkeys.passkeys_of(connection, signed.person_id)
        return [(row, custody_keys.by_credential(connection, row.credential_id) is not None) for row in rows]


class ToEnrol(NamedTuple):
    """`asked`: of the new passkey. `vouching`: ids of those of which one must sign the same; empty: it is the first."""

    asked: Asked
    rp_id: str
    vouching: tuple[bytes, ...]


def ask_of(node: Node, signed: Signed, passkey_id: UUID) -> ToEnrol:
    """As `ask_enrolment`, for one of the person's own passkeys."""
    mine = _mine(node, signed, passkey_id)
    asked = ask_enrolment(node, signed, mine)
    return ToEnrol(asked._replace(credentials=(mine.credential_id,)), mine.rp_id, asked.credentials)


def enrol_one(node: Node, signed: Signed, passkey_id: UUID, asked: UUID, assertions: Mapping[bytes, Assertion]) -> None:
    """As `enrol`, for one of the person's own passkeys."""
    enrol(node, signed, _mine(node, signed, passkey_id), asked, assertions)


def _mine(node: Node, signed: Signed, passkey_id: UUID) -> PasskeyRow:
    permit(signed, Verb.OWN_ACCOUNT)
    with reading(node, signed) as connection:
        found = [row for row in passkeys.passkeys_of(connection, signed.person_id) if row.id == passkey_id]
    if not found:
        raise AbsentError("You have no such passkey.", action="Look at your account.")
    return found[0]


def key_of(passkey: Passkey, holder: bytes) -> EnrolledKey:
    """A passkey as entries name it. Raises `InputError` when its algorithm is none that verifiers know."""
    try:
        found = decode_credential_public_key(passkey.public_key)
    except (WebAuthnException, ValueError, KeyError, IndexError, TypeError):
        raise InputError("The passkey's public key cannot be read.", action="Register the passkey anew.") from None
    if isinstance(found, DecodedEC2PublicKey) and found.crv == COSECRV.P256:
        algorithm, public = KeyAlgorithm.P256, b"\x04" + found.x.rjust(32, b"\0") + found.y.rjust(32, b"\0")
    elif isinstance(found, DecodedOKPPublicKey) and found.crv == COSECRV.ED25519:
        algorithm, public = KeyAlgorithm.ED25519, found.x
    else:
        raise InputError(
            "This passkey signs in a way that the verifier does not know.", action="Use one with P-256 or Ed25519."
        )
    return EnrolledKey(KeyUse.PASSKEY, algorithm, public, holder, passkey.rp_id, passkey.origin)


def _checked(
    connection: Connection,
    passkey: Passkey,
    key: EnrolledKey,
    assertions: Mapping[bytes, Assertion],
    challenge: bytes,
) -> list[EntrySignature]:
    """The signatures under the entry, the new key's first; by the rules of `custody.keyring`."""
    signatures, vouching = [], set()
    for credential_id, assertion in sorted(assertions.items(), key=lambda pair: pair[0] != passkey.credential_id):
        if credential_id == passkey.credential_id:
            signer = key
        else:
            row = custody_keys.by_credential(connection, credential_id)
            if row is None:
                raise ConsentError("A passkey that the custody log does not know cannot vouch for another.")
            signer = enrolled(row)
            vouching.add(signer.holder)
        verify_assertion(assertion, signer, challenge)
        signatures.append(EntrySignature(signer.key_id, assertion.encode()))
    if passkey.credential_id not in assertions:
        raise ConsentError("The new passkey has not signed its own enrolment.")
    known = custody_keys.ever_held(connection, key.holder, KeyUse.PASSKEY)
    if known and key.holder not in vouching and len(vouching) < keys.RECOVERY_WITNESSES:
        raise ReplacedKeyError(
            "You have, or had, another passkey, and it has not signed this.",
            action="Sign with the old one as well; if it is lost, two other people must consent with theirs.",
        )
    return signatures
