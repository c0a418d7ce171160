"""STIX 2.0 and 2.1: every valid object becomes a claim, its bytes exactly as received; what it names is mentioned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import orjson

from accord import stix
from accord.formats import values
from accord.formats.gather import Gathering
from accord.formats.hints import Role, hint_of
from accord.formats.patterns import asked
from accord.model.errors import InputError
from accord.model.reading import Claim
from accord.model.selectors import Selector, SelectorKind
from accord.selectors import canonical, identify
from accord.stix.times import to_datetime

_MAX_NESTED = 4  # bundles in bundles; the standard allows none
_SPANS = ("first_seen", "last_seen", "first_observed", "last_observed", "published", "valid_from")
_TOLD_TYPES = frozenset(
    {"report", "campaign", "intrusion-set", "threat-actor", "malware", "grouping", "incident", "note"}
)
_TITLED = ("report", "grouping", "incident", "campaign", "intrusion-set", "malware")


class _Bundle(msgspec.Struct):
    objects: list[msgspec.Raw] = []


def raws(data: bytes) -> list[bytes]:
    """The objects of a bundle, a list, or one object, each as the bytes that stand in `data` (valid UTF-8 JSON).

    Raises `ValueError` (msgspec's) when `data` has another shape, and `RecursionError` for absurd depth.
    """
    if data.lstrip()[:1] == b"[":
        return [bytes(raw) for raw in msgspec.json.decode(data, type=list[msgspec.Raw])]
    return [bytes(raw) for raw in msgspec.json.decode(data, type=_Bundle).objects] or [data.strip()]


def located(data: bytes, pieces: list[bytes]) -> Iterator[tuple[bytes, int]]:
    """The pieces of a text, which stand in it in this order, with the lines on which they begin."""
    at, line = 0, 1
    for piece in pieces:
        found = data.find(piece, at)
        if found >= 0:
            line += data.count(b"\n", at, found)
            at = found
        yield piece, line


class Objects:
    """Reads the objects of one file, and knows what came before."""

    def __init__(self, gathering: Gathering, version: str | None) -> None:
        self._gathering = gathering
        self._version = version
        self._index: dict[tuple[str, str], int] = {}
        self._remarks: Counter[str] = Counter()
        self._repeated = 0
        self._titles: dict[str, str] = {}
        self.versions: Counter[str] = Counter()

    def read(self, raw: bytes, line: int, nested: int = 0) -> None:
        """Reads one object: drops it with the reason when it is no valid STIX, else keeps and mines it."""
        gathering = self._gathering
        try:
            obj = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            gathering.drop(line, "not valid JSON", str(error))
            return
        if not isinstance(obj, dict):
            gathering.drop(line, "this stands where a STIX object should be", raw[:120].decode(errors="replace"))
        elif obj.get("type") == "bundle":
            self._bundle(obj, raw, line, nested)
        else:
            self._object(obj, raw, line)

    def _bundle(self, obj: Mapping[str, Any], raw: bytes, line: int, nested: int) -> None:
        if nested >= _MAX_NESTED:
            self._gathering.drop(line, f"bundles are nested deeper than {_MAX_NESTED} levels", str(obj.get("id")))
            return
        self._gathering.note("a bundle inside a bundle, which the standard does not allow, was opened")
        try:
            inner = raws(raw) if obj.get("objects") else []
        except (ValueError, RecursionError):
            self._gathering.drop(line, "the objects of a bundle are no list", str(obj.get("id")))
            return
        for piece, offset in located(raw, inner):
            self.read(piece, line + offset - 1, nested + 1)

    def _object(self, obj: Mapping[str, Any], raw: bytes, line: int) -> None:
        said = obj.get("spec_version")
        version = said if said == "2.1" else self._version or stix.version_of(obj)
        faults = stix.check(obj, version)
        if faults:
            self._gathering.drop(line, f"not valid STIX {version}: {'; '.join(faults[:3])}", str(obj.get("id")))
            return
        index = self._kept(obj, raw, line)
        if index is None:
            return
        self.versions[version] += 1
        if version == "2.1":
            self._remarks.update(stix.remarks(obj))
        self._gathering.marked(stix.tlp_of(obj))
        for name in _SPANS:
            if isinstance(obj.get(name), str):
                self._gathering.saw(to_datetime(obj[name]))
        if obj["type"] in _TITLED and isinstance(obj.get("name"), str):
            self._titles.setdefault(obj["type"], obj["name"])
        mine(self._gathering, obj, index, line)

    def _kept(self, obj: Mapping[str, Any], raw: bytes, line: int) -> int | None:
        """The claim's index; None for a repetition. Rule 1: one id and one `modified` mean one content."""
        key = (obj["id"], str(obj.get("modified", "")))
        earlier = self._index.get(key)
        if earlier is None:
            self._index[key] = self._gathering.claim(Claim(obj["id"], obj["type"], raw))
            return self._index[key]
        if orjson.loads(self._gathering.reading.claims[earlier].raw) == obj:
            self._repeated += 1
        else:
            reason = "the same id and modified time as an object before it, but other content: the first was kept"
            self._gathering.drop(line, reason, obj["id"])
        return None

    def done(self) -> None:
        """Gives the file its title and sums up what was told about its objects."""
        for type_ in _TITLED:
            if type_ in self._titles:
                self._gathering.title(self._titles[type_])
        if self._repeated:
            self._gathering.note(f"{self._repeated:,} objects were given more than once")
        for remark, count in self._remarks.most_common(12):
            self._gathering.note(f"{count:,} × {remark}")
        if len(self.versions) > 1:
            self._gathering.note("objects of STIX 2.0 and 2.1 in one file")


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
    from accord.selectors import find  # noqa: PLC0415

    for found in find(text[:20_000], marked_hosts_only=True):
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
