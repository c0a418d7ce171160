"""Who runs the node sees the world from which all intelligence was taken, on every page there is."""

from __future__ import annotations

from sqlalchemy import update

from accord.store.engine import node_transaction
from accord.store.tables import person

from . import worlds


def _run_by_administrators(node):
    with node_transaction(node.engine) as connection:
        connection.execute(update(person).values(role="administrator"))


def test_the_administrator_sees_no_intelligence_on_any_page(search, monkeypatch):
    monkeypatch.setattr(worlds, "allowed", lambda _world, _member: lambda _handling: False)
    asked, leaks = search(3, viewers=1, each=1, most=2, fill=_run_by_administrators)
    assert asked > 100
    assert not leaks, "\n".join(map(str, leaks[:3]))


def test_the_same_search_finds_what_an_analyst_sees(search, monkeypatch):
    """Or the test above would hold nothing that could leak."""
    monkeypatch.setattr(worlds, "allowed", lambda _world, _member: lambda _handling: False)
    _asked, leaks = search(3, viewers=1, each=0, most=2)
    assert leaks
