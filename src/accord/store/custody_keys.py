"""Keys that sign entries, and pseudonyms of people, as the database keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from accord.custody.events import KeyUse
from accord.store.custody_tables import custody_consent, custody_key, custody_pseudonym
from accord.store.sessions import not_suspended
from accord.store.tables import member, person

_KEPT_FOR = timedelta(days=1)


class KeyRow(NamedTuple):
    """`sealed`: the private half; None for passkeys. `credential_id`: None for signing keys."""

    key_id: str
    holder: bytes
    use: str
    algorithm: str
    public: bytes
    sealed: bytes | None
    credential_id: bytes | None
    rp_id: str
    origin: str
    enrolled_at: datetime
    revoked_at: datetime | None


class PseudonymRow(NamedTuple):
    holder: bytes
    sealed: bytes


class ConsentRow(NamedTuple):
    """`shown`: sealed, what a page shows of what a command prepared; then the passkey's answer, once it is there."""

    id: UUID
    person_id: UUID
    verb: str
    subject: str
    payload: bytes
    secret: bytes
    expires_at: datetime
    shown: bytes | None = None
    credential_id: bytes | None = None
    assertion: bytes | None = None


def role_of(connection: Connection, person_id: UUID) -> str:
    """The role of a person; empty for none."""
    return connection.scalar(select(person.c.role).where(person.c.id == person_id)) or ""


def pseudonym_of(connection: Connection, person_id: UUID) -> PseudonymRow | None:
    query = select(custody_pseudonym.c.holder, custody_pseudonym.c.sealed)
    row = connection.execute(query.where(custody_pseudonym.c.person_id == person_id)).one_or_none()
    return row and PseudonymRow(*row)


def put_pseudonym(connection: Connection, person_id: UUID, row: PseudonymRow) -> None:
    connection.execute(insert(custody_pseudonym).values(person_id=person_id, **row._asdict()))


def keys_of(connection: Connection, holder: bytes, use: str) -> list[KeyRow]:
    """The keys in force of a holder, the newest first."""
    query = select(custody_key).where(
        custody_key.c.holder == holder, custody_key.c.use == use, custody_key.c.revoked_at.is_(None)
    )
    rows = connection.execute(query.order_by(custody_key.c.enrolled_at.desc(), custody_key.c.key_id))
    return [KeyRow(*row) for row in rows]


def ever(connection: Connection, holder: bytes) -> list[KeyRow]:
    """Every key of a holder, those that ended too, the newest first."""
    query = select(custody_key).where(custody_key.c.holder == holder)
    return [KeyRow(*row) for row in connection.execute(query.order_by(custody_key.c.enrolled_at.desc()))]


def get(connection: Connection, key_id: str) -> KeyRow | None:
    row: Any = connection.execute(select(custody_key).where(custody_key.c.key_id == key_id)).one_or_none()
    return row and KeyRow(*row)


def put_key(connection: Connection, row: KeyRow) -> None:
    connection.execute(insert(custody_key).values(**row._asdict()))


def revoke(connection: Connection, key_id: str, at: datetime) -> None:
    """Ends a key; its private half is forgotten."""
    connection.execute(update(custody_key).where(custody_key.c.key_id == key_id).values(revoked_at=at, sealed=None))


def put_consent(connection: Connection, row: ConsentRow) -> None:
    """Keeps what a person is asked to consent to, and forgets what they were asked too long ago."""
    connection.execute(delete(custody_consent).where(custody_consent.c.expires_at < row.expires_at - _KEPT_FOR))
    connection.execute(insert(custody_consent).values(**row._asdict()))


def consent(connection: Connection, asked: UUID, person_id: UUID) -> ConsentRow | None:
    """What a person was asked; None when they were not."""
    query = select(custody_consent).where(custody_consent.c.id == asked, custody_consent.c.person_id == person_id)
    row: Any = connection.execute(query).one_or_none()
    return row and ConsentRow(*row)


