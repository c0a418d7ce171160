"""The bank: mule accounts, phishing pages that customers reported, senders of text messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from accord.exercise.parts import Share
from accord.exercise.views import View, share
from accord.exercise.writing import misp
from accord.exercise.writing.defang import round_brackets
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

STORIES = (
    "opened online, 3 credits from strangers, cash withdrawn same day",
    "student, says he lends the account to a friend from a chat",
    "credit recalled by sender's bank, account empty",
    "forwarded to a coin exchange within minutes",
    "customer is a victim herself, job offer as payment agent",
)


def shares(view: View) -> Iterator[Share]:
    yield _mules(view)
    yield _pages(view)
    yield _event(view, 812, date(2026, 10, 5), "Smishing wave with parcel fee, customers debited")
    yield _event(view, 839, date(2026, 11, 12), "Fake net-banking pages, same panel behind")
    yield _senders(view)
    yield _mailboxes(view)


def _mules(view: View) -> Share:
    """Windows-1252, semicolons, amounts with decimal commas, IBANs grouped by four as on a bank's statement."""
    path = "mule-accounts-2026-11.csv"
    assets = view.take("larkspur", {Kind.IBAN}, most=40)
    rows = [
        (
            " ".join(asset.value[at : at + 4] for at in range(0, len(asset.value), 4)),
            f"{view.day(asset):%d.%m.%Y}",
            f"{view.dice.between(300, 9800)},{view.dice.between(0, 99):02d} €",
            view.dice.pick(STORIES),
        )
        for asset in view.by_day(assets)
    ]
    if rows:
        rows.insert(3, ("GB00 EXER 0000 0012 3456 78", "02.11.2026", "480,00 €", "check digits wrong, read from paper"))
    header = ("Account (IBAN)", "First seen", "Amount", "What happened")
    return share(path, table(rows, header, delimiter=";", ends="\r\n", encoding="cp1252"), assets)


def _pages(view: View) -> Share:
    path = "reported-by-customers.csv"
    held = view.take("larkspur", {Kind.URL}, ("page", "free-page"), most=70)
    assets = view.mixed(held, view.noise({Kind.DOMAIN}, 6, path), path)
    service = view.service("larkspur")
    rows = [
        (f"{view.day(asset)}", round_brackets(asset.value), service.name_at(view.slug), view.dice.pick(("sms", "mail")))
        for asset in assets
    ]
    return share(
        path, table(rows, ("date", "what customer clicked", "kit", "came by")), assets, service.name_at(view.slug)
    )


def _event(view: View, number: int, day: date, info: str) -> Share:
    path = f"misp-event-{number}.json"
    service = view.service("larkspur")
    assets = view.take("larkspur", misp.ATTRIBUTES.keys(), most=55, until=day, purpose=path)
    event = misp.event(
        view.member, number, day, info=info, tags=("tlp:amber", 'circl:incident="phishing"'), assets=assets
    )
    event["Event"]["Galaxy"].append(misp.galaxy("larkspur", service.name_at(view.slug), view.slug))
    return share(path, misp.data(event), assets, service.name_at(view.slug))


def _senders(view: View) -> Share:
    path = "sms-senders.txt"
    assets = view.take("larkspur", {Kind.PHONE}, most=20)
    text = ["Numbers that sent fee messages to our customers (telecom operator informed):"]
    return share(path, lines([*text, *(a.value for a in assets)], ends="\r\n", last=False), assets)


def _mailboxes(view: View) -> Share:
    path = "drop-mailboxes.md"
    assets = view.take("larkspur", {Kind.EMAIL}, ("drop",), most=20)
    text = [
        "# Where the forms send card data",
        "",
        "From four copies of the kit that customers' web hosts gave us.",
        "",
        *(f"- `{asset.value.replace('@', '[@]')}`" for asset in assets),
    ]
    return share(path, lines(text), assets)
