"""The court bundle under attack: by somebody without keys, and by one who holds the exporter's key."""

import hashlib
import json
import sys
from functools import lru_cache
from itertools import pairwise

import pytest

from accord.custody import bundle as bundles
from accord.custody import offline_signatures, offline_verifier
from accord.custody.audit import audit
from accord.custody.errors import MalformedError, ProofError
from accord.custody.events import Quote
from accord.custody.note import KeyKind, SigningKey, sign_note

STEP = 97
"""Of the bytes of a bundle, every so many are changed in the quick run; the slow one changes each."""

IRRELEVANT = {
    "statement.": "words for people; what they say is checked by nobody but the reader",
    "verify": "the program itself: its digest is compared with the published one before it is run",
    "authorities/tsa.root.pem": "line breaks of the PEM, and the root's own signature, which nothing rests on",
    "authorities/tsa.chain.pem": "links that this stamp does not need",
    "log-1/heads/9/tsa.tsr": "parts of the stamp that nothing signs and nothing is read from",
    "log-1/heads/6/head.txt": "a cosignature by no known key, which counts as left out (C2SP signed-note: unknown keys"
    " are ignored); what is said of who cosigned that head shrinks with it, and without its quorum it is a doubt",
    "policy.txt": "names of the witnesses in the policy, which the report shows; the keys are what counts",
}
"""What the holder of the exporter's key can change without a word of what is proved changing."""


@pytest.fixture(autouse=True)
def _remember(monkeypatch):
    """The same pure functions, each asked once for the same bytes: or every byte would take a day."""
    for module, name in ((offline_verifier, "ed25519_valid"), (offline_signatures, "ecdsa_valid")):
        monkeypatch.setattr(module, name, _remembered(getattr(module, name)))


_CACHE = {}


def _remembered(function):
    return _CACHE.setdefault(function.__name__, lru_cache(100_000)(function))


def check(files, world, policy="own"):
    rules = world.policy() if policy == "own" else policy
    return offline_verifier.verify(_files()(files), rules, offline_signatures)


def _files():
    return sys.modules["custody_tests_worlds"].Files


def reseal(files, world):
    """What an insider with the exporter's key can do: a new manifest over changed files."""
    digests = {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "manifest.txt"}
    text = "\n".join([bundles.MANIFEST_HEADER, *(f"file {d} {n}" for n, d in sorted(digests.items())), ""])
    key = SigningKey(world.ana.key.key_id, KeyKind.ED25519, world.ana.private)
    return {**files, "manifest.txt": sign_note(text, [key]).encode()}


def facts(report):
    return [line for line in report.lines if line[1] != "manifest.txt"]


def changed(content, place):
    return content[:place] + bytes([content[place] ^ (1 << place % 8)]) + content[place + 1 :]


def places(files, step):
    """Every so many-th byte of all files in a row, so that small files are not always hit at their start."""
    offset = 0
    for name, content in sorted(files.items()):
        yield from ((name, n) for n in range(-offset % step, len(content), step))
        offset += len(content)


def outsider_misses(exported, step):
    world, files = exported
    return [(n, p) for n, p in places(files, step) if check({**files, n: changed(files[n], p)}, world).code != 1]


def less(before, after, name):
    """Whether all that changed is that fewer cosigned this head, and that without its quorum it is a doubt."""
    (was,), (now,) = ([line for line in lines if line[1] == name] for lines in (before, after))
    others = [[line for line in lines if line[1] != name] for lines in (before, after)]
    who = [set(line[2].partition("cosigned by ")[2].partition(":")[0].split(", ")) - {"nobody"} for line in (was, now)]
    ending = "the quorum" if now[0] == "proved" else "no quorum is shown"
    return others[0] == others[1] and who[1] < who[0] and now[2].endswith(f": {ending}")


def insider_misses(exported, step, within=""):
    """Changes by an insider that go unnoticed and that no line of `IRRELEVANT` excuses, or that change a fact."""
    world, files = exported
    before = facts(check(files, world, None))
    found = []
    inside = {n: c for n, c in files.items() if n != "manifest.txt" and n.startswith(within)}
    for name, place in places(inside, step):
        report = check(reseal({**files, name: changed(files[name], place)}, world), world, None)
        excused = next((key for key in IRRELEVANT if name.startswith(key)), None)
        after = facts(report)
        if report.code == 1 or excused == "policy.txt" or (excused and after == before):
            continue
        if not (name.endswith("/head.txt") and excused and less(before, after, name)):
            found.append((name, place, report.code))
    return found


def test_an_honest_bundle_is_proved(exported):
    world, files = exported
    assert check(files, world).code == 0
    assert check(files, world, None).code == 3  # the policy came with the bundle


