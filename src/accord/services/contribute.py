"""Take in what a member shares: read, keep, and say what was recognised and what was dropped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from accord.formats import read
from accord.model.errors import RefusedError
from accord.model.handling import Handling, Tlp
from accord.model.members import Member
from accord.model.ports import Progress
from accord.model.reading import Reading
from accord.model.selectors import Selector, SelectorKind
from accord.policy.codec import to_document
from accord.policy.order import narrower
from accord.selectors import common
from accord.services import ruling
from accord.services.node import Node
from accord.services.record import Entry, own, record_all
from accord.services.stated import as_stated, stated
from accord.store import audiences, bulk, bulk_rows, contributions, moments, rulings
from accord.store.engine import Connection, node_transaction

BATCH_MENTIONS = 40_000
BATCH_BYTES = 16 * 2**20
BATCH_FILES = 200
"""One transaction holds at most about so much: long enough for COPY, short enough to lose little on a stop."""

REPLACED = "A newer version of it took its place."
NO_LONGER_THERE = "Its member no longer shares it."
NARROWED_BY_ITS_MEMBER = "Its member shares it under another handling now."


class SharedFile(NamedTuple):
    """A file as a member hands it in. `path` is relative to the member's folder."""

    path: str
    content: bytes


class Taken(NamedTuple):
    """A file that was read and kept; `new` is False when the same bytes stood there already."""

    reading: Reading
    contribution: UUID
    new: bool


Along = Callable[[Connection, UUID], None]
"""What is kept with a new contribution, in its transaction."""


def preview(files: Iterable[SharedFile]) -> list[Reading]:
    """What would be recognised; nothing is kept."""
    return [reading for file in files for reading in read(file.path, file.content)]


def submit(
    node: Node,
    member: Member,
    files: Iterable[SharedFile],
    progress: Progress,
    *,
    handling: Handling | None = None,
    person_id: UUID | None = None,
    total: int | None = None,
    along: Along | None = None,
    title: str = "",
    automatic: bool = False,
    said_at: datetime | None = None,
    came_from: str = "",
) -> Iterator[Taken]:
    """Reads and keeps files one batch at a time; each batch is one transaction, so that a stop leaves whole files.

    The same bytes at the same path of the same member change nothing but their handling. `handling` is the
    submitter's; without it the member's own default holds. What a file says of itself narrows it and never widens it
    (`services.stated`). `along` is done in the same transaction with each new contribution.
    `title`: instead of the one that the content gives. `automatic`: a program fetched them again, which undoes nothing
    that a person decided. `said_at`: when the person handed it in, where it is read later: what was decided since
    stands. `came_from`: the system that an exchange brought them from. Raises `RefusedError` when a person hands the
    same in again under a wider handling.
    """
    batch: list[tuple[SharedFile, Reading]] = []
    given: dict[str, Any] = {"handling": handling, "person_id": person_id, "along": along}
    given |= {"automatic": automatic, "said_at": said_at, "came_from": came_from}
    mentions = size = 0
    for done, file in enumerate(files, start=1):
        for reading in read(file.path, file.content):
            reading.title = title or reading.title
            batch.append((file, reading))
            mentions += len(reading.mentions)
        size += len(file.content)
        progress.report("intake", done, total, f"{member.name}: {file.path}")
        if mentions >= BATCH_MENTIONS or size >= BATCH_BYTES or len(batch) >= BATCH_FILES:
            yield from _keep(node, member, batch, **given)
            batch, mentions, size = [], 0, 0
    if batch:
        yield from _keep(node, member, batch, **given)


def _keep(
    node: Node,
    member: Member,
    batch: Sequence[tuple[SharedFile, Reading]],
    *,
    handling: Handling | None,
    person_id: UUID | None,
    along: Along | None,
    automatic: bool,
    said_at: datetime | None,
    came_from: str,
) -> list[Taken]:
    digests = {file.path: node.blobs.put(file.content) for file, _ in batch}
    given = handling or Handling(tlp=Tlp.from_label(member.tlp), originators=frozenset({member.id}))
    says = [stated(reading, member.id) for _, reading in batch]
    held = [as_stated(given, says_itself, member.id) for says_itself in says]
    handlings = set(held)  # a member's files have few, asked for once a batch
    with node_transaction(node.engine) as connection:
        audience = {handling: audiences.intern(connection, handling) for handling in sorted(handlings, key=_order)}
        arrivals = [
            contributions.Arrival(
                reading,
                member.id,
                digests[file.path],
                len(file.content),
                audience[under],
                node.clock.now(),
                person_id,
                came_from,
            )
            for (file, reading), under in zip(batch, held, strict=True)
        ]
        added = keep(node, connection, arrivals)
        stating = zip(added, says, strict=True)
        floors = [(number, found) for (number, new), found in stating if new and found is not None]
        if floors:
            alone = audiences.intern(connection, own(member.id))
            rulings.put_stated(connection, [(number, found, alone) for number, found in floors])
        if along is not None:
            for number, new in added:
                if new:
                    along(connection, number)
        again = {number: a for (number, new), a in zip(added, arrivals, strict=True) if not new}
        _share_again(node, connection, member, again, automatic=automatic, said_at=said_at)
    return [Taken(reading, number, new) for (_, reading), (number, new) in zip(batch, added, strict=True)]


