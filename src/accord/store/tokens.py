"""Tokens of programs: only their SHA-256 is here."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from accord.store.people_tables import api_token
from accord.store.sessions import PERSON, PersonRow, not_suspended
from accord.store.tables import member, person


class TokenRow(NamedTuple):
    id: UUID
    person_id: UUID
    token_hash: bytes
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


_TOKEN = tuple(api_token.c[name] for name in TokenRow._fields)


def put(connection: Connection, row: TokenRow) -> None:
    connection.execute(insert(api_token).values(**row._asdict()))


def find(connection: Connection, token_hash: bytes, now: datetime) -> tuple[TokenRow, PersonRow] | None:
    """A token that works with its person; None when it was revoked, is too old, never was, or its owner is shut out."""
    query = (
        select(*_TOKEN, *PERSON)
        .select_from(api_token)
        .join(person, person.c.id == api_token.c.person_id)
        .join(member, member.c.id == person.c.member_id)
        .where(api_token.c.token_hash == token_hash, api_token.c.expires_at > now, api_token.c.revoked_at.is_(None))
        .where(not_suspended())
    )
    found = connection.execute(query).first()
    if found is None:
        return None
    return TokenRow._make(found[: len(_TOKEN)]), PersonRow._make(found[len(_TOKEN) :])


def touch(connection: Connection, token_id: UUID, now: datetime) -> None:
    connection.execute(update(api_token).where(api_token.c.id == token_id).values(last_used_at=now))


def of_person(connection: Connection, person_id: UUID, most: int) -> list[TokenRow]:
    """A person's tokens, the newest first; those that ended too."""
    query = select(*_TOKEN).where(api_token.c.person_id == person_id)
    rows = connection.execute(query.order_by(api_token.c.created_at.desc(), api_token.c.id).limit(most))
    return [TokenRow._make(row) for row in rows]


def count_live(connection: Connection, person_id: UUID, now: datetime) -> int:
    """How many of a person's tokens work."""
    live = (api_token.c.person_id == person_id, api_token.c.expires_at > now, api_token.c.revoked_at.is_(None))
    return connection.scalar(select(func.count()).select_from(api_token).where(*live)) or 0


def revoke(connection: Connection, token_id: UUID, person_id: UUID, now: datetime) -> str | None:
    """Ends a token of this person for ever; its name, None if they have no such token that works."""
    mine = (api_token.c.id == token_id, api_token.c.person_id == person_id, api_token.c.revoked_at.is_(None))
    name: str | None = connection.scalar(
        update(api_token).where(*mine).values(revoked_at=now).returning(api_token.c.name)
    )
    return name


def revoke_all(connection: Connection, person_id: UUID, now: datetime) -> int:
    """Ends all tokens of a person; how many there were."""
    mine = (api_token.c.person_id == person_id, api_token.c.revoked_at.is_(None))
    return connection.execute(update(api_token).where(*mine).values(revoked_at=now)).rowcount
