"""MISP feeds: read from a folder or an address into contributions, and written from what may be shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import orjson

from accord.formats.json_file import misp_events
from accord.formats.losses import Loss, merged
from accord.formats.misp_feed import DELETED, MANIFEST, Deleted, Listed, feed_files, read_deleted, read_manifest
from accord.model.errors import AbsentError
from accord.model.ids import derived_id
from accord.model.members import Member
from accord.model.ports import Progress
from accord.policy.duties import Verb
from accord.services import copies, export, misp_sync, ruling
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import own
from accord.store import audiences, contributions, members, misp_peers
from accord.store.browse_contributions import ContributionFilter
from accord.store.engine import begin, node_transaction

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


DELETED_THERE = "The feed that it came from deleted it."


class Source(Protocol):
    def read(self, name: str) -> bytes:
        """A file of the feed. Raises `AbsentError`, `LimitError`, `NodeError`."""
        ...


class Read(NamedTuple):
    """New or changed events, all that were looked at, and those of the manifest that are not there or are no events.

    `withdrawn`: events that the feed lists as deleted, and that were withdrawn here.
    """

    new: int
    seen: int
    missing: tuple[str, ...]
    withdrawn: int = 0


def read_feed(node: Node, signed: Signed, source: Source, name: str, progress: Progress) -> Read:
    """Takes in the events of a feed that changed since the last time. `name`: where it lies, to remember it by."""
    permit(signed, Verb.EXCHANGE)
    number = derived_id("misp-feed", str(signed.member_id), name)
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, own(signed.member_id))
        misp_peers.begin(connection, number, signed.member_id, name, now=node.clock.now(), audience=audience)
        row = misp_peers.find(connection, number)
        member = members.get(connection, signed.member_id)
    since = row.pulled_to if row is not None else 0
    every = read_manifest(source.read(MANIFEST))
    listed = [one for one in every if one.timestamp >= since]
    folder = f"misp-feed/{number.hex[:12]}"  # what one feed deletes is not another's
    new, missing = 0, []
    for done, one in enumerate(listed, start=1):
        event = _event(source, one)
        if event is None:
            missing.append(one.name)
        else:
            taken = misp_sync.take_event(node, member, event, signed.person_id, folder=folder, came_from=name)
            new += any(part.new for part in taken)
        progress.report("feed", done, len(listed))
    with node_transaction(node.engine) as connection:
        misp_peers.pulled(connection, number, max((one.timestamp for one in listed), default=since))
    withdrawn = _withdraw_deleted(node, member, source, folder, {one.uuid for one in every})
    return Read(new, len(listed), tuple(missing), withdrawn)


def _withdraw_deleted(node: Node, member: Member, source: Source, folder: str, there: set[UUID]) -> int:
    """Withdraws what the feed lists as deleted and no longer holds; how many. A feed may have no such list."""
    try:
        deleted = read_deleted(source.read(DELETED)) - there
    except AbsentError:
        return 0
    paths = {f"{folder}/{number}.json" for number in deleted}
    with node_transaction(node.engine) as connection:
        standing = contributions.of_member(connection, member.id) if paths else []
        gone = [one.id for one in standing if one.path in paths and one.withdrawn_at is None]
        if gone:
            ruling.withdraw(node, connection, gone, ruling.Ground(member.id, DELETED_THERE))
    return len(gone)


def _event(source: Source, one: Listed) -> dict[str, Any] | None:
    """The event of a manifest's entry; None when it is not there, is no event, or another than its name says."""
    try:
        found = misp_events(orjson.loads(source.read(one.name)))
    except (AbsentError, orjson.JSONDecodeError):
        return None
    named = len(found) == 1 and str(found[0].get("uuid", "")).lower() == str(one.uuid)
    return found[0] if named else None


def write_feed(
    node: Node, signed: Signed, *, purpose: str = "share", wanted: ContributionFilter | None = None
) -> tuple[Iterator[tuple[str, bytes]], tuple[Loss, ...]]:
    """The files of a feed of what this person may share for a purpose, the manifest last; and what it cannot carry.

    What was withdrawn is no longer among its events; the list of deletions names it.
    """
    written = list(export.misp_events_of(node, signed, wanted or ContributionFilter(), purpose=purpose, path="feed"))
    return feed_files([one.event for one in written], _deleted(node, signed, purpose)), merged(
        *(one.losses for one in written)
    )


def _deleted(node: Node, signed: Signed, purpose: str) -> Iterator[Deleted]:
    """Events that were made of what is withdrawn now, by the names under which they stood in a feed."""
    after = None
    while True:
        with begin(node.engine, signed.viewer, node.clock.now(), purpose=purpose) as connection:
            rows = copies.tombstones_in(connection, after=after)
        for row in rows:
            events = export.own_events(node, bytes(row.digest)) if row.format == "misp" and "!" not in row.path else []
            yield from (Deleted(number, row.withdrawn_at) for number in _names(row.id, events))
        if len(rows) < copies.MAX_TOMBSTONES:
            return
        after = (rows[-1].withdrawn_at, rows[-1].id)


def _names(contribution_id: UUID, events: list[dict[str, Any]]) -> list[str]:
    own = [str(event["uuid"]).lower() for event in events]
    return [number for number in own if _UUID.fullmatch(number)] or [str(contribution_id)]
