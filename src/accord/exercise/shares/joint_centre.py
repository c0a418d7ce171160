"""The joint centre: target packages and a watch list that repeats what others sent (circular reporting)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from accord.exercise.parts import Asset, Share
from accord.exercise.views import FILES, NETWORK, View, share
from accord.exercise.writing.defang import round_brackets
from accord.exercise.writing.stix21 import HASH_NAMES, VALUE_TYPES, Bundle, pattern, stamp
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

TIES = ("resolves-to", "on", "speaks-to", "reports-to", "pays-into", "registered-by", "sends-to")


class Plan(NamedTuple):
    """A target package to come: which service, where, how marked, when."""

    slug: str
    path: str
    tlp: str
    day: date
    title: str


PLANS = (
    Plan(
        "larkspur", "larkspur-target-package.json", "TLP:AMBER", date(2026, 10, 23), "Kit seller and its three panels"
    ),
    Plan("greywren", "greywren-target-package.json", "TLP:AMBER", date(2026, 11, 6), "Second tier of the botnet"),
    Plan("low-tide", "low-tide-target-package.json", "TLP:AMBER+STRICT", date(2026, 11, 13), "Cash-out and back end"),
)


def shares(view: View) -> Iterator[Share]:
    for plan in PLANS:
        yield _package(view, plan)
    yield _watch_list(view)
    yield _briefing(view)
    yield _overlap(view)


def _package(view: View, plan: Plan) -> Share:
    slug, path, tlp, day, title = plan
    service = view.service(slug)
    bundle = Bundle(view.member, path, tlp, stamp(day))
    held = view.with_ends(view.take(slug, most=70, purpose=path), *TIES)
    assets = [asset for asset in held if asset.kind in VALUE_TYPES or asset.kind in HASH_NAMES]
    family = bundle.add(
        "malware",
        ("family",),
        name=service.name_at(view.slug),
        is_family=True,
        description=service.model,
    )
    actor = bundle.add(
        "intrusion-set", ("actor",), name=service.actor_at(view.slug), description="People behind the service."
    )
    refs = [family, actor, bundle.relate(actor, "uses", family)]
    for asset in assets[::3]:
        indicator = bundle.add(
            "indicator",
            (asset.value,),
            pattern=pattern(asset),
            pattern_type="stix",
            valid_from=stamp(view.day(asset)),
            confidence=view.dice.pick((40, 60, 80)),
        )
        refs += [indicator, bundle.relate(indicator, "indicates", family)]
    refs += bundle.observables(assets, view.ties())
    bundle.add(
        "report",
        ("report",),
        name=f"Target package: {title}",
        description="Compiled from contributions of several members; where two agree, they may have one source.",
        published=stamp(day, "15:00:00"),
        object_refs=refs,
    )
    return share(path, bundle.data(indent=None), assets, service.name_at(view.slug), service.actor_at(view.slug))


def _watch_list(view: View) -> Share:
    """Last season's watch list, sent on as it came: long, mixed, in part out of date."""
    path = "watchlist-2026-09.txt"
    early = view.take("", NETWORK, most=90, until=date(2026, 10, 2), purpose="watch list")
    assets = view.mixed(early, view.noise(NETWORK, 14, path), path)
    head = ["# Watch list, third quarter. Review before use: entries are not removed when they go dark", "#"]
    return share(path, lines([*head, *(asset.value for asset in assets)], ends="\r\n"), assets)


def _briefing(view: View) -> Share:
    path = "briefing note.md"
    service = view.service("greywren")
    hosts = view.take("greywren", {Kind.IPV4}, ("controller", "bulletproof-host", "command-host"), most=9)
    money = view.take("greywren", {Kind.BTC}, ("deposit",))
    text = [
        f"# {service.name_at(view.slug)}: note for the planning meeting",
        "",
        "The first tier changes weekly, the second has not moved since September. Two members report the same",
        "address for different businesses; we ask both to say how they came to it before anyone acts.",
        "",
        "| address | what it is | confidence |",
        "|---|---|---|",
        *(f"| `{round_brackets(a.value)}` | {a.role.replace('-', ' ')} | {view.dice.pick('BCC')}2 |" for a in hosts),
        "",
        "Cash-out, as told by the exchange:",
        "",
        *(f"    {asset.value}" for asset in money),
    ]
    return share(path, lines(text), [*hosts, *money], service.name_at(view.slug))


def _overlap(view: View) -> Share:
    """A table of hashes that came by mail, with the empty file's among them."""
    path = "samples-received.csv"
    assets: list[Asset] = view.take("", FILES, most=60, purpose=path)
    assets = view.mixed(assets, view.noise(FILES, 4, path), path)
    rows = [(asset.value.upper(), asset.kind.value, f"{view.day(asset):%d/%m/%Y}") for asset in assets]
    return share(path, table(rows, ("Hash", "Algorithm", "Received")), assets)
