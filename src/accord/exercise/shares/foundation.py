"""The foundation: a daily feed of phishing pages, lists with comments, an old list that should be gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from accord.exercise.dice import Dice
from accord.exercise.parts import LAST_DAY, Share
from accord.exercise.views import NETWORK, View, share
from accord.exercise.writing.archives import gzipped
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

DAYS = tuple(LAST_DAY - timedelta(back) for back in (0, 7, 21, 42))


def shares(view: View) -> Iterator[Share]:
    for day in DAYS:
        yield _daily(view, day)
    yield _phish_list(view)
    yield gzipped(_generated(view))
    yield _command(view)
    yield _old(view)
    yield _container()


def _daily(view: View, day: date) -> Share:
    """No header: time, reporter, type, value, tags."""
    path = f"daily/{day}.csv"
    held = view.take("", NETWORK, most=46, since=day - timedelta(2), until=day, purpose=path)
    assets = view.mixed(held, view.noise(NETWORK, 4, path), path)
    rows = [
        (f"{day}T{view.clock(a)}Z", f"volunteer-{view.dice.between(1, 30)}", _type(a.kind), a.value, "#" + _tag(a.role))
        for a in sorted(assets, key=view.clock)
    ]
    return share(path, table(rows), assets)


def _type(kind: Kind) -> str:
    return "ip" if kind in {Kind.IPV4, Kind.IPV6} else kind.value


def _tag(role: str) -> str:
    """Volunteers tag loosely: what it is to them, not what it is."""
    if role in {"page", "free-page", "panel", "page-host", "panel-host"}:
        return "phishing"
    if role in {"command", "command-host", "controller", "generated-live", "download"}:
        return "botnet"
    return "dga" if role == "generated" else "malicious"


def _phish_list(view: View) -> Share:
    path = "lists/phishing.txt"
    assets = view.take("larkspur", {Kind.URL, Kind.DOMAIN}, ("page", "free-page", "panel"), most=150, purpose=path)
    text = ["# phishing, verified by two volunteers, licence: use freely", "# one a line; // marks remarks"]
    for number, asset in enumerate(assets):
        text.append(asset.value + ("   // seen twice" if number % 9 == 4 else ""))
    return share(path, lines(text), assets)


def _generated(view: View) -> Share:
    """Bulk: every generated domain it saw asked for. Worth little as links."""
    path = "lists/generated-domains.txt"
    assets = view.take("greywren", {Kind.DOMAIN}, ("generated", "generated-live"), most=240, purpose=path)
    return share(path, lines(asset.value for asset in assets), assets)


def _command(view: View) -> Share:
    path = "lists/command-servers.csv"
    assets = view.take("greywren", {Kind.IPV4, Kind.IPV6}, most=40, purpose=path)
    service = view.service("greywren")
    rows = [(a.value, view.dice.pick((443, 8080, 4443)), service.name_at(view.slug), f"{view.day(a)}") for a in assets]
    header = ("dst_ip", "dst_port", "malware", "last_online")
    return share(
        path, table(rows, header, title="# command servers, five-minute list"), assets, service.name_at(view.slug)
    )


def _old(view: View) -> Share:
    """Two years old and never withdrawn; the addresses have new, innocent holders by now."""
    path = "archive/blocklist-2024-10.txt"
    assets = view.noise({Kind.IPV4, Kind.DOMAIN}, 30, path)
    text = ["# blocklist October 2024 (kept for reference, do not use)", *(asset.value for asset in assets)]
    return share(path, lines(text, ends="\r\n"), assets)


def _container() -> Share:
    """An encrypted container whose key was to come by another way: nothing in it can be read."""
    return Share("archive/victim-addresses.bin", b"\x00\x8eCONT\x00" + Dice("container").octets(4096), ())
