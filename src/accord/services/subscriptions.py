"""Subscriptions of a member to other systems: set up, seen, paused, run at once, removed and put back."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from accord.model.errors import AbsentError, InputError, LimitError
from accord.model.members import Member
from accord.policy.duties import Verb
from accord.services import exchange, subscription_secrets, taxii_collections
from accord.services.browse import Signed, reading
from accord.services.exchange import KEPT_REMOVED, Reach
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import own, record
from accord.store import audiences, members, misp_peers, subscriptions
from accord.store.engine import Connection, node_transaction

KINDS = ("taxii", "misp", "feed")
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=30)
MOST = 50
"""Of one member."""
MAX_URL = 500
MAX_SECRET = 2_000


class Wish(NamedTuple):
    """What is to be exchanged. `direction`: `pull` into, or `push` out of, the collection of this node.

    `receiver`: whose server a push goes to; None: somebody outside the alliance. `root` and `collection` count for
    TAXII alone.
    """

    direction: str
    url: str
    kind: str = "taxii"
    root: str = taxii_collections.ALLIANCE
    collection: str = "own"
    receiver: UUID | None = None
    login: str = ""
    secret: str = ""
    every: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """How a subscription stands. `failures` in a row, of which `message` tells the last; `held`: objects by reason.

    `removed_at`: it is gone, and can be put back for a while. `receiver` empty: somebody outside the alliance.
    """

    id: UUID
    kind: str
    direction: str
    url: str
    receiver: str
    every: timedelta
    made_at: datetime
    tried_at: datetime | None
    done_at: datetime | None
    due_at: datetime
    paused_at: datetime | None
    removed_at: datetime | None
    came: int
    objects: int
    failures: int
    message: str
    held: dict[str, int]


class ByHand(NamedTuple):
    """A MISP server or feed; `pulled_to`: when the newest event taken in was changed there."""

    url: str
    tried_at: datetime | None
    pulled_to: datetime | None


def subscribe(node: Node, member: Member, reach: Reach, wish: Wish, *, person_id: UUID | None = None) -> UUID:
    """Sets up an exchange for a member; its id. Nothing is asked of the other side yet.

    Raises `InputError`, `AbsentError` (no such collection or receiver), `LimitError`.
    """
    _check(wish)
    if person_id is not None and reach.check is not None:
        reach.check(wish.url)
    with _reached(reach, wish):  # says what is wrong with the address
        pass
    number, now = node.ids.new(), node.clock.now()
    if wish.kind == "taxii":
        acting = exchange.member_itself(member, person_id)
        taxii_collections.collection(node, acting, wish.root, wish.collection)
    with node_transaction(node.engine) as connection:
        if len(subscriptions.of_member(connection, member.id)) >= MOST:
            raise LimitError(f"A member has at most {MOST} subscriptions.", action="Remove one that is not needed.")
        receiver = members.get(connection, wish.receiver) if wish.receiver else None
        audience = audiences.intern(connection, own(member.id))
        subscriptions.add(
            connection,
            id=number,
            member_id=member.id,
            person_id=person_id,
            kind=wish.kind,
            root=wish.root,
            collection=wish.collection,
            direction=wish.direction,
            url=f"{wish.url.rstrip('/')}/" if wish.kind == "taxii" else wish.url,
            receiver_id=wish.receiver,
            login=wish.login,
            sealed=subscription_secrets.seal(node, wish.secret, number),
            every_s=int(wish.every.total_seconds()),
            due_at=now,
            made_at=now,
            audience=audience,
        )
        detail = {"kind": wish.kind, "direction": wish.direction, "url": wish.url}
        detail |= {"receiver": receiver.slug} if receiver else {}
        who: Any = {"person_id": person_id, "member_id": member.id}
        record(node, connection, "exchange set up", str(number), detail=detail, audience=audience, **who)
    return number


def add(node: Node, signed: Signed, reach: Reach, wish: Wish) -> UUID:
    """As `subscribe`, for the person's member. Raises `RefusedError` too."""
    permit(signed, Verb.EXCHANGE)
    with node_transaction(node.engine) as connection:
        member = members.get(connection, signed.member_id)
    return subscribe(node, member, reach, wish, person_id=signed.person_id)


def list_subscriptions(node: Node, signed: Signed) -> list[SubscriptionView]:
    """Those of the person's member, the oldest first; also those that were removed and can be put back."""
    permit(signed, Verb.READ)
    with reading(node, signed) as connection:
        rows = subscriptions.of_member(connection, signed.member_id)
    since = node.clock.now() - KEPT_REMOVED
    return [_view(row) for row in rows if row.removed_at is None or row.removed_at > since]


def list_by_hand(node: Node, signed: Signed) -> list[ByHand]:
    """MISP servers and feeds with which the person's member exchanges by commands, the one tried last first."""
    permit(signed, Verb.READ)
    with reading(node, signed) as connection:
        kept = {row.url.rstrip("/") for row in subscriptions.of_member(connection, signed.member_id)}
        rows = misp_peers.of_member(connection, signed.member_id)
    return [
        ByHand(row.url, row.tried_at, datetime.fromtimestamp(row.pulled_to, UTC) if row.pulled_to else None)
        for row in rows
        if row.url.rstrip("/") not in kept
    ]


