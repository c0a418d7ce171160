"""Who had a contribution from this node, when and by which path; and the notices to them when that ends."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Row, func, insert, or_, select, text, update

from accord.store.handling_tables import copy, notice
from accord.store.tables import contribution, member
from accord.store.texts import storable

SHOWN = 500
"""Copies or notices in one list at most."""

SAID_AGAIN = timedelta(hours=1)
"""How often the last time of a copy moves on at most."""
MAX_NOTED = 1_000_000
"""Notes that a process keeps in mind; 100 bytes each."""

_WHOSE = "select distinct member_id from contribution where id = any(:ids) and member_id <> :member"

# One statement a page of an export, whatever its length. What a member gets of its own is no copy. Somebody who polls
# every minute is one row whose last time moves on at most once an hour, so that reading does not write all the time.
_HAND_OUT = text("""
insert into copy (contribution_id, member_id, path, first_at, last_at, audience)
select c.id, :member, :path, :at, :at, owner.audience
from contribution c
join unnest(cast(:owners as uuid[]), cast(:audiences as integer[])) as owner (id, audience) on owner.id = c.member_id
where c.id = any(:ids) and c.member_id <> :member
on conflict (contribution_id, member_id, path) do update set last_at = excluded.last_at
where copy.last_at < excluded.last_at - interval '1 hour'
""")


class _Lately:
    """What this process has noted since `began`, by member and path."""

    def __init__(self, began: datetime) -> None:
        self.began = began
        self.of: dict[tuple[UUID, str], set[bytes]] = {}


_lately: WeakKeyDictionary[Engine, _Lately] = WeakKeyDictionary()
_lock = threading.Lock()


def noted(engine: Engine, member_id: UUID, path: str, now: datetime) -> set[bytes]:
    """Contributions, by the bytes of their ids, that this process noted for a member and path within the hour.

    To be added to once a note stands. An hour later it is another, empty one, so that the last time moves on.
    """
    with _lock:
        lately = _lately.get(engine)
        full = lately is not None and sum(map(len, lately.of.values())) > MAX_NOTED
        if lately is None or full or not timedelta() <= now - lately.began < SAID_AGAIN:
            lately = _lately[engine] = _Lately(now)
        return lately.of.setdefault((member_id, path), set())


class Owner(NamedTuple):
    """A member whose contributions are handed out, and the audience of what is its own alone."""

    member_id: UUID
    audience: int


def owners(connection: Connection, ids: Sequence[UUID], member_id: UUID) -> list[UUID]:
    """The other members whose contributions these are."""
    rows = connection.execute(text(_WHOSE), {"ids": list(ids), "member": member_id})
    return sorted(row[0] for row in rows)


def hand_out(
    connection: Connection, ids: Sequence[UUID], member_id: UUID, path: str, *, at: datetime, whose: Sequence[Owner]
) -> None:
    """Notes that a member got these contributions; the node's transactions only."""
    given = {"owners": [one.member_id for one in whose], "audiences": [one.audience for one in whose]}
    connection.execute(_HAND_OUT, {"ids": list(ids), "member": member_id, "path": path, "at": at, **given})


def of_contribution(connection: Connection, contribution_id: UUID) -> list[Row[Any]]:
    """Who had it: member, path, first and last time; and, once told, what was said and when it was acknowledged."""
    told = notice.alias("told")
    latest = (
        select(told.c.sent_at)
        .where(told.c.contribution_id == copy.c.contribution_id, told.c.member_id == copy.c.member_id)
        .order_by(told.c.sent_at.desc())
        .limit(1)
        .correlate(copy)
        .scalar_subquery()
    )
    query = (
        select(
            copy.c.member_id,
            member.c.name,
            member.c.slug,
            copy.c.path,
            copy.c.first_at,
            copy.c.last_at,
            copy.c.digest,
            notice.c.kind,
            notice.c.sent_at,
            notice.c.acknowledged_at,
        )
        .select_from(copy)
        .join(member, member.c.id == copy.c.member_id)
        .outerjoin(
            notice,
            (notice.c.contribution_id == copy.c.contribution_id)
            & (notice.c.member_id == copy.c.member_id)
            & (notice.c.sent_at == latest),
        )
        .where(copy.c.contribution_id == contribution_id)
        .order_by(member.c.name, copy.c.path)
    )
    return list(connection.execute(query.limit(SHOWN)))


