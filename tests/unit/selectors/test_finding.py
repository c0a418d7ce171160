"""What is found in running text, and what is left."""

from __future__ import annotations

import pytest

from accord.model.selectors import SelectorKind
from accord.selectors import canonical, defang, find, identify, refang


def found(text: str, **options) -> list[str]:
    return [f"{f.selector.kind.value} {f.selector.value}" for f in find(text, **options)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see evil[.]example.", ["domain evil.example"]),
        ("(evil.example), <c2.example>; 'x.example'", ["domain evil.example", "domain c2.example", "domain x.example"]),
        ("- -evil.example\n*.wild.example", ["domain evil.example", "domain wild.example"]),
        ("192.0.2.7:443,203.0.113.9", ["ipv4 192.0.2.7", "ipv4 203.0.113.9"]),
        ("http://evil.example/a, and more", ["url http://evil.example/a"]),
        ("(http://evil.example/a_(b))", ["url http://evil.example/a_(b)"]),
        ("https://x.example[the text]", ["url https://x.example/"]),
        ("http://evil.example/" + "a" * 32 + "/" + "b" * 40, [f"url http://evil.example/{'a' * 32}/{'b' * 40}"]),
        ("192.0.2.7/bins/x.sh", ["url http://192.0.2.7/bins/x.sh"]),
        ("tcp://192.0.2.7:4444 stratum+tcp://pool.example:3333", ["ipv4 192.0.2.7", "domain pool.example"]),
        ("mail john@evil.example now", ["email john@evil.example"]),
        ("john (at) evil (dot) example", ["email john@evil.example"]),
        ("a" * 64 + ".exe", ["sha256 " + "a" * 64]),
        ("d41d8cd98f00b204e9800998ecf8427e.bin", ["md5 d41d8cd98f00b204e9800998ecf8427e"]),
        ("md5:D41D8CD98F00B204E9800998ECF8427E", ["md5 d41d8cd98f00b204e9800998ecf8427e"]),
        ("0x" + "1" * 40 + " 0x" + "1" * 64, ["eth 0x" + "1" * 40]),
        ("2001:db8::1 at 12:30:45", ["ipv6 2001:db8::1"]),
        ("00:00:5e:00:53:01", ["mac 00:00:5e:00:53:01"]),
        ("CVE-2024-1234/CVE-2024-99999", ["cve CVE-2024-1234", "cve CVE-2024-99999"]),
        ("AS64500, GB82 WEST 1234 5698 7654 32 END", ["asn AS64500", "iban GB82WEST12345698765432"]),
        ("call +44 20 7946 0958.", ["phone +442079460958"]),
        ("domain|ip evil.example|192.0.2.1", ["domain evil.example", "ipv4 192.0.2.1"]),
        ("Bücher.example", ["domain xn--bcher-kva.example"]),
        (r"http:\/\/evil.example\/a", ["url http://evil.example/a"]),
    ],
)
def test_text_yields_its_selectors(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.3.4, v2.3.4.5, 1.0.0.0, Firefox/3.6.2.1",
        "192.0.2.0/24",
        "update.exe readme.md setup.py foo.zip install.sh run.pl main.rs",
        "System.IO ASP.NET process.name(x)",
        "the end.The next",
        "C:\\temp\\evil.com /usr/share/evil.com",
        "std::string a::b 10:20:30",
        "package@1.2.3 @handle",
        "10.0.0.1 127.0.0.1 fe80::1",
        "0x" + "a" * 64,
        "AS a CV-1 CVE-20 +12",
        "a" * 31 + " " + "g" * 32,
        "x" * 64 + ".example",
    ],
)
def test_text_yields_nothing(text):
    assert found(text) == []


def test_places_are_those_of_the_original():
    text = "a hxxps[:]//evil[.]example/x b 192.0.2[.]7:80 c plain.example"
    places = [(text[f.start : f.end], f.defanged) for f in find(text)]
    assert places == [
        ("hxxps[:]//evil[.]example/x", True),
        ("192.0.2[.]7", True),
        ("plain.example", False),
    ]


