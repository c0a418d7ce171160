"""Sightings and proposals on a MISP server, in both directions, about what one member has there.

What organisations there say of an event that came from there, or went there, is put before the member as words of the
exchange, which it accepts or declines like any others. What members here said of it and the member *accepted* goes
there as the member's own: a sighting with its time and nothing else, since who said it is between the two; a correction
in the words with which it was accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from accord.formats import misp_words
from accord.formats.losses import Loss, Losses
from accord.formats.misp_words import Heard
from accord.model.errors import RefusedError
from accord.model.ids import derived_id
from accord.model.selectors import Selector, SelectorKind
from accord.policy.duties import Verb
from accord.services.answering import told as record_told
from accord.services.browse import Signed, reading
from accord.services.feedback import CLOCKS_DIFFER, MAX_OPEN
from accord.services.misp_sync import begin_exchange
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import Entry, own, record_all
from accord.store import audiences, feedback, misp_peers
from accord.store.engine import Connection, node_transaction

MOST = 10_000
"""Sightings and proposals taken at once; the rest comes the next time."""
BATCH = 200
LATE_S = 7 * 86_400
"""A sighting may be told so long after it; what was taken already is known by its UUID."""


class Server(Protocol):
    """What the exchange of words asks of a MISP server (adapters.misp_client)."""

    @property
    def url(self) -> str: ...
    def organisation(self) -> str: ...
    def sightings_since(self, seconds: int) -> list[dict[str, Any]]: ...
    def proposals(self) -> list[dict[str, Any]]: ...
    def events(self, uuids: list[str]) -> list[dict[str, Any]]: ...
    def sighted(self, attribute_uuid: str, *, at: int) -> None: ...
    def propose(self, event_uuid: str, attribute: Mapping[str, Any]) -> None: ...


class Listened(NamedTuple):
    """Words that are new here, and what was not taken."""

    new: int
    losses: tuple[Loss, ...]


class Told(NamedTuple):
    """Sightings and proposals made there, what the server refused, and what MISP has no place for."""

    sightings: int
    proposals: int
    refused: int
    losses: tuple[Loss, ...]


def hear(node: Node, signed: Signed, server: Server) -> Listened:
    """Takes what others said on the server since the last time. Raises what the server's adapter raises."""
    permit(signed, Verb.EXCHANGE)
    number, losses = begin_exchange(node, signed, server), Losses()
    with node_transaction(node.engine) as connection:
        row = misp_peers.find(connection, number)
    since = row.heard_to if row is not None else 0
    heard = _heard(server, since, losses)
    ours = _ours(server)
    chosen = [one for one in heard if ours and one.organisation != ours][:MOST]  # what went there does not come back
    new = 0
    with node_transaction(node.engine) as connection:
        for one in chosen:
            new += _take(node, connection, signed, number, one, losses)
        last = max((int(one.at.timestamp()) for one in chosen), default=since)
        misp_peers.heard(connection, number, min(last, int(node.clock.now().timestamp())))
    return Listened(new, losses.told())


def tell(node: Node, signed: Signed, server: Server) -> Told:
    """Hands on what the member accepted since the last time. Raises what the server's adapter raises."""
    permit(signed, Verb.EXCHANGE)
    number, losses, done = begin_exchange(node, signed, server), Losses(), [0, 0, 0]
    with node_transaction(node.engine) as connection:
        row = misp_peers.find(connection, number)
    after = (row.told_to, UUID(int=2**128 - 1)) if row is not None and row.told_to else None
    while True:
        with reading(node, signed) as connection:
            rows = feedback.accepted(connection, signed.member_id, after, BATCH)
        events: dict[str, Mapping[str, Any]] = {}
        for one in rows:
            place = _event_of(one)
            if place not in events:
                events[place] = next(iter(server.events([place])), {})
            result = _hand_on(server, one, events[place], losses)
            if result is not None:
                done[result] += 1
        if rows:
            after = (rows[-1].answered_at, rows[-1].id)
            with node_transaction(node.engine) as connection:
                misp_peers.told_words(connection, number, rows[-1].answered_at)
        if len(rows) < BATCH:
            break
    if any(done):
        _record(node, signed, number, {"sightings": done[0], "proposals": done[1], "refused": done[2]})
    return Told(done[0], done[1], done[2], losses.told())


