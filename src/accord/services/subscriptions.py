"""Exchange with other TAXII servers: pulling what is new there, pushing what is new here; resumable at every page.

Where a subscription stands is kept in the transaction that keeps what came, so that a stop loses and repeats nothing.
What goes out is what the member itself contributed. A failure makes the next try wait longer, and shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from accord.model.errors import AccordError, InputError
from accord.model.exchange import Peer, PeerError
from accord.model.members import Member
from accord.model.ports import Progress
from accord.policy.decide import Viewer
from accord.services import taxii_collections, taxii_receive
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.record import own, record
from accord.services.taxii_receive import Received, instant_text
from accord.store import audiences, subscriptions, taxii_pages
from accord.store.engine import node_transaction
from accord.store.taxii_pages import Place, Wanted
from accord.store.work import hold

Connect = Callable[[str, str, str], Peer]
"""Opens a collection at another server: its URL, login (empty: bearer), secret. Raises `InputError`."""
PAGE = 1_000
MAX_PAGES = 10_000
"""Of one run: a server that never ends is left for the next time."""
SHORTEST, LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)
OVERLAP = timedelta(hours=1)
"""Asked for again where a server does not say when it added things: its clock may be another."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one run of a subscription did. `failure` empty: it came to the end of what was new."""

    id: UUID
    objects: int
    failure: str = ""


def subscribe(
    node: Node,
    member: Member,
    connect: Connect,
    direction: str,
    url: str,
    *,
    root: str = taxii_collections.ALLIANCE,
    collection: str = "own",
    login: str = "",
    secret: str = "",
    every: timedelta = timedelta(hours=1),
    person_id: UUID | None = None,
) -> UUID:
    """Sets up an exchange with a collection elsewhere; its id. Nothing is asked of the other server yet.

    `direction`: `pull` into, or `push` out of, the collection of this node. Raises `InputError`, `AbsentError`.
    """
    if direction not in ("pull", "push") or every < SHORTEST:
        raise InputError("An exchange pulls or pushes, at most once a minute.", action="Correct it.")
    with connect(url, login, secret):  # says what is wrong with the address
        pass
    number, now = node.ids.new(), node.clock.now()
    acting = _acting(member.id, member.slug, member.name, member.kind, member.country, member.tlp, person_id)
    taxii_collections.collection(node, acting, root, collection)
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, own(member.id))
        subscriptions.add(
            connection,
            id=number,
            member_id=member.id,
            person_id=person_id,
            root=root,
            collection=collection,
            direction=direction,
            url=url if url.endswith("/") else f"{url}/",
            login=login,
            secret=secret,
            every_s=int(every.total_seconds()),
            due_at=now,
            made_at=now,
            audience=audience,
        )
        detail = {"direction": direction, "url": url}
        who: Any = {"person_id": person_id, "member_id": member.id}
        record(node, connection, "exchange set up", str(number), detail=detail, audience=audience, **who)
    return number


def end(node: Node, number: UUID) -> None:
    """Ends an exchange; what it brought stays. Raises `AbsentError`."""
    with node_transaction(node.engine) as connection:
        row = subscriptions.get(connection, number)
        subscriptions.remove(connection, number)
        record(node, connection, "exchange ended", str(number), member_id=row.member_id, audience=row.audience)


def exchange_job(node: Node, connect: Connect, received: Received | None = None) -> Callable[..., None]:
    """The task `taxii`: every exchange that is due. Idempotent: each goes on where it stands."""

    def work(progress: Progress) -> None:
        run_due(node, connect, progress, received)

    return work


def is_due(node: Node) -> bool:
    """Whether any exchange's time has come."""
    with node_transaction(node.engine) as connection:
        return bool(subscriptions.due(connection, node.clock.now()))


def run_due(node: Node, connect: Connect, progress: Progress, received: Received | None = None) -> list[Exchanged]:
    """Runs every exchange whose time has come, one after the other; those that another process runs are left to it."""
    with node_transaction(node.engine) as connection:
        numbers = subscriptions.due(connection, node.clock.now())
    done = [run(node, number, connect, progress, received) for number in numbers]
    return [one for one in done if one is not None]


def run(
    node: Node, number: UUID, connect: Connect, progress: Progress, received: Received | None = None
) -> Exchanged | None:
    """Exchanges all that is new; None when another process is at it. A failure is kept with it, and not raised.

    Raises `AbsentError`, and `CancelledWorkError` from `progress`.
    """
    with hold(node.engine, number) as held:
        if not held:
            return None
        row = _row(node, number)
        before = row.objects
        try:
            with connect(row.url, row.login, row.secret) as peer:
                step = _pull if row.direction == "pull" else _push
                step(node, row, peer, progress, received)
        except (PeerError, InputError) as error:
            _failed(node, number, row.failures + 1, row.every_s, error)
            return Exchanged(number, _row(node, number).objects - before, str(error))
        _succeeded(node, number, row.every_s)
        return Exchanged(number, _row(node, number).objects - before)