def holders(connection: Connection, ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Members that had each of these contributions, by any path."""
    query = select(copy.c.contribution_id, copy.c.member_id).distinct().where(copy.c.contribution_id.in_(ids))
    found: dict[UUID, set[UUID]] = {}
    for number, member_id in connection.execute(query):
        found.setdefault(number, set()).add(member_id)
    return found


def file_made(connection: Connection, ids: Collection[UUID], member_id: UUID, path: str, digest: bytes) -> None:
    """Notes the SHA-256 of the file in which a member took these contributions along."""
    of = (copy.c.contribution_id.in_(ids), copy.c.member_id == member_id, copy.c.path == path)
    connection.execute(update(copy).where(*of).values(digest=digest))


class Notice(NamedTuple):
    """What a member that had a copy is told; `kind`: recalled or narrowed."""

    id: UUID
    contribution_id: UUID
    title: str
    member_id: UUID
    originator_id: UUID
    kind: str
    reason: str
    audience: int


def tell(connection: Connection, notices: Sequence[Notice], sent_at: datetime) -> None:
    """Puts notices before members that had copies."""
    rows = [
        {**one._asdict(), "title": storable(one.title), "reason": storable(one.reason), "sent_at": sent_at}
        for one in notices
    ]
    if rows:
        connection.execute(insert(notice), rows)


def notices_of(connection: Connection, member_id: UUID) -> list[Row[Any]]:
    """Notices to a member, those that wait for its word first, then newest first."""
    query = (
        select(notice, member.c.name.label("originator_name"))
        .join(member, member.c.id == notice.c.originator_id)
        .where(notice.c.member_id == member_id)
        .order_by(notice.c.acknowledged_at.is_not(None), notice.c.sent_at.desc(), notice.c.id)
    )
    return list(connection.execute(query.limit(SHOWN)))


def count_open(connection: Connection, member_id: UUID) -> int:
    """Notices that this member has not acknowledged."""
    query = select(func.count()).where(notice.c.member_id == member_id, notice.c.acknowledged_at.is_(None))
    return int(connection.scalar(query) or 0)


def one_notice(connection: Connection, number: UUID) -> Row[Any] | None:
    return connection.execute(select(notice).where(notice.c.id == number)).first()


def acknowledge(connection: Connection, number: UUID, person_id: UUID, now: datetime) -> bool:
    """False when it was acknowledged already."""
    change = update(notice).where(notice.c.id == number, notice.c.acknowledged_at.is_(None))
    return connection.execute(change.values(acknowledged_at=now, acknowledged_by=person_id)).rowcount == 1


def tombstones(
    connection: Connection, *, since: datetime | None = None, after: tuple[datetime, UUID] | None = None, limit: int
) -> list[Row[Any]]:
    """What this viewer may see and was withdrawn, oldest first: id, member_id, withdrawn_at; path, format, digest.

    For feeds, exports and the API; in TAXII the objects are absent.
    """
    at = contribution.c
    chosen = (at.id, at.member_id, at.withdrawn_at, at.path, at.format, at.digest)
    query = select(*chosen).where(at.withdrawn_at.is_not(None))
    if since is not None:
        query = query.where(contribution.c.withdrawn_at >= since)
    if after is not None:
        moment, number = after
        later = contribution.c.withdrawn_at > moment
        query = query.where(or_(later, (contribution.c.withdrawn_at == moment) & (contribution.c.id > number)))
    return list(connection.execute(query.order_by(contribution.c.withdrawn_at, contribution.c.id).limit(limit)))
