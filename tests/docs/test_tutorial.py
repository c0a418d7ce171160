"""What the tutorial and the how-to pages tell to type works as they say."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from accord.adapters.database import EmbeddedServer

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def commands(page: str) -> list[list[str]]:
    """The lines that are typed: indented or fenced, beginning with `accord` or `.venv/bin/accord`."""
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", " ")  # a line that goes on is one
    return [shlex.split(found) for found in re.findall(r"^(?: {4})?(?:\.venv/bin/)?(accord .+)$", text, re.MULTILINE)]


@pytest.mark.slow
def test_first_hour_runs(tmp_path):
    ran = []
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")}
    try:
        for _, *words in commands("docs/tutorial/first-hour.md"):
            if words[0] == "serve":
                continue  # until Ctrl-C; the browser tests serve
            done = subprocess.run(
                [BIN / "accord", *words],
                cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=400,
            )  # fmt: skip
            ran.append((words[0], done.returncode))
            assert "Traceback" not in done.stderr, done.stderr
        assert ran == [("exercise", 0), ("run", 8), *[("people", 0)] * 3]
        for name in ("intake.html", "leads.html", "report.html"):
            assert (tmp_path / "out" / name).stat().st_size > 1_000
        for name in ("link-truth.csv", "services.json", "bystanders.csv"):
            assert (tmp_path / "exercise/truth" / name).is_file()
    finally:
        EmbeddedServer.discard(tmp_path / "node")


@pytest.mark.parametrize("page", sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs/how-to").glob("*.md")))
def test_words_of_a_how_to_are_known_to_the_command(page):
    from accord.cli.main import app

    for _, *words in commands(page):
        kept = ["2a2f5a3e-7c1e-4c53-9a0c-0e6a3f9d1b11" if word in ("ID", "ITEM") else word for word in words]
        app.parse_args(kept, exit_on_error=False, print_error=False)
