"""Pages of TAXII objects, assembled by the database from their texts as received; and which versions count.

What a transaction sees is decided before (`engine.look_as`), so "the last version" is the last one that the viewer
may see. Of one version that several contributions hold with the same text the first one added stands for all; other
texts under the same id and version are other claims, and stay apart.
"""

from __future__ import annotations

from datetime import datetime
from itertools import repeat
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.pq.abc import PGresult
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection

from accord.store.engine import driver_of, few_visible

MAX_PAGE_BYTES = 4 * 2**20
"""Of the objects' texts; a page holds one object at least. 32 readers at once hold 128 MB."""
_FEW_AUDIENCES = 64


class Place(NamedTuple):
    """Where a page ended: its last row."""

    added_at: datetime
    contribution_id: UUID
    number: int


class Wanted(NamedTuple):
    """The filters of TAXII 2.1, section 3.4. Empty: any. `specs` empty: the latest that each object has."""

    limit: int
    after: datetime | None = None
    place: Place | None = None
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()
    first: bool = False
    last: bool = True
    every: bool = False
    versions: tuple[datetime, ...] = ()
    of_member: UUID | None = None
    """Only what this member contributed."""
    own: bool = False
    """Only what no exchange brought."""


class Page(NamedTuple):
    """`body`: the texts of `size` objects with commas between, added from `first` to `last`; `more`: where to go on.

    `of`: the contributions that they are from, by the 16 bytes of their ids.
    """

    body: bytes
    size: int
    first: datetime | None
    last: datetime | None
    more: Place | None
    of: frozenset[bytes] = frozenset()


class Record(NamedTuple):
    """What a manifest says of an object."""

    stix_id: str
    added_at: datetime
    version_at: datetime
    spec: str


_ORDER = "added_at, contribution_id, number"
_BODY = """
select case when size - octet_length(raw) < {bytes} then raw end, added_at, contribution_id, number from (
    select page.*, sum(octet_length(raw)) over (order by {order} rows unbounded preceding) as size from ({page}) page
) sized order by {order}
"""
"""Beyond the bound a row comes without its text: there is more, and it is not read."""


def page(connection: Connection, wanted: Wanted, *, max_bytes: int = MAX_PAGE_BYTES) -> Page:
    """The next objects in the order in which they were added, at most `limit` and about `max_bytes`."""
    return page_and_place(connection, wanted, max_bytes=max_bytes)[0]


def page_and_place(
    connection: Connection, wanted: Wanted, *, max_bytes: int = MAX_PAGE_BYTES
) -> tuple[Page, Place | None]:
    """As `page`, and where it ended, also when there is no more for now; None when it is empty."""
    inner, given = _page(connection, wanted, "raw")
    query = _BODY.format(page=inner, order=_ORDER, bytes=int(max_bytes))
    # Binary, and the texts straight from the driver's buffer: they go out as they are, so nobody decodes them.
    with driver_of(connection).cursor(binary=True) as cursor:
        cursor.execute(query.encode(), given)
        texts = _texts(cursor.pgresult, wanted.limit)
        if not texts:
            return Page(b"", 0, None, None, None), None
        first = cursor.fetchone()
        cursor.scroll(len(texts) - 1, "absolute")
        last = cursor.fetchone()
        assert first
        assert last
        place = Place(*last[1:])
        more = place if cursor.rowcount > len(texts) else None
        of = _contributions(cursor.pgresult, len(texts))
    return Page(b",".join(texts), len(texts), first[1], place.added_at, more, of), place


def _texts(result: PGresult | None, limit: int) -> list[bytes]:
    """The first column up to the first row without a text, at most `limit`."""
    texts: list[bytes] = []
    assert result is not None
    for row in range(min(result.ntuples, limit)):
        text = result.get_value(row, 0)
        if text is None:
            break
        texts.append(text)
    return texts


def _contributions(result: PGresult | None, size: int) -> frozenset[bytes]:
    """The third column of so many rows, each value once; a uuid in binary form is its 16 bytes."""
    assert result is not None
    return frozenset(filter(None, map(result.get_value, range(size), repeat(2))))


def records(connection: Connection, wanted: Wanted) -> tuple[list[Record], Place | None]:
    """As `page`, of what a manifest says; and where to go on."""
    inner, given = _page(connection, wanted, "stix_id, version_at, spec")
    rows = _rows(connection, f"{inner} ", given)
    shown = [Record(row.stix_id, row.added_at, row.version_at, row.spec) for row in rows[: wanted.limit]]
    last = rows[wanted.limit - 1] if len(rows) > wanted.limit else None
    return shown, Place(last.added_at, last.contribution_id, last.number) if last else None


def places(connection: Connection, wanted: Wanted) -> list[Place]:
    """As `page`, of the rows' keys."""
    inner, given = _page(connection, wanted, "stix_id")
    return [Place(row.added_at, row.contribution_id, row.number) for row in _rows(connection, inner, given)]


