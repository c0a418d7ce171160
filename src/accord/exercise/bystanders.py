"""What is innocent and gets reported all the same: the false positives and shared values of every exchange."""

from __future__ import annotations

import hashlib

from accord.exercise.dice import Dice
from accord.exercise.invention import Inventor
from accord.exercise.parts import FIRST_DAY, LAST_DAY, Asset
from accord.model.selectors import SelectorKind as Kind

RESOLVER = "192.0.2.1"
BYSTANDER_HOST = "192.0.2.80"
"""A shared web server of the hoster's: one customer's blog was broken into, eleven others are innocent."""

COMMON = (
    (Kind.IPV4, RESOLVER, "resolver that every infected machine asks"),
    (Kind.IPV4, "198.51.100.1", "gateway of the reseller's network"),
    (Kind.IPV6, "2001:db8::53", "resolver that every infected machine asks"),
    (Kind.DOMAIN, "pigeonpost.example", "chat platform, used by millions"),
    (Kind.DOMAIN, "lantern-pages.example", "free page host, thousands of innocent customers"),
    (Kind.DOMAIN, "mailnook.example", "free mail provider"),
    (Kind.DOMAIN, "time.clockhouse.example", "time server that loaders ask for the date"),
    (Kind.URL, "https://whatismyip.clockhouse.example/plain", "asked by programs to learn their address"),
    (Kind.IPV4, BYSTANDER_HOST, "shared web server with eleven innocent customers"),
    (Kind.DOMAIN, "www.exercise-post.example", "the brand that is imitated"),
    (Kind.DOMAIN, "savings-bank-a.example", "the brand that is imitated"),
)
VICTIM = "victim"
"""`home` of an infected machine, which only sinkhole data names."""
EMPTY_FILE = tuple(
    (kind, hashlib.new(name, b"", usedforsecurity=False).hexdigest(), "hash of the empty file")
    for kind, name in ((Kind.MD5, "md5"), (Kind.SHA1, "sha1"), (Kind.SHA256, "sha256"))
)


def bystanders(dice: Dice, invent: Inventor) -> tuple[Asset, ...]:
    """Common values that several members hold, then odd ones that a single member reports by mistake."""
    common = [
        Asset(kind, value, (), role, 0.0, FIRST_DAY, LAST_DAY, "common") for kind, value, role in COMMON + EMPTY_FILE
    ]
    return (*common, *_mistakes(dice, invent), *_victims(invent))


def _victims(invent: Inventor) -> list[Asset]:
    """Infected machines in the CERT's constituency: found in sinkhole data, to be warned, never to be acted on."""
    addresses = [invent.address("203.0.113", 4, 120) for _ in range(40)]
    return [Asset(Kind.IPV4, address, (), "infected machine", 0.0, *invent.days(30), VICTIM) for address in addresses]


def _mistakes(dice: Dice, invent: Inventor) -> list[Asset]:
    made = []
    for index in range(60):
        kind, value, role = _mistake(dice, invent, index)
        home = BYSTANDER_HOST if kind is Kind.DOMAIN and index < 24 else ""
        made.append(Asset(kind, value, (), role, 0.0, *invent.days(20), home))
    return made


def _mistake(dice: Dice, invent: Inventor, index: int) -> tuple[Kind, str, str]:
    if index % 2 == 0:
        return Kind.DOMAIN, invent.domain(), "a small shop's site, reported by mistake"
    if index % 3 == 0:
        return Kind.SHA256, invent.digest(64), "installer of a lawful program"
    return Kind.IPV4, invent.address(dice.pick(("192.0.2", "198.51.100", "203.0.113")), 4), "dial-up customer"
