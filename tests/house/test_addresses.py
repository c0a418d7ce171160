"""What must not stand in the project: paths of a machine, registries' hosts, names and numbers of real others."""

from __future__ import annotations

import ipaddress
import re

import pytest
import tree

# Written apart, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    r"(?<![\w.<{}/-])/(?:wo" + r"rk/(?:main|shared|wt-|\.)|ro" + r"ot/|ho" + r"me/\w+/|opt/py" + r"pi)"
)
REGISTRIES = re.compile(
    r"files\.python" + r"hosted\.org|//pypi\.o" + r"rg|registry\.npm" + r"js\.org|registry\.yarn" + r"pkg\.com|"
    r"(?:index|extra-index)-url\s*[ =]\s*http"
)
HOSTS = re.compile(r"(?<![\w@.%-])(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|ru|cn|io|top|xyz)(?![\w.-]*[\w(=])")
IPV4 = re.compile(r"(?<![\w.-])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.-]*\d)(?!\.\d)")
RESERVED = [ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]

KNOWN_HOSTS = re.compile(
    r"(?:.*\.)?(?:example\.com|json-schema\.org|w3\.org|iana\.org|mandiant\.com|github\.io|azurewebsites\.net|discordapp\.com|"
    r"localto\.net|gmail\.com|mediafire\.com|cloud\.google\.com|baidu\.com|virustotal\.com|ipify\.org|securelist\.com)"
)
"""Hosts that tests name since they are the subject: schemas' names, shared hosts, public services, security vendors.

`example.com` is reserved (RFC 2606) and stands in published vectors that are signed, so it cannot be another.
"""
PLACEHOLDERS = {"x.com", "evil.com", "box.top", "emotet.com"}
"""Names in tests of what is no host, or is one only by its look; never add to these."""


def _found(pattern: re.Pattern[str], parts: list[tuple[str, str]]) -> list[str]:
    return [
        f"{path}:{content.count(chr(10), 0, match.start()) + 1} {match.group()}"
        for path, content in parts
        for match in pattern.finditer(content)
    ]


def test_no_paths_of_a_machine():
    assert _found(MACHINE_PATHS, tree.texts()) == []


def test_no_hosts_of_registries():
    assert _found(REGISTRIES, tree.texts()) == []


def test_locked_packages_name_no_registry():
    lock = (tree.ROOT / "web-assets/package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert not (tree.ROOT / "uv.lock").exists()


def test_every_locked_package_has_its_hash():
    for file in sorted((tree.ROOT / "requirements").glob("*.txt")):
        entries = re.split(r"\n(?=[a-z0-9])", file.read_text().strip(), flags=re.IGNORECASE)
        assert [entry.splitlines()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("folder", ["src/accord/exercise", "docs/tutorial", "docs/how-to"])
def test_examples_name_reserved_hosts_and_addresses_only(folder):
    parts = tree.below(folder, ".py", ".md", ".toml")
    assert parts
    assert _found(HOSTS, parts) == []
    real = [hit for hit in _found(IPV4, parts) if not _is_reserved(hit.rpartition(" ")[2])]
    assert real == []


def test_tests_name_no_host_but_reserved_ones_and_those_that_are_the_subject():
    parts = [
        part for part in tree.below("tests", ".py", ".csv", ".json", ".txt", ".md") if "tests/house" not in part[0]
    ]
    hosts = {hit.rpartition(" ")[2] for hit in _found(HOSTS, parts)}
    assert {host for host in hosts - PLACEHOLDERS if not KNOWN_HOSTS.fullmatch(host)} == set()


def _is_reserved(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return True  # no address at all: an example of a mistake
    return any(address in network for network in RESERVED) or address.is_loopback or address.is_unspecified
