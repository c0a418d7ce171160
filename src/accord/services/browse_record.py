"""The record as people read it: what happened, and for one entry every check that a stranger would make, made now.

Places in the log and its size are told to overseers alone: they count what others may not see.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.custody.checkpoint import cosignatures
from accord.custody.commitments import open_fields
from accord.custody.entry import Entry, parse_entry
from accord.custody.errors import CustodyError
from accord.custody.keyring import enrolled
from accord.model.errors import AbsentError, AccordError
from accord.policy.duties import JOINED
from accord.services.browse import OVERSEES, Page, Signed, reading
from accord.services.browse_events import EventView, event_view
from accord.services.custody_erasure import forbidden
from accord.services.custody_room import CustodyRoom
from accord.services.custody_statement import KEYS
from accord.services.node import Node
from accord.services.witnessing import Attested, heads, state_of
from accord.store import browse_record, custody, work
from accord.store.browse_record import RecordFilter
from accord.store.custody import EntryRow
from accord.store.engine import as_node

PAGE = 50
MAX_CHAIN = 500


class Logged(NamedTuple):
    """An event and the kind of its entry in the log; empty where no log is kept."""

    event: EventView
    kind: str


class Check(NamedTuple):
    """`status`: proved, doubt or wrong."""

    status: str
    about: str
    found: str


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """An entry with its checks. `said`: what was committed to, by field; empty when erased. `chain`: of its item.

    `erasable`: it is the viewer's member's own, and was not erased; `kept_for`: what forbids it all the same, in words.
    """

    logged: Logged
    checks: tuple[Check, ...]
    leaf: str
    said: dict[str, str]
    chain: tuple[Logged, ...]
    erasable: bool
    kept_for: str

    @property
    def worst(self) -> str:
        statuses = {check.status for check in self.checks}
        return next((status for status in ("wrong", "doubt", "proved") if status in statuses), "doubt")


class Asked(NamedTuple):
    """`state` as of other work; `problems`: what went wrong, in one sentence or more."""

    at: datetime
    state: str
    problems: str


@dataclass(frozen=True, slots=True)
class LogState:
    """The log as overseers see it. `waiting`: entries not yet in it; `witnessed`: logs that this node cosigns."""

    origin: str
    key: str
    size: int
    root: str
    waiting: int
    vouched: tuple[tuple[Attested, datetime | None], ...]
    witnessed: tuple[tuple[str, int, datetime], ...]
    asked: Asked | None
    """When others were last asked to vouch for it, while the node served."""


def list_record(node: Node, signed: Signed, wanted: RecordFilter) -> Page[Logged]:
    """What happened and may be seen, newest first."""
    with reading(node, signed) as connection:
        rows = browse_record.page(connection, wanted, PAGE + 1)
    found = [_logged(row, signed) for row in rows[:PAGE]]
    more = (found[-1].event.happened_at, found[-1].event.id) if len(rows) > PAGE else None
    return Page(found, more)


def read_entry(node: Node, signed: Signed, event_id: UUID) -> EntryDetail:
    """One entry, verified against the log on the disk. Raises `AbsentError`."""
    with reading(node, signed) as connection:
        row = browse_record.one(connection, event_id)
        if row is None:
            raise AbsentError("There is no such entry, or none that you may see.", action="Look in the record.")
        kept = custody.of_events(connection, [event_id]).get(event_id)
        chain = browse_record.of_chain(connection, row.chain, MAX_CHAIN) if row.chain else []
        own = bool(kept and kept.secret) and row.member_id == signed.member_id
        kept_for = forbidden(connection, (row.chain, row.subject), node.clock.now()) if own else ""
        with as_node(connection):
            key_positions = custody.positions(connection, KEYS)
    checks = _checks(node.custody, kept, key_positions) if node.custody else [_NO_LOG]
    return EntryDetail(
        logged=_logged(row, signed),
        checks=tuple(checks),
        leaf=kept.leaf.hex() if kept else "",
        said={name: _text(value) for name, value in sorted((kept.details or {}).items()) if value} if kept else {},
        chain=tuple(_logged(one, signed) for one in chain),
        erasable=own,
        kept_for=kept_for,
    )


def log_state(node: Node, signed: Signed) -> LogState | None:
    """The state of the log; None for everybody but overseers, and where no log is kept."""
    room = node.custody
    if room is None or OVERSEES not in signed.role.split(JOINED):
        return None
    with reading(node, signed) as connection, as_node(connection):
        waiting, witnessed = browse_record.waiting(connection), browse_record.witnessed(connection)
        asked = work.newest_of(connection, "attest")
    head = room.log.checkpoint
    vouched = [(state_of(room, one), _seen_at(room, one.size)) for one in heads(room)[-20:]]
    return LogState(
        origin=head.origin,
        key=room.keys.log_key.verifier.encode(),
        size=head.size,
        root=head.root.hex(),
        waiting=waiting,
        vouched=tuple(reversed(vouched)),
        witnessed=tuple((row.origin.removeprefix("witnessed "), row.size, row.kept_at) for row in witnessed),
        asked=Asked(asked.asked_at, asked.state, asked.message) if asked else None,
    )


_NO_LOG = Check("doubt", "log", "This node keeps no custody log: the event stands in its database alone.")


def _checks(room: CustodyRoom, kept: EntryRow | None, key_positions: list[int]) -> list[Check]:
    """In the order of the verifier's own: place, signature and consent, what is said, who vouches."""
    if kept is None:
        return [Check("doubt", "log", "No entry of it was made: it happened before this node kept a log.")]
    if kept.position is None:
        return [Check("doubt", "log", "The entry waits for the log, which could not be written to.")]
    try:
        raw = room.log.entry(kept.position)
        entry = parse_entry(raw)
        if entry.leaf != kept.leaf:
            return [Check("wrong", "log", "At its place the log has another entry: database or log was changed.")]
        room.log.prove(kept.position).verify(raw)
        rings = {position: parse_entry(room.log.entry(position)) for position in key_positions}
    except AccordError as error:
        return [Check("wrong", "log", str(error))]
    found = [Check("proved", "log", "It is in the log, unchanged, under the newest signed head.")]
    wrong = enrolled({**rings, kept.position: entry}).get(kept.position)
    found.append(_signature(entry, wrong))
    found.append(_openings(entry, kept))
    found.append(_vouched(room, kept.position))
    return found


