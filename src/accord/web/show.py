"""How values look to people: times, numbers, selectors, strengths. Pure; templates use these as filters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from accord.model.handling import Handling, Pap, Tlp
from accord.model.selectors import FILE_KINDS, NAME_KINDS, WALLET_KINDS, Selector, SelectorKind
from accord.report.text import sentence
from accord.selectors import defang, display_name
from accord.web.texts import _, _n

THIN = "\u202f"
"""Narrow no-break space: between groups of digits."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_ICONS = {
    "domain": "world", "ipv4": "server", "ipv6": "server", "url": "link", "email": "mail", "phone": "phone",
    "account": "user", "iban": "credit-card", "certificate": "certificate", "cve": "shield-x", "asn": "network",
    "mac": "cpu", "malware": "bug", "actor": "mask",
}  # fmt: skip
_KINDS = {
    "domain": _("domain"), "ipv4": _("IPv4 address"), "ipv6": _("IPv6 address"), "url": _("web address"),
    "email": _("e-mail address"), "phone": _("phone number"), "account": _("account"), "iban": _("IBAN"),
    "btc": _("Bitcoin address"), "eth": _("Ethereum address"), "trx": _("Tron address"), "xmr": _("Monero address"),
    "ltc": _("Litecoin address"), "bch": _("Bitcoin Cash address"), "doge": _("Dogecoin address"),
    "dash": _("Dash address"), "zec": _("Zcash address"), "md5": _("MD5 hash"), "sha1": _("SHA-1 hash"),
    "sha256": _("SHA-256 hash"), "sha512": _("SHA-512 hash"), "certificate": _("certificate"), "cve": _("CVE"),
    "asn": _("network (AS)"), "mac": _("MAC address"), "malware": _("malware name"), "actor": _("actor name"),
}  # fmt: skip
_MEMBER_KINDS = {
    "law-enforcement": _("law enforcement"), "international-organisation": _("international organisation"),
    "cert": _("CERT"), "security-company": _("security company"), "provider": _("provider"),
    "corporation": _("corporation"), "non-profit": _("non-profit"),
}  # fmt: skip
_ROLES = {
    "analyst": _("analyst"), "investigator": _("investigator"), "liaison": _("liaison"), "approver": _("approver"),
    "steward": _("steward"), "overseer": _("overseer"), "administrator": _("administrator"),
}  # fmt: skip
_STRENGTHS = (
    (0.8, _("Strong"), 5),
    (0.6, _("Good"), 4),
    (0.4, _("Fair"), 3),
    (0.2, _("Weak"), 2),
    (0.0, _("Faint"), 1),
)

_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
"""Signs in what browsers say of themselves; the first that fits counts, since each also names those before it."""
_TLP_WORDS = {
    Tlp.CLEAR: _("anybody"), Tlp.GREEN: _("the community, unpublished"),
    Tlp.AMBER: _("organisation and clients"), Tlp.AMBER_STRICT: _("own organisation"),
    Tlp.RED: _("named readers alone"),
}  # fmt: skip
"""FIRST, Traffic Light Protocol 2.0, in a few words each."""
_PAP_WORDS = {
    Pap.CLEAR: _("any use"), Pap.GREEN: _("may be blocked and contacted"), Pap.AMBER: _("third parties may be asked"),
    Pap.RED: _("unseen from outside"),
}  # fmt: skip
"""Permissible Actions Protocol (MISP taxonomy `PAP`), in a few words each."""

