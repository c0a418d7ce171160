"""Who is in a made-up alliance: members, one person each with a session and a program's token, and circles."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, insert

from accord.model.handling import Handling
from accord.model.ids import derived_id
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.selectors import SelectorKind as K
from accord.policy.duties import scopes_for
from accord.services.circles import of_circle
from accord.services.record import own
from accord.services.signing import hashed
from accord.store import audiences, circles, members, sessions, taxii_objects, tokens
from accord.store.tables import person
from accord.store.taxii_tables import taxii_key
from accord.store.tokens import TokenRow

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MEMBERS = (("amber", "AA"), ("birch", "BB"), ("cedar", "AA"), ("delta", "CC"), ("ember", "DD"))
KINDS = tuple(MemberKind)
ROLES = ("analyst", "steward", "investigator", "approver", "overseer")
"""Of the members' people: some pages show to some roles alone."""
CIRCLES = tuple(derived_id("circle", name) for name in ("ring", "knot"))
"""Of worlds with circles: members are in some of them. Without, the circles are there, and nobody is in them."""
WORDS = ("parcel", "ledger", "panel", "mule", "kit", "sinkhole", "victim", "forum")


def member_id(member: int) -> UUID:
    return derived_id("member", MEMBERS[member][0])


def person_id(member: int) -> UUID:
    return derived_id("person", MEMBERS[member][0])


def status_id(member: int) -> UUID:
    return derived_id("status", MEMBERS[member][0])


def session_of(member: int) -> str:
    return f"session-of-{MEMBERS[member][0]}"


def program_token(session: str) -> str:
    """The token for programs of who has this session."""
    return f"accord_{hashlib.sha256(session.encode()).hexdigest()[:43]}"


def write(connection: Connection) -> None:
    """Members, what they can do, their people, and how these come in."""
    for place, (slug, country) in enumerate(MEMBERS):
        can = Capability(tuple(ActionType)[place], frozenset({K.DOMAIN}), (), (country,), f"act {place}", 4.0 + place)
        name = f"Member {slug.title()}"
        members.put(connection, Member(member_id(place), slug, name, KINDS[place], country, (can,)), NOW)
        row = {"id": person_id(place), "member_id": member_id(place), "name": f"Person {slug.title()}"}
        connection.execute(insert(person).values(**row, role=ROLES[place], title="Analyst", created_at=NOW))
        token = hashlib.sha256(session_of(place).encode()).digest()
        later = NOW + timedelta(hours=8)
        row_ = sessions.SessionRow(token, person_id(place), f"csrf-{slug}", NOW, NOW, later, "browser")
        sessions.put_session(connection, row_)
        program = hashed(program_token(session_of(place)))
        own_id, scopes = derived_id("token", slug), list(scopes_for(ROLES[place]))
        tokens.put(connection, TokenRow(own_id, person_id(place), program, "A program", scopes, NOW, later, NOW, None))


def write_circles(
    connection: Connection, belonging: Mapping[UUID, tuple[int, ...]], keep: Callable[[Handling], bool]
) -> None:
    """Circles and memberships, the key of cursors, and what became of something that each member posted."""
    connection.execute(insert(taxii_key).values(id=1, key=bytes(range(64))))
    for place, circle in enumerate(CIRCLES):
        if keep(of_circle(circle)):
            audience = audiences.intern(connection, of_circle(circle))
            circles.put(connection, circle, f"Circle {place}", "Words", made_at=NOW, audience=audience)
    for circle, inside in belonging.items():
        for member in inside:
            if keep(own(member_id(member))):
                audience = audiences.intern(connection, own(member_id(member)))
                may = {"reads": True, "writes": True, "joined_at": NOW, "audience": audience}
                circles.admit(connection, circle, member_id(member), **may)
    for member in range(len(MEMBERS)):
        if keep(own(member_id(member))):
            audience = audiences.intern(connection, own(member_id(member)))
            document = f'{{"id":"{status_id(member)}"}}'.encode()
            taxii_objects.put_status(connection, status_id(member), document, asked_at=NOW, audience=audience)
