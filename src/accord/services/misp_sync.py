"""Pull from and push to a MISP-compatible server, for one member; what was done is never done twice.

Pull goes from the oldest change to the newest, in batches; how far it came is kept after each, so that one that was
cut short goes on where it was. An event is a contribution of the member under `misp/UUID.json`; a newer version of it
is another contribution, and withdraws the one before. Push hands on what policy lets the receiver have now and what did
not go there before, oldest first. Sightings go to the event's own attribute on the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import orjson

from accord.formats.losses import Loss, merged
from accord.formats.misp_event import write_events
from accord.formats.misp_handling import handling_of
from accord.model.errors import RefusedError
from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.model.members import Member
from accord.model.ports import Progress
from accord.policy.decide import decide
from accord.policy.duties import Verb
from accord.policy.pools import ANYONE
from accord.policy.within import GoesTo, Receiver
from accord.services import contribute, copies, export, ruling
from accord.services.browse import Signed
from accord.services.browse_contributions import contribution_view
from accord.services.contribute import SharedFile
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import Entry, own, record_all
from accord.store import audiences, browse_contributions, contributions, members, misp_peers
from accord.store.engine import begin, node_transaction

BATCH = 20
PUSH_BATCH = 100


class Addressed(Protocol):
    """A server of which only the address matters."""

    @property
    def url(self) -> str: ...


class Server(Protocol):
    """What the exchange asks of a MISP server (adapters.misp_client)."""

    @property
    def url(self) -> str: ...
    def changed_since(self, seconds: int) -> list[tuple[int, str]]: ...
    def events(self, uuids: list[str]) -> list[dict[str, Any]]: ...
    def put(self, event: Mapping[str, Any]) -> bool: ...
    def remove(self, event_uuid: str) -> bool: ...


class Pulled(NamedTuple):
    """Events taken in that are new or changed, events seen, and what was dropped from them."""

    new: int
    seen: int
    dropped: int


class Pushed(NamedTuple):
    """Events added, brought up to date, refused by the server; what they could not carry; and events taken back."""

    added: int
    changed: int
    refused: int
    losses: tuple[Loss, ...]
    removed: int = 0


def pull(node: Node, signed: Signed, server: Server, progress: Progress) -> Pulled:
    """Takes in what changed on the server since the last time. Raises what the server's adapter raises."""
    permit(signed, Verb.EXCHANGE)
    number = begin_exchange(node, signed, server)
    with node_transaction(node.engine) as connection:
        row = misp_peers.find(connection, number)
        member = members.get(connection, signed.member_id)
    changed = server.changed_since(row.pulled_to if row is not None else 0)
    new = seen = dropped = 0
    for start in range(0, len(changed), BATCH):
        batch = changed[start : start + BATCH]
        for event in server.events([uuid for _, uuid in batch]):
            taken = take_event(node, member, event, signed.person_id, came_from=server.url)
            seen += 1
            new += any(one.new for one in taken)
            dropped += sum(len(one.reading.drops) for one in taken)
        with node_transaction(node.engine) as connection:
            misp_peers.pulled(connection, number, batch[-1][0])
        progress.report("pull", min(start + BATCH, len(changed)), len(changed))
    _end(node, signed, number, "pulled", {"new": new, "seen": seen})
    return Pulled(new, seen, dropped)


def take_event(
    node: Node,
    member: Member,
    event: Mapping[str, Any],
    person_id: UUID | None,
    folder: str = "misp",
    *,
    came_from: str,
) -> list[contribute.Taken]:
    """Keeps one event as it came from there; an earlier version of it, from the same place, is withdrawn."""
    mine = Handling(tlp=Tlp.from_label(member.tlp), originators=frozenset({member.id}))
    handling = handling_of(event, otherwise=mine)
    path = f"{folder}/{UUID(str(event['uuid']))}.json"
    content = orjson.dumps({"Event": event}, option=orjson.OPT_SORT_KEYS)
    taken = list(
        contribute.submit(
            node,
            member,
            [SharedFile(path, content)],
            _Silent(),
            handling=handling,
            person_id=person_id,
            automatic=True,
            came_from=came_from,
        )
    )
    _withdraw_older(node, member, path, {one.contribution for one in taken})
    return taken


