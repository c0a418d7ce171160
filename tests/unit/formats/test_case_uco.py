"""CASE/UCO: what case_validate accepts, warnings included; the same case gives the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.formats.case_uco import case_document
from accord.model.cases import CaseFacts, Deed, Entity, Exhibit, Happening, Hypothesis, Note, Weight

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SPACE = UUID("8e7d3c1a-5b0e-4c43-9d8f-0d1f2a3b4c5d")


def number(*parts):
    return uuid5(SPACE, "/".join(map(str, parts)))


def deed(item, place, act):
    at = NOW + timedelta(hours=place)
    return Deed(
        number(item, place), place, act, at, "Ada", "Amber", f"Because {act}", "Code, section 94", "Lab 2",
        "imager 4.2", "ab" * 32, ("It was recorded late.",) if place == 1 else (),
    )  # fmt: skip


def exhibit(name, kind="image", parents=()):
    chain = tuple(deed(name, place, act) for place, act in enumerate(("acquire", "seal", "access")))
    sized = kind not in ("thing", "wallet", "account")
    return Exhibit(
        number(name), kind, f"Item {name}", f"EX-{name}", "How it was done", f"{name}.img" if sized else "",
        1024 if sized else None, "cd" * 32 if sized else "", "ef" * 32 if sized else "", "Amber", "sealed", "Evidence",
        NOW, parents, chain,
    )  # fmt: skip


KINDS = ("file", "image", "capture", "page", "message", "account", "wallet", "thing")
ENTITIES = (
    ("domain", "fee.example"), ("ipv4", "192.0.2.4"), ("ipv6", "2001:db8::4"), ("url", "http://fee.example/x"),
    ("email", "kit@mail.example"), ("mac", "00:00:5e:00:53:01"), ("btc", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
)  # fmt: skip


def full():
    items = [exhibit(kind, kind) for kind in KINDS]
    items.append(exhibit("copy", "file", (items[1].id,)))
    weights = (
        Weight(number("w1"), "supports", "The panel's logs name it", items[1].id, "Item image"),
        Weight(number("w2"), "contradicts", "It was offline then", None, ""),
    )
    return CaseFacts(
        id=number("case"), title="Parcel fees", reference="C-1", summary="A phishing kit", authority="Code",
        member="Amber", opened_at=NOW, opened_by="Ada", closed_at=None, closing="",
        people=(("Ada", "Amber"), ("Dora", "Birch")), made_at=NOW, handling="TLP:RED", exhibits=tuple(items),
        hypotheses=(Hypothesis(number("h"), "One kit, two sellers", "likely", weights),),
        timeline=(Happening(number("t"), NOW, "20 Nov 2026, 10:00 Europe/Paris (+01:00)", "Kit sold", ""),),
        entities=tuple(Entity(number("e", kind), kind, value) for kind, value in ENTITIES),
        notes=(Note(number("n"), "Asked the hoster", "Ada", NOW),), tasks=(("Ask", "open", None),),
    )  # fmt: skip


def validate(tmp_path, content):
    file = tmp_path / "case.json"
    file.write_bytes(content)
    tool = Path(sys.executable).with_name("case_validate")
    if not tool.exists():
        pytest.skip("case-utils is not installed")
    return subprocess.run(
        [str(tool), "--built-version", "case-1.4.0", str(file)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_a_full_case_is_valid_without_a_warning(tmp_path):
    done = validate(tmp_path, case_document(full()))
    assert (done.returncode, "Conforms: True" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "arning" not in done.stdout + done.stderr


@pytest.mark.slow
def test_the_validator_would_notice(tmp_path):
    document = json.loads(case_document(full()))
    for node in document["@graph"]:
        if node["@type"] == "case-investigation:InvestigativeAction":
            node["uco-action:startTime"] = "yesterday"
    assert validate(tmp_path, json.dumps(document).encode()).returncode != 0


def test_the_same_case_gives_the_same_bytes_and_nothing_twice():
    one = case_document(full())
    assert one == case_document(full())
    ids = [node["@id"] for node in json.loads(one)["@graph"]]
    assert len(ids) == len(set(ids))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_stay_as_they_are(title, text):
    words = [part for part in (title, text) if part.isprintable()]
    try:
        facts = replace(full(), title=title, notes=(Note(number("n"), text, "Ada", NOW),))
        document = json.loads(case_document(facts))
    except UnicodeEncodeError:
        return
    said = json.dumps(document, ensure_ascii=False)
    assert all(json.dumps(word, ensure_ascii=False)[1:-1] in said for word in words)


def test_every_reference_leads_somewhere_in_the_file():
    document = json.loads(case_document(full()))
    there, asked = set(), set()

    def walk(value, top=True):
        if isinstance(value, dict):
            (there if len(value) > 1 else asked).update([value["@id"]] if "@id" in value else [])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(document["@graph"])
    assert asked - there == set()
