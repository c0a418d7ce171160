"""The court bundle: everything a stranger needs to verify items and their history offline, as path → bytes.

    manifest.txt                 signed note: SHA-256 and path of every other file, sealed by the exporting person
    policy.txt                   C2SP tlog-policy: whose signatures count
    statement.LANGUAGE.txt       what is proved and what not
    verify.py, verify_signatures.py
    openings.json                the committed fields that are laid open
    items/…                      the items themselves
    log-N/heads/SIZE/            head.txt, growth.txt (consistency with the newest head), AUTHORITY.tsr
    log-N/entries/POSITION.json  the entry, and POSITION.tlog-proof
    authorities/NAME.root.pem, NAME.chain.pem

log-1 is the exporting node's log; others are those that items came from or went to.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accord.custody.checkpoint import Checkpoint
from accord.custody.commitments import Opening, canonical
from accord.custody.errors import MalformedError, ProofError
from accord.custody.note import KeyKind, SigningKey, sign_note
from accord.custody.proof import Proof
from accord.custody.tiles import Reader, Tiles
from accord.custody.timestamps import Authority

MANIFEST_HEADER = "accord.example/custody-bundle@v1"
LANGUAGES = ("en", "fr", "es")
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,7}")
"""What a path in a bundle may look like: no item can choose a name that means something to a computer."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of one log. `heads` by size, the newest one proves the entries; `growth` from each head to the newest.

    `stamps`: time stamps by size of the head and name of the authority.
    """

    heads: Mapping[int, Checkpoint]
    growth: Mapping[int, tuple[bytes, ...]]
    entries: Mapping[int, bytes]
    proofs: Mapping[int, tuple[bytes, ...]]
    stamps: Mapping[tuple[int, str], bytes] = field(default_factory=dict)

    @property
    def newest(self) -> Checkpoint:
        return self.heads[max(self.heads)]


class Disclosed(NamedTuple):
    """An opening with its place: `log` is 1 for the first excerpt."""

    log: int
    position: int
    opening: Opening


class Item(NamedTuple):
    """An item's file: `path` within `items/`, SHA-256 in hex. Its bytes are put there by the caller, of any size."""

    path: str
    digest: str


def excerpt(
    reader: Reader,
    heads: Iterable[Checkpoint],
    positions: Iterable[int],
    stamps: Mapping[tuple[int, str], bytes] | None = None,
) -> Excerpt:
    """Entries with their proofs under the newest of the heads.

    `positions` MUST hold those of all key events of the log (entry 0 is added): without them no signature counts.
    Raises `ProofError`, `TruncatedLogError`, `ChangedTileError`.
    """
    by_size = {head.size: head for head in heads}
    if not by_size:
        raise ProofError("An excerpt needs at least one signed head.")
    size = max(by_size)
    tiles = Tiles(reader, size)
    wanted = sorted({0, *positions})
    return Excerpt(
        heads=by_size,
        growth={old: tuple(tiles.consistency(old)) for old in by_size},
        entries={position: tiles.entry(position) for position in wanted},
        proofs={position: tuple(tiles.inclusion(position)) for position in wanted},
        stamps=dict(stamps or {}),
    )


def write_bundle(
    logs: Sequence[Excerpt],
    *,
    policy: bytes,
    disclosed: Iterable[Disclosed],
    items: Sequence[Item],
    authorities: Iterable[Authority],
    seal: tuple[str, Ed25519PrivateKey],
    extra: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The bundle without the items' bytes, which belong under `items/`.

    `seal`: key id and private key of the exporting person, enrolled in the first log. `extra`: further files by path
    (a CASE file), listed in the manifest like the others. Raises `MalformedError` for a
    path that a bundle cannot have.
    """
    bundle: dict[str, bytes] = {**(extra or {}), "policy.txt": policy, "openings.json": _openings(disclosed)}
    for number, log in enumerate(logs, start=1):
        bundle.update(_log_files(f"log-{number}", log))
    for authority in authorities:
        bundle[f"authorities/{authority.name}.root.pem"] = authority.roots
        bundle[f"authorities/{authority.name}.chain.pem"] = authority.chain
    package = files("accord.custody")
    for name, source in (("verify.py", "offline_verifier.py"), ("verify_signatures.py", "offline_signatures.py")):
        bundle[name] = package.joinpath(source).read_bytes()
    bundle.update(_statements(logs, items, _sha256(bundle["verify.py"])))
    digests = {path: _sha256(content) for path, content in bundle.items()}
    digests.update({f"items/{item.path}": item.digest for item in items})
    bundle["manifest.txt"] = _manifest(digests, seal)
    return bundle


def _log_files(folder: str, log: Excerpt) -> Iterable[tuple[str, bytes]]:
    for size, head in log.heads.items():
        yield f"{folder}/heads/{size}/head.txt", head.encode()
        growth = "".join(base64.b64encode(hash_).decode() + "\n" for hash_ in log.growth[size])
        yield f"{folder}/heads/{size}/growth.txt", growth.encode()
    for (size, authority), stamp in log.stamps.items():
        yield f"{folder}/heads/{size}/{authority}.tsr", stamp
    for position, entry in log.entries.items():
        yield f"{folder}/entries/{position}.json", entry
        yield f"{folder}/entries/{position}.tlog-proof", Proof(position, log.proofs[position], log.newest).encode()


def _openings(disclosed: Iterable[Disclosed]) -> bytes:
    found = [
        {
            "field": d.opening.field,
            "log": f"log-{d.log}",
            "position": d.position,
            "salt": d.opening.salt.hex(),
            "value": d.opening.value,
        }
        for d in disclosed
    ]
    return b"[" + b",".join(canonical(one) for one in found) + b"]"


def _statements(logs: Sequence[Excerpt], items: Sequence[Item], verifier: str) -> dict[str, bytes]:
    texts = files("accord.custody").joinpath("statements")
    values = {
        "origin": logs[0].newest.origin,
        "size": logs[0].newest.size,
        "entries": sum(len(log.entries) for log in logs),
        "items": len(items),
        "verifier": verifier,
    }
    return {
        f"statement.{language}.txt": texts.joinpath(f"{language}.txt").read_text("utf-8").format(**values).encode()
        for language in LANGUAGES
    }


def _manifest(digests: Mapping[str, str], seal: tuple[str, Ed25519PrivateKey]) -> bytes:
    wrong = [path for path in digests if not _PATH.fullmatch(path)]
    if wrong:
        raise MalformedError(
            f"{wrong[0][:80]!r} is no path for a bundle.",
            action="Name the file by a number or UUID; its original name belongs into the entry's details.",
        )
    lines = [MANIFEST_HEADER, *(f"file {digest} {path}" for path, digest in sorted(digests.items())), ""]
    key_id, private = seal
    return sign_note("\n".join(lines), [SigningKey(key_id, KeyKind.ED25519, private)]).encode()


def _sha256(content: bytes) -> str:
    return sha256(content).hexdigest()
