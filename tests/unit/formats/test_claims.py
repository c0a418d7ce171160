"""Claims made of selectors: valid STIX 2.1, the same bytes every time, the ids of the standard."""

import json

import pytest

from accord import stix
from accord.formats.claims import EXTENSION_IDS, extension_definitions, stix_form
from accord.model.selectors import Selector, SelectorKind

VALUES = {
    SelectorKind.DOMAIN: "evil.example",
    SelectorKind.IPV4: "198.51.100.7",
    SelectorKind.IPV6: "2001:db8::1",
    SelectorKind.URL: 'https://evil.example/"a"\\',
    SelectorKind.EMAIL: "a@evil.example",
    SelectorKind.PHONE: "+31201234567",
    SelectorKind.ACCOUNT: "telegram|bad guy",
    SelectorKind.IBAN: "NL91ABNA0417164300",
    SelectorKind.MD5: "a" * 32,
    SelectorKind.SHA1: "a" * 40,
    SelectorKind.SHA256: "a" * 64,
    SelectorKind.SHA512: "a" * 128,
    SelectorKind.CERTIFICATE: "b" * 40,
    SelectorKind.CVE: "CVE-2024-0001",
    SelectorKind.ASN: "AS64496",
    SelectorKind.MAC: "d2:fb:49:24:37:18",
    SelectorKind.MALWARE: "madeupbot",
    SelectorKind.ACTOR: "madeup crew",
}


@pytest.mark.parametrize("kind", SelectorKind)
def test_every_kind_has_a_valid_form_with_the_standards_id(kind):
    selector = Selector(kind, VALUES.get(kind, "wallet1"))
    claim = stix_form(selector)
    obj = json.loads(claim.raw)
    assert (obj["id"], obj["type"]) == (claim.stix_id, claim.type)
    assert stix.check(obj) == []
    assert stix.deterministic_id(obj) in {None, claim.stix_id}
    assert stix_form(selector) == claim


def test_new_observables_name_an_extension_that_is_defined():
    definitions = extension_definitions("identity--00000001-1111-4111-8111-111111111111")
    assert [definition["id"] for definition in definitions] == list(EXTENSION_IDS.values())
    assert all(stix.check(definition) == [] for definition in definitions)
    obj = json.loads(stix_form(Selector(SelectorKind.BTC, "x")).raw)
    assert list(obj["extensions"]) == [EXTENSION_IDS["cryptocurrency-wallet"]]
