"""The house's own readers find in the shares what the truth says is in them."""

from accord.exercise import shares_of
from accord.exercise.parts import key
from accord.formats import read
from accord.model.selectors import NAME_KINDS, SelectorKind


def compare(made):
    """Counts of what is there, what was found of it, and what was found that is not there; and readings by path."""
    there = found = more = 0
    readings = {}
    for member in made.members:
        for share in shares_of(made, member.slug):
            got = {reading.path: reading for reading in read(share.path, share.data)}
            readings |= {f"{member.slug}/{path}": reading for path, reading in got.items()}
            for part in share.parts:
                held = {key(asset) for asset in part.holds}
                hosts = {f"domain|{a.value.split('/')[2]}" for a in part.holds if a.kind is SelectorKind.URL}
                read_out = {f"{m.kind}|{m.value}" for m in got[part.path].mentions if m.kind not in NAME_KINDS}
                there += len(held)
                found += len(held & read_out)
                more += len(read_out - held - hosts)
    return there, found, more, readings


def test_readers_find_what_is_there_and_little_else(full_world):
    there, found, more, readings = compare(full_world)
    assert found >= 0.97 * there
    assert more <= 0.01 * there
    unreadable = {path for path, reading in readings.items() if reading.format == "unreadable"}
    assert unreadable == {
        "hosting-g/checks/export-2026-11-20.json",
        "sinkhole-foundation-c/archive/victim-addresses.bin",
    }


def test_broken_rows_are_reported(full_world):
    readings = compare(full_world)[3]
    for path in (
        "cybercrime-unit-a/case-2026-0131/ransom-payments.csv",
        "hosting-g/abuse/tickets.csv",
        "coin-exchange-h/exports/flagged-2026-11-20.json",
        "coin-exchange-h/eth-withdrawals.txt",
    ):
        assert readings[path].drops, path
