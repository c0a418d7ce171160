"""The hosting provider: abuse tickets, flows without a header, customers flagged by its own checks."""

from __future__ import annotations

import json
from collections.abc import Iterator

from accord.exercise.parts import Asset, Share
from accord.exercise.views import View, share
from accord.exercise.workshop import HOSTER
from accord.exercise.writing.archives import gzipped
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

NOTES = (
    "customer says his site was broken into",
    "paid with prepaid card, no answer to mail",
    "same customer as three servers before",
    "traffic only to two addresses, no web site",
    "reported by the CERT, waiting for a time stamp with zone",
)


def shares(view: View) -> Iterator[Share]:
    yield _tickets(view)
    yield _flagged(view)
    yield gzipped(_flows(view))
    yield _free_pages(view)
    yield _own(view)
    yield _saved_page(view)


def _tickets(view: View) -> Share:
    path = "abuse/tickets.csv"
    held = [a for a in view.held if a.kind is Kind.DOMAIN and a.home.startswith(HOSTER)]
    held = view.dice.apart(path).some(held, 65)
    victims = [a for a in view.world.bystanders if a.kind is Kind.DOMAIN and a.home.startswith(HOSTER)][:6]
    assets = view.mixed(held, victims, path)
    hosts = _hosts_of(view, assets)
    rows = [
        (
            f"HG-{71000 + number * 7}",
            f"{view.day(a):%d-%b-%Y}",
            a.home,
            a.value,
            view.dice.pick(NOTES),
        )
        for number, a in enumerate(view.by_day(assets))
    ]
    rows.insert(4, ("HG-71001", "31-Nov-2026", "192.0.2.300", "n/a", "typed in by hand, check"))
    header = ("Ticket", "Received", "Server IP", "Reported site", "Note of the agent")
    data = table(rows, header, delimiter=";", ends="\r\n", title="Abuse queue export")
    return share(path, data, [*assets, *hosts])


def _hosts_of(view: View, assets: list[Asset]) -> list[Asset]:
    """The servers that a table of sites names beside them, whether the member noticed them elsewhere or not."""
    homes = {asset.home for asset in assets}
    return [a for a in (*view.world.assets, *view.world.bystanders) if a.kind is Kind.IPV4 and a.value in homes]


def _flagged(view: View) -> Share:
    path = "checks/customers-flagged.json"
    assets = view.take("", {Kind.IPV4, Kind.IPV6}, most=40, purpose=path)
    assets = [a for a in assets if a.value.startswith((HOSTER, "2001:db8:a"))]
    rows = [
        {"server": a.value, "flagged_on": f"{view.day(a)}", "score": view.dice.between(51, 99), "rule": a.role}
        for a in assets
    ]
    data = json.dumps({"generated": "2026-11-19T05:00:00Z", "rows": rows}, indent=2).encode()
    return share(path, data, assets)


def _flows(view: View) -> Share:
    """Top talkers: no header, time, our server, the far end, bytes. Half of it is ordinary traffic."""
    path = "netflow/top-talkers.csv"
    far = view.mixed(view.take("", {Kind.IPV4}, most=40, purpose=path), view.noise({Kind.IPV4}, 16, path), path)
    near = [asset for asset in far if asset.value.startswith(HOSTER)] or far[:1]
    rows, printed = [], []
    for asset in far:
        server = view.dice.pick(near)
        rows.append(
            (f"{view.day(asset)} {view.clock(asset)}", server.value, asset.value, view.dice.between(10**5, 10**9))
        )
        printed += [server, asset]
    return share(path, table(rows), printed)


def _free_pages(view: View) -> Share:
    path = "free-pages/removed.txt"
    assets = view.take("larkspur", {Kind.URL}, ("free-page",), most=40)
    text = ["# removed from lantern-pages, reporter and time in the ticket system", *(a.value for a in assets)]
    return share(path, lines(text), assets)


def _own(view: View) -> Share:
    path = "netflow/asked-for-by-police.txt"
    assets = view.take("", {Kind.IPV4}, ("controller", "panel-host", "back-end", "command-host"), most=20, purpose=path)
    text = ["Answer to preservation request PR-03, servers contacted from the customer's machine:", ""]
    text += [f"{asset.value}:443  {view.day(asset)}" for asset in assets]
    return share(path, lines(text), assets)


def _saved_page(view: View) -> Share:
    """A sign-in page saved under the name of the export that was asked for: there is nothing to read in it."""
    del view
    page = "<!DOCTYPE html>\n<html><head><title>Session expired</title></head>\n<body>Please sign in.</body></html>\n"
    return Share("checks/export-2026-11-20.json", page.encode(), ())
