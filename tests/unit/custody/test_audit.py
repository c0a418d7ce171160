"""Each kind of misconduct of a log is found, by name, and the sentence says what it proves."""

import datetime as dt
import hashlib

import pytest

from accord.custody.audit import CLOCK_SLACK, Seen, audit, compare_heads, open_head
from accord.custody.checkpoint import cosignatures
from accord.custody.entry import parse_entry
from accord.custody.errors import (
    BackdatedEntryError,
    ChangedTileError,
    ConsentError,
    ForkedHistoryError,
    PostdatedEntryError,
    ProofError,
    ReplacedKeyError,
    RollbackError,
    SignatureError,
    SplitViewError,
    TruncatedLogError,
)
from accord.custody.log import Log
from accord.custody.note import SigningKey


@pytest.fixture
def filled(world):
    """600 entries: two full tiles and one partial."""
    world.enrol_all()
    previous = world.record("acquire", world.ana).leaf
    world.cosign()
    raws = []
    for _ in range(594):
        raws.append(world.entry(world.event("access", world.ana, previous=previous), world.ana))
        previous = parse_entry(raws[-1]).leaf
    world.log.append(raws)
    world.cosign()
    return world


def key(world):
    return world.log_key.verifier


def run(world, **more):
    return audit(world.storage, world.storage.head(), key(world), **more)


def test_an_honest_log_has_no_doubts(filled):
    times = [
        Seen(head.size, c.at, newest=True)
        for head in filled.heads
        for c in cosignatures(head, [w.verifier for w in filled.witnesses])
    ]
    found = run(filled, seen=filled.heads, times=times)
    assert (found.head.size, found.doubts) == (600, ())


def other_history(world, count, change=b"x"):
    """A log by the same key with other entries."""
    log = Log(type(world.storage)(), world.log_key)
    log.append([change + b"%d" % n for n in range(count)])
    return log


def test_a_split_view_is_found(filled):
    seen = other_history(filled, 600).checkpoint
    with pytest.raises(SplitViewError, match="both of 600 entries") as caught:
        run(filled, seen=[seen])
    assert "signed two histories" in caught.value.proves


def test_a_rollback_is_found(filled):
    later = filled.log.checkpoint
    earlier = Log(type(filled.storage)(), filled.log_key)
    earlier.append([filled.log.entry(n) for n in range(300)])
    with pytest.raises(RollbackError, match="300 entries; a signed head of 600"):
        audit(earlier._storage, earlier._storage.head(), key(filled), seen=[later])


def test_a_forked_history_is_found_from_the_tiles_and_from_a_proof(filled):
    seen = other_history(filled, 300).checkpoint
    with pytest.raises(ForkedHistoryError, match="size 300 seen before"):
        run(filled, seen=[seen])
    with pytest.raises(ForkedHistoryError):
        compare_heads(seen, filled.log.checkpoint, filled.log.consistency(300, 600))


def test_an_earlier_head_is_contained(filled):
    compare_heads(filled.heads[0], filled.log.checkpoint, filled.log.consistency(filled.heads[0].size, 600))


@pytest.mark.parametrize("path", ["tile/0/001", "tile/entries/002", "tile/0/002", "tile/1/000"])
@pytest.mark.parametrize("lost", ["file", "end"])
def test_a_truncated_log_is_found(filled, path, lost):
    if lost == "file":
        del filled.storage.files[path]
    else:
        del filled.storage.files[path][-40 if "entries" in path else -32 :]
    with pytest.raises(TruncatedLogError):
        run(filled)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/002", "tile/entries/000", "tile/entries/002", "tile/1/000"])
@pytest.mark.parametrize("place", [5, 31, 900, -1])
def test_a_changed_byte_is_found(filled, path, place):
    content = filled.storage.files[path]
    content[place % len(content)] ^= 1
    with pytest.raises((ChangedTileError, TruncatedLogError)) as caught:
        run(filled)
    assert "Entry" in caught.value.found or "tile/" in caught.value.found or "bundle" in caught.value.found


