"""Two members that hold the same thing, leads and a map of it, and a copy of the one's contribution at the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemClock, SystemIds
from accord.model.errors import AccordError
from accord.model.members import Member, MemberKind
from accord.policy.decide import Viewer
from accord.policy.pools import ANYONE
from accord.services import copies, run
from accord.services.browse import Signed
from accord.services.contribute import SharedFile
from accord.services.members import enrol
from accord.services.node import Node
from accord.store import drawn, leads
from accord.store.engine import begin, node_transaction
from accord.store.handling_tables import notice
from accord.store.tables import contribution, event

ONE, OTHER = (
    Member(UUID(int=n), slug, slug.title(), MemberKind.CERT, "AA", tlp="TLP:AMBER")
    for n, slug in ((1, "amber"), (2, "birch"))
)
FILE = SharedFile("list.txt", b"evil.example\n192.0.2.7\nonly-here.example\n")
THEIRS = SharedFile("other.txt", b"evil.example\n192.0.2.7\nworse.example\n")


class Silent:
    def report(self, *_given: object) -> None: ...


class Typeset:
    """A report is not typeset in these tests: it takes a second each."""

    @staticmethod
    def typeset(_document: Any) -> bytes:
        return b"%PDF"


@dataclass
class Stage:
    """A node with both, and what each can do and see."""

    node: Node
    signed: Signed
    other: Signed
    shared: list[SharedFile] = field(default_factory=lambda: [FILE])

    def take_in(self) -> None:
        """Both folders are read."""
        folders = ((ONE, self.shared), (OTHER, [THEIRS]))
        run.take_in(self.node, [_share(member, files) for member, files in folders], Silent())

    def standing(self, path: str = FILE.path) -> UUID:
        """The contribution of the first member under this path that is not withdrawn."""
        with node_transaction(self.node.engine) as connection:
            found = select(contribution.c.id).where(contribution.c.path == path, contribution.c.withdrawn_at.is_(None))
            return connection.execute(found).scalar_one()

    def withdrawn(self, number: UUID) -> bool:
        with node_transaction(self.node.engine) as connection:
            return connection.scalar(select(contribution.c.withdrawn_at).where(contribution.c.id == number)) is not None

    def hand_out(self, number: UUID) -> None:
        copies.handed_out(self.node, OTHER.id, [number], "taxii")

    def told(self) -> list[tuple[UUID, str, str]]:
        """What was put before the other member: about which contribution, kind, reason."""
        with node_transaction(self.node.engine) as connection:
            rows = connection.execute(select(notice).where(notice.c.member_id == OTHER.id))
            return [(row.contribution_id, row.kind, row.reason) for row in rows]

    def derived(self) -> tuple[int, bool, bool, bool]:
        """Leads that the other member sees; whether any member sees a map, a plan, a report."""
        now = self.node.clock.now()
        with begin(self.node.engine, Viewer(OTHER.id, country="AA"), now) as connection:
            count = leads.count(connection)
        with begin(self.node.engine, ANYONE, now) as connection:
            seen = (drawn.newest_map, drawn.newest_plan, drawn.newest_report)
            return (count, *(find(connection) is not None for find in seen))  # type: ignore[return-value]

    def happened(self, verb: str) -> int:
        with node_transaction(self.node.engine) as connection:
            return len(connection.execute(select(event.c.id).where(event.c.verb == verb)).all())


def stage(database: Any, tmp_path: Path) -> Stage:
    """Derived and handed out: a lead, a map, a plan and a report are there to be seen."""
    blobs = Blobs(tmp_path / "blobs")
    blobs.prepare()
    node = Node(database.app, database.engine, blobs, SystemClock(), SystemIds(), Typeset)
    run.take_in(node, [_share(ONE, []), _share(OTHER, [])], Silent())
    people = [enrol(node, member, "Ana", role="steward", title="Desk") for member in (ONE, OTHER)]
    made = Stage(node, _signed(people[0], ONE), _signed(people[1], OTHER))
    made.take_in()
    run.refresh(node, Silent())
    made.hand_out(made.standing())
    assert made.derived() == (1, True, True, True)
    return made


def at_once(*acts: Callable[[], object]) -> list[AccordError | None]:
    """Does them in threads that start together; what each raised."""
    ready, raised = threading.Barrier(len(acts)), [None] * len(acts)

    def go(place: int) -> None:
        ready.wait()
        try:
            acts[place]()
        except AccordError as error:
            raised[place] = error

    threads = [threading.Thread(target=go, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return raised


def _share(member: Member, files: Sequence[SharedFile]) -> run.Shares:
    return run.Shares(member, files, len(files), [], [file.path for file in files])


def _signed(person: UUID, member: Member) -> Signed:
    return Signed(
        person_id=person, name="Ana", role="steward", title="Desk", member_id=member.id, member_slug=member.slug,
        member_name=member.name, member_kind=str(member.kind), member_tlp=member.tlp,
        viewer=Viewer(member.id, role="steward", country="AA"), csrf="", token_hash=b"", last_seen=SystemClock().now(),
    )  # fmt: skip
