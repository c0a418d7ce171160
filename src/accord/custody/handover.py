"""Handing an item to another node by files carried by hand: an offer, and the acceptance that comes back.

Each file quotes its own log: the entry of the event, its inclusion proof under a signed head, and the opening of the
one field that ties the entry to the item's chain. So neither side alone can rewrite what was handed over, or when.

What `verify_logged` checks:
1. The head in the proof is signed by the log key in the file.
2. The entry is in the log under that head.
3. The entry commits to the digest of the event in the item's chain.
Whether the key is the other node's, only people can say: the caller MUST show it, and they compare it by telephone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.custody.chain import FORMAT, Link, digest_of, document, doubts
from accord.custody.checkpoint import verify_log_signature
from accord.custody.commitments import Opening, canonical
from accord.custody.entry import parse_entry
from accord.custody.events import Quote
from accord.custody.item import Act
from accord.custody.merkle import leaf_hash
from accord.custody.note import VerifierKey
from accord.custody.proof import Proof, parse_proof
from accord.model.errors import AccordError, InputError, LimitError, UnreadableError

OFFER = "accord.example/evidence-offer/v1"
ACCEPTANCE = "accord.example/evidence-acceptance/v1"
MAX_BYTES = 8 * 2**20
"""Some 5,000 events of a chain."""
CHAIN_FIELD = "chain"


class Logged(NamedTuple):
    """An event as its node's log has it. `salt` opens the field `chain` alone."""

    key: VerifierKey
    entry: bytes
    proof: Proof
    salt: bytes

    @property
    def quote(self) -> Quote:
        return Quote(self.key.name, self.proof.position, leaf_hash(self.entry))


@dataclass(frozen=True, slots=True)
class Handover:
    """An offer or an acceptance.

    `item`: facts of the item, JSON values. `chain`: an offer's is whole and ends with the offer; an acceptance's is the
    one event of the receipt. `answers`: hex digest of the offer's event; empty in an offer.
    """

    format: str
    transfer: UUID
    giver: str
    taker: str
    item: Mapping[str, Any]
    chain: tuple[Link, ...]
    answers: str = ""
    logged: Logged | None = None

    @property
    def last(self) -> Link:
        return self.chain[-1]

    def encode(self) -> bytes:
        """RFC 8785 JSON. Raises `LimitError` beyond what `parse` reads."""
        whole: dict[str, Any] = {
            "answers": self.answers,
            "chain": [{**document(link), "digest": link.digest.hex()} for link in self.chain],
            "format": self.format,
            "giver": self.giver,
            "item": dict(self.item),
            "taker": self.taker,
            "transfer": str(self.transfer),
        }
        if self.logged is not None:
            whole["log"] = {
                "entry": base64.b64encode(self.logged.entry).decode(),
                "key": self.logged.key.encode(),
                "proof": self.logged.proof.encode().decode(),
                "salt": self.logged.salt.hex(),
            }
        data = b"{" + b",".join(canonical(name) + b":" + _whole(whole[name]) for name in sorted(whole)) + b"}"
        if len(data) > MAX_BYTES:
            raise LimitError("The item's chain is too long for one file.", action="Export a court bundle instead.")
        return data


def _whole(value: Any) -> bytes:
    """As `canonical`, without its bound on one field."""
    if isinstance(value, list):
        return b"[" + b",".join(canonical(one) for one in value) + b"]"
    return canonical(value)


def parse(data: bytes, wanted: str) -> Handover:
    """Reads and verifies an offer or an acceptance. Raises `InputError` that says what does not hold."""
    if len(data) > MAX_BYTES:
        raise LimitError(f"The file is larger than {MAX_BYTES} bytes.", action="It is no offer and no acceptance.")
    try:
        found = _parse(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnreadableError(
            "The file is no offer or acceptance of an item.", action="Take the file that the other node wrote."
        ) from None
    if found.format != wanted:
        raise InputError(f"The file is a {found.format[:60]}, not a {wanted}.", action="Take the other file.")
    _verify(found)
    return found


def _parse(whole: dict[str, Any]) -> Handover:
    log = whole.get("log")
    logged = None
    if log is not None:
        proof = parse_proof(str(log["proof"]).encode())
        entry = base64.b64decode(log["entry"], validate=True)
        logged = Logged(VerifierKey.parse(log["key"]), entry, proof, bytes.fromhex(log["salt"]))
    chain = tuple(_link(one) for one in whole["chain"])
    if not chain or not isinstance(whole["item"], dict):
        raise ValueError
    texts = {name: str(whole[name])[:400] for name in ("format", "giver", "taker", "answers")}
    return Handover(**texts, transfer=UUID(whole["transfer"]), item=whole["item"], chain=chain, logged=logged)


def _link(one: dict[str, Any]) -> Link:
    if one["format"] != FORMAT or not isinstance(one["said"], dict) or type(one["number"]) is not int:
        raise ValueError
    happened, recorded = datetime.fromisoformat(one["happened"]), datetime.fromisoformat(one["recorded"])
    if happened.tzinfo is None or recorded.tzinfo is None:
        raise ValueError
    return Link(
        UUID(one["id"]), UUID(one["item"]), one["number"], Act(one["act"]), happened, recorded, UUID(one["person"]),
        UUID(one["member"]), one["said"], bytes.fromhex(one["previous"]), bytes.fromhex(one["digest"]),
    )  # fmt: skip


def _verify(found: Handover) -> None:
    broken = _broken(found)
    if broken:
        raise InputError(
            f"The chain of custody in the file does not hold: {broken[0]}",
            action="Do not accept the item; ask the other side for the file again.",
        )
    expected = Act.TRANSFER_OFFER if found.format == OFFER else Act.RECEIVE
    if found.last.act is not expected:
        raise InputError(f"The chain in the file does not end with {expected.value}.", action="Ask for the right file.")
    if found.logged is not None:
        verify_logged(found.logged, found.last.digest)


def _broken(found: Handover) -> Sequence[str]:
    if found.format == OFFER:
        return [doubt.sentence for doubt in doubts(found.chain, found.last.recorded_at) if doubt.broken]
    return [] if digest_of(found.last) == found.last.digest else ["The event was changed after it was recorded."]


def verify_logged(logged: Logged, digest: bytes) -> None:
    """Raises `InputError` unless the log proves the event with this digest; the numbers are those above."""
    try:
        verify_log_signature(logged.proof.checkpoint, [logged.key])  # 1
        logged.proof.verify(logged.entry)  # 2
        Opening(CHAIN_FIELD, logged.salt, digest.hex()).verify(parse_entry(logged.entry).commitments[CHAIN_FIELD])  # 3
    except (AccordError, KeyError) as error:
        raise InputError(
            f"The proof in the file does not hold: {error}", action="Ask the other side for the file again."
        ) from None
