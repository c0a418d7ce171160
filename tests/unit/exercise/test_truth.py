import csv
import io
import json
import re
import tomllib
from collections import Counter

import pytest
from tests.unit.exercise.test_reserved import refang

from accord.exercise import shares_of
from accord.exercise.parts import FIRST_DAY, LAST_DAY, key
from accord.exercise.views import View
from accord.model.members import ActionType, MemberKind
from accord.model.selectors import SelectorKind as Kind


def rows(written, name):
    return list(csv.DictReader(io.StringIO(written[f"truth/{name}"].decode())))


def test_ties_join_known_assets(full_world):
    known = {key(asset) for asset in full_world.assets}
    assert all(tie.source in known and tie.target in known for tie in full_world.ties)
    assert all(tie.source != tie.target for tie in full_world.ties)


def test_assets_live_within_the_ten_weeks(full_world):
    assert all(FIRST_DAY <= asset.first <= asset.last <= LAST_DAY for asset in full_world.assets)


def test_only_botnet_and_ransomware_overlap(full_world):
    shared = [asset for asset in full_world.assets if len(asset.services) > 1]
    assert {asset.services for asset in shared} == {("greywren", "low-tide")}
    assert {asset.kind for asset in shared} == {Kind.IPV4, Kind.BTC, Kind.ACCOUNT, Kind.URL}


def test_the_overlap_is_held_by_members_who_see_different_services(full_world):
    held = {}
    for member in full_world.members:
        for share in shares_of(full_world, member.slug):
            for part in share.parts:
                for asset in part.holds:
                    if len(asset.services) > 1:
                        held.setdefault(asset.kind, set()).add(member.slug)
    assert {"threat-research-d", "cybercrime-unit-a"} <= held[Kind.IPV4]
    assert {"coin-exchange-h", "cybercrime-unit-a"} <= held[Kind.BTC]


def written_forms(asset):
    """How an asset may be written in a share, once it is refanged and lower-cased."""
    if asset.kind is Kind.ACCOUNT:
        return (asset.value, asset.value.partition("|")[2])
    if asset.kind is Kind.IBAN:
        return (asset.value.lower(), " ".join(asset.value[at : at + 4] for at in range(0, 22, 4)).lower())
    return (asset.value.lower(),)


def test_contributions_hold_what_the_truth_says(full_world, readable):
    for member in full_world.members:
        for share in shares_of(full_world, member.slug):
            for part in share.parts:
                data = readable[f"members/{member.slug}/{part.path}"]
                text = re.sub(r"\bhxxp(?=s?://)", "http", refang(data.decode("utf-8", errors="replace")).lower())
                missing = [a.value for a in part.holds if not any(form in text for form in written_forms(a))]
                assert missing == [], part.path
                assert all(name.lower() in text for name in part.names), part.path


def test_link_truth_agrees_with_contributions(written):
    about = {(row["member"], row["path"]): row for row in rows(written, "contributions.csv")}
    pairs = rows(written, "link-truth.csv")
    assert len(pairs) > 200
    for row in pairs:
        a, b = about[row["member_a"], row["path_a"]], about[row["member_b"], row["path_b"]]
        assert row["member_a"] != row["member_b"]
        assert (row["same_family"] == "1") == bool(a["subject"] and a["subject"] == b["subject"])
        assert row["same_family"] == "1" or int(row["shared"]) > 0


def test_nodes_and_edges_are_all_of_the_world(full_world, written):
    assert len(rows(written, "nodes.csv")) == len(full_world.assets)
    assert len(rows(written, "edges.csv")) == len(full_world.ties)
    assert {row["slug"] for row in json.loads(written["truth/services.json"])} == {"larkspur", "greywren", "low-tide"}


def test_all_seven_kinds_in_eight_countries(full_world):
    assert len(full_world.members) == 10
    assert {member.kind for member in full_world.members} == set(MemberKind)
    assert len({member.country for member in full_world.members}) == 8


def test_every_action_type_has_someone(full_world):
    assert {c.action for member in full_world.members for c in member.capabilities} == set(ActionType)
    for member in full_world.members:
        assert member.capabilities
        assert all(0 < c.success <= 1 and 0 <= c.collateral <= 1 and c.power for c in member.capabilities)


def test_people_belong_to_members(full_world, written):
    people = tomllib.loads(written["people.toml"].decode())["person"]
    assert [person["role"] for person in people] == ["investigator", "liaison", "analyst"]
    assert {person["member"] for person in people} <= {member.slug for member in full_world.members}


@pytest.mark.parametrize("number", range(10))
def test_a_member_misses_forty_to_eighty_per_cent_of_its_field(number, full_world):
    view = View(full_world, full_world.members[number])
    field = [asset for asset in full_world.assets if view.in_field(asset)]
    assert 0.35 <= 1 - len(view.held) / len(field) <= 0.8


def test_size_and_mess(full_world, written):
    shares = [share for member in full_world.members for share in shares_of(full_world, member.slug)]
    assert 40 <= len(shares) <= 70
    assert 3000 <= sum(len(part.holds) for share in shares for part in share.parts) <= 6000
    data = [share.data for share in shares]
    assert any(one.startswith(b"\xef\xbb\xbf") for one in data)
    assert any(b"\r\n" in one for one in data)
    assert any(b"\t" in one for one in data)
    assert {share.path.rpartition(".")[2] for share in shares} >= {
        "json",
        "csv",
        "txt",
        "md",
        "gz",
        "zip",
        "bin",
        "md5",
    }
    with pytest.raises(json.JSONDecodeError):
        json.loads(written["members/coin-exchange-h/exports/flagged-2026-11-20.json"])


def test_members_report_innocent_things_too(full_world):
    held = Counter()
    for member in full_world.members:
        innocent = {
            key(a) for s in shares_of(full_world, member.slug) for p in s.parts for a in p.holds if not a.services
        }
        held.update(innocent)
    assert sum(count >= 3 for count in held.values()) >= 5, "common values must look shared"
    assert sum(count == 1 for count in held.values()) >= 10, "mistakes must be one member's"


def test_small_is_one_share_a_member(full_world):
    from accord.exercise import files, world

    paths = [
        path for path, _ in files(world(1, "small")) if path.startswith("members/") and not path.endswith("member.toml")
    ]
    assert len(paths) == 10
    assert len({path.split("/")[1] for path in paths}) == 10
