"""Who holds which role, and who is shut out. A change of either ends the sessions that began under the old one."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from accord.model.errors import AbsentError, ConflictError, InputError, RefusedError
from accord.model.ids import derived_id
from accord.policy import duties
from accord.policy.duties import JOINED, Deed, Role, Verb, roles_of
from accord.services import sign_in
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.recovery import end_everything
from accord.services.signing import on_accounts, record_of
from accord.services.site import site_of
from accord.store import members, people, sessions, suspensions
from accord.store.engine import Connection
from accord.store.people import Colleague
from accord.store.sessions import PersonRow

MAX_NAME, MAX_TITLE, MAX_REASON = 120, 120, 500
SHOWN = 500


class Staff(NamedTuple):
    """People, and what the one who looks may do with them."""

    people: list[Colleague]
    everybody: bool
    may_enrol: bool
    may_suspend: bool
    may_vouch: bool


def list_staff(node: Node, signed: Signed) -> Staff:
    """One's own member's people; everybody for an administrator."""
    wide = Role.ADMINISTRATOR in roles_of(signed.role)
    with on_accounts(node) as connection:
        found = people.colleagues(connection, None if wide else signed.member_id, SHOWN)
    able = {
        verb: duties.may(signed.role, verb, signed.scopes).allowed for verb in (Verb.ENROL, Verb.SUSPEND, Verb.VOUCH)
    }
    return Staff(found, wide, able[Verb.ENROL], able[Verb.SUSPEND], able[Verb.VOUCH])


def list_everybody(node: Node) -> list[Colleague]:
    """Everybody of the node; for the command line."""
    with on_accounts(node) as connection:
        return people.colleagues(connection, None, SHOWN)


def find_person(node: Node, member_slug: str, name: str) -> UUID | None:
    """The id of a person, also of one who is shut out; for the command line."""
    person_id = derived_id("person", member_slug, " ".join(name.split()))
    with on_accounts(node) as connection:
        return person_id if sessions.find_person(connection, person_id) else None


def joined_roles(roles: Collection[str]) -> str:
    """Roles as kept in a person's entry.

    Raises `InputError` for one that is unknown, `RefusedError` for a set that one person may not hold, with the reason.
    """
    try:
        chosen = sorted({Role(role) for role in roles}, key=list(Role).index)
    except ValueError:
        raise InputError("There is no such role.", action=f"Roles are {', '.join(Role)}.") from None
    decision = duties.fit(chosen)
    if not decision.allowed:
        raise RefusedError(decision.reasons[0], action="Choose roles that go together.")
    return JOINED.join(chosen)


def enrol_person(
    node: Node, signed: Signed | None, member_slug: str, name: str, *, roles: Collection[str], title: str
) -> UUID:
    """Enters a person who acts for a member, or gives who is there other roles; `signed` None: the command line.

    The same name at the same member is the same person. Raises `RefusedError`, `InputError`, `AbsentError` (member).
    """
    person_id = derived_id("person", member_slug, " ".join(name.split()))
    if signed is not None:
        permit(signed, Verb.ENROL, earlier=[Deed(Verb.OWN_ACCOUNT, person_id)])
    name, title = " ".join(name.split()), " ".join(title.split())
    if not name or len(name) > MAX_NAME or len(title) > MAX_TITLE:
        raise InputError(f"A name has 1 to {MAX_NAME} characters, a title at most {MAX_TITLE}.", action="Shorten it.")
    kept, now = joined_roles(roles), node.clock.now()
    with on_accounts(node) as connection:
        member = members.by_slug(connection, member_slug)
        before = sessions.find_person(connection, person_id)
        if not people.put(connection, person_id, member.id, name, role=kept, title=title, created_at=now):
            return person_id
        verb = "person enrolled"
        if before is not None:
            verb = "person's entry changed"
            if before.role != kept:
                verb = "role changed"
                _end(connection, person_id)
        detail = {"person": name, "role": kept, "before": before.role if before else None}
        record_of(node, connection, signed, verb, str(person_id), detail, concerns=member.id)
    return person_id


def invite(node: Node, signed: Signed, person_id: UUID) -> str:
    """A link for a person's first sign-in, shown once; their member sees that it was made.

    Raises `RefusedError` (not one's duty, or for oneself), `AbsentError`, `ConflictError` (they have a passkey).
    """
    permit(signed, Verb.ENROL, earlier=[Deed(Verb.OWN_ACCOUNT, person_id)])
    return site_of(node).origin + sign_in.make_link(node, person_id, by=signed)


def suspend_person(node: Node, signed: Signed | None, person_id: UUID, reason: str) -> None:
    """Shuts a person out: every session, token and passkey of theirs ends now, and none begins until it is lifted.

    Raises `RefusedError`, `AbsentError` (no such person within reach), `InputError` (no reason), `ConflictError`.
    """
    if signed is not None:
        permit(signed, Verb.SUSPEND, earlier=[Deed(Verb.OWN_ACCOUNT, person_id)])
    reason, now = _reason(reason), node.clock.now()
    with on_accounts(node) as connection:
        person = _within_reach(connection, signed, person_id)
        if sessions.find_active(connection, person_id) is None:
            raise ConflictError("This person is shut out already.", action="Reload the list.")
        by = signed.person_id if signed else None
        suspensions.begin(connection, node.ids.new(), person.member_id, person_id, reason=reason, by=by, now=now)
        gone = end_everything(node, connection, person_id, now)
        detail = {"person": person.name, "reason": reason, **gone}
        record_of(node, connection, signed, "person shut out", str(person_id), detail, concerns=person.member_id)


def lift_suspension(node: Node, signed: Signed | None, person_id: UUID) -> None:
    """Lets a person come in again, by a new invitation. Raises `ConflictError` when they were not shut out."""
    if signed is not None:
        permit(signed, Verb.SUSPEND)
    with on_accounts(node) as connection:
        person = _within_reach(connection, signed, person_id)
        if not suspensions.lift(connection, person.member_id, person_id, node.clock.now()):
            raise ConflictError("This person is not shut out.", action="Reload the list.")
        detail = {"person": person.name}
        record_of(node, connection, signed, "person let in again", str(person_id), detail, concerns=person.member_id)


def suspend_member(node: Node, signed: Signed | None, member_slug: str, reason: str) -> None:
    """Shuts out everybody who acts for a member; sessions, tokens and passkeys of all of them end now.

    Raises `RefusedError` (not an administrator, or one's own member), `AbsentError`, `InputError`.
    """
    if signed is not None:
        permit(signed, Verb.RUN_NODE)
    reason, now = _reason(reason), node.clock.now()
    with on_accounts(node) as connection:
        member = members.by_slug(connection, member_slug)
        if signed is not None and member.id == signed.member_id:
            raise RefusedError("Nobody shuts out their own member.", action="Ask whoever runs the node.")
        by = signed.person_id if signed else None
        suspensions.begin(connection, node.ids.new(), member.id, None, reason=reason, by=by, now=now)
        everybody = suspensions.people_of(connection, member.id)
        for person_id in everybody:
            end_everything(node, connection, person_id, now)
        detail = {"reason": reason, "people": len(everybody)}
        record_of(node, connection, signed, "member shut out", member.slug, detail, concerns=member.id)


def lift_member(node: Node, signed: Signed | None, member_slug: str) -> None:
    """Lets a member's people come in again, by new invitations. Raises `ConflictError` when it was not shut out."""
    if signed is not None:
        permit(signed, Verb.RUN_NODE)
    with on_accounts(node) as connection:
        member = members.by_slug(connection, member_slug)
        if not suspensions.lift(connection, member.id, None, node.clock.now()):
            raise ConflictError("This member is not shut out.", action="Reload the list.")
        record_of(node, connection, signed, "member let in again", member.slug, {}, concerns=member.id)


def reset_person(node: Node, person_id: UUID, reason: str) -> None:
    """Ends a person's passkeys, sessions and tokens without a second person: for the command line alone, recorded.

    For a node whose last administrator lost every passkey. Whoever can call it owns the machine.
    """
    reason, now = _reason(reason), node.clock.now()
    with on_accounts(node) as connection:
        person = _within_reach(connection, None, person_id)
        detail = {"person": person.name, "reason": reason, **end_everything(node, connection, person_id, now)}
        record_of(node, connection, None, "person reset", str(person_id), detail, concerns=person.member_id)


def _end(connection: Connection, person_id: UUID) -> None:
    """Sessions end; tokens stay, since each use asks the role anew."""
    sessions.end_sessions_of(connection, person_id)


def _within_reach(connection: Connection, signed: Signed | None, person_id: UUID) -> PersonRow:
    person = sessions.find_person(connection, person_id)
    wide = signed is None or Role.ADMINISTRATOR in roles_of(signed.role)
    if person is None or not (wide or (signed and person.member_id == signed.member_id)):
        raise AbsentError("There is no such person, or none of your member.", action="Reload the list.")
    return person


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON:
        raise InputError(f"This needs a reason of at most {MAX_REASON} characters.", action="Say why in a sentence.")
    return reason
