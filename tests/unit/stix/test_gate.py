"""The gate: the table of spoiled objects, the semantic rules, and what must survive."""

import copy
import json

import pytest
import stix2

from accord import stix
from accord.stix import markings, schemas

STAMP = "2024-05-01T12:00:00.000Z"


def _uuid(number):
    return f"{number:08x}-1111-4111-8111-111111111111"


def _dict(obj):
    return json.loads(obj.serialize())


def _sdo(type_, number, **more):
    common = {"type": type_, "spec_version": "2.1", "id": f"{type_}--{_uuid(number)}", "created": STAMP}
    return {**common, "modified": STAMP, **more}


PATTERN = {"pattern": "[url:value = 'https://evil.example/']", "pattern_type": "stix", "valid_from": STAMP}
REPORT = {"name": "R", "published": STAMP, "object_refs": [f"malware--{_uuid(1)}"]}
GOOD = [
    _sdo("malware", 1, is_family=True, name="Emotet"),
    _sdo("malware", 2, is_family=False),
    _sdo("indicator", 3, **PATTERN),
    _sdo("identity", 4, name="Example", identity_class="organization"),
    _sdo("threat-actor", 5, name="A"),
    _sdo("intrusion-set", 6, name="B"),
    _sdo("campaign", 7, name="C"),
    _sdo("tool", 8, name="D"),
    _sdo("attack-pattern", 9, name="E"),
    _sdo("course-of-action", 10, name="F"),
    _sdo("vulnerability", 11, name="CVE-2024-0001"),
    _sdo("report", 12, **REPORT),
    _sdo("infrastructure", 13, name="G"),
    _sdo("location", 14, country="nl"),
    _sdo("note", 15, content="x", object_refs=[f"malware--{_uuid(1)}"]),
    _sdo("opinion", 16, opinion="agree", object_refs=[f"malware--{_uuid(1)}"]),
    _sdo("grouping", 17, context="unspecified", object_refs=[f"malware--{_uuid(1)}"]),
    _sdo(
        "relationship", 18, relationship_type="uses", source_ref=f"campaign--{_uuid(7)}", target_ref=f"tool--{_uuid(8)}"
    ),
    _sdo("sighting", 19, sighting_of_ref=f"malware--{_uuid(1)}"),
    _sdo("malware-analysis", 20, product="P", result="malicious"),
]
REQUIRED = {
    "malware": "is_family", "indicator": "pattern", "identity": "name", "threat-actor": "name", "intrusion-set": "name",
    "campaign": "name", "tool": "name", "attack-pattern": "name", "course-of-action": "name", "vulnerability": "name",
    "report": "published", "infrastructure": "name", "location": "country", "note": "content", "opinion": "opinion",
    "grouping": "context", "relationship": "target_ref", "sighting": "sighting_of_ref", "malware-analysis": "product",
}  # fmt: skip


SPOILED = {
    "id malformed": lambda o: o.update(id=o["id"][:-3]),
    "id of another type": lambda o: o.update(id=f"x-other--{_uuid(99)}"),
    "impossible timestamp": lambda o: o.update(created="2024-13-01T12:00:00.000Z"),
    "a day that does not exist": lambda o: o.update(created="2023-02-30T12:00:00.000Z"),
    "timestamp without Z": lambda o: o.update(created=STAMP[:-1]),
    "created missing": lambda o: o.pop("created"),
    "required property missing": lambda o: o.pop(REQUIRED[o["type"]]),
    "confidence 200": lambda o: o.update(confidence=200),
    "empty list": lambda o: o.update(labels=[]),
    "malformed reference": lambda o: o.update(created_by_ref="identity--1"),
    "null property": lambda o: o.update(lang=None),
    "external reference without source": lambda o: o.update(external_references=[{"url": "https://a.example/"}]),
    "modified before created": lambda o: o.update(modified="2024-05-01T11:59:59.999Z"),
    "created_by_ref to a malware": lambda o: o.update(created_by_ref=f"malware--{_uuid(1)}"),
    "marking reference to an identity": lambda o: o.update(object_marking_refs=[f"identity--{_uuid(4)}"]),
    "granular marking to an identity": lambda o: o.update(
        granular_markings=[{"selectors": ["type"], "marking_ref": f"identity--{_uuid(4)}"}]
    ),
}


@pytest.mark.parametrize("obj", GOOD, ids=lambda o: o["type"])
def test_check_accepts_what_the_oracle_accepts(obj):
    stix2.parse(obj)
    assert stix.check(obj) == []


@pytest.mark.parametrize("name", SPOILED)
def test_check_refuses_each_spoiled_object(name):
    """Negative control: 20 objects spoiled in each way, and every one is refused."""
    refused = 0
    for good in GOOD:
        obj = copy.deepcopy(good)
        SPOILED[name](obj)
        refused += bool(stix.check(obj))
    assert refused == len(GOOD) == 20


