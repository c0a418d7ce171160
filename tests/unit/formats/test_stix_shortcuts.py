"""What is skipped because it cannot apply changes nothing: each short way beside the long one."""

from __future__ import annotations

from uuid import uuid5

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.formats import decode, json_documents, patterns, read, table
from accord.formats.hints import hint_of
from accord.model.ids import STIX_SCO_NAMESPACE, observable_id
from accord.model.selectors import SelectorKind
from accord.selectors import find, find_names, finding, names
from accord.selectors import suffixes as lists

PIECES = ["[", "]", " ", "domain-name", "ipv4-addr", "file", "x", ":", "value", "hashes.MD5", "=", "!=", "IN", "("]
PIECES += [")", "'evil.example'", "'192.0.2.1'", "'a\\'b'", "''", "'", "\\", "NOT", "AND", "42", "\n", "é"]
ID = "bundle--5d9f1e0c-3f0e-4a55-8f0a-4e4e4c7b8f10"


def indicator(number, pattern="[domain-name:value = 'evil.example']"):
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012}",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00Z",
    }


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_the_commonest_pattern_is_read_as_any_other(pattern):
    for text in (pattern, f"[domain-name:value{pattern}'a.example']", f"[url:value = '{pattern}']"):
        assert list(patterns.asked(text)) == list(patterns._asked(text))


@given(st.lists(st.sampled_from(["Emotet", "the", "ransomware", "Qakbot", "İ", "host", "Dark", "-", ".example"])))
def test_texts_without_a_first_word_hold_no_name(words):
    text = " ".join(words)
    first = names.vocabulary().longest.keys()
    found = list(find_names(text))
    assert all(not first.isdisjoint(names.WORD.findall(text[start:end].lower())) for _, start, end in found)
    assert ("Emotet" in words) <= bool(found)


@given(
    st.lists(st.sampled_from(["Emotet", "emotet", "Wizard Spider", "_", "the", "a", " ", ".", "İ", "ß", "1"])).map(
        "".join
    )
)
def test_names_are_looked_for_in_bytes_as_in_text(text):
    long_way = list(names._found(text))
    assert list(find_names(text)) == long_way
    assert names._may_hold(text) >= bool(long_way)


SHORT = st.text("aB7é٣.:@-[({\\ x_|/+,", max_size=24) | st.text(max_size=24)


@given(SHORT)
def test_short_texts_without_a_sign_hold_no_selector(text):
    assert list(find(text)) == list(finding._find(text, marked_hosts_only=False))


@given(st.text("ab \n\v\u2028", max_size=30))
def test_lines_end_where_they_do_among_carriage_returns(text):
    assert list(decode.lines(text)) == list(decode.lines(text.replace("\n", "\r\n")))


@given(
    st.lists(
        st.sampled_from(["domain", "sha256", "date", "evil.example", "notes", " ", "", "-", "type", "42"]), max_size=5
    )
)
def test_a_header_further_down_consists_of_known_words(cells):
    filled = [cell for cell in cells if cell.strip()]
    known = [cell for cell in filled if hint_of(cell) is not None]
    header = table.header_of(cells, first=False)
    assert (header is not None) == (len(filled) == len(known) > 1)
    assert header is None or header == [hint_of(cell.strip()) for cell in cells]


@given(st.sampled_from(["domain-name", "file"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_the_id_of_an_observable_is_its_version_5_uuid(type_, contributing):
    assert observable_id(type_, contributing) == f"{type_}--{uuid5(STIX_SCO_NAMESPACE, contributing)}"


@given(st.sampled_from(sorted(lists._ruled().all)), st.sampled_from(["", "a.", "a.b."]))
def test_what_may_be_no_suffix_is_none(rule, below):
    domain = below + rule
    for whole in (lists._whole_list(), lists._registry_list()):
        assert (whole.publicsuffix(domain, accept_unknown=False) == domain) <= lists._may_be_suffix(domain)


@pytest.mark.parametrize("indent", [0, orjson.OPT_INDENT_2])
@given(values=st.lists(st.sampled_from(["a.example", "b.example", "no host", "192.0.2.1"]), min_size=1, max_size=6))
def test_objects_decoded_with_the_whole_are_read_as_each_alone(indent, values):
    objects = [indicator(number, f"[domain-name:value = '{value}']") for number, value in enumerate(values)]
    data = orjson.dumps({"type": "bundle", "id": ID, "objects": [*objects, objects[0]]}, option=indent)
    (whole,) = read("a.json", data)
    before = json_documents._decoded
    try:
        json_documents._decoded = lambda *_: None
        (alone,) = read("a.json", data)
    finally:
        json_documents._decoded = before
    assert whole == alone
    assert len(whole.claims) == len(values)


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"bundle","objects":null,"x":{"objects":[%s]}}',  # one object either way, and not the same
        '{"type":"bundle","objects":[],"objects":[%s]}',
        '{"type":"bundle","note":"a\x01b","objects":[%s]}',  # nearly JSON
    ],
)
def test_the_claims_bytes_and_what_was_mined_belong_to_each_other(text):
    raw = orjson.dumps(indicator(1))
    (reading,) = read("a.json", (text % raw.decode()).encode())
    assert [claim.raw for claim in reading.claims] == [raw]
    assert [(m.kind, m.value) for m in reading.mentions] == [(SelectorKind.DOMAIN, "evil.example")]
