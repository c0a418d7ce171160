"""What members say of each other's contributions, and what contributors are told came of theirs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accord.model.handling import Handling, Tlp
from accord.services import leads as lead_service
from accord.services import receipts
from accord.store import audiences
from accord.store.engine import node_transaction
from accord.store.handling_tables import feedback
from accord.store.tables import contribution, lead

from .asking import post


def test_what_is_said_reaches_the_originator_and_nobody_else(investigator, host, enter, mine, seeded):
    sighting = {"value": "fee[.]example", "count": "12", "seen_at": "2026-11-22T08:00", "words": "In our proxy"}
    assert post(host, f"/contributions/{mine}/say", kind="sighting", **sighting).status_code == 303
    assert (
        post(host, f"/contributions/{mine}/say", kind="correction", words="Parked since May", claim="0").status_code
        == 303
    )
    assert (
        post(host, f"/contributions/{mine}/say", kind="rating", stars="4", words="It decided a case").status_code == 303
    )
    third = enter(seeded.people["stonebridge"])
    for place in (f"/contributions/{mine}", "/inbox", "/", "/activity"):
        page = third.get(place).text
        for words in ("In our proxy", "Parked since May", "It decided a case"):
            assert words not in page
    for place in (f"/contributions/{mine}", "/inbox", "/"):
        page = investigator.get(place).text
        assert "fee[.]example" in page
        assert "seen 12 times" in page
        assert "Parked since May" in page
        assert "4 of 5" in page
    assert "Parked since May" in host.get(f"/contributions/{mine}").text


def test_the_originator_accepts_or_declines_once_with_a_reason(investigator, host, enter, mine, seeded):
    post(host, f"/contributions/{mine}/say", kind="correction", words="Parked since May")
    number = re.search(r"/said/([0-9a-f-]{36})/answer", investigator.get("/inbox").text).group(1)
    third = enter(seeded.people["stonebridge"])
    assert post(third, f"/said/{number}/answer", answer="accepted").status_code == 404
    assert post(host, f"/said/{number}/answer", answer="accepted").status_code == 403
    assert post(investigator, f"/said/{number}/answer", answer="declined").status_code == 422
    assert post(investigator, f"/said/{number}/answer", answer="perhaps", reason="r").status_code == 422
    assert post(investigator, f"/said/{number}/answer", answer="declined", reason="It moved back").status_code == 303
    assert "It moved back" in host.get(f"/contributions/{mine}").text
    assert post(investigator, f"/said/{number}/answer", answer="accepted").status_code == 409
    assert post(host, f"/said/{number}/take-back").status_code == 409


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "rating"}, {"kind": "rating", "stars": "6"}, {"kind": "correction"}, {"kind": "gossip", "words": "w"},
        {"kind": "sighting", "value": "nothing at all"}, {"kind": "sighting", "count": "0"}, {"kind": "sighting", "count": "x"},  # noqa: E501
        {"kind": "sighting", "seen_at": "2027-01-01T00:00"}, {"kind": "correction", "words": "w", "claim": "77"},
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_kept_nowhere(host, mine, node, said):
    assert post(host, f"/contributions/{mine}/say", **said).status_code == 422
    with node_transaction(node.engine) as connection:
        assert connection.execute(select(feedback)).first() is None


def test_nobody_speaks_of_what_they_do_not_see_or_of_their_own(investigator, host, mine, seeded):
    said = {"kind": "correction", "words": "w"}
    assert post(host, f"/contributions/{seeded.hidden_contribution}/say", **said).status_code == 404
    assert post(investigator, f"/contributions/{mine}/say", **said).status_code == 403


def test_a_newer_rating_replaces_the_older_and_words_can_be_taken_back(investigator, host, mine):
    post(host, f"/contributions/{mine}/say", kind="rating", stars="1", words="First thought")
    post(host, f"/contributions/{mine}/say", kind="rating", stars="5", words="Second thought")
    page = investigator.get(f"/contributions/{mine}").text
    assert "First thought" not in page
    assert "Second thought" in page
    number = re.search(r"/said/([0-9a-f-]{36})/answer", page).group(1)
    assert post(investigator, f"/said/{number}/take-back").status_code == 403
    assert post(host, f"/said/{number}/take-back").status_code == 303
    assert "Second thought" not in investigator.get(f"/contributions/{mine}").text


def test_nobody_is_buried_in_words(host, mine, monkeypatch):
    monkeypatch.setattr("accord.services.feedback.MAX_OPEN", 2)
    answers = [post(host, f"/contributions/{mine}/say", kind="correction", words=f"w{n}").status_code for n in range(3)]
    assert answers == [303, 303, 413]


def states(node, *numbers):
    with node_transaction(node.engine) as connection:
        rows = connection.execute(select(contribution.c.id, contribution.c.state, contribution.c.state_reason))
        found = {row.id: (row.state, row.state_reason) for row in rows}
    return [found[number] for number in numbers]


def sides(node, number):
    with node_transaction(node.engine) as connection:
        row = connection.execute(select(lead.c.a, lead.c.b).where(lead.c.id == number)).one()
        connection.execute(
            update(contribution).where(contribution.c.id.in_(row)).values(state="received", state_reason="")
        )
    return tuple(row)


def test_a_confirmed_lead_moves_both_sides_to_used_and_undoing_it_moves_them_back(investigator, node, seeded):
    number = seeded.leads[0]
    both = sides(node, number)
    post(investigator, f"/leads/{number}/judge", verdict="confirmed", reason="Same till")
    for state, reason in states(node, *both):
        assert state == "used"
        assert "Same till" in reason
    post(investigator, f"/leads/{number}/judge", verdict="rejected", reason="A shared host")
    assert [state for state, _ in states(node, *both)] == ["unused", "unused"]
    post(investigator, f"/leads/{number}/undo")
    assert [state for state, _ in states(node, *both)] == ["vetted", "vetted"]


def test_an_approved_plan_puts_contributions_in_action_until_it_is_given_up(investigator, node, mine):
    with node_transaction(node.engine) as connection:
        members = audiences.intern(connection, Handling(tlp=Tlp.AMBER))
        receipts.approved(node, connection, "p1", [mine], members, words="The plan of 23 Nov acts on it.")
    assert states(node, mine) == [("action", "The plan of 23 Nov acts on it.")]
    assert "The plan of 23 Nov acts on it." in investigator.get(f"/contributions/{mine}").text
    with node_transaction(node.engine) as connection:
        receipts.no_longer_approved(node, connection, "p1")
    assert states(node, mine)[0][0] != "action"
    assert "taken back 23 Nov 2026" in investigator.get(f"/contributions/{mine}").text


def test_what_not_all_readers_may_know_moves_no_state_that_all_read(investigator, host, node, mine, seeded):
    """The plan is its members' alone: the contributor in it is told, the other readers of the contribution are not."""
    sides(node, seeded.leads[0])
    secret = Handling(tlp=Tlp.RED, originators=frozenset({seeded.members["ncu-a"], seeded.members["harbour"]}))
    before = states(node, mine)[0][0]
    with node_transaction(node.engine) as connection:
        few = audiences.intern(connection, secret)
        receipts.approved(node, connection, "p2", [mine], few, words="Operation Lantern acts on it.")
    assert before != "action"
    assert states(node, mine)[0][0] != "action"
    assert "Operation Lantern" in investigator.get(f"/contributions/{mine}").text
    assert "Operation Lantern" not in host.get(f"/contributions/{mine}").text


