from __future__ import annotations

import hashlib
import io
import os
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.adapters.blobs import Blobs
from accord.model.errors import AbsentError, LimitError, NodeError


@pytest.fixture(scope="module")
def blobs(tmp_path_factory):
    made = Blobs(tmp_path_factory.mktemp("node") / "blobs", max_bytes=3_000_000)
    made.prepare()
    return made


@given(st.binary(max_size=5_000))
def test_what_was_put_is_read_back_under_its_sha256(blobs, content):
    digest = blobs.put(content)
    assert digest == hashlib.sha256(content).digest() == blobs.put(io.BytesIO(content))
    assert blobs.read(digest) == content
    with blobs.open(digest) as stream:
        assert stream.read() == content


def test_a_blob_larger_than_a_chunk_and_at_the_bound(blobs):
    content = os.urandom(3_000_000)
    assert blobs.read(blobs.put(content)) == content


def test_a_byte_too_many_is_refused_and_leaves_nothing(blobs):
    content = os.urandom(3_000_001)
    before = set(blobs._root.rglob("*"))
    with pytest.raises(LimitError):
        blobs.put(content)
    assert set(blobs._root.rglob("*")) == before


def test_a_stream_that_breaks_leaves_nothing(blobs):
    class Broken:
        def __init__(self):
            self.times = 0

        def read(self, size):
            self.times += 1
            if self.times > 2:
                raise OSError(5, "Input/output error")
            return b"x" * size

    before = set(blobs._root.rglob("*"))
    with pytest.raises(NodeError, match="could not be kept"):
        blobs.put(Broken())
    assert set(blobs._root.rglob("*")) == before


def test_what_is_not_there_is_absent(blobs):
    for digest in (hashlib.sha256(b"never put").digest(), b"short"):
        with pytest.raises(AbsentError):
            blobs.read(digest)


def test_a_changed_blob_is_noticed(blobs):
    digest = blobs.put(b"as received")
    path = blobs._path(digest)
    path.chmod(0o600)
    path.write_bytes(b"as changed!")
    with pytest.raises(NodeError, match="was changed"):
        blobs.read(digest)


def test_nobody_else_reads_and_nobody_writes(blobs):
    path = blobs._path(blobs.put(b"closed"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    for folder in (path.parent, blobs._root):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_many_at_once_put_the_same(blobs):
    content = os.urandom(200_000)
    digests = []
    threads = [threading.Thread(target=lambda: digests.append(blobs.put(content))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(digests) == {hashlib.sha256(content).digest()}
    assert len(digests) == 8
    assert blobs.read(digests[0]) == content


def test_what_a_killed_process_left_is_removed_and_what_is_being_written_is_not(blobs):
    dead = blobs._root / "new" / "999999999-abc"
    alive = blobs._root / "new" / f"{os.getpid()}-abc"
    dead.write_bytes(b"")
    alive.write_bytes(b"")
    blobs.prepare()
    assert not dead.exists()
    assert alive.exists()
    alive.unlink()
