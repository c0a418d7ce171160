"""What a person hands in through the browser: looked at first, then kept; large parcels by a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from accord.model.handling import Handling
from accord.model.ports import Progress
from accord.model.reading import Reading
from accord.policy.duties import Verb
from accord.services.browse import Signed
from accord.services.contribute import SharedFile, preview, submit
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import own, record
from accord.services.run import refresh
from accord.store import audiences, contributions, members
from accord.store.engine import Connection, node_transaction

AT_ONCE_BYTES = 2 * 2**20
"""Read while the person waits (under a second); more is read by a job, with progress."""


class Person(Protocol):
    """Who hands in, for which member."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def member_id(self) -> UUID: ...


class Defer(Protocol):
    """Puts work in the queue inside a transaction and gives its id (jobs.app)."""

    def __call__(
        self,
        connection: Connection,
        task: str,
        *,
        title: str,
        audience: int,
        person_id: UUID | None = None,
        one_at_a_time: str | None = None,
        unless_waiting: bool = False,
        **given: object,
    ) -> UUID: ...


class HandedOver(NamedTuple):
    """The work that goes on, and the contributions by id; those of a large parcel stand there when it is done."""

    work_id: UUID
    contributions: tuple[UUID, ...]


def look(files: Sequence[tuple[str, bytes]]) -> list[Reading]:
    """What would be recognised in each file; nothing is kept."""
    return preview(SharedFile(path, content) for path, content in files)


def hand_in(
    node: Node, person: Signed, files: Sequence[tuple[str, bytes]], handling: Handling, defer: Defer
) -> HandedOver:
    """Keeps files under a handling. When it returns, their bytes are durable, and the work on them is in the queue.

    Raises `RefusedError` for whom this is no duty.
    """
    permit(person, Verb.CONTRIBUTE)
    if sum(len(content) for _, content in files) <= AT_ONCE_BYTES:
        shared = [SharedFile(path, content) for path, content in files]
        with node_transaction(node.engine) as connection:
            member = members.get(connection, person.member_id)
        taken = list(submit(node, member, shared, _Silent(), handling=handling, person_id=person.person_id))
        with node_transaction(node.engine) as connection:
            work = _defer_refresh(connection, person, defer)
        return HandedOver(work, tuple(item.contribution for item in taken))
    kept = [(path, node.blobs.put(content)) for path, content in files]
    ids = tuple(contributions.contribution_id(person.member_id, path, digest) for path, digest in kept)
    with node_transaction(node.engine) as connection:
        given = audiences.intern(connection, handling)
        record(
            node,
            connection,
            "parcel received",
            str(len(kept)),
            person_id=person.person_id,
            member_id=person.member_id,
            detail={"files": [[path, digest.hex()] for path, digest in kept]},
        )
        work = defer(
            connection,
            "intake",
            title="Taking in what was handed in",
            audience=audiences.intern(connection, own(person.member_id)),
            person_id=person.person_id,
            member=str(person.member_id),
            person=str(person.person_id),
            files=[[path, digest.hex()] for path, digest in kept],
            handling=given,
            at=node.clock.now().isoformat(),
        )
    return HandedOver(work, ids)


def take_in_job(node: Node, defer: Defer) -> Callable[..., None]:
    """The task `intake`: reads what a large parcel holds. Idempotent: what is kept already changes nothing."""

    def run(
        progress: Progress, *, member: str, person: str, files: list[list[str]], handling: int, at: str = ""
    ) -> None:
        with node_transaction(node.engine) as connection:
            whose = members.get(connection, UUID(member))
            given = audiences.handling(connection, handling)

        def shared() -> Iterator[SharedFile]:
            for path, digest in files:
                yield SharedFile(path, node.blobs.read(bytes.fromhex(digest)))

        who: dict[str, Any] = {"handling": given, "person_id": UUID(person), "total": len(files)}
        for _ in submit(node, whose, shared(), progress, **who, said_at=datetime.fromisoformat(at) if at else None):
            pass
        with node_transaction(node.engine) as connection:
            _defer_refresh(connection, _Known(UUID(person), UUID(member)), defer)

    return run


def refresh_job(node: Node) -> Callable[..., None]:
    """The task `refresh`: leads, map, plan and report anew."""

    def run(progress: Progress) -> None:
        refresh(node, progress)

    return run


def refresh_later(connection: Connection, person: Person, defer: Defer) -> None:
    """Lets leads and what follows be found anew, once for all that comes in until that begins."""
    _defer_refresh(connection, person, defer, unless_waiting=True)


def ask_refresh(node: Node, person: Person, defer: Defer) -> UUID:
    """Puts leads, map, plan and report in the queue to be made anew, after a change of handling or a recall."""
    with node_transaction(node.engine) as connection:
        return _defer_refresh(connection, person, defer)


def _defer_refresh(connection: Connection, person: Person, defer: Defer, *, unless_waiting: bool = False) -> UUID:
    """The work is its member's own: that there is something new may be all that others must not learn."""
    audience = audiences.intern(connection, own(person.member_id))
    return defer(
        connection,
        "refresh",
        title="Finding leads, drawing the map, planning, writing the report",
        audience=audience,
        person_id=person.person_id,
        one_at_a_time="refresh",
        unless_waiting=unless_waiting,
    )


class _Known(NamedTuple):
    person_id: UUID
    member_id: UUID


class _Silent:
    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        """Nobody watches work that is done at once."""
