"""A lead in one to four sentences that a prosecutor follows without knowing what a graph is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple
from uuid import UUID

from accord.model.leads import Reason
from accord.model.selectors import FILE_KINDS, NAME_KINDS, WALLET_KINDS, Selector, SelectorKind
from accord.selectors import defang

LONGEST_VALUE = 64
"""Characters of a value in a sentence; values are others' input."""

DIGEST_SHOWN = 12
"""Characters of a file's or certificate's fingerprint in a sentence: 48 bits, enough to find it, short enough to read."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_NOUNS: dict[SelectorKind, tuple[str, str]] = {
    SelectorKind.DOMAIN: ("domain", "domains"),
    SelectorKind.IPV4: ("server", "servers"),
    SelectorKind.IPV6: ("server", "servers"),
    SelectorKind.URL: ("web address", "web addresses"),
    SelectorKind.EMAIL: ("e-mail address", "e-mail addresses"),
    SelectorKind.PHONE: ("telephone number", "telephone numbers"),
    SelectorKind.ACCOUNT: ("user account", "user accounts"),
    SelectorKind.IBAN: ("bank account", "bank accounts"),
    SelectorKind.CERTIFICATE: ("certificate", "certificates"),
    SelectorKind.CVE: ("vulnerability", "vulnerabilities"),
    SelectorKind.ASN: ("network", "networks"),
    SelectorKind.MAC: ("device", "devices"),
    **dict.fromkeys(FILE_KINDS, ("file", "files")),
    **dict.fromkeys(WALLET_KINDS, ("wallet", "wallets")),
}


class Facts(NamedTuple):
    """What a sentence needs beside the reasons. `shared`: infrastructure selectors in common; `copies`: one list twice.

    `days_apart`: between the two, 0 when their times overlap; None when unknown.
    """

    shared: int
    copies: bool
    days_apart: int | None


def sentence(reasons: tuple[Reason, ...], facts: Facts, label: Callable[[UUID], str]) -> str:
    """Why the two are linked, strongest family first, infrastructure and names told apart."""
    families: Mapping[str, list[Reason]] = _by_family(reasons)
    parts = [
        _held(families["infrastructure"], facts),
        _paths(families["path"], label, direct=facts.shared > 0),
        _near(families["neighbour"]),
        _called(families["name"], alone=not families["infrastructure"] and not families["path"]),
        _inferred(families["inferred"], label),
        _common(families["common"]),
    ]
    if facts.days_apart is not None:
        parts.append(_when(facts.days_apart))
    return " ".join(part for part in parts if part)


def _by_family(reasons: tuple[Reason, ...]) -> Mapping[str, list[Reason]]:
    families: dict[str, list[Reason]] = {
        family: [] for family in ("infrastructure", "path", "neighbour", "name", "inferred", "common")
    }
    for reason in reasons:
        if reason.common:
            families["common"].append(reason)
        elif reason.family == "path" and reason.kind in NAME_KINDS:
            families["inferred"].append(reason)
        else:
            families[reason.family].append(reason)
    return families


def shown(kind: SelectorKind, value: str) -> str:
    """A value as it may stand in a sentence: defanged, no control characters, shortened."""
    if kind in FILE_KINDS or kind is SelectorKind.CERTIFICATE:
        return f"{value[:DIGEST_SHOWN]}…"
    text = value if kind in NAME_KINDS else defang(Selector(kind, value))
    text = "".join(c if c.isprintable() else "�" for c in text[: LONGEST_VALUE + 1])
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def thing(kind: SelectorKind, value: str) -> str:
    """`the server 192[.]0[.]2[.]44`."""
    if kind in NAME_KINDS:
        return f"the name {shown(kind, value)}"
    return f"the {_NOUNS[kind][0]} {shown(kind, value)}"


def counted(count: int, singular: str, plural: str) -> str:
    number = NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
    return f"{number} {singular if count == 1 else plural}"


def _held(reasons: list[Reason], facts: Facts) -> str:
    if not reasons:
        return ""
    first = thing(reasons[0].kind, reasons[0].value_a)
    rest = facts.shared - 1
    nouns = {_NOUNS[reason.kind] for reason in reasons}
    singular, plural = next(iter(nouns)) if len(nouns) == 1 else ("other trace", "other traces")
    more = f" and {counted(rest, f'more {singular}', f'more {plural}')}" if rest and len(nouns) == 1 else ""
    more = f" and {counted(rest, singular, plural)}" if rest and not more else more
    text = f"Both hold {first}{more}{_rarity(reasons, rest)}."
    if facts.copies:
        text += " Most of both is the same list: one source may have been published twice."
    return text


def _rarity(reasons: list[Reason], rest: int) -> str:
    """Said only when true of all that is named or counted."""
    most = max(reason.holders for reason in reasons)
    if len(reasons) != rest + 1:
        return ""
    return " that nobody else reports" if most <= 2 else ""


def _paths(reasons: list[Reason], label: Callable[[UUID], str], *, direct: bool) -> str:
    if not reasons:
        return ""
    reason = reasons[0]
    first, second = thing(reason.kind, reason.value_a), _either(reason)
    ties = f"the first shares {first} with it and the second {second}"
    if reason.value_a == reason.value_b:
        ties = f"both share {first} with it"
    start = "Both are also" if direct else "They share nothing directly, but both are"
    return f"{start} tied to {label(reason.via[0])}: {ties}."


def _either(reason: Reason) -> str:
    """The far side of a path: its kind is not in the reason, so a fingerprint is told by its looks."""
    value = reason.value_b
    kind = reason.kind
    if len(value) in (32, 40, 64, 128) and all(c in "0123456789abcdef" for c in value):
        kind = {32: SelectorKind.MD5, 40: SelectorKind.SHA1, 64: SelectorKind.SHA256, 128: SelectorKind.SHA512}[
            len(value)
        ]
    elif kind in FILE_KINDS or kind is SelectorKind.CERTIFICATE:
        kind = SelectorKind.URL if "://" in value else SelectorKind.DOMAIN
    noun = f"the {_NOUNS[kind][0]} " if kind in FILE_KINDS or kind is reason.kind else ""
    return noun + shown(kind, value)


def _near(reasons: list[Reason]) -> str:
    if not reasons:
        return ""
    reason = reasons[0]
    how = {
        SelectorKind.DOMAIN: "belong to one registered domain",
        SelectorKind.URL: "have the same path on different hosts",
    }.get(reason.kind, "stand in the same address range")
    left, right = shown(reason.kind, reason.value_a), shown(reason.kind, reason.value_b)
    return f"Near each other, not equal: {left} and {right} {how}."


def _called(reasons: list[Reason], *, alone: bool) -> str:
    if not reasons:
        return ""
    names = _joined([shown(reason.kind, reason.value_a) for reason in reasons[:3]])
    if alone:
        return f"Both call it {names}. They hold nothing in common, so this is a matter of opinion and counts little."
    return f"Both also call it {names}, which counts less."


def _inferred(reasons: list[Reason], label: Callable[[UUID], str]) -> str:
    if not reasons:
        return ""
    reason = reasons[0]
    others = _joined([label(via) for via in reason.via[:2]])
    name = shown(reason.kind, reason.value_a)
    return f"The name {name} reaches at least one of them only through what it shares with {others}, which counts less."


def _common(reasons: list[Reason]) -> str:
    if not reasons:
        return ""
    told = [f"{shown(reason.kind, reason.value_a)} ({reason.common})" for reason in reasons]
    return f"Not counted: {_joined(told)}."


def _when(days: int) -> str:
    return "They were seen at the same time." if days == 0 else f"They were seen {counted(days, 'day', 'days')} apart."


def _joined(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
