"""A folder full of what goes wrong: every fault is named and located, the rest is read, the exit code says partial."""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from pathlib import Path

import calling
import pytest

GOOD = b"indicator,type\nbad-1.example,domain\n192.0.2.7,ipv4\n"
INDICATOR = {
    "type": "indicator", "spec_version": "2.1", "id": "indicator--6a2d4e3c-0f6b-4a9e-8a5e-1f3a7c9b2d10",
    "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "pattern_type": "stix",
    "pattern": "[domain-name:value = 'bad-2.example']", "valid_from": "2026-01-01T00:00:00Z",
}  # fmt: skip


def _bundle(*objects: object) -> bytes:
    return json.dumps(
        {"type": "bundle", "id": "bundle--0e3d5a6b-53a6-4d4c-9d67-0c39a90e2e10", "objects": objects}
    ).encode()


def _zip(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in content.items():
            packed.writestr(name, data)
    return out.getvalue()


def _observable(number: int, **more: object) -> dict[str, object]:
    return {**INDICATOR, "id": f"indicator--6a2d4e3c-0f6b-4a9e-8a5e-{number:012d}", **more}


def _files() -> dict[str, bytes]:
    other = {**INDICATOR, "pattern": "[domain-name:value = 'bad-3.example']"}
    return {
        "good/list.csv": GOOD,
        "good/member.toml": b'name = "Good"\nkind = "cert"\n',
        "broken/member.toml": b'name = "Broken\nkind = [',
        "broken/list.csv": GOOD,
        "wrong/member.toml": b'name = "Wrong"\nkind = "wizard"\n',
        "wrong/list.csv": GOOD,
        "bad/truncated.json": _bundle(INDICATOR, _observable(2))[:-200],
        "bad/bomb.zip": _zip({"bomb.txt": b"\0" * 30_000_000, "fine.csv": GOOD}),
        "bad/line.txt": b"bad-4.example\n" + b"x" * 3_000_000 + b"\nbad-5.example\n",
        "bad/latin.csv": "name,wert\nMüller GmbH,bad-6.example\n".encode("cp1252"),
        "bad/utf16.csv": "﻿name,value\nx,bad-7.example\n".encode("utf-16-le"),
        "bad/page.json": b"<!DOCTYPE html><html><body>Please sign in</body></html>",
        "bad/nested.json": _bundle(json.loads(_bundle(INDICATOR))),
        "bad/twice.json": _bundle(INDICATOR, other),
        "bad/dates.json": _bundle(_observable(3, created="0000-01-01T00:00:00Z"),
                                  _observable(4, valid_from="9999-12-31T23:59:59Z"),
                                  _observable(5, created="2026-02-30T00:00:00.000Z")),
        "bad/unknown.json": _bundle({**INDICATOR, "type": "x-thing", "id": f"x-thing{INDICATOR['id'][9:]}"}),
        "bad/deep.json": b"[" * 100_000 + b"]" * 100_000,
        "bad/headless.csv": b"bad-8.example;192.0.2.8\nbad-9.example;192.0.2.9\n",
        "bad/noise.bin": bytes(range(256)) * 40,
        "bad/empty.txt": b"",
        "bad/surrogate.json": _bundle({"type": "\ud800"}),
        "bad/nul.txt": b"bad-10.example\n\0\0\0\n",
    }  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The command's end, its intake by member and path, and the folder."""
    place = tmp_path_factory.mktemp("bad")
    folder = calling.write(place / "members", _files())
    (place / "outside.csv").write_bytes(b"secret.example\n")
    (folder / "bad/link.csv").symlink_to(place / "outside.csv")
    (folder / "bad/dangling.csv").symlink_to(place / "nowhere")
    (folder / "bad/up").symlink_to(place)
    os.mkfifo(folder / "bad/pipe.csv")
    (folder / "stray.csv").write_bytes(GOOD)
    done = calling.call("run", folder, "--out", place / "out", "--data", place / "node", "--no-pdf", "--json")
    calling.discard(place / "node")
    assert done.code == 8, done.err
    intake = json.loads((place / "out/intake.json").read_bytes())["members"]
    return done, {member["member"]: member for member in intake}, place


def _told(ran, path: str) -> str:
    """All that is said on a file of the member `bad`, as `line: reason` and notes."""
    files = [file for file in ran[1]["bad"]["files"] if file["path"].partition("!")[0] == path]
    assert files, path
    said = [f"{drop['line']}: {drop['reason']}" for file in files for drop in file["dropped"]]
    return " | ".join([*(file["format"] for file in files), *said, *(note for file in files for note in file["notes"])])


def _selectors(ran, path: str) -> int:
    return sum(f["selectors"] for f in ran[1]["bad"]["files"] if f["path"].partition("!")[0] == path)


@pytest.mark.parametrize(
    ("path", "words", "selectors"),
    [
        ("truncated.json", ("not valid JSON", "1: "), 1),
        ("bomb.zip", ("unreadable", "more than"), 2),
        ("line.txt", ("2: ", "longer than"), 2),
        ("latin.csv", ("Windows-1252",), 1),
        ("utf16.csv", ("UTF-16",), 1),
        ("page.json", ("unreadable", "web page"), 0),
        ("nested.json", ("bundle inside a bundle",), 1),
        ("twice.json", ("same id", "other content"), 1),
        ("dates.json", ("created",), 1),
        ("deep.json", ("unreadable", "nested"), 0),
        ("headless.csv", (), 4),
        ("noise.bin", ("unreadable", "binary"), 0),
        ("empty.txt", ("empty",), 0),
        ("surrogate.json", (), 0),
        ("nul.txt", (), None),
    ],
)
def test_a_fault_is_named_and_the_rest_is_read(ran, path, words, selectors):
    said = _told(ran, path)
    for word in words:
        assert word in said, said
    if selectors is not None:
        assert _selectors(ran, path) == selectors, said


def test_links_and_pipes_are_noted_and_not_followed(ran):
    noted = " | ".join(ran[1]["bad"]["noted"])
    for name in ("link.csv: ", "dangling.csv: ", "up: ", "pipe.csv: "):
        assert name in noted
    place = ran[2]
    assert not any(b"secret.example" in file.read_bytes() for file in (place / "out").iterdir())


def test_a_broken_member_file_is_located_and_its_member_still_shares(ran):
    assert "line 1" in " ".join(ran[1]["broken"]["noted"])
    assert "wizard" in " ".join(ran[1]["wrong"]["noted"])
    assert ran[1]["broken"]["files"][0]["selectors"] == ran[1]["good"]["files"][0]["selectors"] == 2
    assert ran[1]["good"]["noted"] == []


def test_strays_and_totals_are_told(ran):
    summary = ran[0].summary
    assert any("stray.csv" in stray for stray in summary["strays"])
    assert summary["unreadable"] == sum(f["format"] == "unreadable" for m in ran[1].values() for f in m["files"])
    assert "Traceback" not in ran[0].err


def test_a_file_that_broke_off_alone_makes_the_run_partial(tmp_path, data):
    folder = calling.write(tmp_path / "m", {"a/x.json": _bundle(INDICATOR, _observable(2))[:-200], "b/y.csv": GOOD})
    done = calling.call("run", folder, "--out", tmp_path / "out", "--data", data, "--no-pdf", "--json")
    assert done.code == 8
    assert done.summary["partial"] == 1


def test_read_completely_is_exit_code_0_again(tmp_path, data):
    folder = calling.write(tmp_path / "m", {"a/x.json": _bundle(INDICATOR), "b/y.csv": GOOD})
    assert calling.call("run", folder, "--out", tmp_path / "out", "--data", data, "--no-pdf").code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_noted(tmp_path, data):
    folder = calling.write(tmp_path / "m", {"a/x.csv": GOOD, "a/y.csv": GOOD})
    (folder / "a/x.csv").chmod(0)
    done = calling.call("run", folder, "--out", tmp_path / "out", "--data", data, "--no-pdf")
    assert done.code == 8
    assert "permission" in (tmp_path / "out/intake.json").read_text()


@pytest.mark.slow
def test_memory_stays_bounded_by_a_line_of_200_mb_and_a_bomb_of_10_gb(tmp_path, data):
    folder = calling.write(tmp_path / "m", {"a/line.txt": b"y" * 200_000_000, "b/y.csv": GOOD})
    _bomb(folder / "a/bomb.txt.gz", gigabytes=10)
    done = calling.call("run", folder, "--out", tmp_path / "out", "--data", data, "--no-pdf", "--json")
    assert done.code == 8, done.err
    timings = json.loads((tmp_path / "out/timings.json").read_bytes())
    assert max(cost["peak_memory_mb"] for cost in timings.values()) < 1_500


def _bomb(path: Path, gigabytes: int) -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    block = bytes(10_000_000)
    with path.open("wb") as out:
        for _ in range(gigabytes * 100):
            out.write(packer.compress(block))
        out.write(packer.flush())
