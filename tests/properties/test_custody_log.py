"""The log: however entries are cut into batches, the same log results, on disk as in memory."""

import importlib.util
import json
import tempfile
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.adapters.tile_folder import TileFolder
from accord.custody import entry as entries
from accord.custody import offline_verifier, tiles
from accord.custody.audit import audit_hashes
from accord.custody.commitments import canonical, commit, open_fields
from accord.custody.log import Log
from accord.custody.note import SigningKey, parse_note, sign_note

_spec = importlib.util.spec_from_file_location(
    "custody_worlds", Path(__file__).resolve().parents[1] / "unit/custody/worlds.py"
)
worlds = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(worlds)
KEY = SigningKey.from_seed("log.example", b"k" * 32)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(max_codepoint=126), max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=5))
@settings(deadline=None, max_examples=40)
def test_batches_do_not_matter(batches):
    total = sum(batches)
    content = [b"entry %d" % n for n in range(total)]
    once, pieces = Log(worlds.Memory(), KEY), Log(worlds.Memory(), KEY)
    whole = once.append(content)
    parts, at = [], 0
    for size in batches:
        parts += pieces.append(content[at : at + size])
        at += size
    assert [(r.position, r.leaf) for r in parts] == [(r.position, r.leaf) for r in whole]
    assert pieces._storage.files == once._storage.files
    assert pieces.checkpoint == once.checkpoint
    audit_hashes(pieces._storage, pieces.checkpoint)
    assert {str(p) for p in tiles.paths(total) if p.level == 0} <= {
        str(tiles.parse_path(str(p))) for p in tiles.paths(total)
    }


@given(st.lists(st.integers(1, 300), min_size=1, max_size=4), st.data())
@settings(deadline=None, max_examples=25)
def test_a_log_on_disk_proves_every_entry_after_opening_again(batches, data):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "log"
        content = [b"entry %d" % n for n in range(sum(batches))]
        at = 0
        for size in batches:  # another process each time
            storage = TileFolder(root)
            Log(storage, KEY).append(content[at : at + size])
            storage.close()
            at += size
        log = Log(TileFolder(root), KEY)
        position = data.draw(st.integers(0, at - 1))
        log.prove(position).verify(content[position])
        assert log.entry(position) == content[position]
        audit_hashes(log._storage, log.checkpoint)


@given(VALUES)
def test_canonical_json_is_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value) == offline_verifier.canonical(value)


@given(
    st.dictionaries(st.text(st.characters(max_codepoint=126), max_size=8), VALUES, max_size=4),
    st.binary(min_size=32, max_size=32),
)
def test_openings_open_their_field_alone(fields, secret):
    openings = open_fields(secret, fields)
    commitments = {name: commit(o.salt, name, o.value) for name, o in openings.items()}
    for name, opening in openings.items():
        opening.verify(commitments[name])
    assert len(set(commitments.values())) == len(fields)


@given(st.text(max_size=60), VALUES, st.integers(0, 2**48))
def test_entries_are_read_as_they_were_written(role, value, milliseconds):
    world = worlds.World()
    at = worlds.START.replace(microsecond=0) + (milliseconds % 10**9) * worlds.dt.timedelta(milliseconds=1)
    event = world.event("acquire", world.ana, digests={"sha256": "00"}, note=value, claimed_at=at)
    object.__setattr__(event, "role", role)
    raw = world.entry(event, world.ana)
    entry = entries.parse_entry(raw)
    assert (entry.id, entry.type, entry.role, entry.claimed_at) == (event.id, event.type, role, at)
    assert rfc8785.dumps(json.loads(raw)) == raw
    assert offline_verifier.parse_entry(raw)["at"] == at


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_a_note_is_read_as_it_was_signed(text):
    note = sign_note(text + "\n", [KEY])
    assert parse_note(note.encode()) == note
    assert offline_verifier.parse_note(note.encode())[0] == text + "\n"


@given(
    st.binary(min_size=32, max_size=32),
    st.binary(max_size=200),
    st.binary(min_size=64, max_size=64),
    st.integers(0, 511),
)
@settings(deadline=None, max_examples=60)
def test_the_offline_ed25519_agrees_with_the_library(seed, message, garbage, flip):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, good = private.public_key().public_bytes_raw(), private.sign(message)
    bad = bytes(b ^ (1 << flip % 8 if n == flip // 8 else 0) for n, b in enumerate(good))
    assert offline_verifier.ed25519_valid(public, message, good)
    for signature in (bad, garbage):
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except InvalidSignature:
            assert not offline_verifier.ed25519_valid(public, message, signature)
        else:
            assert offline_verifier.ed25519_valid(public, message, signature)


@given(st.integers(0, 10**12), st.integers(1, 256), st.none() | st.integers(0, 63))
def test_tile_paths_are_read_as_they_are_written(number, width, level):
    path = tiles.TilePath(level, number, width)
    assert tiles.parse_path(str(path)) == path
