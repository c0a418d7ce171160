"""`accord demo`, `exercise`, `people` as called."""

from __future__ import annotations

import calling


def test_demo_works_twice_and_says_where_to_read(tmp_path, data):
    words = ("demo", "--out", tmp_path / "out", "--data", data, "--no-stay")
    first = calling.call(*words)
    assert first.code == 0, first.err
    before = calling.results(tmp_path / "out")
    second = calling.call(*words)
    assert second.code == 0, second.err
    assert "report.html" in second.err
    assert calling.results(tmp_path / "out") == before
    links = calling.call("people", "links", "--data", data)
    assert links.err.count("/enter#") == 3


def test_an_exercise_is_not_written_over_what_lies_there(tmp_path):
    words = ("exercise", "new", "--seed", "2", "--scale", "small", "--out", tmp_path / "x")
    assert calling.call(*words).code == 0
    again = calling.call(*words)
    assert (again.code, "--force" in again.err) == (5, True)
    assert calling.call(*words, "--force").code == 0


def test_every_command_explains_itself():
    for command in ((), ("run",), ("serve",), ("demo",), ("exercise", "new"), ("people", "add"), ("disrupt", "plan")):
        done = calling.call(*command, "--help")
        assert done.code == 0
        assert "Usage" in done.out + done.err
