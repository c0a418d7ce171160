"""STIX patterns (STIX 2.1, section 9): the values that their comparison expressions ask for.

Not a full parser: comparison expressions are found with their strings read properly, whatever stands around them. What
observation operators, AND, OR and qualifiers say makes no difference to which values are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from accord.formats.hints import Hint, Role, hint_of
from accord.model.selectors import SelectorKind

# No group is possessive: Python before 3.11.5 forgets to step back from its failed last round (gh-101955).
_STRING = r"'(?:[^'\\]|\\.)*'"
_COMPARISON = re.compile(
    rf"""(?P<object>(?<![a-z0-9-])[a-z][a-z0-9-]*+):(?P<path>[a-zA-Z_][\w-]*(?:\.(?:[a-zA-Z_][\w-]*|{_STRING})|\[(?:\d+|\*)\])*)
    \s*+(?P<no>NOT\s++)?(?P<op>=|!=|<>|IN\b|LIKE\b|MATCHES\b|ISSUBSET\b|ISSUPERSET\b|<=?|>=?)\s*+
    (?P<values>{_STRING}|\(\s*+(?:{_STRING}|[^()'])*\)|[\w.+-]++)
    |{_STRING}""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"\[([a-z][a-z0-9-]*+):value\s*+=\s*+'([^'\\]*+)'\]")
"""The commonest pattern of all: one value, with nothing to unescape."""
_ONE = re.compile(rf"{_STRING}|[\w.+-]+")
_ESCAPE = re.compile(r"\\(.)")
_VALUE_KINDS: Mapping[str, SelectorKind] = {
    "domain-name": SelectorKind.DOMAIN,
    "ipv4-addr": SelectorKind.IPV4,
    "ipv6-addr": SelectorKind.IPV6,
    "url": SelectorKind.URL,
    "email-addr": SelectorKind.EMAIL,
    "mac-addr": SelectorKind.MAC,
    "phone-number": SelectorKind.PHONE,
}
_HASHED = frozenset({"file", "artifact", "x509-certificate"})


class Asked(NamedTuple):
    """One value a pattern asks for. `refused`: why it names no selector that is looked for, else empty."""

    hint: Hint | None
    value: str
    refused: str = ""


def _hint(object_: str, path: str) -> Hint | None:
    """What an object path holds; None: a value of unknown kind; `Role.SKIP`: by its nature no selector."""
    if path == "value":
        return _VALUE_KINDS.get(object_)
    if object_ in _HASHED and path.startswith("hashes"):
        hint = hint_of(path.partition(".")[2].strip("'"))
        if object_ == "x509-certificate" and isinstance(hint, SelectorKind):
            return SelectorKind.CERTIFICATE
        return hint or Role.SKIP
    if object_ == "autonomous-system" and path == "number":
        return SelectorKind.ASN
    if object_ == "bank-account" and path == "iban":
        return SelectorKind.IBAN
    return None if path.endswith(".value") or path == "address" else Role.SKIP


def asked(pattern: str) -> Iterable[Asked]:
    """Every value that the pattern compares with, in order."""
    plain = _PLAIN.fullmatch(pattern)
    if plain is not None:
        return (Asked(_VALUE_KINDS.get(plain[1]), plain[2]),)
    return _asked(pattern)


def _asked(pattern: str) -> Iterator[Asked]:
    for found in _COMPARISON.finditer(pattern):
        if found.group("object") is None:
            continue
        hint = _hint(found.group("object"), found.group("path"))
        for one in _ONE.finditer(found.group("values")):
            text = one.group()
            value = text
            if text.startswith("'"):
                value = text[1:-1] if "\\" not in text else _ESCAPE.sub(r"\1", text[1:-1])
            yield Asked(hint, value, _refusal(found.group("op"), found.group("no"), value))


def _refusal(operator: str, negated: str | None, value: str) -> str:
    if negated or operator in {"!=", "<>"}:
        return "the pattern excludes this value"
    if operator == "MATCHES":
        return "the pattern asks for a regular expression, which is no one value"
    if operator == "LIKE" and ("%" in value or "_" in value):
        return "the pattern asks for wild cards, which are no one value"
    if operator in {"<", ">", "<=", ">="}:
        return "the pattern asks for a range, which is no one value"
    return ""
