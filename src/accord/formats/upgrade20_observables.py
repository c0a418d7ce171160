"""The objects inside a STIX 2.0 observed-data, each on its own as 2.1 has them, under deterministic ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rfc8785

from accord.formats.losses import Losses
from accord.model.ids import derived_id
from accord.stix import deterministic_id

_RENAMED: Mapping[str, Mapping[str, str]] = {
    "directory": {"created": "ctime", "modified": "mtime", "accessed": "atime"},
    "file": {"created": "ctime", "modified": "mtime", "accessed": "atime"},
    "process": {"created": "created_time", "binary_ref": "image_ref"},
    "user-account": {"password_last_changed": "credential_last_changed"},
    "windows-registry-key": {"modified": "modified_time"},
}
_GONE: Mapping[str, frozenset[str]] = {
    "file": frozenset({"is_encrypted", "encryption_algorithm", "decryption_key"}),
    "process": frozenset({"name", "arguments"}),
}
_HASHES = {"ssdeep": "SSDEEP", "md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
MAX_DEPTH = 50
"""Of references from one inner object to the next."""


def separated(observed: dict[str, Any], losses: Losses) -> list[dict[str, Any]]:
    """The observed-data with `object_refs`, after the objects that it held."""
    inner = {str(key): value for key, value in observed["objects"].items() if isinstance(value, dict)}
    maker = _Maker(inner, str(observed.get("id", "")), losses)
    refs = [number for key in inner if (number := maker.id_of(key)) is not None]
    kept = {name: value for name, value in observed.items() if name != "objects"}
    if not refs:
        losses.add("an observed-data", "it held no object that could be read")
        return []
    return [*maker.made.values(), {**kept, "object_refs": list(dict.fromkeys(refs))}]


class _Maker:
    """Makes inner objects in the order in which they refer to each other."""

    def __init__(self, inner: Mapping[str, Mapping[str, Any]], parent: str, losses: Losses) -> None:
        self._inner, self._parent, self._losses = inner, parent, losses
        self._ids: dict[str, str | None] = {}
        self._open: list[str] = []
        self.made: dict[str, dict[str, Any]] = {}

    def id_of(self, key: str) -> str | None:
        """The id of an inner object; None when there is none, or it refers to itself in a circle."""
        if key in self._ids:
            return self._ids[key]
        if key not in self._inner or key in self._open or len(self._open) >= MAX_DEPTH:
            self._losses.add("a reference inside an observed-data", "it leads nowhere, or in a circle")
            return None
        self._open.append(key)
        new = self._converted(self._inner[key])
        self._open.pop()
        number = deterministic_id(new) or self._made_up(key, new)
        self._ids[key] = number
        self.made[number] = {"type": new["type"], "spec_version": "2.1", "id": number, **new}
        return number

    def _made_up(self, key: str, new: Mapping[str, Any]) -> str:
        """For a type without a deterministic id (process): it follows from where it stood."""
        text = rfc8785.dumps([self._parent, key]).decode()
        return f"{new['type']}--{derived_id('stix-2.0 observable', text)}"

    def _converted(self, old: Mapping[str, Any]) -> dict[str, Any]:
        type_ = str(old.get("type", ""))
        renamed, gone = _RENAMED.get(type_, {}), _GONE.get(type_, frozenset())
        new: dict[str, Any] = {"type": type_}
        for name, value in old.items():
            if name in gone:
                self._losses.add(f"{name} of a {type_}", "2.1 has no such property")
            elif name != "type":
                new[renamed.get(name, name)] = self._value(name, value)
        return {name: value for name, value in new.items() if value is not None}

    def _value(self, name: str, value: Any) -> Any:
        if name.endswith("_ref") and isinstance(value, str):
            return self.id_of(value)
        if name.endswith("_refs") and isinstance(value, list):
            return [number for key in value if (number := self.id_of(str(key))) is not None] or None
        if name == "hashes" and isinstance(value, dict):
            return {_HASHES.get(key, key): digest for key, digest in value.items()}
        if isinstance(value, dict):
            return {key: self._value(key, one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._value("", one) for one in value]
        return value
