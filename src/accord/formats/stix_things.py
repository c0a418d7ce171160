"""Selectors as STIX 2.1 objects with deterministic ids: observables where STIX has a type, else what comes nearest.

STIX 2.1 has no observable for wallets, bank accounts and telephones: they become user accounts whose `account_type`
says what they are (section 6.19; the vocabulary is open). Names become malware and threat-actor objects.
"""

from __future__ import annotations

from typing import Any

import rfc8785

from accord.model.ids import derived_id, observable_id
from accord.model.selectors import WALLET_KINDS, SelectorKind

_SIMPLE = {
    "domain": "domain-name",
    "ipv4": "ipv4-addr",
    "ipv6": "ipv6-addr",
    "url": "url",
    "email": "email-addr",
    "mac": "mac-addr",
}
_HASHES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
_CERTIFICATE_HASHES = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}
_ACCOUNTS = {"iban": "bank-account", "phone": "telephone"}
_PATHS = {
    "domain": "domain-name:value",
    "ipv4": "ipv4-addr:value",
    "ipv6": "ipv6-addr:value",
    "url": "url:value",
    "email": "email-addr:value",
    "mac": "mac-addr:value",
    "asn": "autonomous-system:number",
}


def thing(kind: str, value: str, created: str, marking: str) -> dict[str, Any] | None:
    """The object for a selector, None for a kind or value that STIX cannot hold. `created`: a STIX timestamp.

    Ids of observables are UUIDv5 over the contributing properties (section 2.9), so that all nodes give the same.
    """
    observable = _observable(kind, value)
    if observable:
        return {**observable, "spec_version": "2.1", "object_marking_refs": [marking]}
    named = _named(kind, value)
    if named is None:
        return None
    return {
        "type": named["type"],
        "spec_version": "2.1",
        "id": f"{named['type']}--{derived_id('stix', kind, value)}",
        "created": created,
        "modified": created,
        **named,
        "object_marking_refs": [marking],
    }


def comparison(kind: str, value: str) -> str | None:
    """The pattern's comparison for a selector (STIX patterning, section 9.6); None for kinds that none fits."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    if kind in _PATHS:
        number = value.upper().removeprefix("AS")
        return f"{_PATHS[kind]} = {number}" if kind == "asn" else f"{_PATHS[kind]} = '{escaped}'"
    if kind in _HASHES:
        return f"file:hashes.'{_HASHES[kind]}' = '{escaped}'"
    if kind in WALLET_KINDS or kind in _ACCOUNTS or kind == SelectorKind.ACCOUNT:
        return f"user-account:account_login = '{escaped.partition('|')[2] or escaped}'"
    return None


def _observable(kind: str, value: str) -> dict[str, Any] | None:  # noqa: PLR0911 - one a kind
    if kind in _SIMPLE:
        return _sco(_SIMPLE[kind], {"value": value})
    if kind in _HASHES:
        return _sco("file", {"hashes": {_HASHES[kind]: value}})
    if kind == SelectorKind.CERTIFICATE and len(value) in _CERTIFICATE_HASHES:
        return _sco("x509-certificate", {"hashes": {_CERTIFICATE_HASHES[len(value)]: value}})
    if kind == SelectorKind.ASN:
        number = value.upper().removeprefix("AS")
        return _sco("autonomous-system", {"number": int(number)}) if number.isdecimal() else None
    if kind == SelectorKind.ACCOUNT:
        platform, _, login = value.rpartition("|")
        return _sco("user-account", _some(account_type=platform, account_login=login))
    if kind in WALLET_KINDS or kind in _ACCOUNTS:
        account = _ACCOUNTS.get(kind, f"{kind}-wallet")
        return _sco("user-account", {"account_type": account, "account_login": value})
    return None


def _some(**properties: str) -> dict[str, str]:
    return {name: value for name, value in properties.items() if value}


def _sco(type_of: str, contributing: dict[str, Any]) -> dict[str, Any]:
    canonical = rfc8785.dumps(contributing).decode()
    return {"type": type_of, "id": observable_id(type_of, canonical), **contributing}


def _named(kind: str, value: str) -> dict[str, Any] | None:
    match kind:
        case SelectorKind.MALWARE:
            return {"type": "malware", "name": value, "is_family": True}
        case SelectorKind.ACTOR:
            return {"type": "threat-actor", "name": value}
        case SelectorKind.CVE:
            reference = {"source_name": "cve", "external_id": value.upper()}
            return {"type": "vulnerability", "name": value.upper(), "external_references": [reference]}
    return None
