# ruff: noqa: E501  # tables of examples read better in one line
"""Subscriptions of a member in every state, for pages to show."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from accord.services.record import own
from accord.store import audiences, subscriptions
from accord.store.engine import node_transaction

from . import world


def fill(node: Any, slug: str) -> None:
    """Subscriptions of a member in every state: in order, failing, holding back, paused, removed."""
    hour = timedelta(hours=1)
    ran = {"tried_at": world.NOW - hour / 4, "done_at": world.NOW - hour / 4, "due_at": world.NOW + hour * 3 / 4}
    held = {
        "TLP:AMBER does not allow passing it to a community outside this alliance.": 214,
        "It is under embargo until 2026-12-01 09:00 UTC.": 3,
    }
    states: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        (
            "taxii",
            "pull",
            "https://cti.harbour.example/api/collections/9d2f1c52-6a0b-4c1e-9d3a-7b1f5a0c2e11/",
            {**ran, "came": 48, "objects": 12_904},
        ),
        (
            "taxii",
            "push",
            "https://hub.valley.example/api/collections/5c0e/",
            {**ran, "objects": 388, "held": held, "receiver_id": None},
        ),
        (
            "misp",
            "pull",
            "https://misp.meadow.example",
            {
                **ran,
                "failures": 3,
                "message": "The other server does not accept the token. It is tried again later; if it stays, ask whoever runs the other server.",
                "objects": 61,
            },
        ),
        ("feed", "pull", "https://feeds.orchard.example/osint", {**ran, "paused_at": world.NOW - hour * 30}),
        ("taxii", "pull", "https://old.quarry.example/api/collections/1/", {**ran, "removed_at": world.NOW - hour}),
    )
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, own(world.member_id(slug)))
        for number, (kind, direction, url, more) in enumerate(states):
            begun = {
                "id": uuid.UUID(int=900 + number, version=4),
                "member_id": world.member_id(slug),
                "audience": audience,
            }
            begun |= {
                "made_at": world.NOW - hour * 200 + hour * number,
                "every_s": 3_600,
                "login": "",
                "root": "alliance",
                "collection": "own",
            }
            subscriptions.add(connection, kind=kind, direction=direction, url=url, due_at=world.NOW, **begun)
            subscriptions.change(connection, begun["id"], **more)