def test_a_consistently_rewritten_history_is_found(filled):
    files = other_history(filled, 600)._storage.files
    filled.storage.files.clear()
    filled.storage.files.update(files)
    with pytest.raises(ForkedHistoryError, match="not with the signed root"):
        run(filled)


def test_a_replaced_log_key_is_found(filled):
    thief = SigningKey.from_seed(filled.log.origin, b"t" * 32)
    head = filled.log.checkpoint
    forged = type(head)(head.origin, head.size, head.root).signed(thief)
    with pytest.raises(ReplacedKeyError, match="not by its key"):
        open_head(forged.encode(), key(filled))
    with pytest.raises(SignatureError, match="not signed by its log"):
        open_head(type(head)(head.origin, head.size, head.root).signed(filled.witnesses[0]).encode(), key(filled))
    with pytest.raises(ReplacedKeyError, match="this node's key"):
        Log(filled.storage, thief)


def test_a_back_dated_entry_is_found(filled):
    seen = filled.now
    early = filled.event(
        "access", filled.ana, claimed_at=seen - dt.timedelta(days=3), previous=parse_entry(filled.log.entry(599)).leaf
    )
    position = filled.log.append([filled.entry(early, filled.ana)])[0].position
    chain, doubt = run(filled, times=[Seen(600, seen, newest=True)]).doubts
    assert isinstance(doubt.error, BackdatedEntryError)
    assert (doubt.position, "written later than it says" in doubt.error.proves) == (position, True)
    # A time stamp says that a head existed, not that it was the newest: it does not show this. What stays is that the
    # entry claims to be older than the one that it names by its hash.
    (again,) = run(filled, times=[Seen(600, seen, newest=False)]).doubts
    assert str(again.error) == str(chain.error)
    assert "one of the two times is wrong" in chain.error.proves


def test_the_slack_of_clocks_is_inclusive(filled):
    last = parse_entry(filled.log.entry(599))
    assert run(filled, times=[Seen(599, last.claimed_at + CLOCK_SLACK, newest=True)]).doubts == ()
    more = last.claimed_at + CLOCK_SLACK + dt.timedelta(seconds=1)
    assert [d.position for d in run(filled, times=[Seen(599, more, newest=True)]).doubts] == [599]


def test_a_post_dated_entry_is_found(filled):
    last = parse_entry(filled.log.entry(599))
    stamp = last.claimed_at - CLOCK_SLACK - dt.timedelta(seconds=1)
    found = run(filled, times=[Seen(600, stamp, newest=False)]).doubts
    assert found
    assert all(isinstance(d.error, PostdatedEntryError) for d in found)


def test_an_event_that_skips_another_is_found(filled):
    leaf = parse_entry(filled.log.entry(598)).leaf
    filled.record("access", filled.ana, previous=leaf)
    (doubt,) = run(filled).doubts
    assert isinstance(doubt.error, ProofError)
    assert "left out" in doubt.error.proves


def test_entries_without_consent_or_key_are_all_named(filled):
    leaf = parse_entry(filled.log.entry(599)).leaf
    sealed = filled.record("seal", filled.ana, previous=leaf)
    stranger = type(filled.ana)("stranger")
    filled.record("access", stranger, previous=sealed.leaf)
    filled.log.append([b"no entry at all"])
    found = {d.position: type(d.error).__name__ for d in run(filled).doubts}
    assert found == {600: ConsentError.__name__, 601: SignatureError.__name__, 602: "MalformedError"}


def test_every_named_error_says_what_was_found_and_what_it_proves(filled):
    with pytest.raises(SplitViewError) as caught:
        run(filled, seen=[other_history(filled, 600).checkpoint])
    assert caught.value.found
    assert caught.value.action
    assert caught.value.proves in str(caught.value)


def test_the_log_refuses_to_go_on_over_tiles_that_do_not_fit(filled):
    filled.storage.files["tile/0/002"][3] ^= 1
    with pytest.raises(ChangedTileError):
        Log(filled.storage, filled.log_key)
    assert hashlib.sha256(filled.storage.head()).digest()
