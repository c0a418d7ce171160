"""Running subscriptions: what is due is exchanged, goes on where it stands; a failure shows, and waits longer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from accord.model.errors import AbsentError, AccordError, CancelledWorkError
from accord.model.exchange import Peer
from accord.model.members import Member
from accord.model.ports import Progress
from accord.policy.decide import Viewer
from accord.services import acting, feeds, misp_sync, misp_words, subscription_secrets, taxii_pull, taxii_push
from accord.services.browse import Signed
from accord.services.exchange_lanes import LANES, OutOfTimeError, run_in_lanes
from accord.services.node import Node
from accord.services.receivers import receiver_of
from accord.services.taxii_receive import Received
from accord.store import subscriptions
from accord.store.engine import connections_kept, node_transaction
from accord.store.work import hold

LONGEST_WAIT = timedelta(days=1)
KEPT_REMOVED = timedelta(days=1)
"""How long one that was removed can be put back."""


class MispServer(misp_sync.Server, misp_words.Server, Protocol):
    """A MISP server: its events, and what is said of them."""


class Reach(NamedTuple):
    """How other systems are reached; each raises `InputError` for an address that will not do.

    `taxii`: a collection by its URL, login (empty: bearer) and secret. `misp`: a server by its URL and key. `feed`: a
    folder's or an address's. `check`: raises unless a person of the node may have it ask this address.
    """

    taxii: Callable[[str, str, str], Peer]
    misp: Callable[[str, str], AbstractContextManager[MispServer]] | None = None
    feed: Callable[[str], feeds.Source] | None = None
    check: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one run of a subscription did. `failure` empty: it came to the end of what was new."""

    id: UUID
    objects: int
    failure: str = ""


def exchange_job(node: Node, reach: Reach, received: Received | None = None) -> Callable[..., None]:
    """The task `taxii`: every exchange that is due. Idempotent: each goes on where it stands."""

    def work(progress: Progress) -> None:
        run_due(node, reach, progress, received)

    return work


def is_due(node: Node) -> bool:
    """Whether any exchange's time has come."""
    with node_transaction(node.engine) as connection:
        return bool(subscriptions.due(connection, node.clock.now()))


