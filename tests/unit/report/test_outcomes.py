"""The chapter on what it did: pictures, methods, null results, and what is promised."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.report import sample

from accord.report.chapters import outcomes
from accord.report.facts import OutcomeFacts
from accord.report.html import page_html
from accord.report.insight import insight_report

_PATH = Path(__file__).parents[2] / "web" / "measured.py"


@pytest.fixture(scope="module")
def measured():
    spec = importlib.util.spec_from_file_location("report_measured", _PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def fact(measured, given, **more):
    finding = measured.finding(given)
    change = finding["changes"][0]
    return OutcomeFacts(
        given.metric, change["percent"], change["low"], change["high"], "%", "interrupted time series",
        null=finding["null"], rung=given.rung.value, retrospective=given.retrospective, population=given.population,
        declared_at=given.declared_at, digest=given.digest, query="accord impact measure series.csv", document=finding,
        **more,
    )  # fmt: skip


def report(measured):
    made = (
        fact(measured, measured.declared(), survival=measured.survival()),
        fact(measured, measured.NULL),
        fact(measured, measured.AFTER),
    )
    promised = ("domains suspended (one registry), from 1 Feb 2027",)
    facts = replace(sample.small(), outcomes=made, promised=promised, methods=outcomes.methods(made))
    return insight_report(facts)


def test_effects_are_told_with_pictures_methods_and_null_results(measured):
    text = page_html(report(measured))
    assert "What it did" in text
    assert "no effect shown" in text
    assert "Declared after the fact" in text
    assert "Contribution, never sole credit" in text
    assert "Domains suspended (one registry)" in text
    assert text.count("how-effect-1") > 3  # its figures lead to its method
    order = [text.index(f'id="effects-{rung}"') for rung in ("intermediate", "outcome")]
    assert order == sorted(order)


def test_the_same_findings_give_the_same_bytes(measured):
    assert page_html(report(measured)) == page_html(report(measured))


def test_a_report_of_nothing_names_no_date():
    empty = replace(sample.small(), made_at=sample.small().made_at.replace(year=1970))
    assert "Made from records without a date" in page_html(insight_report(empty))
