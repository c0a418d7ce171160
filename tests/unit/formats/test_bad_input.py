"""Bad input gives a named, located message and never an exception; what is whole is kept."""

import json
from dataclasses import replace

import pytest

from accord.formats import DEFAULT, read

SMALL = replace(DEFAULT, max_line_bytes=1000, max_drops_a_reason=3, max_objects=50)


def _values(reading):
    return [(str(mention.kind), mention.value) for mention in reading.mentions]


def _one(path, data, limits=DEFAULT):
    (reading,) = read(path, data, limits)
    return reading


def _indicator(number, value):
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{number:08x}-1111-4111-8111-111111111111",
        "created": "2024-05-01T12:00:00.000Z",
        "modified": "2024-05-01T12:00:00.000Z",
        "pattern": f"[domain-name:value = '{value}']",
        "pattern_type": "stix",
        "valid_from": "2024-05-01T12:00:00Z",
    }


def _bundle(*objects):
    return {"type": "bundle", "id": "bundle--00000000-1111-4111-8111-111111111111", "objects": list(objects)}


def test_truncated_stix_keeps_whole_objects_and_says_where_it_broke():
    data = json.dumps(_bundle(*(_indicator(n, f"host{n}.example") for n in range(3))), indent=1).encode()
    reading = _one("a.json", data[:-150])
    assert reading.format == "stix-2.1"
    assert _values(reading) == [("domain", "host0.example"), ("domain", "host1.example")]
    assert not reading.complete
    assert reading.drops[0].reason.startswith("not valid JSON")
    assert reading.drops[0].line == 30


def test_truncated_misp_keeps_whole_attributes():
    attributes = [{"type": "ip-dst", "value": f"198.51.100.{n}"} for n in range(1, 4)]
    data = json.dumps({"Event": {"info": "A campaign", "Attribute": attributes}}).encode()
    reading = _one("a.json", data[:-20])
    assert (reading.format, reading.title, reading.complete) == ("misp", "A campaign", False)
    assert _values(reading) == [("ipv4", "198.51.100.1"), ("ipv4", "198.51.100.2")]


def test_truncated_json_with_nothing_whole_is_unreadable():
    reading = _one("a.json", b'{"type": "bundle", "obj')
    assert (reading.format, reading.complete) == ("unreadable", False)
    assert "not valid JSON" in reading.drops[0].reason


def test_loose_json_is_read_as_text():
    reading = _one("beacon.json", b'{"note": "tab\there", "C2": "evil[.]example,/a"\n')
    assert _values(reading) == [("domain", "evil.example")]
    assert not reading.complete


def test_raw_control_character_in_json_is_let_through():
    reading = _one("a.json", b'{"server": "198.51.100.7", "x": "a\x01b"}')
    assert _values(reading) == [("ipv4", "198.51.100.7")]
    assert reading.complete


def test_html_instead_of_json_is_named():
    reading = _one("feed.json", b"\n<!DOCTYPE html>\n<html><body>Sign in at evil.example</body></html>")
    assert (reading.format, reading.mentions) == ("unreadable", [])
    assert "web page" in reading.drops[0].reason


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01", b"%PDF-1.7 x", b"abc\0def" * 100, bytes(range(256)) * 4])
def test_binary_is_named_and_not_read(data):
    reading = _one("indicators.csv", data)
    assert (reading.format, reading.mentions) == ("unreadable", [])
    assert reading.drops[0].reason.endswith("which is not read")


@pytest.mark.parametrize("data", [b"", b"  \r\n\t", b"\xef\xbb\xbf"])
def test_empty_is_empty(data):
    reading = _one("notes/a.txt", data)
    assert (reading.format, reading.title, reading.complete) == ("empty", "a", True)


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.md", "a.adoc"])
def test_one_enormous_line_is_dropped_and_the_rest_read(name):
    data = b"value,type\n" + b"evil.example " * 500 + b"\n198.51.100.9,ip\n"
    reading = _one(name, data, SMALL)
    assert ("ipv4", "198.51.100.9") in _values(reading) or name in {"a.md", "a.adoc"}
    assert [(drop.line, drop.reason) for drop in reading.drops] == [(2, "the line is longer than 1,000 characters")]


def test_file_over_the_bound_is_not_read():
    reading = _one("a.csv", b"x" * 101, replace(DEFAULT, max_file_bytes=100))
    assert reading.format == "unreadable"
    assert "100 bytes (max_file_bytes)" in reading.drops[0].reason


def test_more_objects_than_allowed_stops_and_keeps_what_it_has():
    data = "\n".join(f"host{n}.example" for n in range(80)).encode()
    reading = _one("a.txt", data, SMALL)
    assert len(reading.claims) == 50
    assert (reading.format, reading.complete) == ("text", False)
    assert "more than 50 objects" in reading.drops[-1].reason


