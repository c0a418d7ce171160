"""What a figure rests on, for the statistician: each assumption with what the data say about it."""

from __future__ import annotations

from collections.abc import Iterator

from accord.impact.declaration import Declaration
from accord.impact.finding import Assumption
from accord.impact.its import Interrupted
from accord.impact.opinion import Opinion
from accord.impact.placebo import Placebos
from accord.impact.synthetic import Synthetic
from accord.impact.wording import interval, signed

CORRELATED = 0.01
"""Below this probability the leftover autocorrelation is called out."""


def assumptions(
    declaration: Declaration,
    result: Interrupted,
    placebos: Placebos,
    opinion: Opinion | None,
    synthetic: Synthetic | None,
) -> tuple[Assumption, ...]:
    """All of them, in the order in which a sceptic asks."""
    return tuple(_each(declaration, result, placebos, opinion, synthetic))


def _each(
    declaration: Declaration,
    result: Interrupted,
    placebos: Placebos,
    opinion: Opinion | None,
    synthetic: Synthetic | None,
) -> Iterator[Assumption]:
    when = "after the day, hence exploratory" if declaration.retrospective else "before the day"
    yield Assumption("declared", f"{declaration.declared_at}, {when}; digest {declaration.digest}.")
    yield Assumption(
        "comparison",
        f"{declaration.comparison}, {declaration.window_first} to {declaration.window_last}.",
    )
    yield Assumption("model", f"log mean = {' + '.join(result.terms)}; negative binomial counts, latent AR(1) level.")
    yield Assumption("trend goes on", "Without the day, trend and season would have gone on as before and after it.")
    yield Assumption("nothing else", "No other cause changed the series on the same day: the data cannot tell.")
    yield Assumption("memory", _memory(result))
    yield Assumption("interval", "Averages over the noise's size and memory (restricted likelihood), Student's t.")
    if result.gaps or result.left_out:
        yield Assumption(
            "gaps", f"{result.gaps} periods were not recorded, {result.left_out} hold an intervention midway: left out."
        )
    yield Assumption("placebo dates", _placebos(placebos))
    yield Assumption("expected in advance", _expected(declaration, result))
    if opinion is not None:
        yield Assumption(
            "another method",
            f"{opinion.method}: {signed(opinion.percent)}, 95 % interval {signed(opinion.low)} to "
            f"{signed(opinion.high)} (too narrow when the counts remember).",
        )
    if synthetic is not None:
        yield Assumption("synthetic control", _synthetic(synthetic))
    if len(result.changes) > 1:
        each = "; ".join(f"{change.name}: {signed(change.percent)}, {interval(change)}" for change in result.changes)
        yield Assumption("all interventions", f"{each}. Each interval is for itself, not for all together.")


def _memory(result: Interrupted) -> str:
    noise = result.noise
    text = (
        f"Likeliest: {noise.memory:.2f} a period in {100 * noise.share:.0f} % of a spread of "
        f"{100 * noise.spread**0.5:.0f} % beyond counting; autocorrelation left over: p = {result.leftover:.2f}."
    )
    return text if result.leftover >= CORRELATED else f"{text} The model does not follow the series' memory: distrust."


def _placebos(placebos: Placebos) -> str:
    if not placebos.changes:
        return "None: the time before is too short. The figure is unsupported in this respect."
    text = f"{placebos.found} of {len(placebos.changes)} dates before the day show an effect at 95 %"
    return f"{text}; {'more than chance allows' if placebos.alarm else 'no more than chance allows'}."


def _expected(declaration: Declaration, result: Interrupted) -> str:
    if declaration.expected_percent is None:
        return "Nobody stated an expected effect."
    change = result.changes[0]
    inside = change.low <= declaration.expected_percent <= change.high
    return f"{signed(declaration.expected_percent)}, which the interval {'holds' if inside else 'does not hold'}."


def _synthetic(found: Synthetic) -> str:
    mix = ", ".join(f"{name} {100 * weight:.0f} %" for name, weight in found.weights if weight >= 0.005)
    return (
        f"{mix}: {signed(found.percent)}, {100 * found.level:.0f} % interval {signed(found.low)} to "
        f"{signed(found.high)}; p = {found.p:.2f} among {len(found.gaps)} donors treated as placebos; error before "
        f"the day {100 * found.miss:.0f} %."
    )
