"""What one member gets to see: a part of its field, with mistakes, and only from time to time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from accord.exercise.bystanders import VICTIM
from accord.exercise.dice import Dice
from accord.exercise.parts import FIRST_DAY, LAST_DAY, Asset, Part, Service, Share, Tie, World, key
from accord.model.members import Member
from accord.model.selectors import SelectorKind as Kind

NETWORK = frozenset({Kind.DOMAIN, Kind.IPV4, Kind.IPV6, Kind.URL})
FILES = frozenset({Kind.MD5, Kind.SHA1, Kind.SHA256})
MONEY = frozenset({Kind.BTC, Kind.ETH})
PEOPLE = frozenset({Kind.EMAIL, Kind.PHONE, Kind.ACCOUNT})
EVERYTHING = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Field:
    """What a member looks at: the share of each service's assets that it comes to see (0.2–0.6), and their kinds.

    `insider`: it is near enough to see the overlap of two services. `knows`: roles that its own books show in full.
    """

    rates: dict[str, float]
    kinds: frozenset[Kind]
    insider: bool = False
    knows: frozenset[str] = frozenset()


FIELDS = {
    "cybercrime-unit-a": Field({"larkspur": 0.3, "greywren": 0.22, "low-tide": 0.5}, EVERYTHING - FILES, insider=True),
    "joint-centre-b": Field({"larkspur": 0.3, "greywren": 0.25, "low-tide": 0.4}, EVERYTHING, insider=True),
    "national-cert-c": Field({"larkspur": 0.4, "greywren": 0.5, "low-tide": 0.22}, NETWORK | FILES | {Kind.EMAIL}),
    "threat-research-d": Field(
        {"larkspur": 0.4, "greywren": 0.55, "low-tide": 0.35}, EVERYTHING - {Kind.IBAN, Kind.PHONE}, insider=True
    ),
    "legacy-antivirus-e": Field({"larkspur": 0.25, "greywren": 0.5, "low-tide": 0.45}, NETWORK | FILES),
    "registrar-f": Field(
        {"larkspur": 0.58, "greywren": 0.35, "low-tide": 0.5},
        frozenset({Kind.DOMAIN, Kind.EMAIL}),
        knows=frozenset({"registrant"}),
    ),
    "hosting-g": Field({"larkspur": 0.5, "greywren": 0.45, "low-tide": 0.45}, NETWORK),
    "coin-exchange-h": Field(
        {"larkspur": 0.55, "greywren": 0.5, "low-tide": 0.6},
        MONEY | {Kind.EMAIL},
        insider=True,
        knows=frozenset({"deposit"}),
    ),
    "savings-bank-a": Field({"larkspur": 0.55}, frozenset({Kind.IBAN, Kind.PHONE, Kind.URL, Kind.DOMAIN, Kind.EMAIL})),
    "sinkhole-foundation-c": Field({"larkspur": 0.45, "greywren": 0.55, "low-tide": 0.22}, NETWORK),
}


HUB_HARM, HUB_BONUS = 14.0, 0.2
"""What matters most to a service is also seen by more members."""


class View:
    """The world as one member sees it. Everything follows from the seed, member and purpose."""

    def __init__(self, world: World, member: Member) -> None:
        self.world = world
        self.member = member
        self.slug = member.slug
        self.dice = Dice("view", world.seed, member.slug)
        self._field = FIELDS[member.slug]
        self.held = tuple(asset for asset in world.assets if self._sees(asset))
        self._held_by_key = {key(asset): asset for asset in self.held}
        self._ends: dict[tuple[str, str], list[str]] = {}
        for tie in world.ties:
            self._ends.setdefault((tie.source, tie.kind), []).append(tie.target)
            self._ends.setdefault((tie.target, tie.kind), []).append(tie.source)

    def _sees(self, asset: Asset) -> bool:
        if asset.kind not in self._field.kinds or not self.in_field(asset):
            return False
        if (len(asset.services) > 1 and self._field.insider) or asset.role in self._field.knows:
            return True
        rate = max(self._field.rates.get(service, 0.0) for service in asset.services)
        rate += HUB_BONUS if asset.harm >= HUB_HARM else 0.0
        # Who notices one hash of a file has the file, and so its other hashes: decide by the file.
        thing = asset.home if asset.kind in FILES and asset.home else asset.value
        return self.dice.apart("sees", thing).chance(rate)

    def in_field(self, asset: Asset) -> bool:
        """Whether the member could come to see it at all."""
        return asset.kind in self._field.kinds and any(service in self._field.rates for service in asset.services)

    def service(self, slug: str) -> Service:
        return self.world.service(slug)

    def take(
        self,
        service: str = "",
        kinds: Collection[Kind] = EVERYTHING,
        roles: Collection[str] = (),
        *,
        most: int = 1000,
        part: float = 1.0,
        since: date = FIRST_DAY,
        until: date = LAST_DAY,
        purpose: str = "",
    ) -> list[Asset]:
        """Assets it holds: of a service, kinds and roles, active between two days; at most so many, or a part."""
        found = [
            asset
            for asset in self.held
            if (not service or service in asset.services)
            and asset.kind in kinds
            and (not roles or asset.role in roles)
            and asset.first <= until
            and asset.last >= since
        ]
        dice = self.dice.apart("take", service, purpose, *sorted(kinds), *roles, since, until)
        chosen = set(map(key, dice.some(dice.share(found, part), most)))
        return [asset for asset in found if key(asset) in chosen]

    def beside(self, asset: Asset, *kinds: str) -> Asset | None:
        """What it also holds that is tied to the asset in one of these ways, at either end; None when nothing is."""
        for kind in kinds:
            for end in self._ends.get((key(asset), kind), ()):
                if end in self._held_by_key:
                    return self._held_by_key[end]
        return None

    def with_ends(self, assets: Sequence[Asset], *kinds: str) -> list[Asset]:
        """The assets, each followed by what `beside` finds for it."""
        found = {key(asset): asset for asset in assets}
        for asset in assets:
            end = self.beside(asset, *kinds)
            if end is not None:
                found.setdefault(key(end), end)
        return list(found.values())

    def noise(self, kinds: Collection[Kind], count: int, purpose: str) -> list[Asset]:
        """Bystanders of these kinds that it reports with the rest; common ones first in line."""
        dice = self.dice.apart("noise", purpose)
        fitting = [a for a in self.world.bystanders if a.kind in kinds and a.home != VICTIM]
        common = [asset for asset in fitting if asset.home == "common"]
        odd = [asset for asset in fitting if asset.home != "common"]
        return dice.some(common, (count + 1) // 2) + dice.some(odd, count // 2)

    def mixed(self, assets: Sequence[Asset], noise: Sequence[Asset], purpose: str) -> list[Asset]:
        """Both, in an order that does not tell them apart."""
        together = list({key(asset): asset for asset in (*assets, *noise)}.values())
        return self.dice.apart("mix", purpose).some(together, len(together))

    def by_day(self, assets: Sequence[Asset]) -> list[Asset]:
        """In the order in which they were noticed, as a queue of tickets has them."""
        return sorted(assets, key=lambda asset: (self.day(asset), self.clock(asset), asset.value))

    def day(self, asset: Asset, purpose: str = "") -> date:
        """When this member noticed it: a day on which it was active."""
        span = (asset.last - asset.first).days
        offset = self.dice.apart("day", purpose, asset.value).between(0, span)
        return date.fromordinal(asset.first.toordinal() + offset)

    def clock(self, asset: Asset) -> str:
        dice = self.dice.apart("clock", asset.value)
        return f"{dice.between(0, 23):02d}:{dice.between(0, 59):02d}:{dice.between(0, 59):02d}"

    def ties(self) -> tuple[Tie, ...]:
        return self.world.ties


def share(path: str, data: bytes, holds: Sequence[Asset], *names: str) -> Share:
    """A plain file with one part."""
    unique = tuple({key(asset): asset for asset in holds}.values())
    return Share(path, data, (Part(path, unique, names),))
