"""The generated reference says what the program is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from accord.settings import Settings

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_generated_pages_are_fresh():
    # A process of its own: the command's usage lines show how the present one was started.
    check = [sys.executable, str(DOCS / "generate.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


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