def pause(node: Node, signed: Signed, number: UUID) -> None:
    """Lets it rest until it is resumed. Raises `RefusedError`, `AbsentError`."""
    _change(node, signed, number, "exchange paused", paused_at=node.clock.now())


def resume(node: Node, signed: Signed, number: UUID) -> None:
    """Goes on where it stands, now. Raises as `pause`."""
    _change(node, signed, number, "exchange resumed", paused_at=None, due_at=node.clock.now())


def run_now(node: Node, signed: Signed, number: UUID) -> None:
    """Makes it due now, also one that waits after a failure. Raises as `pause`."""
    _change(node, signed, number, "exchange asked for", paused_at=None, due_at=node.clock.now())


def remove(node: Node, signed: Signed, number: UUID) -> None:
    """Ends it; what it brought stays. For `KEPT_REMOVED` it can be put back. Raises as `pause`."""
    _change(node, signed, number, "exchange ended", removed_at=node.clock.now())


def put_back(node: Node, signed: Signed, number: UUID) -> None:
    """Undoes `remove`: it goes on where it stood. Raises as `pause`."""
    permit(signed, Verb.EXCHANGE)
    with node_transaction(node.engine) as connection:
        row = subscriptions.get(connection, number, member_id=signed.member_id, removed=True)
        if row.removed_at <= node.clock.now() - KEPT_REMOVED:
            raise AbsentError("It was removed too long ago.", action="Set it up anew.")
        _note(node, connection, signed, row, "exchange put back", removed_at=None, due_at=node.clock.now())


def end(node: Node, number: UUID) -> None:
    """As `remove`, for whoever runs the node. Raises `AbsentError`."""
    with node_transaction(node.engine) as connection:
        row = subscriptions.get(connection, number)
        subscriptions.change(connection, number, removed_at=node.clock.now())
        record(node, connection, "exchange ended", str(number), member_id=row.member_id, audience=row.audience)


def _change(node: Node, signed: Signed, number: UUID, verb: str, **values: Any) -> None:
    permit(signed, Verb.EXCHANGE)
    with node_transaction(node.engine) as connection:
        row = subscriptions.get(connection, number, member_id=signed.member_id)
        _note(node, connection, signed, row, verb, **values)


def _note(node: Node, connection: Connection, signed: Signed, row: Any, verb: str, **values: Any) -> None:
    subscriptions.change(connection, row.id, **values)
    who: Any = {"person_id": signed.person_id, "member_id": signed.member_id}
    record(node, connection, verb, str(row.id), detail={"url": row.url}, audience=row.audience, **who)


def _check(wish: Wish) -> None:
    if wish.kind not in KINDS:
        raise InputError("There is no such way of exchange.", action="Choose TAXII, MISP or a feed.", path="kind")
    if wish.direction not in ("pull", "push") or (wish.kind == "feed" and wish.direction == "push"):
        raise InputError("An exchange pulls or pushes; a feed is only read.", action="Choose.", path="direction")
    if not SHORTEST <= wish.every <= LONGEST:
        raise InputError("An exchange runs between once a minute and once a month.", action="Correct it.", path="every")
    if len(wish.url) > MAX_URL or len(wish.secret) > MAX_SECRET or len(wish.login) > MAX_URL:
        raise InputError("The address or the secret is too long to be one.", action="Check what you entered.")
    try:
        parts = urlsplit(wish.url)
        named = bool(parts.hostname) or wish.kind == "feed"  # which may lie in a folder
        named = named and not (parts.username or parts.password)
    except ValueError:
        named = False
    if not named or not wish.url.isascii() or not wish.url.isprintable() or " " in wish.url:
        raise InputError("This is no address of another system.", action="Give it as https://…", path="url")


def _reached(reach: Reach, wish: Wish) -> Any:
    if wish.kind == "taxii":
        return reach.taxii(wish.url, wish.login, wish.secret)
    if wish.kind == "misp" and reach.misp is not None:
        return reach.misp(wish.url, wish.secret)
    if wish.kind == "feed" and reach.feed is not None:
        reach.feed(wish.url)
        return nullcontext()
    raise InputError("This node does not reach such systems.", action="Ask whoever runs it.", path="kind")


def _view(row: Any) -> SubscriptionView:
    return SubscriptionView(
        id=row.id,
        kind=row.kind,
        direction=row.direction,
        url=row.url,
        receiver=row.receiver_name or "",
        every=timedelta(seconds=row.every_s),
        made_at=row.made_at,
        tried_at=row.tried_at,
        done_at=row.done_at,
        due_at=row.due_at,
        paused_at=row.paused_at,
        removed_at=row.removed_at,
        came=row.came,
        objects=row.objects,
        failures=row.failures,
        message=row.message,
        held=row.held,
    )
