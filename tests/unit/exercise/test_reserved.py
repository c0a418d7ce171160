"""Nothing in an exercise may name anything that exists: every byte of every file is searched."""

import ipaddress
import re

import pytest
from tests.unit.exercise.conftest import unpacked

from accord.exercise import files, world

NETWORKS = [ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
DOCUMENTATION_6 = ipaddress.ip_network("2001:db8::/32")
DOTTED = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\.\w)")
COLONS = re.compile(
    r"(?<![\w:.-])(?:[0-9a-f]{1,4}:){1,7}(?::|[0-9a-f]{1,4})(?::?[0-9a-f]{1,4})*(?:/\d+)?(?![\w:])", re.IGNORECASE
)
HOST = re.compile(r"(?<![\w.-])(?:[a-z0-9_-]+\.)+([a-z]{2,})\b\.?", re.IGNORECASE)
ASN = re.compile(r"\b(?:AS|asn:)(\d+)\b")
PHONE = re.compile(r"\+\d[\d ]{6,}")
FILE_ENDINGS = {"csv", "json", "txt", "md", "toml", "php", "zip", "gz", "sha", "bin"}
PROPERTY_PATHS = {"file.hashes", "accord.exercise"}


def refang(text: str) -> str:
    text = re.sub(r"\[dot\]|\[\.\]|\(\.\)", ".", text)
    return text.replace("[:]", ":").replace("[at]", "@").replace("[@]", "@")


def texts(seed: int, scale: str):
    for path, data in files(world(seed, scale)):
        for name, inner in unpacked(path, data):
            if not name.endswith(".bin"):
                yield (
                    name,
                    refang(
                        inner.decode(
                            "cp1252" if name.endswith(("detections.csv", "mule-accounts-2026-11.csv")) else "utf-8"
                        )
                    ),
                )


@pytest.fixture(scope="module", params=[(1, "full"), (2, "full"), (99, "small")], ids=str)
def all_texts(request):
    return list(texts(*request.param))


def test_every_ipv4_address_is_reserved(all_texts):
    found = {(name, match) for name, text in all_texts for match in DOTTED.findall(text)}
    odd = [
        pair
        for pair in found
        if pair[1] != "192.0.2.300" and not any(ipaddress.ip_address(pair[1]) in n for n in NETWORKS)
    ]
    assert len(found) > 15
    assert odd == []


def test_every_ipv6_address_is_reserved(all_texts):
    found = set()
    for name, text in all_texts:
        for match in COLONS.findall(text):
            try:
                found.add((name, ipaddress.ip_interface(match)))
            except ValueError:
                continue  # a clock or a hash
    assert found
    assert [(name, str(at)) for name, at in found if at.ip not in DOCUMENTATION_6] == []


def test_every_host_name_ends_in_example(all_texts):
    odd = set()
    for name, text in all_texts:
        for match in HOST.finditer(text):
            ending = match.group(1).lower()
            if ending not in FILE_ENDINGS | {"example"} and not is_malware_name(match.group(0)):
                odd.add((name, match.group(0)))
    assert odd == set()


def is_malware_name(text: str) -> bool:
    """Antivirus names have dots as well: `Win32.Moonwrack`."""
    return text.split(".", maxsplit=1)[0] in {"Win32", "Ransom", "PhishKit"}


def test_every_as_number_is_reserved(all_texts):
    numbers = {int(number) for _, text in all_texts for number in ASN.findall(text)}
    assert numbers
    assert all(64496 <= number <= 64511 for number in numbers)


def test_every_telephone_number_is_fictional(all_texts):
    numbers = {number.replace(" ", "") for _, text in all_texts for number in PHONE.findall(text)}
    assert all(re.fullmatch(r"\+44207946\d{4}|\+120255501\d\d", number) for number in numbers), numbers


def test_countries_are_user_assigned():
    assert {member.country for member in world(1).members} == {f"X{letter}" for letter in "ABCDEFGH"}


def test_the_search_would_find_a_real_name():
    assert HOST.search("see www.iana.org.").group(1) == "org"
    assert DOTTED.findall("at 8.8.8.8 or 10.0.0.1,") == ["8.8.8.8", "10.0.0.1"]
    assert COLONS.findall("from 2606:4700::1111 on") == ["2606:4700::1111"]
