"""Where one criminal service is put together: assets and the ties between them."""

from __future__ import annotations

from collections.abc import Sequence

from accord.exercise.dice import Dice
from accord.exercise.invention import Inventor
from accord.exercise.parts import Asset, Service, Tie, key
from accord.model.selectors import SelectorKind as Kind

BULLETPROOF = "203.0.113"
"""AS64510: from .128 on nobody in the alliance can act on it; below lies the CERT's own constituency."""
HOSTER = "192.0.2"
"""AS64500, a member's."""
RESELLER = "198.51.100"
"""AS64501, in the police member's country."""


class Workshop:
    """Collects what one service is made of. Assets that two services share are handed to `adopt`."""

    def __init__(self, slug: str, dice: Dice, invent: Inventor) -> None:
        self.slug = slug
        self.dice = dice
        self.invent = invent
        self._assets: dict[str, Asset] = {}
        self._ties: list[Tie] = []

    def make(self, kind: Kind, value: str, role: str, harm: float, *, home: str = "", longest: int = 70) -> Asset:
        first, last = self.invent.days(longest)
        return self.adopt(Asset(kind, value, (self.slug,), role, harm, first, last, home))

    def adopt(self, asset: Asset) -> Asset:
        self._assets[key(asset)] = asset
        return asset

    def tie(self, source: Asset, target: Asset, kind: str) -> None:
        self._ties.append(Tie(key(source), key(target), kind))

    def host(self, network: str, role: str, harm: float) -> Asset:
        low = 129 if network == BULLETPROOF else 4
        return self.make(Kind.IPV4, self.invent.address(network, low), role, harm, longest=60)

    def site(self, name: str, host: Asset, role: str, harm: float, *, longest: int = 70) -> Asset:
        """A domain that points to a host."""
        domain = self.make(Kind.DOMAIN, name, role, harm, home=host.value, longest=longest)
        self.tie(domain, host, "resolves-to")
        return domain

    def page(self, site: Asset, path: str, role: str, harm: float) -> Asset:
        url = self.adopt(site._replace(kind=Kind.URL, value=f"https://{site.value}{path}", role=role, harm=harm))
        url = self.adopt(url._replace(home=site.value))
        self.tie(url, site, "on")
        return url

    def program(self, role: str, harm: float, *speaks_to: Asset) -> Asset:
        """A file, by its three usual hashes; the SHA-256 is the one that is tied and returned."""
        hashes = [
            self.make(kind, self.invent.digest(length), role, harm if kind is Kind.SHA256 else 0.0, longest=30)
            for kind, length in ((Kind.SHA256, 64), (Kind.SHA1, 40), (Kind.MD5, 32))
        ]
        for other in hashes[1:]:
            self.adopt(other._replace(first=hashes[0].first, last=hashes[0].last, home=hashes[0].value))
            self.tie(other, hashes[0], "same-file")
        for target in speaks_to:
            self.tie(hashes[0], target, "speaks-to")
        return hashes[0]

    def wallets(self, kind: Kind, count: int, role: str, harm: float, deposits: Sequence[Asset]) -> list[Asset]:
        """Receiving wallets, each emptied into one of the deposit addresses (of their own coin where there is one)."""
        pools = [deposit for deposit in deposits if deposit.kind is kind] or list(deposits)
        made = []
        for _ in range(count):
            value = self.invent.bitcoin() if kind is Kind.BTC else self.invent.ethereum()
            wallet = self.make(kind, value, role, harm, longest=40)
            self.tie(wallet, self.dice.pick(pools), "pays-into")
            made.append(wallet)
        return made

    def finish(self, title: str, model: str, names: dict[str, str], actors: dict[str, str]) -> Service:
        return Service(
            self.slug, title, model, names, actors, tuple(self._assets.values()), tuple(dict.fromkeys(self._ties))
        )
