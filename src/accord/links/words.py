"""A lead in one to four sentences that a prosecutor follows without knowing what a graph is."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from accord.links.explanation import Explanation, Inference, Route, Tie
from accord.model.leads import Reason
from accord.model.selectors import FILE_KINDS, NAME_KINDS, WALLET_KINDS, Selector, SelectorKind
from accord.selectors import defang, display_name

LONGEST_VALUE = 64
"""Characters of a value in a sentence; values are others' input."""

LONGEST_LABEL = 120

DIGEST_SHOWN = 12
"""Characters of a file's or certificate's fingerprint in a sentence: 48 bits find it, and can be read aloud."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_CODE = re.compile(r"[a-z]{2,4}[-_]?\d{1,5}", re.ASCII)

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


def sentence(explanation: Explanation, label: Callable[[UUID], str]) -> str:
    """Why the two are linked, strongest family first, infrastructure and names told apart."""

    def named(contribution: UUID) -> str:
        return _plain(label(contribution), LONGEST_LABEL)

    told = [reason for reason in explanation.reasons if not reason.common]
    held = [reason for reason in told if reason.family == "infrastructure"]
    parts = [
        _held(held, explanation),
        _tied(explanation.ties, named, direct=bool(held)),
        _near([reason for reason in told if reason.family == "neighbour"]),
        _called(
            [reason for reason in told if reason.family == "name"],
            also=bool(held or explanation.ties),
            alone=not held and not explanation.ties and not explanation.inferences,
        ),
        _inferred(explanation.inferences, named, alone=not told or not held),
        _uncounted([reason for reason in explanation.reasons if reason.common]),
        _when(explanation.days_apart),
    ]
    return " ".join(part for part in parts if part)


def shown(kind: SelectorKind, value: str) -> str:
    """A value as it may stand in a sentence: defanged, no control characters, shortened."""
    if kind in FILE_KINDS or kind is SelectorKind.CERTIFICATE:
        return _plain(value[:DIGEST_SHOWN], DIGEST_SHOWN) + "…"
    if kind not in NAME_KINDS:
        return _plain(defang(Selector(kind, value)), LONGEST_VALUE)
    given = display_name(Selector(kind, value))
    return _plain(_titled(value) if given == value else given, LONGEST_VALUE)


def _titled(name: str) -> str:
    """Names are kept casefolded; what the vocabulary does not spell, people still know as `APT29` and `Gold Cabin`."""
    return " ".join(word.upper() if _CODE.fullmatch(word) else word[:1].upper() + word[1:] for word in name.split(" "))


def _plain(text: str, longest: int) -> str:
    """Others' text on one line, no longer than stated."""
    line = "".join(c if c.isprintable() else "\ufffd" for c in text[:longest])
    return line if len(text) <= longest else line + "…"


def thing(kind: SelectorKind, value: str) -> str:
    """`the server 192[.]0[.]2[.]44`."""
    if kind in NAME_KINDS:
        return f"the name {shown(kind, value)}"
    return f"the {_NOUNS[kind][0]} {shown(kind, value)}"


def counted(count: int, singular: str, plural: str) -> str:
    number = NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
    return f"{number} {singular if count == 1 else plural}"


def _held(reasons: list[Reason], explanation: Explanation) -> str:
    if not reasons:
        return ""
    rest = explanation.traces - 1
    all_told = len(reasons) == explanation.traces
    nouns = {_NOUNS[reason.kind] for reason in reasons}
    singular, plural = nouns.pop() if len(nouns) == 1 and all_told else ("trace", "traces")
    more = f" and {counted(rest, f'more {singular}', f'more {plural}')}" if rest else ""
    sole = " that nobody else reports" if all_told and max(reason.holders for reason in reasons) <= 2 else ""
    text = f"Both hold {thing(reasons[0].kind, reasons[0].value_a)}{more}{sole}."
    if explanation.copies:
        text += " Most of both is the same list: one source may have been published twice."
    return text


def _tied(ties: tuple[Tie, ...], label: Callable[[UUID], str], *, direct: bool) -> str:
    if not ties:
        return ""
    tie = ties[0]
    start = "Both are also" if direct else "They share nothing directly, but both are"
    if tie.first is None or tie.second is None:
        first, second = (
            f"shares {thing(*end)}" if end else "was handed in beside it" for end in (tie.first, tie.second)
        )
        return f"{start} tied to {label(tie.middle)}: the first {first}, the second {second}."
    return (
        f"{start} tied to {label(tie.middle)}: the first shares {thing(*tie.first)}, the second {thing(*tie.second)}."
    )


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


def _called(reasons: list[Reason], *, also: bool, alone: bool) -> str:
    if not reasons:
        return ""
    names = joined([shown(reason.kind, reason.value_a) for reason in reasons])
    if alone:
        return f"Both call it {names}. Nothing else ties them, so this is a matter of opinion and counts little."
    return f"Both {'also ' if also else ''}call it {names}, which counts less."


def _inferred(inferences: tuple[Inference, ...], label: Callable[[UUID], str], *, alone: bool) -> str:
    if not inferences:
        return ""
    inference = inferences[0]
    name = shown(*inference.name)
    first, second = inference.first, inference.second

    def over(route: Route) -> str:
        return joined([label(via) for via in route.over])

    if first.over and first == second:
        text = f"The name {name} comes from {over(first)}, which both share traces with"
    elif first.over and second.over:
        text = (
            f"The name {name} comes from {over(first)}, which the first {_met(first)}, "
            f"and from {over(second)}, which the second {_met(second)}"
        )
    elif second.over:
        text = f"The first calls it {name}; the second {_met(second)} {over(second)}, which does too"
    else:
        text = f"The second calls it {name}; the first {_met(first)} {over(first)}, which does too"
    return f"{text}. {'That is a weak tie' if alone else 'That counts less'}."


def _met(route: Route) -> str:
    return "was handed in beside" if route.beside else "shares traces with"


def _uncounted(reasons: list[Reason]) -> str:
    if not reasons:
        return ""
    return f"Not counted: {joined([f'{shown(r.kind, r.value_a)} ({r.common})' for r in reasons])}."


def _when(days: int | None) -> str:
    if days is None:
        return ""
    return "They were seen at the same time." if days == 0 else f"They were seen {counted(days, 'day', 'days')} apart."


def joined(texts: list[str]) -> str:
    """`a, b and c`; each text once."""
    texts = list(dict.fromkeys(texts))
    return "".join(texts) if len(texts) <= 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
