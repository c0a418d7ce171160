"""A person's will: `ask` prepares the entry and gives its hash; the person's passkey signs it; `give` checks that.

What the service then records with these facts is exactly the statement that was signed, or nothing: nobody at the node
can put another act under a person's consent, nor use it twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from accord.custody import entry
from accord.custody.errors import ConsentError
from accord.custody.events import EnrolledKey, KeyAlgorithm, KeyUse, format_time
from accord.custody.passkey import Assertion, verify_assertion
from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.services import keys
from accord.services.browse import Signed, reading
from accord.services.custody_facts import Consent, CustodyFacts, Unneeded, Wanted
from accord.services.custody_room import CustodyRoom
from accord.services.custody_statement import SECRET_BYTES, Act, Stated, details_of, event_of
from accord.services.custody_write import has_passkey
from accord.services.node import Node
from accord.store import custody, custody_keys
from accord.store.custody_keys import ConsentRow, KeyRow
from accord.store.engine import Connection, as_node

LIFE, LIFE_ELSEWHERE = timedelta(minutes=5), timedelta(minutes=8)
"""To read what one is asked, and to touch the device; and to go to a browser for it.

The entry claims the time of the question, so both stay below `custody.audit.CLOCK_SLACK`: had a witness seen the log
meanwhile, the entry would else count as back-dated.
"""


class Asked(NamedTuple):
    """What a browser needs for `navigator.credentials.get`: `challenge` 32 bytes, ids of the passkeys that may sign."""

    id: UUID
    challenge: bytes
    credentials: tuple[bytes, ...]


def ask(
    node: Node,
    signed: Signed,
    verb: str,
    facts: CustodyFacts,
    *,
    subject: str,
    detail: Mapping[str, Any] | None = None,
) -> Asked:
    """Prepares the entry that `services.record.record` will make of the same verb, subject, facts and detail.

    Raises `RefusedError` when the person has no passkey that the log knows.
    """
    room = room_of(node)
    with reading(node, signed) as connection, as_node(connection):
        signer = keys.signer(node, room, connection, signed.person_id)
        credentials = credentials_of(connection, signer.holder)
        if not credentials:
            raise RefusedError(
                "You have no passkey that the custody log knows.", action="Enrol one for consents on your own page."
            )
        act = Act(node.ids.new(), verb, subject, 0, signed.person_id, signed.member_id, dict(detail or {}), facts)
        previous = custody.last_leaf(connection, act.chain) if act.chained else None
        secret = room.keys.random(SECRET_BYTES)
        payload = entry.statement(event_of(act, signer, node.clock.now(), previous, confirmed=True), secret)
        return keep_asked(node, connection, signed, what=(verb, subject), payload=payload, secret=secret)._replace(
            credentials=credentials
        )


def confirms(node: Node, signed: Signed) -> bool:
    """Whether this person's passkey is asked for: the log knows one, and this node keeps a log."""
    if node.custody is None:
        return False
    with reading(node, signed) as connection, as_node(connection):
        return has_passkey(connection, signed.person_id)


def ask_for(node: Node, signed: Signed, act: Callable[[Wanted], object], *, elsewhere: bool = False) -> Asked | None:
    """Prepares the entry of an act by trying it, so that it is the one that will be recorded; nothing of it stays.

    `act` does it, with what it is given as `consent`. None when it needs no passkey of this person. Raises what `act`
    does. `elsewhere`: the person is not at a page now, but will find the question on one (`services.confirming`).
    """
    if not confirms(node, signed):
        return None
    try:
        act(Wanted(node.ids.new(), datetime.fromisoformat(format_time(node.clock.now()))))
    except Unneeded:
        return None
    except Stated as stated:
        with reading(node, signed) as connection, as_node(connection):
            asked = keep_asked(
                node,
                connection,
                signed,
                what=(stated.act.verb, stated.act.subject),
                payload=stated.payload,
                secret=stated.secret,
                shown=details_of(stated.act) if elsewhere else None,
            )
            known = custody_keys.pseudonym_of(connection, signed.person_id)
            return asked._replace(credentials=credentials_of(connection, known.holder) if known else ())
    raise AssertionError("an act that was only tried was done: it does not pass its consent on")


def give(
    node: Node, signed: Signed, asked: UUID, facts: CustodyFacts, *, credential_id: bytes, assertion: Assertion
) -> CustodyFacts:
    """The facts with the person's consent, as `given` checks it."""
    return replace(facts, consent=given(node, signed, asked, credential_id=credential_id, assertion=assertion))


def given(node: Node, signed: Signed, asked: UUID, *, credential_id: bytes, assertion: Assertion) -> Consent:
    """The person's consent, to be recorded once. The assertion is checked as a verifier will.

    Raises `AbsentError` (not asked, or too long ago), `ConsentError`.
    """
    with reading(node, signed) as connection:
        row = asked_of(node, connection, signed, asked)
        key = custody_keys.by_credential(connection, credential_id)
        known = custody_keys.pseudonym_of(connection, signed.person_id)
    if key is None or known is None or key.holder != known.holder:
        raise ConsentError("This is no passkey of the person who was asked.")
    verify_assertion(assertion, enrolled(key), entry.challenge(row.payload))
    return Consent(asked, row.payload, row.secret, key.key_id, assertion.encode())


def enrolled(row: KeyRow) -> EnrolledKey:
    """A key's row as entries name it."""
    return EnrolledKey(
        KeyUse(row.use), KeyAlgorithm(row.algorithm), row.public, row.holder, row.rp_id, row.origin
    )  # fmt: skip


def asked_of(node: Node, connection: Connection, signed: Signed, asked: UUID) -> ConsentRow:
    """What this person was asked. Raises `AbsentError`."""
    row = custody_keys.consent(connection, asked, signed.person_id)
    if row is None or row.expires_at < node.clock.now():
        raise AbsentError("You were not asked for this, or too long ago.", action="Begin again.")
    return row


def credentials_of(connection: Connection, holder: bytes) -> tuple[bytes, ...]:
    """Credential ids of the passkeys in force that the log knows."""
    rows = custody_keys.keys_of(connection, holder, KeyUse.PASSKEY)
    return tuple(row.credential_id for row in rows if row.credential_id)


def room_of(node: Node) -> CustodyRoom:
    """The node's log. Raises `ConflictError` where none is kept."""
    if node.custody is None:
        raise ConflictError("This node keeps no custody log.", action="Start it with its data folder.")
    return node.custody


def keep_asked(
    node: Node,
    connection: Connection,
    signed: Signed,
    *,
    what: tuple[str, str],
    payload: bytes,
    secret: bytes,
    shown: Mapping[str, Any] | None = None,
) -> Asked:
    """Keeps a statement that a person is asked to consent to. `what`: verb and subject; `shown`: JSON, for a page."""
    number = node.ids.new()
    sealed = None if shown is None else room_of(node).keys.seal(json.dumps(shown).encode(), str(number))
    until = node.clock.now() + (LIFE if shown is None else LIFE_ELSEWHERE)
    row = ConsentRow(number, signed.person_id, *what, payload, secret, until, sealed)
    custody_keys.put_consent(connection, row)
    return Asked(row.id, entry.challenge(payload), ())
