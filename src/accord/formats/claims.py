"""What is not STIX becomes claims in STIX 2.1 form: one object a distinct selector, the same bytes on every node.

Cyber-observables get the deterministic id of STIX 2.1, section 2.9, over the value. The standard has no observable for
wallets, telephone numbers and bank accounts: they are new cyber-observables by extension (section 7.3), under the type
names that OpenCTI and misp-stix use, so that others can read them.

Names become `malware` (a family) and `threat-actor`, CVE numbers `vulnerability`: domain objects, whose id is derived
from the name alone. They say `created` and `modified` 1970-01-01, which means that no date of the file was taken: with
one, the same id would come with different `modified` times from different files, and look like versions of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import uuid5

import orjson

from accord.model.ids import ACCORD_NAMESPACE, derived_id, observable_id
from accord.model.reading import Claim
from accord.model.selectors import WALLET_KINDS, Selector, SelectorKind

UNDATED: Final = "1970-01-01T00:00:00.000Z"
_HASH_NAMES: Mapping[SelectorKind, str] = {
    SelectorKind.MD5: "MD5",
    SelectorKind.SHA1: "SHA-1",
    SelectorKind.SHA256: "SHA-256",
    SelectorKind.SHA512: "SHA-512",
}
_VALUE_TYPES: Mapping[SelectorKind, str] = {
    SelectorKind.DOMAIN: "domain-name",
    SelectorKind.IPV4: "ipv4-addr",
    SelectorKind.IPV6: "ipv6-addr",
    SelectorKind.URL: "url",
    SelectorKind.EMAIL: "email-addr",
    SelectorKind.MAC: "mac-addr",
}
_FINGERPRINT_NAMES: Mapping[int, str] = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}
_NEW_OBSERVABLES = ("cryptocurrency-wallet", "phone-number", "bank-account")
EXTENSION_IDS: Mapping[str, str] = {
    name: f"extension-definition--{uuid5(ACCORD_NAMESPACE, f'extension-definition:{name}')}"
    for name in _NEW_OBSERVABLES
}
"""Ids of the extension definitions behind the new observables (`extension_definitions` gives the objects)."""


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


def _observable(type_: str, contributing: str, more: str = "", shown: str | None = None) -> Claim:
    """`contributing`: the JSON members that make the id, canonical; `shown`: the same as they stand in the object."""
    id_ = observable_id(type_, "{" + contributing + "}")
    text = f'{{"type":"{type_}","spec_version":"2.1","id":"{id_}",{shown or contributing}{more}}}'
    return Claim(id_, type_, text.encode())


def _new_observable(type_: str, contributing: str, more: str = "") -> Claim:
    extension = f',"extensions":{{"{EXTENSION_IDS[type_]}":{{"extension_type":"new-sco"}}}}'
    return _observable(type_, contributing, more + extension)


def _domain_object(type_: str, selector: Selector, more: str = "") -> Claim:
    id_ = f"{type_}--{derived_id(type_, selector.value)}"
    text = (
        f'{{"type":"{type_}","spec_version":"2.1","id":"{id_}","created":"{UNDATED}","modified":"{UNDATED}",'
        f'"name":{_quoted(selector.value)}{more}}}'
    )
    return Claim(id_, type_, text.encode())


def _file(selector: Selector) -> Claim:
    return _observable("file", f'"hashes":{{"{_HASH_NAMES[selector.kind]}":"{selector.value}"}}')


def _certificate(selector: Selector) -> Claim:
    name = _FINGERPRINT_NAMES.get(len(selector.value), "SHA-256")
    return _observable("x509-certificate", f'"hashes":{{"{name}":"{selector.value}"}}')


def _account(selector: Selector) -> Claim:
    platform, _, handle = selector.value.partition("|")
    members = f'"account_login":{_quoted(handle)},"account_type":{_quoted(platform)}'
    return _observable("user-account", members)


def _wallet(selector: Selector) -> Claim:
    currency = f',"currency":"{selector.kind.value}"'
    return _new_observable("cryptocurrency-wallet", f'"value":{_quoted(selector.value)}', currency)


def _cve(selector: Selector) -> Claim:
    reference = f',"external_references":[{{"source_name":"cve","external_id":{_quoted(selector.value)}}}]'
    return _domain_object("vulnerability", selector, reference)


_MAKERS: Mapping[SelectorKind, Callable[[Selector], Claim]] = {
    **dict.fromkeys(_HASH_NAMES, _file),
    **dict.fromkeys(WALLET_KINDS, _wallet),
    SelectorKind.CERTIFICATE: _certificate,
    SelectorKind.ACCOUNT: _account,
    SelectorKind.ASN: lambda s: _observable("autonomous-system", f'"number":{s.value.upper().removeprefix("AS")}'),
    SelectorKind.PHONE: lambda s: _new_observable("phone-number", f'"value":{_quoted(s.value)}'),
    SelectorKind.IBAN: lambda s: _new_observable("bank-account", f'"iban":{_quoted(s.value)}'),
    SelectorKind.CVE: _cve,
    SelectorKind.MALWARE: lambda s: _domain_object("malware", s, ',"is_family":true'),
    SelectorKind.ACTOR: lambda s: _domain_object("threat-actor", s),
}


def stix_form(selector: Selector) -> Claim:
    """The STIX 2.1 object of a canonical selector; the same selector always gives the same bytes."""
    type_ = _VALUE_TYPES.get(selector.kind)
    if type_ is not None:
        return _observable(type_, f'"value":{_quoted(selector.value)}')
    return _MAKERS[selector.kind](selector)


def extension_definitions(created_by: str) -> list[dict[str, object]]:
    """The extension-definition objects that a bundle with new observables should carry (STIX 2.1, section 7.3)."""
    return [
        {
            "type": "extension-definition",
            "spec_version": "2.1",
            "id": EXTENSION_IDS[name],
            "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z",
            "created_by_ref": created_by,
            "name": name,
            "description": f"A cyber-observable for what STIX 2.1 does not define: {name.replace('-', ' ')}.",
            "schema": "docs/reference/intake.md",
            "version": "1.0.0",
            "extension_types": ["new-sco"],
        }
        for name in _NEW_OBSERVABLES
    ]
