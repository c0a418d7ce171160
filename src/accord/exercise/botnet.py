"""A botnet and its loaders: command servers, generated domains, a fallback, access for sale."""

from __future__ import annotations

from typing import NamedTuple

from accord.exercise.invention import Inventor
from accord.exercise.parts import FIRST_DAY, LAST_DAY, Asset, Service
from accord.exercise.phishing import CHAT, RELAY, chat_handles
from accord.exercise.workshop import BULLETPROOF, HOSTER, RESELLER, Workshop
from accord.model.selectors import SelectorKind as Kind


class Overlap(NamedTuple):
    """What two services share, which nobody sees who looks at one of them only."""

    host: Asset
    """The bulletproof server on which both turn out to live."""
    wallet: Asset
    """The deposit address at the exchange into which both cash out."""
    handle: Asset
    """The seller of access who is an affiliate of the other."""
    page: Asset
    """The handle's public page."""


def botnet(work: Workshop, overlap: Overlap) -> Service:
    """Two tiers: loaders speak to command servers, these to two controllers. Domains fall back on generated ones."""
    for asset in overlap:
        work.adopt(asset)
    work.tie(overlap.page, overlap.handle, "page-of")
    controllers = [work.host(RESELLER, "controller", 40.0), work.host(HOSTER, "controller", 30.0)]
    servers = _command_servers(work, controllers, overlap.host)
    sites = [work.site(work.invent.domain(), work.dice.pick(servers), "command", 3.0) for _ in range(38)]
    registrant = work.make(Kind.EMAIL, f"{work.invent.words()}@{RELAY}", "registrant", 14.0)
    for site in sites:
        work.tie(site, registrant, "registered-by")
        if work.dice.chance(0.5):
            path = f"/{work.dice.pick(('api', 'cdn', 'img', 'upd'))}/{work.invent.digest(8)}"
            work.page(site, path, "download", 0.8)
    for _ in range(46):
        work.program("loader", 0.6, work.dice.pick(sites), work.dice.pick(servers))
    _fallback(work, controllers[0], registrant)
    for seller in [overlap.handle, *chat_handles(work, 3, "access-seller")]:
        work.tie(seller, controllers[0], "runs")
    for wallet in work.wallets(Kind.BTC, 5, "access-sales", 2.0, [overlap.wallet]):
        work.tie(overlap.handle, wallet, "paid-through")
    return work.finish(
        "The Greywren botnet",
        "Infects by the Sandgrouse loader, sells installs and access to victims' networks.",
        {"": "Greywren", "legacy-antivirus-e": "Win32.Moonwrack", "threat-research-d": "Greywren"},
        {"": "Dunlin Circle", "legacy-antivirus-e": "Grey Cartel 9"},
    )


def overlap_of(invent: Inventor, services: tuple[str, ...]) -> Overlap:
    """Invents what the services share, active through all the ten weeks."""

    def made(kind: Kind, value: str, role: str, harm: float, home: str = "") -> Asset:
        return Asset(kind, value, services, role, harm, FIRST_DAY, LAST_DAY, home)

    name = f"{invent.words()}_access"
    return Overlap(
        made(Kind.IPV4, invent.address(BULLETPROOF, 129), "bulletproof-host", 22.0),
        made(Kind.BTC, invent.bitcoin(), "deposit", 30.0),
        made(Kind.ACCOUNT, f"pigeonpost|{name}", "access-seller", 8.0),
        made(Kind.URL, f"https://{CHAT}/{name}", "access-seller", 0.0, CHAT),
    )


def _command_servers(work: Workshop, controllers: list[Asset], bulletproof: Asset) -> list[Asset]:
    networks = [HOSTER] * 8 + [RESELLER] * 7 + [BULLETPROOF] * 8
    servers = [work.host(network, "command-host", 6.0) for network in networks]
    servers += [work.make(Kind.IPV6, work.invent.address6("2001:db8:a"), "command-host", 4.0) for _ in range(4)]
    for server in servers:
        work.tie(server, work.dice.pick(controllers), "reports-to")
        if work.dice.chance(0.4):
            certificate = work.make(Kind.CERTIFICATE, work.invent.digest(64), "certificate", 0.5)
            work.tie(certificate, server, "served-by")
    work.tie(bulletproof, controllers[0], "reports-to")
    return [*servers, bulletproof, bulletproof]


def _fallback(work: Workshop, controller: Asset, registrant: Asset) -> None:
    """Generated domains, of which the criminals register a few; the rest are only computed."""
    for index in range(240):
        name = work.invent.generated()
        if index % 10:
            work.make(Kind.DOMAIN, name, "generated", 0.05, longest=7)
            continue
        site = work.site(name, controller, "generated-live", 1.5, longest=7)
        work.tie(site, registrant, "registered-by")
