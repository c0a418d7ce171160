"""The same property through the whole job: leads found, map drawn, plan and report made anew in both worlds."""

from __future__ import annotations

import pytest

from accord.report.insight import insight_report
from accord.services import reports, run

from . import worlds

ALL = len(worlds.MEMBERS)


class Silent:
    def report(self, stage, done, total, detail=""):
        pass


def derive(node):
    chart, plan = run.find_and_plan(node, Silent())
    facts = run.facts_of(node, chart, plan, "Insight Report")
    reports.keep(node, insight_report(facts), b"%PDF")


@pytest.mark.parametrize("place", ["/map", "/plan", "/report"])
def test_what_is_drawn_for_all_members_is_drawn_from_what_they_all_see(search, place):
    _, leaks = search(5, viewers=2, each=0, fill=derive, only=place)
    assert not leaks, str(leaks[0])


@pytest.mark.parametrize("place", ["/leads", "/contributions", "/activity"])
def test_leads_and_states_tell_nothing_of_what_is_hidden(search, place):
    _, leaks = search(5, viewers=2, each=0, fill=derive, only=place)
    assert not leaks, "\n".join(map(str, leaks[:3]))
