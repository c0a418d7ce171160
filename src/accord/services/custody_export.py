"""The court bundle of an item, a case or a contribution: all its entries, their proofs, who vouches, what is laid open.

The export is itself an entry, made before the bundle, so that the bundle shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from accord.custody.bundle import Disclosed, Excerpt, Item, excerpt, write_bundle
from accord.custody.checkpoint import Checkpoint
from accord.custody.commitments import open_fields
from accord.custody.events import EventType
from accord.custody.item import Act, step
from accord.custody.log import timestamp_path
from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.policy import duties
from accord.policy.decide import decide
from accord.policy.duties import Verb
from accord.services import evidence_chain, keys
from accord.services.acting import act_as_person
from accord.services.browse import Signed
from accord.services.consent import room_of
from accord.services.custody_facts import CustodyFacts
from accord.services.custody_room import CustodyRoom
from accord.services.custody_statement import KEYS
from accord.services.deeds import Acting
from accord.services.node import Node
from accord.services.record import record
from accord.services.witnessing import Attested, attest, heads, state_of
from accord.store import audiences, custody, evidence
from accord.store.custody import EntryRow as Row
from accord.store.engine import Connection, node_transaction

_NO_QUORUM = {
    "en": "WITHOUT QUORUM. The newest head in this bundle is not cosigned by enough witnesses: the log vouches for "
    "itself alone. Others may have been shown another history.",
    "fr": "SANS QUORUM. La dernière tête de ce dossier n'est pas cosignée par assez de témoins : le journal ne répond "
    "que de lui-même. D'autres ont pu voir une autre histoire.",
    "es": "SIN QUÓRUM. La última cabecera de este expediente no está cofirmada por suficientes testigos: el registro "
    "responde solo de sí mismo. A otros se les pudo mostrar otra historia.",
}


class Exported(NamedTuple):
    """`files`: path → bytes, without the items; `items`: to be put under `items/`, from wherever their bytes are kept.

    `absent`: SHA-256 of items whose bytes are not at this node; `erased`: entries whose content was erased.
    """

    files: dict[str, bytes]
    items: tuple[Item, ...]
    absent: tuple[str, ...]
    erased: int
    entries: int
    attested: Attested


def export(
    node: Node,
    wanted: UUID,
    *,
    held: Collection[str],
    person_id: UUID | None = None,
    reason: str = "",
    withhold: Collection[str] = (),
    extra: Mapping[str, bytes] | None = None,
) -> Exported:
    """The bundle of everything in the log about an item, a case or a contribution.

    `held`: SHA-256 (hex) of items whose bytes the caller can add, as `digests_of` names them; `withhold`: fields not to
    lay open; `person_id`: who exports and seals, None: the node; `extra`: further files (a CASE file) by path.
    Raises `AbsentError` when the log has nothing about it.
    """
    room = room_of(node)
    signed = act_as_person(node, person_id) if person_id else None
    with node_transaction(node.engine) as connection:
        _record_export(node, connection, wanted, _rows(connection, wanted), signed=signed, reason=reason)
    attested = attest(node)
    with node_transaction(node.engine) as connection:
        rows = _rows(connection, wanted)  # all of them have their place: `record` returned after the log had them
        key_positions = custody.positions(connection, KEYS)
        signer = keys.signer(node, room, connection, person_id)
    digests = digests_of(rows)
    items = tuple(Item(f"{n}", digest) for n, digest in enumerate(digests, start=1) if digest in held)
    positions = {row.position for row in rows if row.position is not None} | set(key_positions)
    part = _excerpt(room, positions, attested.head)
    files = write_bundle(
        [part],
        policy=_policy(room),
        disclosed=_disclosed(rows, withhold),
        items=items,
        authorities=[link.authority for link in room.outside.authorities],
        seal=(signer.key_id, signer.private),
        extra={**({} if attested.quorum else _marks(attested)), **(extra or {})},
    )
    absent = tuple(digest for digest in digests if digest not in held)
    erased = sum(row.secret is None for row in rows)
    return Exported(files, items, absent, erased, len(rows), attested)


def digests_wanted(node: Node, wanted: UUID) -> list[str]:
    """SHA-256 (hex) of the items that a bundle would hold. Raises `AbsentError`."""
    with node_transaction(node.engine) as connection:
        return digests_of(_rows(connection, wanted))


def digests_of(rows: Sequence[Row]) -> list[str]:
    """The items' digests that entries are about, each once, in the order of the log."""
    found = (row.details["digests"].get("sha256") for row in rows if row.details and row.details.get("digests"))
    return list(dict.fromkeys(digest for digest in found if digest))


