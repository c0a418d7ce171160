"""Tiles, notes, checkpoints, policies, proofs, against the published examples and hostile bytes."""

import base64
import datetime as dt

import pytest

from accord.custody import tiles
from accord.custody.checkpoint import Checkpoint, cosign, cosignatures, open_checkpoint, parse_checkpoint
from accord.custody.errors import MalformedError, ProofError, QuorumError, SignatureError, TruncatedLogError
from accord.custody.log import Log
from accord.custody.note import KeyKind, SigningKey, VerifierKey, parse_note, verify_note
from accord.custody.proof import parse_proof
from accord.custody.quorum import parse_policy

# The example of C2SP signed-note, section "Example".
NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
    "OBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
# The example of C2SP tlog-cosignature; its keys are not published, so only its form can be checked.
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+"
    "xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+m"
    "bIUBkBIfZ+qnA==\n"
).encode()
# Three leaves of the log that tessera publishes for tests, with its published test key (see the shared vectors).
TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
TESSERA_SEED = base64.b64decode("AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg")[1:]
LEAVES = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()
CHECKPOINT_15 = (
    "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n— example.com/log/testdata M9e0luh4"
    "jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n"
).encode()


def test_the_published_note_verifies_and_a_changed_one_does_not():
    key = VerifierKey.parse(FOO)
    assert verify_note(parse_note(NOTE), [key]) == (key,)
    assert key.encode() == FOO
    with pytest.raises(SignatureError):
        verify_note(parse_note(NOTE.replace(b"example message", b"example massage")), [key])
    other = VerifierKey.parse(TESSERA)
    with pytest.raises(SignatureError, match="None of the trusted keys"):
        verify_note(parse_note(NOTE), [other])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        NOTE[:-1],
        NOTE.replace("—".encode(), b"-"),
        NOTE.replace(b"=", b""),
        NOTE.replace(b"QM=", b"QN="),  # other base64 of the same bytes
        NOTE + b"\n",
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"This", b"Th\x01s"),
        b"\xff" + NOTE,
        b"x" * (1 << 21),
        b"text\n\n" + "— a AAAAAAAAAA==\n".encode() * 65,
    ],
)
def test_what_is_no_note_is_refused(data):
    with pytest.raises(MalformedError):
        parse_note(data)


@pytest.mark.parametrize("key", [FOO.replace("530d903a", "530d903b"), FOO[:-4], "a+b", "", FOO.replace("Aeky", "A+ky")])
def test_a_wrong_verifier_key_is_refused(key):
    with pytest.raises(MalformedError):
        VerifierKey.parse(key)


def test_the_published_cosigned_checkpoint_is_read():
    found = parse_checkpoint(COSIGNED)
    assert (found.origin, found.size, found.encode()) == ("example.com/behind-the-sofa", 20852163, COSIGNED)
    assert int.from_bytes(found.note.signatures[1].raw[:8]) == 1679315147


@pytest.mark.parametrize("size", [b"015", b"-1", b"+1", b"1e3", b"99999999999999999999", b""])
def test_a_checkpoint_has_one_spelling_of_its_size(size):
    with pytest.raises(MalformedError):
        parse_checkpoint(CHECKPOINT_15.replace(b"\n15\n", b"\n" + size + b"\n"))


def test_the_published_log_is_rebuilt_byte_for_byte(world):
    log = Log(type(world.storage)(), SigningKey.from_seed("example.com/log/testdata", TESSERA_SEED))
    log.append(LEAVES)
    assert log.checkpoint.encode() == CHECKPOINT_15
    assert open_checkpoint(CHECKPOINT_15, VerifierKey.parse(TESSERA)) == log.checkpoint


@pytest.mark.shared
def test_the_whole_tessera_log_is_rebuilt_byte_for_byte(world, vectors):
    storage = type(world.storage)()
    log = Log(storage, SigningKey.from_seed("example.com/log/testdata", TESSERA_SEED))
    for size, leaf in enumerate(LEAVES, start=1):
        log.append([leaf])
        assert storage.head() == (vectors / f"tessera-log/checkpoint.{size}").read_bytes()
    root = vectors / "tessera-log"
    files = [path for path in root.glob("tile/**/*") if path.is_file()]
    assert len(files) == 30
    assert all(tiles.published(storage, str(p.relative_to(root))) == p.read_bytes() for p in files)


