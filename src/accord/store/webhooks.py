"""Webhooks and their deliveries; a delivery is of one event to one webhook, once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Select, Uuid, all_, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from accord.store.exchange_tables import webhook, webhook_delivery
from accord.store.suspensions import not_shut_out
from accord.store.tables import event, member, person

WAITING, DELIVERED, GIVEN_UP, WITHDRAWN = "waiting", "delivered", "given-up", "withdrawn"


class Delivery(NamedTuple):
    """A delivery that is to be made. `event_id` may lead to nothing any more."""

    id: UUID
    webhook_id: UUID
    event_id: UUID
    made_at: datetime
    audience: int


def put(connection: Connection, **values: Any) -> None:
    connection.execute(insert(webhook).values(**values))


def of_member(connection: Connection, member_id: UUID) -> list[Row[Any]]:
    """A member's webhooks that work, oldest first, with who set them up."""
    query = (
        select(webhook, person.c.name.label("person_name"))
        .join(person, person.c.id == webhook.c.person_id)
        .where(webhook.c.member_id == member_id, webhook.c.stopped_at.is_(None))
        .order_by(webhook.c.made_at, webhook.c.id)
    )
    return list(connection.execute(query))


def one(connection: Connection, number: UUID) -> Row[Any] | None:
    return connection.execute(select(webhook).where(webhook.c.id == number)).first()


def every(connection: Connection) -> list[Row[Any]]:
    """All webhooks that work, with their members' country; none of a member that is shut out; for the node."""
    query = (
        select(webhook, member.c.country)
        .join(member, member.c.id == webhook.c.member_id)
        .where(webhook.c.stopped_at.is_(None), not_shut_out(webhook.c.member_id))
        .order_by(webhook.c.id)
    )
    return list(connection.execute(query))


def stop(connection: Connection, number: UUID, now: datetime) -> bool:
    """Ends a webhook, and what waits for it; False when there is none that works."""
    there = update(webhook).where(webhook.c.id == number, webhook.c.stopped_at.is_(None))
    ended = connection.execute(there.values(stopped_at=now)).rowcount > 0
    waiting = (webhook_delivery.c.webhook_id == number) & (webhook_delivery.c.state == WAITING)
    connection.execute(update(webhook_delivery).where(waiting).values(state=WITHDRAWN, ended_at=now))
    return ended


def entered_since(connection: Connection, number: UUID, since: datetime) -> set[UUID]:
    """Events for which a webhook has a delivery made since then. In a node transaction."""
    made = (webhook_delivery.c.webhook_id == number) & (webhook_delivery.c.made_at >= since)
    return set(connection.scalars(select(webhook_delivery.c.event_id).where(made)))


def events_since(
    connection: Connection, since: datetime, verbs: Sequence[str], but: Collection[UUID], limit: int
) -> list[UUID]:
    """Events that the viewer may see, from an instant on, oldest first; of these verbs, of all when none is named.

    `but`: those that are known already, so that a burst of more than `limit` is gone through to its end.
    """
    query = select(event.c.id).where(event.c.happened_at >= since, event.c.id != all_(literal(list(but), ARRAY(Uuid))))
    if verbs:
        query = query.where(event.c.verb.in_(verbs))
    return list(connection.scalars(query.order_by(event.c.happened_at, event.c.id).limit(limit)))


def event_of(connection: Connection, number: UUID) -> Row[Any] | None:
    """An event that the viewer may see: id, verb, subject, when, and the member's short name."""
    query: Select[Any] = (
        select(event.c.id, event.c.verb, event.c.subject, event.c.happened_at, member.c.slug)
        .outerjoin_from(event, member, member.c.id == event.c.member_id)
        .where(event.c.id == number)
    )
    return connection.execute(query).first()


def enqueue(connection: Connection, deliveries: Sequence[Delivery]) -> int:
    """Adds deliveries that are not there yet; how many."""
    if not deliveries:
        return 0
    rows = [{**one._asdict(), "state": WAITING, "tries": 0, "due_at": one.made_at, "message": ""} for one in deliveries]
    added = insert(webhook_delivery).values(rows).on_conflict_do_nothing(index_elements=[webhook_delivery.c.id])
    return len(list(connection.scalars(added.returning(webhook_delivery.c.id))))


class Receiver(NamedTuple):
    """A webhook that something is due for, and whose it is."""

    webhook_id: UUID
    member_id: UUID


def receivers_due(connection: Connection, now: datetime) -> list[Receiver]:
    """Webhooks with deliveries whose time has come, the longest waiting first; none of a member that is shut out."""
    query = (
        select(webhook.c.id, webhook.c.member_id)
        .join_from(webhook_delivery, webhook, webhook.c.id == webhook_delivery.c.webhook_id)
        .where(webhook_delivery.c.state == WAITING, webhook_delivery.c.due_at <= now)
        .where(not_shut_out(webhook.c.member_id))
        .group_by(webhook.c.id, webhook.c.member_id)
        .order_by(func.min(webhook_delivery.c.due_at), webhook.c.id)
    )
    return [Receiver(*row) for row in connection.execute(query)]


def claim_next(connection: Connection, webhook_id: UUID, now: datetime, until: datetime) -> Row[Any] | None:
    """A webhook's next delivery whose time has come, with its address and its member's country; None: there is none.

    Others are kept off it until then: a process that dies leaves it to be tried again.
    """
    query = (
        select(webhook_delivery, webhook.c.url, webhook.c.member_id, member.c.country)
        .join(webhook, webhook.c.id == webhook_delivery.c.webhook_id)
        .join(member, member.c.id == webhook.c.member_id)
        .where(webhook_delivery.c.webhook_id == webhook_id)
        .where(webhook_delivery.c.state == WAITING, webhook_delivery.c.due_at <= now)
        .order_by(webhook_delivery.c.due_at, webhook_delivery.c.id)
        .limit(1)
        .with_for_update(of=webhook_delivery, skip_locked=True)
    )
    row = connection.execute(query).first()
    if row is not None:
        mine = webhook_delivery.c.id == row.id
        connection.execute(update(webhook_delivery).where(mine).values(due_at=until))
    return row


def tried(connection: Connection, number: UUID, **values: Any) -> None:
    """What came of a try: state, tries, due_at, ended_at, status, message."""
    connection.execute(update(webhook_delivery).where(webhook_delivery.c.id == number).values(**values))


def deliveries(
    connection: Connection, webhook_ids: Sequence[UUID], before: tuple[datetime, UUID] | None, limit: int
) -> list[Row[Any]]:
    """Deliveries of these webhooks, newest first."""
    query = select(webhook_delivery).where(webhook_delivery.c.webhook_id.in_(webhook_ids))
    if before:
        query = query.where(tuple_(webhook_delivery.c.made_at, webhook_delivery.c.id) < tuple_(*before))
    order = (webhook_delivery.c.made_at.desc(), webhook_delivery.c.id.desc())
    return list(connection.execute(query.order_by(*order).limit(limit)))


def count_waiting(connection: Connection, webhook_id: UUID) -> int:
    there = (webhook_delivery.c.webhook_id == webhook_id) & (webhook_delivery.c.state == WAITING)
    return int(connection.scalar(select(func.count()).select_from(webhook_delivery).where(there)) or 0)