def test_drops_of_one_reason_are_listed_up_to_the_bound_and_counted_beyond():
    data = "\n".join(f"192.168.0.{n}" for n in range(1, 11)).encode()
    drops = _one("a.txt", data, SMALL).drops
    assert len(drops) == 4
    assert [drop.line for drop in drops] == [1, 2, 3, None]
    assert drops[3].reason == f"and 7 more: {drops[0].reason}"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("﻿value\nevil.example\n".encode(), "UTF-8 with a byte order mark"),
        ("value\nevil.example\n".encode("utf-16"), "UTF-16"),
        ("value\nevil.example\n".encode("utf-16-be"), "UTF-16 without a byte order mark"),
        (b"value,note\r\nevil.example,caf\xe9\r\n", "Windows-1252"),
    ],
)
def test_encodings_are_read_and_named(data, encoding):
    reading = _one("a.csv", data)
    assert _values(reading) == [("domain", "evil.example")]
    assert f"encoding: {encoding}" in reading.notes


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_line_ends_of_all_kinds_give_the_same_lines(end):
    text = end.join(["Type,Value", "Domain,evil.example", "IPv4 Address,198[.]51[.]100[.]4"])
    reading = _one("a.csv", text.encode())
    assert [(m.value, m.line) for m in reading.mentions] == [("evil.example", 2), ("198.51.100.4", 3)]


def test_nested_bundles_are_opened_within_a_bound():
    inner = _bundle(_indicator(1, "deep.example"))
    for _ in range(2):
        inner = _bundle(inner)
    reading = _one("a.json", json.dumps(inner).encode())
    assert _values(reading) == [("domain", "deep.example")]
    for _ in range(8):
        inner = _bundle(inner)
    reading = _one("a.json", json.dumps(inner).encode())
    assert [drop.reason for drop in reading.drops] == ["bundles are nested deeper than 4 levels"]


def test_duplicate_ids_with_other_content_keep_the_first_and_say_so():
    first, same, other = _indicator(1, "a.example"), _indicator(1, "a.example"), _indicator(1, "b.example")
    newer = {**other, "modified": "2024-06-01T12:00:00.000Z"}
    reading = _one("a.json", json.dumps(_bundle(first, same, other, newer), indent=1).encode())
    assert _values(reading) == [("domain", "a.example"), ("domain", "b.example")]
    assert len(reading.claims) == 2
    assert "the same id and modified time" in reading.drops[0].reason
    assert "1 objects were given more than once" in reading.notes


@pytest.mark.parametrize("year", ["0000", "0001", "9999"])
def test_absurd_years_are_survived_and_set_no_span(year):
    stix = {**_indicator(1, "a.example"), "valid_from": f"{year}-01-01T00:00:00Z"}
    assert _one("a.json", json.dumps(_bundle(stix)).encode()).seen_from is None
    csv = f"value,date\nevil.example,{year}-12-31\n".encode()
    reading = _one("a.csv", csv)
    assert (_values(reading), reading.seen_from) == ([("domain", "evil.example")], None)
    misp = {"Event": {"info": "x", "date": f"{year}-01-01", "Attribute": [{"type": "domain", "value": "evil.example"}]}}
    assert _one("a.json", json.dumps(misp).encode()).seen_from is None


def test_unknown_stix_types_and_properties_survive_byte_for_byte():
    data = (
        b'{"type": "bundle", "id": "bundle--00000000-1111-4111-8111-111111111111", "objects": [\n'
        b'  {"x_b": 1.50, "type": "x-thing",   "id": "x-thing--00000000-1111-4111-8111-111111111111",'
        b' "value": "evil.example"}\n]}'
    )
    (claim,) = _one("a.json", data).claims
    assert claim.type == "x-thing"
    assert claim.raw in data
    assert claim.raw.startswith(b'{"x_b": 1.50,')


def test_an_invalid_object_is_dropped_with_its_line_and_the_rest_goes_on():
    bad = {**_indicator(1, "a.example"), "confidence": 900}
    data = json.dumps(_bundle(bad, 7, _indicator(2, "b.example")), indent=1).encode()
    reading = _one("a.json", data)
    assert _values(reading) == [("domain", "b.example")]
    assert reading.drops[0].reason == "not valid STIX 2.1: indicator.confidence is too large"
    assert reading.drops[0].line == 5
    assert len(reading.drops) == 2


@pytest.mark.parametrize("opening", ["[", '{"a":', "- "])
def test_absurd_depth_is_a_drop(opening):
    name = "a.yaml" if opening == "- " else "a.json"
    reading = _one(name, (opening * 3000 + "1").encode())
    assert not reading.complete or reading.drops


def test_yaml_aliases_do_not_multiply():
    lines = ["a0: &a0 [evil.example]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    reading = _one("a.yaml", "\n".join(lines).encode())
    assert _values(reading) == [("domain", "evil.example")]


def test_xml_entities_are_refused():
    data = b'<?xml version="1.0"?><!DOCTYPE ioc [<!ENTITY a "evil.example">]><ioc><Content>&a;</Content></ioc>'
    reading = _one("a.ioc", data)
    assert (reading.format, reading.mentions) == ("unreadable", [])
    assert "document type" in reading.drops[0].reason
