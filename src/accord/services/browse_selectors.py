"""Searching: a selector is recognised however it is written, and leads to who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accord.model.ids import selector_id
from accord.model.selectors import Selector
from accord.services.browse import Signed, reading
from accord.services.browse_contributions import ContributionView, contribution_view
from accord.services.browse_leads import LeadView, lead_view
from accord.services.node import Node
from accord.store import browse_alliance, browse_contributions, browse_leads, browse_selectors
from accord.store.browse_contributions import ContributionFilter
from accord.store.browse_leads import LeadFilter

SHOWN = 20
LINKED_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Held:
    """A recognised selector as far as this viewer may know of it; `known` False: nobody told them of it."""

    kind: str
    value: str
    known: bool
    common: str
    holders: list[Any]
    contributions: list[Any]
    leads: list[LeadView]
    linked: list[Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What words are found in, when the query is no selector."""

    contributions: list[ContributionView]
    leads: list[LeadView]
    members: list[Any]


def look_up(node: Node, signed: Signed, wanted: Selector) -> Held:
    """Everything about one selector."""
    number = selector_id(wanted.kind, wanted.value)
    with reading(node, signed) as connection:
        row = browse_selectors.find(connection, number)
        if row is None:
            return Held(
                wanted.kind, wanted.value, known=False, common="", holders=[], contributions=[], leads=[], linked=[]
            )
        leads = browse_leads.page(connection, LeadFilter(me=signed.member_id, selector_id=number), SHOWN)
        return Held(
            kind=wanted.kind,
            value=wanted.value,
            known=True,
            common=row.common,
            holders=browse_selectors.holders(connection, number),
            contributions=browse_selectors.contributions(connection, number, SHOWN),
            leads=[lead_view(lead, [], signed) for lead in leads],
            linked=browse_selectors.linked(connection, number, LINKED_SHOWN),
        )


def count_holders(node: Node, signed: Signed, wanted: Selector) -> int:
    """How many members hold it, as far as this viewer may know; for the hint while typing."""
    with reading(node, signed) as connection:
        number = selector_id(wanted.kind, wanted.value)
        return browse_contributions.holders(connection, [number]).get(number, 0)


def find_words(node: Node, signed: Signed, query: str) -> Found:
    """Titles, paths, leads' sentences and members' names that contain all the words."""
    with reading(node, signed) as connection:
        contributions = browse_contributions.page(connection, ContributionFilter(query=query), SHOWN)
        leads = browse_leads.page(connection, LeadFilter(me=signed.member_id, query=query), SHOWN)
        words = query.lower().split()
        members = [row for row in browse_alliance.members(connection) if all(w in row.name.lower() for w in words)]
    return Found(
        [contribution_view(row) for row in contributions],
        [lead_view(row, [], signed) for row in leads],
        members[:SHOWN],
    )


def number_of(wanted: Selector) -> int:
    """A selector's key in filters."""
    return selector_id(wanted.kind, wanted.value)