def _pull(node: Node, row: Any, peer: Peer, progress: Progress, received: Received | None) -> None:
    acting = _acting_for(row)
    collection = taxii_receive.writable(node, acting, row.root, row.collection)
    place, after = row.place, row.added_after
    began = None if place else node.clock.now() - OVERLAP
    seen = after
    for number in range(MAX_PAGES):
        progress.report("pulling", number, None, row.url)
        try:
            page = peer.page(instant_text(after) if after else "", place, PAGE)
        except PeerError as error:
            if not place or error.status not in (400, 404, 410):
                raise
            # The place is too old for the other server: begin again where nothing can have been missed.
            place = ""
            continue
        seen = max(filter(None, (seen, _moment(page.last))), default=None)
        ended = not page.more or not page.size
        if page.more and not page.place and seen == after:
            raise PeerError("The other server says that there is more, and not where.")
        place = "" if ended else page.place
        if ended or not place:  # section 3.5: without a `next` one goes on from the last date
            after = seen or began or after
        values = {"place": place, "added_after": after}

        def along(connection: Any, count: int = page.size, values: dict[str, Any] = values) -> None:
            subscriptions.moved(connection, row.id, count, **values)

        if page.size:
            taxii_receive.take_in(node, acting, collection, page.envelope, received, along=along)
        else:
            with node_transaction(node.engine) as connection:
                along(connection)
        if ended:
            return


def _push(node: Node, row: Any, peer: Peer, progress: Progress, _received: Received | None) -> None:
    acting = _acting_for(row)
    place = _place(row.place)
    for number in range(MAX_PAGES):
        progress.report("pushing", number, None, row.url)
        wanted = Wanted(PAGE, place=place, every=True, specs=("2.0", "2.1"), of_member=row.member_id)
        with taxii_collections.looking(node, acting, row.root, row.collection) as (connection, _):
            page, last = taxii_pages.page_and_place(connection, wanted)
        if last is None:
            return
        answer = peer.push(b'{"objects":[' + page.body + b"]}")
        refused = answer.get("failure_count", 0)
        note = f"{refused} objects were refused there." if isinstance(refused, int) and refused > 0 else ""
        place = last
        text = f"{instant_text(last.added_at)}|{last.contribution_id}|{last.number}"
        with node_transaction(node.engine) as connection:
            subscriptions.moved(connection, row.id, page.size, place=text, message=note)
            detail = {"objects": page.size, "url": row.url}
            record(
                node, connection, "objects pushed", str(row.id),
                member_id=row.member_id, detail=detail, audience=row.audience,
            )  # fmt: skip
        if page.more is None:
            return


def _row(node: Node, number: UUID) -> Any:
    with node_transaction(node.engine) as connection:
        return subscriptions.get(connection, number)


def _failed(node: Node, number: UUID, failures: int, every_s: int, error: AccordError) -> None:
    asked = timedelta(seconds=getattr(error, "wait_s", 0))
    doubled = timedelta(seconds=min(every_s, 300)) * 2 ** min(failures - 1, 12)
    with node_transaction(node.engine) as connection:
        due_at = node.clock.now() + min(max(doubled, asked), LONGEST_WAIT)
        subscriptions.change(connection, number, failures=failures, message=str(error), due_at=due_at)


def _succeeded(node: Node, number: UUID, every_s: int) -> None:
    now = node.clock.now()
    with node_transaction(node.engine) as connection:
        row = subscriptions.get(connection, number)
        kept = row.message if row.direction == "push" and row.failures == 0 else ""
        due_at = now + timedelta(seconds=every_s)
        subscriptions.change(connection, number, failures=0, message=kept, due_at=due_at, done_at=now)


def _moment(text: str) -> datetime | None:
    """The instant that another server wrote; None for what is none."""
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _place(text: str) -> Place | None:
    if not text:
        return None
    added_at, contribution_id, number = text.split("|")
    return Place(datetime.fromisoformat(added_at), UUID(contribution_id), int(number))


def _acting_for(row: Any) -> Signed:
    return _acting(
        row.member_id,
        row.member_slug,
        row.member_name,
        row.member_kind,
        row.member_country,
        row.member_tlp,
        row.person_id,
    )


def _acting(  # noqa: PLR0917  # an act is who, what and why
    member_id: UUID, slug: str, name: str, kind: str, country: str, tlp: str, person_id: UUID | None
) -> Signed:
    """The member itself, as its exchanges act for it."""
    return Signed(
        person_id=person_id,  # type: ignore[arg-type]  # None: no person is at it
        name="",
        role="",
        title="",
        member_id=member_id,
        member_slug=slug,
        member_name=name,
        member_kind=str(kind),
        member_tlp=tlp,
        viewer=Viewer(member_id, country=country),
        csrf="",
        token_hash=b"",
        last_seen=datetime(1970, 1, 1, tzinfo=UTC),
    )
