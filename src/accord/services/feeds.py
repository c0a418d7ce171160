"""MISP feeds: read from a folder or an address into contributions, and written from what may be shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import orjson

from accord.formats.json_file import misp_events
from accord.formats.losses import Loss, merged
from accord.formats.misp_feed import MANIFEST, Listed, feed_files, read_manifest
from accord.model.errors import AbsentError
from accord.model.ids import derived_id
from accord.model.ports import Progress
from accord.policy.duties import Verb
from accord.services import export, misp_sync
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import own
from accord.store import audiences, members, misp_peers
from accord.store.browse_contributions import ContributionFilter
from accord.store.engine import node_transaction


class Source(Protocol):
    def read(self, name: str) -> bytes:
        """A file of the feed. Raises `AbsentError`, `LimitError`, `NodeError`."""
        ...


class Read(NamedTuple):
    """New or changed events, all that were looked at, and those of the manifest that are not there or are no events."""

    new: int
    seen: int
    missing: tuple[str, ...]


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
    listed = [one for one in read_manifest(source.read(MANIFEST)) if one.timestamp >= since]
    new, missing = 0, []
    for done, one in enumerate(listed, start=1):
        event = _event(source, one)
        if event is None:
            missing.append(one.name)
        else:
            taken = misp_sync.take_event(node, member, event, signed.person_id, folder="misp-feed")
            new += any(part.new for part in taken)
        progress.report("feed", done, len(listed))
    with node_transaction(node.engine) as connection:
        misp_peers.pulled(connection, number, max((one.timestamp for one in listed), default=since))
    return Read(new, len(listed), tuple(missing))


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
    """The files of a feed of what this person may share for a purpose, the manifest last; and what it cannot carry."""
    written = list(export.misp(node, signed, wanted or ContributionFilter(), purpose=purpose))
    return feed_files([one.event for one in written]), merged(*(one.losses for one in written))
