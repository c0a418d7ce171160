"""What members share in a standard form keeps to the standard."""

import json
from importlib import resources

import jsonschema_rs
import pytest

STIX_21 = [
    "members/cybercrime-unit-a/case-2026-0131/intelligence-package-3.json",
    "members/joint-centre-b/larkspur-target-package.json",
    "members/joint-centre-b/greywren-target-package.json",
    "members/joint-centre-b/low-tide-target-package.json",
    "members/national-cert-c/stix/greywren-constituency-2026-11.json",
]
STIX_20 = [
    f"members/legacy-antivirus-e/reports/{n}.json"
    for n in ("moonwrack-2026-10", "ebbcrypt-2026-10", "phishkit-2026-11")
]
MISP = [f"members/national-cert-c/misp/{n}.json" for n in (4101, 4117, 4125, 4138, 4152)]
MISP += [f"members/savings-bank-a/misp-event-{n}.json" for n in (812, 839)]
MISP_TYPES = {"domain", "ip-dst", "url", "email-src", "md5", "sha1", "sha256", "btc", "iban", "phone-number"}
MISP_TYPES |= {"x509-fingerprint-sha256", "domain|ip", "filename|sha256"}


def schemas(version: str) -> dict[str, dict]:
    """The OASIS schemas by the name of the type; read from the package's files, its code is not run."""
    root = resources.files("stix2validator") / f"schemas-{version}" / "schemas"
    return {
        entry.name.removesuffix(".json"): json.loads(entry.read_bytes())
        for folder in root.iterdir()
        if folder.is_dir()
        for entry in folder.iterdir()
        if entry.name.endswith(".json")
    }


@pytest.fixture(scope="module")
def validate():
    """Returns the faults of an object by its type's schema, or by the common one when the standard has none for it."""
    known = {version: schemas(version) for version in ("2.0", "2.1")}
    by_id = {schema["$id"]: schema for table in known.values() for schema in table.values() if "$id" in schema}
    made: dict = {}

    def faults(thing: dict, version: str) -> list[str]:
        table = known[version]
        kind = thing["type"] if thing["type"] in table else "core"
        if (version, kind) not in made:
            made[version, kind] = jsonschema_rs.validator_for(table[kind], retriever=by_id.__getitem__)
        return [f"{thing['id']}: {error.message}" for error in made[version, kind].iter_errors(thing)]

    return faults


@pytest.mark.parametrize("path", STIX_21)
def test_stix_21_objects_validate(path, written, validate):
    bundle = json.loads(written[path])
    standard = [thing for thing in bundle["objects"] if thing["type"] not in {"cryptocurrency-wallet", "phone-number"}]
    assert len(standard) > 40
    assert [fault for thing in standard for fault in validate(thing, "2.1")] == []


@pytest.mark.parametrize("path", STIX_20)
def test_stix_20_objects_validate(path, written, validate):
    bundle = json.loads(written[path])
    assert bundle["spec_version"] == "2.0"
    assert [fault for thing in bundle["objects"] for fault in validate(thing, "2.0")] == []


def test_the_schema_check_refuses_a_spoiled_object(written, validate):
    bundle = json.loads(written[STIX_21[0]])
    spoiled = next(thing for thing in bundle["objects"] if thing["type"] == "indicator")
    del spoiled["pattern"]
    assert validate(spoiled, "2.1") != []


@pytest.mark.parametrize("path", STIX_21)
def test_every_reference_is_answered_in_the_bundle(path, written):
    things = json.loads(written[path])["objects"]
    ids = [thing["id"] for thing in things]
    named = {
        ref
        for thing in things
        for name, value in thing.items()
        if name.endswith(("_ref", "_refs"))
        for ref in ([value] if isinstance(value, str) else value)
    }
    assert len(set(ids)) == len(ids)
    assert named <= set(ids)


@pytest.mark.parametrize("path", STIX_21)
def test_everything_shared_in_stix_21_is_marked(path, written):
    for thing in json.loads(written[path])["objects"]:
        if thing["type"] not in {"marking-definition", "identity"}:
            assert len(thing["object_marking_refs"]) == 1


@pytest.mark.parametrize("path", MISP)
def test_misp_events_have_what_the_core_format_asks(path, written):
    event = json.loads(written[path])["Event"]
    assert {"uuid", "info", "date", "threat_level_id", "analysis", "distribution", "timestamp", "Orgc"} <= set(event)
    assert {attribute["type"] for attribute in event["Attribute"]} <= MISP_TYPES
    assert int(event["attribute_count"]) == len(event["Attribute"]) > 10
    assert len({attribute["uuid"] for attribute in event["Attribute"]}) == len(event["Attribute"])
    assert any(tag["name"].startswith("tlp:") for tag in event["Tag"])
    assert event["Galaxy"][0]["GalaxyCluster"][0]["value"]
