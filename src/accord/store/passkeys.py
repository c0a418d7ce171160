"""Passkeys: the public halves of what people hold in their devices."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, delete, exists, insert, select, update

from accord.store.people_tables import passkey
from accord.store.texts import storable


class PasskeyRow(NamedTuple):
    """`public_key`: COSE_Key bytes (RFC 9052, section 7). `rp_id` and `origin`: where it was made and may be used."""

    id: UUID
    person_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    rp_id: str
    origin: str
    transports: list[str]
    synced: bool
    name: str
    created_at: datetime
    last_used_at: datetime | None


_ALL = tuple(passkey.c[name] for name in PasskeyRow._fields)


def put(connection: Connection, row: PasskeyRow) -> None:
    """Keeps a new passkey. A credential id that is there already raises the database's error for a duplicate."""
    connection.execute(insert(passkey).values(**{**row._asdict(), "name": storable(row.name)}))


def passkeys_of(connection: Connection, person_id: UUID) -> list[PasskeyRow]:
    """A person's passkeys, the oldest first."""
    query = select(*_ALL).where(passkey.c.person_id == person_id).order_by(passkey.c.created_at, passkey.c.id)
    return [PasskeyRow._make(row) for row in connection.execute(query)]


def find(connection: Connection, credential_id: bytes) -> PasskeyRow | None:
    """The passkey of that id, locked until the transaction ends: of two uses at once, one waits."""
    found = connection.execute(select(*_ALL).where(passkey.c.credential_id == credential_id).with_for_update()).first()
    return PasskeyRow._make(found) if found else None


def has_any(connection: Connection, person_id: UUID) -> bool:
    return bool(connection.scalar(select(exists().where(passkey.c.person_id == person_id))))


def used(connection: Connection, passkey_id: UUID, sign_count: int, now: datetime) -> None:
    change = update(passkey).where(passkey.c.id == passkey_id)
    connection.execute(change.values(sign_count=sign_count, last_used_at=now))


def rename(connection: Connection, passkey_id: UUID, person_id: UUID, name: str) -> bool:
    mine = (passkey.c.id == passkey_id, passkey.c.person_id == person_id)
    return connection.execute(update(passkey).where(*mine).values(name=storable(name))).rowcount == 1


def remove(connection: Connection, passkey_id: UUID, person_id: UUID) -> bool:
    mine = (passkey.c.id == passkey_id, passkey.c.person_id == person_id)
    return connection.execute(delete(passkey).where(*mine)).rowcount == 1


def remove_all(connection: Connection, person_id: UUID) -> int:
    """Every passkey of a person; how many there were."""
    return connection.execute(delete(passkey).where(passkey.c.person_id == person_id)).rowcount
