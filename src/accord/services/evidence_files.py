"""An item goes to another node: an offer file and the bytes go there by hand, an acceptance file comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from accord.custody.chain import Link
from accord.custody.commitments import salt_of
from accord.custody.handover import ACCEPTANCE, CHAIN_FIELD, OFFER, Handover, Logged, parse
from accord.custody.item import Act
from accord.model.errors import AbsentError, ConflictError, InputError
from accord.model.evidence import Sealed
from accord.model.handling import Handling, Tlp
from accord.policy.duties import Verb
from accord.services import evidence_transfer
from accord.services.browse import Signed, handling_of, reading
from accord.services.custody_facts import Will
from accord.services.deeds import Acting, acting
from accord.services.evidence import KINDS, Registration, register
from accord.services.evidence_chain import Said, locked, perform
from accord.services.node import Node, vault_of
from accord.services.permit import permit
from accord.store import browse_evidence, custody, evidence
from accord.store.engine import node_transaction


class Received(NamedTuple):
    """The new item, the acceptance to carry back, and the giver's log key to compare by telephone (empty: no log)."""

    item_id: UUID
    acceptance: bytes
    key: str


def offer_elsewhere(
    node: Node, signed: Signed, item_id: UUID, taker: str, said: Said, *, consent: Will | None = None
) -> bytes:
    """Offers the item to somebody at another node; gives the offer file. Raises as `perform`, `InputError`."""
    permit(signed, Verb.EVIDENCE)
    if not taker.strip() or not said.reason.strip():
        raise InputError("An offer names who is to take the item, and why.", action="Give both.")
    with acting(node, signed) as by:
        row = locked(by.connection, item_id)
        words = replace(said, more={**said.more, "to": taker})
        deed = by.deed(Act.TRANSFER_OFFER, to=taker.strip()[:200])
        evidence_transfer.put_offer(by, row, said, taker_id=None, taker_name=taker.strip()[:200], before=row.audience)
        perform(by, row, deed, words, consent=consent)
    return offer_file(node, signed, item_id)


def offer_file(node: Node, signed: Signed, item_id: UUID) -> bytes:
    """The file of the offer that stands, as often as it is asked for. Raises `ConflictError` when none does."""
    with reading(node, signed) as connection:
        row = browse_evidence.one(connection, item_id)
        if row is None:
            raise AbsentError("There is no such item, or none that you may see.", action="Look in the list.")
        open_ = evidence.open_transfer(connection, item_id)
        chain = _until_offer(evidence.chain(connection, item_id))
    if open_ is None or open_.taker_id is not None:
        raise ConflictError("No offer to another node stands.", action="Offer the item first.")
    logged = _logged(node, item_id, chain[-1].digest)
    names = {"giver": signed.member_name, "taker": open_.taker_name}
    return Handover(OFFER, open_.id, **names, item=_facts(row), chain=chain, logged=logged).encode()


def _until_offer(chain: list[Link]) -> tuple[Link, ...]:
    """The chain up to its latest offer; the item may have been read since, to copy its bytes."""
    place = max((n for n, link in enumerate(chain) if link.act is Act.TRANSFER_OFFER), default=-1)
    return tuple(chain[: place + 1])


def read_offer(data: bytes) -> Handover:
    """An offer, verified: chain, digests, proof. Raises `InputError` that says what does not hold."""
    found = parse(data, OFFER)
    said, item = found.chain[0].said, found.item
    proved = ("sha256", "blake3", "size", "kind", "title", "reference", "file_name")
    if any((item.get(name) or "") != (said.get(name) or "") for name in proved) or item.get("kind") not in KINDS:
        raise InputError("The item in the file is not the one of its chain.", action="Ask for the file again.")
    return found


def receive(
    node: Node, signed: Signed, offer: bytes, upload_id: UUID | None, said: Said, *, tlp: Tlp = Tlp.RED
) -> Received:
    """Registers what an offer file describes, with the bytes of a complete upload; its first event names the offer.

    Raises `InputError` when the file does not hold, or the bytes are not those of the chain.
    """
    permit(signed, Verb.EVIDENCE)
    found = read_offer(offer)
    item = found.item
    if upload_id is not None:
        _same_bytes(node, upload_id, str(item.get("sha256", "")))
    elif item.get("sha256"):
        raise InputError("The bytes of the item are missing.", action="Carry its file along with the offer.")
    quotes = (found.logged.quote,) if found.logged else ()
    more = {
        "offer": found.last.digest.hex(),
        "transfer": str(found.transfer),
        "original": str(found.last.item),
        "log_key": found.logged.key.encode() if found.logged else "",
    }
    given = Registration(
        kind=str(item["kind"]),
        title=str(item.get("title", ""))[:200] or "An item",
        authority=said.authority or f"Handed over by {found.giver}: {found.last.said.get('reason', '')}",
        acquired_at=said.happened_at or node.clock.now(),
        handling=Handling(tlp=tlp, originators=frozenset({signed.member_id})),
        how=Act.RECEIVE,
        reference=str(item.get("reference", ""))[:200],
        description=said.reason,
        place=said.place,
        received_from=found.giver,
        file_name=str(item.get("file_name", "")),
        more=more,
        quotes=quotes,
    )
    number = register(node, signed, given, upload_id)
    return Received(number, acceptance_file(node, signed, number), more["log_key"])


