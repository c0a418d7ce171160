"""What a member has posted already, deleting it, and the answers kept for `status`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from accord.store import arrays
from accord.store.engine import driver_of
from accord.store.tables import claim
from accord.store.taxii_pages import Place
from accord.store.taxii_tables import taxii_key, taxii_status
from accord.store.texts import storable

MAX_DEFINITIONS = 10_000
_THERE = """
select c.stix_id, (extract(epoch from c.version_at) * 1000000)::bigint from claim c
join contribution k on k.id = c.contribution_id
where c.stix_id = any(%s::text[]) and c.served and c.audience = %s and k.member_id = %s
"""
_TAKEN_BACK = """
select c.stix_id, (extract(epoch from c.version_at) * 1000000)::bigint from claim c
join contribution k on k.id = c.contribution_id
where c.stix_id = any(%s::text[]) and not c.served and k.member_id = %s and (c.deleted or exists (
    select from handling_change h where h.contribution_id = k.id and h.kind = 'recalled'
))
"""
_DELETE = """
update claim set deleted = true, served = false
from unnest(%s::uuid[], %s::integer[]) as gone (contribution_id, number)
where claim.contribution_id = gone.contribution_id and claim.number = gone.number
"""
_EMPTY = text("""
select id from contribution where id = any(:of) and withdrawn_at is null
and not exists (select from claim where contribution_id = contribution.id and not deleted)
""")


def there(connection: Connection, stix_ids: Sequence[str], audience: int, member_id: UUID) -> set[tuple[str, int]]:
    """Which of these ids a member has under an audience: each with its version in microseconds from 1970."""
    return _versions(connection, _THERE, stix_ids, [audience, member_id])


def taken_back(connection: Connection, stix_ids: Sequence[str], member_id: UUID) -> set[tuple[str, int]]:
    """As `there`, of what a person of the member took back."""
    return _versions(connection, _TAKEN_BACK, stix_ids, [member_id])


def _versions(
    connection: Connection, query: LiteralString, stix_ids: Sequence[str], given: list[Any]
) -> set[tuple[str, int]]:
    with driver_of(connection).cursor() as cursor:
        arrays.accept(cursor)
        ids = arrays.texts([storable(number).encode() for number in stix_ids])
        return set(cursor.execute(query, [ids, *given]).fetchall())


def definitions(connection: Connection, stix_ids: Sequence[str]) -> list[bytes]:
    """The texts of marking definitions with these ids that this transaction sees."""
    found = select(claim.c.raw).where(
        claim.c.stix_id.in_(stix_ids), claim.c.type == "marking-definition", claim.c.served
    )
    return [raw.encode() for raw in connection.scalars(found.distinct().limit(MAX_DEFINITIONS))]


def alone(connection: Connection, member_id: UUID) -> None:
    """Lets nothing else of this member be posted until the transaction ends."""
    key = int.from_bytes(member_id.bytes[:8], "big", signed=True)
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})


def take_away(connection: Connection, gone: Iterable[Place]) -> list[UUID]:
    """Marks claims as deleted; the contributions that have nothing left."""
    rows = list(gone)
    with driver_of(connection).cursor() as cursor:
        arrays.accept(cursor)
        of = [row.contribution_id for row in rows]
        cursor.execute(_DELETE, [arrays.uuids(of), arrays.integers([row.number for row in rows])])
    return list(connection.scalars(_EMPTY, {"of": list(set(of))}))


def put_status(connection: Connection, number: UUID, document: bytes, *, asked_at: datetime, audience: int) -> None:
    """Keeps what became of a request, as JSON."""
    row = {"id": number, "asked_at": asked_at, "document": storable(document.decode()), "audience": audience}
    connection.execute(insert(taxii_status).values(**row))


def status(connection: Connection, number: UUID) -> bytes | None:
    """What became of a request, as JSON; None when there was none, or this viewer may not know of it."""
    document: str | None = connection.scalar(select(taxii_status.c.document).where(taxii_status.c.id == number))
    return None if document is None else document.encode()


def forget_statuses(connection: Connection, before: datetime) -> None:
    """Removes what was asked before."""
    connection.execute(delete(taxii_status).where(taxii_status.c.asked_at < before))


def key(connection: Connection, fresh: bytes) -> bytes:
    """The key of cursors; the fresh one when there was none."""
    connection.execute(insert(taxii_key).values(id=1, key=fresh).on_conflict_do_nothing())
    return bytes(connection.execute(select(taxii_key.c.key)).scalar_one())
