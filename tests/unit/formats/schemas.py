"""Schemas of the formats that Accord writes, compiled once: STIX from a package, others from the shared data."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

SHARED = Path(__file__).resolve().parents[3] / "../shared/vectors"


@cache
def cacao() -> Any:
    return _compiled(_vectors("cacao") / "schemas", "playbook.json")


@cache
def cacao_command() -> Any:
    return _compiled(_vectors("cacao") / "schemas", "commands/manual.json")


@cache
def xarf() -> Any:
    return _compiled(_vectors("xarf") / "schemas/v4", "xarf-v4-master.json")


@cache
def stix(name: str) -> Any:
    """The validator for objects of a type."""
    import stix2validator

    root = Path(stix2validator.__file__).parent / "schemas-2.1/schemas"
    found = next(root.rglob(f"{name}.json"))
    return _compiled(root, str(found.relative_to(root)))


def _vectors(name: str) -> Path:
    if not (SHARED / name).is_dir():
        pytest.skip("the reference data beside the project is not there")
    return SHARED / name


def _compiled(root: Path, main: str) -> Any:
    resources, wanted = [], None
    for path in sorted(root.rglob("*.json")):
        schema = _fixed(json.loads(path.read_text()))
        uri = schema.get("$id") or path.as_uri()
        if path == root / main:
            wanted = schema
        resources.append((uri, schema))
    assert wanted is not None
    registry = jsonschema_rs.Registry(resources)
    return jsonschema_rs.Draft202012Validator(wanted, registry=registry, validate_formats=True)


def _fixed(schema: dict[str, Any]) -> dict[str, Any]:
    """CACAO's schemas name draft 07 and use a keyword of 2020-12 (`unevaluatedProperties`): read them as that.

    The base of all commands forbids what its own kinds add: there the keyword is taken out.
    """
    if schema.get("$schema", "").startswith("http://json-schema.org/draft-07"):
        schema = {**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"}
        if schema["title"] == "command-data":
            schema.pop("unevaluatedProperties")
    return schema


def errors(validator: Any, instance: Any) -> list[str]:
    return [f"{'/'.join(map(str, e.instance_path))}: {e.message[:300]}" for e in validator.iter_errors(instance)][:8]
