from __future__ import annotations

import pytest

from accord.model.selectors import Selector, SelectorKind
from accord.selectors import canonical, common, display_name, find_names
from accord.selectors.naming import vocabulary


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("domain", "t.me", "shared host"),
        ("domain", "github.io", "shared host"),
        ("domain", "evil.github.io", ""),
        ("domain", "evil.azurewebsites.net", ""),
        ("domain", "cdn.discordapp.com", "shared host"),
        ("domain", "x021.localto.net", ""),
        ("domain", "someone.gmail.com", ""),
        ("domain", "gmail.com", "mail service"),
        ("domain", "download1.mediafire.com", ""),
        ("url", "https://storage.cloud.google.com/some/page.html", ""),
        ("domain", "bit.ly", "URL shortener"),
        ("domain", "mega.nz", "file host"),
        ("domain", "www.baidu.com", "top site"),
        ("domain", "blog.virustotal.com", "security vendor"),
        ("domain", "api.ipify.org", "address check"),
        ("domain", "c2.evil.example", ""),
        ("url", "https://t.me/some_channel", ""),
        ("url", "https://t.me/", "shared host"),
        ("url", "https://securelist.com/some/post", "security vendor"),
        ("url", "http://evil.example/", ""),
        ("ipv4", "8.8.8.8", "public resolver"),
        ("ipv4", "1.1.1.1", "public resolver"),
        ("ipv4", "104.16.0.9", "cloud front"),
        ("ipv4", "1.0.0.0", "version number"),
        ("ipv4", "192.0.2.7", ""),
        ("ipv6", "2606:4700::1", "cloud front"),
        ("md5", "d41d8cd98f00b204e9800998ecf8427e", "empty file hash"),
        ("sha256", "0" * 64, "placeholder"),
        ("eth", "0x" + "0" * 40, "null address"),
        ("email", "abuse@evil.example", "role mailbox"),
        ("email", "x@gmail.com", ""),
        ("malware", "Cobalt-Strike", "widely used tool"),
        ("malware", "Emotet", ""),
        ("cve", "CVE-2024-1234", ""),
    ],
)
def test_reason(kind, value, reason):
    assert common(canonical(SelectorKind(kind), value)) == reason


def names(text: str) -> list[tuple[str, str]]:
    return [(selector.value, text[start:end]) for selector, start, end in find_names(text)]


def test_names_are_found_by_any_synonym_and_longest_first():
    assert names("The Lazarus Group, Win32.Heodo.A; APT28 and apt-29") == [
        ("lazarus group", "Lazarus Group"),
        ("emotet", "Heodo"),
        ("apt28", "APT28"),
        ("apt29", "apt-29"),
    ]


def test_name_over_a_line_end():
    assert names("by Lazarus\n  Group") == [("lazarus group", "Lazarus\n  Group")]


def test_everyday_words_need_a_word_that_says_what_they_are():
    assert names("A maze. Play the game! Maze walls.") == []
    assert names("Maze ransomware; the group Play") == [("maze", "Maze"), ("play", "Play")]


def test_hosts_and_mail_addresses_are_no_mention():
    assert names("emotet.com emotet@evil.example") == []


def test_part_of_a_word_is_no_mention():
    assert names("preemotet emotets") == []


def test_actors_and_malware_keep_their_kinds():
    kinds = {s for s, _, _ in find_names("TrickBot run by Wizard Spider")}
    assert {s.kind for s in kinds} == {SelectorKind.MALWARE, SelectorKind.ACTOR}


def test_letters_that_grow_when_lowered_do_not_move_places():
    assert names("İİİ Emotet") == [("emotet", "Emotet")]


def test_unknown_kinds_are_never_common():
    assert common(Selector(SelectorKind.PHONE, "+442079460958")) == ""


def test_every_main_name_is_its_own_and_written_as_in_the_galaxy():
    known = vocabulary().display
    assert len(known) > 6000
    for selector, written in known.items():
        assert canonical(selector.kind, written) == selector
        assert display_name(selector) == written
