"""Puts entries into the outbox, in the transaction of the change they tell of; the log takes them when it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from accord.custody.entry import statement, statement_identity
from accord.custody.events import NEEDS_PASSKEY, KeyUse
from accord.model.errors import ConflictError, RefusedError
from accord.services import keys
from accord.services.custody_drain import drain
from accord.services.custody_facts import Unneeded, Wanted
from accord.services.custody_room import CustodyRoom
from accord.services.custody_statement import SECRET_BYTES, Act, Signer, Stated, event_of, make, make_confirmed
from accord.services.node import Node
from accord.store import custody, custody_keys
from accord.store.custody import Kept
from accord.store.engine import Connection, after_commit, as_node


def write(node: Node, connection: Connection, acts: Sequence[Act]) -> None:
    """An entry for each act, in order; in the log as soon as the transaction stands, or at the next start.

    Raises `RefusedError` when an act needs the passkey of a person who has one, `ConflictError` when what was
    confirmed is not what happens; `Stated` or `Unneeded` when it is only tried (`custody_facts.Wanted`).
    """
    room = node.custody
    if room is None or not acts:
        return
    with as_node(connection):
        signers = {
            person: keys.signer(node, room, connection, person)
            for person in sorted({act.person_id for act in acts}, key=str)
        }
        now = node.clock.now()
        entries: list[Kept] = []
        for act in acts:
            if act.chained and entries:  # the chain's last entry may be among those not put yet
                custody.put(connection, entries)
                entries = []
            entries.append(_entry(room, connection, act, signers[act.person_id], now))
        custody.put(connection, entries)
    after_commit(connection, "custody log", partial(drain, node))


def _entry(room: CustodyRoom, connection: Connection, act: Act, signer: Signer, now: datetime) -> Kept:
    previous = custody.last_leaf(connection, act.chain) if act.chained else None
    consent = act.facts.consent if act.facts else None
    if consent is None:
        if act.kind in NEEDS_PASSKEY and has_passkey(connection, act.person_id):
            raise RefusedError(
                "This needs your will: it must be confirmed with your passkey.", action="Confirm it when asked."
            )
        event = event_of(act, signer, now, previous, confirmed=False)
        return make(event, signer, room.keys.random(SECRET_BYTES), act.audience)
    if isinstance(consent, Wanted):
        if act.kind not in NEEDS_PASSKEY:
            raise Unneeded
        secret = room.keys.random(SECRET_BYTES)
        event = event_of(act._replace(id=consent.id), signer, consent.at, previous, confirmed=True)
        raise Stated(statement(event, secret), secret, act)
    if not custody_keys.take_consent(connection, consent.asked):
        raise ConflictError("This confirmation was used already.", action="Confirm it anew.")
    number, claimed_at = statement_identity(consent.payload)
    event = event_of(act._replace(id=number), signer, claimed_at, previous, confirmed=True)
    return make_confirmed(event, signer, consent, act.audience)


def has_passkey(connection: Connection, person_id: UUID | None) -> bool:
    """Whether a person has a passkey that the log knows."""
    known = custody_keys.pseudonym_of(connection, person_id) if person_id else None
    return bool(known and custody_keys.keys_of(connection, known.holder, KeyUse.PASSKEY))
