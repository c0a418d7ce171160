"""The verbs of other services in their plainest form: enough for pages to have something to show."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from accord.model.handling import Handling
from accord.model.reading import Claim, Drop, Mention, Reading
from accord.selectors import identify
from accord.services.browse import Signed
from accord.services.browse_plans import WhatIf
from accord.services.contribute import SharedFile
from accord.services.node import Node
from accord.store import audiences, bulk, contributions
from accord.store.engine import node_transaction
from accord.web.verbs import Receipt, Verbs

from . import world


def read(file: SharedFile) -> Reading:
    """One selector a line; what is none is dropped."""
    given = Reading(file.path, "text", title=file.path)
    for line, text in enumerate(file.content.decode("utf-8", "replace").splitlines(), 1):
        found = identify(text.strip())
        if found:
            given.mentions.append(Mention(found.kind, found.value, 0, line))
        elif text.strip():
            given.drops.append(Drop(line, "No selector was recognised", text.strip()[:120]))
    given.claims.append(Claim(f"note--{hashlib.md5(file.content).hexdigest()}", "note", b'{"type": "note"}'))
    if "TLP:RED" in file.content.decode("utf-8", "replace"):
        given.tlp = "TLP:RED"
    return given


def preview(node: Node, signed: Signed, files: Sequence[SharedFile]) -> list[Reading]:
    return [read(file) for file in files]


def submit(node: Node, signed: Signed, files: Sequence[SharedFile], handling: Handling) -> Receipt:
    made = []
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, handling)
        for file in files:
            given = read(file)
            number, _new = contributions.add(
                connection, given, member_id=signed.member_id, digest=hashlib.sha256(file.content).digest(),
                size=len(file.content), audience=audience, received_at=node.clock.now(), received_by=signed.person_id,
            )  # fmt: skip
            bulk.write(connection, number, audience, claims=given.claims, mentions=given.mentions, drops=given.drops)
            made.append(number)
    return Receipt(None, tuple(made))


def what_if(node: Node, signed: Signed, question: WhatIf) -> dict[str, Any]:
    plan: dict[str, Any] = world.make_plan()
    kept = [s for s in plan["steps"] if s["member_slug"] not in question.refused_members]
    plan["steps"] = [s for s in kept if s["action_id"] not in question.struck_actions]
    plan["sentence"] = f"{len(plan['steps'])} actions remain."
    if question.budget is not None:
        plan["budget"] = question.budget
    return plan


VERBS = replace(Verbs(), preview=preview, submit=submit, what_if=what_if)
