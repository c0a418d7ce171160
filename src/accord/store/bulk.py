"""Writes what was read from one contribution: claims, selectors, mentions, what was dropped. By COPY, in sets.

PostgreSQL does not COPY into tables with row-level security, so rows go through temporary tables of the session and
from there in one INSERT a table. Writing the same contribution again changes nothing. Selectors are written in order
of id, so that two writers of the same ones wait for each other instead of dying of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from accord.model.errors import ConflictError, UnreadableError
from accord.model.ids import selector_id
from accord.model.reading import Claim, Drop, Mention, Relation
from accord.model.selectors import SelectorKind
from accord.store.engine import driver_of
from accord.store.texts import storable

CommonReason = Callable[[SelectorKind, str], str]

_INCOMING = """
create temporary table if not exists incoming_claim (number integer, stix_id text, type text, raw text)
    on commit delete rows;
create temporary table if not exists incoming_mention
    (selector_id bigint, kind text, value text, common text, claim_number integer, line integer) on commit delete rows;
create temporary table if not exists incoming_dropped (line integer, reason text, excerpt text) on commit delete rows;
create temporary table if not exists incoming_relation (a bigint, b bigint, kind text) on commit delete rows;
truncate incoming_claim, incoming_mention, incoming_dropped, incoming_relation
"""
# No conflict target anywhere: with one, the row would also have to be visible before it is mentioned.
_CLAIMS = """
insert into claim (contribution_id, number, stix_id, type, raw, audience)
select %(contribution)s, number, stix_id, type, raw, %(audience)s from incoming_claim on conflict do nothing
"""
_SELECTORS = """
insert into selector (id, kind, value, common)
select selector_id, kind, value, common from incoming_mention order by selector_id on conflict do nothing
"""
_MENTIONS = """
insert into mention (selector_id, contribution_id, claim_number, line, audience)
select selector_id, %(contribution)s, claim_number, line, %(audience)s from incoming_mention on conflict do nothing
"""
_COLLISION = """
select i.kind, i.value from incoming_mention i join selector s on s.id = i.selector_id
where s.kind <> i.kind or s.value <> i.value limit 1
"""
_RELATIONS = """
insert into relation (contribution_id, a, b, kind, audience)
select %(contribution)s, a, b, kind, %(audience)s from incoming_relation on conflict do nothing
"""
_DROPPED = """
insert into dropped (contribution_id, line, reason, excerpt, audience)
select %(contribution)s, line, reason, excerpt, %(audience)s from incoming_dropped
where not exists (select from dropped where contribution_id = %(contribution)s)
"""


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
    driver = driver_of(connection)
    firsts = _first_mentions(mentions)
    with driver.cursor() as cursor:
        cursor.execute(_INCOMING)
        _copy(cursor, "incoming_claim", (_claim_row(number, claim) for number, claim in enumerate(claims)))
        _copy(cursor, "incoming_mention", _mention_rows(firsts, common or _never))
        _copy(cursor, "incoming_dropped", ((d.line, storable(d.reason), storable(d.excerpt)) for d in drops))
        if relations:
            _copy(cursor, "incoming_relation", _relation_rows(relations, mentions))
        of = {"contribution": contribution_id, "audience": audience}
        for statement in (_CLAIMS, _SELECTORS, _MENTIONS, _RELATIONS, _DROPPED):
            cursor.execute(statement, of)
        # After the mentions, which make the selectors visible to whoever writes them.
        collision = cursor.execute(_COLLISION).fetchone()
        if collision is not None:
            raise _collision(*collision)
    return Written(len(claims), len(firsts), len(drops))


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
    for number, mention in firsts.items():
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


def _copy(cursor: psycopg.Cursor[Any], table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"copy {table} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _never(_kind: SelectorKind, _value: str) -> str:
    return ""


def _collision(kind: str, value: str) -> ConflictError:
    return ConflictError(
        f"The {kind} {value!r} has the same short id as another selector, which happens once in millions of years.",
        action="Somebody may have made it so: look at the file, and hand it in without this value.",
    )
