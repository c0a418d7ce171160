"""Deletion over TAXII: a member takes versions of an object back, as far as it contributed them.

What is left of a contribution stands, without the selectors that only the deleted objects named; a contribution with
nothing left is withdrawn. Either way what is derived follows, and members that had copies are told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accord.formats import read
from accord.model.errors import AbsentError, RefusedError
from accord.model.ids import derived_id
from accord.policy.duties import Verb
from accord.services import ruling, taxii_collections
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import own, record
from accord.services.taxii_receive import Received, writable
from accord.stix.tear_line import bundle
from accord.store import audiences, contributions, copies, parts, rulings, taxii_objects, taxii_pages, turns
from accord.store.engine import Connection, look_as_node
from accord.store.taxii_pages import Place, Wanted

DELETED = "Its member deleted it over TAXII."
MOST_CLAIMS = 20_000
"""Of a larger contribution nobody reads the rest again: what the deleted objects named is taken from it."""


def remove(
    node: Node, signed: Signed, root: str, key: str, wanted: Wanted, *, received: Received | None = None
) -> None:
    """Deletes versions of an object, as far as this member contributed them.

    Raises `AbsentError` when there is none, `RefusedError` when only others contributed it. `received` is called in
    the same transaction: what is derived is to be made anew.
    """
    permit(signed, Verb.WITHDRAW)
    writable(node, signed, root, key)
    with taxii_collections.looking(node, signed, root, key) as (connection, collection):
        if not collection.reads:
            raise RefusedError("This member may not read this collection, and so not delete from it.")
        turns.begin(connection)
        gone = taxii_pages.places(connection, wanted._replace(of_member=signed.member_id))
        if not gone and taxii_pages.exists(connection, wanted.ids[0]):
            raise RefusedError("No such version of this object is this member's own.", action="Ask its originator.")
        if not gone:
            raise AbsentError("There is no such object in this collection.")
        look_as_node(connection)
        _take_away(node, connection, signed, gone, wanted.ids[0])
        detail = {"collection": str(collection.id), "versions": len(gone)}
        record(
            node,
            connection,
            "object deleted",
            wanted.ids[0],
            detail=detail,
            audience=audiences.intern(connection, own(signed.member_id)),
            person_id=signed.person_id,
            member_id=signed.member_id,
        )
        if received:
            received(connection, signed)


def _take_away(node: Node, connection: Connection, signed: Signed, gone: Sequence[Place], stix_id: str) -> None:
    ground = ruling.Ground(signed.member_id, DELETED, signed.person_id)
    empty = taxii_objects.take_away(connection, gone)
    ruling.withdraw(node, connection, empty, ground)
    places: dict[UUID, list[int]] = defaultdict(list)
    for place in gone:
        places[place.contribution_id].append(place.number)
    for number in sorted(places.keys() - set(empty)):
        one = rulings.lock(connection, number)
        if one is not None and one.withdrawn_at is None:
            _shorten(node, connection, one, ground, places[number], stix_id)


def _shorten(  # noqa: PLR0917  # what, of what, by whom and why
    node: Node, connection: Connection, one: rulings.Standing, ground: ruling.Ground, gone: list[int], stix_id: str
) -> None:
    """A contribution without some of its objects: what only they named goes, and so do the leads from it."""
    handling = audiences.handling(connection, one.audience)
    parts.forget(connection, one.id, gone, _still_named(connection, one.id))
    ruling.follow(connection, [one.id], [handling], None, node.clock.now())
    had = copies.holders(connection, [one.id]).get(one.id, set())
    ruling.tell(node, connection, [(one, had)], ground, kind=ruling.RECALLED, title=f"{stix_id} of {one.title}")


def _still_named(connection: Connection, number: UUID) -> list[tuple[str, str]]:
    """Kind and value of what the claims name that are left."""
    rows: list[Any] = contributions.claims_left(connection, number, MOST_CLAIMS + 1)
    if len(rows) > MOST_CLAIMS:
        return []
    content = bundle([row.raw.encode() for row in rows], derived_id("left", str(number)))
    return [(str(one.kind), one.value) for reading in read("left.json", content) for one in reading.mentions]
