"""A lead in a few sentences that a prosecutor follows without knowing what a graph is."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from accord.links.explanation import Explanation, Inference, Route, Tie
from accord.model.leads import Reason
from accord.model.selectors import FILE_KINDS, NAME_KINDS, WALLET_KINDS, Selector, SelectorKind
from accord.selectors import defang, display_name

LONGEST_VALUE = 48
"""Characters of a value in a sentence; values are others' input."""

LONGEST_OF_TWO = 28
"""Where a sentence names two values; each stands in full in the table of reasons."""

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
    """Why the two are linked: first a short sentence with what weighs most, fit for a title, then the rest.

    Infrastructure and names are told apart. No label stands in the first sentence.
    """

    def named(contribution: UUID) -> str:
        return _plain(label(contribution), LONGEST_LABEL)

    told = [reason for reason in explanation.reasons if not reason.common]
    held, near, called = (
        [reason for reason in told if reason.family == f] for f in ("infrastructure", "neighbour", "name")
    )
    ties, inferences, parts = explanation.ties, explanation.inferences, explanation.parts
    over = sum(reason.weight for reason in told if reason.family == "path" and reason.kind in NAME_KINDS)
    both = " ".join(part for part in (_held(held, explanation), _tied(ties, named, alone=not held)) if part)
    families = [
        (parts.direct + parts.path, both),
        (parts.name - over, _called(called, alone=not (held or ties or near or inferences), more=bool(held or ties))),
        (over, _inferred(inferences, named, alone=not (held or ties or near or called))),
        (parts.neighbour, _near(near)),
    ]
    families.sort(key=lambda family: -family[0])
    text = [*(text for _, text in families), _uncounted([r for r in explanation.reasons if r.common])]
    return " ".join(part for part in (*text, _when(explanation.days_apart)) if part)


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


def _brief(kind: SelectorKind, value: str) -> str:
    """As `thing`, for sentences that name two."""
    return f"the {_NOUNS[kind][0]} {_middle(shown(kind, value))}"


def _middle(text: str) -> str:
    return text if len(text) <= LONGEST_OF_TWO else f"{text[: LONGEST_OF_TWO - 9]}…{text[-8:]}"


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


def _tied(ties: tuple[Tie, ...], label: Callable[[UUID], str], *, alone: bool) -> str:
    if not ties:
        return ""
    tie = ties[0]
    if tie.first is None or tie.second is None:
        lies, shared = ("first", tie.second) if tie.first is None else ("second", tie.first)
        other = "second" if lies == "first" else "first"
        by = f"the {lies} was handed in beside it, the {other} shares {_brief(*shared)}" if shared else ""
    else:
        by = f"one shares {_brief(*tie.first)}, the other {_brief(*tie.second)}"
    apart = " They share nothing directly." if alone else ""
    return f"A third contribution ties the two: {by}.{apart} The third is {label(tie.middle)}."


def _near(reasons: list[Reason]) -> str:
    if not reasons:
        return ""
    reason = reasons[0]
    how = {
        SelectorKind.DOMAIN: "belong to one registered domain",
        SelectorKind.URL: "have the same path on different hosts",
    }.get(reason.kind, "stand in the same address range")
    left, right = (_middle(shown(reason.kind, value)) for value in (reason.value_a, reason.value_b))
    return f"Near each other, not equal: {left} and {right} {how}."


def _called(reasons: list[Reason], *, alone: bool, more: bool) -> str:
    if not reasons:
        return ""
    text = f"Both call it {joined([shown(reason.kind, reason.value_a) for reason in reasons])}."
    if alone:
        return f"{text} Nothing else ties them, so this is a matter of opinion."
    return f"{text} A name is an opinion: weigh it apart from what they hold." if more else text


def _inferred(inferences: tuple[Inference, ...], label: Callable[[UUID], str], *, alone: bool) -> str:
    if not inferences:
        return ""
    inference = inferences[0]
    name = shown(*inference.name)
    first, second = inference.first, inference.second

    def over(route: Route) -> str:
        return joined([label(via) for via in route.over])

    if first.over and first == second:
        text = f"A contribution that both share traces with calls it {name}. It is {over(first)}"
    elif first.over and second.over:
        text = (
            f"Both are tied to contributions that call it {name}. The first {_met(first)} {over(first)}, "
            f"the second {_met(second)} {over(second)}"
        )
    else:
        says, which, route = ("first", "second", second) if second.over else ("second", "first", first)
        tied = "handed in beside" if route.beside else "that shares traces with"
        text = f"The {says} calls it {name}; so does a contribution {tied} the {which}. It is {over(route)}"
    return f"{text}.{' That is a weak tie.' if alone else ''}"


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
