"""Names of malware families and actors in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from accord.model.selectors import Selector
from accord.selectors.naming import WORD, Names, vocabulary
from accord.selectors.suffixes import is_known_top

_TELLING = frozenset(
    [
        *("ransomware", "malware", "trojan", "stealer", "infostealer", "rat", "botnet", "bot", "backdoor", "loader"),
        *("banker", "spyware", "wiper", "worm", "virus", "rootkit", "bootkit", "keylogger", "miner", "cryptominer"),
        *("downloader", "dropper", "clipper", "crypter", "packer", "implant", "webshell", "exploit", "ek", "kit"),
        *("group", "gang", "team", "apt", "actor", "actors", "operators", "affiliate", "affiliates", "threat"),
        *("payload", "payloads", "c2", "sample", "samples", "infection", "infections", "variant", "family"),
    ]
)
"""Words that, next to a name that is an everyday word, say that a family or group is meant."""

_GAP = re.compile(r"[ \t\u00a0_/.\-‐‑–]{1,3}|[ \t]*\r?\n[ \t]*")
_BEFORE = re.compile(r"([^\W_]+)[\s\-_]{1,3}$")
_HOST_ON = re.compile(r"(?:\.[a-zA-Z0-9-]{1,63}){1,5}")
_ASCII_WORDS = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32 for code in range(256))
"""Letters made small, digits, and a blank for all that stands between words."""
_REACH = 200  # characters after a name's start in which its other words must lie


def find_names(text: str) -> Iterable[tuple[Selector, int, int]]:
    """Each name of a malware family or an actor in running text, with where it stands (`text[start:end]`).

    Word-bounded, the longest one first, without overlap; synonyms give one name, written casefolded (the usual
    writing: `display_name`). Names that are everyday words count only with a capital next to a word such as
    "ransomware". Host names that consist of a name are no mention of it. Linear in the text; raises nothing.
    """
    return _found(text) if _may_hold(text) else ()


def _may_hold(text: str) -> bool:
    """False for most texts: they hold no word with which a name begins."""
    if text.isascii():  # bytes are split in a third of the time
        return not _ascii_beginnings().isdisjoint(text.encode().translate(_ASCII_WORDS).split())
    return not vocabulary().longest.keys().isdisjoint(WORD.findall(text.lower()))


@cache
def _ascii_beginnings() -> frozenset[bytes]:
    return frozenset(word.encode() for word in vocabulary().longest if word.isascii())


def _found(text: str) -> Iterator[tuple[Selector, int, int]]:
    names = vocabulary()
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow when lowered; offsets must stay
        lower = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    longest = names.longest
    end = 0
    for word in WORD.finditer(lower):
        limit = longest.get(word[0])
        if limit is None or word.start() < end:
            continue
        found = _longest_name(names, text, lower, word, limit)
        if found is not None:
            end = found[2]
            yield found


def _longest_name(
    names: Names, text: str, lower: str, word: re.Match[str], limit: int
) -> tuple[Selector, int, int] | None:
    start = word.start()
    ends = [word.end()]
    words = [word[0]]
    while len(words) < limit:
        gap = _GAP.match(lower, ends[-1], start + _REACH)
        following = WORD.match(lower, gap.end(), start + _REACH) if gap else None
        if following is None:
            break
        words.append(following[0])
        ends.append(following.end())
    while words:
        spelling = names.spelt.get(" ".join(words))
        if spelling is not None and _stands(text, lower, start, ends[-1], spelling.tier):
            return spelling.selector, start, ends[-1]
        words.pop()
        ends.pop()
    return None


def _stands(text: str, lower: str, start: int, end: int, tier: str) -> bool:
    """True when the name is written there as its tier asks, and is no part of a host."""
    written = text[start:end]
    if tier == "U" and not written.isupper():
        return False
    if tier in "CX" and not all(part[0].isupper() or part[0].isdigit() for part in WORD.findall(written)):
        return False
    if tier == "X" and not _is_told(lower, start, end):
        return False
    if text[end : end + 1] == "@" or text[start - 1 : start] == "@":
        return False
    run = _HOST_ON.match(text, end)
    return run is None or not is_known_top(run[0][run[0].rindex(".") + 1 :].lower())


def _is_told(lower: str, start: int, end: int) -> bool:
    gap = _GAP.match(lower, end)
    following = WORD.match(lower, gap.end(), gap.end() + 24) if gap else None
    if following is not None and following[0] in _TELLING:
        return True
    before = _BEFORE.search(lower[max(0, start - 28) : start])
    return before is not None and before[1] in _TELLING
