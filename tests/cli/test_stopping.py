"""Ctrl-C, SIGTERM and kill -9 at many moments: the database stays consistent, and the next run completes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import calling
import psycopg
import pytest

from accord.adapters.cluster import find_place
from accord.adapters.database import EmbeddedServer

ROWS = 1_500
FILES = 260  # more than one batch of intake a member
_MISCOUNTED = """
select path from contribution c
where claims <> (select count(*) from claim where contribution_id = c.id)
   or mentions <> (select count(*) from mention where contribution_id = c.id)
   or not exists (select from event where subject = c.id::text)
   or exists (select from mention m left join selector s on s.id = m.selector_id
              where m.contribution_id = c.id and s.id is null)
"""


def _crowd(folder: Path) -> Path:
    """Three members with files enough that intake takes a while."""
    content = {}
    for member in range(3):
        for number in range(FILES):
            rows = ROWS if number < 3 else 20
            lines = [f"{(member + number) % 40}-{row}.m{number % 7}.example" for row in range(rows)]
            lines.append(f"only-{member}-{number}.example")
            content[f"member-{member}/list-{number}.txt"] = "\n".join(lines).encode()
    return calling.write(folder, content)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """The folder, and what an undisturbed run on it gives."""
    place = tmp_path_factory.mktemp("crowd")
    folder = _crowd(place / "members")
    done = calling.call("run", folder, "--out", place / "out", "--data", place / "node", "--no-pdf")
    calling.discard(place / "node")
    assert done.code == 0, done.err
    return folder, calling.results(place / "out")


def _kept(data: Path, many: int) -> Callable[[], bool]:
    """Whether so many files as received are kept already."""
    return lambda: sum(len(files) for _, _, files in os.walk(data / "blobs")) >= many


def _consistent(data: Path) -> int:
    """How many contributions stand, after a check that each is whole."""
    with EmbeddedServer(data) as urls, psycopg.connect(urls.of("postgres")) as connection:
        assert connection.execute(_MISCOUNTED).fetchall() == []
        return connection.execute("select count(*) from contribution").fetchone()[0]


def _runs(data: Path) -> bool:
    return (find_place(data).cluster / "postmaster.pid").exists()


def _moments(data: Path, out: Path) -> list[tuple[str, Callable[[], bool], float]]:
    return [
        ("while the database is made", (data / "server.lock").exists, 0.05),
        ("with the first files kept", _kept(data, 10), 0.0),
        ("in a transaction of intake", _kept(data, 201), 0.03),
        ("near the end of intake", _kept(data, 2 * FILES), 0.1),
        ("while results are written", (out / "intake.json").exists, 0.0),
    ]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        pytest.param(signal.SIGKILL, -9, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow),
    ],
)
def test_stopped_at_many_moments_it_completes_in_the_end(number, code, crowd, tmp_path, data):
    folder, expected = crowd
    out = tmp_path / "out"
    words = ("run", folder, "--out", out, "--data", data, "--no-pdf")
    contributions = 0
    stopped = 0
    for name, when, after_s in _moments(data, out):
        (out / "intake.json").unlink(missing_ok=True)
        done = calling.interrupt(number, when, *words, after_s=after_s)
        assert done.code in (code, 0), (name, done.code, done.err)  # 0: it had finished before the signal came
        assert "Traceback" not in done.err, name
        stopped += done.code == code
        if number is not signal.SIGKILL:
            assert not _runs(data), f"the database still runs after it was stopped {name}"
        if name != "while the database is made":
            now = _consistent(data)
            assert now >= contributions, "what was kept is gone"
            contributions = now
    assert stopped >= 4
    done = calling.call(*words)
    assert done.code == 0, done.err
    assert calling.results(out) == expected
    assert _consistent(data) == 3 * FILES
