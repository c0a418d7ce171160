"""MISP events: what we write we read again; what cannot be carried is told; handling never gets wider."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.formats import read
from accord.formats.cliques import cliques
from accord.formats.misp_event import Shared, write_events
from accord.formats.misp_feed import HASHES, MANIFEST, feed_files, read_manifest
from accord.formats.misp_handling import handling_of
from accord.model.errors import UnreadableError
from accord.model.handling import Grade, Handling, HandlingCode, Pap, Tlp
from accord.policy.decide import Viewer, decide
from accord.policy.purposes import PURPOSES

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ME, OTHER, CIRCLE = UUID(int=1), UUID(int=2), UUID(int=3)
NUMBER = UUID("6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a10")
SHARED = Path(__file__).resolve().parents[3] / "../shared/data/members"

VALUES = [
    *(f"host-{n}.example" for n in range(8)),
    *(f"192.0.2.{n}" for n in range(1, 9)),
    "2001:db8::7",
    *(f"https://host-{n}.example/gate.php" for n in range(4)),
    "kit@mail.example",
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
    "d41d8cd98f00b204e9800998ecf8427e",
    "a" * 64,
    "CVE-2021-44228",
    "DE89370400440532013000",
    "emotet",
    "AS64500",
]
rows = st.lists(st.lists(st.sampled_from(VALUES), min_size=1, max_size=5), min_size=1, max_size=12)


def shared_of(reading, **more):
    given = {"id": NUMBER, "title": reading.title, "member_id": ME, "member_name": "Member", "received_at": NOW}
    given |= {"handling": Handling(tlp=Tlp.GREEN, pap=Pap.GREEN, originators=frozenset({ME}))}
    parts = {"claims": reading.claims, "mentions": reading.mentions, "relations": reading.relations}
    return Shared(**{**given, **parts, **more})


def reading_of(text, path="list.csv"):
    (found,) = read(path, text.encode())
    return found


def again(shared, circles=None):
    (written,) = write_events(shared, circles)
    return read("event.json", json.dumps({"Event": written.event}).encode())[0], written


def selectors(reading):
    return {(m.kind, m.value) for m in reading.mentions}


def ties(reading):
    names = [(m.kind, m.value) for m in reading.mentions]
    return {(frozenset({names[r.a], names[r.b]}), r.kind) for r in reading.relations}


@settings(max_examples=60)
@given(rows)
def test_what_is_written_is_read_again(rows):
    reading = reading_of("\n".join(",".join(row) for row in [["a", "b", "c", "d", "e"], *rows]))
    back, _ = again(shared_of(reading))
    assert selectors(back) == selectors(reading)
    assert ties(back) == ties(reading)
    assert back.tlp == "TLP:GREEN"
    assert not back.drops


def test_the_rows_of_the_property_hold_selectors_and_ties():
    reading = reading_of("a,b\n" + "\n".join(f"{value},192.0.2.9" for value in VALUES))
    assert len({kind for kind, _ in selectors(reading)}) > 9
    assert len(ties(reading)) > 20


def test_stated_relations_and_names_survive():
    bundle = {
        "type": "bundle",
        "id": "bundle--6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a11",
        "objects": [
            {
                "type": "indicator", "spec_version": "2.1", "id": "indicator--6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a12",
                "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z", "confidence": 80,
                "pattern": "[domain-name:value = 'fee-1.example']", "pattern_type": "stix",
                "valid_from": "2026-10-01T00:00:00Z", "name": "Fee page",
            },
            {
                "type": "malware", "spec_version": "2.1", "id": "malware--6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a13",
                "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z", "name": "Greywren",
                "is_family": True,
            },
            {
                "type": "relationship", "spec_version": "2.1",
                "id": "relationship--6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a14",
                "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z",
                "relationship_type": "indicates", "source_ref": "indicator--6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a12",
                "target_ref": "malware--6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a13",
            },
            {
                "type": "course-of-action", "spec_version": "2.1", "name": "Suspend it",
                "id": "course-of-action--6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a15",
                "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z",
            },
            {
                "type": "attack-pattern", "spec_version": "2.1", "name": "Phishing",
                "id": "attack-pattern--6f1c4f0e-6f0e-4d0b-9a53-9b1f3f7d2a16",
                "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z",
                "external_references": [{"source_name": "mitre-attack", "external_id": "T1566"}],
            },
        ],
    }  # fmt: skip
    reading = reading_of(json.dumps(bundle), "bundle.json")
    assert any(kind == "stated" for _, kind in ties(reading))
    back, written = again(shared_of(reading))
    assert ties(back) == ties(reading)
    assert selectors(back) == selectors(reading)
    tags = [tag["name"] for tag in written.event["Tag"]]
    assert 'misp-galaxy:mitre-attack-pattern="Phishing - T1566"' in tags
    lost = {loss.what: loss.times for loss in written.losses}
    assert lost["course-of-action"] == 1
    assert lost["details of a indicator"] == 1
    assert "attack-pattern" not in lost


def test_the_same_contribution_gives_the_same_event():
    reading = reading_of("a,b\nhost-1.example,192.0.2.1\n")
    assert list(write_events(shared_of(reading))) == list(write_events(shared_of(reading)))


def handlings():
    instants = st.sampled_from([None, NOW - timedelta(days=1), NOW + timedelta(days=1)])
    return st.builds(
        Handling,
        tlp=st.sampled_from(list(Tlp)),
        pap=st.sampled_from(list(Pap)),
        circles=st.sampled_from([None, frozenset({CIRCLE}), frozenset({CIRCLE, OTHER}), frozenset()]),
        originators=st.just(frozenset({ME})),
        purposes=st.sampled_from([None, frozenset({"disrupt"}), frozenset({"disrupt", ""}), frozenset()]),
        jurisdictions=st.sampled_from([None, frozenset({"AA"}), frozenset()]),
        excluded_members=st.sampled_from([frozenset(), frozenset({OTHER})]),
        embargo_until=instants,
        expires_at=instants,
        retain_until=instants,
        originator_control=st.booleans(),
        codes=st.sampled_from([frozenset(), frozenset({HandlingCode.H1}), frozenset({HandlingCode.H3})]),
        grade=st.sampled_from([None, Grade("B", 2), Grade("X", 4)]),
        permitted=st.sampled_from([frozenset(), frozenset({OTHER})]),
    )


VIEWERS = [
    Viewer(ME, country="AA"), Viewer(OTHER, country="AA"), Viewer(OTHER, frozenset({CIRCLE}), country="BB"),
    Viewer(UUID(int=9), frozenset({CIRCLE}), country="AA"), Viewer(None),
]  # fmt: skip


@settings(max_examples=150)
@given(handlings(), handlings())
def test_handling_through_misp_and_back_never_widens(first, second):
    from accord.policy.lattice import meet

    handling = meet(first, second)
    reading = reading_of("a\nhost-1.example\n")
    (written,) = write_events(shared_of(reading, handling=handling))
    mine = Handling(tlp=Tlp.CLEAR, pap=Pap.CLEAR, originators=frozenset({ME}))
    back = handling_of(written.event, otherwise=mine)
    for viewer in VIEWERS:
        for purpose in PURPOSES:
            if decide(viewer, back, purpose, NOW).allowed:
                assert decide(viewer, handling, purpose, NOW).allowed, (viewer, purpose)


@pytest.mark.parametrize(
    ("event", "sees"),
    [
        ({}, True),
        ({"distribution": "0"}, False),
        ({"distribution": 3}, True),
        ({"distribution": "4"}, False),
        ({"distribution": "4", "SharingGroup": {"uuid": str(CIRCLE)}}, False),
        ({"distribution": "4", "SharingGroup": {"uuid": "7"}}, False),
        ({"distribution": "3", "Attribute": [{"distribution": "0"}]}, False),
        ({"distribution": "3", "Object": [{"distribution": "5", "Attribute": [{"distribution": "0"}]}]}, False),
        ({"Tag": [{"name": "tlp:red"}]}, False),
        ({"Tag": [{"name": "tlp:pink"}]}, False),
        ({"Tag": [{"name": 'accord:tomorrow="x"'}]}, False),
        ({"Tag": [{"name": "type:OSINT"}, {"name": "tlp:white"}]}, True),
    ],
)
def test_what_an_event_says_holds_for_all_of_it(event, sees):
    mine = Handling(tlp=Tlp.GREEN, originators=frozenset({ME}))
    assert decide(Viewer(OTHER), handling_of(event, otherwise=mine), "", NOW).allowed is sees


def test_a_circle_is_a_sharing_group_of_the_same_id():
    reading = reading_of("a\nhost-1.example\n")
    handling = Handling(tlp=Tlp.AMBER, originators=frozenset({ME}), circles=frozenset({CIRCLE}))
    (written,) = write_events(shared_of(reading, handling=handling), {CIRCLE: "Parcel cell"})
    assert written.event["distribution"] == "4"
    assert written.event["SharingGroup"]["uuid"] == str(CIRCLE)
    assert written.event["SharingGroup"]["name"] == "Parcel cell"
    assert handling_of(written.event, otherwise=replace(handling, circles=None)).circles == frozenset({CIRCLE})


def test_an_event_that_came_as_misp_goes_out_as_it_came():
    event = {
        "uuid": str(NUMBER), "info": "From MISP", "distribution": "3", "x_unheard": [1, {"deep": True}],
        "Tag": [{"name": "tlp:green", "colour": "#0f0"}, {"name": "kill-chain:Delivery", "local": 1}],
        "Attribute": [{"type": "odd-type", "value": "kept"}],
    }  # fmt: skip
    handling = Handling(tlp=Tlp.AMBER_STRICT, originators=frozenset({ME}))
    (written,) = write_events(Shared(NUMBER, "t", ME, "M", NOW, handling, events=[event]))
    for name in ("x_unheard", "Attribute", "info", "uuid"):
        assert written.event[name] == event[name]
    tags = [tag["name"] for tag in written.event["Tag"]]
    assert "tlp:amber+strict" in tags
    assert "tlp:green" not in tags
    assert written.event["distribution"] == "0"
    assert {"name": "kill-chain:Delivery", "local": 1} in written.event["Tag"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda p: p[0] != p[1]), max_size=40))
def test_groups_hold_every_pair_and_no_other(pairs):
    wanted = {frozenset(pair) for pair in pairs}
    found = {frozenset({a, b}) for group in cliques(pairs) for a in group for b in group if a != b}
    assert found == wanted
    assert all(len(group) <= 6 for group in cliques(pairs))


def test_a_feed_is_read_as_it_was_written():
    reading = reading_of("a,b\nhost-1.example,192.0.2.1\n")
    (written,) = write_events(shared_of(reading))
    files = dict(feed_files([written.event]))
    assert list(files)[-1] == MANIFEST
    (listed,) = read_manifest(files[MANIFEST])
    assert listed.uuid == NUMBER
    assert listed.timestamp == int(NOW.timestamp())
    assert selectors(read(listed.name, files[listed.name])[0]) == selectors(reading)
    assert files[HASHES].count(b"\n") == 2


@pytest.mark.parametrize("content", [b"", b"[]", b'{"../../etc/passwd": {}}', b'{"a": 1}', b"\xff"])
def test_a_manifest_that_is_none_is_refused(content):
    with pytest.raises(UnreadableError):
        read_manifest(content)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data is not beside the project")
def test_every_real_event_is_read_and_goes_through_again():
    asked = 0
    for path in sorted(SHARED.rglob("*.json")):
        content = path.read_bytes()
        if b'"Attribute"' not in content:
            continue
        for reading in read(path.name, content):
            if reading.format != "misp":
                continue
            asked += 1
            assert reading.complete, path
            assert reading.mentions, path
            back, _ = again(shared_of(reading))
            assert selectors(back) == selectors(reading), path
            assert ties(back) == ties(reading), path
    assert asked > 50
