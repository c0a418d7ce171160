"""One value at a time: a cell, a line, a string. Recognised, taken, or dropped with the reason why not."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from accord import selectors
from accord.formats.gather import Gathering
from accord.model.errors import InputError
from accord.model.handling import Tlp
from accord.model.selectors import FILE_KINDS, Selector, SelectorKind

_EMPTY = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nan", "unknown", "?", "tbd", "true", "false"})
_TRANSACTION = re.compile(r"\b0[xX][0-9a-fA-F]{64}\b")
_QUAD = re.compile(r"(?<![\w.])\d{1,3}(?:\[?\(?\.\)?\]?\d{1,3}){3}(?![\w.])")
_TLP = re.compile(r"\bTLP[:\s_-]{1,3}(CLEAR|WHITE|GREEN|AMBER\+STRICT|AMBER|RED)\b", re.IGNORECASE)
_DATE = re.compile(r"\b((?:19|20)\d\d)[-/.](\d\d)[-/.](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?")
_SHAPES: tuple[tuple[re.Pattern[str], SelectorKind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\d{1,3}(\.\d{1,3}){3}(/\d{1,2}|:\d{1,5})?\Z", SelectorKind.IPV4),
        (r"(?i)[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}(/\d{1,3})?\Z", SelectorKind.IPV6),
        (r"(?i)[a-z][a-z0-9+.-]{1,15}://\S+\Z", SelectorKind.URL),
        (r"[^@\s]+@[^@\s]+\.[^@\s]+\Z", SelectorKind.EMAIL),
        (r"0[xX][0-9a-fA-F]{40}\Z", SelectorKind.ETH),
        (r"(bc1[0-9a-z]{20,80}|[13][1-9A-HJ-NP-Za-km-z]{25,34})\Z", SelectorKind.BTC),
        (r"[0-9a-fA-F]{32}\Z", SelectorKind.MD5),
        (r"[0-9a-fA-F]{40}\Z", SelectorKind.SHA1),
        (r"[0-9a-fA-F]{64}\Z", SelectorKind.SHA256),
        (r"(?i)(?=.{4,253}\Z)([\w-]{1,63}\.)+[a-z][\w-]{1,62}\.?\Z", SelectorKind.DOMAIN),
    )
)
_SHORTEST_BARE = 26  # characters of the shortest selector without any of these signs, a Bitcoin address
_SIGN = re.compile(r"[.:@]")
_NUMBER = re.compile(r"[-+]?\d{1,12}([.,]\d{0,12})?%?")
_NO_NUMBERS = frozenset(SelectorKind) - {SelectorKind.ASN, SelectorKind.PHONE, SelectorKind.IPV4, SelectorKind.CVE}
_REMARK_BLANKS = 3
_MAX_VALUE_CHARS = 4_096  # the longest URL seen has 2,100
KEY_REASON = "an MD5 fingerprint of a key is no file hash, and unrelated people share keys"
TRANSACTION_REASON = "a transaction id is neither a file hash nor an address"


def blank(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    return text.strip().lower() in _EMPTY


def hinted(gathering: Gathering, kind: SelectorKind, text: str, line: int | None) -> None:
    """A value that is said to be of a kind: that, else whatever it is, else all that is in it, else a drop."""
    text = text.strip()
    if len(text) > _MAX_VALUE_CHARS:
        within(gathering, text, line, marked_hosts_only=True)
        return
    if kind in _NO_NUMBERS and _NUMBER.fullmatch(text):
        gathering.passed("numbers")
        return
    try:
        gathering.take(selectors.canonical(kind, text), line)
    except InputError as error:
        other = selectors.identify(text)
        if kind is SelectorKind.CERTIFICATE and other is not None and other.kind in FILE_KINDS:
            gathering.drop(line, KEY_REASON, text)
        elif other is not None:
            gathering.take(other, line)
        elif not within(gathering, text, line, marked_hosts_only=False):
            gathering.drop(line, error.message, text)


def whole(gathering: Gathering, text: str, line: int | None) -> bool:
    """A value of unknown kind; gives whether it was one selector (or was dropped because it only looks like one)."""
    text = text.strip()
    if len(text) > _MAX_VALUE_CHARS:
        return False
    selector = selectors.identify(text)
    if selector is not None:
        gathering.take(selector, line)
        return True
    return _refused(gathering, text, line)


def within(gathering: Gathering, text: str, line: int | None, *, marked_hosts_only: bool) -> bool:
    """All selectors inside a text; gives whether anything was taken, or dropped because it was refused."""
    if selectors.holds_none(text):
        return False
    told = False
    if _TRANSACTION.search(text):
        gathering.drop(line, TRANSACTION_REASON, text)
        told = True
    taken: list[tuple[int, int]] = []
    for found in selectors.find(text, marked_hosts_only=marked_hosts_only):
        gathering.take(found.selector, line)
        taken.append((found.start, found.end))
    for quad in _QUAD.finditer(text):
        if not any(start < quad.end() and quad.start() < end for start, end in taken):
            reason = _reason(SelectorKind.IPV4, selectors.refang(quad.group()))
            if reason:
                gathering.drop(line, reason, text[max(0, quad.start() - 30) :])
                told = True
    return told or bool(taken)


def remark(gathering: Gathering, text: str, line: int | None) -> None:
    """A note beside a value: a few words in which hosts count as they stand, or prose."""
    within(gathering, text, line, marked_hosts_only=text.count(" ") > _REMARK_BLANKS)
    gathering.names(text, line)
    marked(gathering, text)


def prose(gathering: Gathering, text: str, line: int | None) -> None:
    """Free text: hosts count only when they were made harmless (defanged), names of malware and actors are taken."""
    within(gathering, text, line, marked_hosts_only=True)
    gathering.names(text, line)
    marked(gathering, text)


def marked(gathering: Gathering, text: str) -> None:
    """Takes the handling that a text states."""
    if "TLP" in text or "tlp" in text:
        for label in _TLP.finditer(text):
            gathering.marked(Tlp.from_label(label.group(1)))


def dated(gathering: Gathering, text: str) -> None:
    """Widens the span of the file by the dates in a cell; dates outside 1970 to 2100 tell nothing."""
    for found in _DATE.finditer(text[:200]):
        parts = [int(part or 0) for part in found.groups()]
        if parts[0] >= 1970:
            try:
                gathering.saw(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type, misc]
            except ValueError:
                gathering.note(f"a date that does not exist: {found.group()}")


def _refused(gathering: Gathering, text: str, line: int | None) -> bool:
    """Drops a text that has the shape of a selector and is none, with the reason; gives whether it had the shape."""
    if _TRANSACTION.fullmatch(text):
        gathering.drop(line, TRANSACTION_REASON, text)
        return True
    if not text or " " in text or len(text) > 300 or (len(text) < _SHORTEST_BARE and not _SIGN.search(text)):
        return False
    plain = selectors.refang(text)
    for shape, kind in _SHAPES:
        if shape.match(plain):
            reason = _reason(kind, plain)
            if reason:
                gathering.drop(line, reason, text)
            return reason is not None
    return False


def _reason(kind: SelectorKind, text: str) -> str | None:
    try:
        selectors.canonical(kind, text)
    except InputError as error:
        return error.message
    return None


def selector_of(kind: SelectorKind, text: str) -> Selector | None:
    """The canonical selector, or None."""
    try:
        return selectors.canonical(kind, text)
    except InputError:
        return None