def run_due(node: Node, reach: Reach, progress: Progress, received: Received | None = None) -> list[Exchanged]:
    """Runs every exchange whose time has come, a few at once; those that another process runs are left to it."""
    with node_transaction(node.engine) as connection:
        subscriptions.forget_removed(connection, node.clock.now() - KEPT_REMOVED)
    done: list[Exchanged] = []

    def due() -> list[UUID]:
        with node_transaction(node.engine) as connection:
            return subscriptions.due(connection, node.clock.now())

    def one(number: UUID, said: Progress) -> None:
        try:
            exchanged = run(node, number, reach, said, received)
        except AbsentError:  # removed meanwhile
            return
        if exchanged is not None:
            done.append(exchanged)

    run_in_lanes(due, one, progress, lanes=max(1, min(LANES, connections_kept(node.engine) // 2)))
    return done


def run(
    node: Node, number: UUID, reach: Reach, progress: Progress, received: Received | None = None
) -> Exchanged | None:
    """Exchanges all that is new; None when another process is at it. A failure is kept with it, and not raised.

    Raises `AbsentError`, and `CancelledWorkError` from `progress`.
    """
    with hold(node.engine, number) as held:
        if not held:
            return None
        row = _begun(node, number)
        try:
            _exchange(node, row, reach, progress, received)
        except CancelledWorkError:
            raise
        except OutOfTimeError as error:
            return _goes_on(node, row) or _failed(node, row, error)
        except AccordError as error:
            return _failed(node, row, error)
        return _succeeded(node, row)


def member_itself(member: Member, person_id: UUID | None) -> Signed:
    """The member, as its exchanges act for it."""
    return Signed(
        person_id=person_id,  # type: ignore[arg-type]  # None: no person is at it
        name="",
        role="",
        title="",
        member_id=member.id,
        member_slug=member.slug,
        member_name=member.name,
        member_kind=str(member.kind),
        member_tlp=member.tlp,
        viewer=Viewer(member.id, country=member.country),
        csrf="",
        token_hash=b"",
        last_seen=datetime(1970, 1, 1, tzinfo=UTC),
    )


def _exchange(node: Node, row: Any, reach: Reach, progress: Progress, received: Received | None) -> None:
    secret = subscription_secrets.opened(node, row)
    if row.person_id is not None and reach.check is not None:
        reach.check(row.url)
    if row.kind == "taxii":
        member = _member_of(row)
        with reach.taxii(row.url, row.login, secret) as peer:
            if row.direction == "pull":
                taxii_pull.pull(node, row, member, peer, progress, received=received)
            else:
                taxii_push.push(node, row, member, peer, progress)
        return
    # What follows is permitted to people by their duties: who set it up must still have them.
    signed = acting.act_as_person(node, row.person_id)
    if row.kind == "misp":
        assert reach.misp is not None
        with reach.misp(row.url, secret) as server:
            moved = _with_misp(node, row, signed, server, progress)
    else:
        assert reach.feed is not None
        read = feeds.read_feed(node, signed, reach.feed(row.url), row.url, progress)
        moved = read.new + read.withdrawn
    with node_transaction(node.engine) as connection:
        subscriptions.moved(connection, row.id, moved)
        if received and moved and row.direction == "pull":
            received(connection, signed)


def _with_misp(node: Node, row: Any, signed: Signed, server: MispServer, progress: Progress) -> int:
    if row.direction == "pull":
        pulled = misp_sync.pull(node, signed, server, progress)
        return pulled.new + misp_words.hear(node, signed, server).new
    pushed = misp_sync.push(node, signed, server, progress, receiver=receiver_of(node, row.receiver_id))
    told = misp_words.tell(node, signed, server)
    return pushed.added + pushed.changed + pushed.removed + told.sightings + told.proposals


def _member_of(row: Any) -> Signed:
    member = Member(
        row.member_id, row.member_slug, row.member_name, row.member_kind, row.member_country, row.member_tlp
    )  # fmt: skip
    return member_itself(member, row.person_id)


def _begun(node: Node, number: UUID) -> Any:
    with node_transaction(node.engine) as connection:
        row = subscriptions.get(connection, number)
        subscriptions.change(connection, number, came=0, tried_at=node.clock.now())
    return row


def _failed(node: Node, row: Any, error: AccordError) -> Exchanged:
    asked = timedelta(seconds=getattr(error, "wait_s", 0))
    failures = row.failures + 1
    doubled = timedelta(seconds=min(row.every_s, 300)) * 2 ** min(failures - 1, 12)
    due_at = node.clock.now() + min(max(doubled, asked), LONGEST_WAIT)
    with node_transaction(node.engine) as connection:
        subscriptions.change(connection, row.id, failures=failures, message=str(error), due_at=due_at)
        return Exchanged(row.id, subscriptions.came(connection, row.id), str(error))


def _goes_on(node: Node, row: Any) -> Exchanged | None:
    """Has what is left done soon, when something came in the time there was; None when nothing did."""
    with node_transaction(node.engine) as connection:
        came = subscriptions.came(connection, row.id)
        if came:
            subscriptions.change(connection, row.id, failures=0, due_at=node.clock.now(), message="")
    return Exchanged(row.id, came) if came else None


def _succeeded(node: Node, row: Any) -> Exchanged:
    now = node.clock.now()
    due_at = now + timedelta(seconds=row.every_s)
    with node_transaction(node.engine) as connection:
        came = subscriptions.came(connection, row.id)
        # What a server said about objects it refused stays until more was sent.
        values = {} if row.direction == "push" and row.failures == 0 else {"message": ""}
        subscriptions.change(connection, row.id, failures=0, due_at=due_at, done_at=now, **values)
        return Exchanged(row.id, came)
