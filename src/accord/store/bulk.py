"""Writes what was read from one contribution: claims, selectors, mentions, what was dropped; in sets, not row by row.

PostgreSQL does not COPY into tables with row-level security. Writing the same contribution again changes nothing.
Selectors are written in order of id, so that two writers of the same ones wait for each other instead of dying of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from accord.model.errors import ConflictError, UnreadableError
from accord.model.ids import selector_id
from accord.model.reading import Claim, Drop, Mention, Relation
from accord.model.selectors import SelectorKind
from accord.store.engine import driver_of
from accord.store.texts import storable

CommonReason = Callable[[SelectorKind, str], str]

# Arrays of columns, in binary: as quick as COPY to a temporary table (measured: 0.55 s of server CPU for 50,000 claims
# either way) and four times quicker for the many small files, each of which would empty three tables.
# No conflict target anywhere: with one, the row would also have to be visible before it is mentioned.
_CLAIMS = """
insert into claim (contribution_id, number, stix_id, type, raw, audience)
select %(contribution)b, number, stix_id, type, raw, %(audience)b
from unnest(%(0)b::integer[], %(1)b::text[], %(2)b::text[], %(3)b::text[]) as incoming (number, stix_id, type, raw)
on conflict do nothing
"""
_MENTIONS = """
with incoming as materialized (
    select * from unnest(
        %(0)b::bigint[], %(1)b::text[], %(2)b::text[], %(3)b::text[], %(4)b::integer[], %(5)b::integer[]
    ) as columns (selector_id, kind, value, common, claim_number, line)
), selectors as (
    insert into selector (id, kind, value, common)
    select selector_id, kind, value, common from incoming order by selector_id on conflict do nothing
)
insert into mention (selector_id, contribution_id, claim_number, line, audience)
select selector_id, %(contribution)b, claim_number, line, %(audience)b from incoming on conflict do nothing
"""
_COLLISION = """
select incoming.kind, incoming.value
from unnest(%(0)b::bigint[], %(1)b::text[], %(2)b::text[]) as incoming (id, kind, value)
join selector s on s.id = incoming.id where s.kind <> incoming.kind or s.value <> incoming.value limit 1
"""
_RELATIONS = """
insert into relation (contribution_id, a, b, kind, audience)
select %(contribution)b, a, b, kind, %(audience)b
from unnest(%(0)b::bigint[], %(1)b::bigint[], %(2)b::text[]) as incoming (a, b, kind)
on conflict do nothing
"""
_DROPPED = """
insert into dropped (contribution_id, line, reason, excerpt, audience)
select %(contribution)b, line, reason, excerpt, %(audience)b
from unnest(%(0)b::integer[], %(1)b::text[], %(2)b::text[]) as incoming (line, reason, excerpt)
"""
_HAS_DROPPED = "select exists (select from dropped where contribution_id = %(contribution)b)"
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
) -> Written:
    """Writes one contribution's rows, all of `audience`, which the transaction must see; the contribution is there.

    Of the mentions of one selector the first is kept. `common` says why a selector proves nothing when shared (empty:
    it may); asked once a selector. Raises `UnreadableError` for a claim that is no UTF-8 text, `ConflictError` when
    two different selectors have one id; the transaction must then be rolled back.
    """
    firsts = _first_mentions(mentions)
    of = {"contribution": contribution_id, "audience": audience}
    with driver_of(connection).cursor() as cursor:
        for columns in _chunks(_claim_row(number, claim) for number, claim in enumerate(claims)):
            cursor.execute(_CLAIMS, {**of, **columns})
        for columns in _chunks(_mention_rows(firsts, common or _never)):
            cursor.execute(_MENTIONS, {**of, **columns})
            # After the mentions, which make the selectors visible to whoever writes them.
            collision = cursor.execute(_COLLISION, columns).fetchone()
            if collision is not None:
                raise _collision(*collision)
        for columns in _chunks(_relation_rows(relations, mentions)):
            cursor.execute(_RELATIONS, {**of, **columns})
        if drops and cursor.execute(_HAS_DROPPED, of).fetchone() == (False,):
            for columns in _chunks((drop.line, storable(drop.reason), storable(drop.excerpt)) for drop in drops):
                cursor.execute(_DROPPED, {**of, **columns})
    return Written(len(claims), len(firsts), len(drops))


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterator[dict[str, list[Any]]]:
    """Columns of at most `CHUNK_ROWS` rows each, named by their place."""
    source = iter(rows)
    while chunk := list(islice(source, CHUNK_ROWS)):
        yield {str(place): list(column) for place, column in enumerate(zip(*chunk, strict=True))}


def _first_mentions(mentions: Iterable[Mention]) -> dict[int, Mention]:
    firsts: dict[int, Mention] = {}
    ids: dict[tuple[str, str], int] = {}
    for mention in mentions:
        key = (mention.kind, mention.value)
        if key in ids:
            continue
        number = ids[key] = selector_id(*key)
        if number in firsts:
            raise _collision(*key)
        firsts[number] = mention
    return firsts


def _mention_rows(firsts: dict[int, Mention], common: CommonReason) -> Iterable[tuple[Any, ...]]:
    for number, mention in sorted(firsts.items()):
        reason = common(mention.kind, mention.value)
        yield number, str(mention.kind), mention.value, reason, mention.claim, mention.line


def _relation_rows(relations: Sequence[Relation], mentions: Sequence[Mention]) -> Iterable[tuple[int, int, str]]:
    for a, b, kind in relations:
        one, two = (selector_id(mentions[i].kind, mentions[i].value) for i in (a, b))
        yield min(one, two), max(one, two), kind


def _claim_row(number: int, claim: Claim) -> tuple[Any, ...]:
    try:
        raw = claim.raw.decode()
    except UnicodeDecodeError:
        raw = "\0"
    if "\0" in raw:
        raise UnreadableError(f"Claim {claim.stix_id!r} is not JSON text in UTF-8.", action="Hand it in as UTF-8.")
    return number, storable(claim.stix_id), storable(claim.type), raw


def _never(_kind: SelectorKind, _value: str) -> str:
    return ""


def _collision(kind: str, value: str) -> ConflictError:
    return ConflictError(
        f"The {kind} {value!r} has the same short id as another selector, which happens once in millions of years.",
        action="Somebody may have made it so: look at the file, and hand it in without this value.",
    )
