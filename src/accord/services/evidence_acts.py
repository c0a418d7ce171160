"""What is done with a registered item, one verb a function; the rules are those of `custody.item`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO
from uuid import UUID

from accord.custody.item import Act, Deed, step
from accord.model.errors import ConflictError, InputError
from accord.model.evidence import Sealed
from accord.policy.duties import Verb
from accord.services.browse import Signed, reading
from accord.services.custody_facts import CustodyFacts, EventType, Will
from accord.services.deeds import acting
from accord.services.evidence_chain import Said, locked, perform, state_of
from accord.services.node import Node, vault_of
from accord.services.permit import permit, permit_either
from accord.store import evidence
from accord.store.engine import Connection, node_transaction
from accord.store.texts import storable

PLAIN_ACTS = frozenset(
    {Act.SEAL, Act.CHECK_OUT, Act.CHECK_IN, Act.TRANSFORM, Act.HOLD, Act.RELEASE, Act.CORRECT, Act.EXPORT}
)
"""Acts that need nothing but words."""
NEEDS_REASON = frozenset({Act.CHECK_OUT, Act.TRANSFORM, Act.HOLD, Act.RELEASE, Act.CORRECT})
WAYS = ("erased", "destroyed", "returned")
"""What became of it: the bytes erased, the thing destroyed, or returned to its owner."""
MAX_CHECK_BYTES = 50 * 10**9
"""Hashed while a person waits: a minute or so; more is for the command line."""


def act(
    node: Node, signed: Signed, item_id: UUID, kind: Act, said: Said, *, to: str = "", consent: Will | None = None
) -> None:
    """Seals, checks out or in, transforms, holds, releases, corrects, exports.

    `to`: who takes it out. Raises `InputError` without a reason where one is needed, and as `perform`.
    """
    permit(signed, Verb.EVIDENCE)
    if kind not in PLAIN_ACTS:
        raise InputError(f"{kind.value!r} is not done in this way.", action="Use the item's page.")
    if kind in NEEDS_REASON and not said.reason.strip():
        raise InputError("The reason is missing.", action="Say in a sentence why this is done.")
    with acting(node, signed) as by:
        row = locked(by.connection, item_id)
        more = {"to": to} if to else {}
        said = Said(said.reason, said.authority, said.place, said.happened_at, {**said.more, **more})
        deed = by.deed(kind, to=storable(to).strip()[:200])
        perform(by, row, deed, said, consent=consent)


@contextmanager
def access(node: Node, signed: Signed, item_id: UUID, reason: str) -> Iterator[tuple[str, int, BinaryIO]]:
    """The item's bytes, after the access is on record: its file name, its size, a stream.

    Raises `InputError` without a reason, `AbsentError` for an item that cannot be seen or has no bytes.
    """
    permit(signed, Verb.EVIDENCE)
    if not reason.strip():
        raise InputError("The reason is missing.", action="Say in a sentence what you need the bytes for.")
    with acting(node, signed) as by:
        row = locked(by.connection, item_id)
        if row.sha256 is None:
            raise ConflictError("The item has no bytes to read.", action="Check it out where it lies.")
        with vault_of(node).open(bytes(row.sha256)) as stream:
            perform(by, row, by.deed(Act.ACCESS), Said(reason))
    with vault_of(node).open(bytes(row.sha256)) as stream:
        yield row.file_name or str(item_id), row.size, stream


def check_bytes(node: Node, signed: Signed, item_id: UUID, *, most: int = MAX_CHECK_BYTES) -> bool:
    """Hashes the item's bytes anew and records what came of it; whether they are what was registered.

    Raises `ConflictError` for an item without bytes or larger than `most` bytes.
    """
    permit(signed, Verb.EVIDENCE)
    with reading(node, signed) as connection:
        row = locked(connection, item_id)
    if row.sha256 is None or row.size > most:
        raise ConflictError("The item has no bytes, or too many to wait for.", action="Use `accord evidence check`.")
    found = vault_of(node).measure(bytes(row.sha256))
    same = found == Sealed(bytes(row.sha256), bytes(row.blake3), row.size)
    words = "The bytes were hashed anew: unchanged." if same else "The bytes were hashed anew: THEY WERE CHANGED."
    more = {"sha256": found.sha256.hex(), "blake3": found.blake3.hex(), "unchanged": same}
    with acting(node, signed) as by:
        row = locked(by.connection, item_id)
        perform(by, row, by.deed(Act.ACCESS), Said(words, more=more))
    return same


def ask_disposal(node: Node, signed: Signed, item_id: UUID, way: str, reason: str) -> None:
    """Asks for a disposal; it waits for two approvals by others. Raises as `perform` would for the disposal itself."""
    permit(signed, Verb.EVIDENCE)
    if way not in WAYS or not reason.strip():
        raise InputError("A disposal names its way and its reason.", action=f"One of: {', '.join(WAYS)}; and why.")
    now = node.clock.now()
    with acting(node, signed) as by:
        row = locked(by.connection, item_id)
        _would_dispose(row, signed, kept=row.keep_until is None or row.keep_until <= now)
        if evidence.open_disposal(by.connection, item_id) is not None:
            raise ConflictError("A disposal of the item is asked for already.", action="Approve or refuse it.")
        values = {"id": node.ids.new(), "item_id": item_id, "audience": row.audience, "asked_by": signed.person_id}
        words = {"way": way, "reason": storable(reason).strip()[:4000], "state": "asked"}
        evidence.put_disposal(by.connection, **values, asked_at=now, **words)
        by.record("evidence disposal asked", row.id, row.audience, {"title": row.title, "reason": reason})


def refuse_disposal(node: Node, signed: Signed, item_id: UUID, reason: str) -> None:
    """Ends what was asked for, by anybody of the holder. Raises `ConflictError` when nothing was."""
    permit_either(signed, Verb.EVIDENCE, Verb.APPROVE)
    with acting(node, signed) as by:
        row, asked = _asked(by.connection, signed, item_id)
        evidence.end_disposal(by.connection, asked.id, "refused")
        by.record("evidence disposal refused", row.id, row.audience, {"title": row.title, "reason": reason})


def approve_disposal(node: Node, signed: Signed, item_id: UUID, *, consent: Will | None = None) -> bool:
    """Approves; with the second approval the item is disposed of, which cannot be undone. Whether it was.

    The second approval is the disposal: one entry, which names both who approved, and one consent.

    Raises `ConflictError` (nothing asked, approved already), `RefusedError` (the asker; a hold; kept longer).
    """
    permit_either(signed, Verb.EVIDENCE, Verb.APPROVE)
    with acting(node, signed) as by:
        row, asked = _asked(by.connection, signed, item_id)
        if asked.asked_by == signed.person_id:
            raise ConflictError(
                "You asked for this disposal, so you cannot approve it.", action="Two other people must."
            )
        own = {"id": node.ids.new(), "item_id": item_id, "audience": row.audience, "disposal_id": asked.id}
        evidence.approve(by.connection, **own, person_id=signed.person_id, approved_at=node.clock.now())
        approvers = frozenset(str(given.person_id) for given in evidence.approvals(by.connection, asked.id))
        if len(approvers) < 2:
            detail = {"title": row.title, "reason": asked.reason}
            facts = CustodyFacts(
                EventType.APPROVAL, item=item_id, reason=asked.reason, more={"way": asked.way}, consent=consent
            )
            by.record("evidence disposal approved", item_id, row.audience, detail, custody=facts)
            return False
        kept = row.keep_until is None or row.keep_until <= node.clock.now()
        deed = by.deed(Act.DISPOSE, approved_by=approvers, asked_by=str(asked.asked_by), kept=kept)
        more = {"way": asked.way, "approved_by": sorted(approvers), "asked_by": str(asked.asked_by)}
        perform(by, row, deed, Said(asked.reason, more=more), consent=consent)
        evidence.end_disposal(by.connection, asked.id, "done")
    _erase(node, row)
    return True


def _erase(node: Node, row: Any) -> None:
    """Erases bytes that no other item has. A crash before it leaves them to the sweep at the next start."""
    if row.sha256 is None:
        return
    with node_transaction(node.engine) as connection:
        needed = evidence.is_needed(connection, bytes(row.sha256))
    if not needed:
        vault_of(node).remove(bytes(row.sha256))


def _would_dispose(row: Any, signed: Signed, *, kept: bool) -> None:
    """Raises what forbids a disposal even with every approval."""
    everybody = frozenset({"one", "another"})
    step(state_of(row), Deed(Act.DISPOSE, str(signed.member_id), approved_by=everybody, asked_by="asker", kept=kept))


def _asked(connection: Connection, signed: Signed, item_id: UUID) -> tuple[Any, Any]:
    row = locked(connection, item_id)
    asked = evidence.open_disposal(connection, item_id)
    if asked is None or row.holder_id != signed.member_id:
        raise ConflictError("No disposal of this item waits for your member.", action="Look at the item again.")
    return row, asked
