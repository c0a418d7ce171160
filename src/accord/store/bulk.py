"""Writes what was read from contributions: claims, selectors, mentions, what was dropped; in sets, not row by row.

PostgreSQL does not COPY into tables with row-level security. Writing the same contribution again changes nothing.
Selectors are written in order of id, so that two writers of the same ones wait for each other instead of dying of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Cursor
from sqlalchemy import Connection

from accord.model.errors import ConflictError
from accord.model.ids import selector_id
from accord.model.reading import Claim, Drop, Mention, Relation
from accord.model.selectors import SelectorKind
from accord.store import arrays, bulk_rows
from accord.store.bulk_rows import Columns, CommonReason, Mentioned, Part
from accord.store.engine import driver_of
from accord.store.texts import storable

# Arrays of columns, in binary: as quick as COPY to a temporary table (measured: 0.55 s of server CPU for 50,000 claims
# either way) and four times quicker for the many small files, each of which would empty three tables.
# Rows of a contribution that has none yet cannot conflict, and looking for conflicts takes 2 µs a row.
# No conflict target: with one, the row would also have to be visible before it is mentioned.
_UNLESS_THERE = " on conflict do nothing"
# Versions as microseconds: an array of instants is not worth a kind of column of its own.
_CLAIMS = """
insert into claim (contribution_id, audience, number, stix_id, type, raw, version_at, spec, added_at)
select c, a, n, i, t, r, 'epoch'::timestamptz + v * interval '1 microsecond', s, coalesce(%s, now())
from unnest(
    %s::uuid[], %s::integer[], %s::integer[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[]
) as given (c, a, n, i, t, r, v, s)
"""
# Asked before the rows are written: few ids are found then, and nobody else adds claims meanwhile. Id by id, for as
# long as a table has no statistics `= any(…)` reads all of it for every chunk, which is quadratic.
_THERE = """
select given.i from unnest(%s::text[]) as given (i)
cross join lateral (select from claim where stix_id = given.i limit 1) as there
"""
_SEVERAL = """
update claim set several = true where not several and stix_id in (
    select stix_id from claim where stix_id = any(%s::text[]) group by stix_id having count(*) > 1
)
"""
_SELECTORS = """
insert into selector (id, kind, value, common)
select * from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
on conflict do nothing
"""
_MENTIONS = """
insert into mention (contribution_id, audience, selector_id, claim_number, line)
select * from unnest(%s::uuid[], %s::integer[], %s::bigint[], %s::integer[], %s::integer[])
"""
_COLLISION = """
select incoming.kind, incoming.value from unnest(%s::bigint[], %s::text[], %s::text[]) as incoming (id, kind, value)
join selector s on s.id = incoming.id where s.kind <> incoming.kind or s.value <> incoming.value limit 1
"""
_RELATIONS = """
insert into relation (contribution_id, audience, a, b, kind)
select * from unnest(%s::uuid[], %s::integer[], %s::bigint[], %s::bigint[], %s::text[])
"""
_DROPPED = """
insert into dropped (contribution_id, audience, line, reason, excerpt)
select * from unnest(%s::uuid[], %s::integer[], %s::integer[], %s::text[], %s::text[])
"""
_HAVE_DROPPED = "select distinct contribution_id from dropped where contribution_id = any(%s::uuid[])"
_HAVE_ANY = """
select exists (select from claim where contribution_id = any(%(of)s::uuid[]))
or exists (select from mention where contribution_id = any(%(of)s::uuid[]))
or exists (select from relation where contribution_id = any(%(of)s::uuid[]))
"""
Moment = Callable[[], datetime]
CHUNK_ROWS = 2_000
"""Rows a statement: more gain nothing, and of the largest claims (see formats) they still fit in memory."""


class Written(NamedTuple):
    """What a contribution holds (not what was new: that would tell what others hold)."""

    claims: int
    selectors: int
    drops: int


def write(
    connection: Connection,
    contribution_id: UUID,
    audience: int,
    *,
    claims: Sequence[Claim] = (),
    mentions: Sequence[Mention] = (),
    relations: Sequence[Relation] = (),
    drops: Sequence[Drop] = (),
    common: CommonReason | None = None,
    moment: Moment | None = None,
) -> Written:
    """As `write_all`, for one contribution."""
    part = Part(contribution_id, audience, claims, mentions, relations, drops)
    return write_all(connection, [part], common=common, moment=moment)[0]


def write_all(
    connection: Connection,
    parts: Sequence[Part],
    *,
    common: CommonReason | None = None,
    moment: Moment | None = None,
) -> list[Written]:
    """Writes the rows of contributions, each given once, that are there; the transaction must see their audiences.

    Of the mentions of one selector in one contribution the first is kept. `common` says why a selector proves nothing
    when shared (empty: it may); asked once a selector. `moment` gives when the claims were added, once all else is
    written (`moments.following`); without it that is the transaction's beginning. Raises `UnreadableError` for a claim
    that is no UTF-8 text, `ConflictError` when two different selectors have one id; the transaction must then be rolled
    back.
    """
    numbered = _Numbered()
    mentioned = [numbered.part(part.mentions) for part in parts]
    with driver_of(connection).cursor() as cursor:
        arrays.accept(cursor)
        given = {"of": arrays.uuids([part.contribution_id for part in parts])}
        unless = _UNLESS_THERE if cursor.execute(_HAVE_ANY, given).fetchone() != (False,) else ""
        doubtful = _write_selectors(cursor, numbered, common or _never)
        for chunk in _chunks(map(bulk_rows.mention_columns, parts, mentioned)):
            cursor.execute(_MENTIONS + unless, bulk_rows.mention_arrays(*chunk))
        # After the mentions, which make the selectors visible to whoever writes them.
        _refuse_collisions(cursor, doubtful)
        for chunk in _chunks(map(bulk_rows.relation_columns, parts, mentioned)):
            cursor.execute(_RELATIONS + unless, bulk_rows.relation_arrays(*chunk))
        _write_dropped(cursor, [part for part in parts if part.drops])
        if any(part.claims for part in parts):  # last, since others who add claims wait from here on
            _write_claims(cursor, parts, unless, moment() if moment else None)
    return [
        Written(len(part.claims), len(found.firsts), len(part.drops))
        for part, found in zip(parts, mentioned, strict=True)
    ]


def _write_claims(cursor: Cursor[Any], parts: Sequence[Part], unless: str, moment: datetime | None) -> None:
    # In the order of the indexes by time, which are then only added to at their end.
    ordered = sorted(parts, key=lambda part: (part.audience, part.contribution_id))
    for chunk in _chunks(bulk_rows.claim_columns(part) for part in ordered):
        columns = bulk_rows.claim_arrays(*chunk)
        again = [found for (found,) in cursor.execute(_THERE, [columns[3]])]
        again += [found for found, count in Counter(claim.stix_id for claim in chunk[3]).items() if count > 1]
        cursor.execute(_CLAIMS + unless, [moment, *columns])
        if again:
            cursor.execute(_SEVERAL, [arrays.texts([storable(found).encode() for found in again])])


class _Numbered:
    """The selectors of all contributions that are written together; each is numbered once."""

    def __init__(self) -> None:
        self.selectors: dict[int, tuple[SelectorKind, str]] = {}
        self._numbers: dict[tuple[SelectorKind, str], int] = {}

    def part(self, mentions: Iterable[Mention]) -> Mentioned:
        numbers: list[int] = []
        firsts: dict[int, Mention] = {}
        for mention in mentions:
            key = (mention.kind, mention.value)
            number = self._numbers.get(key)
            if number is None:
                number = self._new(key)
            numbers.append(number)
            firsts.setdefault(number, mention)
        return Mentioned(numbers, firsts)

    def _new(self, key: tuple[SelectorKind, str]) -> int:
        number = self._numbers[key] = selector_id(*key)
        if self.selectors.setdefault(number, key) != key:
            raise _collision(*key)
        return number


def _write_selectors(cursor: Cursor[Any], numbered: _Numbered, common: CommonReason) -> list[list[arrays.Column]]:
    """Gives the chunks (id, kind, value) in which some were there before, perhaps as another selector."""
    doubtful = []
    for (numbers,) in _chunks([(sorted(numbered.selectors),)]):
        columns = bulk_rows.selector_arrays([(number, *numbered.selectors[number]) for number in numbers], common)
        cursor.execute(_SELECTORS, columns)
        if cursor.rowcount != len(numbers):
            doubtful.append(columns[:3])
    return doubtful


def _refuse_collisions(cursor: Cursor[Any], doubtful: Iterable[list[arrays.Column]]) -> None:
    for columns in doubtful:
        collision = cursor.execute(_COLLISION, columns).fetchone()
        if collision is not None:
            raise _collision(*collision)


def _write_dropped(cursor: Cursor[Any], parts: Sequence[Part]) -> None:
    if not parts:
        return
    asked = cursor.execute(_HAVE_DROPPED, [arrays.uuids([part.contribution_id for part in parts])])
    written = {number for (number,) in asked}
    for chunk in _chunks(bulk_rows.drop_columns(part) for part in parts if part.contribution_id not in written):
        cursor.execute(_DROPPED, bulk_rows.drop_arrays(*chunk))


def _chunks(tables: Iterable[Columns]) -> Iterator[list[list[Any]]]:
    """The columns of all tables after each other, cut into at most `CHUNK_ROWS` rows."""
    held: list[list[Any]] = []
    for columns in tables:
        start, rows = 0, len(columns[0])
        while start < rows:
            end = start + CHUNK_ROWS - (len(held[0]) if held else 0)
            if held:
                for kept, column in zip(held, columns, strict=True):
                    kept.extend(column[start:end])
            else:
                held = [list(column[start:end]) for column in columns]
            start = end
            if len(held[0]) == CHUNK_ROWS:
                yield held
                held = []
    if held:
        yield held


def _never(_kind: SelectorKind, _value: str) -> str:
    return ""


def _collision(kind: str, value: str) -> ConflictError:
    return ConflictError(
        f"The {kind} {value!r} has the same short id as another selector, which happens once in millions of years.",
        action="Somebody may have made it so: look at the file, and hand it in without this value.",
    )
