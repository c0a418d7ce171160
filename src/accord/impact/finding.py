"""What came out, for a minister in a sentence and for a statistician in all its assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from accord.impact.change import Change
from accord.impact.declaration import Declaration, Rung
from accord.impact.displacement import Displacement
from accord.impact.its import Interrupted
from accord.impact.opinion import Opinion
from accord.impact.placebo import Placebos
from accord.impact.synthetic import Synthetic


class Verdict(StrEnum):
    """Read from the interval and the placebos by a fixed rule, never typed in."""

    FEWER = "fewer than expected"
    MORE = "more than expected"
    NOT_SHOWN = "no effect shown"
    NOT_CREDIBLE = "not credible: the method finds effects at placebo dates"


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something the figure rests on, and what the data say about it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A measurement, complete: the declaration (by value and digest) and everything the figure rests on.

    `verdict` is that of the first intervention. `sealed`: whether the digest was checked against a sealed one.
    """

    declaration: Declaration
    digest: str
    sealed: bool
    verdict: Verdict
    result: Interrupted
    placebos: Placebos
    opinion: Opinion | None
    displacement: Displacement | None
    synthetic: Synthetic | None
    sentence: str
    assumptions: tuple[Assumption, ...]

    @property
    def change(self) -> Change:
        return self.result.changes[0]

    @property
    def null(self) -> bool:
        """Whether no effect is shown; such findings are kept and reported like all others."""
        return self.verdict in (Verdict.NOT_SHOWN, Verdict.NOT_CREDIBLE)


def verdict_of(change: Change, placebos: Placebos) -> Verdict:
    """No effect unless the 95 % interval excludes 0, and no belief in it when the placebos raise an alarm."""
    if not change.excludes_zero:
        return Verdict.NOT_SHOWN
    if placebos.alarm:
        return Verdict.NOT_CREDIBLE
    return Verdict.FEWER if change.high < 0 else Verdict.MORE


def by_rung(findings: Iterable[Finding]) -> Mapping[Rung, tuple[Finding, ...]]:
    """Outputs, intermediate results and outcomes apart, in this order, each in the order given; never added up."""
    kept = tuple(findings)
    return {rung: tuple(one for one in kept if one.declaration.rung is rung) for rung in Rung}
