"""What can be wrong with a log, a proof or a bundle, each by name, with what was found and what it proves.

CustodyError                    (a RefusedError: what was shown is not accepted)
├── MalformedError              the bytes are not what the format asks for
├── SignatureError              a signature does not verify, or a needed one is missing
├── ProofError                  a Merkle proof does not lead to the signed root
├── QuorumError                 too few witnesses have cosigned
├── ConsentError                an act that needs a person's passkey lacks it, or it is not that person's
├── TimestampError              a time stamp is not by a trusted authority, or not over these bytes
├── ErasedError                 a commitment cannot be opened with what is there
└── MisconductError             the log itself did what a log must never do
    ├── SplitViewError          two signed heads of one size with different roots
    ├── RollbackError           a signed head that is older than one already seen
    ├── ForkedHistoryError      a signed head that does not contain the earlier one
    ├── TruncatedLogError       entries or tiles that the signed head promises are not there
    ├── ChangedTileError        bytes of a tile or entry differ from what was hashed
    ├── ReplacedKeyError        a key took the place of another without that one's consent
    ├── BackdatedEntryError     an entry claims a time at which it provably was not yet in the log
    │                           (or before the event that it follows)
    └── PostdatedEntryError     an entry claims a time after it provably was in the log
"""

from __future__ import annotations

from accord.model.errors import RefusedError


class CustodyError(RefusedError):
    """What was shown is not accepted. `found`: what the check saw; `proves`: what follows from it, and what not."""

    proves = "Nothing follows from this but that it cannot be relied on as it is."

    def __init__(self, found: str, *, action: str = "", proves: str = "") -> None:
        super().__init__(found, action=action)
        self.found = found
        self.proves = proves or type(self).proves

    def __str__(self) -> str:
        return f"{self.found} {self.proves} {self.action}".strip()


class MalformedError(CustodyError):
    """The bytes are not what the format asks for."""


class SignatureError(CustodyError):
    """A signature does not verify, or a needed one is missing."""

    proves = "Either the bytes were changed after signing, or somebody else than the key's holder signed."


class ProofError(CustodyError):
    """A Merkle proof does not lead to the signed root."""

    proves = "This proof does not show that the entry is in the log; whether another proof would is open."


class QuorumError(CustodyError):
    """Too few witnesses have cosigned."""

    proves = "The log vouches for itself alone: others may have been shown another history."


class ConsentError(CustodyError):
    """An act that needs a person's passkey lacks it, or it is not that person's."""

    proves = "The entry does not show that the person wanted this act; a node could have written it alone."


class TimestampError(CustodyError):
    """A time stamp is not by a trusted authority, or not over these bytes."""

    proves = "The time is not proved by this stamp; the bytes may be of any age."


class ErasedError(CustodyError):
    """A commitment cannot be opened with what is there."""

    proves = "What was committed to is not shown; the entry and its place in the log stand all the same."


class MisconductError(CustodyError):
    """The log itself did what a log must never do."""

    def __init__(self, found: str, *, action: str = "", proves: str = "") -> None:
        default = "Keep both copies as evidence, tell the log's operator and its witnesses, and rely on neither."
        super().__init__(found, action=action or default, proves=proves)


class SplitViewError(MisconductError):
    """Two signed heads of one size with different roots."""

    proves = "The holder of the log's key signed two histories: one of those shown was not the true one."


class RollbackError(MisconductError):
    """A signed head that is older than one already seen."""

    proves = "The log shown now lacks entries that it held before: it was restored from an old copy, or cut back."


class ForkedHistoryError(MisconductError):
    """A signed head that does not contain the earlier one."""

    proves = "At least one entry that was in the log has been changed, removed or moved since the earlier head."


class TruncatedLogError(MisconductError):
    """Entries or tiles that the signed head promises are not there."""

    proves = "The operator once held these entries and does not show them; what they said cannot be checked."


class ChangedTileError(MisconductError):
    """Bytes of a tile or entry differ from what was hashed."""

    proves = "These bytes were altered after they were logged, or the disk is damaged; the signed head is not theirs."


class ReplacedKeyError(MisconductError):
    """A key took the place of another without that one's consent."""

    proves = "Signatures of the new key are not shown to be by the holder of the old one."


class BackdatedEntryError(MisconductError):
    """An entry claims a time at which it provably was not yet in the log."""

    proves = "The entry was written later than it says; what it describes may still be true."


class PostdatedEntryError(MisconductError):
    """An entry claims a time after it provably was in the log."""

    proves = "The claimed time is wrong: the entry existed before it."
