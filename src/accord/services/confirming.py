"""What a command prepares, its person confirms on a page: the passkey is in their browser, not in the terminal.

The command tries the act (`ask`), says where to confirm it, and looks (`look`) until the answer is there. The page
shows what was asked (`read`) and keeps the passkey's answer (`answer`), or ends it (`refuse`). The command then does
the act with that consent: exactly what was shown, once, or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.custody import entry
from accord.custody.passkey import Assertion, parse_assertion
from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.policy.duties import Verb
from accord.services import consent
from accord.services.browse import Signed, reading
from accord.services.consent import Asked, asked_of, credentials_of, given, room_of
from accord.services.custody_facts import Consent, Wanted
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.site import site_of
from accord.store import custody_keys
from accord.store.custody_keys import ConsentRow
from accord.store.engine import Connection, as_node

PAGE = "/me/confirm"


class Question(NamedTuple):
    """What a person is asked. `said`: what the entry will commit to, by field, JSON values; `until`: for how long."""

    id: UUID
    verb: str
    subject: str
    said: dict[str, Any]
    until: datetime


def ask(node: Node, signed: Signed, act: Callable[[Wanted], object]) -> UUID | None:
    """Prepares an act as `consent.ask_for`; None when it needs no passkey of this person. Raises what `act` does."""
    asked = consent.ask_for(node, signed, act, elsewhere=True)
    return asked.id if asked else None


def address(node: Node, asked: UUID) -> str:
    """Where the person confirms it."""
    return f"{site_of(node).origin}{PAGE}/{asked}"


def look(node: Node, signed: Signed, asked: UUID) -> Consent | None:
    """The person's consent, verified; None when they have not answered yet.

    Raises `RefusedError` when they refused, or let the time pass; `ConsentError`.
    """
    with reading(node, signed) as connection:
        row = custody_keys.consent(connection, asked, signed.person_id)
    if row is None or row.expires_at < node.clock.now():
        raise RefusedError(
            "It was not confirmed: refused on the page, or not answered in time. Nothing was done.",
            action="Run the command again when the person is at a browser.",
        )
    if row.credential_id is None or row.assertion is None:
        return None
    answered = parse_assertion(row.assertion)
    return given(node, signed, asked, credential_id=row.credential_id, assertion=answered)


def forget(node: Node, signed: Signed, asked: UUID) -> None:
    """Ends a question, answered or not; nothing happens when it has ended."""
    with reading(node, signed) as connection:
        if custody_keys.consent(connection, asked, signed.person_id):
            custody_keys.take_consent(connection, asked)


def list_waiting(node: Node, signed: Signed) -> list[Question]:
    """What commands ask of a person and they have not answered, the latest first."""
    if node.custody is None:
        return []
    with reading(node, signed) as connection:
        return [_question(node, row) for row in custody_keys.shown_to(connection, signed.person_id, node.clock.now())]


def read(node: Node, signed: Signed, asked: UUID) -> Question:
    """One question. Raises `AbsentError` when there is none, or it was answered."""
    with reading(node, signed) as connection:
        return _question(node, _open(node, connection, signed, asked))


def challenge(node: Node, signed: Signed, asked: UUID) -> Asked:
    """What the passkey is to sign. Raises `AbsentError`."""
    permit(signed, Verb.OWN_ACCOUNT)
    with reading(node, signed) as connection, as_node(connection):
        row = _open(node, connection, signed, asked)
        known = custody_keys.pseudonym_of(connection, signed.person_id)
        credentials = credentials_of(connection, known.holder) if known else ()
    return Asked(row.id, entry.challenge(row.payload), credentials)


def answer(node: Node, signed: Signed, asked: UUID, *, credential_id: bytes, assertion: Assertion) -> None:
    """Keeps the passkey's answer for the command that waits. Raises `AbsentError`, `ConsentError`, `ConflictError`."""
    permit(signed, Verb.OWN_ACCOUNT)
    with reading(node, signed) as connection:
        _open(node, connection, signed, asked)
    given(node, signed, asked, credential_id=credential_id, assertion=assertion)
    with reading(node, signed) as connection:
        if not custody_keys.answer_consent(connection, asked, credential_id, assertion.encode()):
            raise ConflictError("It was answered already, or has ended.", action="Look at what still waits for you.")


def refuse(node: Node, signed: Signed, asked: UUID) -> None:
    """Ends it without consent; the command is told. Raises `AbsentError`."""
    permit(signed, Verb.OWN_ACCOUNT)
    read(node, signed, asked)
    forget(node, signed, asked)


def _open(node: Node, connection: Connection, signed: Signed, asked: UUID) -> ConsentRow:
    row = asked_of(node, connection, signed, asked)
    if row.shown is None or row.assertion is not None:
        raise AbsentError("Nothing of this kind waits for you.", action="Look at what still does.")
    return row


def _question(node: Node, row: ConsentRow) -> Question:
    said = json.loads(room_of(node).keys.open(row.shown or b"", str(row.id)))
    return Question(row.id, row.verb, row.subject, said, row.expires_at)
