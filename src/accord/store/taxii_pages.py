"""Pages of TAXII objects, assembled by the database from their texts as received, and what a manifest says of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate, repeat, takewhile
from typing import Any, NamedTuple, cast
from uuid import UUID

from psycopg.pq.abc import PGresult
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection

from accord.store.engine import driver_of
from accord.store.taxii_filters import ORDER, Place, Wanted, asked_for
from accord.store.together import reading, results_together, with_names

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


_NOTHING = Page(b"", 0, None, None, None), None
_EACH = 2
"""Times its share of the bound an object may have to be sent at once: 8 MB at worst, of which the half is cut off."""
_SMALL = "select case when octet_length(raw) <= {each} then raw end, {order} from ({page}) page"
"""Its order is the inner one's. A running sum over the rows would cost as much as reading them."""
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
    inner = asked.query("raw", wanted.limit + 1)
    small = _SMALL.format(page=inner, order=ORDER, each=_EACH * max_bytes // wanted.limit)
    if (found := _taken(connection, small, given, wanted.limit, max_bytes)) is not None:
        return found
    bounded = _BOUNDED.format(page=inner, order=ORDER, bytes=int(max_bytes))
    return _taken(connection, bounded, given, wanted.limit, max_bytes) or _NOTHING


def _taken(
    connection: Connection, query: str, given: dict[str, Any], limit: int, max_bytes: int
) -> tuple[Page, Place | None] | None:
    """The rows of a page up to its bound, or to the first without a text; None when that is the first of all.

    The texts are straight from the driver's buffer: they go out as they are, so nobody decodes them.
    """
    result = results_together(connection, [with_names(connection, query, given, binary=True)])[0]
    if not result.ntuples:
        return _NOTHING
    texts = _texts(result, limit, max_bytes)
    if not texts:
        return None
    rows = reading(driver_of(connection), result)
    first, last = rows.load_row(0, tuple), rows.load_row(len(texts) - 1, tuple)
    assert first
    assert last
    place = Place(*last[1:])
    more = place if result.ntuples > len(texts) else None
    of = _contributions(result, len(texts))
    return Page(b",".join(texts), len(texts), first[1], place.added_at, more, of), place


def _texts(result: PGresult, limit: int, max_bytes: int) -> list[bytes]:
    """The first column up to the bound, which the last of them may pass, or to a row without a text."""
    given = list(map(result.get_value, range(min(result.ntuples, limit)), repeat(0)))
    texts = list(takewhile(lambda text: text is not None, given)) if None in given else given
    held = cast("list[bytes]", texts)
    if sum(map(len, held)) <= max_bytes:  # the usual, without a look at each
        return held
    sizes = accumulate(map(len, held), initial=0)
    return [text for text, before in zip(held, sizes, strict=False) if before < max_bytes]


def _contributions(result: PGresult, size: int) -> frozenset[bytes]:
    """The third column of so many rows, each value once; a uuid in binary form is its 16 bytes."""
    return frozenset(cast("Iterator[bytes]", map(result.get_value, range(size), repeat(2))))


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
