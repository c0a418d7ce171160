import json
from datetime import timedelta

import numpy as np
import pytest
from impact_worlds import DAY, ORIGIN, declared, made, weekly

from accord.impact import Rung, Verdict, by_rung, measure, placebos, plain
from accord.impact.simulation import World
from accord.impact.wording import signed

CALM = World(300.0, 500.0, 0.2, 0.03, 0.08)


def test_an_effect_is_said_with_its_interval_and_as_a_contribution() -> None:
    finding = measure({"pages": made(-0.3, 1, CALM)}, declared())
    assert (finding.verdict, finding.null) == (Verdict.FEWER, False)
    assert "lower than expected in the 52 weeks after “kit authors arrested” on 29 Dec 2025" in finding.sentence
    assert f"95 % interval {signed(finding.change.low)} to {signed(finding.change.high)}" in finding.sentence
    assert "may have contributed" in finding.sentence
    for claim in ("caused", "because of", "thanks to"):
        assert claim not in finding.sentence


def test_a_null_result_is_a_result() -> None:
    finding = measure({"pages": made(0, 2)}, declared())
    assert (finding.verdict, finding.null) == (Verdict.NOT_SHOWN, True)
    assert finding.sentence.startswith("No effect shown")
    assert f"less than about {finding.change.visible:.0f} %" in finding.sentence


def test_more_is_called_more() -> None:
    finding = measure({"pages": made(0.5, 3, CALM)}, declared())
    assert finding.verdict is Verdict.MORE
    assert "more pages" in finding.sentence


def test_a_method_that_sees_ghosts_is_not_believed() -> None:
    values = made(0, 5, CALM).values.copy()
    at = (placebos(weekly(values), declared()).changes[4].day - ORIGIN).days // 7
    values[at:] = np.round(0.4 * values[at:])
    values[104:] = np.round(0.1 * values[104:])
    finding = measure({"pages": weekly(values)}, declared())
    assert (finding.verdict, finding.null) == (Verdict.NOT_CREDIBLE, True)
    assert "must not be used" in finding.sentence


def test_silence_has_its_own_words() -> None:
    values = made(0, 2, CALM).values.copy()
    values[104:] = 0
    assert "none at all" in measure({"pages": weekly(values)}, declared()).sentence


def test_a_late_declaration_is_exploratory() -> None:
    late = declared(declared_at=DAY + timedelta(days=9), retrospective=True)
    assert "exploratory" in measure({"pages": made(-0.3, 1, CALM)}, late).sentence


def test_rungs_stay_apart() -> None:
    table = {"pages": made(-0.3, 1, CALM)}
    outcome, output = measure(table, declared()), measure(table, declared(rung=Rung.OUTPUT))
    assert by_rung([outcome, output]) == {
        Rung.OUTPUT: (output,),
        Rung.INTERMEDIATE: (),
        Rung.OUTCOME: (outcome,),
    }
    assert list(by_rung([])) == [Rung.OUTPUT, Rung.INTERMEDIATE, Rung.OUTCOME]


def test_the_statistician_is_told_what_it_rests_on() -> None:
    finding = measure({"pages": made(-0.3, 1, CALM)}, declared())
    told = {one.name: one.text for one in finding.assumptions}
    assert finding.digest in told["declared"]
    assert told["expected in advance"].startswith("−20 %, which the interval ")
    assert {"model", "trend goes on", "nothing else", "memory", "placebo dates", "another method"} <= told.keys()


def test_plain_values_survive_json_and_hold_a_chart() -> None:
    values = made(-0.3, 1, CALM).values.copy()
    values[7] = np.nan
    document = json.loads(json.dumps(plain(measure({"pages": weekly(values)}, declared())), allow_nan=False))
    row = document["chart"][7]
    assert row["day"] == "2024-02-19"
    assert (row["observed"], row["difference"]) == (None, None)
    assert row["low"] <= row["expected"] <= row["high"]
    assert len(document["chart"]) == 156
    assert document["changes"][0]["low"] < document["changes"][0]["high"]


@pytest.mark.parametrize(
    ("value", "written"), [(-30.4, "−30 %"), (4.25, "+4.2 %"), (0.01, "0 %"), (-9.96, "−10 %"), (12345, "+12,345 %")]
)
def test_percentages_are_written_for_people(value: float, written: str) -> None:
    assert signed(value) == written