class Tally(NamedTuple):
    """How many objects of a member lie under an audience; `brought`: those that an exchange brought."""

    audience: int
    brought: bool
    objects: int


def tally(connection: Connection, member_id: UUID) -> list[Tally]:
    """What this transaction sees of a member's, counted by audience."""
    query = """
        select c.audience, k.came_from <> '' as brought, count(distinct c.stix_id)::integer as objects
        from claim c join contribution k on k.id = c.contribution_id
        where c.served and k.member_id = %(member)s group by 1, 2
    """
    return [Tally(*row) for row in _rows(connection, query, {"member": member_id})]


def exists(connection: Connection, stix_id: str) -> bool:
    """Whether there is any version of this object."""
    query = "select exists (select from claim where stix_id = %(id)s and served) as there"
    return bool(_rows(connection, query, {"id": stix_id})[0].there)


def _page(connection: Connection, wanted: Wanted, columns: str) -> tuple[str, dict[str, Any]]:
    """The query of one row more than the limit, so that it shows whether there are more."""
    conditions, given = _conditions(wanted)
    limit = f"order by {_ORDER} limit {int(wanted.limit) + 1}"
    chosen = f"added_at, contribution_id, number, {columns}"
    few = None if wanted.ids else few_visible(connection, _FEW_AUDIENCES)
    if few is None:
        return f"select {chosen} from claim c where {conditions} {limit}", given  # noqa: S608  of our own words alone
    # A viewer who sees little of a large node: each audience's own index, not the index over everything.
    inner = f"select {chosen} from claim c where c.audience = seen.audience and {conditions} {limit}"  # noqa: S608
    given["few"] = few
    source = f"unnest(%(few)s::integer[]) seen (audience) cross join lateral ({inner}) found"
    return f"select found.* from {source} {limit}", given  # noqa: S608


def _conditions(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    parts, given = ["c.served"], dict[str, Any]()
    if wanted.place is not None:
        parts.append("(c.added_at, c.contribution_id, c.number) > (%(at)s, %(contribution)s, %(number)s::integer)")
        given |= dict(zip(("at", "contribution", "number"), wanted.place, strict=True))
    elif wanted.after is not None:  # a place lies after it already
        parts.append("c.added_at > %(after)s")
        given["after"] = wanted.after
    for name, values, kind in (("stix_id", wanted.ids, "text"), ("type", wanted.types, "text")):
        if values:
            parts.append(f"c.{name} = any(%({name})s::{kind}[])")
            given[name] = list(values)
    if wanted.specs:
        parts.append("c.spec = any(%(specs)s::text[])")
        given["specs"] = list(wanted.specs)
    if wanted.of_member is not None:
        parts.append("exists (select from contribution k where k.id = c.contribution_id and k.member_id = %(member)s)")
        given["member"] = wanted.of_member
    if wanted.own:
        parts.append("exists (select from contribution k where k.id = c.contribution_id and k.came_from = '')")
    if not (wanted.first or wanted.last or wanted.every):
        parts.append("c.version_at = any(%(versions)s::timestamptz[])")
    # Most ids stand once: for them there is nothing to compare with.
    parts.append(f"(not c.several or ({_among_several(wanted)}))")
    given["versions"] = list(wanted.versions)
    return " and ".join(parts), given


def _among_several(wanted: Wanted) -> str:
    other = "not exists (select from claim o where o.stix_id = c.stix_id and o.served{of} and {differs})"
    of = " and o.spec = any(%(specs)s::text[])" if wanted.specs else ""
    if wanted.of_member is not None:
        of += " and exists (select from contribution k where k.id = o.contribution_id and k.member_id = %(member)s)"

    def none(differs: str) -> str:
        return other.format(of=of, differs=differs)

    same = "o.version_at = c.version_at and o.spec = c.spec and o.raw = c.raw"
    earlier = "(o.added_at, o.contribution_id, o.number) < (c.added_at, c.contribution_id, c.number)"
    needed = [] if wanted.of_member is not None else [none(f"{same} and {earlier}")]
    if not wanted.specs:
        needed.append(none("o.spec > c.spec"))
    within = "" if wanted.specs else "o.spec = c.spec and "
    if not wanted.every:
        chosen = ["c.version_at = any(%(versions)s::timestamptz[])"] if wanted.versions else []
        chosen += [none(f"{within}o.version_at > c.version_at")] if wanted.last else []
        chosen += [none(f"{within}o.version_at < c.version_at")] if wanted.first else []
        needed.append(f"({' or '.join(chosen)})")
    return " and ".join(needed) or "true"


def _rows(connection: Connection, query: str, given: dict[str, Any]) -> list[Any]:
    # Binary: a page of text as it is, not as hexadecimal digits.
    with driver_of(connection).cursor(binary=True, row_factory=namedtuple_row) as cursor:
        return cursor.execute(query.encode(), given).fetchall()
