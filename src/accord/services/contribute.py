"""Take in what a member shares: read, keep, and say what was recognised and what was dropped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple
from uuid import UUID

from accord.formats import read
from accord.model.handling import Handling, Tlp
from accord.model.members import Member
from accord.model.ports import Progress
from accord.model.reading import Reading
from accord.model.selectors import Selector, SelectorKind
from accord.selectors import common
from accord.services.node import Node
from accord.services.record import Entry, record_all
from accord.store import audiences, bulk, bulk_rows, contributions, moments
from accord.store.engine import Connection, node_transaction

BATCH_MENTIONS = 40_000
BATCH_BYTES = 16 * 2**20
BATCH_FILES = 200
"""One transaction holds at most about so much: long enough for COPY, short enough to lose little on a stop."""


class SharedFile(NamedTuple):
    """A file as a member hands it in. `path` is relative to the member's folder."""

    path: str
    content: bytes


class Taken(NamedTuple):
    """A file that was read and kept; `new` is False when the same bytes stood there already."""

    reading: Reading
    contribution: UUID
    new: bool


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
) -> Iterator[Taken]:
    """Reads and keeps files one batch at a time; each batch is one transaction, so that a stop leaves whole files.

    The same bytes at the same path of the same member change nothing but their handling. `handling` is the
    submitter's; without it the member's own default holds. A stricter TLP found in a file narrows it, a wider one
    never widens it.
    """
    batch: list[tuple[SharedFile, Reading]] = []
    mentions = size = 0
    for done, file in enumerate(files, start=1):
        for reading in read(file.path, file.content):
            batch.append((file, reading))
            mentions += len(reading.mentions)
        size += len(file.content)
        progress.report("intake", done, total, f"{member.name}: {file.path}")
        if mentions >= BATCH_MENTIONS or size >= BATCH_BYTES or len(batch) >= BATCH_FILES:
            yield from _keep(node, member, batch, handling, person_id)
            batch, mentions, size = [], 0, 0
    if batch:
        yield from _keep(node, member, batch, handling, person_id)


def _keep(
    node: Node,
    member: Member,
    batch: Sequence[tuple[SharedFile, Reading]],
    handling: Handling | None,
    person_id: UUID | None,
) -> list[Taken]:
    digests = {file.path: node.blobs.put(file.content) for file, _ in batch}
    own = handling or Handling(tlp=Tlp.from_label(member.tlp), originators=frozenset({member.id}))
    handlings = {narrow(own, reading.tlp) for _, reading in batch}  # a member's files have few, asked for once a batch
    with node_transaction(node.engine) as connection:
        audience = {handling: audiences.intern(connection, handling) for handling in sorted(handlings, key=_order)}
        arrivals = [
            contributions.Arrival(
                reading,
                member.id,
                digests[file.path],
                len(file.content),
                audience[narrow(own, reading.tlp)],
                node.clock.now(),
                person_id,
            )
            for file, reading in batch
        ]
        added = keep(node, connection, arrivals)
        again = {number: a for (number, new), a in zip(added, arrivals, strict=True) if not new}
        _share_again(node, connection, member, again)
    return [Taken(reading, number, new) for (_, reading), (number, new) in zip(batch, added, strict=True)]


def keep(node: Node, connection: Connection, arrivals: Sequence[contributions.Arrival]) -> list[tuple[UUID, bool]]:
    """Keeps what was read, with everything it holds, in the caller's node transaction: the id of each, and whether new.

    What is there already is left as it is.
    """
    added = contributions.add_all(connection, arrivals)
    _keep_new(node, connection, [(number, a) for (number, new), a in zip(added, arrivals, strict=True) if new])
    return added


def _share_again(
    node: Node, connection: Connection, member: Member, again: Mapping[UUID, contributions.Arrival]
) -> None:
    """The same bytes again: their originator's newest word on handling holds, and a tombstone goes."""
    standing = contributions.of_member(connection, member.id) if again else []
    entries = []
    for there in standing:
        arrival = again.get(there.id)
        if arrival is None:
            continue
        if there.withdrawn_at is not None:
            contributions.restore(connection, there.id)
            entries.append(_entry("contribution shared again", there.id, arrival))
        if there.audience != arrival.audience:
            contributions.relabel(connection, there.id, arrival.audience)
            entries.append(_entry("handling changed", there.id, arrival))
    record_all(node, connection, entries)


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
        for there in gone:
            contributions.withdraw(connection, there.id, node.clock.now())
        record_all(
            node,
            connection,
            [
                Entry("contribution withdrawn", str(there.id), there.audience, None, member.id, {"path": there.path})
                for there in gone
            ],
        )
    return len(gone)


def _entry(verb: str, number: UUID, arrival: contributions.Arrival) -> Entry:
    detail = {"path": arrival.reading.path}
    return Entry(verb, str(number), arrival.audience, arrival.received_by, arrival.member_id, detail)


def _order(handling: Handling) -> int:
    """Within one batch handlings differ by their TLP alone; an order keeps the numbers of audiences the same."""
    return handling.tlp


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


def narrow(handling: Handling, label: str | None) -> Handling:
    """The handling with the stricter of its own TLP and the one that a file states."""
    stated = Tlp.from_label(label) if label else Tlp.CLEAR
    if stated <= handling.tlp:
        return handling
    return replace(handling, tlp=stated)


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
