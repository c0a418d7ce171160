from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report import sample

from accord.model.maps import Edge, Map, Node
from accord.report.charts.axes import ticks
from accord.report.charts.bars import bars
from accord.report.charts.curve import Step, disruption_curve
from accord.report.charts.drawing import Drawing, fitted, text_width
from accord.report.charts.effect import Happening, Period, effect
from accord.report.charts.infrastructure import MOST_ALONE, MOST_NODES, chosen, infrastructure_map
from accord.report.charts.overlap import overlap_matrix, shade
from accord.report.charts.timeline import Lane, timeline
from accord.report.tokens import picture_rules

SVG = "{http://www.w3.org/2000/svg}"
TEXTS = st.text(max_size=30)
COUNTS = st.integers(0, 10**7)


def sound(drawing: Drawing) -> ET.Element:
    """Checks what holds for every picture; gives its tree."""
    root = ET.fromstring(drawing.svg)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    known = set(re.findall(r"\.([a-z0-9-]+)\{", picture_rules(page=False)))
    for element in root.iter():
        assert set((element.get("class") or "").split()) <= known
        assert element.get("style") is None
        assert not any(
            "nan" in value or "inf" in value for key, value in element.items() if key in ("x", "y", "d", "cx")
        )
    for a, b in combinations(drawing.labels, 2):
        assert not a.meets(b, -0.6), (a, b)
    for box in drawing.labels:
        assert box.left >= -1
        assert box.right <= drawing.width + 1
        assert box.top >= -1
        assert box.bottom <= drawing.height + 1
    return root


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text") if element.get("aria-hidden") is None]


@given(st.lists(st.tuples(TEXTS, COUNTS), max_size=14))
@settings(deadline=None)
def test_bars_are_sound_and_say_every_number(rows) -> None:
    root = sound(bars("b", "title", rows))
    assert len(root.findall(f"{SVG}rect")) == len(rows)


def test_bars_are_as_long_as_their_numbers() -> None:
    root = sound(bars("b", "title", [("a", 100), ("b", 50), ("c", 0)]))
    widths = [float(rect.get("width")) for rect in root.findall(f"{SVG}rect")]
    assert widths[1] == pytest.approx(widths[0] / 2, abs=0.1)
    assert widths[2] == 0


@given(st.integers(0, 16), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_overlap_is_sound_for_any_number_of_members(size: int, rng: random.Random) -> None:
    counts = [[rng.choice((0, 3, 1_200, 9_999_999)) for _ in range(size)] for _ in range(size)]
    sound(overlap_matrix("o", "title", [f"Member of the alliance {n}" for n in range(size)], counts))


@given(COUNTS, COUNTS)
def test_more_is_never_shaded_lighter_and_none_has_no_shade(a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert shade(low, high) <= shade(high, high)
    assert (shade(low, high) == 0) == (low == 0)


steps = st.lists(st.tuples(st.floats(0.01, 400), st.floats(0, 1)), max_size=60)


@given(steps, st.none() | st.floats(0, 5_000))
@settings(deadline=None)
def test_curve_is_sound_and_marks_every_step(pairs, budget) -> None:
    spent, left, marks = 0.0, 1.0, []
    for number, (cost, share) in enumerate(pairs, 1):
        spent += cost
        left *= share
        marks.append(Step(number, spent, left, left / 2, min(1, left * 2), "Member"))
    root = sound(disruption_curve("c", "title", marks, budget=budget))
    assert len(root.findall(f"{SVG}circle")) == len(pairs)


def test_curve_falls_from_all_to_what_remains() -> None:
    root = sound(disruption_curve("c", "t", [Step(1, 10, 0.25, 0.2, 0.3, "A")], budget=None, width=720, height=300))
    line = next(p for p in root.findall(f"{SVG}path") if "s-accent" in p.get("class"))
    (x0, y0), (x1, y1) = (map(float, pair.split()) for pair in line.get("d")[1:].split("L"))
    assert (x0, y0) == (46, 26)
    assert y1 == pytest.approx(26 + 0.75 * 230)
    assert x1 > x0


@given(st.just(0.0) | st.floats(1e-12, 1e9), st.integers(2, 8))
def test_ticks_reach_the_top_in_few_round_steps(top: float, most: int) -> None:
    marks = ticks(top, most)
    assert marks[0] == 0
    assert marks[-1] >= top * (1 - 1e-9)
    assert 2 <= len(marks) <= most + 1


lanes = st.lists(
    st.lists(st.tuples(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.integers(1, 500)), max_size=30), max_size=14
)


@given(lanes)
@settings(deadline=None)
def test_timeline_is_sound_for_any_dates(days) -> None:
    named = [Lane(f"Member {n}", tuple(sorted(seen))) for n, seen in enumerate(days)]
    root = sound(timeline("t", "title", named))
    assert len(root.findall(f"{SVG}rect")) >= sum(bool(lane.seen) for lane in named)


@pytest.mark.parametrize("span", [0, 1, 2, 10, 40, 400, 901, 9_000])
def test_timeline_writes_dates_for_any_span(span: int) -> None:
    first = date(2001, 3, 4)
    root = sound(timeline("t", "t", [Lane("A", ((first, 1), (first + timedelta(days=span), 1)))]))
    assert any(re.search(r"\d{4}", text) for text in texts(root))


def test_map_draws_the_most_harmful_and_says_how_many_more() -> None:
    network = sample.large().network
    root = sound(infrastructure_map("m", "title", network))
    drawn = chosen(network)
    assert len(drawn) == MOST_NODES
    linked = {end for edge in network.edges for end in (edge.source, edge.target)}
    rest = max(network.nodes[n].harm for n in linked - set(drawn))
    assert min(network.nodes[n].harm for n in drawn if n in linked) >= rest
    assert "and 2\u202f600 more" in texts(root)


def test_a_bulk_list_does_not_fill_the_map() -> None:
    alone = [Node(f"eth|{n}", "eth", "wallet", f"{n}", 5, ("a",), 0, 0.5, 0.5) for n in range(900)]
    hosts = [Node(f"ipv4|192.0.2.{n}", "ipv4", "host", f"{n}", 1, ("a",), 1, n / 50, 0.1) for n in range(50)]
    network = Map((*alone, *hosts), tuple(Edge(900, 900 + n, "hosts", 1) for n in range(1, 50)), ("One",))
    drawn = chosen(network)
    assert {900 + n for n in range(50)} <= set(drawn)
    assert len(drawn) == 50 + MOST_ALONE


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["host", "domain", "url", "wallet", "account", "file", "persona", "report", "new"]),
            TEXTS,
            st.floats(0, 100),
            st.integers(0, 3),
            st.floats(0, 1),
            st.floats(0, 1),
            st.integers(0, 4),
        ),
        max_size=40,
    ),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39), st.floats(0, 1)), max_size=60),
)
@settings(deadline=None)
def test_map_is_sound_for_any_network(things, links) -> None:
    nodes = tuple(
        Node(f"x|{n}", "x", shape, label, harm, tuple("abcd"[:holders]), cluster, x, y)
        for n, (shape, label, harm, cluster, x, y, holders) in enumerate(things)
    )
    edges = tuple(Edge(a, b, "lead", sure) for a, b, sure in links if a < len(nodes) and b < len(nodes))
    sound(infrastructure_map("m", "title", Map(nodes, edges, ("One", "Two", "Three"))))


