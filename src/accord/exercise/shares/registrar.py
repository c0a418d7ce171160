"""The registrar: its domain export, the abuse desk's tickets, accounts under review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from accord.exercise.parts import Asset, Share
from accord.exercise.views import View, share
from accord.exercise.writing.archives import zipped
from accord.exercise.writing.defang import square
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

COMPLAINTS = (
    "Page asks for a parcel fee of 1.99 and then for the card; screenshot attached.",
    "Recipient of SMS complains. Page shows our client's logo.",
    "Third report this week for this customer, see also ticket before.",
    "Reporter sent no evidence; asked for headers and screenshot.",
    "Malware download at time of report, gone when we looked.",
    "Domain on a list, nothing visible. Kept open for 7 days.",
)
STATES = ("suspended", "suspended", "open", "customer answered", "closed: no evidence")


def shares(view: View) -> Iterator[Share]:
    yield _tickets(view)
    yield _export(view)
    yield _accounts(view)
    yield _suspended(view)
    yield zipped("abuse-desk/october.zip", list(_weeks(view)))


def _tickets(view: View) -> Share:
    path = "abuse-desk/tickets-autumn.csv"
    held = view.take("larkspur", {Kind.DOMAIN}, most=60, purpose=path)
    held += view.take("low-tide", {Kind.DOMAIN}, most=10, purpose=path)
    assets = view.mixed(held, view.noise({Kind.DOMAIN}, 8, path), path)
    rows = [
        (
            f"AD-{40211 + number * 3}",
            f"{view.day(asset):%Y-%m-%d} {view.clock(asset)}",
            square(asset.value),
            view.dice.pick(COMPLAINTS),
            view.dice.pick(STATES),
        )
        for number, asset in enumerate(view.by_day(assets))
    ]
    header = ("Ticket", "Opened", "Domain(s)", "Complaint", "State")
    return share(path, table(rows, header, ends="\r\n"), assets)


def _export(view: View) -> Share:
    """The registry system's own export: tabs under a .csv name, registrant's address beside each domain."""
    path = "exports/domains-under-review.csv"
    registrants = {slug: _registrant(view, slug) for slug in ("larkspur", "greywren")}
    rows, printed = [], []
    for slug, registrant in registrants.items():
        domains = view.take(slug, {Kind.DOMAIN}, ("page", "panel", "command", "generated-live"), most=75, purpose=path)
        for number, asset in enumerate(domains):
            contact = registrant.value if number % 8 else "redacted"
            created = asset.first - timedelta(view.dice.between(1, 6))
            rows.append((asset.value.upper(), f"{created}", f"{created + timedelta(365)}", contact, "ok"))
        printed += [*domains, registrant]
    header = ("DOMAIN", "CREATED", "EXPIRES", "REGISTRANT", "STATUS")
    return share(path, table(rows, header, delimiter="\t"), printed)


def _registrant(view: View, slug: str) -> Asset:
    """The registrar knows who its customer is, whatever else it misses."""
    return next(asset for asset in view.service(slug).assets if asset.role == "registrant")


def _accounts(view: View) -> Share:
    path = "exports/accounts.csv"
    registrants = [_registrant(view, slug) for slug in ("larkspur", "greywren")]
    rows = [
        (f"C-{view.dice.between(100000, 999999)}", asset.value, "prepaid", f"domains: {view.dice.between(30, 140)}")
        for asset in registrants
    ]
    rows.append(("C-118204", "not-an-address(at)", "invoice", "domains: 2"))
    return share(path, table(rows, ("customer", "contact", "payment", "note")), registrants)


def _suspended(view: View) -> Share:
    path = "suspended.txt"
    assets = view.take("", {Kind.DOMAIN}, ("page", "negotiation", "command"), most=55, purpose=path)
    text = ["; suspended since 1 September, one a line", *(asset.value + "." for asset in assets)]
    return share(path, lines(text), assets)


def _weeks(view: View) -> Iterator[Share]:
    for week in (40, 42, 44):
        path = f"week-{week}.csv"
        assets = view.take("larkspur", {Kind.DOMAIN}, most=18, part=0.6, purpose=path)
        rows = [(f"{view.day(asset)}", asset.value, view.dice.pick(STATES)) for asset in assets]
        yield share(path, table(rows, ("date", "domain", "state")), assets)
