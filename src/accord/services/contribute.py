"""Take in what a member shares: read, keep, and say what was recognised and what was dropped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from accord.formats import read
from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.model.members import Member
from accord.model.ports import Progress
from accord.model.reading import Reading
from accord.model.selectors import Selector
from accord.selectors import common
from accord.services.node import Node
from accord.services.record import record
from accord.store import audiences, bulk
from accord.store.engine import node_transaction

BATCH_MENTIONS = 40_000
BATCH_BYTES = 16 * 2**20
BATCH_FILES = 200
"""One transaction holds at most about so much: long enough for COPY, short enough to lose little on a stop."""


class SharedFile(NamedTuple):
    """A file as a member hands it in. `path` is relative to the member's folder."""

    path: str
    content: bytes


class Taken(NamedTuple):
    """A file that was read. `contribution` and `new` are None and False when there was nothing to keep."""

    reading: Reading
    contribution: UUID | None
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

    The same bytes at the same path of the same member change nothing. `handling` is the submitter's; without it the
    member's own default holds. A stricter TLP found in a file narrows it, a wider one never widens it.
    """
    batch: list[tuple[SharedFile, Reading]] = []
    mentions = size = done = 0
    for file in files:
        for reading in read(file.path, file.content):
            batch.append((file, reading))
            mentions += len(reading.mentions)
        size += len(file.content)
        done += 1
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
    taken: list[Taken] = []
    with node_transaction(node.engine) as connection:
        parcels = []
        for file, reading in batch:
            digest = digests[file.path]
            narrowed = narrow(own, reading.tlp)
            parcels.append(
                bulk.Parcel(
                    id=derived_id("contribution", member.slug, reading.path, digest.hex()),
                    member_id=member.id,
                    digest=digest,
                    size=len(file.content),
                    audience=audiences.intern(connection, narrowed),
                    received_by=person_id,
                    reading=reading,
                )
            )
        new = bulk.write(connection, parcels, node.clock.now(), common=_common)
        for parcel in parcels:
            fresh = parcel.id in new
            taken.append(Taken(parcel.reading, parcel.id, fresh))
            if fresh:
                record(
                    node,
                    connection,
                    "contribution received",
                    str(parcel.id),
                    person_id=person_id,
                    member_id=member.id,
                    detail={"path": parcel.reading.path, "sha256": parcel.digest.hex()},
                    audience=parcel.audience,
                )
    return taken


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


def _common(kind: str, value: str) -> str:
    return common(Selector(kind, value))  # type: ignore[arg-type]  # the kind comes from a mention
