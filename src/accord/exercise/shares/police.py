"""The national cybercrime unit: exhibits, seized contacts, payments, an intelligence package."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from accord.exercise.parts import Share
from accord.exercise.views import MONEY, NETWORK, PEOPLE, View, share
from accord.exercise.writing.defang import square
from accord.exercise.writing.stix21 import Bundle, pattern, stamp
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

TIES = ("resolves-to", "on", "pays-into", "reports-to", "runs", "demands-to", "uses")
PLACES = {
    Kind.IPV4: "image of rented server, netstat output",
    Kind.IPV6: "image of rented server, netstat output",
    Kind.DOMAIN: "browser history, suspect's laptop",
    Kind.URL: "browser history, suspect's laptop",
    Kind.EMAIL: "mailbox export, production order answered by provider",
    Kind.ACCOUNT: "chat application on seized phone",
    Kind.PHONE: "contacts on seized phone",
    Kind.BTC: "note in password store",
    Kind.ETH: "note in password store",
    Kind.IBAN: "payment slip found at search",
    Kind.CERTIFICATE: "image of rented server, web server's key store",
}


def shares(view: View) -> Iterator[Share]:
    yield _package(view)
    yield _exhibits(view, "case-2026-0117/exhibits.csv", "larkspur", 70)
    yield _exhibits(view, "case-2026-0131/exhibits.csv", "low-tide", 90)
    yield _payments(view)
    yield _contacts(view)
    yield _request(view)
    yield _preservation(view)


def _package(view: View) -> Share:
    path = "case-2026-0131/intelligence-package-3.json"
    service = view.service("low-tide")
    bundle = Bundle(view.member, path, "TLP:AMBER+STRICT", stamp(date(2026, 11, 16)))
    assets = view.take("low-tide", NETWORK | PEOPLE | MONEY, most=60, purpose="package")
    assets = view.with_ends(assets, *TIES)
    family = bundle.add(
        "malware",
        ("family",),
        name=service.name_at(view.slug),
        is_family=True,
        malware_types=["ransomware"],
        description="Locker lent to affiliates. Seen in three complaints filed in XA since September.",
    )
    actor = bundle.add("threat-actor", ("actor",), name=service.actor_at(view.slug), threat_actor_types=["criminal"])
    links = [bundle.relate(actor, "uses", family)]
    for asset in assets:
        if asset.kind in {Kind.DOMAIN, Kind.IPV4} and asset.harm >= 4:
            at = stamp(view.day(asset), view.clock(asset))
            indicator = bundle.add(
                "indicator",
                (asset.value,),
                name=f"{asset.role}: {asset.value}",
                pattern=pattern(asset),
                pattern_type="stix",
                valid_from=at,
            )
            links += [indicator, bundle.relate(indicator, "indicates", family)]
    refs = [family, actor, *links, *bundle.observables(assets, view.ties())]
    bundle.add(
        "report",
        ("report",),
        name="Intelligence package 3: payments and servers of the locker programme",
        description="For members of the cell only. Do not approach providers before the action day; one host is "
        "also under observation in another inquiry.",
        published=stamp(date(2026, 11, 16), "10:30:00"),
        object_refs=refs,
    )
    return share(path, bundle.data(), assets, service.name_at(view.slug), service.actor_at(view.slug))


def _exhibits(view: View, path: str, slug: str, most: int) -> Share:
    assets = view.mixed(view.take(slug, most=most), view.noise(NETWORK, 5, path), path)
    rows = [
        (f"EX/{number:03d}", asset.kind.value, asset.value, f"{view.day(asset):%d.%m.%Y}", PLACES.get(asset.kind, ""))
        for number, asset in enumerate(assets, 1)
    ]
    header = ("Exhibit", "Type", "Value", "Date", "Where found")
    return share(path, table(rows, header, delimiter=";", ends="\r\n", bom=True), assets)


def _payments(view: View) -> Share:
    path = "case-2026-0131/ransom-payments.csv"
    assets = view.take("low-tide", MONEY, ("ransom",), most=30, purpose="payments")
    pages = [view.beside(asset, "demands-to") for asset in assets]
    rows = [
        (
            f"{view.day(asset)}",
            asset.kind.value.upper(),
            asset.value,
            page.value if page else "",
            f"complaint {view.dice.between(3, 29)}",
        )
        for asset, page in zip(assets, pages, strict=True)
    ]
    if rows:
        damaged = assets[0].value
        rows.insert(2, ("2026-10-07", "BTC", damaged[:-2] + "xx", "", "read out by telephone, to be confirmed"))
    return share(
        path, table(rows, ("paid on", "coin", "address", "demanded at", "source")), [*assets, *filter(None, pages)]
    )


def _contacts(view: View) -> Share:
    """An examiner's text export: contacts of a seized telephone."""
    path = "case-2026-0117/phone-contacts.txt"
    assets = view.take("larkspur", PEOPLE, most=24)
    pages = view.take("larkspur", {Kind.URL}, ("seller",))
    text = [
        "Extraction report, exhibit EX/004 (mobile telephone)",
        "Operator: DI Marrow. Contacts and chat accounts, duplicates removed",
        "",
        *(f"{view.day(asset):%Y-%m-%d}  {asset.value}" for asset in assets if asset.kind is not Kind.ACCOUNT),
        *(f"chat  {asset.value}" for asset in pages),
        "",
        "End of report",
    ]
    return share(path, lines(text, ends="\r\n", last=False), [a for a in assets if a.kind is not Kind.ACCOUNT] + pages)


def _request(view: View) -> Share:
    path = "rfi/2026-11-09 request for information.md"
    assets = view.take("greywren", NETWORK | MONEY, ("bulletproof-host", "controller", "command", "deposit"), most=12)
    service = view.service("greywren")
    text = [
        "# Request for information",
        "",
        f"We look into sellers of access who we believe use **{service.name_at(view.slug)}**. One victim was encrypted",
        "nine days after the first beacon. We ask members whether they hold customer records, payments or",
        "telemetry for the following, and since when:",
        "",
        *(f"- {square(asset.value)}" for asset in assets),
        "",
        "Answer by 23 November, please. Existence of this inquiry is not to be disclosed to customers.",
    ]
    return share(path, lines(text), assets, service.name_at(view.slug))


def _preservation(view: View) -> Share:
    path = "case-2026-0117/preservation-requests.csv"
    assets = view.take("larkspur", {Kind.IPV4, Kind.EMAIL}, most=14, purpose="preservation")
    rows = [
        (f"PR-{number:02d}", asset.value, f"{view.day(asset)}", view.dice.pick(("confirmed", "no answer", "refused")))
        for number, asset in enumerate(assets, 1)
    ]
    return share(
        path, table(rows, ("Ref", "Preserve data of", "Sent", "State"), title="Open requests, 60 days"), assets
    )
