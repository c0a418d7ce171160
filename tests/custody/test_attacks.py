"""Whoever holds the node's disk tries to change history: each way is found, by name, with what it proves."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from sqlalchemy import text

from accord.adapters.keys import open_keys
from accord.adapters.tile_folder import TileFolder
from accord.custody.audit import Seen, audit
from accord.custody.errors import (
    BackdatedEntryError,
    ChangedTileError,
    ForkedHistoryError,
    MisconductError,
    ReplacedKeyError,
    RollbackError,
    SplitViewError,
    TruncatedLogError,
)
from accord.custody.log import Log
from accord.services.browse_record import read_entry
from accord.services.record import record
from accord.store.engine import node_transaction


def _record(stage, verb="thing changed"):
    with node_transaction(stage.node.engine) as connection:
        return record(stage.node, connection, verb, "thing", person_id=stage.ana, member_id=stage.member.id)


def _audit(stage, **known):
    room = stage.node.custody
    return audit(room.storage, room.storage.head(), room.keys.log_key.verifier, **known)


def _raws(stage):
    log = stage.node.custody.log
    return [log.entry(n) for n in range(log.checkpoint.size)]


def _rewritten(stage, raws, where):
    """The node's own key signs another history."""
    where.mkdir(mode=0o700, exist_ok=True)
    storage = TileFolder(where / "log")
    log = Log(storage, stage.node.custody.keys.log_key)
    log.append(raws)
    head = log.checkpoint
    storage.close()
    return head


@pytest.fixture
def grown(stage):
    for n in range(4):
        _record(stage, f"act {n}")
    return stage


def test_a_clean_log_raises_nothing(grown):
    assert _audit(grown, seen=[grown.node.custody.log.checkpoint]).doubts == ()


@pytest.mark.parametrize("change", ["left out", "swapped", "inserted"])
def test_a_history_written_anew_is_refused_at_the_start(grown, tmp_path, change):
    raws = _raws(grown)
    if change == "left out":
        raws = [*raws[:3], *raws[4:], raws[3], raws[3]]
    elif change == "swapped":
        raws[3], raws[4] = raws[4], raws[3]
    else:
        raws.insert(2, raws[2])
    _rewritten(grown, raws, tmp_path / "forged")
    grown.close()
    shutil.rmtree(grown.folder / "log")
    shutil.copytree(tmp_path / "forged/log", grown.folder / "log")
    with pytest.raises((ForkedHistoryError, SplitViewError)) as found:
        grown.open()
    assert found.value.proves


def test_two_heads_of_one_size_are_a_split_view(grown, tmp_path):
    raws = _raws(grown)
    other = _rewritten(grown, [*raws[:-1], raws[0]], tmp_path / "forged")
    with pytest.raises(SplitViewError, match="different roots"):
        _audit(grown, seen=[other])


def test_an_older_copy_is_a_rollback(grown, tmp_path):
    later = grown.node.custody.log.checkpoint
    _rewritten(grown, _raws(grown)[:-1], tmp_path / "old")
    grown.close()
    shutil.rmtree(grown.folder / "log")
    shutil.copytree(tmp_path / "old/log", grown.folder / "log")
    with pytest.raises(RollbackError, match="seen before"):
        grown.open()
    grown.node = grown.open(begin=False)
    with pytest.raises(RollbackError):
        _audit(grown, seen=[later])


def test_a_tile_that_was_removed_or_changed(grown):
    entries = grown.folder / "log/tile/entries/000"
    before = entries.read_bytes()
    entries.write_bytes(before[:-5] + b"XXXXX")
    with pytest.raises(ChangedTileError, match="Entry"):
        _audit(grown)
    entries.unlink()
    with pytest.raises(TruncatedLogError, match="missing"):
        _audit(grown)
    entries.write_bytes(before)
    tile = grown.folder / "log/tile/0/000"
    raw = tile.read_bytes()
    tile.write_bytes(bytes([raw[0] ^ 1]) + raw[1:])
    with pytest.raises(MisconductError):
        _audit(grown)


def test_another_nodes_key_cannot_go_on_with_the_log(grown):
    grown.close()
    (grown.folder / "node.key").unlink()
    open_keys(grown.folder)
    with pytest.raises(ReplacedKeyError):
        grown.open()


def test_an_entry_dated_before_a_head_that_a_witness_saw(grown):
    seen = Seen(grown.node.custody.log.checkpoint.size, grown.clock.at, newest=True)
    grown.clock.at -= dt.timedelta(days=3)
    _record(grown, "written later")
    (doubt,) = _audit(grown, times=[seen]).doubts
    assert isinstance(doubt.error, BackdatedEntryError)
    assert "later than it says" in str(doubt.error)


def test_a_row_changed_in_the_database_is_found_when_the_entry_is_opened(grown):
    number = _record(grown)
    with node_transaction(grown.node.engine) as connection:
        connection.execute(
            text("update custody_entry set details = jsonb_set(details, '{verb}', '\"nothing\"') where id = :id"),
            {"id": number},
        )
    detail = read_entry(grown.node, grown.signed(grown.ana), number)
    assert detail.worst == "wrong"
    assert [check.about for check in detail.checks if check.status == "wrong"] == ["content"]
