import json

import pytest

from accord.cli.exercise import app
from accord.model.errors import ConflictError


def run(*arguments):
    return app(["new", *map(str, arguments)], result_action="return_value")


def test_new_writes_members_people_and_truth(tmp_path, capsys):
    out = tmp_path / "x"
    assert run("--seed", 4, "--scale", "small", "--out", out, "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert sorted(path.name for path in out.iterdir()) == ["README.md", "members", "people.toml", "truth"]
    assert summary["files"] == sum(path.is_file() for path in out.rglob("*"))
    assert len(list((out / "members").iterdir())) == 10


def test_new_refuses_a_folder_that_holds_something_unless_forced(tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(ConflictError, match="--force"):
        run("--scale", "small", "--out", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert run("--scale", "small", "--out", tmp_path, "--force") == 0
    assert (tmp_path / "mine.txt").read_text() == "keep me"
    assert (tmp_path / "people.toml").exists()


def test_new_refuses_a_file(tmp_path):
    target = tmp_path / "file"
    target.write_text("")
    with pytest.raises(ConflictError, match="Name a folder"):
        run("--out", target, "--force")
