"""Tokens for programs: scoped, expiring, revocable; each acts as its owner and never as more than its owner.

A token is `accord_` and 256 random bits; only its SHA-256 is kept. It is shown once, when it is made.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from accord.model.errors import AbsentError, InputError, LimitError, RefusedError
from accord.policy.duties import Verb, scopes_for
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.signing import hashed, on_accounts, record_of, signed_by_token
from accord.store import tokens
from accord.store.tokens import TokenRow

PREFIX = "accord_"
_SHAPE = re.compile(r"accord_[A-Za-z0-9_-]{43}")
DEFAULT_LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=366)
SHORTEST_LIFE = timedelta(minutes=5)
MOST_TOKENS = 20
"""That work at one time, of one person: more are a sign that programs do not keep theirs."""
SHOWN = 50
MAX_NAME = 80
TOUCH_EVERY = timedelta(minutes=1)


def make_token(node: Node, signed: Signed, name: str, scopes: Collection[str], life: timedelta = DEFAULT_LIFE) -> str:
    """A new token of this person; it is given here once and cannot be read again.

    Raises `RefusedError` (by a token, or a scope beyond the person's role), `InputError` (no name or scope, an unknown
    scope, a life out of bounds), `LimitError` (`MOST_TOKENS` work already).
    """
    permit(signed, Verb.OWN_ACCOUNT)
    name = " ".join(name.split())
    _check(signed, name, scopes, life)
    now, token = node.clock.now(), PREFIX + secrets.token_urlsafe(32)
    with on_accounts(node) as connection:
        if tokens.count_live(connection, signed.person_id, now) >= MOST_TOKENS:
            raise LimitError(f"You have {MOST_TOKENS} tokens that work.", action="Revoke one that no program needs.")
        row = TokenRow(
            node.ids.new(), signed.person_id, hashed(token), name, sorted(set(scopes)), now, now + life, None, None
        )
        tokens.put(connection, row)
        detail = {"token": str(row.id), "name": name, "scopes": row.scopes, "until": row.expires_at.isoformat()}
        record_of(node, connection, signed, "token made", str(row.id), detail)
    return token


def who_token(node: Node, token: str, scope: str = "") -> Signed | None:
    """Whom a token stands for, with its scopes; None when it ended, never was, or its owner is shut out.

    `scope`: the door at which it is shown. Raises `RefusedError` when the token was not made for that one.
    """
    if not _SHAPE.fullmatch(token):
        return None
    now = node.clock.now()
    with on_accounts(node) as connection:
        found = tokens.find(connection, hashed(token), now)
        if found is None:
            return None
        row, person = found
        if row.last_used_at is None or now - row.last_used_at > TOUCH_EVERY:
            tokens.touch(connection, row.id, now)
        if scope and scope not in row.scopes:
            raise RefusedError(f"This token was not made for {scope}.", action=f"Make one with the scope {scope}.")
        return signed_by_token(connection, person, row)


def list_tokens(node: Node, signed: Signed) -> list[TokenRow]:
    """A person's own tokens, the newest first; those that ended too, for a while."""
    with on_accounts(node) as connection:
        return tokens.of_person(connection, signed.person_id, SHOWN)


def revoke_token(node: Node, signed: Signed, token_id: UUID) -> None:
    """Ends a token of this person at once. Raises `AbsentError`."""
    permit(signed, Verb.OWN_ACCOUNT)
    now = node.clock.now()
    with on_accounts(node) as connection:
        name = tokens.revoke(connection, token_id, signed.person_id, now)
        if name is None:
            raise AbsentError("You have no such token that works.", action="Reload the list.")
        record_of(node, connection, signed, "token revoked", str(token_id), {"token": str(token_id), "name": name})


def _check(signed: Signed, name: str, scopes: Collection[str], life: timedelta) -> None:
    if not name or len(name) > MAX_NAME:
        raise InputError(f"A token needs a name of at most {MAX_NAME} characters.", action="Name the program.")
    if not scopes:
        raise InputError("A token needs at least one scope.", action="Choose what the program may do.")
    able = scopes_for(signed.role)
    for scope in scopes:
        if scope not in able:
            raise RefusedError(
                f"A token of yours cannot have the scope {scope[:20]!r}.", action=f"Yours: {', '.join(able)}."
            )
    if not SHORTEST_LIFE <= life <= LONGEST_LIFE:
        raise InputError("A token lives between five minutes and 366 days.", action="Choose a life in between.")
