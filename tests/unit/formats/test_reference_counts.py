"""The thirteen real members against an independent reading of the same files.

The counts are from the data's own README: distinct selectors of a member, hosts of web addresses included. They are a
reference, not the truth; where ours differ by more than the tolerance, the reason stands here.
"""

from collections import Counter
from pathlib import Path

import pytest

from accord.adapters.folder import walk
from accord.formats import read
from accord.model.selectors import NAME_KINDS

MEMBERS = Path(__file__).resolve().parents[3] / "../shared/data/members"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not MEMBERS.is_dir(), reason="the reference data is not beside the project"),
]

DISTINCT = {
    "eset": (20_356, 0.05),  # + a block list of 501 advertising hosts, + URLs in passthroughs
    "unit42": (75_513, 0.06),  # + 2,338 Monero wallets, + hosts of STIX patterns
    "prodaft": (54_646, 0.04),  # + addresses in fenced lists of Markdown
    "volexity": (1_932, 0.04),
    "zscaler": (3_011, 0.06),
    "blackberry": (3_923, 0.08),  # + addresses with a path but no scheme are URLs beside their host
    "withsecure": (4_541, 0.02),
    "carbonblack": (6_627, 0.29),  # − 1,830 MD5 fingerprints of keys, which are no file hashes
    "insikt": (2_922, 0.02),
    "rapid7": (861, 0.04),  # + AS numbers
    "graphsense": (28_652, 0.05),  # − URLs of sources
    "forta": (8_034, 0.02),
    "tweetfeed": (94_791, 0.02),
}
HASHES = {
    "eset": {"md5": 5_414, "sha1": 5_481, "sha256": 5_405},
    "unit42": {"sha256": 31_603, "btc": 48},
    "prodaft": {"md5": 1_278, "sha1": 1_262, "sha256": 2_093, "email": 11},
    "volexity": {"md5": 217, "sha1": 217, "sha256": 538},
    "zscaler": {"sha1": 196, "sha256": 239},  # three hashes of a beacon's settings are no files
    "withsecure": {"sha256": 2_285, "email": 1_739},
    "carbonblack": {"ipv4": 3_110},
    "insikt": {"md5": 19, "sha1": 4, "sha256": 803, "ipv6": 3},
    "rapid7": {"md5": 39, "sha1": 66, "sha256": 281, "email": 129},
    "graphsense": {"btc": 10_617, "eth": 14_006},
    "forta": {"eth": 7_893},
    "tweetfeed": {"url": 45_290, "md5": 2_021, "sha256": 2_357},
}


@pytest.fixture(scope="module")
def counts():
    found = {}
    for folder in walk(MEMBERS):
        readings = [reading for share in folder.shares for reading in read(share.path, share.read())]
        selectors = {(m.kind, m.value) for reading in readings for m in reading.mentions if m.kind not in NAME_KINDS}
        found[folder.member.slug] = (Counter(str(kind) for kind, _ in selectors), len(readings), readings)
    return found


def test_every_file_is_read(counts):
    assert sum(number for _, number, _ in counts.values()) == 1_495
    assert [r.path for _, _, readings in counts.values() for r in readings if r.format == "unreadable"] == []


@pytest.mark.parametrize("member", DISTINCT)
def test_distinct_selectors_come_near(counts, member):
    expected, tolerance = DISTINCT[member]
    assert counts[member][0].total() == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("member", HASHES)
def test_kinds_without_hosts_come_near(counts, member):
    found = {kind: counts[member][0][kind] for kind in HASHES[member]}
    assert found == pytest.approx(HASHES[member], rel=0.02)


def test_formats_are_told_apart(counts):
    formats = Counter(reading.format for _, _, readings in counts.values() for reading in readings)
    assert (formats["misp"], formats["stix-2.0"], formats["stix-2.1"], formats["openioc"]) == (58, 84, 2, 2)
    assert (formats["yaml"], formats["asciidoc"]) == (66, 131)


def test_excerpts_and_reasons_are_fit_for_people(counts):
    for _, _, readings in counts.values():
        for reading in readings:
            assert all(drop.reason and drop.excerpt.isprintable() for drop in reading.drops)
