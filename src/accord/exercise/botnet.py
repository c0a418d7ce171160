"""A botnet and its loaders: command servers, generated domains, a fallback, access for sale."""

from __future__ import annotations

from accord.exercise.invention import Inventor
from accord.exercise.parts import Asset, Service
from accord.exercise.phishing import chat_handles
from accord.exercise.workshop import BULLETPROOF, HOSTER, RESELLER, Workshop
from accord.model.selectors import SelectorKind as Kind


def botnet(work: Workshop, bulletproof: Asset, cash_out: Asset) -> Service:
    """Two tiers: loaders speak to command servers, these to two controllers. Domains fall back on generated ones."""
    work.adopt(bulletproof)
    work.adopt(cash_out)
    controllers = [work.host(RESELLER, "controller", 40.0), work.host(HOSTER, "controller", 30.0)]
    servers = _command_servers(work, controllers, bulletproof)
    sites = [work.site(work.invent.domain(), work.dice.pick(servers), "command", 3.0) for _ in range(38)]
    registrant = work.make(Kind.EMAIL, f"{work.invent.words()}@mailnook.example", "registrant", 10.0)
    for site in sites:
        work.tie(site, registrant, "registered-by")
        if work.dice.chance(0.5):
            path = f"/{work.dice.pick(('api', 'cdn', 'img', 'upd'))}/{work.invent.digest(8)}"
            work.page(site, path, "download", 0.8)
    for _ in range(46):
        work.program("loader", 0.6, work.dice.pick(sites), work.dice.pick(servers))
    _fallback(work, controllers[0], registrant)
    seller = chat_handles(work, 3, "access-seller")[0]
    work.tie(seller, controllers[0], "runs")
    for wallet in work.wallets(Kind.BTC, 5, "access-sales", 2.0, [cash_out]):
        work.tie(seller, wallet, "paid-through")
    return work.finish(
        "The Greywren botnet",
        "Infects by the Sandgrouse loader, sells installs and access to victims' networks.",
        {"": "Greywren", "legacy-antivirus-e": "Win32.Moonwrack", "threat-research-d": "Greywren"},
        {"": "Dunlin Circle", "legacy-antivirus-e": "Grey Cartel 9"},
    )


def shared_host(invent: Inventor, services: tuple[str, ...]) -> Asset:
    """The bulletproof server on which two services turn out to live: the overlap that nobody sees alone."""
    first, last = invent.days(70)
    return Asset(Kind.IPV4, invent.address(BULLETPROOF, 129), services, "bulletproof-host", 22.0, first, last)


def shared_wallet(invent: Inventor, services: tuple[str, ...]) -> Asset:
    """The deposit address at the exchange into which both services cash out."""
    first, last = invent.days(70)
    return Asset(Kind.BTC, invent.bitcoin(), services, "deposit", 30.0, first, last)


def _command_servers(work: Workshop, controllers: list[Asset], bulletproof: Asset) -> list[Asset]:
    networks = [HOSTER] * 9 + [RESELLER] * 8 + [BULLETPROOF] * 5
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
