"""Rule 2: to which types each reference property may point (STIX 2.1, sections 3 to 6; STIX 2.0, parts 2 and 4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

_ADDRESSES = ("ipv4-addr", "ipv6-addr", "mac-addr", "domain-name")

ALLOWED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "*": {
        "created_by_ref": ("identity",),
        "object_marking_refs": ("marking-definition",),
    },
    "malware": {"operating_system_refs": ("software",), "sample_refs": ("file", "artifact")},
    "malware-analysis": {
        "host_vm_ref": ("software",),
        "operating_system_ref": ("software",),
        "installed_software_refs": ("software",),
        "sample_ref": ("file", "artifact", "network-traffic"),
    },
    "sighting": {"observed_data_refs": ("observed-data",), "where_sighted_refs": ("identity", "location")},
    "directory": {"contains_refs": ("file", "directory")},
    "domain-name": {"resolves_to_refs": ("ipv4-addr", "ipv6-addr", "domain-name")},
    "email-addr": {"belongs_to_ref": ("user-account",)},
    "email-message": {
        "from_ref": ("email-addr",),
        "sender_ref": ("email-addr",),
        "to_refs": ("email-addr",),
        "cc_refs": ("email-addr",),
        "bcc_refs": ("email-addr",),
        "raw_email_ref": ("artifact",),
    },
    "file": {"parent_directory_ref": ("directory",), "content_ref": ("artifact",)},
    "ipv4-addr": {"resolves_to_refs": ("mac-addr",), "belongs_to_refs": ("autonomous-system",)},
    "ipv6-addr": {"resolves_to_refs": ("mac-addr",), "belongs_to_refs": ("autonomous-system",)},
    "network-traffic": {
        "src_ref": _ADDRESSES,
        "dst_ref": _ADDRESSES,
        "src_payload_ref": ("artifact",),
        "dst_payload_ref": ("artifact",),
        "encapsulates_refs": ("network-traffic",),
        "encapsulated_by_ref": ("network-traffic",),
    },
    "process": {
        "opened_connection_refs": ("network-traffic",),
        "creator_user_ref": ("user-account",),
        "image_ref": ("file",),
        "parent_ref": ("process",),
        "child_refs": ("process",),
    },
    "windows-registry-key": {"creator_user_ref": ("user-account",)},
}

_NO_TARGETS = ("relationship", "sighting", "bundle", "language-content", "marking-definition", "extension-definition")
REFUSED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    # 5.1: "an ID reference to an SDO or SCO"; types that nobody knows yet may be either
    "relationship": {"source_ref": _NO_TARGETS, "target_ref": _NO_TARGETS},
    "sighting": {"sighting_of_ref": _NO_TARGETS},
    "report": {"object_refs": ("bundle",)},
    "grouping": {"object_refs": ("bundle",)},
    "note": {"object_refs": ("bundle",)},
    "opinion": {"object_refs": ("bundle",)},
}

NESTED: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]] = {
    "email-message": {("body_multipart", "body_raw_ref"): ("artifact", "file")},
    "file": {("extensions", "archive-ext", "contains_refs"): ("file", "directory")},
    "network-traffic": {("extensions", "http-request-ext", "message_body_data_ref"): ("artifact",)},
    "process": {("extensions", "windows-service-ext", "service_dll_refs"): ("file",)},
}


def _targets(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value.partition("--")[0],)
    return [item.partition("--")[0] for item in value if isinstance(item, str)] if isinstance(value, list) else ()


def _at(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield from _targets(value)
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:]) if len(path) > 1 else _targets(value[path[0]])


class Rules(NamedTuple):
    """What of an object's properties refers to others, and to which types it may or may not."""

    allowed: tuple[tuple[str, tuple[str, ...]], ...]
    refused: tuple[tuple[str, tuple[str, ...]], ...]
    nested: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


_NONE: Mapping[Any, tuple[str, ...]] = {}
NAMES = frozenset(name for table in (ALLOWED, REFUSED) for one in table.values() for name in one) | frozenset(
    path[0] for one in NESTED.values() for path in one
)
"""Every property of the outermost object that some rule looks at."""


def rules_of(type_: str, names: Collection[str]) -> Rules:
    """For objects of this type that have these properties, the common ones first."""
    allowed = {**ALLOWED["*"], **ALLOWED.get(type_, _NONE)}
    return Rules(
        tuple((name, targets) for name, targets in allowed.items() if name in names),
        tuple((name, targets) for name, targets in REFUSED.get(type_, _NONE).items() if name in names),
        tuple((path, targets) for path, targets in NESTED.get(type_, _NONE).items() if path[0] in names),
    )


def faults(obj: Mapping[str, Any], rules: Rules) -> list[str]:
    """Sentences on references to a type that the property may not point to.

    Unknown types pass where any type may stand; whether the target exists is no matter: objects arrive in pieces.
    """
    found: list[str] = []
    for name, allowed in rules.allowed:
        wrong = [target for target in _targets(obj[name]) if target not in allowed]
        found += [_beyond(name, target, allowed) for target in wrong]
    for name, refused in rules.refused:
        wrong = [target for target in _targets(obj[name]) if target in refused]
        found += [f"{name} may not point to a {target}" for target in wrong]
    for path, allowed in rules.nested:
        wrong = [target for target in _at(obj, path) if target not in allowed]
        found += [_beyond(".".join(path), target, allowed) for target in wrong]
    return found


def _beyond(name: str, target: str, allowed: tuple[str, ...]) -> str:
    return f"{name} points to a {target}, and may only point to {' or '.join(allowed)}"
