"""Coming back without one's passkeys: a second person vouches, a delay passes, the person is told all the while.

1. Anybody may ask in anybody's name; what they get looks the same whether there is such a person or not: a code, which
   they keep, and two words, which they read out to a colleague.
2. The person named is told on every page of every session they still have, and can stop it.
3. Somebody else of the same member, or an administrator, compares the words and vouches. Nobody vouches for themselves.
4. After `DELAY` the code lets its holder in, once. All passkeys, sessions and tokens from before are over.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from accord.model.errors import AbsentError, ConflictError, RefusedError
from accord.policy.duties import Deed, Role, Verb, roles_of
from accord.services import keys, sign_in
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.signing import hashed, on_accounts, record_of
from accord.store import identities, passkeys, people, recoveries, sessions, tokens
from accord.store.engine import Connection
from accord.store.recoveries import RecoveryRow
from accord.store.sessions import PersonRow

ASK_LIFE = timedelta(hours=48)
"""So long may it take to find a colleague who vouches."""
DELAY = timedelta(hours=12)
"""Between vouching and coming in: time for the person to see the notice, if it was not they who asked."""
USE_LIFE = timedelta(hours=24)
"""After the delay."""
MOST_OPEN = 3
"""Requests in one person's name at one time; further ones look as if they were taken."""
SHOWN = 50
MAX_AGENT = 200
WORDS = (
    "amber", "anchor", "apple", "arrow", "autumn", "badge", "basil", "beacon", "birch", "bridge", "button",
    "canal", "candle", "cedar", "chalk", "cherry", "cinder", "clover", "cobalt", "copper", "coral", "cotton",
    "crane", "cricket", "dahlia", "delta", "ember", "fable", "falcon", "feather", "fennel", "fern", "ferry",
    "garnet", "ginger", "glacier", "granite", "harbor", "hazel", "heron", "indigo", "ivory", "jasmine",
    "juniper", "kettle", "lantern", "lemon", "linen", "lotus", "maple", "marble", "meadow", "mirror", "nectar",
    "oak", "olive", "opal", "orchid", "otter", "paper", "pebble", "pepper", "pewter", "plum", "quartz",
)  # fmt: skip


class Asked(NamedTuple):
    """`code`: kept by who asks. `check`: two words and a number, read out to who vouches."""

    code: str
    check: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A request as colleagues and the person see it."""

    id: UUID
    person_id: UUID
    name: str
    member_name: str
    check: str
    agent: str
    asked_at: datetime
    expires_at: datetime
    approver: str | None
    ready_at: datetime | None
    mine: bool


class Standing(NamedTuple):
    """From when on a request lets its holder in; `session`: the new session's token, once it did."""

    ready_at: datetime
    session: str | None


def ask(node: Node, member_slug: str, name: str, agent: str) -> Asked:
    """Asks to be let in as this person. The answer does not tell whether there is one."""
    asked = Asked(secrets.token_urlsafe(24), _check_words())
    now = node.clock.now()
    with on_accounts(node) as connection:
        person = people.find_by_name(connection, member_slug.strip()[:100], " ".join(name.split())[:200])
        if person is None or recoveries.count_open(connection, person.id, now) >= MOST_OPEN:
            return asked
        row = RecoveryRow(
            node.ids.new(), person.id, hashed(asked.code), asked.check, agent[:MAX_AGENT], now, now + ASK_LIFE,
            None, None, None,
        )  # fmt: skip
        recoveries.put(connection, row)
        detail = {"person": person.name}
        record_of(node, connection, None, "recovery asked", str(person.id), detail, concerns=person.member_id)
    return asked


def list_open(node: Node, signed: Signed) -> list[Claim]:
    """Open requests of one's own member's people; of everybody's for an administrator."""
    with on_accounts(node) as connection:
        wide = None if Role.ADMINISTRATOR in roles_of(signed.role) else signed.member_id
        rows = recoveries.list_open(connection, node.clock.now(), member_id=wide, most=SHOWN)
    return [
        Claim(
            row.id, row.person_id, name, member_name, row.check, row.agent, row.asked_at, row.expires_at, approver,
            row.ready_at, row.person_id == signed.person_id,
        )
        for row, name, _member, member_name, approver in rows
    ]  # fmt: skip


