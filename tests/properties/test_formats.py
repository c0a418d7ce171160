"""Properties of the readers: nothing raises, nothing is unbounded, bytes stay as they came."""

import gzip
import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from accord import stix
from accord.formats import DEFAULT, read
from accord.formats.decode import lines

LIMITS = replace(DEFAULT, max_line_bytes=5_000, max_depth=16, max_objects=500, max_drops_a_reason=5, max_reasons=20)
NAMES = st.sampled_from(
    [
        "a.json",
        "a.csv",
        "a.tsv",
        "a.txt",
        "a.md",
        "a.adoc",
        "a.yaml",
        "a.ioc",
        "a.gz",
        "a.zip",
        "a",
        "x/a.stix",
        "a.jsonl",
    ]
)
SCRAPS = st.sampled_from(
    [
        *(
            "evil[.]example",
            "198.51.100.7",
            "192.168.1.1",
            "type",
            "value",
            "sha256",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\t",
        ),
        *('"type": "bundle"', '"objects": [', '"Attribute": [', "|", "\n", "\r", "`", "```\n", "|===\n", "= T\n", "- "),
        *("a: ", "&a ", "*a ", "<ioc>", "<?xml version='1.0'?>", "hxxp://", "0x" + "a" * 64, "TLP:RED", "0000-00-00"),
        *("\u202e", "\x00", "'", '"', "\\", "1e999", "NaN", "null", "ﬀ", "\ud7ff", "Thumbprint: ", "#", "\xa0", "\t"),
    ]
)


def _checked(readings):
    for reading in readings:
        assert len(reading.claims) <= LIMITS.max_objects
        assert len(reading.drops) <= (LIMITS.max_drops_a_reason + 1) * (LIMITS.max_reasons + 2)
        assert all(len(drop.excerpt) <= 120 and drop.excerpt.isprintable() for drop in reading.drops)
        assert all(0 <= mention.claim < len(reading.claims) for mention in reading.mentions)
        seen = [(mention.kind, mention.value) for mention in reading.mentions]
        assert len(seen) == len(set(seen))
        for claim in reading.claims:
            obj = json.loads(claim.raw)
            assert (obj["id"], obj["type"]) == (claim.stix_id, claim.type)
        if not reading.claims and not reading.complete:
            assert reading.drops
    return readings


@given(NAMES, st.binary(max_size=2_000))
def test_any_bytes_give_a_reading(name, data):
    assert len(_checked(read(name, data, LIMITS))) >= 1
    _checked(read(name, gzip.compress(data), LIMITS))


@settings(max_examples=400)
@given(NAMES, st.lists(SCRAPS, max_size=60))
def test_any_scraps_of_formats_give_a_reading(name, scraps):
    data = "".join(scraps).encode()
    assert _checked(read(name, data, LIMITS)) == read(name, data, LIMITS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30) | SCRAPS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12) | SCRAPS, inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from(["bundle", "misp", "bare"]))
def test_any_json_in_the_place_of_objects_gives_a_reading(value, place):
    shapes = {
        "bundle": {"type": "bundle", "id": "bundle--x", "objects": [value, {"type": "malware", "id": value}]},
        "misp": {"Event": {"info": value, "Attribute": [value, {"type": "domain", "value": value}], "Tag": value}},
        "bare": value,
    }
    _checked(read("a.json", json.dumps(shapes[place]).encode(), LIMITS))


@given(
    st.dictionaries(st.from_regex(r"x_[a-z]{3,10}", fullmatch=True), st.text() | st.integers(), max_size=4),
    st.integers(0, 9),
)
def test_received_stix_keeps_its_bytes(more, indent):
    obj = {
        "id": "malware--00000000-1111-4111-8111-111111111111", **more, "type": "malware", "is_family": False,
        "spec_version": "2.1", "created": "2024-01-01T00:00:00.000Z", "modified": "2024-01-01T00:00:00.000Z",
    }  # fmt: skip
    text = json.dumps({"type": "bundle", "id": "bundle--1", "objects": [obj]}, indent=indent or None).encode()
    (reading,) = read("a.json", text, LIMITS)
    (claim,) = reading.claims
    assert claim.raw in text
    assert json.loads(claim.raw) == obj


@given(st.text(st.sampled_from("ab\r\n,"), max_size=60))
def test_lines_lose_nothing_but_their_ends(text):
    found = list(lines(text))
    assert "".join(line for _, line in found) == text.replace("\r", "").replace("\n", "")
    assert [number for number, _ in found] == list(range(1, len(found) + 1))


@given(JSON)
def test_the_gate_takes_any_object(value):
    obj = value if isinstance(value, dict) else {"type": value}
    assert isinstance(stix.check(obj), list)
    sco = {"type": "file", "spec_version": "2.1", "id": "file--00000000-1111-4111-8111-111111111111", "name": value}
    for candidate in (
        sco,
        {**sco, "hashes": value},
        {**sco, "extensions": value},
        {**sco, "object_marking_refs": value},
    ):
        if not stix.check(candidate):
            assert isinstance(stix.remarks(candidate), list)
