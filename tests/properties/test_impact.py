"""What must hold for any input: a named error or an answer that makes sense, never a stack trace."""

import contextlib
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.impact import (
    Declaration,
    Frequency,
    Intervention,
    Rung,
    Series,
    Spells,
    interrupted,
    kaplan_meier,
    log_rank,
    measure,
    plain,
    read_declaration,
    read_series,
    read_spells,
)
from accord.impact.mixture import Mixture
from accord.model.errors import AccordError

ORIGIN = date(2024, 1, 1)
counts = st.one_of(st.none(), st.integers(0, 5), st.integers(0, 10**9))


def declared(n: int, at: int) -> Declaration:
    return Declaration(
        metric="m",
        unit="u",
        rung=Rung.OUTCOME,
        population="p",
        column="a",
        frequency=Frequency.WEEK,
        window_first=ORIGIN,
        window_last=ORIGIN + timedelta(weeks=n),
        interventions=(Intervention("i", ORIGIN + timedelta(weeks=at)),),
        declared_at=ORIGIN,
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(counts, min_size=1, max_size=60), st.integers(1, 59))
def test_any_counts_give_an_interval_or_a_named_error(values: list[int | None], at: int) -> None:
    series = Series("a", ORIGIN, Frequency.WEEK, np.array([np.nan if v is None else v for v in values], dtype=float))
    try:
        found = interrupted(series, declared(60, at))
    except AccordError:
        return
    change = found.changes[0]
    assert -100 <= change.low <= change.percent <= change.high
    assert np.isfinite([change.percent, change.high, change.p, change.averted]).all()
    assert 0 <= change.p <= 1
    assert (change.p < 0.05) == change.excludes_zero or abs(change.p - 0.05) < 1e-3
    assert np.isfinite(found.path.expected).all()
    assert 0 <= found.leftover <= 1


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=40, max_size=60))
def test_any_finding_is_plain_and_has_a_sentence(values: list[int]) -> None:
    series = Series("a", ORIGIN, Frequency.WEEK, np.array(values, dtype=float))
    try:
        finding = measure({"a": series}, declared(60, 30))
    except AccordError:
        return
    assert finding.sentence
    assert plain(finding)["null"] is finding.null
    assert "nan" not in finding.sentence


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (
        read_declaration,
        read_spells,
        lambda raw: read_series(raw, Frequency.DAY),
        lambda raw: read_series(b"d,a\n2024-01-01," + raw, Frequency.MONTH),
        lambda raw: read_declaration(b"metric = 'm'\n" + raw),
    ):
        with contextlib.suppress(AccordError):
            read(data)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40),
)
def test_survival_only_falls_within_its_limits(one: list[tuple[int, bool]], two: list[tuple[int, bool]]) -> None:
    groups = [
        Spells(n, np.array([d for d, _ in g], float), np.array([b for _, b in g])) for n, g in (("a", one), ("b", two))
    ]
    for group in groups:
        curve = kaplan_meier(group)
        assert (np.diff(curve.away) <= 0).all()
        assert ((curve.low >= 0) & (curve.low <= curve.away + 1e-12)).all()
        assert ((curve.away <= curve.high + 1e-12) & (curve.high <= 1)).all()
    p = log_rank((groups[0], groups[1]))
    assert 0 <= p <= 1
    assert p == log_rank((groups[1], groups[0])) or abs(p - log_rank((groups[1], groups[0]))) < 1e-9
    assert log_rank((groups[0], groups[0])) > 0.999


@given(
    st.lists(st.tuples(st.floats(0.01, 1), st.floats(-3, 3), st.floats(0.01, 2)), min_size=1, max_size=8),
    st.floats(0.005, 0.995),
    st.floats(1, 200),
)
def test_a_quantile_is_where_the_probability_is(parts: list[tuple[float, float, float]], p: float, df: float) -> None:
    weights = np.array([w for w, _, _ in parts])
    mixture = Mixture(weights / weights.sum(), np.array([c for _, c, _ in parts]), np.array([s for *_, s in parts]), df)
    assert abs(mixture.below(mixture.quantile(p)) - p) < 1e-4
