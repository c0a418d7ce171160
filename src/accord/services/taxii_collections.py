"""What TAXII calls collections: all that a member may see on the node, its own, and one for each of its circles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from accord.model.errors import AbsentError
from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.policy.decide import decide
from accord.policy.within import GoesTo, InCircle, OfMember, Receiver
from accord.services import circles
from accord.services.browse import PURPOSE, Signed
from accord.services.node import Node
from accord.store import circles as circle_rows
from accord.store.audiences import Decide
from accord.store.circles import Belonging
from accord.store.engine import Connection, before_looking, look_as, node_transaction

ALLIANCE, CIRCLES = "alliance", "circles"
ROOTS = (ALLIANCE, CIRCLES)
"""API roots: what concerns the whole node, and sharing groups."""
ALL_ID = derived_id("collection", "all")


@dataclass(frozen=True, slots=True)
class Collection:
    """`rule` decides what of it a viewer sees; `handling` is what is posted to it under, markings aside."""

    id: UUID
    title: str
    description: str
    reads: bool
    writes: bool
    rule: Decide
    handling: Handling
    alias: str = ""


def collections(node: Node, signed: Signed, root: str) -> list[Collection]:
    """The collections of an API root that this member knows. Raises `AbsentError` for a root that is none."""
    with node_transaction(node.engine) as connection:
        return _of_root(signed, root, circle_rows.of_member(connection, signed.viewer.member_id))


def collection(node: Node, signed: Signed, root: str, key: str) -> Collection:
    """One by its id or alias. Raises `AbsentError`, also for one that this member may not know of."""
    return _find(collections(node, signed, root), key)


@contextmanager
def looking(
    node: Node, signed: Signed, root: str, key: str, *, to: Receiver | None = None
) -> Iterator[tuple[Connection, Collection]]:
    """A transaction that sees what of a collection this viewer may see now. Raises `AbsentError` as `collection`.

    `to`: only what may go on to this receiver.
    """
    with before_looking(node.engine, circle_rows.asking_of_member(signed.viewer.member_id)) as (connection, rows):
        belonging = list(map(Belonging._make, rows))
        chosen = _find(_of_root(signed, root, belonging), key)
        viewer = circles.within(signed.viewer, belonging)
        rule = GoesTo(chosen.rule, to) if to else chosen.rule
        look_as(connection, viewer, node.clock.now(), purpose=PURPOSE, rule=rule)
        yield connection, chosen


def _of_root(signed: Signed, root: str, belonging: list[Belonging]) -> list[Collection]:
    mine = frozenset({signed.member_id})
    if root == ALLIANCE:
        tlp = Tlp.from_label(signed.member_tlp)
        return [
            Collection(
                ALL_ID,
                "All of the node",
                "Everything that this member may see; what is posted is for all members, as its markings allow.",
                reads=True,
                writes=True,
                rule=decide,
                handling=Handling(tlp=tlp, originators=mine),
                alias="all",
            ),
            Collection(
                _own_id(signed.member_id),
                "Own",
                "What this member contributed; what is posted stays with it.",
                reads=True,
                writes=True,
                rule=OfMember(signed.member_id),
                handling=Handling(tlp=Tlp.RED, originators=mine),
                alias="own",
            ),
        ]
    if root == CIRCLES:
        return [
            Collection(
                one.id,
                one.title,
                one.description,
                reads=one.reads,
                writes=one.writes,
                rule=InCircle(one.id),
                handling=Handling(tlp=Tlp.AMBER, circles=frozenset({one.id}), originators=mine),
            )
            for one in belonging
        ]
    raise AbsentError("There is no such API root.", action="Ask the discovery resource for those there are.")


@lru_cache(maxsize=1_000)
def _own_id(member_id: UUID) -> UUID:
    return derived_id("collection", "own", str(member_id))


def _find(known: list[Collection], key: str) -> Collection:
    for one in known:
        if key in (str(one.id), one.alias or None):
            return one
    raise AbsentError("There is no such collection.", action="Ask for the collections of this API root.")
