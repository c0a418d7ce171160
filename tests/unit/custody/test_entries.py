"""Entries, their signatures, keys, consent and erasure."""

import hashlib
import json

import pytest

from accord.custody import entry as entries
from accord.custody import offline_verifier
from accord.custody.commitments import commit, open_fields
from accord.custody.entry import EntrySignature, parse_entry
from accord.custody.errors import ConsentError, ErasedError, MalformedError, ReplacedKeyError, SignatureError
from accord.custody.events import NEEDS_PASSKEY, EnrolledKey, KeyAlgorithm, KeyUse
from accord.custody.keyring import Keyring, enrolled


def test_the_published_dsse_encoding(monkeypatch):
    monkeypatch.setattr(entries, "PAYLOAD_TYPE", "http://example.com/HelloWorld")
    # DSSE, protocol.md, "Test Vectors"
    assert entries.pre_authentication(b"hello world") == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


@pytest.fixture
def ring(world):
    """A keyring with all keys of the world in it."""
    world.enrol_all()
    ring = Keyring()
    for position in range(5):
        ring.accept(parse_entry(world.log.entry(position)))
    return ring


def made(world, kind="acquire", person=None, signer=None, consents=(), **more):
    person = person or world.ana
    return parse_entry(world.entry(world.event(kind, person, **more), signer or person, consents=consents))


def test_a_signed_entry_is_accepted(world, ring):
    ring.accept(made(world, digests={"sha256": "00"}))


def test_nobody_signs_for_another(world, ring):
    with pytest.raises(SignatureError, match="somebody else"):
        ring.accept(made(world, signer=world.ben))


def test_a_key_that_is_not_enrolled_signs_nothing(world, ring):
    stranger = type(world.ana)("stranger")
    with pytest.raises(SignatureError, match="not enrolled"):
        ring.accept(made(world, person=stranger))


def test_a_changed_statement_is_refused(world, ring):
    entry = made(world)
    forged = entries.envelope(entry.payload.replace(b"investigator", b"administrate"), *entry.signatures)
    with pytest.raises(SignatureError, match="does not verify"):
        ring.accept(parse_entry(forged))


@pytest.mark.parametrize("kind", sorted(NEEDS_PASSKEY))
@pytest.mark.parametrize("name", ["ana", "ben"])  # P-256 and Ed25519
def test_what_needs_a_will_needs_the_actors_passkey(world, ring, kind, name):
    person, other = getattr(world, name), world.ben if name == "ana" else world.ana
    ring.accept(made(world, kind, person, consents=[person]))
    for consents in ((), (other,)):
        with pytest.raises(ConsentError, match="no consent"):
            ring.accept(made(world, kind, person, consents=consents))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "webauthn.create"}, "something else"),
        ({"challenge": b"x" * 32}, "another entry"),
        ({"origin": "https://evil.example"}, "was used on"),
        ({"rp_id": "evil.example"}, "was not made for"),
        ({"flags": 0}, "did not check"),
        ({"flags": 1}, "did not check"),
        ({"flags": 4}, "did not check"),
    ],
)
@pytest.mark.parametrize("name", ["ana", "ben"])
def test_a_consent_is_to_this_entry_at_this_place_by_a_verified_person(world, ring, change, said, name):
    person = getattr(world, name)
    payload = entries.statement(world.event("seal", person), b"s" * 32)
    raw = entries.envelope(payload, person.sign(payload), person.consent(payload, **change))
    with pytest.raises(ConsentError, match=said):
        ring.accept(parse_entry(raw))


@pytest.mark.parametrize("name", ["ana", "ben"])
def test_a_consent_with_a_wrong_signature_is_refused(world, ring, name):
    person = getattr(world, name)
    payload = entries.statement(world.event("seal", person), b"s" * 32)
    line = person.consent(payload)
    first, second, third = line.raw.split(b".")
    for raw in (b".".join([first, second, third.replace(third[8:10], b"//")]), b"..", b"a.b", first):
        forged = entries.envelope(payload, person.sign(payload), EntrySignature(line.key_id, raw))
        with pytest.raises((ConsentError, MalformedError)):
            ring.accept(parse_entry(forged))


