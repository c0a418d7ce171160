"""Whose key signs: people's keys, sealed at the node; their enrolment, renewal and end are entries of the log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accord.custody import entry
from accord.custody.events import EnrolledKey, KeyAlgorithm, KeyUse, pseudonym
from accord.model.errors import AbsentError, ConflictError
from accord.model.handling import Handling, Tlp
from accord.services.custody_room import NODE, CustodyRoom
from accord.services.custody_statement import KEYS, SECRET_BYTES, Signer, key_event, make
from accord.services.node import Node
from accord.store import audiences, custody, custody_keys
from accord.store.custody_keys import KeyRow, PseudonymRow
from accord.store.engine import Connection, as_node

RECOVERY_WITNESSES = 2
"""Others who must consent when all passkeys of a person are lost (custody.keyring, rule 3)."""
NODE_ALONE = Handling(tlp=Tlp.RED)


def signer(node: Node, room: CustodyRoom, connection: Connection, person_id: UUID | None) -> Signer:
    """The key that signs for a person, made and enrolled at their first act; None: the node's own.

    Only within `engine.as_node`. Raises `NodeError` when the key was sealed by another node.
    """
    if person_id is None:
        return node_signer(room)
    role = custody_keys.role_of(connection, person_id) or "person"
    known = custody_keys.pseudonym_of(connection, person_id)
    held = custody_keys.keys_of(connection, known.holder, KeyUse.SIGNING) if known else []
    if held and held[0].sealed is not None:
        private = Ed25519PrivateKey.from_private_bytes(room.keys.open(held[0].sealed, held[0].key_id))
        return Signer(held[0].key_id, private, held[0].holder, role)
    connection.execute(custody.LOCK, {"subject": f"keys of {person_id}"})  # two first acts at once: one key
    known = custody_keys.pseudonym_of(connection, person_id)
    if known and custody_keys.keys_of(connection, known.holder, KeyUse.SIGNING):
        return signer(node, room, connection, person_id)
    holder = known.holder if known else _pseudonym(room, connection, person_id)
    return _enrol_signing_key(node, room, connection, holder, role)


def node_signer(room: CustodyRoom) -> Signer:
    """The registrar's key, which the node signs with when no person acts."""
    return Signer(room.registrar_key.key_id, room.keys.registrar, room.holder, NODE)


def holder_of(room: CustodyRoom, connection: Connection, person_id: UUID) -> bytes:
    """The pseudonym (32 bytes) of a person, made at the first call."""
    known = custody_keys.pseudonym_of(connection, person_id)
    return known.holder if known else _pseudonym(room, connection, person_id)


def put_key_entry(
    room: CustodyRoom,
    connection: Connection,
    key: EnrolledKey,
    *more: entry.EntrySignature,
    number: UUID,
    now: datetime,
    private: Ed25519PrivateKey | None = None,
    secret: bytes | None = None,
) -> None:
    """Puts the entry that enrols (or revokes) a key into the outbox, signed by the registrar and by the key itself."""
    registrar = node_signer(room)
    event = key_event(number, key, registrar, now, custody.last_leaf(connection, KEYS))
    secret = secret or room.keys.random(SECRET_BYTES)
    if private is not None:
        more = (*more, entry.sign(entry.statement(event, secret), key.key_id, private))
    audience = audiences.intern(connection, NODE_ALONE)
    custody.put(connection, [make(event, registrar, secret, audience, *more)])


def revoke(node: Node, room: CustodyRoom, connection: Connection, key_id: str) -> None:
    """Ends a key by an entry of the registrar; what it signed before stays. Raises `AbsentError`."""
    row = custody_keys.get(connection, key_id)
    if row is None or row.revoked_at is not None:
        raise AbsentError("There is no such key in force.", action="Look at the list of keys.")
    key = EnrolledKey(
        KeyUse(row.use), KeyAlgorithm(row.algorithm), row.public, row.holder, row.rp_id, row.origin, revoked=True
    )
    now = node.clock.now()
    put_key_entry(room, connection, key, number=node.ids.new(), now=now)
    custody_keys.revoke(connection, key_id, now)


def end_passkey(node: Node, connection: Connection, credential_id: bytes) -> None:
    """Ends a passkey in the log, if the log knows it. Raises `ConflictError` when it knows no other of that person."""
    room = node.custody
    if room is None:
        return
    with as_node(connection):
        row = custody_keys.by_credential(connection, credential_id)
        if row is None:
            return
        if len(custody_keys.keys_of(connection, row.holder, KeyUse.PASSKEY)) == 1:
            raise ConflictError(
                "This passkey is the only one that the custody log takes for your will.",
                action="Make another one known to the log first; it needs this one for that.",
            )
        revoke(node, room, connection, row.key_id)


def end_lost_passkeys(node: Node, connection: Connection, person_id: UUID) -> int:
    """Ends every passkey that the log knows of a person who lost theirs; how many. A new one needs two others' word."""
    room = node.custody
    if room is None:
        return 0
    with as_node(connection):
        known = custody_keys.pseudonym_of(connection, person_id)
        rows = custody_keys.keys_of(connection, known.holder, KeyUse.PASSKEY) if known else []
        for row in rows:
            revoke(node, room, connection, row.key_id)
    return len(rows)


def key_row(key: EnrolledKey, now: datetime, *, sealed: bytes | None, credential_id: bytes | None = None) -> KeyRow:
    return KeyRow(
        key.key_id, key.holder, key.use, key.algorithm, key.public, sealed, credential_id, key.rp_id, key.origin,
        now, None,
    )  # fmt: skip


def _enrol_signing_key(node: Node, room: CustodyRoom, connection: Connection, holder: bytes, role: str) -> Signer:
    seed = room.keys.random(32)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key = EnrolledKey(KeyUse.SIGNING, KeyAlgorithm.ED25519, private.public_key().public_bytes_raw(), holder)
    now = node.clock.now()
    put_key_entry(room, connection, key, number=node.ids.new(), now=now, private=private)
    custody_keys.put_key(connection, key_row(key, now, sealed=room.keys.seal(seed, key.key_id)))
    return Signer(key.key_id, private, holder, role)


def _pseudonym(room: CustodyRoom, connection: Connection, person_id: UUID) -> bytes:
    secret = room.keys.random(SECRET_BYTES)
    holder = pseudonym(secret, str(person_id))
    custody_keys.put_pseudonym(connection, person_id, PseudonymRow(holder, room.keys.seal(secret, str(person_id))))
    return holder
