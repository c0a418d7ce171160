# texts of forms read better in one line
"""Declaring, freezing, bringing in, reading: what a person does to measure an effect."""

from __future__ import annotations

import html
import re

import pytest

from accord.impact import read_declaration

from . import measured

GIVEN = {
    "source": "file", "metric": "Phishing pages", "unit": "pages", "rung": "outcome", "population": "two centres",
    "column": "pages", "frequency": "week", "window_first": "2024-07-01", "window_last": "2027-06-27",
    "name_1": "Servers seized", "day_1": "2026-12-28", "comparison": "before and after", "expected": "-20",
    "shape": "level", "substitutes": "other_kit", "tlp": "TLP:GREEN", "watches": "1",
}  # fmt: skip


def freeze(client, **changes):
    given = {**GIVEN, **changes, "csrf": client.csrf}
    shown = client.post("/effect/look", data=given)
    assert shown.status_code == 200, shown.text
    digest = re.search(r'name="seen_digest" value="([0-9a-f]{64})"', shown.text).group(1)
    frozen = client.post("/effect/freeze", data={**given, "seen_digest": digest}, follow_redirects=False)
    assert frozen.status_code == 303
    return frozen.headers["location"], digest


def bring(client, where, what, data):
    form = {"csrf": client.csrf, "of": where.rsplit("/", 1)[1], "what": what}
    return client.post("/effect/bring", data=form, files={"file": ("figures.csv", data, "text/csv")})


def test_a_measure_is_looked_at_frozen_and_shown_with_its_digest(investigator):
    where, digest = freeze(investigator)
    page = investigator.get(where).text
    assert "to be measured after 28 Dec 2026" in page
    assert digest in page
    file = investigator.get(where + "/files/declaration.toml").content
    assert read_declaration(file).digest == digest
    assert str(read_declaration(file).declared_at) == "2026-11-23"  # the node's day, whatever the form says


def test_the_same_declaration_is_frozen_once(investigator):
    freeze(investigator)
    given = {**GIVEN, "csrf": investigator.csrf}
    assert investigator.post("/effect/freeze", data=given).status_code == 409


def test_what_was_not_looked_at_is_not_frozen(investigator):
    given = {**GIVEN, "csrf": investigator.csrf, "seen_digest": "0" * 64}
    assert investigator.post("/effect/freeze", data=given).status_code == 409
    assert "Phishing pages" not in investigator.get("/effect").text.split("Phishing pages reported")[0]


def test_after_the_day_it_is_refused_unless_marked_and_the_mark_stays(investigator):
    late = {"day_1": "2026-06-29", "window_last": "2026-11-15"}
    refused = investigator.post("/effect/look", data={**GIVEN, **late, "csrf": investigator.csrf})
    assert refused.status_code == 422
    assert "was not declared before it" in html.unescape(refused.text)
    assert 'value="Phishing pages"' in refused.text  # nothing that was filled in is lost
    where, _ = freeze(investigator, **late, after="1")
    assert bring(investigator, where, "series", measured.series_csv()).status_code == 200
    assert "Declared after the fact" in investigator.get(where).text
    assert "declared after the fact" in investigator.get("/effect").text


def test_figures_are_measured_as_declared_and_every_measurement_is_kept(investigator):
    where, digest = freeze(investigator, day_1="2026-06-29", window_last="2026-11-15", after="1")
    for _ in range(2):
        page = bring(investigator, where, "series", measured.series_csv())
    assert "fewer than expected" in re.search(r"<h1>(.*?)</h1>", page.text).group(1)
    assert page.text.count("figures.csv") == 2
    assert investigator.get(where + "/files/series.csv").content == measured.series_csv()
    finding = investigator.get(where + "/files/finding.json").json()
    assert (finding["digest"], finding["sealed"]) == (digest, True)
    assert "<svg" in page.text


def test_how_long_things_stay_away_is_drawn_by_group(investigator):
    where, _ = freeze(investigator)
    page = bring(investigator, where, "spells", measured.spells_csv())
    assert "Suspended at the registry" in page.text
    assert "Log-rank test" in page.text
    assert "not declared in advance" not in page.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "No column"),
        (b"day,pages\n2026-01-05,many\n", "is not a count"),
        (b"day,other\n2026-01-05,3\n", "no column"),
        (b"day,pages,other_kit\n2026-01-05,3,4\n", "needs"),
        (b"\xff\xfe", "Not UTF-8"),
        (b"day,pages,other_kit\n" + b"".join(b"2026-01-05,%d,1\n" % n for n in range(9)), "stands twice"),
    ],
)
def test_bad_figures_are_named_and_nothing_is_kept(investigator, data, says):
    where, _ = freeze(investigator)
    answer = bring(investigator, where, "series", data)
    assert answer.status_code == 422
    assert says.lower() in html.unescape(answer.text).lower()
    assert "Traceback" not in answer.text
    assert investigator.get(where + "/files/series.csv").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"metric": ""}, {"day_1": "soon"}, {"window_last": "2024-07-02"}, {"expected": "lots"}, {"rung": "none"},
        {"waves": "9"}, {"substitutes": "pages"}, {"tlp": "TLP:PINK"}, {"population": "x" * 600}, {"frequency": "hour"},
    ],
)  # fmt: skip
def test_a_bad_declaration_comes_back_with_what_to_correct(investigator, changes):
    answer = investigator.post("/effect/look", data={**GIVEN, **changes, "csrf": investigator.csrf})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_nobody_else_sees_a_red_declaration(investigator, enter, seeded):
    where, _ = freeze(investigator, tlp="TLP:RED")
    other = enter(seeded.people["upland"])
    assert other.get(where).status_code == 404
    assert "Phishing pages" not in other.get("/effect").text
    assert bring(other, where, "series", measured.series_csv()).status_code == 404


def test_only_who_declared_it_measures_it(investigator, enter, seeded):
    """The newest measurement is the result that everybody reads."""
    where, _ = freeze(investigator)
    other = enter(seeded.people["upland"])
    assert other.get(where).status_code == 200
    refused = bring(other, where, "series", measured.series_csv())
    assert (refused.status_code, "declared this, and measures it" in refused.text) == (422, True)
    assert "figures.csv" not in investigator.get(where).text


def test_the_node_counts_the_targets_that_were_declared(investigator, node):
    where, _ = freeze(investigator, source="node", column="", metric="", unit="", population="", substitutes="")
    page = investigator.get(where).text
    assert "targets, list" in page
    form = {"csrf": investigator.csrf, "of": where.rsplit("/", 1)[1], "what": "count"}
    answer = investigator.post("/effect/bring", data=form)
    assert answer.status_code == 422  # the day has not come: too few periods after it, said in words
    assert 'role="alert"' in answer.text


def test_declarations_and_measurements_are_written_once(node, investigator):
    from sqlalchemy import text
    from sqlalchemy.exc import ProgrammingError

    from accord.store.engine import node_transaction

    freeze(investigator)
    for change in ("update declaration set text = ''", "delete from declaration", "update measurement set kind = ''"):
        with pytest.raises(ProgrammingError, match="permission denied"), node_transaction(node.engine) as connection:
            connection.execute(text(change))


def test_outputs_results_and_outcomes_stand_apart(filled, reader):
    if "Phishing pages reported" not in reader.get("/effect").text:
        measured.seed(filled.node.engine, filled.node.blobs)
    page = reader.get("/effect").text
    places = [page.index(f'id="rung-{rung}"') for rung in ("output", "intermediate", "outcome")]
    assert places == sorted(places)
    assert places[2] < page.index("Losses reported by customers")
    assert places[1] < page.index("Panels answering") < places[2]