_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def in_reading_order(value: Any) -> Any:
    r"""Any value that a page prints, with signs that turn the direction of text made visible.

    A name like `invoice\u202efdp.exe` would read as a PDF's (Unicode Technical Report 36, section 2.5).
    """
    if not isinstance(value, str) or not _TURNING.search(value):
        return value
    return type(value)(_TURNING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", value))


def exact(moment: datetime) -> str:
    """`23 Nov 2026, 14:05 UTC`."""
    return f"{day(moment)}, {moment:%H:%M} UTC"


def day(moment: datetime) -> str:
    """`23 Nov 2026`."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def near(moment: datetime, now: datetime) -> str:
    """A time as short as its distance allows: `13:41` today, `Sun` this week, `2 Sep` this year, else the day."""
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    if timedelta(0) < now - moment < timedelta(days=6):
        return DAYS[moment.weekday()]
    if moment.year == now.year:
        return f"{moment.day} {MONTHS[moment.month - 1]}"
    return day(moment)


def span(first: datetime | None, last: datetime | None) -> str:
    """`2 Sep – 14 Nov 2026`; a dash when nobody said."""
    if first is None and last is None:
        return "–"
    first, last = first or last, last or first
    assert first is not None
    assert last is not None
    if first.date() == last.date():
        return day(first)
    start = f"{first.day} {MONTHS[first.month - 1]}" if first.year == last.year else day(first)
    return f"{start} – {day(last)}"


def ago(moment: datetime, now: datetime) -> str:
    """`5 min ago`, `3 h ago`, `2 days ago`."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return _("{n} min ago").format(n=seconds // 60)
    if seconds < 86_400:
        return _("{n} h ago").format(n=seconds // 3600)
    return _n("{n} day ago", "{n} days ago", seconds // 86_400).format(n=number(seconds // 86_400))


def hours(value: float) -> str:
    """A lead time: `4 h`, `3 days`."""
    if value < 1:
        return _("{n} min").format(n=round(value * 60))
    if value < 48:
        return _("{n} h").format(n=f"{value:g}")
    return _n("{n} day", "{n} days", round(value / 24)).format(n=round(value / 24))


def number(value: float, digits: int = 0) -> str:
    """Digits in groups of three, with narrow spaces."""
    return f"{value:,.{digits}f}".replace(",", THIN)


def bounded(value: int, most: int = 1_000) -> str:
    """A count that stops at a bound says so: `1 000+` is `999+`'s honest form."""
    return f"{number(most)}+" if value >= most else number(value)


def percent(value: float) -> str:
    share = value * 100
    return f"{share:.0f}{THIN}%" if share >= 1 or share == 0 else f"{share:.1f}{THIN}%"


def word(value: int) -> str:
    """Numbers up to twelve as words: `three`."""
    return _(WORDS[value]) if 0 <= value < len(WORDS) else number(value)


def size(count: int) -> str:
    """Bytes for people: `1.2 MB`."""
    for limit, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count} B"


def one_in(chance: float) -> str:
    """`1 in 19 000`, rounded to two digits."""
    if chance < 1:
        return "–"
    scale = 10 ** max(0, len(str(int(chance))) - 2)
    rounded = int(round(chance / scale) * scale)
    if rounded >= 10**6:
        return _("1 in {n} million").format(n=number(rounded / 10**6))
    return _("1 in {n}").format(n=number(rounded))


def kind_name(kind: str) -> str:
    return _KINDS.get(kind, kind)


def kind_icon(kind: str) -> str:
    if kind in WALLET_KINDS:
        return "coin-bitcoin"
    if kind in FILE_KINDS:
        return "file"
    return _ICONS.get(kind, "circles")


def safe(value: str, kind: str) -> str:
    """A selector as it may be shown: defanged."""
    try:
        selector = Selector(SelectorKind(kind), value)
        return display_name(selector) if selector.kind in NAME_KINDS else defang(selector)
    except ValueError:
        return value


def middle(text: str, longest: int = 44) -> str:
    """Shortened in the middle, where two long values differ least."""
    if len(text) <= longest:
        return text
    head = (longest - 1) * 3 // 5
    return f"{text[:head]}…{text[len(text) - (longest - 1 - head) :]}"


def strength(score: float) -> tuple[str, int]:
    """A word and 1..5 bars for a score 0..1."""
    for least, name, bars in _STRENGTHS:
        if score >= least:
            return name, bars
    return _STRENGTHS[-1][1:]


def field_time(moment: datetime | None) -> str:
    """A time as a form's field takes it, in UTC; empty for none."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if moment else ""


def browser_name(agent: str) -> str:
    """`Firefox on Windows` for what a browser says of itself; other programs by their own words, shortened."""
    name = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if not name:
        return middle(agent, 40)
    return _("{browser} on {system}").format(browser=name, system=system) if system else name


def whole(text: str) -> str:
    """A text whose percentages do not break at the end of a line."""
    return re.sub(r"(?<=\d) %", f"{THIN}%", text)


def tlp_class(tlp: Tlp) -> str:
    return tlp.name.lower().replace("_", "-")


def tlp_words(tlp: Tlp) -> str:
    """For whom a label is, for people who do not know it by heart."""
    return _TLP_WORDS[tlp]


def pap_words(pap: Pap) -> str:
    """What a label lets a reader do."""
    return _PAP_WORDS[pap]


def handling_words(handling: Handling) -> list[str]:
    """What the marking strip says besides TLP."""
    words = [handling.pap.label, *sorted(handling.codes)]
    if handling.grade:
        words.append(_("Graded {grade}").format(grade=handling.grade.label))
    return [*words, *_words_of_reach(handling), *_words_of_time(handling)]


def _words_of_reach(handling: Handling) -> Iterator[str]:
    excluded = len(handling.excluded_members)
    if handling.originator_control:
        yield _("Originator control")
    if handling.circles is not None:
        yield _n("{n} circle", "{n} circles", len(handling.circles)).format(n=len(handling.circles))
    if handling.jurisdictions is not None:
        yield _("Only in {countries}").format(countries=", ".join(sorted(handling.jurisdictions)) or "–")
    if handling.purposes is not None:
        yield _("Only for {purposes}").format(purposes=", ".join(sorted(handling.purposes - {""})) or "–")
    if excluded:
        yield _n("{n} member excluded", "{n} members excluded", excluded).format(n=excluded)
    if handling.also:
        yield _("and further conditions of its sources")
    if handling.unknown:
        yield _("a rule that this version does not know")


def _words_of_time(handling: Handling) -> Iterator[str]:
    if handling.expires_at:
        yield _("Expires {day}").format(day=day(handling.expires_at))
    if handling.embargo_until:
        yield _("Embargo until {when}").format(when=exact(handling.embargo_until))
    if handling.retain_until:
        yield _("Kept until {day}").format(day=day(handling.retain_until))


def short_sentence(text: str) -> tuple[str, str]:
    """A text's first sentence, and the rest."""
    head, dot, rest = text.partition(". ")
    return (head + ".", rest) if dot else (text, "")


def member_kind(kind: str) -> str:
    """What a member is, in the reader's words."""
    return _MEMBER_KINDS.get(kind, kind)


def role_words(held: str) -> str:
    """`investigator+steward` as `investigator and steward`."""
    names = [_ROLES.get(role, role) for role in held.split("+")]
    if len(names) == 1:
        return names[0]
    return _("{some} and {last}").format(some=", ".join(names[:-1]), last=names[-1])


FILTERS: Mapping[str, Any] = {
    "exact": exact, "day": day, "near": near, "ago": ago, "hours": hours, "number": number, "bounded": bounded,
    "percent": percent, "word": word, "size": size, "one_in": one_in, "kind_name": kind_name, "kind_icon": kind_icon,
    "safe_selector": safe, "middle": middle, "strength": strength, "tlp_class": tlp_class,
    "handling_words": handling_words, "member_kind": member_kind, "field_time": field_time,
    "tlp_words": tlp_words, "pap_words": pap_words, "browser": browser_name, "whole": whole, "role_words": role_words,
    "sentence": sentence,
}  # fmt: skip