def push(
    node: Node,
    signed: Signed,
    server: Server,
    progress: Progress,
    *,
    purpose: str = export.DEFAULT_PURPOSE,
    receiver: Receiver | None = None,
) -> Pushed:
    """Hands on what of the member's own contributions was not yet, as far as policy lets the receiver have it now.

    So what an embargo or a circle held back goes once nothing does. `receiver`: whose server it is; None: somebody
    outside the alliance, for this purpose. What an exchange brought does not go out again.
    """
    rule = GoesTo(decide, receiver or Receiver(ANYONE, purpose))
    permit(signed, Verb.EXCHANGE)
    number = begin_exchange(node, signed, server)
    looking = partial(begin, node.engine, signed.viewer, purpose=purpose, rule=rule)
    with looking(node.clock.now()) as connection:
        allowed = misp_peers.standing(connection, signed.member_id)
    with node_transaction(node.engine) as connection:
        sent = misp_peers.sent(connection, number)
    done, losses = [0, 0, 0], []
    waiting = [one for one in allowed if one not in sent]
    for start in range(0, len(waiting), PUSH_BATCH):
        batch = waiting[start : start + PUSH_BATCH]
        with looking(node.clock.now()) as connection:
            rows = browse_contributions.several(connection, batch)
        going = [contribution_view(rows[one]) for one in batch if one in rows]
        if receiver is not None and receiver.viewer.member_id is not None:
            copies.handed_out(node, receiver.viewer.member_id, [one.id for one in going], "misp")
        for one in going:
            for written in write_events(export.shared_of(node, signed, one, purpose)):
                losses.append(written.losses)
                done[_hand_on(server, written.event)] += 1
            progress.report("push", sum(done), None)
        with node_transaction(node.engine) as connection:
            misp_peers.pushed(connection, number, [one.id for one in going], now=node.clock.now())
    removed = _take_back(node, server, number)
    detail = {"added": done[0], "changed": done[1], "refused": done[2], "removed": removed}
    _end(node, signed, number, "pushed", detail)
    return Pushed(done[0], done[1], done[2], merged(*losses), removed)


def _take_back(node: Node, server: Server, number: UUID) -> int:
    """Has the server delete what went there and was withdrawn since; how many it deleted."""
    with node_transaction(node.engine) as connection:
        row = misp_peers.find(connection, number)
        gone = misp_peers.taken_back(connection, number, row.withdrawn_to) if row is not None else []
    removed = sum(server.remove(str(one.id)) for one in gone)
    if gone:
        with node_transaction(node.engine) as connection:
            misp_peers.withdrew(connection, number, gone[-1].withdrawn_at)
    return removed


def _hand_on(server: Server, event: Mapping[str, Any]) -> int:
    """0 added, 1 changed, 2 refused: one event that a server does not take does not hold up the others."""
    try:
        return 0 if server.put(event) else 1
    except RefusedError:
        return 2


def begin_exchange(node: Node, signed: Signed, server: Addressed) -> UUID:
    """Notes that the exchange with a server was begun; the id under which it is kept."""
    number = derived_id("misp-peer", str(signed.member_id), server.url)
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, own(signed.member_id))
        misp_peers.begin(connection, number, signed.member_id, server.url, now=node.clock.now(), audience=audience)
    return number


def _end(node: Node, signed: Signed, number: UUID, word: str, detail: dict[str, int]) -> None:
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, own(signed.member_id))
        misp_peers.told(connection, number, word)
        entry = Entry(f"misp {word}", str(number), audience, signed.person_id, signed.member_id, detail)
        record_all(node, connection, [entry])


def _withdraw_older(node: Node, member: Member, path: str, kept: Iterable[UUID]) -> None:
    stays = set(kept)
    with node_transaction(node.engine) as connection:
        gone = [
            there.id
            for there in contributions.of_member(connection, member.id)
            if there.path == path and there.withdrawn_at is None and there.id not in stays
        ]
        if gone:
            ruling.withdraw(node, connection, gone, ruling.Ground(member.id, contribute.REPLACED))


class _Silent:
    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        """The pull itself says how far it is."""
