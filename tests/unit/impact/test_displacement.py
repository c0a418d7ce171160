import numpy as np
import pytest
from impact_worlds import declared, made, weekly

from accord.impact import measure
from accord.impact.simulation import World
from accord.model.errors import InputError

CALM = World(300.0, 500.0, 0.2, 0.03, 0.08)


def moved(part: float) -> dict:
    """The target loses 40 %, of which `part` goes to the substitute."""
    target, other = made(-0.4, 1, CALM), made(0, 2, CALM, "other").values.copy()
    other[104:] = np.round(other[104:] + part * 0.4 / 0.6 * target.values[104:])
    return {"pages": target, "other": weekly(other, "other")}


def test_what_moved_is_found_and_taken_off() -> None:
    found = measure(moved(0.5), declared(substitutes=("other",))).displacement
    assert found is not None
    assert found.shown
    assert found.share == pytest.approx(0.5, abs=0.2)
    assert -25 < found.net.percent < 0


def test_what_only_moved_has_no_effect_in_sum() -> None:
    finding = measure(moved(1.0), declared(substitutes=("other",)))
    found = finding.displacement
    assert found is not None
    assert found.net.low < 0 < found.net.high
    assert "Some of it moved: other +" in finding.sentence


def test_what_did_not_move_is_said_so() -> None:
    finding = measure(moved(0.0), declared(substitutes=("other",)))
    assert finding.displacement is not None
    assert not finding.displacement.shown
    assert "No displacement shown" in finding.sentence


def test_an_absent_substitute_is_named() -> None:
    with pytest.raises(InputError, match="no column “other”"):
        measure({"pages": made(-0.4, 1)}, declared(substitutes=("other",)))