def test_tile_paths_are_those_of_the_specification():
    assert str(tiles.TilePath(0, 1234067)) == "tile/0/x001/x234/067"
    assert str(tiles.TilePath(None, 5, 7)) == "tile/entries/005.p/7"
    found = [str(path) for path in tiles.paths(70_000)]
    assert found.count("tile/2/000.p/1") == 1
    assert [p for p in found if p.startswith("tile/1")] == ["tile/1/000", "tile/1/001.p/17"]
    assert [p for p in found if ".p/112" in p] == ["tile/entries/273.p/112", "tile/0/273.p/112"]
    assert list(tiles.paths(256))[-1] == tiles.TilePath(1, 0, 1)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1",
        "tile/00/001",
        "tile/0/x000/001",
        "tile/0/001.p/256",
        "tile/0/001.p/0",
        "tile/64/000",
        "tile/0/../000",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/" + "x001/" * 40 + "001",
    ],
)
def test_other_paths_are_refused(path):
    with pytest.raises(MalformedError):
        tiles.parse_path(path)


def test_a_bundle_that_is_cut_off_is_named():
    whole = tiles.pack([b"one", b"two"])
    assert tiles.unpack(whole) == [b"one", b"two"]
    assert tiles.unpack(whole, 1) == [b"one"]
    with pytest.raises(TruncatedLogError, match="1 entries where 2"):
        tiles.unpack(whole[:-1], 2)
    with pytest.raises(MalformedError):
        tiles.unpack(whole[:-1])


@pytest.mark.parametrize("kind", [KeyKind.COSIGNATURE, KeyKind.ML_DSA_44])
def test_cosignatures_hold_for_their_head_and_time_alone(world, kind):
    world.enrol_all()
    head, key = world.log.checkpoint, SigningKey.from_seed("w.example", b"w" * 32, kind)
    line = cosign(head, key, world.now)
    (found,) = cosignatures(head.with_signatures([line]), [key.verifier])
    assert found.at == world.now
    later = line._replace(raw=(int(world.now.timestamp()) + 1).to_bytes(8) + line.raw[8:])
    other = Checkpoint(head.origin, head.size + 1, head.root, (), head.note)
    for forged, at in ((later, head), (line, other)):
        with pytest.raises(SignatureError):
            cosignatures(at.with_signatures([forged]), [key.verifier])
    assert VerifierKey.parse(key.verifier.encode()) == key.verifier


def policy(*lines):
    keys = {n: SigningKey.from_seed(f"{n}.example", n.encode() * 16, KeyKind.COSIGNATURE) for n in ("x1", "x2", "y1")}
    log = SigningKey.from_seed("log.example", b"l" * 32)
    text = [f"log {log.verifier.encode()} https://log.example/", "  # comment", ""]
    text += [f"witness {name}\t{key.verifier.encode()}" for name, key in keys.items()]
    return parse_policy("\n".join([*text, *lines, ""]).encode()), log, keys


def test_nested_groups_make_the_quorum():
    found, log, keys = policy("group x all x1 x2", "group all any x y1", "quorum all")
    assert found.suffices(["y1"])
    assert found.suffices(["x1", "x2"])
    assert not found.suffices(["x1"])
    head = Checkpoint(
        "log.example", 0, bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    )
    head = head.signed(log)
    with pytest.raises(QuorumError, match="no witness"):
        found.check(head)
    at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    signed = head.with_signatures([cosign(head, keys["y1"], at)])
    assert [c.key.name for c in found.check(signed)] == ["y1.example"]
    with pytest.raises(SignatureError, match="knows no log"):
        found.check(Checkpoint("other.example", 0, head.root).signed(log))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["quorum none", "quorum none"],
        ["quorum z"],
        ["quorum g", "group g any x1"],
        ["group g 0 x1", "quorum g"],
        ["group g 2 x1", "quorum g"],
        ["group g any x1 x1", "quorum g"],
        ["group g any x1", "group h any x1", "quorum h"],
        ["group none any x1", "quorum none"],
        ["group x1 any x2", "quorum x1"],
        ["frobnicate", "quorum none"],
        ["quorum none\x01"],
        ["log example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"] * 2 + ["quorum none"],
        ["witness w example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "quorum w"],
    ],
)
def test_policies_that_make_no_sense_are_refused(lines):
    with pytest.raises(MalformedError):
        policy(*lines)


def test_proofs_are_read_as_they_are_written(world):
    world.enrol_all()
    proof = world.log.prove(3)._replace(extra=b"anything")
    entry = world.log.entry(3)
    assert parse_proof(proof.encode()) == proof
    parse_proof(proof.encode()).verify(entry)
    with pytest.raises(ProofError):
        proof.verify(entry + b" ")
    with pytest.raises(MalformedError):
        parse_proof(proof.encode().replace(b"index 3", b"index 03"))
    with pytest.raises(MalformedError):
        parse_proof(proof.encode().replace(b"@v1", b"@v2"))
