"""The values that a made-up world consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from accord.model.members import Member
from accord.model.selectors import SelectorKind

FIRST_DAY = date(2026, 9, 11)
LAST_DAY = date(2026, 11, 20)
"""The ten weeks that the exercise looks at, both days included."""


class Asset(NamedTuple):
    """A thing of the criminals' (or of a bystander's: then `services` is empty and `role` says what it is).

    `value` is canonical. `harm` ≥ 0: what its loss would cost the service. `first`, `last`: days of activity.
    `home`: the host name of a URL, the address of a domain, the holder's bank of an account; empty when none.
    """

    kind: SelectorKind
    value: str
    services: tuple[str, ...]
    role: str
    harm: float
    first: date
    last: date
    home: str = ""


class Tie(NamedTuple):
    """Two assets that belong together, by their keys (`kind|value`); `kind` such as resolves-to, pays-into."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True, slots=True)
class Service:
    """A criminal service. `names`, `actors`: what members call it and its people, by member slug; "" is the default."""

    slug: str
    title: str
    model: str
    """How it earns, in one sentence."""
    names: dict[str, str]
    actors: dict[str, str]
    assets: tuple[Asset, ...]
    ties: tuple[Tie, ...]

    def name_at(self, member: str) -> str:
        return self.names.get(member, self.names[""])

    def actor_at(self, member: str) -> str:
        return self.actors.get(member, self.actors[""])


@dataclass(frozen=True, slots=True)
class World:
    """A whole exercise: who takes part, what the criminals run, what only looks like it.

    `scale`: `full` (about sixty files) or `small` (one file a member).
    """

    seed: int
    scale: str
    members: tuple[Member, ...]
    services: tuple[Service, ...]
    bystanders: tuple[Asset, ...]
    """Innocent: a resolver, shared hosts, a bystander's site, files that every computer has."""

    def service(self, slug: str) -> Service:
        return next(service for service in self.services if service.slug == slug)

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Each criminal asset once, in the order of services; one that two services use says so in `services`."""
        return tuple({key(asset): asset for service in self.services for asset in service.assets}.values())

    @property
    def ties(self) -> tuple[Tie, ...]:
        return tuple(dict.fromkeys(tie for service in self.services for tie in service.ties))


class Part(NamedTuple):
    """What one readable part of a file holds: its path (in an archive `a.zip!b.csv`), assets and names as printed."""

    path: str
    holds: tuple[Asset, ...]
    names: tuple[str, ...] = ()


class Share(NamedTuple):
    """One file of a member, its path relative to the member's folder. Unreadable ones have no parts."""

    path: str
    data: bytes
    parts: tuple[Part, ...]


def key(asset: Asset) -> str:
    return f"{asset.kind}|{asset.value}"
