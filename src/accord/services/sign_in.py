"""Signing in by one-time links, and the sessions that follow. First version: passkeys come with accounts.

Tokens have 256 random bits; only their SHA-256 is kept, so a read of the database signs nobody in.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from accord.model.errors import AbsentError, RefusedError
from accord.policy.decide import Viewer
from accord.services.browse import Signed
from accord.services.node import Node
from accord.store import cases, sessions
from accord.store.engine import begin
from accord.store.sessions import PersonRow, SessionRow

LINK_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(hours=12)
"""Absolute: a shift. Nobody stays signed in on a shared desk overnight."""
IDLE_LIFE = timedelta(hours=2)
TOUCH_EVERY = timedelta(minutes=1)
"""The last-seen time is written at most so often, so that reading pages does not write."""
MAX_AGENT = 200
NOBODY = Viewer(member_id=None)


def make_link(node: Node, person_id: UUID, *, life: timedelta = LINK_LIFE) -> str:
    """A path `/enter/<token>` that signs this person in once. Raises `AbsentError` if there is no such person."""
    token = secrets.token_urlsafe(32)
    now = node.clock.now()
    with begin(node.engine, NOBODY, now) as connection:
        if sessions.find_person(connection, person_id) is None:
            raise AbsentError("There is no such person.", action="Add the person first.")
        sessions.put_link(connection, _digest(token), person_id, now + life)
    return f"/enter/{token}"


def whose_link(node: Node, token: str) -> PersonRow:
    """Who a link is for; it stays usable, because mail scanners look too. Raises `RefusedError` when it is used up."""
    now = node.clock.now()
    with begin(node.engine, NOBODY, now) as connection:
        person_id = sessions.peek_link(connection, _digest(token), now)
        person = person_id and sessions.find_person(connection, person_id)
    if not person:
        raise _no_link()
    return person


def enter(node: Node, token: str, agent: str) -> str:
    """Uses a link up and gives the new session's token. Raises `RefusedError` when the link does not work any more."""
    now = node.clock.now()
    with begin(node.engine, NOBODY, now) as connection:
        person_id = sessions.take_link(connection, _digest(token), now)
        person = person_id and sessions.find_person(connection, person_id)
        if not person:
            raise _no_link()
        fresh = secrets.token_urlsafe(32)
        csrf = secrets.token_urlsafe(24)
        row = SessionRow(_digest(fresh), person.id, csrf, now, now, now + SESSION_LIFE, agent[:MAX_AGENT])
        sessions.put_session(connection, row)
    return fresh


def who(node: Node, token: str) -> Signed | None:
    """Who a session's token stands for; None when it ended, is idle for too long, or never was."""
    if not token or len(token) > 100:
        return None
    now = node.clock.now()
    with begin(node.engine, NOBODY, now) as connection:
        found = sessions.find_session(connection, _digest(token), now)
        if found is None:
            return None
        session, person = found
        if now - session.seen_at > IDLE_LIFE:
            sessions.end_session(connection, session.token_hash)
            return None
        if now - session.seen_at > TOUCH_EVERY:
            sessions.touch_session(connection, session.token_hash, now)
        circles = cases.circles_of(connection, person.id)
    return _signed(person, session, circles)


def leave(node: Node, signed: Signed) -> None:
    """Ends this session."""
    with begin(node.engine, NOBODY, node.clock.now()) as connection:
        sessions.end_session(connection, signed.token_hash)


def leave_everywhere(node: Node, signed: Signed) -> int:
    """Ends all sessions of this person; how many there were."""
    with begin(node.engine, NOBODY, node.clock.now()) as connection:
        return sessions.end_sessions_of(connection, signed.person_id)


def my_sessions(node: Node, signed: Signed) -> list[SessionRow]:
    """The sessions of a person, the latest used first."""
    now = node.clock.now()
    with begin(node.engine, NOBODY, now) as connection:
        return sessions.sessions_of(connection, signed.person_id, now)


def _signed(person: PersonRow, session: SessionRow, circles: frozenset[UUID]) -> Signed:
    viewer = Viewer(person.member_id, circles, person.role, person.member_country)
    return Signed(
        person_id=person.id,
        name=person.name,
        role=person.role,
        title=person.title,
        member_id=person.member_id,
        member_slug=person.member_slug,
        member_name=person.member_name,
        member_kind=person.member_kind,
        member_tlp=person.member_tlp,
        viewer=viewer,
        csrf=session.csrf,
        token_hash=session.token_hash,
        last_seen=session.seen_at,
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _no_link() -> RefusedError:
    return RefusedError(
        "This sign-in link was used already, or is too old.", action="Ask whoever runs this node for a new one."
    )
