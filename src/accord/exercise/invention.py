"""Invents names, addresses and numbers, all in ranges reserved for documentation and fiction.

Domains: `.example` (RFC 2606). Addresses: RFC 5737 and RFC 3849. Telephone: Ofcom's and NANPA's numbers for drama.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import repeat

from accord.exercise import checksums
from accord.exercise.dice import Dice
from accord.exercise.parts import FIRST_DAY, LAST_DAY

FIRST_WORDS = (
    *(
        "amber",
        "birch",
        "bracken",
        "cedar",
        "clover",
        "coral",
        "dapple",
        "ember",
        "fallow",
        "fennel",
        "gorse",
        "harrow",
    ),
    *("heather", "hollow", "indigo", "juniper", "kestrel", "lichen", "linden", "maple", "marram", "mallow", "nettle"),
    *(
        "osier",
        "pebble",
        "quarry",
        "reed",
        "rowan",
        "saffron",
        "sedge",
        "sorrel",
        "tansy",
        "teasel",
        "thistle",
        "umber",
    ),
    *("willow", "yarrow"),
)
SECOND_WORDS = (
    *("bridge", "bay", "brook", "cairn", "croft", "dale", "fen", "field", "ford", "gate", "glade", "glen", "grove"),
    *("heath", "hill", "holm", "lea", "ledge", "mead", "mere", "mill", "moor", "moss", "path", "pond", "ridge", "rill"),
    *("shore", "spring", "stone", "vale", "ward", "weir", "wharf", "wick", "wold", "yard"),
)
SYLLABLES = (
    *(
        "ba",
        "ce",
        "di",
        "fo",
        "gu",
        "ha",
        "ji",
        "ko",
        "lu",
        "me",
        "ni",
        "po",
        "qua",
        "re",
        "si",
        "to",
        "vu",
        "we",
        "xi",
    ),
    *("yo", "za", "bri", "cle", "dro", "fle", "gri"),
)
HEX = "0123456789abcdef"


class Inventor:
    """Invents each thing once: no two calls on one inventor give the same value."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._used: set[str] = set()

    def _fresh(self, candidates: Iterator[str]) -> str:
        value = next(candidate for candidate in candidates if candidate not in self._used)
        self._used.add(value)
        return value

    def words(self) -> str:
        pairs = (f"{self._dice.pick(FIRST_WORDS)}{self._dice.pick(SECOND_WORDS)}" for _ in repeat(None))
        return self._fresh(pairs)

    def lure(self, stems: tuple[str, ...]) -> str:
        """A domain that pretends: `parcel-release-4417.example`."""
        dice = self._dice
        shapes = (
            f"{dice.pick(stems)}-{dice.pick(('fee', 'release', 'verify', 'portal', 'secure', 'update', 'check'))}"
            f"{dice.pick(('', '-', '-my-', '-go'))}{dice.between(2, 9999)}.example"
            for _ in repeat(None)
        )
        return self._fresh(shapes)

    def generated(self) -> str:
        """A domain as an algorithm makes them: pronounceable noise of four to six syllables."""
        dice = self._dice
        noise = ("".join(dice.pick(SYLLABLES) for _ in range(dice.between(4, 6))) + ".example" for _ in repeat(None))
        return self._fresh(noise)

    def domain(self) -> str:
        return self.words() + ".example"

    def digest(self, length: int) -> str:
        """Hexadecimal digits in lower case: 32 for MD5, 40 for SHA-1, 64 for SHA-256."""
        return self._fresh(self._dice.text(HEX, length) for _ in repeat(None))

    def bitcoin(self) -> str:
        """A mainnet address of the three usual forms, checksum right."""
        form = self._dice.between(0, 2)
        payload = self._dice.octets(20)
        return checksums.segwit(payload) if form == 0 else checksums.base58check((0, 5)[form - 1], payload)

    def ethereum(self) -> str:
        return "0x" + self._dice.octets(20).hex()

    def iban(self, bank: str) -> str:
        """An IBAN at the bank `EXER`, `EXMP` (sort code 00-00-00) or `00000000` (a German code never given out)."""
        if bank == "00000000":
            return checksums.iban("DE", bank + self._dice.text("0123456789", 10))
        return checksums.iban("GB", f"{bank}000000" + self._dice.text("0123456789", 8))

    def phone(self) -> str:
        """E.164: +44 20 7946 0000–0999 or +1 202 555 0100–0199."""
        dice = self._dice
        numbers = (
            f"+44207946{dice.between(0, 999):04d}" if dice.chance(0.7) else f"+1202555{dice.between(100, 199):04d}"
            for _ in repeat(None)
        )
        return self._fresh(numbers)

    def address(self, network: str, low: int = 4, high: int = 250) -> str:
        """An IPv4 address in a documentation network given by its first three octets; .1 and .80 are bystanders'."""
        hosts = (f"{network}.{self._dice.between(low, high)}" for _ in repeat(None))
        return self._fresh(address for address in hosts if not address.endswith(".80"))

    def address6(self, prefix: str) -> str:
        """An IPv6 address below a documentation prefix such as `2001:db8:a`."""
        return self._fresh(f"{prefix}::{self._dice.between(0x10, 0xFFFF):x}" for _ in repeat(None))

    def days(self, longest: int = 70) -> tuple[date, date]:
        """First and last day of activity within the ten weeks, at most `longest` days."""
        span = (LAST_DAY - FIRST_DAY).days
        start = self._dice.between(0, span)
        length = self._dice.between(1, longest)
        return FIRST_DAY + timedelta(start), min(LAST_DAY, FIRST_DAY + timedelta(start + length))