def shown_to(connection: Connection, person_id: UUID, now: datetime) -> list[ConsentRow]:
    """What commands ask of a person and they have not answered, the latest first."""
    query = select(custody_consent).where(
        custody_consent.c.person_id == person_id,
        custody_consent.c.shown.is_not(None),
        custody_consent.c.assertion.is_(None),
        custody_consent.c.expires_at >= now,
    )
    return [ConsentRow(*row) for row in connection.execute(query.order_by(custody_consent.c.expires_at.desc()))]


def answer_consent(connection: Connection, asked: UUID, credential_id: bytes, assertion: bytes) -> bool:
    """Keeps what a passkey answered; False when there is nothing (left) to answer."""
    query = update(custody_consent).where(
        custody_consent.c.id == asked, custody_consent.c.shown.is_not(None), custody_consent.c.assertion.is_(None)
    )
    return connection.execute(query.values(credential_id=credential_id, assertion=assertion)).rowcount > 0


def show_consent(connection: Connection, asked: UUID, shown: bytes, until: datetime) -> None:
    """Lets a question be answered elsewhere than on the page that asked it."""
    query = update(custody_consent).where(custody_consent.c.id == asked)
    connection.execute(query.values(shown=shown, expires_at=until))


def answered_by(connection: Connection, person_id: UUID, verb: str, now: datetime) -> list[ConsentRow]:
    """What a person was asked of one kind, has answered, and still stands; the latest first."""
    query = select(custody_consent).where(
        custody_consent.c.person_id == person_id,
        custody_consent.c.verb == verb,
        custody_consent.c.assertion.is_not(None),
        custody_consent.c.expires_at >= now,
    )
    return [ConsentRow(*row) for row in connection.execute(query.order_by(custody_consent.c.expires_at.desc()))]


def answers_about(connection: Connection, verb: str, subject: str) -> list[ConsentRow]:
    """The answers of several people to one question."""
    query = select(custody_consent).where(
        custody_consent.c.verb == verb, custody_consent.c.subject == subject, custody_consent.c.assertion.is_not(None)
    )
    return [ConsentRow(*row) for row in connection.execute(query.order_by(custody_consent.c.id))]


def end_consents_about(connection: Connection, verb: str, subject: str) -> None:
    mine = (custody_consent.c.verb == verb, custody_consent.c.subject == subject)
    connection.execute(delete(custody_consent).where(*mine))


def colleagues_with_passkeys(connection: Connection, member_id: UUID, but: UUID, most: int) -> list[UUID]:
    """People of a member, who are not shut out, of whom the log knows a passkey; without one of them."""
    query = (
        select(person.c.id)
        .join_from(person, member)
        .join(custody_pseudonym, custody_pseudonym.c.person_id == person.c.id)
        .join(custody_key, custody_key.c.holder == custody_pseudonym.c.holder)
        .where(person.c.member_id == member_id, person.c.id != but, not_suspended())
        .where(custody_key.c.use == KeyUse.PASSKEY, custody_key.c.revoked_at.is_(None))
        .distinct()
        .order_by(person.c.id)
        .limit(most)
    )
    return list(connection.scalars(query))


def take_consent(connection: Connection, asked: UUID) -> bool:
    """Uses up what was asked: once. False when it was used before."""
    return connection.execute(delete(custody_consent).where(custody_consent.c.id == asked)).rowcount > 0


def by_credential(connection: Connection, credential_id: bytes) -> KeyRow | None:
    """The passkey in force with that credential id."""
    query = select(custody_key).where(custody_key.c.credential_id == credential_id, custody_key.c.revoked_at.is_(None))
    row: Any = connection.execute(query).one_or_none()
    return row and KeyRow(*row)


def ever_held(connection: Connection, holder: bytes, use: str) -> bool:
    """Whether a holder has, or had, a key of that use."""
    query = select(custody_key.c.key_id).where(custody_key.c.holder == holder, custody_key.c.use == use)
    return connection.scalar(query.limit(1)) is not None
