"""The vectors of docs/reference/selectors.md, both tables, and what no table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.model.errors import InputError, LimitError
from accord.model.selectors import Selector, SelectorKind
from accord.selectors import canonical, display_name, hosts_of, network_of, registered_domain

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "selectors.md"


def unquoted(cell: str) -> str:
    return cell.strip("`").replace("\\|", "|")


def table(heading: str) -> list[tuple[str, str, str]]:
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| kind")]
    cells = [row.removeprefix("| ").removesuffix(" |").split(" | ") for row in rows]
    return [(kind, unquoted(written), unquoted(result)) for kind, written, result in cells]


@pytest.mark.parametrize(("kind", "written", "value"), table("Vectors"))
def test_vector_is_kept(kind, written, value):
    assert canonical(SelectorKind(kind), written) == Selector(SelectorKind(kind), value)


@pytest.mark.parametrize(("kind", "written", "reason"), table("Refusals"))
def test_refusal_gives_its_reason(kind, written, reason):
    with pytest.raises(InputError) as refused:
        canonical(SelectorKind(kind), written)
    assert refused.value.message == reason


def test_every_kind_has_a_vector():
    assert {SelectorKind(kind) for kind, _, _ in table("Vectors")} >= set(SelectorKind) - {
        SelectorKind.SHA1,
        SelectorKind.SHA256,
        SelectorKind.SHA512,
    }


def test_mapped_address_becomes_ipv4():
    assert canonical(SelectorKind.IPV6, "::ffff:192.0.2.1") == Selector(SelectorKind.IPV4, "192.0.2.1")


@pytest.mark.parametrize("address", ["192.0.2.1", "198.51.100.1", "203.0.113.1"])
def test_documentation_ranges_are_accepted(address):
    assert canonical(SelectorKind.IPV4, address).value == address


def test_longest_text_is_refused_as_too_long():
    with pytest.raises(LimitError):
        canonical(SelectorKind.URL, "http://a.example/" + "a" * 9000)


def test_hosts_of_url_and_mail():
    assert hosts_of(canonical(SelectorKind.URL, "http://www.evil.example/x")) == (
        Selector(SelectorKind.DOMAIN, "www.evil.example"),
    )
    assert hosts_of(canonical(SelectorKind.URL, "http://[2001:db8::1]:81/x")) == (
        Selector(SelectorKind.IPV6, "2001:db8::1"),
    )
    assert hosts_of(canonical(SelectorKind.URL, "http://u:p@192.0.2.9:8080/")) == (
        Selector(SelectorKind.IPV4, "192.0.2.9"),
    )
    assert hosts_of(canonical(SelectorKind.EMAIL, "a@evil.example")) == (Selector(SelectorKind.DOMAIN, "evil.example"),)
    assert hosts_of(canonical(SelectorKind.ASN, "AS64500")) == ()


@pytest.mark.parametrize(
    ("domain", "held"),
    [
        ("a.b.evil.example", "evil.example"),
        ("evil.co.uk", "evil.co.uk"),
        ("a.evil.github.io", "evil.github.io"),
        ("co.uk", None),
        ("example", None),
        ("x.nosuchtop", None),
    ],
)
def test_registered_domain(domain, held):
    assert registered_domain(domain) == held


def test_network_is_24_or_48():
    assert network_of("192.0.2.200") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2::3") == "2001:db8:1::/48"


def test_synonyms_are_one_name():
    names = {canonical(SelectorKind.MALWARE, text) for text in ("QBot", "qakbot", "Pinkslipbot", "QUAKBOT")}
    assert len(names) == 1
    assert {display_name(name) for name in names} == {"QakBot"}


def test_unrelated_families_with_a_common_synonym_stay_apart():
    assert canonical(SelectorKind.MALWARE, "BASHLITE") != canonical(SelectorKind.MALWARE, "QakBot")
    assert canonical(SelectorKind.ACTOR, "APT28") != canonical(SelectorKind.ACTOR, "APT29")
