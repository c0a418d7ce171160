"""What is to be measured, and how: written before the action day, then frozen by its digest.

Whoever may choose the metric, the window and the model after seeing the data finds an effect in anything. A
declaration therefore has a digest, which the custody log keeps; measuring with another text is refused.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from accord.impact.periods import Frequency
from accord.model.errors import ConflictError, InputError, RefusedError

VERSION = "accord-impact-declaration/1"
MAX_INTERVENTIONS = 8
MAX_COLUMNS = 200
MAX_HARMONICS = 6


class Rung(StrEnum):
    """How far along the chain a metric lies; the three are never added up."""

    OUTPUT = "output"  # what the members did: servers seized, arrests
    INTERMEDIATE = "intermediate"  # what it did to the business: downtime, cost of rebuilding, affiliates lost
    OUTCOME = "outcome"  # what it did for people: victims, losses


class Shape(StrEnum):
    """What an intervention may do to the series."""

    LEVEL = "level"  # one step for as long as it is said to last
    LEVEL_AND_SLOPE = "level and slope"  # a step that grows or fades; reported as its mean over the time


@dataclass(frozen=True, slots=True)
class Intervention:
    """One day that may have changed the series; `until` is the first day no longer counted as after (None: window)."""

    name: str
    day: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """All that decides the figure, fixed in advance.

    `expected_percent`: −30 is thirty percent fewer; None when nobody would say. `harmonics`: pairs of sine and cosine
    over the year, None for the rule of `design.season_terms`. `donors`: columns for the synthetic control, empty for
    before against after. `retrospective`: the declarers say themselves that the day had passed.
    """

    metric: str
    unit: str
    rung: Rung
    population: str
    column: str
    frequency: Frequency
    window_first: date
    window_last: date
    interventions: tuple[Intervention, ...]
    declared_at: date
    comparison: str = "before and after"
    expected_percent: float | None = None
    shape: Shape = Shape.LEVEL
    trend: bool = True
    harmonics: int | None = None
    substitutes: tuple[str, ...] = ()
    donors: tuple[str, ...] = ()
    retrospective: bool = False

    def __post_init__(self) -> None:
        _check_words(self)
        _check_days(self)
        _check_columns(self)

    @property
    def digest(self) -> str:
        """SHA-256 in hex over the version, a line feed and the canonical JSON (sorted keys, no blanks, UTF-8)."""
        text = json.dumps(_plain(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(f"{VERSION}\n{text}".encode()).hexdigest()


def verify_unchanged(declaration: Declaration, sealed_digest: str) -> None:
    """Raises `ConflictError` when the declaration is not the one that was sealed."""
    if declaration.digest != sealed_digest.strip().lower():
        raise ConflictError(
            f"The declaration of “{declaration.metric}” is not the one that was sealed: its digest is "
            f"{declaration.digest[:16]}…, sealed was {sealed_digest[:16]}…",
            action="Measure with the sealed text; what you want to look at besides goes into a new declaration.",
        )


def _plain(declaration: Declaration) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(declaration, name) for name in Declaration.__dataclass_fields__}
    for name in ("window_first", "window_last", "declared_at"):
        fields[name] = fields[name].isoformat()
    if fields["expected_percent"] is not None:
        fields["expected_percent"] = float(fields["expected_percent"])  # −20 and −20.0 are one expectation
    fields["interventions"] = [
        [one.name, one.day.isoformat(), one.until.isoformat() if one.until else None]
        for one in declaration.interventions
    ]
    return fields


def _check_words(declaration: Declaration) -> None:
    for name in ("metric", "unit", "population", "column", "comparison"):
        words = getattr(declaration, name)
        if not words.strip() or len(words) > 500:
            raise InputError(f"The declaration's {name} is empty or over 500 characters.", action=f"State the {name}.")
    expected = declaration.expected_percent
    if expected is not None and not -100 <= expected <= 10_000:
        raise InputError(
            f"The expected effect of {expected:g} percent is out of range.", action="Give −100 to 10000, or leave it."
        )
    if declaration.harmonics is not None and not 0 <= declaration.harmonics <= MAX_HARMONICS:
        raise InputError(f"harmonics is {declaration.harmonics}.", action=f"Give 0 to {MAX_HARMONICS}, or leave it.")


def _check_days(declaration: Declaration) -> None:
    days = [one.day for one in declaration.interventions]
    if not 1 <= len(days) <= MAX_INTERVENTIONS:
        raise InputError(
            f"The declaration names {len(days)} interventions.", action=f"Name 1 to {MAX_INTERVENTIONS}, by date."
        )
    if days != sorted(set(days)):
        raise InputError("The interventions are not in order of different dates.", action="Sort them, one a day.")
    if not declaration.window_first < days[0] <= days[-1] <= declaration.window_last:
        raise InputError("An intervention lies outside the window.", action="The window holds days before and after.")
    for one in declaration.interventions:
        if one.until is not None and one.until <= one.day:
            raise InputError(f"“{one.name}” ends before it begins.", action="until is a later day than date.")
    if declaration.declared_at >= days[0] and not declaration.retrospective:
        raise RefusedError(
            f"Declared on {declaration.declared_at}, not before the first intervention on {days[0]}.",
            action="Say retrospective = true: the finding is then marked as exploratory.",
        )


def _check_columns(declaration: Declaration) -> None:
    names = (declaration.column, *declaration.substitutes, *declaration.donors)
    if len(names) > MAX_COLUMNS:
        raise InputError(f"The declaration names {len(names)} columns.", action=f"At most {MAX_COLUMNS} are read.")
    if len(set(names)) != len(names):
        raise InputError(
            "A column is named twice among column, substitutes and donors.",
            action="A substitute gains from the action and cannot serve as its comparison: name each column once.",
        )
