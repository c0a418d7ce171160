"""People, a log in memory, witnesses, an authority; everything deterministic but the authority's certificates."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import importlib.util
import json
import uuid
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accord.custody import bundle as bundles
from accord.custody import entry as entries
from accord.custody.checkpoint import Checkpoint, open_checkpoint
from accord.custody.commitments import open_fields
from accord.custody.entry import EntrySignature, parse_entry
from accord.custody.events import EnrolledKey, Event, EventType, KeyAlgorithm, KeyUse, pseudonym
from accord.custody.log import Log
from accord.custody.note import KeyKind, SigningKey
from accord.custody.passkey import Assertion
from accord.custody.timestamps import Authority
from accord.custody.witness import Request, cosign_growth
from accord.model.errors import AbsentError

_spec = importlib.util.spec_from_file_location("custody_authority", Path(__file__).with_name("authority.py"))
authority = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(authority)

ORIGIN = "node-a.example/custody"
RP_ID, WEB_ORIGIN = "node-a.example", "https://node-a.example"
START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def seed(text):
    return hashlib.sha256(text.encode()).digest()


class Memory:
    """`log.LogStorage` in memory."""

    def __init__(self):
        self.files, self.newest = {}, None

    def read(self, path):
        if path not in self.files:
            raise AbsentError(f"no {path}")
        return bytes(self.files[path])

    def head(self):
        return self.newest

    def commit(self, writes, head):
        for write in writes:
            content = self.files.setdefault(write.path, bytearray())
            content[write.offset : write.offset + len(write.data)] = write.data
        self.newest = head

    def exclusive(self):
        return contextlib.nullcontext()


class Person:
    """A person with a signing key at the node and a passkey in a device (P-256, or Ed25519)."""

    def __init__(self, name, passkey="p256"):
        self.name = name
        self.private = Ed25519PrivateKey.from_private_bytes(seed(name + " signs"))
        self.id = pseudonym(seed(name + " secret"), name)
        self.key = EnrolledKey(
            KeyUse.SIGNING, KeyAlgorithm.ED25519, self.private.public_key().public_bytes_raw(), self.id
        )
        if passkey == "p256":
            self.device = ec.derive_private_key(int.from_bytes(seed(name + " device")[:31]), ec.SECP256R1())
            public = self.device.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        else:
            self.device = Ed25519PrivateKey.from_private_bytes(seed(name + " device"))
            public = self.device.public_key().public_bytes_raw()
        self.passkey = EnrolledKey(KeyUse.PASSKEY, KeyAlgorithm(passkey), public, self.id, RP_ID, WEB_ORIGIN)

    def sign(self, payload):
        return entries.sign(payload, self.key.key_id, self.private)

    def consent(self, payload, *, kind="webauthn.get", origin=WEB_ORIGIN, rp_id=RP_ID, flags=5, challenge=None):
        challenge = entries.challenge(payload) if challenge is None else challenge
        said = {"type": kind, "challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(), "origin": origin}
        client = json.dumps({**said, "crossOrigin": False}).encode()
        data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + (1).to_bytes(4)
        message = data + hashlib.sha256(client).digest()
        p256 = isinstance(self.device, ec.EllipticCurvePrivateKey)
        raw = (
            self.device.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
            if p256
            else self.device.sign(message)
        )
        return EntrySignature(self.passkey.key_id, Assertion(data, client, raw).encode())


class World:
    """A registrar, two officers, a log, two witnesses; `now` moves on a minute with each event."""

    def __init__(self, storage=None, origin=ORIGIN):
        self.storage = storage or Memory()
        self.log_key = SigningKey.from_seed(origin, seed(origin))
        self.log = Log(self.storage, self.log_key)
        self.registrar, self.ana, self.ben = Person("registrar"), Person("ana"), Person("ben", "ed25519")
        self.witnesses = [
            SigningKey.from_seed(f"witness-{n}.example", seed(f"witness {n}"), KeyKind.COSIGNATURE) for n in "xy"
        ]
        self.now, self.count, self.key_leaf, self.key_positions = START, 0, None, []
        self.secrets, self.details, self.cosigned_head, self.heads = {}, {}, None, []

    def event(self, kind, person, subject="urn:uuid:00000000-0000-4000-8000-000000000001", **more):
        self.count += 1
        self.now += dt.timedelta(minutes=1)
        known = {"actor", "key", "previous", "quotes", "claimed_at"}
        return Event(
            id=uuid.UUID(int=self.count, version=4),
            type=EventType(kind),
            subject=subject,
            actor=person.id,
            role="investigator",
            claimed_at=more.get("claimed_at", self.now),
            tool_version="1",
            details={k: v for k, v in more.items() if k not in known},
            **{k: v for k, v in more.items() if k in known - {"actor", "claimed_at"}},
        )

    def entry(self, event, *signers, consents=()):
        payload = entries.statement(event, secret := seed(f"salt {event.id}"))
        raw = entries.envelope(payload, *(p.sign(payload) for p in signers), *(p.consent(payload) for p in consents))
        self.secrets[parse_entry(raw).leaf], self.details[parse_entry(raw).leaf] = secret, event.details
        return raw

    def record(self, kind, person, *, consents=(), **more):
        """One event through the log; gives its receipt."""
        return self.log.append([self.entry(self.event(kind, person, **more), person, consents=consents)])[0]

    def enrol(self, key, *signers, consents=()):
        event = self.event("key", self.registrar, subject="urn:accord:keys", key=key, previous=self.key_leaf)
        receipt = self.log.append([self.entry(event, *signers, consents=consents)])[0]
        self.key_leaf = receipt.leaf
        self.key_positions.append(receipt.position)
        return receipt

    def enrol_all(self):
        self.enrol(self.registrar.key, self.registrar)
        for person in (self.ana, self.ben):
            self.enrol(person.key, self.registrar, person)
            self.enrol(person.passkey, self.registrar, consents=[person])

    def cosign(self, names="xy", at=None):
        """Witnesses cosign the newest head; the head is kept for the bundle."""
        head, old = self.log.checkpoint, self.cosigned_head
        proof = tuple(self.log.consistency(old.size, head.size)) if old else ()
        keys = [key for key, name in zip(self.witnesses, "xy", strict=True) if name in names]
        request = Request(old.size if old else 0, proof, head)
        lines = cosign_growth(request, {head.origin: [self.log_key.verifier]}, old, keys, at or self.now)
        self.cosigned_head = self.log.cosigned(head, lines)
        self.heads.append(self.cosigned_head)
        return self.cosigned_head

    def policy(self, *more):
        x, y = (key.verifier.encode() for key in self.witnesses)
        lines = [f"log {self.log_key.verifier.encode()}", *more, f"witness x {x}", f"witness y {y}"]
        return "\n".join([*lines, "group both all x y", "quorum both", ""]).encode()


ITEM = b"the content of a page that was seized\n"


def finished():
    """A world in which an item was acquired, sealed, accessed and exported; gives (world, bundle with its item)."""
    world = World()
    world.enrol_all()
    digests = {"sha256": hashlib.sha256(ITEM).hexdigest()}
    acquired = world.record("acquire", world.ana, digests=digests, reason="warrant 12", place="office")
    world.cosign()
    sealed = world.record("seal", world.ana, previous=acquired.leaf, consents=[world.ana], digests=digests)
    read = world.record("access", world.ben, previous=sealed.leaf, reason="to read it")
    world.record("transfer-offer", world.ben, previous=read.leaf, consents=[world.ben])
    world.cosign()
    return world, export(world, range(world.log.checkpoint.size), {acquired.position: ("digests", "reason")})


def export(world, positions, opened, stamped=None):
    tsa = authority.LocalAuthority()
    newest = world.heads[-1]
    stamps = {(newest.size, "tsa"): tsa.stamp(newest.encode(), world.now)}
    part = bundles.excerpt(world.storage, world.heads, positions, stamps)
    disclosed = []
    for position, names in opened.items():
        leaf = parse_entry(part.entries[position]).leaf
        openings = open_fields(world.secrets[leaf], {"digests": {}, **world.details[leaf]})
        disclosed += [bundles.Disclosed(1, position, openings[name]) for name in names]
    made = bundles.write_bundle(
        [part],
        policy=world.policy(),
        disclosed=disclosed,
        items=[bundles.Item("1", hashlib.sha256(ITEM).hexdigest())],
        authorities=[Authority("tsa", tsa.root_pem)],
        seal=(world.ana.key.key_id, world.ana.private),
    )
    return {**made, "items/1": ITEM}


class Files:
    """The verifier's view of a bundle, from a mapping."""

    def __init__(self, files):
        self.files, self.names = files, sorted(files)

    def read(self, name):
        if name not in self.files:
            raise ValueError(f"{name} is missing")
        return self.files[name]

    def digest(self, name):
        return hashlib.sha256(self.files[name]).hexdigest()


__all__ = ["Checkpoint", "Files", "Memory", "Person", "World", "authority", "finished", "open_checkpoint"]
