"""MISP events (core format): attributes, objects, galaxies, tags. Links, comments and rules give no selectors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from accord.formats import values
from accord.formats.gather import Gathering
from accord.formats.misp_kinds import ACCOUNT, COIN, LINK, ROW, SYMBOLS, WRITTEN_BY, kind_of_relation
from accord.model.errors import InputError
from accord.model.handling import Tlp
from accord.model.selectors import SelectorKind
from accord.selectors import canonical, identify
from accord.stix.times import to_datetime

KINDS: Mapping[str, SelectorKind] = {
    "domain": SelectorKind.DOMAIN,
    "hostname": SelectorKind.DOMAIN,
    "ip": SelectorKind.IPV4,
    "ip-src": SelectorKind.IPV4,
    "ip-dst": SelectorKind.IPV4,
    "url": SelectorKind.URL,
    "email": SelectorKind.EMAIL,
    "email-src": SelectorKind.EMAIL,
    "email-dst": SelectorKind.EMAIL,
    "email-reply-to": SelectorKind.EMAIL,
    "whois-registrant-email": SelectorKind.EMAIL,
    "dns-soa-email": SelectorKind.EMAIL,
    "whois-registrant-phone": SelectorKind.PHONE,
    "phone-number": SelectorKind.PHONE,
    "md5": SelectorKind.MD5,
    "sha1": SelectorKind.SHA1,
    "sha256": SelectorKind.SHA256,
    "sha512": SelectorKind.SHA512,
    "x509-fingerprint-md5": SelectorKind.CERTIFICATE,
    "x509-fingerprint-sha1": SelectorKind.CERTIFICATE,
    "x509-fingerprint-sha256": SelectorKind.CERTIFICATE,
    "btc": SelectorKind.BTC,
    "xmr": SelectorKind.XMR,
    "dash": SelectorKind.DASH,
    "iban": SelectorKind.IBAN,
    "vulnerability": SelectorKind.CVE,
    "AS": SelectorKind.ASN,
    "mac-address": SelectorKind.MAC,
    "threat-actor": SelectorKind.ACTOR,
}
_PLATFORMS: Mapping[str, str] = {"jabber-id": "jabber", "github-username": "github"}
_ALIASED: Mapping[str, str] = {"malware-sample": "filename|md5"}
_TOLD = frozenset({"text", "comment", "other", "campaign-name", "malware-type"})  # names are looked for, nothing else
_MALWARE_GALAXIES = frozenset(
    [
        "accord-malware",  # names in events that our writer made
        "malpedia",
        "ransomware",
        "botnet",
        "rat",
        "stealer",
        "banker",
        "tool",
        "backdoor",
        "cryptominers",
        "exploit-kit",
        "android",
        "mitre-malware",
        "mitre-tool",
        "mitre-mobile-attack-malware",
        "mitre-enterprise-attack-malware",
    ]
)
_ACTOR_GALAXIES = frozenset(
    ["accord-actor", "threat-actor", "mitre-intrusion-set", "microsoft-activity-group", "360net-threat-actor"]
)
_GALAXY_TAG = re.compile(r'misp-galaxy:([\w-]+)="([^"]{2,200})"')
_MITRE_NUMBER = re.compile(r"\s+-\s+[SG]\d{4}\s*$")

LineOf = Callable[[str], int | None]


def read_event(gathering: Gathering, event: Mapping[str, Any], line_of: LineOf) -> None:
    """Takes what one event holds. `line_of` gives the line of a value, asked in the order of the document."""
    info, ours = event.get("info"), WRITTEN_BY in event
    if isinstance(info, str):
        gathering.title(info)
        if not ours:
            gathering.names(info, line_of(info))
    _day(gathering, event.get("date"))
    for attribute in _listed(event, "Attribute"):
        with gathering.row():
            _attribute(gathering, attribute, line_of, told=not ours)
    for obj in _listed(event, "Object"):
        if obj.get("name") in (ROW, LINK):
            _ours(gathering, obj, line_of)
            continue
        with gathering.row():
            _combined(gathering, obj, line_of)
            for attribute in _listed(obj, "Attribute"):
                _attribute(gathering, attribute, line_of, told=not ours)
    _labels(gathering, event)
    for name in ("ShadowAttribute", "EventReport", "RelatedEvent"):
        for _ in _listed(event, name):
            gathering.passed(f"{name} entries")


def _listed(node: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    items = node.get(name)
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield item


def _ours(gathering: Gathering, obj: Mapping[str, Any], line_of: LineOf) -> None:
    """An object that our writer made: what it ties is tied, and nothing else."""
    found = []
    for attribute in _listed(obj, "Attribute"):
        kind, value = kind_of_relation(str(attribute.get("object_relation"))), attribute.get("value")
        selector = values.selector_of(kind, value) if kind is not None and isinstance(value, str) else None
        if selector is None:
            gathering.drop(None, f"an attribute of {obj.get('name')} that is no selector", str(value))
            continue
        gathering.take(selector, line_of(str(value)))
        found.append(selector)
    for a, b in combinations(dict.fromkeys(found), 2):
        gathering.tie(a, b, "stated" if obj.get("name") == LINK else "row")


def _combined(gathering: Gathering, obj: Mapping[str, Any], line_of: LineOf) -> None:
    """Objects whose attributes are a selector only together: an address with its coin, a name with its platform."""
    held: dict[str, str] = {}
    for attribute in _listed(obj, "Attribute"):
        if attribute.get("deleted") not in (True, "1", 1):
            held.setdefault(str(attribute.get("object_relation")), str(attribute.get("value", "")))
    if obj.get("name") == COIN and "address-crypto" in held:
        kind = SYMBOLS.get(held.get("symbol", "").strip().lower())
        address = held["address-crypto"]
        if kind is None:
            gathering.drop(line_of(address), "an address of a coin that is not known", address)
        else:
            _take(gathering, kind, address, line_of(address))
    elif obj.get("name") == ACCOUNT and held.get("account-type") and held.get("username"):
        _take(
            gathering,
            SelectorKind.ACCOUNT,
            f"{held['account-type']}|{held['username']}",
            line_of(held["username"]),
        )


def _attribute(gathering: Gathering, attribute: Mapping[str, Any], line_of: LineOf, *, told: bool = True) -> None:
    type_, value = attribute.get("type"), attribute.get("value")
    if not isinstance(type_, str) or not isinstance(value, str | int):
        gathering.drop(None, "an attribute without type or value", str(value))
        return
    text = str(value)
    line = line_of(text)
    if attribute.get("deleted") in (True, "1", 1):
        gathering.drop(line, "its author deleted this attribute", text)
        return
    _labels(gathering, attribute)
    comment = attribute.get("comment")
    if isinstance(comment, str) and comment and told:
        gathering.names(comment, line)
    for name in ("first_seen", "last_seen"):
        if isinstance(attribute.get(name), str):
            gathering.saw(to_datetime(attribute[name]))
    for sighting in _listed(attribute, "Sighting"):
        gathering.saw(_instant(sighting.get("date_sighting")))
    _value(gathering, type_, text, line)


def _instant(seconds: Any) -> datetime | None:
    """MISP writes seconds since 1970, as text or number; None for what is no time between then and 2100."""
    text = str(seconds)
    return datetime.fromtimestamp(int(text), UTC) if text.isdigit() and int(text) < 4_102_444_800 else None


def _value(gathering: Gathering, type_: str, text: str, line: int | None) -> None:
    """One attribute's value; composites are taken apart at `|`."""
    types = _ALIASED.get(type_, type_).split("|")
    parts = text.split("|", len(types) - 1) if len(types) > 1 else [text]
    if len(parts) < len(types):
        gathering.drop(line, f"a {type_} attribute without its second part", text)
        types = types[: len(parts)]
    for part_type, part in zip(types, parts, strict=False):
        kind = KINDS.get(part_type)
        if kind is not None:
            _take(gathering, kind, part, line)
        elif part_type in _PLATFORMS:
            _take(gathering, SelectorKind.ACCOUNT, f"{_PLATFORMS[part_type]}|{part}", line)
        elif part_type in {"uri", "link"} or part_type in _TOLD:
            gathering.passed(f"{part_type} attributes")
            if part_type != "uri":
                gathering.names(part, line)
        elif part_type not in {"port", "value"}:
            gathering.passed(f"{part_type} attributes")