def test_check_gives_the_same_sentence_for_the_same_cause():
    first, second = ({**GOOD[0], "confidence": value} for value in (200, 300))
    assert stix.check(first) == stix.check(second) == ["malware.confidence is too large"]


def test_unknown_property_and_unknown_type_survive():
    assert stix.check({**GOOD[0], "x_seen_by": {"a": [1]}}) == []
    assert stix.check({"type": "x-thing", "id": f"x-thing--{_uuid(1)}", "severity": "high"}) == []
    assert stix.check({"type": "x-thing", "id": f"x-thing--{_uuid(1)}", "created": "yesterday"}) != []


@pytest.mark.parametrize(
    ("type_", "more", "wrong"),
    [
        ("malware", {"is_family": False, "sample_refs": [f"url--{_uuid(1)}"]}, "sample_refs"),
        ("sighting", {"sighting_of_ref": f"marking-definition--{_uuid(1)}"}, "sighting_of_ref"),
        ("sighting", {"sighting_of_ref": f"malware--{_uuid(1)}", "where_sighted_refs": [f"tool--{_uuid(1)}"]}, "where"),
        (
            "relationship",
            {"relationship_type": "x", "source_ref": f"relationship--{_uuid(1)}", "target_ref": f"tool--{_uuid(8)}"},
            "source_ref",
        ),
    ],
)
def test_rule_2_references_point_to_allowed_types(type_, more, wrong):
    (sentence,) = stix.check(_sdo(type_, 1, **more))
    assert wrong in sentence


def test_rule_2_reaches_observables_and_their_extensions():
    file = {"type": "file", "id": f"file--{_uuid(1)}", "name": "a.zip"}
    nested = {"extensions": {"archive-ext": {"contains_refs": [f"url--{_uuid(2)}"]}}}
    assert stix.check({**file, "parent_directory_ref": f"file--{_uuid(2)}"}) != []
    assert any("archive-ext" in sentence for sentence in stix.check({**file, **nested}, "2.1"))


def test_rule_3_known_markings_carry_their_fixed_ids():
    good = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        "created": "2022-10-01T00:00:00.000Z",
        "name": "TLP:AMBER",
        "extensions": {markings.TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "amber"}},
    }
    assert stix.check(good) == []
    assert stix.check({**good, "id": f"marking-definition--{_uuid(7)}"}) != []
    lying = copy.deepcopy(good)
    lying["extensions"][markings.TLP_EXTENSION]["tlp_2_0"] = "clear"
    assert stix.check(lying) != []


def test_rule_4_another_id_is_told_and_not_refused():
    obj = {"type": "domain-name", "spec_version": "2.1", "id": f"domain-name--{_uuid(1)}", "value": "evil.example"}
    assert stix.check(obj) == []
    assert stix.remarks(obj) == ["the id is not the deterministic one of STIX 2.1, section 2.9"]
    assert stix.remarks({**obj, "id": stix.deterministic_id(obj)}) == []


def test_rule_5_open_vocabularies_are_suggestions_and_closed_ones_are_not():
    obj = {**GOOD[0], "malware_types": ["ransomwares"]}
    assert stix.check(obj) == []
    assert stix.remarks(obj) == ["malware_types: ransomwares is not in malware-type-ov; did they mean ransomware?"]
    assert stix.check({**GOOD[15], "opinion": "perhaps"}) != []


def test_tlp_of_takes_the_strictest_and_knows_tlp_1():
    white, red = "613f2e26-407d-48c7-9eca-b8e91df99dc9", "e828b379-4e03-4974-9ac4-e53a884c97c1"
    obj = {**GOOD[0], "object_marking_refs": [f"marking-definition--{white}"]}
    assert stix.tlp_of(obj).label == "TLP:CLEAR"
    obj["granular_markings"] = [{"selectors": ["name"], "marking_ref": f"marking-definition--{red}"}]
    assert stix.tlp_of(obj).label == "TLP:RED"
    assert stix.tlp_of(GOOD[0]) is None


def test_stix_2_0_is_held_to_its_own_rules():
    obj = {"type": "malware", "id": f"malware--{_uuid(1)}", "created": STAMP, "modified": STAMP, "name": "X"}
    assert stix.version_of(obj) == "2.0"
    assert stix.check({**obj, "labels": ["ransomware"]}) == []
    assert stix.check(obj) == ["malware lacks a required property (labels)"]


@pytest.mark.parametrize("obj", [{}, {"type": 3}, {"type": "malware", "id": None}, {"type": "a" * 999, "id": "x"}])
def test_check_refuses_what_is_no_object_without_raising(obj):
    assert len(stix.check(obj)) == 1


def test_every_schema_compiles():
    for version in ("2.0", "2.1"):
        assert all(schemas.validator(version, type_) is not None for type_ in schemas.types(version))
