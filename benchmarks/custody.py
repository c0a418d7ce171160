"""The custody log: appends, audits and proofs, in CPU seconds of this process, beside the limits of the machine.

    python -m benchmarks.custody [--entries N] [--leaves N] [--json]

`append` takes finished entries (signed by their actors) in batches to the disk. `signed` makes, signs and appends them.
`checked` also reads each entry and verifies its signature and keys before it is appended. `hash audit` re-hashes every
entry and tile; `full audit` verifies signatures, times and chains as well. Proofs are made from tiles on the disk, cold
(nothing kept in memory) and warm, in a log of `--leaves` leaves.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accord.adapters.tile_folder import TileFolder
from accord.custody import entry as entries
from accord.custody.audit import audit_hashes, examine
from accord.custody.checkpoint import Checkpoint
from accord.custody.entry import parse_entry
from accord.custody.events import EnrolledKey, Event, EventType, KeyAlgorithm, KeyUse, pseudonym
from accord.custody.keyring import Keyring
from accord.custody.log import Log
from accord.custody.merkle import Edge, complete_root, verify_inclusion
from accord.custody.note import SigningKey
from accord.custody.tiles import TilePath, Tiles, pack, unpack

BATCH = 256
KEY = SigningKey.from_seed("log.example", b"k" * 32)
START = datetime(2026, 11, 24, tzinfo=UTC)


class Actor:
    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
        self.id = pseudonym(b"s" * 32, "actor")
        public = self.private.public_key().public_bytes_raw()
        self.key = EnrolledKey(KeyUse.SIGNING, KeyAlgorithm.ED25519, public, self.id)

    def entry(self, number: int) -> bytes:
        """Entry 0 enrols the key; the others are accesses with six committed fields, some 1.5 kB."""
        first = number == 0
        event = Event(
            id=UUID(int=number + 1),
            type=EventType.KEY if first else EventType.CHANGE,
            subject=f"urn:uuid:{UUID(int=number + 1)}",
            actor=self.id,
            role="investigator",
            claimed_at=START + timedelta(milliseconds=number),
            tool_version="0.1.0",
            details={
                "digests": {"sha256": hashlib.sha256(b"%d" % number).hexdigest()},
                "authority": "order of the court of Example",
                "reason": "to compare it with another",
                "place": "office 12",
                "case": "case 2026/117",
                "occurred": "2026-11-24T09:00:00Z",
            },
            key=self.key if first else None,
        )
        payload = entries.statement(event, hashlib.sha256(b"secret %d" % number).digest())
        return entries.envelope(payload, entries.sign(payload, self.key.key_id, self.private))


def per_second(count: int, work: Callable[[], object]) -> tuple[float, float]:
    """(per CPU second, per second) of doing `count` things."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return count / (time.process_time() - cpu), count / (time.perf_counter() - wall)


def append_all(log: Log, content: list[bytes]) -> None:
    for at in range(0, len(content), BATCH):
        log.append(content[at : at + BATCH])


def check_and_append(log: Log, content: list[bytes]) -> None:
    ring = Keyring()
    for at in range(0, len(content), BATCH):
        batch = content[at : at + BATCH]
        for raw in batch:
            ring.accept(parse_entry(raw))
        log.append(batch)


