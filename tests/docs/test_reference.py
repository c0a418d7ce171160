"""The generated reference says what the program is."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from accord.settings import Settings

DOCS = Path(__file__).resolve().parents[2] / "docs"


@cache
def generator() -> Any:
    spec = importlib.util.spec_from_file_location("accord_docs_generate", DOCS / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_fresh():
    assert generator().stale() == [], "run `make docs`"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_a_description(name):
    assert Settings.model_fields[name].description
    variable = "ACCORD_DATA" if name == "data_dir" else f"ACCORD_{name.upper()}"
    assert f"`{variable}`" in (DOCS / "reference/settings.md").read_text(encoding="utf-8")


def test_every_command_and_each_of_its_parameters_says_what_it_is():
    page = (DOCS / "reference/commands.md").read_text(encoding="utf-8")
    for command in ("run", "serve", "demo", "people add", "people links", "exercise new", "disrupt plan"):
        assert f"## accord {command}\n" in page
    silent = [line for line in page.splitlines() if line.startswith("* `-") and ":" not in line.split("`", 2)[2]]
    assert silent == []