def test_defanged_file_ending_is_a_domain():
    assert found("install[.]sh and onet[.]pl") == ["domain install.sh", "domain onet.pl"]


def test_file_ending_alone_on_its_line_is_a_domain():
    assert found("onet.pl\nthe onet.pl\nevil.com.py and setup.py\nmain.py") == ["domain onet.pl", "domain evil.com.py"]


def test_marked_hosts_only_wants_a_mark_or_backticks():
    text = "See https://vendor.example/blog and vendor.example; `c2.example`, evil[.]example, " + "a" * 32
    assert found(text, marked_hosts_only=True) == ["domain c2.example", "domain evil.example", "md5 " + "a" * 32]


def test_json_escapes_are_no_defanging():
    assert found(r"http:\/\/vendor.example\/blog", marked_hosts_only=True) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0x" + "1" * 40, SelectorKind.ETH),
        ("1" * 40, SelectorKind.SHA1),
        ("0x" + "1" * 64, None),
        ("evil[.]example", SelectorKind.DOMAIN),
        ("192.0.2.7:80", SelectorKind.IPV4),
        ("192.0.2.0/24", None),
        ("[2001:db8::1]:80", SelectorKind.IPV6),
        ("1.0.0.0", None),
        ("setup.py", None),
        ("setup[.]py", SelectorKind.DOMAIN),
        ("onet.pl", SelectorKind.DOMAIN),
        ("telegram|@x", SelectorKind.ACCOUNT),
        ("filename|x", None),
        ("hxxp://evil.example/a?b|c@d", SelectorKind.URL),
        ("evil.example/a", SelectorKind.URL),
        ("a b", None),
        ("", None),
        ("GB82WEST12345698765432", SelectorKind.IBAN),
        ("as64500", SelectorKind.ASN),
        ("hello", None),
    ],
)
def test_identify_guesses_only_what_is_beyond_doubt(text, kind):
    selector = identify(text)
    assert (selector.kind if selector else None) == kind


@pytest.mark.parametrize(
    "written",
    [
        *("evil[.]example", "evil(.)example", "evil{.}example", "evil[dot]example", "evil (dot) example"),
        *(r"evil\.example", "evil[.example", "evil.]example", "evil [.] example", "evil[ . ]example"),
    ],
)
def test_refang_knows_every_dot(written):
    assert refang(written) == "evil.example"


@pytest.mark.parametrize("written", ["hxxp://a", "hXXp://a", "h**p://a", "meow://a", "hxxp[:]//a", "http[://]a"])
def test_refang_knows_every_scheme(written):
    assert refang(written) == "http://a"


def test_refang_leaves_prose_alone():
    text = "It ended. [1] (see at 10:30) a_at_b, maxxpro [.] \\n"
    assert refang(text) == text


def test_defang_leaves_the_path_alone():
    selector = canonical(SelectorKind.URL, "https://evil.example/a.b/c.php?d=e.f")
    assert defang(selector) == "hxxps://evil[.]example/a.b/c.php?d=e.f"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Reference: https://www.virustotal.com/gui/file/" + "A" * 64 + "/detection", ["sha256 " + "a" * 64]),
        ("see hxxps://virustotal[.]com/#/file/" + "b" * 40, ["sha1 " + "b" * 40]),
        ("virustotal.com/en/file/" + "c" * 64 + "/analysis/", ["sha256 " + "c" * 64]),
        ("https://virustotal.com/sample.php?action=detail&hash=" + "d" * 32, ["md5 " + "d" * 32]),
        ("https://www.virustotal.com/gui/url/" + "a" * 64, []),
        ("https://www.virustotal.com/gui/collection/" + "a" * 64, []),
        ("https://virustotal.com.evil.example/gui/file/" + "a" * 64, []),
        ("https://virustotal.com@evil.example/gui/file/" + "a" * 64, []),
        ("https://git.example/file/" + "a" * 40, []),
    ],
)
def test_a_link_to_the_analysis_of_a_file_speaks_of_the_file_even_in_prose(text, expected):
    assert found(text, marked_hosts_only=True) == expected
