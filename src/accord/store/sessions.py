"""Sign-in links and sessions. Tokens are never here: only their SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, or_, select, update

from accord.store.people_tables import recovery, suspension
from accord.store.recoveries import open_now
from accord.store.tables import member, person, session, sign_in_link


class PersonRow(NamedTuple):
    """A person with the member they act for."""

    id: UUID
    name: str
    role: str
    title: str
    member_id: UUID
    member_slug: str
    member_name: str
    member_kind: str
    member_country: str
    member_tlp: str


class SessionRow(NamedTuple):
    token_hash: bytes
    person_id: UUID
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str
    how: str = "link"


PERSON = (
    person.c.id,
    person.c.name,
    person.c.role,
    person.c.title,
    member.c.id,
    member.c.slug,
    member.c.name,
    member.c.kind,
    member.c.country,
    member.c.tlp,
)
_SESSION = (
    session.c.token_hash,
    session.c.person_id,
    session.c.csrf,
    session.c.created_at,
    session.c.seen_at,
    session.c.expires_at,
    session.c.agent,
    session.c.how,
)


def not_suspended() -> ColumnElement[bool]:
    """In a query with `person`: nobody shut this person or their member out."""
    whom = or_(suspension.c.person_id == person.c.id, suspension.c.person_id.is_(None))
    shut = select(1).where(suspension.c.member_id == person.c.member_id, whom, suspension.c.lifted_at.is_(None))
    return ~exists(shut.correlate(person))


def find_person(connection: Connection, person_id: UUID) -> PersonRow | None:
    found = connection.execute(select(*PERSON).join_from(person, member).where(person.c.id == person_id)).first()
    return PersonRow._make(found) if found else None


def find_active(connection: Connection, person_id: UUID) -> PersonRow | None:
    """A person whom nobody shut out."""
    query = select(*PERSON).join_from(person, member).where(person.c.id == person_id, not_suspended())
    found = connection.execute(query).first()
    return PersonRow._make(found) if found else None


def lock_person(connection: Connection, person_id: UUID) -> None:
    """Lets one transaction at a time change how a person signs in."""
    connection.execute(select(person.c.id).where(person.c.id == person_id).with_for_update(key_share=True))


def put_link(connection: Connection, token_hash: bytes, person_id: UUID, expires_at: datetime) -> None:
    connection.execute(insert(sign_in_link).values(token_hash=token_hash, person_id=person_id, expires_at=expires_at))


def end_links_of(connection: Connection, person_id: UUID, now: datetime) -> None:
    """Uses up all open links of a person."""
    mine = (sign_in_link.c.person_id == person_id, sign_in_link.c.used_at.is_(None))
    connection.execute(update(sign_in_link).where(*mine).values(used_at=now))


def peek_link(connection: Connection, token_hash: bytes, now: datetime) -> UUID | None:
    """Whose link this is, if it still works; looking does not use it up."""
    query = select(sign_in_link.c.person_id).where(
        sign_in_link.c.token_hash == token_hash, sign_in_link.c.used_at.is_(None), sign_in_link.c.expires_at > now
    )
    found: UUID | None = connection.scalar(query)
    return found


def take_link(connection: Connection, token_hash: bytes, now: datetime) -> UUID | None:
    """Uses a link up and says whose it was; None if it was used, is too old or never was. Of two at once, one wins."""
    change = (
        update(sign_in_link)
        .where(
            sign_in_link.c.token_hash == token_hash, sign_in_link.c.used_at.is_(None), sign_in_link.c.expires_at > now
        )
        .values(used_at=now)
        .returning(sign_in_link.c.person_id)
    )
    taken: UUID | None = connection.scalar(change)
    return taken


def put_session(connection: Connection, row: SessionRow) -> None:
    connection.execute(insert(session).values(**row._asdict()))


def find_session(connection: Connection, token_hash: bytes, now: datetime) -> tuple[SessionRow, PersonRow, bool] | None:
    """The session of a token with its person, and whether somebody asks to be let in again as them (`recovery`).

    None when it ended, never was, or its person is shut out.
    """
    claimed = exists(select(1).where(recovery.c.person_id == person.c.id, open_now(now)).correlate(person))
    query = (
        select(*_SESSION, *PERSON, claimed)
        .select_from(session)
        .join(person, person.c.id == session.c.person_id)
        .join(member, member.c.id == person.c.member_id)
        .where(session.c.token_hash == token_hash, session.c.expires_at > now, not_suspended())
    )
    found = connection.execute(query).first()
    if found is None:
        return None
    return SessionRow._make(found[: len(_SESSION)]), PersonRow._make(found[len(_SESSION) : -1]), bool(found[-1])


def touch_session(connection: Connection, token_hash: bytes, now: datetime) -> None:
    connection.execute(update(session).where(session.c.token_hash == token_hash).values(seen_at=now))


def sessions_of(connection: Connection, person_id: UUID, now: datetime) -> list[SessionRow]:
    query = (
        select(*_SESSION)
        .where(session.c.person_id == person_id, session.c.expires_at > now)
        .order_by(session.c.seen_at.desc())
        .limit(50)
    )
    return [SessionRow._make(row) for row in connection.execute(query)]


def end_session(connection: Connection, token_hash: bytes) -> None:
    connection.execute(delete(session).where(session.c.token_hash == token_hash))


def end_sessions_of(connection: Connection, person_id: UUID) -> int:
    """Ends every session of a person; how many there were."""
    return connection.execute(delete(session).where(session.c.person_id == person_id)).rowcount
