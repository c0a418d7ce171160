"""Made-up alliances: members, and what they share under handlings of every kind; a seed gives the same one always.

A world is written to a database whole, or without everything that one viewer may not see. What that is follows from
the handlings that members gave, by `policy.decide`; the database's own policies and the audiences of what is derived
play no part in it, since they are what is tested. Each noun draws its rows and puts them in a file of its own.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from accord.model.handling import Handling
from accord.policy.decide import Viewer, decide
from accord.services import derived
from accord.services import leads as lead_service
from accord.services.node import Node
from accord.store import audiences
from accord.store.engine import node_transaction

from . import beside, directory, drawn, effect, hooks, linked, parcels, room
from .directory import CIRCLES, MEMBERS, NOW, ROLES, member_id, person_id, program_token, session_of, status_id
from .linked import Linked, Said
from .parcels import POOL, STATES, Shared
from .thing import Thing

__all__ = ["CIRCLES", "MEMBERS", "NOW", "POOL", "STATES", "member_id", "person_id", "program_token", "status_id"]
TAXII, API = "/taxii2", "/api/v1"
_LATE = {"evidence_finding": 1, "case_file": 2, "measurement": 1}
"""What refers to others comes after them."""


@dataclass
class World:
    """Everything in it; `token` gives a person's session."""

    seed: int
    circles: bool = False
    shared: list[Shared] = field(default_factory=list)
    linked: list[Linked] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    beside: list[beside.Row] = field(default_factory=list)

    def viewer(self, member: int) -> Viewer:
        circles = frozenset(circle for circle, members_ in self.belonging().items() if member in members_)
        return Viewer(member_id(member), circles | self.cases_of(member), ROLES[member], MEMBERS[member][1])

    def cases_of(self, member: int) -> frozenset[UUID]:
        """Cases that the member's person works on."""
        return frozenset(t.id for t in self.things if t.table == "case_file" and member in t.values["people"])

    def belonging(self) -> dict[UUID, tuple[int, ...]]:
        """The members of each circle, by their places."""
        return {CIRCLES[0]: (0, 1, 2), CIRCLES[1]: (1, 3)} if self.circles else {}

    def token(self, member: int) -> str:
        return session_of(member)

    def of(self, table: str) -> list[UUID]:
        """The ids of the things of one table."""
        return [thing.id for thing in self.things if thing.table == table]


def make(seed: int, *, size: int = 10, circles: bool = False) -> World:
    """A world of about `size` contributions; with circles, half of them for one of these alone."""
    dice = random.Random(seed)
    world = World(seed, circles)
    for number in range(size):
        one = parcels.draw(dice, seed, number)
        if circles and number % 2:
            one = one._replace(handling=replace(one.handling, circles=frozenset({CIRCLES[number % 4 // 2]})))
        world.shared.append(one)
    world.linked = linked.draw(world.shared, dice)
    sees = lambda member, lead: linked.both_seen(allowed(world, member), world.shared, lead)  # noqa: E731
    world.said = linked.draw_words(world.linked, sees, dice, seed)
    world.things = [*drawn.draw(world.shared, dice, seed), *effect.draw(dice, seed)]
    dice.shuffle(world.things)  # their order is that of their times: the newest map may be one that is hidden
    world.things += [*hooks.draw(seed), *room.draw(world.shared, seed), *effect.draw_measured(world.things, seed)]
    world.beside = beside.make(world, NOW, member_id, person_id)
    return world


def allowed(world: World, member: int) -> Callable[[Handling], bool]:
    """The rule for one viewer, as pages ask it."""
    viewer = world.viewer(member)
    return lambda given: decide(viewer, given, "", NOW).allowed


def write(world: World, node: Node, drawings: Any, keep: Callable[[Handling], bool] = lambda _handling: True) -> None:
    """Puts the world, or what of it `keep` lets through, into an empty database, as services would."""
    with node_transaction(node.engine) as connection:
        directory.write(connection)
        directory.write_circles(connection, world.belonging(), keep)
        known = {one.id: parcels.put(connection, one) for one in world.shared if keep(one.handling)}
    standing = {place: one.lead for place, one in enumerate(world.linked) if linked.both_seen(keep, world.shared, one)}
    lead_service.keep(node, list(standing.values()), known, derived.begun(node))
    with node_transaction(node.engine) as connection:
        for said in world.said:
            if said.lead in standing:
                linked.judge(connection, said, standing[said.lead])
        for order, thing in sorted(enumerate(world.things), key=lambda pair: _LATE.get(pair[1].table, 0)):
            if keep(thing.handling):
                _put(connection, node, thing, order, drawings)
        beside.write(connection, world.beside, keep, set(known))


def _put(connection: Connection, node: Node, thing: Thing, order: int, drawings: Any) -> None:
    audience = audiences.intern(connection, thing.handling)
    at = NOW - timedelta(minutes=7 * order + 1)
    if thing.table in ("graph", "plan", "report"):
        drawn.put(connection, node, thing, at, audience, drawings)
    else:
        _PUT[thing.table](connection, thing, at, audience)


_PUT: dict[str, Callable[..., None]] = {
    "event": drawn.put_act,
    "work": drawn.put_act,
    "webhook": hooks.put,
    "evidence": room.put,
    "evidence_finding": room.put,
    "case_file": room.put,
    "declaration": effect.put,
    "measurement": effect.put_measurement,
}