def _record_export(
    node: Node, connection: Connection, wanted: UUID, rows: Sequence[Row], *, signed: Signed | None, reason: str
) -> None:
    """An export is an event of each item in it; of what is no item, one of its own.

    Of an item in the evidence room, which the person may open, it is an act in its chain as well.
    """
    items = [chain for chain in sorted({row.subject for row in rows}) if custody.is_item(connection, chain)]
    who: dict[str, Any] = {"person_id": signed.person_id, "member_id": signed.member_id} if signed else {}
    for chain in items:
        number = UUID(chain.rpartition(":")[2])
        row = _exportable(node, connection, signed, number)
        if row is not None and signed is not None:
            by = Acting(node, connection, signed)
            evidence_chain.perform(by, row, by.deed(Act.EXPORT), evidence_chain.Said(reason))
            continue
        facts = CustodyFacts(EventType.EXPORT, number, reason=reason)
        record(node, connection, "evidence exported", str(wanted), **who, custody=facts)
    if not items:
        facts = CustodyFacts(EventType.PACKAGE, reason=reason)
        record(node, connection, "evidence exported", str(wanted), **who, custody=facts)


def _exportable(node: Node, connection: Connection, signed: Signed | None, number: UUID) -> Any:
    """The item's row, held, when this person sees it, has the duty, and its state allows the act; else None."""
    if signed is None or not duties.may(signed.role, Verb.EVIDENCE, signed.scopes).allowed:
        return None
    row = evidence.lock(connection, number)
    if row is None:
        return None
    handling = audiences.handling(connection, row.audience)
    if not decide(signed.viewer, handling, "", node.clock.now()).allowed:
        return None
    try:
        step(evidence_chain.state_of(row), Acting(node, connection, signed).deed(Act.EXPORT))
    except (RefusedError, ConflictError):
        return None
    return row


def _rows(connection: Connection, wanted: UUID) -> list[Row]:
    rows = custody.about(connection, wanted)
    if not rows:
        raise AbsentError(
            f"The custody log has no entry about {wanted}.", action="Name an item, a case or a contribution by its id."
        )
    return rows


def _excerpt(room: CustodyRoom, positions: set[int], newest: Checkpoint) -> Excerpt:
    """Entries under the newest head, and the heads next to each: when it was not there yet, and when it was."""
    kept = [head for head in heads(room) if head.size <= newest.size]
    chosen = {newest.size: newest}
    for position in positions:
        before = [head for head in kept if head.size <= position][-1:]
        after = [head for head in kept if head.size > position][:1]
        chosen.update({head.size: head for head in (*before, *after) if head.size})
    stamps = {
        (size, name): room.storage.read(timestamp_path(size, name))
        for size, head in chosen.items()
        for name in state_of(room, head).stamps
    }
    return excerpt(room.storage, chosen.values(), positions, stamps)


def _disclosed(rows: Sequence[Row], withhold: Collection[str]) -> list[Disclosed]:
    """What is laid open: every field of what was not erased, but those withheld."""
    found = []
    for row in rows:
        if row.secret is not None and row.details is not None and row.position is not None:
            openings = open_fields(row.secret, row.details)
            found += [Disclosed(1, row.position, openings[name]) for name in sorted(openings) if name not in withhold]
    return found


def _policy(room: CustodyRoom) -> bytes:
    if room.outside.policy_text:
        return room.outside.policy_text
    return f"log {room.keys.log_key.verifier.encode()}\nquorum none\n".encode()


def _marks(attested: Attested) -> dict[str, bytes]:
    reasons = "\n".join(attested.problems)
    return {f"without-quorum.{lang}.txt": f"{text}\n{reasons}\n".encode() for lang, text in _NO_QUORUM.items()}
