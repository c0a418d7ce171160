"""`accord run` from one end to the other, on a small made-up world."""

from __future__ import annotations

import csv
import io
import json
import sys
from itertools import pairwise
from pathlib import Path

import calling
import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "intake.json", "intake.html", "leads.csv", "leads.html", "plan.json", "plan.cacao.json", "abuse-reports.xarf.json",
    "report.html", "report.pdf", "bundle.stix.json", "timings.json",
}  # fmt: skip


def test_everything_is_there_and_the_exit_code_says_complete(first):
    assert first.done.code == 0, first.done.err
    assert {file.name for file in first.out.iterdir()} == NAMES
    assert all(file.stat().st_size > 100 for file in first.out.iterdir())
    assert (first.out / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_json_is_the_whole_standard_output_and_agrees_with_the_files(first):
    summary = first.done.summary
    intake = json.loads((first.out / "intake.json").read_bytes())
    assert summary["members"] == len(intake["members"]) == 10
    assert summary["files"] == sum(len(member["files"]) for member in intake["members"])
    assert summary["unreadable"] == 0
    assert summary["leads"] == len((first.out / "leads.csv").read_text().splitlines()) - 1 > 0
    assert summary["plan"]["actions"] == len(json.loads((first.out / "plan.json").read_bytes())["steps"]) > 0


def test_leads_are_in_the_promised_columns_and_order(first):
    rows = list(csv.DictReader(io.StringIO((first.out / "leads.csv").read_text(encoding="utf-8"))))
    columns = ["member_a", "path_a", "member_b", "path_b", "score", "shared", "kinds", "explanation"]
    assert list(rows[0]) == columns
    assert all(float(a["score"]) >= float(b["score"]) for a, b in pairwise(rows))
    assert all(row["member_a"] != row["member_b"] for row in rows)
    for row in rows:
        assert (first.members / row["member_a"] / row["path_a"].partition("!")[0]).is_file()
        assert (first.members / row["member_b"] / row["path_b"].partition("!")[0]).is_file()
        assert len(row["explanation"]) > 20
    pairs = {frozenset({(r["member_a"], r["path_a"]), (r["member_b"], r["path_b"])}) for r in rows}
    assert len(pairs) == len(rows)


def test_bundle_is_valid_stix_by_our_own_gate_and_refers_to_nothing_absent(first):
    from accord import stix

    objects = json.loads((first.out / "bundle.stix.json").read_bytes())["objects"]
    assert [(obj["id"], faults) for obj in objects if (faults := stix.check(obj, "2.1"))] == []
    ids = {obj["id"] for obj in objects}
    assert len(ids) == len(objects)
    refs = {value for obj in objects for name, value in obj.items() if name.endswith("_ref")}
    refs |= {ref for obj in objects for name, value in obj.items() if name.endswith("_refs") for ref in value}
    assert refs <= ids


@pytest.mark.shared
def test_playbook_is_valid_by_the_schemas_of_its_standard(first):
    sys.path.insert(0, str(ROOT / "tests/unit/formats"))
    import schemas

    assert schemas.errors(schemas.cacao(), json.loads((first.out / "plan.cacao.json").read_bytes())) == []


def test_timings_name_each_stage_with_its_cost(first):
    timings = json.loads((first.out / "timings.json").read_bytes())
    assert {"intake", "leads", "map", "plan", "report", "report as PDF"} <= timings.keys()
    for cost in timings.values():
        assert cost.keys() == {"seconds", "cpu_seconds", "peak_memory_mb"}
        assert all(value >= 0 for value in cost.values())


def test_running_again_gives_the_same_bytes_over_what_is_there_and_on_a_fresh_node(first, tmp_path, data):
    for place, again in ((first.data, tmp_path / "over"), (data, tmp_path / "fresh")):
        done = calling.call("run", first.members, "--out", again, "--data", place, "--json")
        assert done.code == 0, done.err
        assert done.summary == first.done.summary
        differing = [name for name, content in calling.results(first.out).items()
                     if (again / name).read_bytes() != content]  # fmt: skip
        assert differing == []


def test_a_person_gets_progress_a_summary_and_where_to_read(first, tmp_path):
    done = calling.call("run", first.members, "--out", tmp_path / "out", "--data", first.data, "--no-pdf")
    assert done.code == 0
    assert done.out == ""
    for word in ("intake", "leads", "map", "plan", "Members", "Leads between members", "report.html"):
        assert word in done.err
    assert not (tmp_path / "out" / "report.pdf").exists()


def test_words_that_cannot_be_used_are_told_with_what_to_do(tmp_path, data):
    absent = calling.call("run", tmp_path / "absent", "--data", data)
    assert (absent.code, "cannot be listed" in absent.err, "Traceback" in absent.err) == (2, True, False)
    (tmp_path / "empty").mkdir()
    empty = calling.call("run", tmp_path / "empty", "--data", data)
    assert (empty.code, "holds no member" in empty.err) == (2, True)
    assert calling.call("run", "--frob").code == 2
    assert calling.call("run", tmp_path / "empty", "--data", data, ACCORD_PORT="much").code in (2, 6)


def test_a_place_that_cannot_be_written_loses_nothing(first, tmp_path):
    (tmp_path / "out").write_text("a file in the way")
    done = calling.call("run", first.members, "--out", tmp_path / "out", "--data", first.data, "--no-pdf")
    assert done.code == 6
    assert "cannot be written" in done.err
    assert "Traceback" not in done.err