def _heard(server: Server, since: int, losses: Losses) -> list[Heard]:
    """In order of time, as far as it can be read."""
    found: list[Heard] = []
    asks: tuple[tuple[str, Callable[[], list[dict[str, Any]]], Callable[[Mapping[str, Any]], Heard | None]], ...] = (
        ("sightings", partial(server.sightings_since, max(0, since - LATE_S)), misp_words.read_sighting),
        ("proposals", server.proposals, misp_words.read_proposal),
    )
    for what, ask, read in asks:
        try:
            documents = ask()
        except RefusedError:
            losses.add(what, "the server does not let the key read them")
            continue
        for document in documents:
            one = read(document)
            if one is None:
                losses.add(what, "not what MISP gives, or settled already")
            else:
                found.append(one)
    return sorted(found, key=lambda one: (one.at, one.uuid))


def _ours(server: Server) -> str:
    """UUID of the organisation that the key is of; empty when the server does not say, and then nothing is taken."""
    try:
        return server.organisation().lower()
    except RefusedError:
        return ""


def _take(  # noqa: PLR0917  # what was said, about what, and who takes it
    node: Node, connection: Connection, signed: Signed, peer: UUID, one: Heard, losses: Losses
) -> bool:
    about = misp_peers.contribution_of(connection, signed.member_id, one.event)
    now = node.clock.now()
    if about is None:
        losses.add("words about other events", "nothing of your member's here is that event")
        return False
    if one.at > now + CLOCKS_DIFFER:
        losses.add(f"{one.kind}s", "their time is in the future")
        return False
    if feedback.count_of(connection, about.id, signed.member_id) >= MAX_OPEN:
        losses.add(f"{one.kind}s", f"{MAX_OPEN} words on the contribution wait for an answer")
        return False
    detail: dict[str, Any] = {}
    if one.kind == misp_words.SIGHTING:
        detail = {"count": 1, "seen_at": one.at.isoformat()}
        if one.selector is not None:
            detail |= {"kind": str(one.selector.kind), "value": one.selector.value}
    alone = audiences.intern(connection, own(signed.member_id))
    title = about.title or about.path.rsplit("/", 1)[-1]
    given = feedback.Said(
        derived_id("misp-word", str(peer), str(one.uuid)), about.id, title, None, one.kind, signed.member_id,
        signed.person_id, signed.member_id, one.words, detail, now,
    )  # fmt: skip
    if not feedback.put_once(connection, given, alone):
        return False
    record_told(node, connection, signed, f"{one.kind} reported", about=about.id, title=title, audience=alone)
    return True


def _hand_on(server: Server, one: Any, event: Mapping[str, Any], losses: Losses) -> int | None:
    """0 a sighting, 1 a proposal, 2 refused there; None where there is nothing to hand on."""
    if not event:
        losses.add(f"{one.kind}s", "the server does not have the event")
        return None
    try:
        if one.kind == misp_words.SIGHTING:
            return _sight(server, one, event, losses)
        if one.kind == misp_words.CORRECTION:
            return _propose(server, one, event, losses)
    except RefusedError:
        return 2
    losses.add(f"{one.kind}s", "MISP has no place for them")
    return None


def _sight(server: Server, one: Any, event: Mapping[str, Any], losses: Losses) -> int | None:
    detail = one.detail
    if not detail.get("value"):
        losses.add("sightings", "they name no selector, and MISP knows sightings of attributes alone")
        return None
    attribute = misp_words.attribute_of(event, Selector(SelectorKind(detail["kind"]), detail["value"]))
    if attribute is None:
        losses.add("sightings", "no attribute of the event there names the selector")
        return None
    if detail.get("count", 1) > 1:
        losses.add("how often something was seen", "a sighting in MISP is one")
    server.sighted(str(attribute["uuid"]), at=int(feedback.seen_at(one).timestamp()))
    return 0


def _propose(server: Server, one: Any, event: Mapping[str, Any], losses: Losses) -> int | None:
    words = one.answer_reason
    if not words:
        losses.add(
            "corrections", "they were accepted without a word of your own, and theirs are between the two of you"
        )
        return None
    if one.claim_number is not None:
        losses.add("which claim a correction is about", "an event there has other parts")
    server.propose(str(event["uuid"]), misp_words.proposal(words))
    return 1


def _event_of(one: Any) -> str:
    """The UUID under which the contribution stands there: that of the event it came as, else its own."""
    name = one.path.removeprefix("misp/").removesuffix(".json")
    return name if one.path.startswith("misp/") else str(one.contribution_id)


def _record(node: Node, signed: Signed, number: UUID, detail: dict[str, int]) -> None:
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, own(signed.member_id))
        entry = Entry("misp words told", str(number), audience, signed.person_id, signed.member_id, detail)
        record_all(node, connection, [entry])
