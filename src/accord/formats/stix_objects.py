"""STIX 2.0 and 2.1: every valid object becomes a claim, its bytes exactly as received; what it names is mentioned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import orjson

from accord import stix
from accord.formats.gather import Gathering
from accord.formats.stix_mining import mine
from accord.model.reading import Claim
from accord.model.selectors import Selector
from accord.stix.times import to_datetime

_MAX_NESTED = 4  # bundles in bundles; the standard allows none
_TIED_OF_ONE = 4  # selectors of one object that its relationships tie to those of another
_SPANS = ("first_seen", "last_seen", "first_observed", "last_observed", "published", "valid_from")
_TYING = ("resolves_to_refs", "belongs_to_refs", "belongs_to_ref", "src_ref", "dst_ref")
_TITLED = ("report", "grouping", "incident", "campaign", "intrusion-set", "malware")


class _Bundle(msgspec.Struct):
    objects: list[msgspec.Raw] = []


def raws(data: bytes) -> list[bytes]:
    """The objects of a bundle, a list, or one object, each as the bytes that stand in `data`.

    Raises `ValueError` when `data` is no strict JSON in UTF-8 or has another shape.
    """
    try:
        if data.lstrip()[:1] == b"[":
            return [bytes(raw) for raw in msgspec.json.decode(data, type=list[msgspec.Raw])]
        return [bytes(raw) for raw in msgspec.json.decode(data, type=_Bundle).objects] or [data.strip()]
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None


def located(data: bytes, pieces: list[bytes]) -> Iterator[tuple[bytes, int]]:
    """The pieces of a text, which stand in it in this order, with the lines on which they begin."""
    at, line = 0, 1
    if b"\n" not in data:
        yield from ((piece, 1) for piece in pieces)
        return
    for piece in pieces:
        found = data.find(piece, at)
        if found >= 0:
            line += data.count(b"\n", at, found)
            at = found
        yield piece, line


def _refs(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(ref) for ref in value] if isinstance(value, list) else []


class Objects:
    """Reads the objects of one file, and knows what came before."""

    def __init__(self, gathering: Gathering, version: str | None) -> None:
        self._gathering = gathering
        self._version = version
        self._index: dict[tuple[str, str], int] = {}
        self._remarks: Counter[str] = Counter()
        self._repeated = 0
        self._titles: dict[str, str] = {}
        self._held: dict[str, list[Selector]] = {}
        self._stated: list[tuple[str, str]] = []
        self.versions: Counter[str] = Counter()

    def read(self, raw: bytes, line: int, nested: int = 0) -> None:
        """Reads one object: drops it with the reason when it is no valid STIX, else keeps and mines it."""
        try:
            obj = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            self._gathering.drop(line, "not valid JSON", str(error))
            return
        self.take(obj, raw, line, nested)

    def take(self, obj: Any, raw: bytes, line: int, nested: int = 0) -> None:
        """As `read`, of an object that is decoded already; `raw` is what it was decoded from."""
        gathering = self._gathering
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
        except ValueError:
            self._gathering.drop(line, "the objects of a bundle are no list", str(obj.get("id")))
            return
        for piece, offset in located(raw, inner):
            self.read(piece, line + offset - 1, nested + 1)

    def _object(self, obj: Mapping[str, Any], raw: bytes, line: int) -> None:
        gathering = self._gathering
        said = obj.get("spec_version")
        version = said if said == "2.1" else self._version or stix.version_of(obj)
        faults = stix.check(obj, version)
        if faults:
            gathering.drop(line, f"not valid STIX {version}: {'; '.join(faults[:3])}", str(obj.get("id")))
            return
        self.take_valid(obj, raw, line, version)

    def take_valid(self, obj: Mapping[str, Any], raw: bytes, line: int, version: str) -> None:
        """As `take`, of an object that passed the gate as one of this STIX version."""
        index = self._kept(obj, raw, line)
        if index is None:
            return
        self.versions[version] += 1
        if version == "2.1":
            for remark in stix.remarks(obj):
                self._remarks[remark] += 1
        self._describe(obj)
        self._mine(obj, index, line)

    def _describe(self, obj: Mapping[str, Any]) -> None:
        """Notes what an object says of the whole: its marking, its dates, its name, and what it ties together."""
        gathering = self._gathering
        gathering.marked(stix.tlp_of(obj))
        for name in _SPANS:
            if name in obj and isinstance(obj[name], str):
                gathering.saw(to_datetime(obj[name]))
        type_ = obj["type"]
        if type_ in _TITLED and isinstance(obj.get("name"), str):
            self._titles.setdefault(type_, obj["name"])
        if type_ == "relationship":
            self._stated.append((str(obj.get("source_ref")), str(obj.get("target_ref"))))
        for name in _TYING:
            if name in obj:
                self._stated.extend((obj["id"], ref) for ref in _refs(obj[name]))

    def _mine(self, obj: Mapping[str, Any], index: int, line: int) -> None:
        """Mines an object, and ties its selectors to each other; the first few may be tied to those of others."""
        outer = self._gathering.begin_row()
        mine(self._gathering, obj, index, line)
        held = self._gathering.end_row(outer)
        if held:
            self._held[obj["id"]] = held[:_TIED_OF_ONE]
        else:
            self._held.pop(obj["id"], None)  # a later version that names nothing more

    def _kept(self, obj: Mapping[str, Any], raw: bytes, line: int) -> int | None:
        """The claim's index; None for a repetition. Rule 1: one id and one `modified` mean one content."""
        key = (obj["id"], str(obj.get("modified", "")))
        earlier = self._index.get(key)
        if earlier is None:
            index = self._index[key] = self._gathering.claim(Claim(obj["id"], obj["type"], raw))
            return index
        if orjson.loads(self._gathering.reading.claims[earlier].raw) == obj:
            self._repeated += 1
        else:
            reason = "the same id and modified time as an object before it, but other content: the first was kept"
            self._gathering.drop(line, reason, obj["id"])
        return None

    def done(self) -> None:
        """Ties what relationships state, gives the file its title, and sums up what was told about its objects."""
        held = self._held
        for source, target in self._stated:
            if source in held and target in held:
                for a in held[source]:
                    for b in held[target]:
                        self._gathering.tie(a, b, "stated")
        for type_ in _TITLED:
            if type_ in self._titles:
                self._gathering.title(self._titles[type_])
        if self._repeated:
            self._gathering.note(f"{self._repeated:,} objects were given more than once")
        for remark, count in self._remarks.most_common(12):
            self._gathering.note(f"{count:,} × {remark}")
        if len(self.versions) > 1:
            self._gathering.note("objects of STIX 2.0 and 2.1 in one file")
