"""Folders of members as they come: links, odd names, broken descriptions, licences."""

import os
from dataclasses import replace

import pytest

from accord.adapters.folder import strays, walk
from accord.formats import DEFAULT
from accord.model.errors import InputError, LimitError, UnreadableError
from accord.model.members import ActionType, MemberKind
from accord.model.selectors import SelectorKind

TOML = """
name = "Registry of Example"
kind = "provider"
country = "NL"
tlp = "TLP:GREEN"

[[capability]]
action = "suspend-domain"
target_kinds = ["domain"]
scope = ["tld:example"]
jurisdiction = ["NL"]
power = "registry agreement"
lead_time_hours = 4
cost = 0.5
cost_per_target = 0.01
success = 0.95
collateral = 0.1
"""


def _member(folder, files):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_a_member_is_read_with_capabilities_and_sorted_shares(tmp_path):
    _member(tmp_path / "registry", {"member.toml": TOML, "b.csv": "x", "a/c.txt": "y", "a b:c ’–/d": "z"})
    (found,) = walk(tmp_path)
    member = found.member
    assert (member.slug, member.name, member.kind) == ("registry", "Registry of Example", MemberKind.PROVIDER)
    assert (member.country, member.tlp, found.noted) == ("NL", "TLP:GREEN", ())
    (capability,) = member.capabilities
    assert (capability.action, capability.target_kinds) == (ActionType.SUSPEND_DOMAIN, frozenset({SelectorKind.DOMAIN}))
    assert (capability.scope, capability.success, capability.lead_time_hours) == (("tld:example",), 0.95, 4.0)
    assert [share.path for share in found.shares] == ["a b:c ’–/d", "a/c.txt", "b.csv"]
    assert found.shares[2].read() == b"x"


def test_without_a_description_the_folder_names_the_member(tmp_path):
    _member(tmp_path / "Folder with blank ", {"a.txt": "x"})
    (found,) = walk(tmp_path)
    assert (found.member.slug, found.member.name, found.member.capabilities) == (
        "Folder with blank ",
        "Folder with blank",
        (),
    )
    assert "no member.toml" in found.noted[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = \nkind = 1", "line 1"),
        ('name = "x"\nkind = "wizard"', "kind 'wizard' is none of law-enforcement"),
        ("name = 3", "name must be a short text"),
        ('tlp = "TLP:PINK"', "no TLP 2.0 label"),
        ('capability = "x"', "[[capability]]"),
        ("a" * 300_000, "larger than"),
        ("\x00", "broken"),
    ],
)
def test_broken_description_is_located_and_the_shares_stay(tmp_path, text, told):
    _member(tmp_path / "m", {"member.toml": text, "a.txt": "x"})
    (found,) = walk(tmp_path)
    assert told in found.noted[0]
    assert found.member.capabilities == ()
    assert [share.path for share in found.shares] == ["a.txt"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ('name = "x"\ntlp = "TLP:RED', "TLP:RED"),  # cut off
        ('tlp = "TLP:PINK"', "TLP:RED"),
        ("tlp = 3", "TLP:RED"),
        ('tlp = "TLP:RED"\ncountry = 5', "TLP:RED"),
        ('tlp = "TLP:AMBER+STRICT"\nkind = "wizard"', "TLP:AMBER+STRICT"),
        ('tlp = "TLP:CLEAR"\nkind = "wizard"', "TLP:AMBER"),
        ("kind = 1", "TLP:AMBER"),
    ],
)
def test_a_description_that_cannot_be_used_never_opens_what_its_member_shares(tmp_path, text, label):
    _member(tmp_path / "m", {"member.toml": text, "a.txt": "x"})
    (found,) = walk(tmp_path)
    assert found.member.tlp == label
    assert ("TLP:RED, for nobody else" in found.noted[0]) is (label == "TLP:RED")


def test_one_wrong_capability_is_left_out_and_the_others_stand(tmp_path):
    text = TOML + '[[capability]]\naction = "arrest"\nsuccess = 2\n[[capability]]\nacton = "x"\n'
    _member(tmp_path / "m", {"member.toml": text})
    (found,) = walk(tmp_path)
    assert len(found.member.capabilities) == 1
    assert "capability 2 left out: success must be a number from" in found.noted[0]
    assert "capability 3 left out: action is missing" in found.noted[1]


def test_what_is_no_share_is_noted(tmp_path):
    names = ["LICENSE", "LICENSE.txt", "a/COPYING", "SOURCE.md", ".hidden", ".git/config"]
    _member(tmp_path / "m", {**dict.fromkeys(names, "see evil.example"), "README.md": "x", "licences.csv": "x"})
    (found,) = walk(tmp_path)
    assert [share.path for share in found.shares] == ["README.md", "licences.csv"]
    assert len([note for note in found.noted if note.endswith("not a share")]) == 6


def test_links_that_lead_outside_are_refused(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("evil.example")
    folder = tmp_path / "members" / "m"
    _member(folder, {"a.txt": "x"})
    (folder / "out").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    (folder / "gone").symlink_to(tmp_path / "nowhere")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "in").symlink_to(folder / "a.txt")
    (tmp_path / "members" / "linked").symlink_to(tmp_path)
    (found,) = walk(tmp_path / "members")
    assert [share.path for share in found.shares] == ["a.txt"]
    assert sorted(note.partition(":")[0] for note in found.noted if "a link" in note) == [
        "gone",
        "in",
        "loop",
        "out",
        "up",
    ]
    assert strays(tmp_path / "members") == ["linked: a link that leads outside beside the members' folders"]


def test_a_share_that_became_a_link_is_not_followed(tmp_path):
    _member(tmp_path / "m", {"a.txt": "x"})
    (found,) = walk(tmp_path)
    file = tmp_path / "m" / "a.txt"
    file.unlink()
    file.symlink_to("/etc/hostname")
    with pytest.raises(UnreadableError):
        found.shares[0].read()


def test_pipes_and_large_and_unreadable_files_are_noted(tmp_path):
    _member(tmp_path / "m", {"large.txt": "x" * 200, "closed.txt": "x", "ok.txt": "x"})
    os.mkfifo(tmp_path / "m" / "pipe")
    (tmp_path / "m" / "closed.txt").chmod(0)
    (found,) = walk(tmp_path, replace(DEFAULT, max_file_bytes=100))
    told = " ".join(found.noted)
    assert "pipe: no regular file" in told
    assert "large.txt: larger than 100 bytes" in told
    if os.geteuid() != 0:
        assert "closed.txt: no permission" in told
    share = next(share for share in found.shares if share.path == "ok.txt")
    (tmp_path / "m" / "ok.txt").write_text("y" * 500)
    with pytest.raises(LimitError):
        share.read(replace(DEFAULT, max_file_bytes=100))


def test_names_that_are_no_text_are_shown_with_escapes(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / os.fsdecode(b"b\xff.txt")).write_text("evil.example")
    (found,) = walk(tmp_path)
    assert found.shares[0].path.encode() == b"b\\udcff.txt"
    assert found.shares[0].read() == b"evil.example"


def test_a_folder_that_is_not_there_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match="one sub-folder a member"):
        list(walk(tmp_path / "nowhere"))
