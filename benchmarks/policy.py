"""What row-level security costs: `python -m benchmarks.policy [ROWS] [AUDIENCES]`, 1,000,000 and 5,000 unless given.

The same queries as the superuser, whom no policy binds, and as a viewer, in one session after the other on one server;
milliseconds in the server (EXPLAIN ANALYZE), the best of many. And the times of starting, migrating, copying.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg

from accord.adapters.database import EmbeddedServer
from accord.model.handling import Handling
from accord.policy.decide import Viewer
from accord.store import audiences, engine, provision, schema

WORLD = """
insert into member values ('00000000-0000-0000-0000-000000000001', 'm', 'M', 'cert', '', '', '{{}}', now());
insert into contribution
select md5('c' || n)::uuid, '00000000-0000-0000-0000-000000000001', n::text, '', 'csv', 'x', 1, 'received', '', 0, 0,
    '{{}}', '{{}}', null, null, now(), null, null, n from generate_series(1, {audiences}) n;
insert into claim (contribution_id, audience, number, stix_id, type, raw)
select md5('c' || 1 + n % {audiences})::uuid, 1 + n % {audiences}, n, 'indicator--' || md5(n::text), 'indicator',
    '{{"id":"indicator--' || md5(n::text) || '"}}' from generate_series(1, {rows}) n;
insert into mention (selector_id, contribution_id, audience, claim_number)
select n / 2, md5('c' || 1 + n % {audiences})::uuid, 1 + n % {audiences}, n from generate_series(1, {rows}) n;
insert into selector select n, 'domain', 'd' || n || '.example', '' from generate_series(0, {rows} / 2) n;
"""
QUERIES = {
    "page of 1,000 claims by id": "select raw from claim where stix_id > 'indicator--8' order by stix_id limit 1000",
    "one claim by id": "select raw from claim where stix_id = 'indicator--c4ca4238a0b923820dcc509a6f75849b'",
    "count of all claims": "select count(*) from claim",
    "page of 1,000 selectors": "select value from selector where id > 1000 order by id limit 1000",
    "count of all selectors": "select count(*) from selector",
}
REPEATS = {"count of all claims": 15, "count of all selectors": 3}


def main(rows: int = 1_000_000, known: int = 5_000) -> None:
    folder = Path(tempfile.mkdtemp(prefix="accord-b", dir="/tmp"))
    try:
        start_times(folder / "durable")
        with EmbeddedServer(folder / "node", durable=False) as urls:
            with timed("roles and database"):
                provision.provision(urls.superuser)
            with timed("migration from empty"):
                schema.migrate(urls.owner)
            copy_times(urls)
            fill(urls.of("postgres"), rows, known)
            compare(urls, known)
        EmbeddedServer.discard(folder / "node")
    finally:
        shutil.rmtree(folder)


def start_times(data_dir: Path) -> None:
    with timed("first start, with initdb"):
        share = EmbeddedServer(data_dir)
        share.join()
    with timed("joining a running server"), EmbeddedServer(data_dir):
        pass
    with timed("stop"):
        share.leave()
    with timed("later start"):
        share.join()
    share.leave()
    EmbeddedServer.discard(data_dir)


def copy_times(urls) -> None:
    with psycopg.connect(urls.superuser, autocommit=True) as admin:
        admin.execute("create database template_b template accord is_template true")
        times = []
        for n in range(10):
            begun = time.perf_counter()
            provision.make_database(admin, f"copy_{n}", template="template_b")
            times.append(time.perf_counter() - begun)
            admin.execute(f"drop database copy_{n}")
    print(f"{'database from the template (fsync off)':44} {1000 * statistics.median(times):8.1f} ms")


def fill(superuser: str, rows: int, known: int) -> None:
    with timed(f"filling: {rows:,} claims and mentions, {known:,} audiences"):
        with psycopg.connect(superuser) as connection:
            handlings = [audiences.to_document(Handling(circles=frozenset({UUID(int=n)}))) for n in range(known)]
            with connection.cursor() as cursor:
                cursor.executemany(
                    "insert into audience (digest, handling) values (sha256(%s::text::bytea), %s)",
                    [(str(n), psycopg.types.json.Jsonb(handling)) for n, handling in enumerate(handlings)],
                )
            connection.execute(WORLD.format(rows=rows, audiences=known).encode())
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute("vacuum analyze")


def compare(urls, known: int) -> None:
    node = engine.make_engine(urls.app)
    viewers = {
        "sees all": frozenset(UUID(int=n) for n in range(known)),
        "sees half": frozenset(UUID(int=n) for n in range(0, known, 2)),
        "sees 2 %": frozenset(UUID(int=n) for n in range(0, known, 50)),
    }
    print(f"\n{'in the server, ms':32} {'no policy':>10}" + "".join(f"{name:>20}" for name in ("node", *viewers)))
    with psycopg.connect(urls.of("postgres")) as plain:
        plain.execute("set max_parallel_workers_per_gather = 0")
        for label, query in QUERIES.items():
            base = best(plain, label, query)
            cells = []
            with engine.node_transaction(node) as connection:
                cells.append(best(engine.driver_of(connection), label, query))
            for circles in viewers.values():
                with engine.begin(node, Viewer(UUID(int=9_999_999), circles), datetime.now(UTC)) as connection:
                    cells.append(best(engine.driver_of(connection), label, query))
            print(f"{label:32} {base:10.2f}" + "".join(f"{cell:11.2f} ({cell / base:5.2f})" for cell in cells))
    print()
    fresh = Viewer(UUID(int=8_888_888), viewers["sees half"])
    for label in ("opening a viewer's transaction, first", "the same, decisions kept"):
        with timed(label), engine.begin(node, fresh, datetime.now(UTC)):
            pass
    with timed("opening a node transaction"), engine.node_transaction(node):
        pass
    node.dispose()


def best(connection: psycopg.Connection, label: str, query: str) -> float:
    times = []
    for _ in range(REPEATS.get(label, 51)):
        rows = connection.execute("explain (analyze, timing off, summary) " + query).fetchall()
        times.append(next(float(line.split()[2]) for (line,) in rows if line.startswith("Execution Time")))
    return min(times)  # the machine is shared: the best of many is what the query costs


@contextmanager
def timed(label: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"{label:44} {1000 * (time.perf_counter() - begun):8.1f} ms", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