def test_silence_beyond_the_deadline_is_shown_to_the_contributor_alone(enter, node, seeded, mine):
    sides(node, seeded.leads[0])
    node.clock.moment += timedelta(days=31)
    theirs, ours = enter(seeded.people["upland"]), enter(seeded.people["ncu-a"])
    with node_transaction(node.engine) as connection:
        connection.execute(update(contribution).where(contribution.c.id == mine).values(state="vetted"))
    assert "No word came by" in ours.get(f"/contributions/{mine}").text
    assert "no word came within 30 days" in ours.get("/").text
    assert "No word came by" not in theirs.get(f"/contributions/{mine}").text


def test_leads_found_anew_carry_their_judgements_along(investigator, node, seeded):
    """A lead under another handling than yesterday does not leave what was said of it under the old one."""
    number = seeded.leads[0]
    post(investigator, f"/leads/{number}/judge", verdict="confirmed", reason="Same till")
    with node_transaction(node.engine) as connection:
        row = connection.execute(select(lead).where(lead.c.id == number)).one()
        audience = audiences.intern(connection, Handling(tlp=Tlp.RED))
        found = lead_service.Lead(row.id, row.a, row.b, 0.5, 1, 0.5, 0.0, (), "s")
        lead_service.leads.replace(connection, [(found, audience)], node.clock.now())
    assert "Same till" not in investigator.get("/activity").text
