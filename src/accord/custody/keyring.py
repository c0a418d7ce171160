"""Whose keys may sign what, read from the log itself: entry 0 is the root, each further key is an entry.

1. Entry 0 enrols the registrar's signing key and is signed by it.
2. A key is enrolled by an entry that the registrar and the new key itself have signed (proof of possession).
3. Who has ever held a key of that use must also sign with one in force; or, when all are lost, two others than the
   registrar and the holder consent with their passkeys. Otherwise the key was replaced, not renewed.
4. An entry is signed, first of all, by an enrolled signing key of its actor.
5. What needs a person's will carries an assertion by a passkey of the actor (`events.NEEDS_PASSKEY`).
6. Key entries follow one another by `previous`, so that none can be left out between two that are shown.
7. A revoked key signs nothing after its revocation; the registrar or the holder revokes.
"""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from accord.custody.entry import Entry, EntrySignature, pre_authentication
from accord.custody.errors import ConsentError, CustodyError, ReplacedKeyError, SignatureError
from accord.custody.events import NEEDS_PASSKEY, EnrolledKey, EventType, KeyAlgorithm, KeyUse
from accord.custody.passkey import parse_assertion, verify_assertion

_RECOVERY_WITNESSES = 2


class Keyring:
    """The keys in force at one place in the log. Entries MUST be handed over in the order of the log."""

    def __init__(self) -> None:
        self._keys: dict[str, EnrolledKey] = {}
        self._registrar = b""
        self._last: bytes | None = None
        self._ever: set[tuple[bytes, KeyUse]] = set()
        self._public: dict[str, Ed25519PublicKey] = {}

    @property
    def keys(self) -> Mapping[str, EnrolledKey]:
        """By key id; revoked ones are gone."""
        return self._keys

    def accept(self, entry: Entry) -> None:
        """Checks an entry by the seven rules and takes over the key it enrols or revokes.

        Raises `SignatureError`, `ConsentError` or `ReplacedKeyError`; nothing is taken over then.
        """
        if entry.key is not None and entry.previous != self._last:  # 6
            raise SignatureError(f"Event {entry.id} about a key does not follow the last such event: one is missing.")
        if not self._registrar:
            self._begin(entry)
            self._last = entry.leaf
            return
        signer = self._signer(entry)
        if signer.holder != entry.actor:  # 4
            raise SignatureError(f"Event {entry.id} is signed by a key of somebody else than its actor.")
        if entry.type in NEEDS_PASSKEY and entry.actor not in self._consenting(entry):  # 5
            raise ConsentError(f"Event {entry.id} ({entry.type}) has no consent by a passkey of its actor.")
        if entry.type is EventType.KEY and entry.key is not None:
            self._take_over(entry, entry.key, signer)
            self._last = entry.leaf
        elif entry.type is EventType.KEY or entry.key is not None:
            raise SignatureError(f"Event {entry.id} is about a key and names none, or names one without being so.")

    def _begin(self, entry: Entry) -> None:  # 1
        key = entry.key
        if entry.type is not EventType.KEY or key is None or key.use is not KeyUse.SIGNING:
            raise SignatureError("The log does not begin with the registrar's key: none of its keys has a root.")
        if entry.signatures[0].key_id != key.key_id or key.holder != entry.actor or key.revoked:
            raise SignatureError("The registrar's key, entry 0, is not signed by itself.")
        self._verify(entry, entry.signatures[0], key)
        self._registrar = key.holder
        self._ever.add((key.holder, key.use))
        self._keys[key.key_id] = key

    def _signer(self, entry: Entry) -> EnrolledKey:
        line = entry.signatures[0]
        key = self._keys.get(line.key_id)
        if key is None or key.use is not KeyUse.SIGNING:
            raise SignatureError(f"Event {entry.id} is signed by a key that is not enrolled, or revoked.")
        self._verify(entry, line, key)
        return key

    def _verify(self, entry: Entry, line: EntrySignature, key: EnrolledKey) -> None:
        try:
            public = self._public.get(key.key_id)
            if public is None:
                public = self._public[key.key_id] = Ed25519PublicKey.from_public_bytes(key.public)
            public.verify(line.raw, pre_authentication(entry.payload))
        except (InvalidSignature, ValueError):
            raise SignatureError(f"The signature under event {entry.id} does not verify.") from None

    def _consenting(self, entry: Entry) -> set[bytes]:
        """The holders whose enrolled passkeys consent to an entry; a wrong assertion is an error, not a no."""
        found = set()
        for line in entry.signatures[1:]:
            key = self._keys.get(line.key_id)
            if key is not None and key.use is KeyUse.PASSKEY:
                verify_assertion(parse_assertion(line.raw), key, entry.hash)
                found.add(key.holder)
        return found

    def _take_over(self, entry: Entry, key: EnrolledKey, signer: EnrolledKey) -> None:
        if key.revoked:  # 7
            if signer.holder not in (self._registrar, key.holder) or key.key_id not in self._keys:
                raise SignatureError(f"Event {entry.id} revokes a key that is not the signer's, or not in force.")
            del self._keys[key.key_id]
            return
        if signer.holder != self._registrar:  # 2
            raise SignatureError(f"Event {entry.id} enrols a key and is not signed by the registrar.")
        if key.use is KeyUse.SIGNING and key.algorithm is not KeyAlgorithm.ED25519:
            raise SignatureError(f"Event {entry.id} enrols a signing key that is not Ed25519.")
        if not self._signed_by(entry, key):
            raise SignatureError(f"Event {entry.id} enrols a key that has not signed it: nobody shows to hold it.")
        if (key.holder, key.use) in self._ever and not self._vouched(entry, key):  # 3
            raise ReplacedKeyError(
                f"Event {entry.id} enrols a {key.use} key for a person who held another, without that one's signature.",
                action="Ask the person, face to face, which keys are theirs; revoke the others.",
            )
        self._ever.add((key.holder, key.use))
        self._keys[key.key_id] = key

    def _vouched(self, entry: Entry, key: EnrolledKey) -> bool:
        held = [k for k in self._keys.values() if (k.holder, k.use) == (key.holder, key.use)]
        if any(self._signed_by(entry, old) for old in held):
            return True
        return len(self._consenting(entry) - {self._registrar, key.holder}) >= _RECOVERY_WITNESSES

    def _signed_by(self, entry: Entry, key: EnrolledKey) -> bool:
        for line in entry.signatures:
            if line.key_id == key.key_id:
                if key.use is KeyUse.PASSKEY:
                    verify_assertion(parse_assertion(line.raw), key, entry.hash)
                else:
                    self._verify(entry, line, key)
                return True
        return False


def enrolled(entries: Mapping[int, Entry]) -> dict[int, CustodyError]:
    """What is wrong with the signatures of entries of one log, by position; empty when all is well.

    Given less than the whole log, key events left out make later entries fail, never pass; entry 0 must be there.
    """
    ring, wrong = Keyring(), {}
    for position in sorted(entries):
        try:
            if 0 not in entries:
                raise SignatureError("Entry 0, the registrar's key, is not shown: no key has a root without it.")
            ring.accept(entries[position])
        except CustodyError as error:
            wrong[position] = error
    return wrong
