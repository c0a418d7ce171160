from __future__ import annotations

import copy
from datetime import UTC, datetime

import orjson
import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from stix2patterns.validator import validate as validate_pattern
from tests.unit.formats import schemas
from tests.unit.report import sample

from accord.formats.stix_bundle import Source, bundle
from accord.formats.stix_markings import TLP_IDS
from accord.formats.stix_things import comparison, thing
from accord.model.maps import Map
from accord.model.selectors import SelectorKind

MADE = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
MARK = "marking-definition--" + TLP_IDS["TLP:AMBER"]


def made(**more) -> bytes:
    facts = sample.small()
    sources = [Source(c.id, c.member, c.title, c.path, c.seen_to) for c in facts.contributions]
    given = {
        "members": [m.member for m in facts.members],
        "sources": sources,
        "leads": [lead.lead for lead in facts.leads],
        "network": facts.network,
        "plan": facts.plan,
        "made_at": MADE,
    }
    return bundle(**{**given, **more})


def objects(raw: bytes) -> list[dict]:
    return orjson.loads(raw)["objects"]


def problems(stix: dict) -> list[str]:
    return schemas.errors(schemas.stix(stix["type"]), stix)


def test_every_object_is_valid_by_the_oasis_schemas() -> None:
    for stix in objects(made()):
        assert problems(stix) == [], stix


def test_schemas_refuse_spoiled_objects() -> None:
    by_type = {stix["type"]: stix for stix in objects(made())}
    for name, change in {
        "report": {"object_refs": []},
        "relationship": {"confidence": 101},
        "indicator": {"valid_from": "yesterday"},
        "identity": {"id": "identity--1"},
        "domain-name": {"value": 7},
        "grouping": {"context": None},
    }.items():
        assert problems({**copy.deepcopy(by_type[name]), **change}), name


def test_the_validator_of_oasis_accepts_the_bundle() -> None:
    from stix2validator import ValidationOptions, validate_string

    result = validate_string(made().decode(), ValidationOptions(version="2.1", silent=True))
    assert result.is_valid, [str(error) for error in result.errors]


def test_the_reference_library_reads_it_unchanged() -> None:
    for stix in objects(made()):
        written = orjson.dumps(stix).replace(b".000Z", b"Z")  # the library drops zero milliseconds from some times
        read = stix2.parse(stix, allow_custom=False, version="2.1").serialize().replace(".000Z", "Z")
        assert orjson.loads(read) == orjson.loads(written)


def test_every_reference_stays_within_the_bundle() -> None:
    every = {stix["id"]: stix for stix in objects(made())}
    for stix in every.values():
        named = [value for key, value in stix.items() if key.endswith("_ref")]
        named += [ref for key, value in stix.items() if key.endswith("_refs") for ref in value]
        assert set(named) <= every.keys()


def test_each_lead_is_a_relationship_with_its_score_between_reports() -> None:
    every = {stix["id"]: stix for stix in objects(made())}
    for facts in sample.small().leads:
        link = every[f"relationship--{facts.lead.id}"]
        assert link["confidence"] == round(facts.lead.score * 100)
        assert {every[link[end]]["type"] for end in ("source_ref", "target_ref")} == {"report"}


def test_each_step_is_a_course_of_action_and_the_plan_groups_them_in_order() -> None:
    every = {stix["id"]: stix for stix in objects(made())}
    (plan,) = [stix for stix in every.values() if stix["type"] == "grouping"]
    assert [every[ref]["name"] for ref in plan["object_refs"]] == [s["title"] for s in sample.plan()["steps"]]


def test_patterns_parse() -> None:
    patterns = [stix["pattern"] for stix in objects(made()) if stix["type"] == "indicator"]
    assert len(patterns) == 5
    assert all(validate_pattern(pattern, stix_version="2.1") for pattern in patterns)


@pytest.mark.parametrize("label", sorted(TLP_IDS))
def test_markings_are_those_of_oasis(label) -> None:
    first, *rest = objects(made(handling=label))
    assert first["id"] == f"marking-definition--{TLP_IDS[label]}"
    assert {ref for stix in rest for ref in stix["object_marking_refs"]} == {first["id"]}
    assert problems(first) == []


def test_a_handling_that_is_no_label_is_refused() -> None:
    with pytest.raises(KeyError):
        made(handling="TLP:PURPLE")


def test_the_same_input_gives_the_same_bytes() -> None:
    assert made() == made()


def test_nothing_derived_still_gives_a_valid_bundle() -> None:
    raw = made(members=[], leads=[], network=Map((), (), ()), plan=None)
    assert [stix["type"] for stix in objects(raw)] == ["marking-definition", "identity"]
    assert orjson.loads(raw)["id"].startswith("bundle--")


SAMPLES = {
    "domain": "fee.example",
    "ipv4": "192.0.2.7",
    "ipv6": "2001:db8::7",
    "url": "http://fee.example/pay",
    "email": "drop@mail.example",
    "mac": "02:00:5e:10:00:01",
    "asn": "64500",
    "md5": "ab" * 16,
    "sha1": "ab" * 20,
    "sha256": "ab" * 32,
    "sha512": "ab" * 64,
}


@pytest.mark.parametrize(("kind", "value"), SAMPLES.items())
def test_ids_of_observables_are_those_of_the_reference_library(kind, value) -> None:
    ours = thing(kind, value, "2026-11-24T14:05:00.000Z", MARK)
    bare = {key: content for key, content in ours.items() if key not in ("id", "object_marking_refs")}
    assert ours["id"] == stix2.parse(bare, version="2.1").id


@pytest.mark.parametrize("kind", list(SelectorKind))
def test_every_kind_of_selector_has_a_valid_object(kind) -> None:
    value = SAMPLES.get(kind, {"certificate": "ab" * 32, "cve": "cve-2026-0001"}.get(kind, "forum|wren"))
    assert problems(thing(kind, value, "2026-11-24T14:05:00.000Z", MARK)) == []


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable()))
def test_no_value_breaks_out_of_a_pattern(value: str) -> None:
    assert validate_pattern(f"[{comparison('url', value)}]", stix_version="2.1")