def _signature(entry: Entry, wrong: CustodyError | None) -> Check:
    if wrong is not None:
        return Check("wrong", "signature", str(wrong))
    if len(entry.signatures) > 1 and entry.key is None:
        return Check("proved", "signature", "Its actor's key signed it, and its actor confirmed exactly it by passkey.")
    return Check("proved", "signature", "It is signed with its actor's key, which the log had enrolled.")


def _openings(entry: Entry, kept: EntryRow) -> Check:
    if kept.secret is None or kept.details is None:
        return Check("doubt", "content", "What it said was erased; nobody can open it any more. The proofs stand.")
    for name, opening in open_fields(kept.secret, kept.details).items():
        try:
            opening.verify(entry.commitments.get(name, b""))
        except CustodyError as error:
            return Check("wrong", "content", str(error))
    return Check("proved", "content", "What is shown here is what was committed to when it was logged.")


def _vouched(room: CustodyRoom, position: int) -> Check:
    for head in heads(room):
        if head.size > position and state_of(room, head).quorum:
            at = _seen_at(room, head.size)
            return Check("proved", "witnesses", f"Enough witnesses saw it in the log by {at:%d %b %Y, %H:%M} UTC.")
    return Check("doubt", "witnesses", "Not enough witnesses have cosigned a head that covers it yet.")


def _seen_at(room: CustodyRoom, size: int) -> datetime | None:
    policy = room.outside.policy
    if policy is None:
        return None
    found = [head for head in heads(room) if head.size == size]
    return max((one.at for head in found for one in cosignatures(head, policy.witnesses.values())), default=None)


def _logged(row: Any, signed: Signed) -> Logged:
    return Logged(event_view(row, signed), row.kind or "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


__all__ = ["EntryDetail", "LogState", "Logged", "RecordFilter", "list_record", "log_state", "read_entry"]
