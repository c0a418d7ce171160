"""STIX 2.0 becomes 2.1: valid, whole, deterministic; what changed is told."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st

from accord.formats import read
from accord.formats.upgrade20 import upgrade
from accord.stix import check, deterministic_id

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/members"
AT = "2020-01-01T00:00:00.000Z"
U = "6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a1"


def old(type_, n, **more):
    return {"type": type_, "id": f"{type_}--{U}{n}", "created": AT, "modified": AT, **more}


OBSERVED = old(
    "observed-data", 1, first_observed=AT, last_observed=AT, number_observed=1,
    objects={
        "0": {"type": "file", "name": "a.exe", "hashes": {"MD5": "d41d8cd98f00b204e9800998ecf8427e"},
              "is_encrypted": True, "created": AT, "parent_directory_ref": "1"},
        "1": {"type": "directory", "path": "C:\\\\temp"},
        "2": {"type": "process", "pid": 7, "name": "a.exe", "binary_ref": "0", "created": AT},
        "3": {"type": "domain-name", "value": "fee-1.example", "resolves_to_refs": ["4"]},
        "4": {"type": "ipv4-addr", "value": "192.0.2.1"},
    },
)  # fmt: skip


def test_what_an_observed_data_held_stands_alone():
    made = upgrade([OBSERVED])
    by_type = {one["type"]: one for one in made.objects}
    assert by_type["observed-data"]["object_refs"] == [
        by_type[name]["id"] for name in ("file", "directory", "process", "domain-name", "ipv4-addr")
    ]
    assert "objects" not in by_type["observed-data"]
    assert by_type["file"]["parent_directory_ref"] == by_type["directory"]["id"]
    assert by_type["file"]["ctime"] == AT
    assert by_type["process"]["image_ref"] == by_type["file"]["id"]
    assert by_type["domain-name"]["resolves_to_refs"] == [by_type["ipv4-addr"]["id"]]
    assert by_type["ipv4-addr"]["id"] == stix2.v21.IPv4Address(value="192.0.2.1").id
    assert {loss.what for loss in made.losses} == {"is_encrypted of a file", "name of a process"}
    for one in made.objects:
        assert check(one) == []
        if one["type"] not in ("observed-data", "process"):
            assert one["id"] == deterministic_id(one)


def test_types_labels_and_patterns_get_their_new_form():
    indicator = old(
        "indicator", 2, labels=["malicious-activity"], valid_from=AT, x_ours={"deep": [1]},
        pattern="[ipv4-addr:value = '192.0.2.1'] START '2020-01-01T00:00:00Z' STOP '2020-02-01T00:00:00Z'",
    )  # fmt: skip
    malware = old("malware", 3, name="Greywren", labels=["ransomware"])
    made = upgrade([indicator, malware])
    first, second = made.objects
    assert first["indicator_types"] == first["labels"] == ["malicious-activity"]
    assert first["pattern_type"] == "stix"
    assert "START t'2020-01-01T00:00:00Z' STOP t'2020-02-01T00:00:00Z'" in first["pattern"]
    assert first["x_ours"] == {"deep": [1]}
    assert second["is_family"] is True
    assert any(loss.what == "is_family of malware" for loss in made.losses)
    stix2.parse(first, allow_custom=True)


def test_a_circle_of_references_ends_and_is_told():
    observed = old(
        "observed-data", 4, first_observed=AT, last_observed=AT, number_observed=1,
        objects={"0": {"type": "directory", "path": "/a", "contains_refs": ["0", "9"]}},
    )  # fmt: skip
    made = upgrade([observed])
    assert [one["type"] for one in made.objects] == ["directory", "observed-data"]
    assert sum(loss.times for loss in made.losses) == 2


def test_what_cannot_be_valid_is_left_out_and_told():
    made = upgrade([old("indicator", 5), {"type": "identity"}, {}])
    assert made.objects == []
    assert sum(loss.times for loss in made.losses) == 3


def test_an_object_of_2_1_passes_through():
    obj = {**old("malware", 6, name="X", is_family=False), "spec_version": "2.1"}
    assert upgrade([obj]) == ([obj], ())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=5))
def test_no_content_makes_it_raise_and_all_that_comes_out_is_valid(inner):
    observed = {**OBSERVED, "objects": {"0": {"type": "file", **inner}, "1": inner}}
    for one in upgrade([observed, {**inner, "type": "indicator"}]).objects:
        assert check(one, "2.1") == []


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data is not beside the project")
def test_real_bundles_of_2_0_become_2_1_whole():
    asked = lost = 0
    for path in sorted(SHARED.rglob("*.json")):
        content = path.read_bytes()
        if b'"2.0"' not in content:
            continue
        (reading,) = read(path.name, content)
        if reading.format != "stix-2.0":
            continue
        made = upgrade([orjson.loads(claim.raw) for claim in reading.claims])
        left_out = sum(loss.times for loss in made.losses if "would not be valid" in loss.why)
        distinct = {(claim.stix_id, orjson.loads(claim.raw).get("modified")) for claim in reading.claims}
        assert len(made.objects) == len(distinct) - left_out, path
        asked += len(made.objects)
        lost += left_out
    assert asked > 1_000
    assert lost <= 4
