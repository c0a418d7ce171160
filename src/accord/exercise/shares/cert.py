"""The national CERT: MISP events, STIX 2.1 for its constituency, a sinkhole extract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from accord.exercise.bystanders import VICTIM
from accord.exercise.parts import Share
from accord.exercise.views import FILES, NETWORK, View, share
from accord.exercise.writing import misp
from accord.exercise.writing.archives import gzipped
from accord.exercise.writing.stix21 import Bundle, pattern, stamp
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

EVENTS = (
    ("larkspur", 4101, date(2026, 9, 25), "Parcel-fee phishing against households, wave 1"),
    ("greywren", 4117, date(2026, 10, 9), "Loader by mail with fake invoices, municipalities"),
    ("low-tide", 4125, date(2026, 10, 16), "Ransomware at a supplier of water works"),
    ("larkspur", 4138, date(2026, 10, 30), "Card phishing, same kit, new registrant"),
    ("greywren", 4152, date(2026, 11, 13), "Loader: fallback domains from traffic of two ministries"),
)


def shares(view: View) -> Iterator[Share]:
    yield _bundle(view)
    for slug, number, day, info in EVENTS:
        yield _event(view, slug, number, day, info)
    yield _feed(view)
    yield gzipped(_sinkhole(view))
    yield _advisory(view)


def _bundle(view: View) -> Share:
    path = "stix/greywren-constituency-2026-11.json"
    service = view.service("greywren")
    bundle = Bundle(view.member, path, "TLP:GREEN", stamp(date(2026, 11, 18)))
    assets = view.with_ends(view.take("greywren", NETWORK | FILES, most=110, purpose=path), "resolves-to", "speaks-to")
    noise = view.noise({Kind.IPV4, Kind.DOMAIN}, 4, path)
    family = bundle.add("malware", ("family",), name=service.name_at(view.slug), is_family=True)
    loader = bundle.add("malware", ("loader",), name="Sandgrouse", is_family=True, malware_types=["downloader"])
    refs = [family, loader, bundle.relate(loader, "downloads", family)]
    for asset in assets[::2]:
        indicator = bundle.add(
            "indicator",
            (asset.value,),
            pattern=pattern(asset),
            pattern_type="stix",
            valid_from=stamp(view.day(asset), view.clock(asset)),
            indicator_types=["malicious-activity"],
        )
        seen = bundle.add(
            "sighting",
            (asset.value,),
            sighting_of_ref=indicator,
            first_seen=stamp(view.day(asset)),
            last_seen=stamp(asset.last, "23:00:00"),
            count=view.dice.between(1, 400),
        )
        refs += [indicator, seen, bundle.relate(indicator, "indicates", family)]
    refs += bundle.observables([*assets, *noise], view.ties())
    bundle.add(
        "report",
        ("report",),
        name=f"{service.name_at(view.slug)} in the constituency, November 2026",
        description="Network operators of XC: please check your logs since 1 October. Resolvers asked by infected "
        "machines are in the list because they were contacted, not because they are malicious.",
        published=stamp(date(2026, 11, 18), "12:00:00"),
        object_refs=refs,
    )
    return share(path, bundle.data(), [*assets, *noise], service.name_at(view.slug), "Sandgrouse")


def _event(view: View, slug: str, number: int, day: date, info: str) -> Share:
    path = f"misp/{number}.json"
    service = view.service(slug)
    held = view.take(slug, misp.ATTRIBUTES.keys(), most=55, since=day - timedelta(21), until=day, purpose=path)
    held = view.with_ends(held, "resolves-to", "on")
    assets = view.mixed(held, view.noise(NETWORK, 3, path), path)
    event = misp.event(view.member, number, day, info=info, tags=("tlp:green", "type:OSINT"), assets=assets)
    event["Event"]["Galaxy"].append(misp.galaxy(slug, service.name_at(view.slug), view.slug))
    printed = [asset for asset in assets if asset.kind in misp.ATTRIBUTES]
    return share(path, misp.data(event), printed, service.name_at(view.slug))


def _feed(view: View) -> Share:
    """Three small events in one file, as a feed export gives them."""
    path = "misp/feed-week-47.json"
    events, printed = [], []
    for number, slug in enumerate(("larkspur", "greywren", "low-tide"), 4160):
        assets = view.take(slug, misp.ATTRIBUTES.keys(), most=22, purpose=path, since=date(2026, 11, 9))
        service = view.service(slug)
        event = misp.event(
            view.member,
            number,
            date(2026, 11, 20),
            info=f"Weekly digest: {service.name_at(view.slug)}",
            tags=("tlp:green",),
            assets=assets,
        )
        event["Event"]["Galaxy"].append(misp.galaxy(slug, service.name_at(view.slug), view.slug))
        events.append(event)
        printed += assets
    return share(path, misp.data(events), printed, *(s.name_at(view.slug) for s in view.world.services))


def _sinkhole(view: View) -> Share:
    path = "sinkhole/week-47.csv"
    assets = view.take("greywren", {Kind.DOMAIN}, ("generated", "generated-live"), most=110, purpose=path)
    victims = [asset for asset in view.world.bystanders if asset.home == VICTIM]
    sources = {asset.value: view.dice.pick(victims) for asset in assets}
    rows = [
        (f"{view.day(asset)}T{view.clock(asset)}Z", asset.value, sources[asset.value].value, "64505")
        for asset in view.by_day(assets)
    ]
    return share(path, table(rows, ("timestamp", "http_host", "src_ip", "asn")), [*assets, *sources.values()])


def _advisory(view: View) -> Share:
    path = "advisory-2026-31.txt"
    service = view.service("low-tide")
    assets = view.take("low-tide", {Kind.SHA256, Kind.DOMAIN, Kind.EMAIL}, most=24, purpose=path)
    text = [
        "ADVISORY 2026-31 (TLP:GREEN)",
        f"Subject: {service.name_at(view.slug)} encrypts virtual machines; patch remote access now",
        "",
        "Victims report notes with these addresses and sites. Files by SHA-256.",
        "",
        *(f"  {asset.value.replace('@', '[@]').replace('.', '[.]')}" for asset in assets),
        "",
        "Contact: the duty officer, day and night.",
    ]
    return share(path, lines(text), assets, service.name_at(view.slug))
