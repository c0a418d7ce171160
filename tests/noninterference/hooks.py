"""Webhooks of a made-up world, one delivery each, and beside each a subscription to another system."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.store import subscriptions
from accord.store.exchange_tables import webhook, webhook_delivery

from .directory import MEMBERS, member_id, person_id
from .thing import Thing


def draw(seed: int) -> list[Thing]:
    things = []
    for number in range(4):
        member = number % len(MEMBERS)
        own = Handling(tlp=Tlp.RED, originators=frozenset({member_id(member)}))
        values = {"member": member, "url": f"https://hook-{number}-{seed}.example/"}
        things.append(Thing("webhook", derived_id("webhook", str(number)), own, values))
    return things


def put(connection: Connection, thing: Thing, at: datetime, audience: int) -> None:
    """Both are the member's own."""
    member = thing.values["member"]
    row = {"id": thing.id, "url": thing.values["url"], "verbs": [], "made_at": at, "audience": audience}
    who = {"member_id": member_id(member), "person_id": person_id(member)}
    connection.execute(insert(webhook).values(**row, **who))
    sent = {"id": derived_id("delivery", str(thing.id)), "webhook_id": thing.id, "event_id": derived_id("event", "x")}
    came = {"id": derived_id("subscription", str(thing.id)), "kind": "feed", "root": "", "collection": "", "login": ""}
    when = {"direction": "pull", "url": thing.values["url"], "every_s": 3600, "due_at": at, "made_at": at}
    subscriptions.add(connection, **came, **when, **who, audience=audience)
    state = {"state": "waiting", "tries": 2, "made_at": at, "due_at": at, "status": 500, "message": thing.values["url"]}
    connection.execute(insert(webhook_delivery).values(**sent, **state, audience=audience))
