"""From rows to `Signed`: the one way in which a person or a program becomes somebody who acts; and the ground under it.

Accounts are kept in tables without audiences, which no policy on intelligence may hide: an administrator, who sees
none of it, has an account as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import structlog

from accord.model.errors import AbsentError, NodeError
from accord.policy.decide import Viewer
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.record import own, record
from accord.store import audiences, cases, circles
from accord.store.engine import Connection, node_transaction
from accord.store.sessions import PersonRow, SessionRow, find_active
from accord.store.tokens import TokenRow

_log = structlog.get_logger(__name__)
ACCOUNT_TIMEOUT_MS = 10_000
"""Longest statement on accounts; each touches a few rows by key."""


@contextmanager
def on_accounts(node: Node) -> Iterator[Connection]:
    """A transaction on accounts alone, whoever asks, known or not. It may read no intelligence; it does record.

    What stands stands: when its entry cannot be appended to the custody log now (a full disk), the outbox keeps it for
    the next append. A link that is used up, or passkeys that are gone, must not go without the session they were for.
    """
    stands = False
    try:
        with node_transaction(node.engine, statement_timeout_ms=ACCOUNT_TIMEOUT_MS) as connection:
            yield connection
            stands = True  # from here on only the commit, whose errors are the database's, and the append after it
    except NodeError as error:
        if not stands:
            raise
        _log.error("entry_waits", error=str(error))


def record_of(  # noqa: PLR0917  # as record
    node: Node,
    connection: Connection,
    who: Signed | PersonRow | None,
    verb: str,
    subject: str,
    detail: Mapping[str, Any],
    *,
    concerns: UUID | None = None,
    quiet: bool = False,
) -> None:
    """Records an act on an account. Seen by the member `concerns`, else by the actor's own; by nobody else.

    `quiet`: seen by nobody but the node, for what happens at every first sign-in.
    """
    person: UUID | None = None
    member: UUID | None = None
    if isinstance(who, PersonRow):
        person, member = who.id, who.member_id
    elif who is not None:
        person, member = who.person_id, who.member_id
    record(
        node, connection, verb, subject, person_id=person, member_id=member, detail=detail,
        audience=audiences.intern(connection, own(None if quiet else concerns or member)),
    )  # fmt: skip


def signed_by_session(
    connection: Connection, person: PersonRow, session: SessionRow, *, claimed: bool = False
) -> Signed:
    """A person in a browser. `claimed`: somebody asks to be let in again as this person."""
    return Signed(
        **_who(connection, person),
        csrf=session.csrf,
        token_hash=session.token_hash,
        last_seen=session.seen_at,
        how=session.how,
        began_at=session.created_at,
        claimed=claimed,
    )


def signed_by_token(connection: Connection, person: PersonRow, token: TokenRow) -> Signed:
    """A program that acts as its owner, within the token's scopes. No form is ever sent by it."""
    return Signed(
        **_who(connection, person),
        csrf="",
        token_hash=token.token_hash,
        last_seen=token.last_used_at or token.created_at,
        scopes=frozenset(token.scopes),
        how="token",
        began_at=token.created_at,
    )


def signed_by_command(node: Node, person_id: UUID) -> Signed:
    """A person as the command line acts for them: whoever can call it owns the machine. Raises `AbsentError`."""
    with on_accounts(node) as connection:
        person = find_active(connection, person_id)
        if person is None:
            raise AbsentError("There is no such person who may come in.", action="accord people list names everybody.")
        who = _who(connection, person)
    return Signed(**who, csrf="", token_hash=b"", last_seen=node.clock.now(), how="command")


def hashed(secret: str) -> bytes:
    """SHA-256: under which a secret of 256 random bits is kept."""
    return hashlib.sha256(secret.encode()).digest()


def _who(connection: Connection, person: PersonRow) -> dict[str, Any]:
    reads = {one.id for one in circles.of_member(connection, person.member_id) if one.reads}
    inside = cases.circles_of(connection, person.id) | reads
    return {
        "person_id": person.id,
        "name": person.name,
        "role": person.role,
        "title": person.title,
        "member_id": person.member_id,
        "member_slug": person.member_slug,
        "member_name": person.member_name,
        "member_kind": person.member_kind,
        "member_tlp": person.member_tlp,
        "viewer": Viewer(person.member_id, inside, person.role, person.member_country),
    }
