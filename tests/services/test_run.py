"""The main job on a small world: what it derives is never under a wider handling than what it was derived from."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemClock, SystemIds
from accord.jobs.app import Jobs
from accord.jobs.tracked import tracked
from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.model.leads import Lead, Reason
from accord.model.maps import Map
from accord.model.maps import Node as Thing
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.selectors import SelectorKind
from accord.services import derived, leads, plans, run
from accord.services.contribute import SharedFile, submit
from accord.services.members import register
from accord.services.node import Node
from accord.store import audiences, work
from accord.store.engine import node_transaction
from accord.store.tables import graph, lead, plan
from accord.store.tables import work as work_table

BOTH = b"bad-1.example\n192.0.2.7\nbad-2.example\n"


class Silent:
    def report(self, stage, done, total, detail=""):
        pass


@pytest.fixture
def node(database, tmp_path):
    blobs = Blobs(tmp_path / "blobs")
    blobs.prepare()
    return Node(database.app, database.engine, blobs, SystemClock(), SystemIds(), None)


def share(node, slug, tlp, content, path="list.txt"):
    member = Member(derived_id("member", slug), slug, slug, MemberKind.CERT, tlp=tlp.label)
    register(node, member)
    (taken,) = submit(node, member, [SharedFile(path, content)], Silent())
    return taken.contribution


def test_a_list_is_led_over_the_report_that_lies_beside_it_in_its_folder(node):
    """Over the folder, not over what its name says, and never over a channel."""
    share(node, "south", Tlp.GREEN, b"evil-1.example\n192.0.2.7\n")
    report, digest = b"evil-1.example\n192.0.2.7\n", b"0123456789abcdef0123456789abcdef\n"
    lists = [share(node, "north", Tlp.GREEN, digest, f"{folder}/list.txt") for folder in ("case", "misp")]
    reports = [share(node, "north", Tlp.GREEN, report, f"{folder}/report.txt") for folder in ("case", "misp")]
    found = [lead for lead in leads.find(node, Silent()) if {lead.a, lead.b} & set(lists)]
    assert [{lead.a, lead.b} & set(lists) for lead in found] == [{lists[0]}]
    assert found[0].reasons[0].via == (reports[0],)
    assert "handed in beside it" in found[0].sentence


def handling_of(node, table):
    with node_transaction(node.engine) as connection:
        return audiences.handling(connection, connection.scalar(select(table.c.audience)))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ((Tlp.GREEN, Tlp.CLEAR), Tlp.AMBER),
        ((Tlp.GREEN, Tlp.AMBER_STRICT), Tlp.AMBER_STRICT),
        ((Tlp.GREEN, Tlp.GREEN, Tlp.RED), Tlp.AMBER),  # of what not every member sees nothing is derived for all
    ],
)
def test_map_plan_and_report_carry_the_strictest_label_of_what_they_are_made_from(node, labels, expected):
    for place, tlp in enumerate(labels):
        share(node, f"member-{place}", tlp, BOTH)
    chart, document = run.find_and_plan(node, Silent())
    facts = run.facts_of(node, chart, document, "Insight Report")
    assert facts.handling == expected.label
    assert ("not for those they serve" in facts.restrictions) is (expected is Tlp.AMBER_STRICT)
    assert {handling_of(node, graph).tlp, handling_of(node, plan).tlp} == {expected}


def test_a_lead_carries_the_handling_of_those_through_which_it_is_linked(node):
    one, other = (share(node, slug, Tlp.GREEN, BOTH) for slug in ("one", "other"))
    between = share(node, "between", Tlp.AMBER, BOTH)
    with node_transaction(node.engine) as connection:
        stands = {row.id: row.audience for row in leads.corpus.contributions(connection)}
    reason = Reason("path", SelectorKind.DOMAIN, "bad-1.example", "bad-2.example", 1.0, 0.1, 2, "", (between,))
    found = Lead(uuid4(), one, other, 0.5, 0, 0.5, 0.0, (reason,), "Both are tied to what lies between.")
    leads.keep(node, [found], stands, derived.begun(node))
    assert handling_of(node, lead).tlp is Tlp.AMBER


def test_the_work_that_all_members_see_names_no_file_and_counts_none(node):
    jobs = Jobs(node.database_url, node.engine, node.clock, node.ids)
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, Handling())
    with tracked(jobs, "run", "the whole job", audience) as shown:
        shown.report("intake", 7, 14, "One: confidential.txt")
        with node_transaction(node.engine) as connection:
            row = connection.execute(select(work_table)).one()
        assert (row.stage, row.done, row.total, row.message) == ("intake", 50, 100, "")
    with node_transaction(node.engine) as connection:
        assert work.get(connection, row.id).state == work.DONE


def test_a_plan_says_who_acts_and_who_is_indispensable_also_when_it_leaves_out_what_hardly_helps():
    may = Capability(ActionType.SUSPEND_DOMAIN, frozenset({SelectorKind.DOMAIN}), ("tld:example",), power="terms")
    little = Capability(ActionType.REMOVE_CONTENT, frozenset({SelectorKind.URL}), (), power="terms")
    registrar, hoster = (
        Member(derived_id("member", slug), slug, slug.title(), MemberKind.PROVIDER, "XF", (can,))
        for slug, can in (("registrar", may), ("hoster", little))
    )
    domains = tuple(
        Thing(f"domain|bad-{n}.example", "domain", "domain", f"bad-{n}.example", 1.0, ("one",), 1, 0.0, 0.0)
        for n in range(3)
    )
    page = Thing("url|http://192.0.2.7/a", "url", "url", "http://192.0.2.7/a", 0.001, ("one",), 1, 0.0, 0.0)
    chart, members = Map((*domains, page), (), ("all",)), [registrar, hoster]
    made = plans.make(chart, members, Silent())
    assert len(made.plan.steps) < len(made.curve)
    document = plans.document(made, chart, members)
    assert [(one["slug"], one["name"], one["steps"]) for one in document["members"]] == [("registrar", "Registrar", 1)]
    assert document["indispensable"] == ["Registrar"]
