"""The one place where a role, a token's scopes and the separation of duties are enforced.

Every service that changes state calls `permit` first, before it looks whether anything exists.
"""

from __future__ import annotations

from collections.abc import Iterable

from accord.model.errors import RefusedError
from accord.policy import duties
from accord.policy.duties import Deed, Verb
from accord.services.browse import Signed


def permit(signed: Signed, verb: Verb, *, earlier: Iterable[Deed] = ()) -> None:
    """Raises `RefusedError` with the reason unless this person may do this, by role, scope and separation of duties.

    `earlier`: who had which part in the same thing so far, where the two may be the same person.
    """
    for decision in (
        duties.may(signed.role, verb, signed.scopes),
        duties.apart(verb, signed.person_id, earlier),
    ):
        if not decision.allowed:
            raise RefusedError(decision.reasons[0], action="Ask a colleague whose duty it is.")


def permit_either(signed: Signed, *verbs: Verb) -> None:
    """Raises `RefusedError`, with the reason of the first, unless this person may do one of these."""
    if not any(duties.may(signed.role, verb, signed.scopes).allowed for verb in verbs):
        permit(signed, verbs[0])
