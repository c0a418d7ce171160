"""Deciding on what one shared: narrow, widen, recall, tear-lines; asking for more; who had it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from accord.model.handling import HandlingCode, Tlp
from accord.policy.pools import ANYONE
from accord.services import copies, sign_in
from accord.store import audiences, drawn
from accord.store.engine import begin, node_transaction
from accord.store.handling_tables import copy, handling_change
from accord.store.tables import event, lead

from .asking import handling_of, post, without_ids, words


def test_narrowing_holds_at_once_for_all_that_is_derived(investigator, host, mine, node, seeded):
    post(investigator, f"/leads/{seeded.leads[0]}/judge", verdict="confirmed", reason="Same till")
    with node_transaction(node.engine) as connection:
        touched = connection.execute(select(lead.c.id).where((lead.c.a == mine) | (lead.c.b == mine))).scalars().all()
    assert touched
    assert all(host.get(f"/leads/{number}").status_code == 200 for number in touched)
    title = re.search(r"<h1>([^<]+)</h1>", host.get(f"/contributions/{mine}").text).group(1)
    assert post(investigator, f"/contributions/{mine}/handling", tlp="TLP:RED").status_code == 303
    nowhere = host.get(f"/contributions/{uuid4()}")
    gone = host.get(f"/contributions/{mine}")
    assert gone.status_code == 404
    assert without_ids(gone) == without_ids(nowhere)
    assert all(host.get(f"/leads/{number}").status_code == 404 for number in touched)
    assert title not in host.get("/activity").text
    assert "Same till" not in host.get("/activity").text
    assert "handling narrowed" not in host.get("/activity").text
    with begin(node.engine, ANYONE, node.clock.now()) as connection:
        assert drawn.newest_map(connection) is None
        assert drawn.newest_plan(connection) is None
        assert drawn.newest_report(connection) is None
    assert investigator.get(f"/contributions/{mine}").status_code == 200


def test_widening_needs_a_reason_and_is_recorded_for_its_originator_alone(investigator, host, mine, node):
    post(investigator, f"/contributions/{mine}/handling", tlp="TLP:RED")
    bare = post(investigator, f"/contributions/{mine}/handling", tlp="TLP:GREEN", pap="PAP:AMBER")
    assert bare.status_code == 422
    assert host.get(f"/contributions/{mine}").status_code == 404
    told = post(investigator, f"/contributions/{mine}/handling", tlp="TLP:GREEN", reason="The raid is over")
    assert told.status_code == 303
    assert "The raid is over" in investigator.get(f"/contributions/{mine}").text
    seen = host.get(f"/contributions/{mine}")
    assert seen.status_code == 200
    assert "The raid is over" not in seen.text
    with node_transaction(node.engine) as connection:
        kinds = connection.execute(select(handling_change.c.kind).order_by(handling_change.c.changed_at)).scalars()
        assert sorted(kinds) == ["narrowed", "widened"]
        verbs = connection.execute(select(event.c.verb).where(event.c.subject == str(mine))).scalars().all()
        assert {"handling narrowed", "handling widened"} <= set(verbs)


@pytest.mark.parametrize("place", ["handling", "recall", "tear-line"])
def test_who_sees_it_and_may_not_decide_is_told_whom_to_ask(host, mine, seeded, place):
    seen = host.get(f"/contributions/{mine}/{place}")
    assert seen.status_code == 403
    assert "National Cybercrime Unit (A)" in seen.text
    hidden = host.get(f"/contributions/{seeded.hidden_contribution}/{place}")
    assert hidden.status_code == 404
    assert without_ids(hidden) == without_ids(host.get(f"/contributions/{uuid4()}/{place}"))
    for number, status in ((mine, 403), (seeded.hidden_contribution, 404)):
        data = {"tlp": "TLP:RED", "reason": "r", "title": "t"}
        assert post(host, f"/contributions/{number}/{place}", **data).status_code == status


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"code": "H3"}, "H3 stands for limits in words"),
        ({"tlp": "TLP:CLEAR", "originator_control": "1"}, "limits no disclosure"),
        ({"embargo_until": "2027-01-02T00:00", "expires_at": "2027-01-01T00:00"}, "nobody would ever see it"),
        ({"expires_at": "2020-01-01T00:00"}, "in the past"),
        ({"jurisdictions": "Atlantis"}, "is no country"),
    ],
)
def test_a_contradiction_is_said_while_editing_and_refused(investigator, mine, node, given, sentence):
    before = handling_of(node, mine)
    assert sentence in investigator.post(
        f"/contributions/{mine}/handling/look", data={"csrf": investigator.csrf, **given}
    ).text.replace("&#39;", "'")
    refused = post(investigator, f"/contributions/{mine}/handling", reason="because", **given)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert handling_of(node, mine) == before


def test_nonsense_in_the_form_is_named(investigator, mine):
    for given in (
        {"tlp": "TLP:PINK"},
        {"pap": "x"},
        {"grade": "Z9"},
        {"excluded": "x"},
        {"retain_until": "soon"},
        {"code": "H9"},
    ):
        assert post(investigator, f"/contributions/{mine}/handling", **given).status_code == 422


def test_everything_that_can_be_chosen_is_kept(investigator, mine, node, seeded):
    given = {
        "tlp": "TLP:AMBER+STRICT", "pap": "PAP:RED", "code": ["H1", "H3"], "limits": "Ask the duty officer",
        "excluded": str(seeded.members["harbour"]), "permitted": str(seeded.members["upland"]), "purposes": "these",
        "purpose": ["", "investigate"], "jurisdictions": "bb aa", "embargo_until": "2026-12-01T10:00",
        "expires_at": "2027-01-01T00:00", "retain_until": "2027-06-01T00:00", "grade": "B2",
    }  # fmt: skip
    assert post(investigator, f"/contributions/{mine}/handling", **given).status_code == 303
    kept = handling_of(node, mine)
    assert kept.codes == {HandlingCode.H1, HandlingCode.H3}
    assert (kept.tlp, kept.pap.name, kept.limits, kept.grade.label) == (
        Tlp.AMBER_STRICT,
        "RED",
        "Ask the duty officer",
        "B2",
    )
    assert kept.purposes == {"", "investigate"}
    assert kept.jurisdictions == {"AA", "BB"}
    assert kept.retain_until.isoformat() == "2027-06-01T00:00:00+00:00"
    page = investigator.get(f"/contributions/{mine}/handling").text
    assert 'value="2026-12-01T10:00"' in page
    assert re.search(rf'name="permitted" value="{seeded.members["upland"]}" checked', page)


def test_the_editor_says_who_would_see_it_and_why_for_a_purpose(investigator, mine):
    data = {"csrf": investigator.csrf, "tlp": "TLP:AMBER", "code": "H1", "for": "prosecute"}
    fragment = investigator.post(
        f"/contributions/{mine}/handling/look", data=data, headers={"hx-request": "true", "hx-target": "would"}
    )
    assert fragment.text.lstrip().startswith("<section")
    assert fragment.text.count('"tiny">H1: it may not be used in court') == 7


def test_recall_reaches_every_copy_and_is_final(investigator, host, mine, node, seeded):
    copies.handed_out(node, seeded.members["upland"], [mine, seeded.contributions[1]], "taxii")
    copies.handed_out(node, seeded.members["upland"], [mine], "export")
    copies.handed_out(node, seeded.members["ncu-a"], [mine], "export")
    assert "Upland Hosting" in words(investigator.get(f"/contributions/{mine}/recall"))
    assert "Who had it" not in host.get(f"/contributions/{mine}").text
    assert post(investigator, f"/contributions/{mine}/recall", reason=" ").status_code == 422
    assert post(investigator, f"/contributions/{mine}/recall", reason="A source would be burnt").status_code == 303
    inbox = host.get("/inbox").text
    assert "A source would be burnt" in inbox
    notice = re.search(r"/notices/([0-9a-f-]{36})/acknowledge", inbox).group(1)
    assert post(investigator, f"/notices/{notice}/acknowledge").status_code == 403
    assert post(host, f"/notices/{notice}/acknowledge").status_code == 303
    assert post(host, f"/notices/{notice}/acknowledge").status_code == 409
    page = words(investigator.get(f"/contributions/{mine}"))
    assert "cannot be undone" in page
    assert page.count("put away") >= 2
    assert post(investigator, f"/contributions/{mine}/recall", reason="again").status_code == 409
    assert post(investigator, f"/contributions/{mine}/handling", tlp="TLP:RED").status_code == 409
    with node_transaction(node.engine) as connection:
        of_it = (lead.c.a == mine) | (lead.c.b == mine)
        nobody = [
            audiences.handling(connection, n)
            for n in connection.execute(select(lead.c.audience).where(of_it)).scalars()
        ]
        assert nobody
        assert {one.originators for one in nobody} == {frozenset()}
        noted = connection.execute(select(copy.c.member_id, copy.c.path).order_by(copy.c.path)).all()
        assert {(row.member_id, row.path) for row in noted} == {
            (seeded.members["upland"], "export"), (seeded.members["upland"], "taxii"),
        }  # fmt: skip
    upland = sign_in.who(node, host.cookies["accord-session"])
    assert [row.id for row in copies.tombstones(node, upland)] == [mine]


def test_a_handed_out_page_is_noted_once_and_its_last_time_moves_on(node, seeded, mine):
    other = seeded.members["upland"]
    for _ in range(3):
        copies.handed_out(node, other, [mine], "feed")
    node.clock.moment += timedelta(hours=2)
    copies.handed_out(node, other, [mine], "feed")
    with node_transaction(node.engine) as connection:
        row = connection.execute(select(copy)).one()
    assert row.last_at - row.first_at == timedelta(hours=2)
    with pytest.raises(ValueError, match="no path"):
        copies.handed_out(node, other, [mine], "carrier pigeon")


def test_who_loses_sight_and_had_a_copy_is_told(investigator, host, mine, node, seeded):
    copies.handed_out(node, seeded.members["upland"], [mine], "feed")
    post(investigator, f"/contributions/{mine}/handling", tlp="TLP:AMBER", pap="PAP:RED")
    assert "narrowed the handling" not in host.get("/inbox").text
    post(investigator, f"/contributions/{mine}/handling", tlp="TLP:RED", pap="PAP:RED", reason="Too hot")
    inbox = host.get("/inbox").text
    assert "narrowed the handling" in inbox
    assert "Too hot" in inbox


def test_asking_for_more_is_answered_with_a_clock(investigator, host, third, mine, node, seeded):  # noqa: PLR0917
    post(investigator, f"/contributions/{mine}/handling", tlp="TLP:AMBER", pap="PAP:AMBER", code="H1")
    assert "H1: it may not be used in court without its originator" in words(host.get(f"/contributions/{mine}"))
    assert post(host, f"/contributions/{mine}/ask", wish="prosecute", reason="").status_code == 422
    assert post(host, f"/contributions/{mine}/ask", wish="look-up", reason="r").status_code == 409
    assert post(host, f"/contributions/{mine}/ask", wish="conquest", reason="r").status_code == 422
    assert post(investigator, f"/contributions/{mine}/ask", wish="prosecute", reason="r").status_code == 403
    assert post(host, f"/contributions/{seeded.hidden_contribution}/ask", wish="share", reason="r").status_code == 404
    assert post(host, f"/contributions/{mine}/ask", wish="prosecute", reason="Hearing on Monday").status_code == 303
    assert post(host, f"/contributions/{mine}/ask", wish="prosecute", reason="Hearing").status_code == 409
    assert "Hearing on Monday" not in third.get(f"/contributions/{mine}").text + third.get("/inbox").text
    node.clock.moment += timedelta(minutes=10)
    inbox = investigator.get("/inbox").text
    assert "answer due by 7 Dec 2026" in inbox
    number = re.search(r"/requests/([0-9a-f-]{36})/answer", inbox).group(1)
    assert post(host, f"/requests/{number}/answer", answer="granted", reason="me").status_code == 403
    assert (
        post(third, f"/requests/{number}/answer", answer="granted", reason="me").status_code == 403
    )  # by role, before it is looked up
    assert post(investigator, f"/requests/{number}/answer", answer="granted", reason="").status_code == 422
    assert post(investigator, f"/requests/{number}/answer", answer="granted", reason="Agreed").status_code == 303
    assert handling_of(node, mine).permitted == {seeded.members["upland"]}
    assert "Agreed" in host.get("/inbox").text
    assert "H1: it may not" not in words(host.get(f"/contributions/{mine}"))
    assert "H1: it may not" in words(third.get(f"/contributions/{mine}"))
    assert post(investigator, f"/requests/{number}/answer", answer="refused", reason="No").status_code == 409


def test_a_grant_that_permission_by_name_cannot_give_says_what_stands_against_it(investigator, host, mine):
    post(investigator, f"/contributions/{mine}/handling", tlp="TLP:AMBER", pap="PAP:RED")
    post(host, f"/contributions/{mine}/ask", wish="prevent", reason="To block it")
    number = re.search(r"/requests/([0-9a-f-]{36})/answer", investigator.get("/inbox").text).group(1)
    answer = post(investigator, f"/requests/{number}/answer", answer="granted", reason="Yes")
    assert answer.status_code == 409
    assert "PAP:RED does not allow blocking" in answer.text
    assert post(investigator, f"/requests/{number}/answer", answer="refused", reason="Not yet").status_code == 303


def test_silence_shows_to_both_sides(host, enter, mine, node, seeded):
    post(host, f"/contributions/{mine}/ask", wish="change", reason="We would tell our clients")
    node.clock.moment += timedelta(days=15)
    host, investigator = enter(seeded.people["upland"]), enter(seeded.people["ncu-a"])
    for client in (host, investigator):
        assert "no answer since 7 Dec 2026" in client.get("/inbox").text
        assert "We would tell our clients" in client.get("/").text
