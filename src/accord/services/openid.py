"""Signing in by an account elsewhere (OpenID Connect).

An account is linked by its owner, who is signed in already; no claim of a provider makes a person, a member or a role.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.model.ports import Account, Openid
from accord.policy.duties import Verb
from accord.services import passkeys, sign_in
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.signing import hashed, on_accounts, record_of
from accord.services.site import site_of
from accord.store import ceremonies, identities, sessions
from accord.store.ceremonies import CeremonyRow
from accord.store.identities import IdentityRow

CEREMONY_LIFE = timedelta(minutes=10)
"""People type passwords and codes over there."""
BACK = "/enter/openid/back"
_IN, _LINK = "openid-in", "openid-link"
MAX_TEXT = 4_000


def is_offered(node: Node) -> bool:
    return node.openid is not None


def begin_in(node: Node, door: str) -> str:
    """Where a browser goes to sign in; `door`: its secret. Raises `AbsentError` where no provider is set."""
    return _begin(node, hashed(door), _IN)


def begin_link(node: Node, signed: Signed) -> str:
    """Where a signed-in person goes to link their account. Raises `RefusedError` when they signed in too long ago."""
    permit(signed, Verb.OWN_ACCOUNT)
    passkeys.must_be_fresh(node, signed)
    return _begin(node, signed.token_hash, _LINK)


def come_in(node: Node, door: str, *, code: str, state: str, agent: str) -> str:
    """Signs in whoever linked this account; the new session's token. Raises `RefusedError`."""
    account = _account(node, hashed(door), _IN, code, state)
    with on_accounts(node) as connection:
        person_id = identities.find(connection, account.issuer, account.subject)
        person = person_id and sessions.find_active(connection, person_id)
        if not person:
            raise RefusedError(
                "Nobody here has linked this account.",
                action="Come in by your invitation or passkey, and link it there.",
            )
        return sign_in.begin_session(node, connection, person.id, "openid", agent)


def finish_link(node: Node, signed: Signed, *, code: str, state: str) -> None:
    """Links the account that this person showed. Raises `RefusedError`, or `ConflictError` when it is linked."""
    permit(signed, Verb.OWN_ACCOUNT)
    account = _account(node, signed.token_hash, _LINK, code, state)
    now = node.clock.now()
    with on_accounts(node) as connection:
        if not identities.link(connection, IdentityRow(account.issuer, account.subject, signed.person_id, now)):
            raise ConflictError("This account is linked already.", action="Use it to sign in, or unlink it first.")
        detail = {"issuer": account.issuer}
        record_of(node, connection, signed, "account linked", str(signed.person_id), detail)


def is_linking(node: Node, signed: Signed) -> bool:
    """Whether this session began to link an account, and has not come back yet."""
    with on_accounts(node) as connection:
        return ceremonies.is_there(connection, signed.token_hash, _LINK, node.clock.now())


def unlink(node: Node, signed: Signed) -> None:
    """Ends what was linked; sessions that began by it go on until they end. Raises `AbsentError`."""
    permit(signed, Verb.OWN_ACCOUNT)
    with on_accounts(node) as connection:
        if not identities.unlink(connection, signed.person_id):
            raise AbsentError("You have linked no account.", action="Reload your page.")
        record_of(node, connection, signed, "account unlinked", str(signed.person_id), {})


def linked(node: Node, signed: Signed) -> list[IdentityRow]:
    """The accounts that a person linked."""
    with on_accounts(node) as connection:
        return identities.of_person(connection, signed.person_id)


def _begin(node: Node, owner: bytes, kind: str) -> str:
    provider = _provider(node)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    address = provider.address(site_of(node).origin + BACK, state, nonce, verifier)
    now = node.clock.now()
    detail = {"nonce": nonce, "verifier": verifier}
    with on_accounts(node) as connection:
        ceremonies.put(connection, CeremonyRow(owner, kind, hashed(state), detail, now + CEREMONY_LIFE), now)
    return address


def _account(node: Node, owner: bytes, kind: str, code: str, state: str) -> Account:
    provider = _provider(node)
    with on_accounts(node) as connection:
        begun = ceremonies.take(connection, owner, kind, node.clock.now())
    # RFC 6749, section 10.12: the answer must belong to what this browser began
    if begun is None or not code or len(code) > MAX_TEXT or not secrets.compare_digest(hashed(state), begun.challenge):
        raise RefusedError("This answer does not belong to a sign-in begun here.", action="Begin again.")
    return provider.account(code, site_of(node).origin + BACK, begun.detail["nonce"], begun.detail["verifier"])


def _provider(node: Node) -> Openid:
    if node.openid is None:
        raise AbsentError("This node has no provider of accounts.", action="Use a passkey.")
    return node.openid
