"""Deterministic ids (STIX 2.1, section 2.9), with the stix2 library as the oracle."""

import json

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st

from accord.stix import deterministic_id

OBSERVABLES = [
    stix2.DomainName(value="evil.example"),
    stix2.IPv4Address(value="198.51.100.3"),
    stix2.IPv6Address(value="2001:db8::1"),
    stix2.EmailAddress(value="john@mail.example"),
    stix2.URL(value='https://é.example/\u2028?a="b"\\'),
    stix2.File(hashes={"SHA-256": "a" * 64, "SHA-1": "b" * 40}, name="x.exe"),
    stix2.File(hashes={"SSDEEP": "3:abc:def", "SHA-512": "c" * 128}),
    stix2.AutonomousSystem(number=64496),
    stix2.Directory(path="C:\\Windows\\System32"),
    stix2.MACAddress(value="d2:fb:49:24:37:18"),
    stix2.Mutex(name="__EXAMPLE__"),
    stix2.Software(name="Word", vendor="Example", version="1"),
    stix2.UserAccount(account_type="unix", account_login="jdoe", user_id="1001"),
    stix2.X509Certificate(serial_number="36:f7", hashes={"SHA-256": "d" * 64}),
    stix2.WindowsRegistryKey(key="HKEY_LOCAL_MACHINE\\System", values=[{"name": "a", "data": "b"}]),
]


@pytest.mark.parametrize("observable", OBSERVABLES, ids=lambda observable: observable.type)
def test_deterministic_id_agrees_with_the_oracle(observable):
    obj = json.loads(observable.serialize())
    assert deterministic_id(obj) == obj["id"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_deterministic_id_agrees_with_the_oracle_on_any_text(text):
    assert deterministic_id({"type": "mutex", "name": text}) == stix2.Mutex(name=text).id


@pytest.mark.parametrize(
    "obj", [{"type": "process", "pid": 1}, {"type": "file", "size": 3}, {"type": "malware", "name": "x"}]
)
def test_deterministic_id_is_none_where_the_standard_defines_none(obj):
    assert deterministic_id(obj) is None


def test_deterministic_id_ignores_what_does_not_contribute():
    bare = deterministic_id({"type": "domain-name", "value": "evil.example"})
    assert deterministic_id({"type": "domain-name", "value": "evil.example", "x_seen": 3}) == bare
