"""What members say back: sightings, corrections, ratings of what others shared; between the two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from accord.model.errors import InputError, LimitError, RefusedError
from accord.model.selectors import Selector, SelectorKind
from accord.policy.duties import Verb
from accord.selectors import identify
from accord.services import answering
from accord.services.browse import Signed, reading
from accord.services.handling import absent, bounded_reason
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import between_two
from accord.store import audiences, browse_contributions, feedback
from accord.store.engine import look_as

SIGHTING, CORRECTION, RATING = "sighting", "correction", "rating"
KINDS = (SIGHTING, CORRECTION, RATING)
ACCEPTED, DECLINED = "accepted", "declined"
MAX_OPEN = 50
"""What one member may have waiting on one contribution: nobody is buried."""
MAX_COUNT = 10**9
STARS = (1, 2, 3, 4, 5)
CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says. `value`: the selector that was seen, defanged or not; `count` times; `seen_at` last.

    `stars`: how useful, 1 to 5. `claim_number`: position of the claim it is about, None for the whole.
    """

    kind: str
    words: str = ""
    value: str = ""
    count: int = 1
    seen_at: datetime | None = None
    stars: int = 0
    claim_number: int | None = None


@dataclass(frozen=True, slots=True)
class SaidView:
    """What was said, as either side reads it. `selector_kind`, `value`: of a sighting; empty when none was named."""

    id: UUID
    contribution_id: UUID
    title: str
    kind: str
    member_name: str
    originator_name: str
    person_name: str
    to_us: bool
    claim_number: int | None
    words: str
    selector_kind: str
    value: str
    count: int
    seen_at: datetime | None
    stars: int
    said_at: datetime
    answer: str
    answer_reason: str
    answered_at: datetime | None
    there: bool


def say(node: Node, signed: Signed, contribution_id: UUID, word: Word) -> UUID:
    """Tells the originator of a contribution something about it; what was said gets the id that is returned.

    A member's newest rating replaces its earlier one. Raises `AbsentError` (none that this person sees), `InputError`,
    `LimitError`, `RefusedError` (their own).
    """
    permit(signed, Verb.TELL_BACK)
    words, now = bounded_reason(word.words), node.clock.now()
    detail = _checked(word, words, now)
    with reading(node, signed) as connection:
        row = browse_contributions.one(connection, contribution_id)
        if row is None or row.withdrawn_at is not None:
            raise absent()
        if row.member_id == signed.member_id:
            raise RefusedError("It is your own.", action="Hand in what you learnt as a contribution.")
        _check_claim(word, row.claims)
        if feedback.count_of(connection, contribution_id, signed.member_id) >= MAX_OPEN:
            raise LimitError(f"{MAX_OPEN} of your words on it wait for an answer.", action="Wait for some of them.")
        between = audiences.intern(connection, between_two(signed.member_id, row.member_id))
        look_as(connection, signed.viewer, now)
        if word.kind == RATING:
            feedback.take_back_ratings(connection, contribution_id, signed.member_id, now)
        number, title = node.ids.new(), row.title or row.path.rsplit("/", 1)[-1]
        given = feedback.Said(
            number, contribution_id, title, word.claim_number, word.kind, signed.member_id, signed.person_id,
            row.member_id, words, detail, now,
        )  # fmt: skip
        feedback.put(connection, given, between)
        verb = f"{word.kind} reported"
        answering.told(node, connection, signed, verb, about=contribution_id, title=title, audience=between)
    return number


def answer(node: Node, signed: Signed, said_id: UUID, *, accepted: bool, reason: str) -> None:
    """The originator's answer.

    Raises `AbsentError`, `InputError` (declined without a reason), `RefusedError` (not the originator), `ConflictError`
    (answered already).
    """
    permit(signed, Verb.TELL_BACK)
    reason = bounded_reason(reason)
    if not accepted and not reason:
        raise InputError("To decline needs a reason.", action="Say it in a sentence; the other side reads it.")
    with reading(node, signed) as connection:
        row = answering.to_answer(connection, answering.WORDS, signed, said_id)
        given = ACCEPTED if accepted else DECLINED
        answering.answer(node, connection, signed, answering.WORDS, row, given=given, reason=reason)


def take_back(node: Node, signed: Signed, said_id: UUID) -> None:
    """Takes a word back that waits. Raises `AbsentError`, `RefusedError`, `ConflictError` (answered already)."""
    permit(signed, Verb.TELL_BACK)
    answering.take_back(node, signed, answering.WORDS, said_id)


def said_view(row: Any, signed: Signed) -> SaidView:
    """A row of `store.feedback` as a value."""
    detail = row.detail if isinstance(row.detail, dict) else {}
    seen_at = feedback.seen_at(row) if detail.get("seen_at") else None
    return SaidView(
        row.id, row.contribution_id, row.title, row.kind, row.member_name, row.originator_name, row.person_name,
        row.originator_id == signed.member_id, row.claim_number, row.words, detail.get("kind", ""),
        detail.get("value", ""), detail.get("count", 1), seen_at, detail.get("stars", 0), row.said_at, row.answer,
        row.answer_reason, row.answered_at, row.there,
    )  # fmt: skip


def _checked(word: Word, words: str, now: datetime) -> dict[str, Any]:
    if word.kind == SIGHTING:
        return _sighting(word, now)
    if word.kind == CORRECTION:
        if not words:
            raise InputError("A correction says what is wrong.", action="Write what is so, and how you know.")
        return {}
    if word.kind == RATING:
        if word.stars not in STARS:
            raise InputError("A rating is 1 to 5.", action="Choose how useful it was.")
        return {"stars": word.stars}
    raise InputError("That is nothing that can be said of a contribution.", action="Choose one of the three forms.")


def _sighting(word: Word, now: datetime) -> dict[str, Any]:
    if not 1 <= word.count <= MAX_COUNT:
        raise InputError("A sighting is seen once or more.", action="Write how often, as a number.")
    seen_at = word.seen_at or now
    if seen_at > now + CLOCKS_DIFFER:
        raise InputError("It cannot have been seen in the future.", action="Check the time; it is in UTC.")
    detail: dict[str, Any] = {"count": word.count, "seen_at": seen_at.astimezone(UTC).isoformat()}
    if word.value.strip():
        found: Selector | None = identify(word.value.strip()[:2_000])
        if found is None:
            raise InputError("That is not recognised as a selector.", action="Write one alone, or leave it out.")
        detail |= {"kind": str(SelectorKind(found.kind)), "value": found.value}
    return detail


def _check_claim(word: Word, claims: int) -> None:
    if word.claim_number is not None and not 0 <= word.claim_number < claims:
        raise InputError("There is no such claim in it.", action="Choose one of its claims, or the whole.")
