"""One declaration and the series it names, measured as declared."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from accord.impact.assumptions import assumptions
from accord.impact.declaration import Declaration, verify_unchanged
from accord.impact.design import build
from accord.impact.displacement import displacement
from accord.impact.finding import Finding, verdict_of
from accord.impact.its import interrupted
from accord.impact.opinion import newey_west
from accord.impact.placebo import placebos
from accord.impact.series import Series
from accord.impact.synthetic import Synthetic, synthetic_control
from accord.impact.wording import sentence
from accord.model.errors import InputError


def measure(table: Mapping[str, Series], declaration: Declaration, *, sealed_digest: str | None = None) -> Finding:
    """The finding of a declaration.

    Parameters
    ----------
    table
        Series by column, all of one file (`reading.read_series`): same origin, same length.
    declaration
        As it was sealed.
    sealed_digest
        What the custody log holds. None: nothing was sealed, and the finding says so.

    Raises
    ------
    ConflictError
        The declaration is not the sealed one.
    InputError
        A column is absent, or cannot be measured; the sentence says why.
    """
    if sealed_digest is not None:
        verify_unchanged(declaration, sealed_digest)
    target = _column(table, declaration.column)
    others = tuple(_column(table, name) for name in declaration.substitutes)
    donors = tuple(_column(table, name) for name in declaration.donors)
    if target.frequency is not declaration.frequency:
        raise InputError(
            f"The series is by {target.frequency.value}, the declaration by {declaration.frequency.value}.",
            action="Read the series with the declared frequency.",
        )
    result = interrupted(target, declaration)
    change = result.changes[0]
    before = placebos(target, declaration)
    moved = displacement(target, others, declaration, change) if others else None
    synthetic = _synthetic(target, donors, declaration) if donors else None
    opinion = newey_west(target, declaration)
    verdict = verdict_of(change, before)
    return Finding(
        declaration=declaration,
        digest=declaration.digest,
        sealed=sealed_digest is not None,
        verdict=verdict,
        result=result,
        placebos=before,
        opinion=opinion,
        displacement=moved,
        synthetic=synthetic,
        sentence=sentence(declaration, change, verdict, before, moved),
        assumptions=assumptions(declaration, result, before, opinion, synthetic),
    )


def _synthetic(target: Series, donors: tuple[Series, ...], declaration: Declaration) -> Synthetic:
    first, last = declaration.window_first, declaration.window_last
    cut = target.between(first, last)
    design = build(cut, declaration)
    effect = design.effects[0]
    quiet = ~np.logical_or.reduce([one.active for one in design.effects]) & ~design.transition
    before = quiet & (np.cumsum(effect.active) == 0)
    return synthetic_control(cut, tuple(donor.between(first, last) for donor in donors), before, effect.active)


def _column(table: Mapping[str, Series], name: str) -> Series:
    if name not in table:
        raise InputError(
            f"The series have no column “{name}”; they have {', '.join(table)[:300]}.",
            action="Hand in the file that the declaration was written for.",
        )
    return table[name]
