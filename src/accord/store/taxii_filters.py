"""The filters of TAXII (2.1, section 3.4) as SQL over claims: which rows fit, in which order, from where on.

What a transaction sees is decided before (`engine.look_as`), so "the last version" is the last one that the viewer
may see. Of one version that several contributions hold with the same text the first one added stands for all; other
texts under the same id and version are other claims, and stay apart.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from accord.store.engine import few_visible

ORDER = "added_at, contribution_id, number"
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


class Asked(NamedTuple):
    """The rows that fit. `few`: the audiences of a viewer who sees little of a large node; None: most, or many.

    For those it goes by each audience's own index, not by the index over everything.
    """

    conditions: str
    limit: int
    few: list[int] | None

    def query(self, columns: str, limit: int) -> str:
        """So many of them in their order; parameters as `_conditions` gives them, and `few`."""
        chosen, end = f"added_at, contribution_id, number, {columns}", f"order by {ORDER} limit {int(limit)}"
        if self.few is None:
            return f"select {chosen} from claim c where {self.conditions} {end}"  # noqa: S608  of our own words alone
        inner = f"select {chosen} from claim c where c.audience = seen.audience and {self.conditions} {end}"  # noqa: S608
        source = f"unnest(%(few)s::integer[]) seen (audience) cross join lateral ({inner}) found"
        return f"select found.* from {source} {end}"  # noqa: S608


def asked_for(connection: Connection, wanted: Wanted) -> tuple[Asked, dict[str, Any]]:
    """The rows that fit for this viewer, and the parameters of their queries."""
    conditions, given = _conditions(wanted)
    few = None if wanted.ids else few_visible(connection, _FEW_AUDIENCES)
    return Asked(conditions, wanted.limit, few), given | ({"few": few} if few is not None else {})


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
