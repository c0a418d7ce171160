"""A released version holds nothing of what was left out, and keeps the bytes of what was not touched."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.model.errors import InputError
from accord.model.ids import derived_id
from accord.model.reading import Claim
from accord.stix.tear_line import Choice, bundle, references, release


def claim(number, type_="indicator", **more):
    stix_id = f"{type_}--{derived_id('t', str(number))}"
    return Claim(stix_id, type_, orjson.dumps({"type": type_, "id": stix_id, "spec_version": "2.1", **more}))


def fresh(old):
    return derived_id("fresh", old)


def test_what_is_released_whole_keeps_its_bytes():
    raw = b'{ "id":"note--00000000-0000-4000-8000-000000000001",  "type":"note", "content":"caf\\u00e9" }'
    whole = Claim("note--00000000-0000-4000-8000-000000000001", "note", raw)
    made = release([whole, claim(1, "malware")], Choice(types=frozenset({"malware"})), fresh)
    assert made.objects == {0: raw}
    assert orjson.loads(bundle(list(made.objects.values()), derived_id("b")))["objects"][0]["content"] == "café"


def test_a_struck_property_goes_at_every_depth_and_renames_what_refers_to_it():
    first = claim(
        1, name="n", description="secret", external_references=[{"source_name": "s", "description": "secret"}]
    )
    report = claim(2, "report", object_refs=[first.stix_id])
    made = release([first, report], Choice(fields=frozenset({"description"})), fresh)
    assert b"secret" not in b"".join(made.objects.values())
    assert made.renamed == {0, 1}
    released = {orjson.loads(one)["id"] for one in made.objects.values()}
    assert set(references(orjson.loads(made.objects[1]))) <= released
    assert first.stix_id.encode() not in made.objects[1]


def test_a_marking_stays_with_what_it_marks_unless_it_is_struck_by_name():
    marking = claim(1, "marking-definition", definition_type="statement")
    marked = claim(2, object_marking_refs=[marking.stix_id])
    out = frozenset({"marking-definition"})
    assert set(release([marking, marked], Choice(types=out), fresh).objects) == {0, 1}
    struck = release([marking, marked], Choice(types=out, fields=frozenset({"object_marking_refs"})), fresh)
    assert set(struck.objects) == {1}


@pytest.mark.parametrize("field", ["id", "type", "created"])
def test_what_an_object_cannot_be_without_is_not_struck(field):
    with pytest.raises(InputError):
        release([claim(1)], Choice(fields=frozenset({field})), fresh)


def test_what_is_no_object_is_left_out():
    made = release([Claim("note--x", "note", b"[1]"), Claim("note--y", "note", b"{")], Choice(), fresh)
    assert (made.objects, set(made.out)) == ({}, {0, 1})


@st.composite
def parcels(draw):
    size = draw(st.integers(2, 9))
    claims = []
    for number in range(size):
        type_ = draw(st.sampled_from(["indicator", "malware", "relationship", "report"]))
        to = [claims[i].stix_id for i in draw(st.lists(st.integers(0, number - 1), max_size=3))] if claims else []
        more = {"description": f"words {number}"} if draw(st.booleans()) else {}
        if type_ == "relationship":
            if len(to) < 2:
                type_ = "indicator"
            else:
                more |= {"source_ref": to[0], "target_ref": to[1]}
        if type_ == "report":
            more["object_refs"] = to
        if type_ == "indicator" and to:
            more["created_by_ref"] = to[0]
        claims.append(claim(number, type_, secret=f"content of {number}", **more))
    numbers = draw(st.frozensets(st.integers(0, size - 1)))
    fields = draw(st.sampled_from([frozenset(), frozenset({"description"})]))
    return claims, Choice(numbers=numbers, fields=fields)


@given(parcels())
def test_nothing_of_what_is_out_is_in_what_is_released(parcel):
    """Neither content, nor ids, nor references that lead to nothing, nor ids under which other content is known."""
    claims, choice = parcel
    made = release(claims, choice, fresh)
    assert set(made.objects) | set(made.out) == set(range(len(claims)))
    assert not set(made.objects) & set(made.out)
    everything = b"\n".join(made.objects.values())
    released = {orjson.loads(one)["id"] for one in made.objects.values()}
    for place in made.out:
        assert claims[place].stix_id.encode() not in everything
        assert f'"content of {place}"'.encode() not in everything
    for place, one in made.objects.items():
        document = orjson.loads(one)
        assert set(references(document)) <= released
        assert not choice.fields & document.keys()
        assert (document["id"] == claims[place].stix_id) == (one == claims[place].raw) == (place not in made.renamed)