def key_event(world, ring, key, *signers, consents=(), previous="last"):
    previous = ring._last if previous == "last" else previous
    event = world.event("key", world.registrar, subject="urn:accord:keys", key=key, previous=previous)
    ring.accept(parse_entry(world.entry(event, *signers, consents=consents)))


def test_a_second_key_needs_the_first_ones_signature(world, ring):
    other = type(world.ana)("ana's new laptop")
    key = EnrolledKey(KeyUse.SIGNING, KeyAlgorithm.ED25519, other.key.public, world.ana.id)
    with pytest.raises(ReplacedKeyError):
        key_event(world, ring, key, world.registrar, other)
    key_event(world, ring, key, world.registrar, other, world.ana)


def test_the_administrator_cannot_put_a_passkey_in_the_place_of_a_persons(world, ring):
    fake = type(world.ana)("the administrator's device")
    passkey = EnrolledKey(
        KeyUse.PASSKEY, KeyAlgorithm.P256, fake.passkey.public, world.ana.id, "node-a.example", fake.passkey.origin
    )
    fake.passkey = passkey
    with pytest.raises(ReplacedKeyError):
        key_event(world, ring, passkey, world.registrar, consents=[fake])
    lost = EnrolledKey(**{**{f: getattr(world.ana.passkey, f) for f in EnrolledKey.__slots__}, "revoked": True})
    key_event(world, ring, lost, world.registrar)
    with pytest.raises(ReplacedKeyError):  # nor after revoking it
        key_event(world, ring, passkey, world.registrar, consents=[fake])


def test_a_lost_passkey_is_replaced_before_two_others(world, ring):
    cyn = type(world.ana)("cyn")
    key_event(world, ring, cyn.key, world.registrar, cyn)
    key_event(world, ring, cyn.passkey, world.registrar, consents=[cyn])
    new = type(world.ana)("ana's new phone")
    new.passkey = EnrolledKey(
        KeyUse.PASSKEY, KeyAlgorithm.P256, new.passkey.public, world.ana.id, "node-a.example", new.passkey.origin
    )
    with pytest.raises(ReplacedKeyError):
        key_event(world, ring, new.passkey, world.registrar, consents=[new, world.ben])
    key_event(world, ring, new.passkey, world.registrar, consents=[new, world.ben, cyn])
    assert new.passkey.key_id in ring.keys


def test_a_key_must_sign_its_own_enrolment(world, ring):
    stolen = type(world.ana)("stolen")
    with pytest.raises(SignatureError, match="nobody shows to hold it"):
        key_event(world, ring, stolen.key, world.registrar)


def test_only_the_registrar_enrols(world, ring):
    event = world.event(
        "key", world.ana, subject="urn:accord:keys", key=(new := type(world.ana)("new")).key, previous=ring._last
    )
    with pytest.raises(SignatureError, match="not signed by the registrar"):
        ring.accept(parse_entry(world.entry(event, world.ana, new)))


def test_a_revoked_key_signs_nothing_more(world, ring):
    gone = EnrolledKey(KeyUse.SIGNING, KeyAlgorithm.ED25519, world.ben.key.public, world.ben.id, revoked=True)
    event = world.event("key", world.ana, subject="urn:accord:keys", key=gone, previous=ring._last)
    with pytest.raises(SignatureError, match="not the signer's"):
        ring.accept(parse_entry(world.entry(event, world.ana)))
    key_event(world, ring, gone, world.registrar)
    with pytest.raises(SignatureError, match="not enrolled, or revoked"):
        ring.accept(made(world, person=world.ben))


def test_a_key_event_that_is_left_out_is_noticed(world, ring):
    with pytest.raises(SignatureError, match="one is missing"):
        key_event(world, ring, (new := type(world.ana)("new")).key, world.registrar, new, previous=b"x" * 32)


def test_without_entry_0_nothing_counts(world):
    world.enrol_all()
    read = {n: parse_entry(world.log.entry(n)) for n in range(5)}
    assert enrolled(read) == {}
    del read[0]
    assert set(enrolled(read)) == {1, 2, 3, 4}