def keep(node: Node, connection: Connection, arrivals: Sequence[contributions.Arrival]) -> list[tuple[UUID, bool]]:
    """Keeps what was read, with everything it holds, in the caller's node transaction: the id of each, and whether new.

    What is there already is left as it is.
    """
    added = contributions.add_all(connection, arrivals)
    _keep_new(node, connection, [(number, a) for (number, new), a in zip(added, arrivals, strict=True) if new])
    return added


def _share_again(
    node: Node,
    connection: Connection,
    member: Member,
    again: Mapping[UUID, contributions.Arrival],
    *,
    automatic: bool,
    said_at: datetime | None,
) -> None:
    """The same bytes again: their originator's newest word on handling holds, and a tombstone goes.

    A folder that is read again is nobody's word: it does not undo what a person decided since. Neither does the work on
    what a person handed in, when it is done, or done again, after the decision.
    """
    standing = contributions.of_member(connection, member.id) if again else []
    nobody_s = {number for number, arrival in again.items() if automatic or arrival.received_by is None}
    decided = rulings.decided(connection, list(nobody_s)) if nobody_s else {}
    if said_at is not None and again.keys() - nobody_s:
        decided |= rulings.decided(connection, list(again.keys() - nobody_s), said_at)
    entries, changed = [], []
    for there in standing:
        arrival = again.get(there.id)
        if arrival is None:
            continue
        overruled = there.id in decided
        if there.withdrawn_at is not None:
            if overruled and decided[there.id]:
                continue
            contributions.restore(connection, there.id)
            entries.append(_entry("contribution shared again", there.id, arrival))
        widens = there.audience != arrival.audience and _widens(connection, there, arrival)
        stands = there.withdrawn_at is None  # what was recalled is shared anew, under a word of its own
        if widens and stands and arrival.received_by is not None and not automatic:
            raise RefusedError(
                f"{arrival.reading.path} stands under a narrower handling already.",
                action="Widen it on its page, with a reason; or hand it in under the handling that it has.",
            )
        if there.audience != arrival.audience and not (overruled and widens):
            changed.append(_change(connection, there, arrival))
            entries.append(_entry("handling changed", there.id, arrival))
    if changed:
        ruling.relabel(node, connection, changed, ruling.Ground(member.id, NARROWED_BY_ITS_MEMBER))
    record_all(node, connection, entries)


def _change(
    connection: Connection, there: contributions.Standing, arrival: contributions.Arrival
) -> tuple[rulings.Standing, ruling.Change]:
    before, after = (audiences.handling(connection, number) for number in (there.audience, arrival.audience))
    one = rulings.Standing(there.id, arrival.member_id, there.path, "", there.withdrawn_at, there.audience)
    return one, ruling.Change(before, after)


def _widens(connection: Connection, there: contributions.Standing, arrival: contributions.Arrival) -> bool:
    before, after = (audiences.handling(connection, number) for number in (there.audience, arrival.audience))
    return not narrower(after, before)


def withdraw_missing(node: Node, member: Member, paths: Collection[str], taken: Collection[UUID]) -> int:
    """Withdraws what came from this member's folder and is no longer in it; how many. What people handed in stays.

    `paths`: every file that lies there, also those that could not be read; `taken`: what was read of them now.
    """
    here, read_now = set(paths), set(taken)
    with node_transaction(node.engine) as connection:
        standing = contributions.of_member(connection, member.id)
        renewed = {there.path for there in standing if there.id in read_now}
        gone = [
            there
            for there in standing
            if there.received_by is None
            and there.withdrawn_at is None
            and there.id not in read_now
            and (there.path in renewed or there.path.partition("!")[0] not in here)
        ]
        replaced = [there.id for there in gone if there.path in renewed]
        absent = [there.id for there in gone if there.path not in renewed]
        for ids, reason in ((replaced, REPLACED), (absent, NO_LONGER_THERE)):
            if ids:
                ruling.withdraw(node, connection, ids, ruling.Ground(member.id, reason))
    return len(gone)


def _entry(verb: str, number: UUID, arrival: contributions.Arrival) -> Entry:
    detail = {"path": arrival.reading.path}
    return Entry(verb, str(number), arrival.audience, arrival.received_by, arrival.member_id, detail)


def _order(handling: Handling) -> tuple[int, str]:
    """An order keeps the numbers of audiences the same."""
    return handling.tlp, repr(to_document(handling))


def _keep_new(node: Node, connection: Connection, fresh: Sequence[tuple[UUID, contributions.Arrival]]) -> None:
    parts = [
        bulk_rows.Part(number, a.audience, a.reading.claims, a.reading.mentions, a.reading.relations, a.reading.drops)
        for number, a in fresh
    ]
    moment = partial(moments.following, connection, node.clock.now)
    bulk.write_all(connection, parts, common=_common, moment=moment)
    entries = [
        Entry(
            "contribution received",
            str(number),
            a.audience,
            a.received_by,
            a.member_id,
            {"path": a.reading.path, "sha256": a.digest.hex()},
        )
        for number, a in fresh
    ]
    record_all(node, connection, entries)


def by_kind(reading: Reading) -> dict[str, int]:
    """How many distinct selectors of each kind a reading has."""
    return dict(sorted(Counter(str(mention.kind) for mention in reading.mentions).items()))


def digest_of(content: bytes) -> str:
    """SHA-256 in lower hex, as an intake report names a file."""
    return hashlib.sha256(content).hexdigest()


def reasons_common(reading: Reading) -> list[str]:
    """Why each selector of a reading proves nothing when shared; empty: it may."""
    return [_common(mention.kind, mention.value) for mention in reading.mentions]


def _common(kind: SelectorKind, value: str) -> str:
    return common(Selector(kind, value))
