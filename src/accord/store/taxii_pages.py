"""Pages of TAXII objects, assembled by the database from their texts as received, and what a manifest says of them."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.pq.abc import PGresult
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection

from accord.store.engine import driver_of
from accord.store.taxii_filters import ORDER, Asked, Place, Wanted, asked_for

__all__ = [
    "Page",
    "Place",
    "Record",
    "Tally",
    "Wanted",
    "exists",
    "page",
    "page_and_place",
    "places",
    "records",
    "tally",
]

MAX_PAGE_BYTES = 4 * 2**20
"""Of the objects' texts; a page holds one object at least. 32 readers at once hold 128 MB."""


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


_EACH = 2
"""Times its share of the bound an object may have to be gathered by the database: a page of those is 8 MB at worst."""
_GATHERED = """
select n, bytes, widest, times[1], times[n], contributions[n], numbers[n],
    n = {limit} and exists ({beyond}), contributions, body
from (
    select string_agg(raw, ',') filter (where octet_length(raw) <= {each}) as body, count(*)::integer as n,
        coalesce(sum(octet_length(raw)), 0)::bigint as bytes, coalesce(max(octet_length(raw)), 0) as widest,
        array_agg(contribution_id) as contributions, array_agg(added_at) as times, array_agg(number) as numbers
    from ({page}) page
) gathered
"""
"""One row: a thousand of them cost more than what they hold. Its subquery's order is that of its aggregates."""
_AFTER_GATHERED = "(c.added_at, c.contribution_id, c.number) > (times[n], contributions[n], numbers[n])"
_FIXED = struct.Struct(">iqiqq16si?")
_ARRAY_HEAD, _ARRAY_ELEMENT = 20, 4  # bytes, of PostgreSQL's binary form, before all and before each
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_BOUNDED = """
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
    asked, given = asked_for(connection, wanted)
    each = _EACH * max_bytes // wanted.limit
    query = _GATHERED.format(
        page=asked.query("raw", wanted.limit),
        beyond=asked.query("raw", 1, _AFTER_GATHERED),
        limit=int(wanted.limit),
        each=each,
    )
    # Binary, and the texts straight from the driver's buffer: they go out as they are, so nobody decodes them.
    with driver_of(connection).cursor(binary=True) as cursor:
        cursor.execute(query.encode(), given)
        gathered = _gathered(cursor.pgresult, max_bytes, each)
    return gathered or _bounded(connection, asked, given, max_bytes)


def _gathered(result: PGresult | None, max_bytes: int, each: int) -> tuple[Page, Place | None] | None:
    """The page that the database put together; None when it has more than it may have."""
    assert result is not None
    values = [result.get_value(0, column) for column in range(10)]
    if values[0] == bytes(4):
        return Page(b"", 0, None, None, None), None
    n, size, widest, first, last, contribution, number, more = _FIXED.unpack(
        b"".join(value or b"" for value in values[:8])
    )
    if size > max_bytes or widest > each:
        return None
    place = Place(_instant(last), UUID(bytes=contribution), number)
    array, step = values[8] or b"", _ARRAY_ELEMENT + 16
    of = frozenset(array[at : at + 16] for at in range(_ARRAY_HEAD + _ARRAY_ELEMENT, len(array), step))
    return Page(values[9] or b"", n, _instant(first), place.added_at, place if more else None, of), place


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _bounded(connection: Connection, asked: Asked, given: dict[str, Any], max_bytes: int) -> tuple[Page, Place | None]:
    """A page that ends before `limit` objects: row by row, with a sum that runs."""
    query = _BOUNDED.format(page=asked.query("raw", asked.limit + 1), order=ORDER, bytes=int(max_bytes))
    with driver_of(connection).cursor(binary=True) as cursor:
        cursor.execute(query.encode(), given)
        texts = _texts(cursor.pgresult, asked.limit)
        if not texts:  # gone since it was gathered
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
    asked, given = asked_for(connection, wanted)
    rows = _rows(connection, asked.query("stix_id, version_at, spec", wanted.limit + 1), given)
    shown = [Record(row.stix_id, row.added_at, row.version_at, row.spec) for row in rows[: wanted.limit]]
    last = rows[wanted.limit - 1] if len(rows) > wanted.limit else None
    return shown, Place(last.added_at, last.contribution_id, last.number) if last else None


def places(connection: Connection, wanted: Wanted) -> list[Place]:
    """As `page`, of the rows' keys."""
    asked, given = asked_for(connection, wanted)
    rows = _rows(connection, asked.query("stix_id", wanted.limit + 1), given)
    return [Place(row.added_at, row.contribution_id, row.number) for row in rows]


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


def _rows(connection: Connection, query: str, given: dict[str, Any]) -> list[Any]:
    # Binary: a page of text as it is, not as hexadecimal digits.
    with driver_of(connection).cursor(binary=True, row_factory=namedtuple_row) as cursor:
        return cursor.execute(query.encode(), given).fetchall()
