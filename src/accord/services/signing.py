"""From rows to `Signed`: the one way in which a person or a program becomes somebody who acts."""

from __future__ import annotations

from accord.policy.decide import Viewer
from accord.services.browse import Signed
from accord.store.sessions import PersonRow, SessionRow
from accord.store.tokens import TokenRow

NOBODY = Viewer(member_id=None)
"""Who is asking before anybody is known."""


def signed_by_session(person: PersonRow, session: SessionRow) -> Signed:
    """A person in a browser."""
    return Signed(
        **_who(person),
        csrf=session.csrf,
        token_hash=session.token_hash,
        last_seen=session.seen_at,
        how=session.how,
        began_at=session.created_at,
    )


def signed_by_token(person: PersonRow, token: TokenRow) -> Signed:
    """A program that acts as its owner, within the token's scopes. No form is ever sent by it."""
    return Signed(
        **_who(person),
        csrf="",
        token_hash=token.token_hash,
        last_seen=token.last_used_at or token.created_at,
        scopes=frozenset(token.scopes),
        how="token",
        began_at=token.created_at,
    )


def _who(person: PersonRow) -> dict[str, object]:
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
        "viewer": Viewer(member_id=person.member_id, role=person.role, country=person.member_country),
    }
