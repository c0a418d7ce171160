from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta

import pytest
from impact_worlds import DAY, ORIGIN, declared, made

from accord.impact import Intervention, Rung, Shape, measure, read_declaration, verify_unchanged
from accord.model.errors import ConflictError, InputError, LimitError, RefusedError, UnreadableError

TEXT = """
metric = "Phishing pages reported"
unit = "pages"
rung = "outcome"
population = "reports to two national centres"
column = "pages"
frequency = "week"
declared_at = 2025-11-29
expected_percent = -20
[window]
first = 2024-01-01
last = 2026-12-27
[[intervention]]
name = "kit authors arrested"
date = 2025-12-29
"""

CHANGES = {
    "metric": "Phishing pages",
    "unit": "reports",
    "rung": Rung.INTERMEDIATE,
    "population": "one centre",
    "column": "other",
    "window_first": ORIGIN + timedelta(days=7),
    "window_last": ORIGIN + timedelta(weeks=150),
    "interventions": (Intervention("kit authors arrested", DAY + timedelta(days=7)),),
    "declared_at": DAY - timedelta(days=29),
    "comparison": "another",
    "expected_percent": None,
    "shape": Shape.LEVEL_AND_SLOPE,
    "trend": False,
    "harmonics": 1,
    "substitutes": ("b",),
    "donors": ("c",),
    "retrospective": True,
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_is_a_change(name: str) -> None:
    sealed = declared().digest
    changed = replace(declared(), **{name: CHANGES[name]})
    with pytest.raises(ConflictError, match="not the one that was sealed"):
        verify_unchanged(changed, sealed)


def test_measuring_with_a_changed_declaration_is_refused() -> None:
    table = {"pages": made(-0.3, 1)}
    with pytest.raises(ConflictError):
        measure(table, declared(harmonics=1), sealed_digest=declared().digest)
    assert measure(table, declared(), sealed_digest=declared().digest).sealed


def test_a_declaration_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        declared().metric = "another"  # type: ignore[misc]


def test_a_declaration_after_the_day_must_say_so() -> None:
    with pytest.raises(RefusedError, match="not before the first intervention"):
        declared(declared_at=DAY)
    assert declared(declared_at=DAY, retrospective=True).retrospective


def test_the_file_gives_the_same_declaration_and_digest() -> None:
    read = read_declaration(TEXT.encode())
    assert read == declared()
    assert read.digest == declared().digest
    assert read_declaration(b"# a remark\n" + TEXT.encode()).digest == read.digest


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('unit = "pages"', 'units = "pages"', "Unknown in a declaration: units"),
        ('unit = "pages"', "unit = 3", "unit is missing or not str"),
        ('unit = "pages"', 'unit = " "', "unit is empty"),
        ('"outcome"', '"benefit"', "rung is not one of output, intermediate, outcome"),
        ("expected_percent = -20", "expected_percent = nan", "expected_percent"),
        ("expected_percent = -20", "expected_percent = -120", "out of range"),
        ("expected_percent = -20", "harmonics = true", "harmonics"),
        ("expected_percent = -20", "harmonics = 40", "harmonics is 40"),
        ("expected_percent = -20", 'donors = ["pages"]', "named twice"),
        ("date = 2025-12-29", 'date = "2025-12-29"', "not a date"),
        ("date = 2025-12-29", "date = 2029-12-29", "outside the window"),
        ("date = 2025-12-29", "date = 2025-12-29\nuntil = 2025-12-29", "ends before it begins"),
        ("date = 2025-12-29", "date = 2025-12-29\nuntill = 2026-12-29", "Unknown in"),
        ("[[intervention]]", "[intervention]", "No \\[\\[intervention\\]\\]"),
        ("[window]\nfirst", "[window]\nextra = 1\nfirst", "needs first and last"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_declaration(TEXT.replace(old, new).encode(), path="d.toml")
    assert caught.value.path == "d.toml"
    assert caught.value.action


def test_hostile_files_are_refused() -> None:
    with pytest.raises(LimitError):
        read_declaration(b"#" * 70_000)
    with pytest.raises(UnreadableError):
        read_declaration(b"a = " + b"[" * 5_000)
    with pytest.raises(UnreadableError):
        read_declaration(b"\xff\xfe")


def test_interventions_are_in_order() -> None:
    late, early = Intervention("b", date(2026, 3, 2)), Intervention("a", DAY)
    with pytest.raises(InputError, match="not in order"):
        declared(interventions=(late, early))