def test_entry_0_signs_itself(world):
    event = world.event("key", world.registrar, subject="urn:accord:keys", key=world.registrar.key)
    with pytest.raises(SignatureError):
        Keyring().accept(parse_entry(world.entry(event, world.ana)))
    with pytest.raises(SignatureError, match="does not begin"):
        Keyring().accept(made(world))


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw + b" ",
        lambda raw: raw.replace(b":", b": ", 1),
        lambda raw: raw[:-1],
        lambda raw: b"[" + raw + b"]",
        lambda raw: raw.replace(b"payloadType", b"payloadTypo"),
        lambda raw: raw.replace(b'"sig"', b'"sog"'),
        lambda raw: b"{" * 100_000,
        lambda raw: b"\xff",
        lambda raw: b"{}",
    ],
)
def test_another_spelling_is_refused(world, change):
    with pytest.raises(MalformedError):
        parse_entry(change(made(world).raw))


@pytest.mark.parametrize("field", ["public", "holder"])
def test_a_key_in_another_spelling_is_refused_by_both_verifiers(world, field):
    world.enrol_all()
    entry = parse_entry(world.log.entry(0))
    whole = json.loads(entry.payload)
    whole["predicate"]["key"][field] = whole["predicate"]["key"][field].upper()
    payload = json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()
    raw = entries.envelope(payload, world.registrar.sign(payload))
    with pytest.raises(MalformedError, match="one canonical form"):
        parse_entry(raw)
    with pytest.raises(offline_verifier.Wrong):
        offline_verifier.Keyring(None).accept(offline_verifier.parse_entry(raw), 0)


@pytest.mark.parametrize("field", ["actor", "claimedTime", "commitments", "event", "role", "tool", "type"])
def test_a_statement_has_all_its_fields_and_no_other(world, field):
    entry = made(world)
    for change in (lambda p: p.pop(field), lambda p: p.update(extra=1), lambda p: p.update({field: 7})):
        whole = json.loads(entry.payload)
        change(whole["predicate"])
        payload = json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()
        if field == "role" and b'"role":7' in payload:
            continue
        with pytest.raises(MalformedError):
            parse_entry(entries.envelope(payload, world.ana.sign(payload)))


def test_an_entry_that_does_not_fit_is_refused(world):
    with pytest.raises(MalformedError, match="65535"):
        entries.envelope(b"x" * 60_000, EntrySignature("k", b"s"))


@pytest.mark.parametrize("value", [1.5, 2**53, {"é": 1}, {1: 2}, object(), "\ud800", float("nan"), b"x", {"a": [1.0]}])
def test_what_json_libraries_write_differently_cannot_be_committed_to(value):
    with pytest.raises(MalformedError):
        commit(b"s", "field", value)


def test_after_erasure_every_proof_stands_and_nothing_can_be_confirmed(world):
    world.enrol_all()
    content = b"the only copy of a short message"
    digests = {name: hashlib.new(name, content).hexdigest() for name in ("md5", "sha1", "sha256", "blake2b")}
    receipt = world.record("acquire", world.ana, digests=digests, reason="warrant 12")
    world.secrets.clear()
    world.details.clear()

    raw = world.log.entry(receipt.position)
    world.log.prove(receipt.position).verify(raw)
    entry = parse_entry(raw)
    assert enrolled({n: parse_entry(world.log.entry(n)) for n in range(receipt.position + 1)}) == {}
    # Whoever still knows the content finds none of its digests, nor anything that follows from them without the secret.
    everything = b"".join(bytes(f) for f in world.storage.files.values())
    for name, digest in digests.items():
        for form in (digest.encode(), bytes.fromhex(digest), hashlib.sha256(digest.encode()).hexdigest().encode()):
            assert form not in everything, name
    for guess in (digests, {}):
        for salt in (b"", b"\0" * 32, receipt.leaf, entry.id.bytes):
            assert commit(salt, "digests", guess) != entry.commitments["digests"]
    # And the very same content under another secret gives another commitment: equality is no evidence either.
    other = entries.statement(world.event("acquire", world.ana, digests=digests, reason="warrant 12"), b"o" * 32)
    assert entry.commitments["digests"].hex().encode() not in other


def test_an_opening_of_another_entry_is_refused(world):
    first, second = (open_fields(secret * 32, {"reason": "x"})["reason"] for secret in (b"a", b"b"))
    first.verify(commit(first.salt, "reason", "x"))
    with pytest.raises(ErasedError):
        second.verify(commit(first.salt, "reason", "x"))
    with pytest.raises(MalformedError):
        open_fields(b"short", {})
