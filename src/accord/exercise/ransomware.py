"""A ransomware programme with affiliates: negotiation sites, a leak site, wallets, cash-out at an exchange."""

from __future__ import annotations

from accord.exercise.botnet import Overlap
from accord.exercise.parts import Asset, Service
from accord.exercise.phishing import chat_handles
from accord.exercise.workshop import BULLETPROOF, HOSTER, RESELLER, Workshop
from accord.model.selectors import SelectorKind as Kind


def ransomware(work: Workshop, overlap: Overlap) -> Service:
    """Payments run through many wallets into few deposit addresses; sites through two front hosts to one back end."""
    for asset in overlap:
        work.adopt(asset)
    deposits = [overlap.wallet]
    deposits += [work.make(Kind.BTC, work.invent.bitcoin(), "deposit", 20.0) for _ in range(5)]
    deposits += [work.make(Kind.ETH, work.invent.ethereum(), "deposit", 14.0) for _ in range(4)]
    back_end = work.host(RESELLER, "back-end", 45.0)
    fronts = [work.host(HOSTER, "front-host", 15.0), work.host(BULLETPROOF, "front-host", 8.0), overlap.host]
    for front in fronts:
        work.tie(front, back_end, "reports-to")
    chats = _negotiation(work, fronts)
    wallets = work.wallets(Kind.BTC, 42, "ransom", 2.0, deposits) + work.wallets(Kind.ETH, 20, "ransom", 1.5, deposits)
    for wallet in wallets:
        work.tie(work.dice.pick(chats), wallet, "demands-to")
    _intrusions(work, back_end, chats)
    for handle in [overlap.handle, *chat_handles(work, 6, "affiliate")]:
        work.tie(handle, work.dice.pick(chats), "uses")
    return work.finish(
        "The Low Tide affiliate programme",
        "Lends its locker, leak site and negotiators to affiliates for a fifth of each ransom.",
        {"": "Low Tide", "legacy-antivirus-e": "Ransom.Ebbcrypt", "joint-centre-b": "Low Tide Locker"},
        {"": "Quayside Syndicate", "coin-exchange-h": "Low Tide operators"},
    )


def _negotiation(work: Workshop, fronts: list[Asset]) -> list[Asset]:
    leak = work.site(work.invent.domain(), fronts[0], "leak-site", 18.0)
    work.page(leak, "/victims", "leak-site", 5.0)
    pages = []
    for _ in range(14):
        site = work.site(work.invent.domain(), work.dice.pick(fronts), "negotiation", 4.0, longest=30)
        pages.append(work.page(site, f"/chat/{work.invent.digest(16)}", "negotiation", 2.0))
    for _ in range(22):
        box = work.make(Kind.EMAIL, f"{work.invent.words()}@{leak.value}", "ransom-note", 1.5, longest=25)
        work.tie(box, work.dice.pick(pages), "named-with")
    return pages


def _intrusions(work: Workshop, back_end: Asset, chats: list[Asset]) -> None:
    for _ in range(34):
        locker = work.program("locker", 0.8, work.dice.pick(chats))
        work.tie(locker, back_end, "speaks-to")
    for network in [RESELLER] * 5 + [HOSTER] * 4 + [BULLETPROOF] * 3:
        stage = work.host(network, "exfiltration-host", 4.0)
        work.tie(stage, back_end, "reports-to")
        if work.dice.chance(0.6):
            work.site(work.invent.domain(), stage, "exfiltration", 2.0)
