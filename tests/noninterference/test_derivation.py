"""The same property through the whole job: leads found, map drawn, plan and report made anew in both worlds."""

from __future__ import annotations

import pytest

from accord.policy.pools import Pool
from accord.report.insight import insight_report
from accord.services import derived, leads, reports, run

from . import worlds

ALL = len(worlds.MEMBERS)


class Silent:
    def report(self, stage, done, total, detail=""):
        pass


def derive(node):
    begun_at = derived.begun(node)
    chart, plan = run.find_and_plan(node, Silent())
    facts = run.facts_of(node, chart, plan, "Insight Report")
    reports.keep(node, insight_report(facts), b"%PDF", begun_at)


def test_what_the_job_derives_tells_nothing_of_what_is_hidden(search):
    """Leads and their scores, states of contributions, map, plan, report, events."""
    asked, leaks = search(5, viewers=2, each=0, fill=derive, most=4)
    assert asked > 100
    assert not leaks, "\n".join(map(str, leaks[:3]))


@pytest.mark.slow
def test_what_the_job_derives_tells_nothing_in_many_worlds(search):
    for seed in range(10, 18):
        _, leaks = search(seed, viewers=ALL, each=1, fill=derive)
        assert not leaks, f"seed {seed}\n" + "\n".join(map(str, leaks[:3]))


def test_leads_weighed_against_everything_are_found(search, monkeypatch):
    """The suite bites here too: with one pool for all, a lead says whether anybody unseen holds the same."""

    def everything(seen):
        return [
            Pool(sight, frozenset(seen)) for sight in {a & b for a in seen.values() for b in seen.values()} if sight
        ]

    monkeypatch.setattr(leads, "pools", everything)
    _, leaks = search(5, viewers=2, each=0, fill=derive, first=True, only="/leads")
    assert leaks
