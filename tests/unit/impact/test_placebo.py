from datetime import timedelta

import numpy as np
from impact_worlds import DAY, ORIGIN, declared, made, weekly

from accord.impact import Intervention, placebos
from accord.impact.simulation import World


def test_placebos_never_see_the_day() -> None:
    series = made(-0.3, 2)
    wild = series.values.copy()
    wild[104:] = 10_000
    assert placebos(series, declared(), 3) == placebos(weekly(wild), declared(), 3)
    cut = declared(interventions=(Intervention("a", DAY - timedelta(days=3)),))
    wild[103:] = 10_000
    assert placebos(series, cut, 3) == placebos(weekly(wild), cut, 3)


def test_dates_lie_before_the_day_with_values_on_both_sides() -> None:
    found = placebos(made(0, 3), declared())
    assert len(found.changes) == 8
    assert all(change.day < DAY and change.periods >= 3 for change in found.changes)
    assert [change.day for change in found.changes] == sorted(change.day for change in found.changes)


def test_a_jump_long_before_the_day_raises_the_alarm() -> None:
    calm = made(0, 5, World(300, 1000, 0.1, 0.02))
    at = (placebos(calm, declared()).changes[4].day - ORIGIN).days // 7
    values = calm.values.copy()
    values[at:] = np.round(0.4 * values[at:])
    found = placebos(weekly(values), declared())
    assert found.alarm
    assert found.found >= 1


def test_a_short_past_has_no_placebos() -> None:
    found = placebos(
        made(0, 3), declared(interventions=(Intervention("a", DAY - timedelta(weeks=96)),), declared_at=ORIGIN)
    )
    assert (found.changes, found.found, found.alarm) == ((), 0, False)
