"""A node with a clock that tests move, two members, and people who are signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from accord.adapters.clock import SystemIds
from accord.model.ids import derived_id
from accord.model.members import Member, MemberKind
from accord.services import members, sign_in
from accord.services.browse import Signed
from accord.services.node import Node
from accord.store.engine import node_transaction
from accord.store.tables import event

NOW = datetime.fromisoformat("2026-11-20T09:00:00+00:00")
ALL = {
    slug: Member(derived_id("member", slug), slug, name, MemberKind.LAW_ENFORCEMENT, "AA", ())
    for slug, name in (("north", "North Unit"), ("south", "South Bank"))
}


@dataclass
class MovedClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass
class Accounts:
    """`enrol` enters a person, `come` signs them in by a fresh link, `token` gives the session's secret."""

    database: Any
    openid: Any = None
    clock: MovedClock = field(default_factory=MovedClock)

    def __post_init__(self) -> None:
        made: Any = (self.database.app, self.database.engine, None, self.clock, SystemIds(), None)
        self.node = Node(*made, openid=self.openid)
        for member in ALL.values():
            members.register(self.node, member)

    def enrol(self, name: str, role: str = "analyst", slug: str = "north") -> UUID:
        return members.enrol(self.node, ALL[slug], name, role=role, title="")

    def token(self, person: UUID) -> str:
        link = sign_in.make_link(self.node, person)
        return sign_in.enter(self.node, link.removeprefix("/enter#"), "test browser")

    def who(self, token: str) -> Signed:
        found = sign_in.who(self.node, token)
        assert found is not None
        return found

    def come(self, name: str, role: str = "analyst", slug: str = "north") -> Signed:
        return self.who(self.token(self.enrol(name, role, slug)))

    def told(self) -> list[str]:
        """Verbs of all that was recorded, in order."""
        with node_transaction(self.node.engine) as connection:
            rows = connection.execute(event.select().order_by(event.c.happened_at)).all()
        return [row.verb for row in rows]
