"""C2SP tlog-policy: which logs and witnesses are known, and which witnesses suffice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from accord.custody.checkpoint import Checkpoint, Cosigned, cosignatures, verify_log_signature
from accord.custody.errors import MalformedError, QuorumError, SignatureError
from accord.custody.note import KeyKind, VerifierKey

MAX_POLICY_BYTES = 1 << 20
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
NONE = "none"


class Group(NamedTuple):
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """`quorum` names a witness, a group, or is `none`."""

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, VerifierKey]
    groups: dict[str, Group]
    quorum: str

    def keys_of(self, origin: str) -> tuple[VerifierKey, ...]:
        return tuple(key for key in self.logs if key.name == origin)

    def suffices(self, names: Iterable[str]) -> bool:
        """Whether these witnesses (names in the policy) make the quorum."""
        held = {*names, NONE}
        for name, group in self.groups.items():  # in file order: a group only names what stands before it
            if sum(member in held for member in group.members) >= group.threshold:
                held.add(name)
        return self.quorum in held

    def check(self, checkpoint: Checkpoint) -> tuple[Cosigned, ...]:
        """The cosignatures that make the quorum under a head signed by its log.

        Raises `SignatureError` when the log is not known or did not sign, `QuorumError` when witnesses are missing.
        """
        keys = self.keys_of(checkpoint.origin)
        if not keys:
            raise SignatureError(f"The policy knows no log {checkpoint.origin}.")
        verify_log_signature(checkpoint, keys)
        found = cosignatures(checkpoint, self.witnesses.values())
        seen = {signed.key for signed in found}
        names = [name for name, key in self.witnesses.items() if key in seen]
        if not self.suffices(names):
            raise QuorumError(
                f"The head of {checkpoint.origin} at size {checkpoint.size} is cosigned by "
                f"{', '.join(names) or 'no witness'}, which is not the quorum {self.quorum}.",
                action="Ask the missing witnesses to cosign it; until then an export is marked as without quorum.",
            )
        return found


def parse_policy(data: bytes) -> Policy:
    """Reads a policy file. Raises `MalformedError` with the line."""
    if len(data) > MAX_POLICY_BYTES or _CONTROL.search(data):
        raise MalformedError("A policy file is larger than 1 MB or has control characters.")
    reading = _Reading()
    for number, line in enumerate(data.split(b"\n"), start=1):
        words = [w.decode("utf-8", "surrogateescape") for w in re.split(rb"[ \t]+", line.strip(b" \t")) if w]
        if words and not words[0].startswith("#"):
            reading.read(number, words)
    if reading.quorum is None:
        raise MalformedError("The policy has no quorum line.")
    return Policy(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)


class _Reading:
    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._used: set[str] = set()
        self._public: set[bytes] = set()

    def read(self, number: int, words: list[str]) -> None:
        where = f"The policy's line {number}"
        match words:
            case ["log", key] | ["log", key, _]:
                self.logs.append(self._key(where, key))
            case ["witness", name, key] | ["witness", name, key, _]:
                self._new(where, name)
                self.witnesses[name] = self._key(where, key)
                if self.witnesses[name].kind is KeyKind.ED25519:
                    raise MalformedError(f"{where} gives a witness a key that cannot cosign.")
            case ["group", name, count, *members] if members:
                self.groups[name] = self._group(where, name, count, members)
            case ["quorum", name] if self.quorum is None:
                if name != NONE and name not in self.witnesses and name not in self.groups:
                    raise MalformedError(f"{where} names {name!r}, which is not defined above it.")
                self.quorum = name
            case _:
                raise MalformedError(f"{where} is no log, witness, group or (single) quorum line.")

    def _new(self, where: str, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise MalformedError(f"{where} defines {name!r} again.")

    def _key(self, where: str, text: str) -> VerifierKey:
        key = VerifierKey.parse(text)
        if key.public in self._public:
            raise MalformedError(f"{where} repeats a public key.")
        self._public.add(key.public)
        return key

    def _group(self, where: str, name: str, count: str, members: list[str]) -> Group:
        self._new(where, name)
        for member in members:
            if (member not in self.witnesses and member not in self.groups) or member in self._used:
                raise MalformedError(f"{where}: {member!r} is not defined above it, or is a member already.")
            self._used.add(member)
        written = {"any": 1, "all": len(members)}.get(count)
        if written is None and re.fullmatch("[1-9][0-9]{0,5}", count):
            written = int(count)
        if written is None or written > len(members):
            raise MalformedError(f"{where}: {count!r} of {len(members)} members makes no sense.")
        return Group(written, tuple(members))