def vouch(node: Node, signed: Signed, recovery_id: UUID) -> datetime:
    """Vouches for a colleague; from when on they can come in.

    Raises `RefusedError` (one's own request, or not one's duty), `AbsentError`, `ConflictError` (somebody did already).
    """
    permit(signed, Verb.VOUCH)
    now = node.clock.now()
    with on_accounts(node) as connection:
        row, person = _found(connection, signed, recovery_id, now)
        permit(signed, Verb.VOUCH, earlier=[Deed(Verb.OWN_ACCOUNT, row.person_id)])
        if row.approved_by is not None:
            raise ConflictError("Somebody vouched for this already.", action="Reload the list.")
        ready = now + DELAY
        recoveries.approve(connection, row.id, signed.person_id, now=now, ready=ready, end=ready + USE_LIFE)
        detail = {"person": person.name, "ready": ready.isoformat()}
        record_of(node, connection, signed, "recovery vouched for", str(person.id), detail, concerns=person.member_id)
    return ready


def stop(node: Node, signed: Signed, recovery_id: UUID) -> None:
    """Ends a request: by the person in whose name it was made, or by anybody who could vouch. Raises `AbsentError`."""
    permit(signed, Verb.OWN_ACCOUNT)
    now = node.clock.now()
    with on_accounts(node) as connection:
        row, person = _found(connection, signed, recovery_id, now)
        if row.person_id != signed.person_id:
            permit(signed, Verb.VOUCH)
        recoveries.stop(connection, row.id, signed.person_id, now)
        detail = {"person": person.name}
        record_of(node, connection, signed, "recovery stopped", str(person.id), detail, concerns=person.member_id)


def come_back(node: Node, code: str, agent: str) -> Standing:
    """When the request of this code lets its holder in; from then on it does, and ends all from before.

    Raises `RefusedError` for a code that nobody vouched for, that works no more, or that never did.
    """
    now = node.clock.now()
    with on_accounts(node) as connection:
        row = recoveries.by_code(connection, hashed(code.strip()[:100]), now)
        person = row and sessions.find_active(connection, row.person_id)
        if row is None or person is None or row.ready_at is None:  # not told apart: it would tell who is here
            raise _no_code()
        if now < row.ready_at:
            return Standing(row.ready_at, None)
        recoveries.use(connection, row.id, now)
        gone = end_everything(node, connection, person.id, now)
        record_of(node, connection, person, "recovery used", str(person.id), {**gone, "person": person.name})
        return Standing(row.ready_at, sign_in.begin_session(node, connection, person.id, "recovery", agent))


def end_everything(node: Node, connection: Connection, person_id: UUID, now: datetime) -> dict[str, int]:
    """Ends a person's passkeys (in the custody log too), sessions, tokens, linked accounts and open links.

    Gives how many there were of each.
    """
    sessions.end_links_of(connection, person_id, now)
    keys.end_lost_passkeys(node, connection, person_id)
    return {
        "passkeys": passkeys.remove_all(connection, person_id),
        "sessions": sessions.end_sessions_of(connection, person_id),
        "tokens": tokens.revoke_all(connection, person_id, now),
        "accounts": identities.unlink(connection, person_id),
    }


def _found(connection: Connection, signed: Signed, recovery_id: UUID, now: datetime) -> tuple[RecoveryRow, PersonRow]:
    row = recoveries.find(connection, recovery_id, now)
    person = row and sessions.find_person(connection, row.person_id)
    if row is None or person is None or not _near(signed, person):
        raise AbsentError("There is no such request, or it is over.", action="Reload the list.")
    return row, person


def _near(signed: Signed, person: PersonRow) -> bool:
    return person.member_id == signed.member_id or Role.ADMINISTRATOR in roles_of(signed.role)


def _check_words() -> str:
    return f"{secrets.choice(WORDS)} {secrets.choice(WORDS)} {secrets.randbelow(90) + 10}"


def _no_code() -> RefusedError:
    return RefusedError(
        "This code does not let anybody in.",
        action="Nobody has vouched for it yet, it was stopped, or it is too old. Ask your colleague, or ask anew.",
    )