def test_labels_of_the_map_keep_clear_of_its_marks() -> None:
    network = sample.small().network
    root = ET.fromstring(infrastructure_map("m", "t", network).svg)
    discs = [(float(c.get("cx")), float(c.get("cy")), float(c.get("r"))) for c in root.findall(f"{SVG}circle")]
    for text in root.findall(f"{SVG}text"):
        if text.get("aria-hidden") or "m " not in text.get("class"):
            continue
        width = text_width(text.text, 11, mono=True)
        start = {None: 0.0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        left, base = float(text.get("x")) - start, float(text.get("y"))
        for x, y, r in discs:
            inside = left < x < left + width and base - 8 < y < base
            assert not inside, (text.text, x, y, r)


@given(st.text(max_size=60), st.floats(10, 300))
def test_fitted_text_fits(text: str, room: float) -> None:
    shown = fitted(text, room, 12)
    assert text_width(shown, 12) <= room or shown == "…"
    assert shown == text or shown.endswith("…")


def test_the_same_input_gives_the_same_picture() -> None:
    network = sample.small().network
    assert infrastructure_map("m", "t", network) == infrastructure_map("m", "t", network)


@given(st.lists(st.floats(0, 80), min_size=12, max_size=120), st.sampled_from((860.0, 380.0)))
@settings(deadline=None, max_examples=60)
def test_the_difference_is_not_written_across_the_counts(counts, width) -> None:
    first = date(2026, 1, 5)
    rows = [Period(first + timedelta(weeks=i), count, 40.0, 30.0, 50.0) for i, count in enumerate(counts)]
    day = rows[len(rows) * 3 // 4].day
    said = "no effect shown"
    drawing = effect("e", "t", rows, [Happening("Seized", day)], unit="cases a week", difference=said, width=width)
    root = ET.fromstring(drawing.svg)
    text = next(element for element in root.iter(f"{SVG}text") if element.text == said)
    x, baseline = float(text.get("x", "")), float(text.get("y", ""))
    half = text_width(said, 15) / 2
    lines = [path.get("d", "") for path in root.iter(f"{SVG}path") if "s-accent" in (path.get("class") or "").split()]
    for point in re.findall(r"(-?[\d.]+)[ ,](-?[\d.]+)", " ".join(lines)):
        if abs(float(point[0]) - x) < half:
            assert not baseline - 11 < float(point[1]) < baseline + 3, (point, baseline)