def test_a_changed_byte_is_noticed(exported):
    assert outsider_misses(exported, STEP) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_changed_byte_is_noticed(exported):
    assert outsider_misses(exported, 1) == []


def test_an_insiders_changed_byte_is_noticed_or_irrelevant(exported):
    assert insider_misses(exported, STEP) == []


def test_an_insiders_changes_to_a_head_are_noticed_or_leave_a_cosignature_out(exported):
    assert insider_misses(exported, 1, within="log-1/heads/6/") == []


def test_a_salt_in_another_spelling_is_noticed(exported):
    """It opens the same, and is still not what was exported."""
    world, files = exported
    salt = json.loads(files["openings.json"])[0]["salt"]
    for other in (salt.upper(), f" {salt}"):
        spelled = files["openings.json"].replace(salt.encode(), other.encode())
        said = [text for status, _, text in check(reseal({**files, "openings.json": spelled}, world), world).lines]
        assert any("one canonical form" in text for text in said)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_every_byte_an_insider_changes_is_noticed_or_irrelevant(exported):
    assert insider_misses(exported, 1) == []


def test_every_file_left_out_is_noticed(exported):
    world, files = exported
    for name in files:
        rest = {n: c for n, c in files.items() if n != name}
        assert check(rest, world, world.policy()).code == 1, name


def test_every_pair_of_files_swapped_is_noticed(exported):
    world, files = exported
    order = sorted(files)
    for a, b in pairwise(order):
        swapped = {**files, a: files[b], b: files[a]}
        assert files[a] == files[b] or check(swapped, world).code == 1, (a, b)


def test_a_file_added_is_noticed(exported):
    world, files = exported
    assert check({**files, "items/2": b"planted"}, world).code == 1
    report = check(reseal({**files, "items/2": b"planted"}, world), world)
    assert ("wrong", "items/2", "no entry is about these bytes") in report.lines


def test_an_entry_an_insider_leaves_out_is_noticed_but_for_the_last(exported):
    world, files = exported
    for position in range(9):
        rest = {n: c for n, c in files.items() if not n.startswith(f"log-1/entries/{position}.")}
        code = check(reseal(rest, world), world).code
        assert code == (0 if position == 8 else 1), position  # the last event is for the log of today to tell


def test_entries_an_insider_swaps_are_noticed(exported):
    world, files = exported
    for a, b in ((5, 6), (6, 7), (0, 1)):
        one, two = f"log-1/entries/{a}.json", f"log-1/entries/{b}.json"
        assert check(reseal({**files, one: files[two], two: files[one]}, world), world).code == 1


def test_an_opening_of_something_else_is_noticed(exported):
    world, files = exported
    forged = files["openings.json"].replace(b"warrant 12", b"warrant 21")
    report = check(reseal({**files, "openings.json": forged}, world), world)
    assert ("wrong", "log-1/entries/5", "reason is not what was logged") in report.lines


def test_cosignatures_taken_away_leave_a_doubt(exported):
    world, files = exported
    head = files["log-1/heads/9/head.txt"]
    bare = head[: head.index("— witness-y".encode())]
    stripped = {n: c.replace(head, bare) for n, c in files.items() if not n.endswith(".tsr")}
    report = check(reseal(stripped, world), world)
    assert report.code == 3
    assert ("doubt", "log-1/heads/9/head.txt", "9 entries, cosigned by x: no quorum is shown") in report.lines


def test_a_bundle_made_up_with_other_keys_fails_against_the_true_policy(exported):
    world, _ = exported
    liar = type(world)(origin=world.log.origin)
    liar.log_key = SigningKey.from_seed(world.log.origin, b"l" * 32)
    liar.witnesses = [
        SigningKey.from_seed(w.name, b"%d" % n * 32, KeyKind.COSIGNATURE) for n, w in enumerate(world.witnesses)
    ]
    liar.log = type(liar.log)(type(liar.storage)(), liar.log_key)
    liar.storage = liar.log._storage
    liar.enrol_all()
    taken = liar.record(
        "acquire", liar.ana, digests={"sha256": hashlib.sha256(b"the content of a page that was seized\n").hexdigest()}
    )
    liar.cosign()
    made = sys.modules["custody_tests_worlds"].export(liar, range(6), {taken.position: ("digests",)})
    assert check(made, liar, None).code == 3  # it hangs together: hence the doubt about the bundle's own policy
    report = check(made, world)
    assert report.code == 1
    assert ("wrong", "log-1", "a head is not signed by its log, or the policy has no such log") in report.lines