def entries_of(storage: TileFolder, size: int) -> list[bytes]:
    return [e for n in range(-(-size // 256)) for e in unpack(storage.read(TilePath(None, n).full))]


def measure_log(folder: Path, count: int) -> dict[str, float]:
    actor = Actor()
    content = [actor.entry(n) for n in range(count)]
    found: dict[str, float] = {"entry bytes": sum(map(len, content)) / count}
    storage = TileFolder(folder / "append")
    log = Log(storage, KEY)
    found["append /CPU-s"], found["append /s"] = per_second(count, lambda: append_all(log, content))
    head = log.checkpoint
    found["hash audit /CPU-s"], _ = per_second(count, lambda: audit_hashes(storage, head))
    found["SHA-256 alone /CPU-s"], _ = per_second(count, lambda: [hashlib.sha256(e).digest() for e in content])
    found["full audit /CPU-s"], _ = per_second(count, lambda: list(examine(entries_of(storage, count))))
    other = Log(TileFolder(folder / "signed"), KEY)
    found["signed /CPU-s"], _ = per_second(count, lambda: append_all(other, [actor.entry(n) for n in range(count)]))
    third = Log(TileFolder(folder / "checked"), KEY)
    found["checked /CPU-s"], _ = per_second(count, lambda: check_and_append(third, content))
    found["one by one /s"] = per_second(200, lambda: [log.append([e]) for e in content[:200]])[1]
    found["bare fsync of the same bytes /s"] = per_second(200, lambda: bare(folder / "bare", content[:200]))[1]
    small = [b"%080d" % n for n in range(count)]
    fourth_storage = TileFolder(folder / "small")
    fourth = Log(fourth_storage, KEY)
    found["append of 80 B /CPU-s"], _ = per_second(count, lambda: append_all(fourth, small))
    found["hash audit of 80 B /CPU-s"], _ = per_second(count, lambda: audit_hashes(fourth_storage, fourth.checkpoint))
    return found


def bare(path: Path, content: list[bytes]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    for entry in content:
        os.write(handle, entry)
        os.fdatasync(handle)
    os.close(handle)


class HashTiles:
    """Tiles of a log of many leaves on the disk, without its entries."""

    def __init__(self, root: Path, leaves: int) -> None:
        self.root, self.size, edge = root, leaves, Edge()
        rows: dict[int, list[bytes]] = {}
        for first in range(0, leaves, 256):
            hashes = [hashlib.sha256(b"%d" % n).digest() for n in range(first, min(first + 256, leaves))]
            self._write(TilePath(0, first // 256), hashes)
            if len(hashes) == 256:
                rows.setdefault(1, []).append(complete_root(hashes))
                edge.add_complete(rows[1][-1], 8)
            else:
                for leaf in hashes:
                    edge.add(leaf)
        level = 1
        while rows.get(level):
            for at in range(0, len(rows[level]), 256):
                part = rows[level][at : at + 256]
                self._write(TilePath(level, at // 256), part)
                if len(part) == 256:
                    rows.setdefault(level + 1, []).append(complete_root(part))
            level += 1
        self.root_hash = edge.root()

    def _write(self, tile: TilePath, hashes: list[bytes]) -> None:
        path = self.root / tile.full
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(hashes))

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()


def measure_proofs(folder: Path, leaves: int) -> dict[str, float]:
    store = HashTiles(folder / "many", leaves)
    places = random.Random(7).sample(range(leaves), 300)
    cold: list[float] = []
    for place in places:
        begin = time.process_time()
        proof = Tiles(store, leaves).inclusion(place)
        cold.append(time.process_time() - begin)
        verify_inclusion(hashlib.sha256(b"%d" % place).digest(), place, leaves, proof, store.root_hash)
    tiles = Tiles(store, leaves)
    tiles.inclusion(0)
    warm: list[float] = []
    for place in places:
        begin = time.process_time()
        tiles.inclusion(place)
        warm.append(time.process_time() - begin)
    cold.sort()
    warm.sort()
    found = {
        "leaves": float(leaves),
        "cold proof, median ms": cold[150] * 1000,
        "cold proof, 99 % ms": cold[297] * 1000,
    }
    found |= {"warm proof, median ms": warm[150] * 1000, "warm proof, 99 % ms": warm[297] * 1000}
    found |= measure_living(folder / "many", store, places)
    made = per_second(50, lambda: [Tiles(store, leaves).consistency(place) for place in places[:50]])
    return found | {"cold consistency proof, mean ms": 1000 / made[0]}


def measure_living(root: Path, store: HashTiles, places: list[int]) -> dict[str, float]:
    """As a running node makes them (`Log.prove`): the signed head is read from the disk and its signature checked."""
    number, within = divmod(store.size, 256)
    last = root / TilePath(None, number).full
    last.parent.mkdir(parents=True, exist_ok=True)
    last.write_bytes(pack([b"%d" % n for n in range(store.size - within, store.size)]))
    root.chmod(0o700)
    folder = TileFolder(root)
    with folder.exclusive():
        folder.commit([], Checkpoint(KEY.name, store.size, store.root_hash).signed(KEY).encode())
    log = Log(folder, KEY)
    took = []
    for place in places:
        begin = time.process_time()
        proof = log.prove(place)
        took.append(time.process_time() - begin)
        verify_inclusion(hashlib.sha256(b"%d" % place).digest(), place, store.size, proof.hashes, store.root_hash)
    took.sort()
    return {"living proof, median ms": took[150] * 1000, "living proof, 99 % ms": took[297] * 1000}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--leaves", type=int, default=10_000_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure_log(Path(folder), arguments.entries)
        found |= measure_proofs(Path(folder), arguments.leaves)
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        print("\n".join(f"{name:34} {value:14,.3f}" for name, value in found.items()))


if __name__ == "__main__":
    main()
