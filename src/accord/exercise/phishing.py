"""A phishing kit for rent: parcel-fee and card pages, a panel, drop mailboxes, mules."""

from __future__ import annotations

from accord.exercise.parts import Asset, Service
from accord.exercise.workshop import BULLETPROOF, HOSTER, RESELLER, Workshop
from accord.model.selectors import SelectorKind as Kind

PARCEL = ("parcel", "paket", "courier", "depot", "shipment", "customs-fee", "redelivery")
CARD = ("card", "netbank", "my-account", "3ds-confirm", "wallet-login", "savings")
FREE_PAGES = "lantern-pages.example"
"""A free page host with thousands of innocent customers: sharing it proves nothing."""
CHAT = "pigeonpost.example"
"""The fictional chat platform; a handle's page is `https://pigeonpost.example/handle`."""
FREE_MAIL = "mailnook.example"
RELAY = "contact.registrar-f.example"
"""The registrar's relay: each customer is reached, and known, by one address under it."""


def phishing_kit(work: Workshop) -> Service:
    """Some 90 % of its domains hang on one registrant, and its pages on six hosts: cut these and little is left."""
    hosts = [work.host(HOSTER, "page-host", 9.0) for _ in range(4)]
    hosts += [work.host(RESELLER, "page-host", 9.0), work.host(BULLETPROOF, "page-host", 9.0)]
    registrant = work.make(Kind.EMAIL, f"{work.invent.words()}@{RELAY}", "registrant", 14.0)
    panels = _panels(work, registrant)
    pages = [_page_site(work, work.dice.pick(hosts), registrant) for _ in range(150)]
    pages += [_free_page(work) for _ in range(12)]
    handles = chat_handles(work, 9, "seller")
    kits = [work.program("kit", 2.0, work.dice.pick(panels)) for _ in range(14)]
    for kit in kits:
        _drop(work, kit)
    for handle in handles:
        work.tie(handle, work.dice.pick(panels), "runs")
    _money(work, panels[0])
    return work.finish(
        "The Larkspur phishing kit",
        "Rents ready-made parcel-fee and card pages by the week and takes a share of each card.",
        {"": "Larkspur Kit", "legacy-antivirus-e": "PhishKit.Larkspur.B", "savings-bank-a": "Parcel Toll"},
        {"": "Paper Heron", "legacy-antivirus-e": "Salt Courier"},
    )


def chat_handles(work: Workshop, count: int, role: str) -> list[Asset]:
    """Accounts on the fictional chat platform, each with its public page."""
    handles = []
    for _ in range(count):
        name = f"{work.invent.words()}_{work.dice.pick(('sup', 'shop', 'dev', 'bot', 'admin'))}"
        account = work.make(Kind.ACCOUNT, f"pigeonpost|{name}", role, 3.0)
        url = account._replace(kind=Kind.URL, value=f"https://{CHAT}/{name}", harm=0.0, home=CHAT)
        work.tie(work.adopt(url), account, "page-of")
        handles.append(account)
    return handles


def _panels(work: Workshop, registrant: Asset) -> list[Asset]:
    hosts = [work.host(RESELLER, "panel-host", 30.0), work.host(HOSTER, "panel-host", 20.0)]
    panels = []
    for index in range(3):
        site = work.site(work.invent.domain(), hosts[index % 2], "panel", 10.0)
        work.tie(site, registrant, "registered-by")
        panels.append(work.page(site, work.dice.pick(("/adm/login.php", "/gate/", "/larkspur/panel/")), "panel", 8.0))
    return panels


def _page_site(work: Workshop, host: Asset, registrant: Asset) -> Asset:
    stems = PARCEL if work.dice.chance(0.6) else CARD
    site = work.site(work.invent.lure(stems), host, "page", 1.0, longest=12)
    if work.dice.chance(0.9):
        work.tie(site, registrant, "registered-by")
    for _ in range(work.dice.between(1, 2)):
        stem = work.dice.pick(("/track/", "/pay/", "/id/", "/confirm/"))
        work.page(site, stem + work.dice.text("abcdefghjkmnpqrstuvwxyz0123456789", 6), "page", 0.5)
    return site


def _free_page(work: Workshop) -> Asset:
    name = work.invent.lure(PARCEL).removesuffix(".example") + "." + FREE_PAGES
    site = work.make(Kind.DOMAIN, name, "free-page", 0.8, longest=6)
    return work.page(site, "/", "free-page", 0.4)


def _drop(work: Workshop, kit: Asset) -> None:
    for _ in range(work.dice.between(1, 2)):
        drop = work.make(Kind.EMAIL, f"{work.invent.words()}{work.dice.between(1, 99)}@{FREE_MAIL}", "drop", 2.0)
        work.tie(kit, drop, "sends-to")


def _money(work: Workshop, panel: Asset) -> None:
    deposits = [work.make(Kind.BTC, work.invent.bitcoin(), "deposit", 12.0) for _ in range(2)]
    for wallet in work.wallets(Kind.BTC, 8, "proceeds", 2.0, deposits):
        work.tie(panel, wallet, "paid-through")
    for index in range(36):
        bank = ("EXER", "EXMP", "00000000")[min(2, index // 13)]
        mule = work.make(Kind.IBAN, work.invent.iban(bank), "mule", 1.5, home=bank, longest=20)
        work.tie(mule, work.dice.pick(deposits), "pays-into")
    for _ in range(14):
        phone = work.make(Kind.PHONE, work.invent.phone(), "sms-sender", 1.0, longest=14)
        work.tie(phone, panel, "advertises")
