"""Intake against its limit: STIX 2.1 read, validated, canonicalised and stored, beside orjson decode + COPY alone.

    python -m benchmarks intake [OBJECTS]        60,000 unless given

Both on the same bundles, alternating, on one durable embedded server; rates are objects per CPU second of this process
and PostgreSQL together. The objects have the shape of ../shared/peers/taxii_bench.py (malware, five indicators for
each, the relationships between them; 0.5 kB each), so that its figures for other servers can stand beside these.

`limit`: decode each bundle with orjson, COPY id, type and text of each object into a table with a primary key and two
indexes, as the yardstick (notes/stack.md, section 5) was measured; `bare`: the same into a table without any.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import orjson
import psycopg

from accord.adapters.database import EmbeddedServer
from accord.bootstrap import open_node
from accord.model.ids import derived_id
from accord.model.members import Member, MemberKind
from accord.services.contribute import SharedFile, submit
from accord.services.members import register
from accord.settings import read_settings
from benchmarks.clocks import Cost, measured, peak_mib, postmaster_of
from benchmarks.worlds import Silent

BUNDLE_OBJECTS = 2_000  # 1 MB
ROUNDS = 3
BAR = 0.5
PEERS = {"medallion 3.0.0 (memory)": 15_500, "OpenTAXII 0.9.3 (SQLite)": 740}
"""Objects per CPU second: 2,000 posted in 0.12–0.14 and 2.63–2.79 CPU s (../shared/peers/README.md)."""
AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"


def bundles(count: int, seed: int) -> Iterator[bytes]:
    objects = stix_objects(count, random.Random(seed))
    while part := [next(objects, None) for _ in range(BUNDLE_OBJECTS)]:
        kept = [obj for obj in part if obj]
        if not kept:
            return
        yield orjson.dumps({"type": "bundle", "id": f"bundle--{derived_id('bundle', kept[0]['id'])}", "objects": kept})


def stix_objects(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    def new(kind: str, **properties: Any) -> dict[str, Any]:
        at = f"2026-01-{chance.randint(1, 28):02}T{chance.randint(0, 23):02}:00:00.{chance.randint(0, 999):03}Z"
        id_ = f"{kind}--{UUID(int=chance.getrandbits(128), version=4)}"
        common = {"type": kind, "spec_version": "2.1", "id": id_, "created": at, "modified": at}
        return {**common, "object_marking_refs": [AMBER], **properties}

    made = 0
    while made < count:
        malware = new("malware", name=f"family-{chance.getrandbits(16)}", is_family=True)
        group = [malware]
        for _ in range(5):
            host = f"{chance.getrandbits(24):06x}.brand{chance.getrandbits(6)}.example"
            indicator = new(
                "indicator", name=f"Phishing host {host}", pattern=f"[domain-name:value = '{host}']",
                pattern_type="stix", description="Seen in a text-message campaign against customers of retail banks.",
                indicator_types=["malicious-activity"], valid_from="2026-01-01T00:00:00.000Z",
                labels=["phishing", "bank"],
            )  # fmt: skip
            group += indicator, new("relationship", relationship_type="indicates",
                                    source_ref=indicator["id"], target_ref=malware["id"])  # fmt: skip
        yield from group[: count - made]
        made += len(group)


def copy_alone(connection: psycopg.Connection, parts: list[bytes], table: str) -> None:
    with connection.cursor() as cursor:
        for part in parts:
            objects = orjson.loads(part)["objects"]
            with cursor.copy(f"copy {table} (id, type, raw) from stdin".encode()) as copy:
                for obj in objects:
                    copy.write_row((obj["id"], obj["type"], orjson.dumps(obj)))
            connection.commit()


def main(count: int = 60_000) -> None:
    with tempfile.TemporaryDirectory(prefix="accord-b", dir="/tmp") as scratch:
        data_dir = Path(scratch) / "n"
        try:
            compare(data_dir, count)
        finally:
            EmbeddedServer.discard(data_dir)


def compare(data_dir: Path, count: int) -> None:
    costs: dict[str, list[Cost]] = {"bare": [], "limit": [], "intake": []}
    # joined as well, since the owner's address is not the node's to know
    with open_node(read_settings(data_dir=data_dir)) as node, EmbeddedServer(data_dir) as urls:
        postmaster = postmaster_of(data_dir)
        with psycopg.connect(urls.owner, autocommit=True) as owner:
            owner.execute("create table bench_bare (id text, type text, raw text)")
            owner.execute("create table bench_limit (id text primary key, type text, raw text)")
            owner.execute("create index on bench_limit (type)")
            owner.execute("create index on bench_limit (type, id)")
        copying = psycopg.connect(urls.owner)
        warm = Member(derived_id("member", "warm"), "warm", "Warm", MemberKind.CERT)
        for turn in range(-1, ROUNDS):  # the first is not counted: schemas are compiled, pages come into memory
            parts = list(bundles(count if turn >= 0 else 2_000, turn + 1))
            with measured(postmaster) as bare:
                copy_alone(copying, parts, "bench_bare")
            with measured(postmaster) as limit:
                copy_alone(copying, parts, "bench_limit")
            member = Member(derived_id("member", str(turn)), f"m{turn}", f"M {turn}", MemberKind.CERT)
            register(node, member if turn >= 0 else warm)
            files = (SharedFile(f"{n}.json", part) for n, part in enumerate(parts))
            with measured(postmaster) as intake:
                taken = list(submit(node, member if turn >= 0 else warm, files, Silent()))
            claims = sum(len(item.reading.claims) for item in taken)
            if claims != count and turn >= 0:
                raise SystemExit(f"{claims} claims of {count} objects were kept: these figures mean nothing.")
            if turn >= 0:
                for name, cost in (("bare", bare), ("limit", limit), ("intake", intake)):
                    costs[name].append(cost)
            del taken
        copying.close()
    show(costs, count)


def show(costs: dict[str, list[Cost]], count: int) -> None:
    print(f"intake: {count:,} STIX 2.1 objects, {ROUNDS} rounds, median; peak memory {peak_mib():.0f} MiB")
    print(f"{'':12}{'objects / CPU s':>16}{'µs process':>12}{'µs database':>12}{'wall s':>9}")
    rates = {}
    for name, found in costs.items():
        rates[name] = count / median(cost.cpu_s for cost in found)
        process, database, wall = (
            median(getattr(cost, part) for cost in found) for part in ("process_s", "database_s", "wall_s")
        )
        print(f"{name:12}{rates[name]:16,.0f}{1e6 * process / count:12.1f}{1e6 * database / count:12.1f}{wall:9.2f}")
    ratio = rates["intake"] / rates["limit"]
    print(f"ratio to the limit {ratio:.2f} (bar {BAR}); to bare COPY {rates['intake'] / rates['bare']:.2f}")
    for name, rate in PEERS.items():
        print(f"{rates['intake'] / rate:6.1f} × {name}, by its published figure of another machine")
