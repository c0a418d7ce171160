"""Killed, a full disk, two processes: nothing acknowledged is lost, nothing doubled, nothing half there."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from accord.custody.audit import audit
from accord.custody.entry import parse_entry
from accord.custody.events import EventType
from accord.model.errors import NodeError
from accord.services.record import record
from accord.store import custody
from accord.store.engine import node_transaction

KILLED = Path(__file__).with_name("killed.py")


def _logged(node):
    log = node.custody.log
    found = [parse_entry(log.entry(n)) for n in range(log.checkpoint.size)]
    return [entry.id for entry in found if entry.type is not EventType.KEY]


def _doubts(node):
    room = node.custody
    return audit(room.storage, room.storage.head(), room.keys.log_key.verifier).doubts


def _waiting(node):
    with node_transaction(node.engine) as connection:
        return custody.waiting(connection, 10)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_in_the_middle_nothing_acknowledged_is_lost_or_doubled(stage, seed):
    chance, acknowledged = random.Random(seed), []
    for _ in range(4):
        after = chance.randrange(1, 40)
        with subprocess.Popen(
            [sys.executable, KILLED, stage.database.app, stage.folder], stdout=subprocess.PIPE, text=True
        ) as process:
            for line in process.stdout:
                acknowledged.append(uuid.UUID(line.strip()))
                after -= 1
                if after == 0:
                    process.kill()
        assert process.returncode == -9
    node = stage.reopened()
    logged = _logged(node)
    assert set(acknowledged) <= set(logged)
    assert len(set(logged)) == len(logged)
    assert _waiting(node) == []
    assert _doubts(node) == ()


@pytest.mark.slow
def test_two_processes_append_500_between_them(stage):
    running = [
        subprocess.Popen([sys.executable, KILLED, stage.database.app, stage.folder], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    acknowledged = []
    for process in running:
        out, _ = process.communicate(timeout=300)
        acknowledged += [uuid.UUID(line) for line in out.split()]
        assert process.returncode == 0
    logged = _logged(stage.reopened())
    assert sorted(logged) == sorted(acknowledged)
    assert len(logged) == 1000
    assert _doubts(stage.node) == ()


def test_a_file_that_may_not_grow_keeps_the_change_and_logs_it_when_there_is_room(stage):
    """RLIMIT_FSIZE stands for a full disk: the journal cannot take the entry."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    journal = (stage.folder / "log/journal").stat().st_size
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal + 100, before[1]))
    try:
        with pytest.raises(NodeError, match="is kept, but") as found, node_transaction(stage.node.engine) as connection:
            number = record(stage.node, connection, "thing changed", "thing")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert "space" in found.value.action
    assert _logged(stage.node) == []
    with node_transaction(stage.node.engine) as connection:
        second = record(stage.node, connection, "thing changed", "thing")
    assert _logged(stage.node) == [number, second]
    assert _doubts(stage.node) == ()
