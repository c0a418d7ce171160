"""MISP events (core format): attributes, objects, galaxies, tags. Links, comments and rules give no selectors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from accord.formats import values
from accord.formats.gather import Gathering
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
_ACTOR_GALAXIES = frozenset(["threat-actor", "mitre-intrusion-set", "microsoft-activity-group", "360net-threat-actor"])
_GALAXY_TAG = re.compile(r'misp-galaxy:([\w-]+)="([^"]{2,200})"')
_MITRE_NUMBER = re.compile(r"\s+-\s+[SG]\d{4}\s*$")

LineOf = Callable[[str], int | None]


def read_event(gathering: Gathering, event: Mapping[str, Any], line_of: LineOf) -> None:
    """Takes what one event holds. `line_of` gives the line of a value, asked in the order of the document."""
    info = event.get("info")
    if isinstance(info, str):
        gathering.title(info)
        gathering.names(info, line_of(info))
    _day(gathering, event.get("date"))
    for attribute in _listed(event, "Attribute"):
        with gathering.row():
            _attribute(gathering, attribute, line_of)
    for obj in _listed(event, "Object"):
        with gathering.row():
            for attribute in _listed(obj, "Attribute"):
                _attribute(gathering, attribute, line_of)
    _labels(gathering, event)


def _listed(node: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    items = node.get(name)
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield item


def _attribute(gathering: Gathering, attribute: Mapping[str, Any], line_of: LineOf) -> None:
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
    if isinstance(comment, str) and comment:
        gathering.names(comment, line)
    for name in ("first_seen", "last_seen"):
        if isinstance(attribute.get(name), str):
            gathering.saw(to_datetime(attribute[name]))
    _value(gathering, type_, text, line)


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