def test_back_dated_and_post_dated_entries_are_named(world):
    worlds = sys.modules["custody_tests_worlds"]
    world.enrol_all()
    world.cosign()
    early = world.now.replace(year=2025)
    late = world.now.replace(year=2030)
    for moment in (early, late):
        world.log.append(
            [world.entry(world.event("change", world.ana, subject="urn:uuid:9", claimed_at=moment), world.ana)]
        )
    world.cosign()
    made = worlds.export(world, range(7), {})
    del made["items/1"]
    said = " ".join(text for _, _, text in check(reseal(made, world), world).lines)
    assert "back-dated: it was not in the log at" in said
    assert "but was in the log at" in said


def test_a_clock_that_was_put_back_is_a_doubt_and_no_more(world):
    """Its order is proved by the hashes; an honest node's mended clock must not make its bundles worthless."""
    worlds = sys.modules["custody_tests_worlds"]
    world.enrol_all()
    digests = {"sha256": hashlib.sha256(worlds.ITEM).hexdigest()}
    taken = world.record("acquire", world.ana, digests=digests)
    read = world.event("access", world.ana, previous=taken.leaf, claimed_at=world.now - worlds.dt.timedelta(minutes=11))
    world.log.append([world.entry(read, world.ana)])
    world.cosign()
    report = check(worlds.export(world, range(7), {taken.position: ("digests",)}), world)
    assert [line for line in report.lines if line[0] != "proved"] == [
        ("doubt", read.subject, "an event is dated before that which it follows: falsely, or by a clock")
    ]


@pytest.mark.parametrize("junk", [b"", b"\0" * 50, b"{}", b"[[[[", b"\xff\xfe", b"9" * 5000])
def test_junk_in_any_file_is_a_finding_never_a_crash(exported, junk):
    world, files = exported
    for name in files:
        if name.startswith(("statement", "verify", "authorities/tsa.chain")):
            continue
        report = check(
            reseal({**files, name: junk}, world) if name != "manifest.txt" else {**files, name: junk}, world, None
        )
        assert report.code == 1 or files[name] == junk, name


def test_names_of_items_cannot_reach_out(exported):
    world, _ = exported
    head = world.heads[-1]
    part = bundles.excerpt(world.storage, [head], [])
    for path in ("../x", "a/../../x", "/etc/passwd", "a b", "x\n", "-rf", "é", "a//b", ""):
        with pytest.raises(MalformedError, match="no path for a bundle"):
            bundles.write_bundle(
                [part],
                policy=b"",
                disclosed=[],
                items=[bundles.Item(path, "00")],
                authorities=[],
                seal=(world.ana.key.key_id, world.ana.private),
            )
    with pytest.raises(ProofError):
        bundles.excerpt(world.storage, [], [])


def test_the_statements_name_the_log_and_the_verifier(exported):
    world, files = exported
    digest = hashlib.sha256(files["verify.py"]).hexdigest()
    for language in bundles.LANGUAGES:
        text = files[f"statement.{language}.txt"].decode()
        assert digest in text
        assert world.log.origin in text
        assert "{" not in text


def test_the_openings_are_readable_by_anyone(exported):
    _, files = exported
    assert {o["field"] for o in json.loads(files["openings.json"])} == {"digests", "reason"}


def test_a_transfer_between_two_logs_is_one_chain(exported):
    """The giver's offer and the taker's acceptance stand in two logs; neither side alone can rewrite it."""
    worlds = sys.modules["custody_tests_worlds"]
    giver, _ = exported
    taker = worlds.World(origin="node-b.example/custody")
    taker.now = giver.now - worlds.dt.timedelta(minutes=9)  # a clock that is a little slow
    taker.enrol_all()
    offered = giver.log.checkpoint.size - 1
    offer = worlds.parse_entry(giver.log.entry(offered))
    quote = Quote(giver.log.origin, offered, offer.leaf)
    accepted = taker.record("transfer-accept", taker.ben, previous=offer.leaf, quotes=(quote,), consents=[taker.ben])
    taker.record("access", taker.ana, previous=accepted.leaf)
    taker.cosign()
    assert [d.error for d in audit(taker.storage, taker.storage.head(), taker.log_key.verifier).doubts] == []
    parts = [
        bundles.excerpt(giver.storage, giver.heads, range(9)),
        bundles.excerpt(taker.storage, taker.heads, range(7)),
    ]
    seal = (giver.ana.key.key_id, giver.ana.private)
    rules = giver.policy(f"log {taker.log_key.verifier.encode()}")
    made = bundles.write_bundle(parts, policy=rules, disclosed=[], items=[], authorities=[], seal=seal)
    report = check(made, giver, rules)
    subject = "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert report.code == 0
    assert ("proved", subject, "6 events, none missing between the first and the last shown") in report.lines
    without = {n: c for n, c in made.items() if not n.startswith("log-2/entries/5.")}
    assert check(reseal(without, giver), giver, rules).code == 1
    assert check(made, giver).code == 1  # a policy that does not know the taker's log
