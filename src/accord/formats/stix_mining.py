"""What a valid STIX object mentions: observables' values, patterns' values, names, and what is told in prose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from accord.formats import values
from accord.formats.gather import Gathering
from accord.formats.hints import Role, hint_of
from accord.formats.patterns import asked
from accord.model.errors import InputError
from accord.model.selectors import Selector, SelectorKind
from accord.selectors import canonical, find, identify

_TOLD_TYPES = frozenset(
    {"report", "campaign", "intrusion-set", "threat-actor", "malware", "grouping", "incident", "note"}
)
_TOLD_CHARS = 20_000  # of a description; longer ones hold generic text


def mine(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    """Mentions the selectors and names that a valid object holds."""
    miner = _MINERS.get(obj["type"])
    if miner is not None:
        miner(gathering, obj, index, line)
    elif obj["type"] not in _UNMINED and isinstance(obj.get("value"), str):
        selector = identify(obj["value"])
        if selector is not None:
            gathering.mention(selector, index, line)
    if obj["type"] in _TOLD_TYPES:
        for name in ("name", "description", "abstract", "content"):
            if isinstance(obj.get(name), str):
                _told(gathering, obj[name], index, line)
        for label in obj.get("labels", ()):
            gathering.named(str(label), line, index)


def _told(gathering: Gathering, text: str, index: int, line: int) -> None:
    for found in find(text[:_TOLD_CHARS], marked_hosts_only=True):
        gathering.mention(found.selector, index, line)
    gathering.named(text, line, index)


def _try(gathering: Gathering, kind: SelectorKind, text: Any, index: int, line: int) -> None:
    try:
        gathering.mention(canonical(kind, str(text)), index, line)
    except InputError as error:
        other = identify(str(text))
        if other is None:
            gathering.drop(line, error.message, str(text))
        else:
            gathering.mention(other, index, line)


def _valued(kind: SelectorKind) -> Callable[[Gathering, Mapping[str, Any], int, int], None]:
    def miner(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
        if obj.get("value"):
            _try(gathering, kind, obj["value"], index, line)

    return miner


def _hashed(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    hashes = obj.get("hashes")
    for name, value in hashes.items() if isinstance(hashes, dict) else ():
        hint = hint_of(str(name))
        if isinstance(hint, SelectorKind):
            kind = SelectorKind.CERTIFICATE if obj["type"] == "x509-certificate" else hint
            _try(gathering, kind, value, index, line)
        else:
            gathering.passed(f"{str(name)[:20]} hashes")


def _indicator(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    if obj.get("pattern_type", "stix") != "stix":
        gathering.passed(f"patterns of the kind {str(obj['pattern_type'])[:20]}")
        return
    for hint, value, refused in asked(str(obj.get("pattern", ""))):
        if hint is Role.SKIP:
            gathering.passed("pattern values of other kinds (names, paths, command lines)")
        elif refused:
            gathering.drop(line, refused, value)
        elif isinstance(hint, SelectorKind):
            _try(gathering, hint, value, index, line)
        else:
            selector = identify(value)
            if selector is None:
                gathering.drop(line, "the pattern's value is of no known kind", value)
            else:
                gathering.mention(selector, index, line)
    for name in ("name", "description"):
        if isinstance(obj.get(name), str):
            gathering.named(obj[name], line, index)


def _named(kind: SelectorKind) -> Callable[[Gathering, Mapping[str, Any], int, int], None]:
    def miner(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
        aliases = obj.get("aliases", obj.get("x_mitre_aliases", ()))
        for name in (obj.get("name"), *(aliases if isinstance(aliases, list) else ())):
            if isinstance(name, str) and name.strip():
                _try(gathering, kind, name, index, line)

    return miner


def _known_names(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    """Tools and campaigns: their own names are often plain words (`cmd.exe`), so only known names count."""
    for name in (obj.get("name"), *obj.get("aliases", ())):
        gathering.named(str(name or ""), line, index)


def _vulnerability(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    for reference in obj.get("external_references", ()):
        if isinstance(reference, dict) and reference.get("source_name") == "cve" and "external_id" in reference:
            _try(gathering, SelectorKind.CVE, reference["external_id"], index, line)
    selector = identify(str(obj.get("name", "")))
    if selector is not None and selector.kind is SelectorKind.CVE:
        gathering.mention(selector, index, line)


def _account(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    platform, handle = obj.get("account_type"), obj.get("account_login") or obj.get("user_id")
    if platform and handle:
        _try(gathering, SelectorKind.ACCOUNT, f"{platform}|{handle}", index, line)


def _observed(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    """STIX 2.0 keeps observables inside of observed-data, under numbers."""
    inner = obj.get("objects")
    for item in inner.values() if isinstance(inner, dict) else ():
        if isinstance(item, dict) and item.get("type") in _MINERS and item["type"] != "observed-data":
            _MINERS[item["type"]](gathering, item, index, line)


def _wallet(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    value = str(obj.get("value", ""))
    hint = hint_of(str(obj.get("currency", "")))
    found = values.selector_of(hint, value) if isinstance(hint, SelectorKind) else None
    selector: Selector | None = found or identify(value)
    if selector is not None:
        gathering.mention(selector, index, line)
    else:
        gathering.drop(line, "no wallet of a known kind", value)


def _bank(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    if obj.get("iban"):
        _try(gathering, SelectorKind.IBAN, obj["iban"], index, line)


def _as(gathering: Gathering, obj: Mapping[str, Any], index: int, line: int) -> None:
    _try(gathering, SelectorKind.ASN, obj.get("number"), index, line)


_MINERS: Mapping[str, Callable[[Gathering, Mapping[str, Any], int, int], None]] = {
    "domain-name": _valued(SelectorKind.DOMAIN),
    "ipv4-addr": _valued(SelectorKind.IPV4),
    "ipv6-addr": _valued(SelectorKind.IPV6),
    "url": _valued(SelectorKind.URL),
    "email-addr": _valued(SelectorKind.EMAIL),
    "mac-addr": _valued(SelectorKind.MAC),
    "phone-number": _valued(SelectorKind.PHONE),
    "bank-account": _bank,
    "cryptocurrency-wallet": _wallet,
    "autonomous-system": _as,
    "file": _hashed,
    "artifact": _hashed,
    "x509-certificate": _hashed,
    "user-account": _account,
    "observed-data": _observed,
    "indicator": _indicator,
    "vulnerability": _vulnerability,
    "malware": _named(SelectorKind.MALWARE),
    "threat-actor": _named(SelectorKind.ACTOR),
    "intrusion-set": _named(SelectorKind.ACTOR),
    "campaign": _known_names,
    "tool": _known_names,
}
_UNMINED = frozenset({"relationship", "sighting", "course-of-action", "attack-pattern", "identity", "location"})
