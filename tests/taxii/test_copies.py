"""TAXII notes who had a copy of what is another's, and what is withdrawn is no longer there."""

from __future__ import annotations

from sqlalchemy import select

from accord.services import taxii_read
from accord.store import contributions, copies
from accord.store.engine import node_transaction
from accord.store.handling_tables import copy
from accord.store.tables import contribution
from accord.store.taxii_pages import Wanted

from .samples import indicator
from .stage import member_id, signed

ALL, OWN = "alliance/collections/all", "alliance/collections/own"


def noted(node):
    with node_transaction(node.engine) as connection:
        rows = connection.execute(select(copy.c.contribution_id, copy.c.member_id, copy.c.path))
        return {(row.contribution_id, row.member_id, row.path) for row in rows}


def of(node, slug):
    with node_transaction(node.engine) as connection:
        rows = connection.scalars(select(contribution.c.id).where(contribution.c.member_id == member_id(slug)))
        return set(rows)


def test_who_polls_has_a_copy_of_what_is_anothers(node, amber, birch):
    amber.post(f"{ALL}/objects/", indicator(1), indicator(2))
    birch.post(f"{ALL}/objects/", indicator(3))
    birch.get(f"{ALL}/manifest/")
    birch.get(f"{OWN}/objects/")
    assert noted(node) == set()
    assert len(birch.ids(f"{ALL}/objects/")) == 3
    assert noted(node) == {(number, member_id("birch"), "taxii") for number in of(node, "amber")}


def test_a_page_notes_what_it_holds_and_no_more(node, amber, birch):
    amber.post(f"{ALL}/objects/", indicator(1))
    first = of(node, "amber")
    amber.post(f"{ALL}/objects/", indicator(2))
    birch.get(f"{ALL}/objects/", limit="1")
    assert {row[0] for row in noted(node)} == first
    birch.get(f"{ALL}/objects/{indicator(2)['id']}/")
    assert {row[0] for row in noted(node)} == of(node, "amber")


def test_the_same_page_again_costs_the_database_nothing(node, amber, birch, monkeypatch):
    amber.post(f"{ALL}/objects/", indicator(1))
    taxii_read.objects(node, signed("birch"), "alliance", "all", Wanted(10))
    monkeypatch.delattr(copies, "hand_out")
    assert taxii_read.objects(node, signed("birch"), "alliance", "all", Wanted(10)).size == 1


def test_what_is_withdrawn_is_absent(node, amber, birch):
    amber.post(f"{ALL}/objects/", indicator(1))
    (number,) = of(node, "amber")
    with node_transaction(node.engine) as connection:
        contributions.withdraw(connection, [number], node.clock.now())
    assert birch.ids(f"{ALL}/objects/") == []
    assert birch.get(f"{ALL}/objects/{indicator(1)['id']}/").status_code == 404
