"""The OASIS JSON schemas, compiled lazily, one a type.

They are read from the files of the `stix2-validator` distribution; none of its code is imported. `$ref` is answered
from the same files: nothing is ever fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema_rs import Draft202012Validator

SCHEMAS_FOLLOWED = "oasis-open/cti-stix2-json-schemas, branches stix2.0 and stix2.1, as shipped by stix2-validator 3.x"
_ADDRESS = "http://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix{version}/schemas/{path}"
_FOLDERS = ("sdos", "sros", "observables")
_COMMON_TYPES = frozenset({"marking-definition", "language-content", "extension-definition"})
_SHOWN_ERRORS = 5


class Fault(NamedTuple):
    """One breach of a schema. `path` is where (`hashes.MD5`), `rule` the keyword broken, `message` may quote values."""

    path: str
    rule: str
    message: str


@cache
def _root() -> Path:
    return Path(str(distribution("stix2-validator").locate_file("stix2validator")))


@cache
def _document(version: str, path: str) -> dict[str, Any]:
    text = (_root() / f"schemas-{version}" / "schemas" / path).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    document.pop("$schema", None)  # the 2.0 files name a draft that does not exist
    return document


def _retrieve(uri: str) -> dict[str, Any]:
    version, _, path = uri.rpartition("/cti-stix2-json-schemas/stix")[2].partition("/schemas/")
    return _document(version, path)


@cache
def types(version: str) -> Mapping[str, str]:
    """Type → path of its schema, for every type that the given version (`2.0`, `2.1`) defines."""
    root = _root() / f"schemas-{version}" / "schemas"
    found = {
        file.stem: f"{folder}/{file.name}" for folder in _FOLDERS for file in sorted((root / folder).glob("*.json"))
    }
    common = {name: f"common/{name}.json" for name in _COMMON_TYPES if (root / "common" / f"{name}.json").exists()}
    return found | common


@cache
def observables(version: str) -> frozenset[str]:
    """The types of cyber-observables that the version defines."""
    return frozenset(name for name, path in types(version).items() if path.startswith("observables/"))


@cache
def validator(version: str, type_: str) -> Draft202012Validator | None:
    """The compiled schema of a type, or None when the version does not define it. Takes about 3 ms the first time."""
    path = types(version).get(type_)
    if path is None:
        return None
    schema = _document(version, path) | {"$id": _ADDRESS.format(version=version, path=path)}
    return Draft202012Validator(schema, retriever=_retrieve)


@cache
def vocabulary(version: str, type_: str, name: str) -> frozenset[str]:
    """The suggested values of an open vocabulary; empty when the schema of the type lists none."""
    path = types(version).get(type_)
    definitions = _document(version, path).get("definitions", {}) if path else {}
    return frozenset(definitions.get(name, {}).get("enum", ()))


def faults(version: str, obj: Mapping[str, Any]) -> list[Fault]:
    """What in `obj` breaks the schema of its type, at most five; empty when nothing does or the type is unknown."""
    check = validator(version, obj["type"])
    if check is None or check.is_valid(obj):
        return []
    found: dict[tuple[str, str], Fault] = {}
    for error in check.iter_errors(obj):
        path = ".".join("[]" if isinstance(part, int) else str(part) for part in error.instance_path)
        fault = Fault(path, error.kind.name, error.message)
        found.setdefault((path, fault.rule), fault)
        if len(found) >= _SHOWN_ERRORS:
            break
    return list(found.values())
