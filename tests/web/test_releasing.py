"""What goes out of what one shared: tear-lines, floors that a file states, folders read again, downloads."""

from __future__ import annotations

from uuid import uuid4

import orjson
import pytest
from sqlalchemy import select

from accord.model.handling import Handling, Tlp
from accord.services import contribute, hand_in
from accord.store import contributions, members
from accord.store.engine import node_transaction
from accord.store.handling_tables import tear_line

from .asking import handling_of, post, words


def bundle_of(*objects):
    return orjson.dumps({"type": "bundle", "id": f"bundle--{uuid4()}", "objects": list(objects)})


def indicator(name, value, **more):
    return {
        "type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid4()}", "created": "2026-01-01T00:00:00.000Z",  # noqa: E501
        "modified": "2026-01-01T00:00:00.000Z", "name": name, "pattern": f"[domain-name:value = '{value}']",
        "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z", **more,
    }  # fmt: skip


def share(node, seeded, content, path="2026/full.json", *, handling=None, person=True):
    with node_transaction(node.engine) as connection:
        member = members.get(connection, seeded.members["ncu-a"])
    given = handling or Handling(tlp=Tlp.AMBER_STRICT, originators=frozenset({member.id}))
    who = seeded.people["ncu-a"] if person else None
    file = [contribute.SharedFile(path, content)]
    return next(iter(contribute.submit(node, member, file, hand_in._Silent(), handling=given, person_id=who)))


def test_a_tear_line_shows_what_is_out_and_gives_the_full_version_away_to_nobody(investigator, host, node, seeded):
    malware = {
        "type": "malware", "spec_version": "2.1", "id": f"malware--{uuid4()}", "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z", "name": "Covert Wren", "is_family": True,
    }  # fmt: skip
    one = indicator("Panel", "panel-1.example", description="seen by our informant")
    tie = {
        "type": "relationship", "spec_version": "2.1", "id": f"relationship--{uuid4()}", "relationship_type": "indicates",  # noqa: E501
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "source_ref": one["id"],
        "target_ref": malware["id"],
    }  # fmt: skip
    full = share(node, seeded, bundle_of(malware, one, tie)).contribution
    post(investigator, f"/contributions/{full}/handling", tlp="TLP:RED", pap="PAP:AMBER")
    choice = {"tlp": "TLP:GREEN", "type": "malware", "strike": "description", "title": "Panel domains"}
    page = investigator.post(f"/contributions/{full}/tear-line/look", data={"csrf": investigator.csrf, **choice}).text
    assert "One of its ends is left out." in page
    assert "You left out every malware." in page
    made = post(investigator, f"/contributions/{full}/tear-line", **choice)
    assert made.status_code == 303
    released = made.headers["location"].rsplit("/", 1)[-1]
    theirs = host.get(f"/contributions/{released}").text
    assert "panel-1[.]example" in theirs
    for secret in (
        str(full),
        "Covert",
        "informant",
        one["id"],
        malware["id"],
        tie["id"],
        "full.json",
        "eleased version",
    ):
        assert secret not in theirs
    assert str(full) in investigator.get(f"/contributions/{released}").text
    assert released in investigator.get(f"/contributions/{full}").text
    assert "tear-line" not in host.get("/activity").text
    with node_transaction(node.engine) as connection:
        assert connection.execute(select(tear_line.c.full_id)).scalar_one() == full
    assert post(investigator, f"/contributions/{full}/recall", reason="Burnt").status_code == 303
    assert "cannot be undone" in host.get(f"/contributions/{released}").text


@pytest.mark.parametrize("choice", [{}, {"type": ["indicator"]}])
def test_a_tear_line_of_nothing_or_of_everything_is_refused(investigator, node, seeded, choice):
    full = share(node, seeded, bundle_of(indicator("Panel", "panel-1.example"))).contribution
    answer = post(investigator, f"/contributions/{full}/tear-line", tlp="TLP:GREEN", title="t", **choice)
    assert answer.status_code == 422


RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"


def test_what_the_file_states_is_a_floor_for_its_handling_and_for_releases(investigator, host, node, seeded):
    marked = indicator("Panel", "panel-1.example", object_marking_refs=[RED])
    full = share(node, seeded, bundle_of(marked, indicator("Open", "open-1.example"))).contribution
    assert handling_of(node, full).tlp is Tlp.RED
    refused = post(investigator, f"/contributions/{full}/handling", tlp="TLP:AMBER", pap="PAP:AMBER", reason="Mine")
    assert refused.status_code == 403
    assert "TLP:RED would become TLP:AMBER" in refused.text
    look = investigator.post(
        f"/contributions/{full}/tear-line/look", data={"csrf": investigator.csrf, "tlp": "TLP:GREEN"}
    ).text
    assert "marked TLP:RED by the file itself" in look
    made = post(investigator, f"/contributions/{full}/tear-line", tlp="TLP:GREEN", title="Open part", out="0")
    released = made.headers["location"].rsplit("/", 1)[-1]
    assert handling_of(node, released).tlp is Tlp.GREEN
    assert "panel-1" not in host.get(f"/contributions/{released}").text


def test_a_folder_read_again_undoes_no_decision(investigator, host, node, seeded):
    content = bundle_of(indicator("Panel", "panel-1.example"))
    taken = share(node, seeded, content, person=False)
    number = taken.contribution
    post(investigator, f"/contributions/{number}/handling", tlp="TLP:RED", pap="PAP:AMBER")
    share(node, seeded, content, person=False)
    assert handling_of(node, number).tlp is Tlp.RED
    post(investigator, f"/contributions/{number}/recall", reason="Burnt")
    share(node, seeded, content, person=False)
    assert "cannot be undone" in investigator.get(f"/contributions/{number}").text
    share(node, seeded, content)
    assert "cannot be undone" not in investigator.get(f"/contributions/{number}").text, "handed in anew by a person"


def test_a_download_is_noted_and_gives_others_nothing_that_nobody_could_read(host, investigator, node, seeded):
    """An object that is not valid is kept in the file as received, but its marking was not read either."""
    good, bad = indicator("Panel", "panel-1.example"), indicator("Hidden", "hidden.example", object_marking_refs=[])
    content = bundle_of(good, bad)
    number = share(node, seeded, content).contribution
    assert post(investigator, f"/contributions/{number}/file").content == content
    assert "downloaded" not in investigator.get(f"/contributions/{number}").text
    answer = post(host, f"/contributions/{number}/file")
    assert orjson.loads(answer.content)["objects"] == [good]
    assert "attachment" in answer.headers["content-disposition"]
    assert "downloaded" in investigator.get(f"/contributions/{number}").text
    assert host.get(f"/contributions/{number}/file").status_code == 405


def test_what_left_with_its_folder_may_be_recalled_for_good(investigator, mine, node):
    with node_transaction(node.engine) as connection:
        contributions.withdraw(connection, [mine], node.clock.now())
    assert "Recall it for good" in words(investigator.get(f"/contributions/{mine}"))
    assert investigator.get(f"/contributions/{mine}/recall").status_code == 200
    assert post(investigator, f"/contributions/{mine}/recall", reason="Wrong").status_code == 303
    assert "Recall it for good" not in words(investigator.get(f"/contributions/{mine}"))
    assert post(investigator, f"/contributions/{mine}/recall", reason="Wrong").status_code == 409