def acceptance_file(node: Node, signed: Signed, item_id: UUID) -> bytes:
    """The file to carry back to the giver. Raises `ConflictError` for an item that did not come by an offer file."""
    with reading(node, signed) as connection:
        row = browse_evidence.one(connection, item_id)
        chain = evidence.chain(connection, item_id)
    if row is None or not chain or chain[0].act is not Act.RECEIVE or not chain[0].said.get("offer"):
        raise ConflictError("This item did not come by an offer file.", action="")
    first = chain[0]
    return Handover(
        format=ACCEPTANCE,
        transfer=UUID(first.said["transfer"]),
        giver=str(first.said.get("from", "")),
        taker=signed.member_name,
        item=_facts(row),
        chain=(first,),
        answers=first.said["offer"],
        logged=_logged(node, item_id, first.digest),
    ).encode()


def accept_elsewhere(
    node: Node, signed: Signed, item_id: UUID, acceptance: bytes, *, consent: Will | None = None
) -> str:
    """Ends the transfer at the giver: the item is the other node's now. Gives the taker's log key to compare.

    Raises `InputError` when the file does not hold or answers another offer.
    """
    permit(signed, Verb.EVIDENCE)
    found = parse(acceptance, ACCEPTANCE)
    with reading(node, signed) as connection:
        row = locked(connection, item_id)
        open_ = evidence.open_transfer(connection, item_id)
        offer = _until_offer(evidence.chain(connection, item_id))
        if open_ is None or open_.taker_id is not None or not offer:
            raise ConflictError("No offer of this item to another node stands.", action="Look at the item.")
        offered = offer[-1].digest.hex()
        if (found.transfer, found.answers, found.last.said.get("offer")) != (open_.id, offered, offered):
            raise InputError("The acceptance answers another offer.", action="Ask for the one of this item.")
        if str(found.item.get("sha256", "")) != (bytes(row.sha256).hex() if row.sha256 else ""):
            raise InputError("The other side received other bytes.", action="Do not end the transfer; compare both.")
        key = found.logged.key.encode() if found.logged else ""
        more = {"receipt": found.last.digest.hex(), "there": str(found.last.item), "log_key": key, "to": found.taker}
        quotes = (found.logged.quote,) if found.logged else ()
        by = Acting(node, connection, signed)
        deed = by.deed(Act.TRANSFER_ACCEPT, elsewhere=True)
        perform(by, row, deed, Said(more=more), consent=consent, quotes=quotes)
        evidence.answer_transfer(connection, open_.id, "accepted", "", node.clock.now())
    return key


def _facts(row: Any) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("kind", "title", "reference", "description", "file_name")}
    facts |= {name: bytes(value).hex() for name in ("sha256", "blake3") if (value := getattr(row, name))}
    facts |= {"id": str(row.id), "size": row.size or 0, "handling": handling_of(row.handling).tlp.label}
    return facts


def _same_bytes(node: Node, upload_id: UUID, sha256: str) -> None:
    sealed: Sealed = vault_of(node).seal(upload_id)
    if sealed.sha256.hex() != sha256:
        raise InputError(
            "The bytes are not those of the offer: their SHA-256 differs.",
            action="Do not accept the item; ask for the file again.",
        )


def _logged(node: Node, item_id: UUID, digest: bytes) -> Logged | None:
    """The event as this node's log has it; None where no log is kept."""
    room = node.custody
    if room is None:
        return None
    # The node's own transaction: an entry keeps the audience that the item had when it was written.
    with node_transaction(node.engine) as connection:
        rows = browse_evidence.records(connection, item_id, digest)
        entries = custody.of_events(connection, rows)
    found = next((row for row in entries.values() if row.position is not None), None)
    if found is None or found.secret is None or found.position is None:
        return None
    return Logged(
        key=room.keys.log_key.verifier,
        entry=room.log.entry(found.position),
        proof=room.log.prove(found.position),
        salt=salt_of(bytes(found.secret), CHAIN_FIELD),
    )
