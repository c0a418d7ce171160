import json
from pathlib import Path

import pytest
from impact_worlds import declared, made
from test_declaration import TEXT

from accord.cli.impact import app
from accord.model.errors import AccordError, ConflictError, UnreadableError


def run(*arguments: str) -> None:
    app(list(arguments), exit_on_error=False, result_action="return_value")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    series = made(-0.3, 1)
    rows = "".join(f"{series.day(k)},{value:.0f}\n" for k, value in enumerate(series.values))
    (tmp_path / "s.csv").write_text("week,pages\n" + rows)
    (tmp_path / "d.toml").write_text(TEXT)
    return str(tmp_path / "s.csv"), str(tmp_path / "d.toml")


def test_seal_prints_the_digest(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    run("seal", files[1])
    assert capsys.readouterr().out == declared().digest + "\n"


def test_measure_prints_the_sentence_and_what_it_rests_on(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    run("measure", files[0], "--declaration", files[1])
    shown = capsys.readouterr()
    assert "lower than expected" in " ".join(shown.out.split())
    assert "placebo dates" in shown.out
    assert "No sealed digest" in " ".join(shown.err.split())


def test_measure_as_json_is_the_whole_finding(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(
        "measure",
        files[0],
        "--declaration",
        files[1],
        "--digest",
        declared().digest,
        "--json",
        "--out",
        str(tmp_path / "f.json"),
    )
    printed = capsys.readouterr().out
    assert json.loads(printed)["sealed"] is True
    assert json.loads(printed) == json.loads((tmp_path / "f.json").read_text())


def test_another_digest_is_refused(files: tuple[str, str]) -> None:
    with pytest.raises(ConflictError):
        run("measure", files[0], "--declaration", files[1], "--digest", "0" * 64)


def test_absent_files_are_named(files: tuple[str, str], tmp_path: Path) -> None:
    absent = str(tmp_path / "absent")
    for arguments in (("measure", absent, "--declaration", files[1]), ("seal", absent), ("survival", absent)):
        with pytest.raises(UnreadableError, match="absent cannot be read"):
            run(*arguments)
    with pytest.raises(AccordError, match="cannot be written"):
        run("measure", files[0], "--declaration", files[1], "--out", str(tmp_path / "no" / "f.json"))


def test_survival_compares_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "spells.csv"
    path.write_text("group,days,returned\nwave 1,1,yes\nwave 1,2,yes\nwave 2,30,no\nwave 2,9,yes\n")
    run("survival", str(path))
    assert "Log-rank" in capsys.readouterr().out
    run("survival", str(path), "--json")
    assert [curve["n"] for curve in json.loads(capsys.readouterr().out)["curves"]] == [2, 2]
