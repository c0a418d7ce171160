"""Signing in by one-time links, and the sessions that follow. Passkeys are how people come back (`passkeys`).

Tokens have 256 random bits; only their SHA-256 is kept, so a read of the database signs nobody in. A link's token is in
the address's fragment, which browsers send to nobody: no log and no referrer holds it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.policy.duties import Verb
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.signing import hashed, on_accounts, record_of, signed_by_session
from accord.store import passkeys, sessions
from accord.store.engine import Connection
from accord.store.sessions import PersonRow, SessionRow

LINK_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(hours=12)
"""Absolute: a shift. Nobody stays signed in on a shared desk overnight."""
IDLE_LIFE = timedelta(hours=2)
TOUCH_EVERY = timedelta(minutes=1)
"""The last-seen time is written at most so often, so that reading pages does not write."""
MAX_AGENT = 200
MAX_TOKEN = 100


def make_link(node: Node, person_id: UUID, *, life: timedelta = LINK_LIFE, by: Signed | None = None) -> str:
    """An invitation: a path `/enter#<token>` that signs this person in once; it ends the ones before it.

    `by`: who invites; None: the command line. Raises `AbsentError` if there is no such person, `ConflictError` if they
    have a passkey: who lost theirs is let in by a second person (`recovery`), `RefusedError` for one's own.
    """
    token, now = secrets.token_urlsafe(32), node.clock.now()
    with on_accounts(node) as connection:
        person = sessions.find_active(connection, person_id)
        if person is None:
            raise AbsentError("There is no such person who may come in.", action="Add the person first.")
        if passkeys.has_any(connection, person_id):
            raise ConflictError(
                f"{person.name} signs in with a passkey.", action="If it is lost, a colleague can help."
            )
        sessions.put_link(connection, hashed(token), person_id, now + life)
        detail = {"person": person.name, "until": (now + life).isoformat()}
        concerns, quiet = person.member_id, by is None
        record_of(node, connection, by, "invitation made", str(person_id), detail, concerns=concerns, quiet=quiet)
    return f"/enter#{token}"


def whose_link(node: Node, token: str) -> PersonRow:
    """Who a link is for; it stays usable, because mail scanners look too. Raises `RefusedError` when it is used up."""
    now = node.clock.now()
    with on_accounts(node) as connection:
        person_id = sessions.peek_link(connection, hashed(token[:MAX_TOKEN]), now)
        person = person_id and sessions.find_active(connection, person_id)
    if not person:
        raise _no_link()
    return person


def enter(node: Node, token: str, agent: str) -> str:
    """Uses a link up and gives the new session's token. Raises `RefusedError` when the link does not work any more."""
    now = node.clock.now()
    with on_accounts(node) as connection:
        person_id = sessions.take_link(connection, hashed(token[:MAX_TOKEN]), now)
        person = person_id and sessions.find_active(connection, person_id)
        if not person or passkeys.has_any(connection, person.id):
            raise _no_link()
        record_of(node, connection, person, "invitation used", str(person.id), {}, quiet=True)
        return begin_session(node, connection, person.id, "link", agent)


def begin_session(node: Node, connection: Connection, person_id: UUID, how: str, agent: str) -> str:
    """A new session of this person, with a token that nobody had before; whoever calls has checked who they are."""
    fresh, now = secrets.token_urlsafe(32), node.clock.now()
    row = SessionRow(
        hashed(fresh), person_id, secrets.token_urlsafe(24), now, now, now + SESSION_LIFE, agent[:MAX_AGENT], how
    )
    sessions.put_session(connection, row)
    return fresh


def who(node: Node, token: str) -> Signed | None:
    """Who a session's token stands for; None when it ended, is idle for too long, never was, or they are shut out."""
    if not token or len(token) > MAX_TOKEN:
        return None
    now = node.clock.now()
    with on_accounts(node) as connection:
        found = sessions.find_session(connection, hashed(token), now)
        if found is None:
            return None
        session, person, claimed = found
        if now - session.seen_at > IDLE_LIFE:
            sessions.end_session(connection, session.token_hash)
            return None
        if now - session.seen_at > TOUCH_EVERY:
            sessions.touch_session(connection, session.token_hash, now)
        return signed_by_session(connection, person, session, claimed=claimed)


def leave(node: Node, signed: Signed) -> None:
    """Ends this session."""
    permit(signed, Verb.OWN_ACCOUNT)
    with on_accounts(node) as connection:
        sessions.end_session(connection, signed.token_hash)


def leave_one(node: Node, signed: Signed, name: str) -> None:
    """Ends one session of this person, named as in `session_name`. Raises `AbsentError`."""
    permit(signed, Verb.OWN_ACCOUNT)
    with on_accounts(node) as connection:
        for session in sessions.sessions_of(connection, signed.person_id, node.clock.now()):
            if session_name(session) == name:
                sessions.end_session(connection, session.token_hash)
                return
    raise AbsentError("You have no such session.", action="Reload your page.")


def leave_everywhere(node: Node, signed: Signed) -> int:
    """Ends all sessions of this person; how many there were."""
    permit(signed, Verb.OWN_ACCOUNT)
    with on_accounts(node) as connection:
        return sessions.end_sessions_of(connection, signed.person_id)


def my_sessions(node: Node, signed: Signed) -> list[SessionRow]:
    """The sessions of a person, the latest used first."""
    with on_accounts(node) as connection:
        return sessions.sessions_of(connection, signed.person_id, node.clock.now())


def session_name(session: SessionRow) -> str:
    """Names a session on its owner's page; gives no way to it."""
    return hashed(session.token_hash.hex()).hex()[:20]


def _no_link() -> RefusedError:
    return RefusedError(
        "This sign-in link was used already, or is too old.", action="Ask whoever runs this node for a new one."
    )
