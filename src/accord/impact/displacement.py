"""Where it went: what untreated substitutes gained while the target lost, and what is left of the effect in sum."""

from __future__ import annotations

from dataclasses import dataclass

from accord.impact.change import Change
from accord.impact.declaration import Declaration
from accord.impact.its import interrupted
from accord.impact.series import Series, total


@dataclass(frozen=True, slots=True)
class Gain:
    """One substitute's own change over the periods of the first intervention."""

    column: str
    change: Change


@dataclass(frozen=True, slots=True)
class Displacement:
    """`gains`: one a substitute. `net`: the change of target and substitutes added up, which is what the victims see.

    `share`: of the events averted at the target, how much the substitutes gained (0.4 = two fifths moved); None when
    the target lost nothing. It is a ratio of estimates: the interval to trust is that of `net`.
    """

    gains: tuple[Gain, ...]
    net: Change
    share: float | None

    @property
    def shown(self) -> bool:
        """Whether a substitute's growth is beyond chance."""
        return any(gain.change.low > 0 for gain in self.gains)


def displacement(
    target: Series, substitutes: tuple[Series, ...], declaration: Declaration, lost: Change
) -> Displacement:
    """Measures each substitute and the sum as the target was. `lost`: the target's own change.

    Raises `InputError` when a substitute cannot be measured: leaving it out would hide where the harm went.
    """
    gains = tuple(Gain(one.name, interrupted(one, declaration).changes[0]) for one in substitutes)
    net = interrupted(total("target and substitutes", (target, *substitutes)), declaration).changes[0]
    gained = -sum(gain.change.averted for gain in gains)
    return Displacement(gains, net, gained / lost.averted if lost.averted > 0 else None)
