"""A new passkey for who lost every one that the log knew: two colleagues vouch for it, each with their own.

The person's new passkey signs its enrolment; the same statement becomes a question to the colleagues
(`services.confirming`), who answer on their pages; with two answers the person ends it (custody.keyring, rule 3).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accord.custody import entry
from accord.custody.events import KeyUse
from accord.custody.passkey import Assertion, parse_assertion, verify_assertion
from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.policy.duties import Verb
from accord.services import keys
from accord.services.browse import Signed, reading
from accord.services.consent import LIFE, LIFE_ELSEWHERE, asked_of, room_of
from accord.services.node import Node
from accord.services.passkey_enrolment import VERB, enrol, key_of
from accord.services.permit import permit
from accord.store import custody_keys, passkeys
from accord.store.custody_keys import ConsentRow
from accord.store.engine import Connection, as_node

VOUCH = "passkey vouched for"
MOST = 30
"""Colleagues who are asked."""


class Pending(NamedTuple):
    """A passkey that waits for colleagues. `vouched`: how many have."""

    asked: UUID
    name: str
    vouched: int
    until: datetime

    @property
    def enough(self) -> bool:
        return self.vouched >= keys.RECOVERY_WITNESSES


def is_lost(node: Node, signed: Signed) -> bool:
    """Whether the log knew passkeys of this person, and knows none any more."""
    if node.custody is None:
        return False
    with reading(node, signed) as connection, as_node(connection):
        known = custody_keys.pseudonym_of(connection, signed.person_id)
        return known is not None and _lost(connection, known.holder)


def ask_colleagues(
    node: Node, signed: Signed, passkey_id: UUID, asked: UUID, *, credential_id: bytes, assertion: Assertion
) -> int:
    """Asks every colleague with a passkey in the log to vouch; how many there are.

    Raises `AbsentError`, `ConsentError` (the new passkey has not signed this), `RefusedError` (fewer than two to ask).
    """
    permit(signed, Verb.OWN_ACCOUNT)
    room = room_of(node)
    with reading(node, signed) as connection:
        row = asked_of(node, connection, signed, asked)
        mine = next((one for one in passkeys.passkeys_of(connection, signed.person_id) if one.id == passkey_id), None)
        if mine is None or mine.credential_id != credential_id or row.verb != VERB:
            raise AbsentError("You have no such passkey.", action="Look at your account.")
        with as_node(connection):
            holder = keys.holder_of(room, connection, signed.person_id)
            verify_assertion(assertion, key_of(mine, holder), entry.challenge(row.payload))
            others = custody_keys.colleagues_with_passkeys(connection, signed.member_id, signed.person_id, MOST)
            if len(others) < keys.RECOVERY_WITNESSES:
                raise RefusedError(
                    "Fewer than two of your colleagues have a passkey that the log knows.",
                    action="Let two colleagues make theirs known first; then begin again.",
                )
            until = row.expires_at - LIFE + LIFE_ELSEWHERE
            shown = {"name": signed.name, "reason": f"Passkey {mine.name}", "key": row.subject}
            for person in (signed.person_id, *others):
                mark = asked if person == signed.person_id else node.ids.new()
                sealed = room.keys.seal(json.dumps(shown).encode(), str(mark))
                if person == signed.person_id:
                    custody_keys.show_consent(connection, asked, sealed, until)
                else:
                    row_of = ConsentRow(mark, person, VOUCH, str(asked), row.payload, row.secret, until, sealed)
                    custody_keys.put_consent(connection, row_of)
            custody_keys.answer_consent(connection, asked, credential_id, assertion.encode())
    return len(others)


def list_pending(node: Node, signed: Signed) -> list[Pending]:
    """Passkeys of this person that wait for colleagues."""
    if node.custody is None:
        return []
    with reading(node, signed) as connection:
        rows = custody_keys.answered_by(connection, signed.person_id, VERB, node.clock.now())
        names = {one.credential_id: one.name for one in passkeys.passkeys_of(connection, signed.person_id)}
        return [
            Pending(row.id, names.get(row.credential_id or b"", ""), len(_vouched(connection, row.id)), row.expires_at)
            for row in rows
        ]


def finish(node: Node, signed: Signed, asked: UUID) -> None:
    """Enrols the passkey with what two colleagues signed. Raises `ConflictError` when fewer have, and as `enrol`."""
    permit(signed, Verb.OWN_ACCOUNT)
    with reading(node, signed) as connection:
        row = asked_of(node, connection, signed, asked)
        mine = passkeys.passkeys_of(connection, signed.person_id)
        passkey = next((one for one in mine if one.credential_id == row.credential_id), None)
        vouched = _vouched(connection, asked)
    if passkey is None or row.assertion is None:
        raise AbsentError("You have no such passkey.", action="Look at your account.")
    if len(vouched) < keys.RECOVERY_WITNESSES:
        raise ConflictError("Fewer than two colleagues have vouched.", action="Call them; then come back to this page.")
    given = {one.credential_id: one.assertion for one in (row, *vouched) if one.credential_id and one.assertion}
    enrol(node, signed, passkey, asked, {name: parse_assertion(raw) for name, raw in given.items()})
    with reading(node, signed) as connection:
        custody_keys.end_consents_about(connection, VOUCH, str(asked))


def _vouched(connection: Connection, asked: UUID) -> list[ConsentRow]:
    return custody_keys.answers_about(connection, VOUCH, str(asked))


def _lost(connection: Connection, holder: bytes) -> bool:
    held = custody_keys.keys_of(connection, holder, KeyUse.PASSKEY)
    return not held and custody_keys.ever_held(connection, holder, KeyUse.PASSKEY)
