"""The handling editor's form, read into a value: what a person chose, or a sentence that says which field is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accord.model.errors import InputError
from accord.model.handling import Grade, Handling, HandlingCode, Pap, Tlp
from accord.policy.purposes import PURPOSES
from accord.policy.sound import contradictions
from accord.services import browse_alliance
from accord.services.browse import Signed
from accord.services.browse_alliance import MemberView, Reader
from accord.services.node import Node
from accord.web.render import PageRequest
from accord.web.sessions import field

MOST = 500
"""Entries of one list in the form."""
CODE_WORDS = {
    HandlingCode.H0: "Only to prevent and fight crime",
    HandlingCode.H1: "No use in court without our permission",
    HandlingCode.H2: "Not to be passed on without our permission",
    HandlingCode.H3: "Other limits, in words",
}
GRADES = tuple(f"{source}{information}" for source in "ABCX" for information in range(1, 5))


@dataclass(frozen=True, slots=True)
class Look:
    """A handling as the editor shows it: who would see it for `purpose`, and what contradicts itself in it."""

    handling: Handling
    purpose: str
    readers: list[Reader]
    wrong: tuple[str, ...]

    @property
    def seen_by(self) -> int:
        return sum(reader.allowed for reader in self.readers)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the editor offers for choice."""

    tlps: tuple[Tlp, ...]
    paps: tuple[Pap, ...]
    codes: dict[HandlingCode, str]
    grades: tuple[str, ...]
    purposes: dict[str, str]
    others: list[MemberView]
    countries: str


def offer(node: Node, signed: Signed) -> Offer:
    """The choices, for this person."""
    every = browse_alliance.list_members(node, signed)
    others = [member for member in every if member.id != signed.member_id]
    countries = ", ".join(sorted({member.country for member in every if member.country}))
    words = {name: purpose.words for name, purpose in PURPOSES.items()}
    return Offer(tuple(Tlp), tuple(Pap), CODE_WORDS, GRADES, words, others, countries)


def look(node: Node, signed: Signed, handling: Handling, purpose: str = "") -> Look:
    """Who would see a thing of this handling, as it is written."""
    purpose = purpose if purpose in PURPOSES else ""
    readers = browse_alliance.who_would_see(node, signed, handling, purpose=purpose)
    return Look(handling, purpose, readers, contradictions(handling, node.clock.now()))


def read_handling(request: PageRequest, signed: Signed, before: Handling | None = None) -> Handling:
    """The handling that was chosen. What the form cannot say (`also`, rules unknown here) is kept from `before`.

    A label that is not there is AMBER. Raises `InputError` that names the field.
    """
    limited = field(request, "purposes") == "these"
    within = field(request, "circles") == "these"
    countries = field(request, "jurisdictions").replace(",", " ").upper().split()[:MOST]
    made = Handling(
        tlp=_tlp(field(request, "tlp")),
        pap=_pap(field(request, "pap")),
        circles=_ids(request, "circle") if within else None,
        originators=frozenset({signed.member_id}),
        purposes=frozenset(_several(request, "purpose")) if limited else None,
        jurisdictions=frozenset(countries) if countries else None,
        excluded_members=_ids(request, "excluded"),
        embargo_until=_moment(request, "embargo_until", "embargo"),
        expires_at=_moment(request, "expires_at", "end of sharing"),
        retain_until=_moment(request, "retain_until", "retention"),
        originator_control=bool(field(request, "originator_control")),
        codes=frozenset(_codes(_several(request, "code"))),
        limits=field(request, "limits").strip(),
        permitted=_ids(request, "permitted"),
        grade=_grade(field(request, "grade")),
    )
    if before is None:
        return made
    return replace(made, also=before.also, unknown=before.unknown, originators=before.originators | {signed.member_id})


def _several(request: PageRequest, name: str) -> list[str]:
    given: Iterable[Any] = request.state.form.getall(name, [])
    return [one.replace("\x00", "") for one in given if isinstance(one, str)][:MOST]


def _ids(request: PageRequest, name: str) -> frozenset[UUID]:
    try:
        return frozenset(UUID(one) for one in _several(request, name))
    except ValueError:
        raise InputError(f"The list {name!r} names something that is not there.", action="Reload the page.") from None


def _codes(given: list[str]) -> list[HandlingCode]:
    try:
        return [HandlingCode(one) for one in given]
    except ValueError:
        raise InputError("There are the codes H0, H1, H2 and H3.", action="Choose among them.") from None


def _tlp(label: str) -> Tlp:
    try:
        return Tlp.from_label(label) if label else Tlp.AMBER
    except ValueError:
        raise InputError("That is no TLP 2.0 label.", action="Choose one of the list.") from None


def _pap(label: str) -> Pap:
    try:
        return Pap[label.upper().removeprefix("PAP:")] if label else Pap.AMBER
    except KeyError:
        raise InputError("That is no PAP level.", action="Choose one of the list.") from None


def _grade(label: str) -> Grade | None:
    try:
        return Grade.from_label(label) if label else None
    except ValueError:
        raise InputError("A 4x4 grade is a letter A, B, C or X and a digit 1 to 4.", action="Choose one.") from None


def _moment(request: PageRequest, name: str, words: str) -> datetime | None:
    """A time as browsers send it (`2026-11-23T14:05`), in UTC; a day alone begins at midnight."""
    text = field(request, name).strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(f"The {words} is no date.", action="Write it as 2026-11-23T14:05, in UTC.") from None