def _take(gathering: Gathering, kind: SelectorKind, text: str, line: int | None) -> None:
    try:
        gathering.take(canonical(kind, text), line)
    except InputError as error:
        other = identify(text)
        if other is None:
            gathering.drop(line, error.message, text)
        else:
            gathering.take(other, line)


def _labels(gathering: Gathering, node: Mapping[str, Any]) -> None:
    """Tags and galaxies: handling and names."""
    for tag in _listed(node, "Tag"):
        name = str(tag.get("name", ""))
        if name.lower().startswith("tlp:"):
            _tlp(gathering, name)
        for galaxy, value in _GALAXY_TAG.findall(name):
            _galaxy(gathering, galaxy, value)
        if "=" not in name:
            gathering.names(name, None)
    for galaxy_ in _listed(node, "Galaxy"):
        for cluster in _listed(galaxy_, "GalaxyCluster"):
            _galaxy(gathering, str(galaxy_.get("type", "")), str(cluster.get("value", "")))


def _galaxy(gathering: Gathering, galaxy: str, value: str) -> None:
    kind = SelectorKind.ACTOR if galaxy in _ACTOR_GALAXIES else SelectorKind.MALWARE
    if galaxy in _ACTOR_GALAXIES or galaxy in _MALWARE_GALAXIES:
        selector = values.selector_of(kind, _MITRE_NUMBER.sub("", value))
        if selector is not None:
            gathering.take(selector, None)


def _tlp(gathering: Gathering, name: str) -> None:
    try:
        gathering.marked(Tlp.from_label(name))
    except ValueError:
        gathering.note(f"a tag that is no TLP label: {name[:40]}")


def _day(gathering: Gathering, text: Any) -> None:
    if isinstance(text, str) and "1970" <= text[:4] <= "2100":
        try:
            gathering.saw(datetime.fromisoformat(text[:10]).replace(tzinfo=UTC))
        except ValueError:
            gathering.note(f"a date that does not exist: {text[:20]}")
