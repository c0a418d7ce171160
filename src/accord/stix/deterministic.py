"""Rule 4: deterministic ids of cyber-observables (STIX 2.1, section 2.9).

UUIDv5 over the canonical JSON (RFC 8785) of the contributing properties that are there. Types without contributing
properties (process) and objects that hold none of theirs have no deterministic id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import rfc8785

from accord.model.ids import observable_id

CONTRIBUTING: Mapping[str, tuple[str, ...]] = {
    "artifact": ("hashes", "payload_bin"),
    "autonomous-system": ("number",),
    "directory": ("path",),
    "domain-name": ("value",),
    "email-addr": ("value",),
    "email-message": ("from_ref", "subject", "body"),
    "file": ("hashes", "name", "extensions", "parent_directory_ref"),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "mac-addr": ("value",),
    "mutex": ("name",),
    "network-traffic": ("start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"),
    "software": ("name", "cpe", "swid", "vendor", "version"),
    "url": ("value",),
    "user-account": ("account_type", "user_id", "account_login"),
    "windows-registry-key": ("key", "values"),
    "x509-certificate": ("hashes", "serial_number"),
}
_HASH_ORDER = ("MD5", "SHA-1", "SHA-256", "SHA-512")


def one_hash(hashes: Mapping[str, Any]) -> dict[str, Any]:
    """The one hash that goes into the id: the first of MD5, SHA-1, SHA-256, SHA-512, else the first by name."""
    name = next((name for name in _HASH_ORDER if name in hashes), None) or min(hashes)
    return {name: hashes[name]}


def deterministic_id(obj: Mapping[str, Any]) -> str | None:
    """The id that section 2.9 gives this observable; None where it gives none, or the values have no canonical JSON."""
    parts = {name: obj[name] for name in CONTRIBUTING.get(obj["type"], ()) if name in obj}
    if isinstance(parts.get("hashes"), dict) and parts["hashes"]:
        parts["hashes"] = one_hash(parts["hashes"])
    if not parts:
        return None
    return sco_id(obj["type"], parts)


def sco_id(type_: str, parts: Mapping[str, Any]) -> str | None:
    """The id that follows from a type and its contributing properties; None when they have no canonical JSON."""
    if len(parts) == 1 and isinstance(value := next(iter(parts.values())), str):
        try:  # the usual case; for a single string orjson writes what RFC 8785 asks
            text = orjson.dumps({next(iter(parts)): value}).decode()
        except orjson.JSONEncodeError:
            return None
    else:
        try:
            text = rfc8785.dumps(dict(parts)).decode()
        except (rfc8785.CanonicalizationError, UnicodeEncodeError):
            return None
    return observable_id(type_, text)
