"""TAXII: pages against a bare SELECT and against no policy, and posting beside OpenTAXII.

    python -m benchmarks.taxii pages [ROWS…]      10,000 100,000 1,000,000 unless given, 5,000 audiences
    python -m benchmarks.taxii peers VENV         ours and OpenTAXII by ../shared/peers/taxii_bench.py, same run; VENV
                                                  has opentaxii, gunicorn, httpx, psutil (../shared/peers/README.md)
    python -m benchmarks.taxii load [SECONDS]     32 clients at once: memory of the server

`pages`: CPU milliseconds, ours and PostgreSQL's together, of one page of 1,000 objects of 0.5 kB. "bare": the rows'
texts selected and fetched by the superuser, whom no policy binds; "begun": the same in a transaction of its own;
"no policy": our page by the superuser; "page": our page as a viewer who sees all, or every second one; "service": the
same with opening the viewer's transaction and finding the collection; "HTTP": over a socket, the client's own work
included.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import httpx
import orjson
import psutil
import psycopg
from tests.taxii.stage import TAXII, make_node, member_id, served, signed

from accord.adapters.database import EmbeddedServer
from accord.model.handling import Handling
from accord.services import taxii_read
from accord.store import audiences, engine, provision, schema, taxii_pages
from accord.store.taxii_pages import Wanted
from accord.web.taxii.face import Face
from benchmarks.clocks import measured, postmaster_of
from benchmarks.intake import stix_objects
from benchmarks.worlds import SHARED

AUDIENCES = 5_000
ROUNDS, REPEATS = 9, 60
PAGE = 1_000
BARE = "select raw from claim where served order by added_at, contribution_id, number limit 1000"
FILL = """
insert into contribution
select md5('c' || n)::uuid, (select id from member limit 1), n::text, '', 'stix-2.1', 'x', 1, 'received', '', 0, 0,
    '{{}}', '{{}}', null, null, now(), null, null, n from generate_series(1, {audiences}) n;
insert into claim (contribution_id, audience, number, stix_id, type, raw, added_at, version_at)
select md5('c' || 1 + n % {audiences})::uuid, 1 + n % {audiences}, n, 'indicator--' || md5(n::text)::uuid, 'indicator',
    replace('{raw}', '§', md5(n::text)::uuid::text), now() - interval '1 day' + n * interval '1 millisecond', now()
from generate_series(1, {rows}) n;
"""


def pages(*sizes: int) -> None:
    columns = ("bare", "bare, begun", "no policy", "page, all", "page, half", "service, all", "service, half", "HTTP")
    print(f"{'objects':>10}" + "".join(f"{name:>15}" for name in columns))
    for rows in sizes or (10_000, 100_000, 1_000_000):
        folder = Path(tempfile.mkdtemp(prefix="accord-b", dir="/tmp"))
        try:
            with EmbeddedServer(folder / "n", durable=False) as urls:
                provision.provision(urls.superuser)
                schema.migrate(urls.owner)
                made = engine.make_engine(urls.app)
                node = make_node(SimpleNamespace(app=urls.app, engine=made), folder)
                fill(urls.of("postgres"), rows)
                times = compare(node, urls.of("postgres"), postmaster_of(folder / "n"))
                made.dispose()
            EmbeddedServer.discard(folder / "n")
        finally:
            shutil.rmtree(folder)
        cells = "".join(f"{times[name]:15.2f}" for name in columns)
        print(f"{rows:>10,}{cells}", flush=True)


def fill(superuser: str, rows: int) -> None:
    raw = orjson.dumps(next(one for one in stix_objects(2, random.Random(1)) if one["type"] == "indicator"))
    said = orjson.loads(raw)
    said["id"] = "indicator--§"
    text = orjson.dumps(said).decode().replace("'", "''")
    known = [audiences.to_document(_handling(n)) for n in range(1, AUDIENCES + 1)]
    with psycopg.connect(superuser) as connection:
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into audience (id, digest, handling) overriding system value values"
                " (nextval('audience_id_seq'), sha256(%s::text::bytea), %s)",
                [(str(n), psycopg.types.json.Jsonb(handling)) for n, handling in enumerate(known)],
            )
        first = connection.execute("select min(id) from audience").fetchone()[0]
        assert first <= 10
        connection.execute(FILL.format(rows=rows, audiences=AUDIENCES, raw=text).encode())
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("vacuum analyze")


def _handling(number: int) -> Handling:
    """Each another, and every second one not for amber."""
    excluded = {UUID(int=number), member_id("amber")} if number % 2 else {UUID(int=number)}
    return Handling(excluded_members=frozenset(excluded))


def compare(node, superuser: str, postmaster: int) -> dict[str, float]:
    plain = engine.make_engine(superuser)
    wanted, calls = Wanted(PAGE), {}
    face = Face(admit=lambda _node, _token: signed("amber"))
    with ExitStack() as stack:
        connection = stack.enter_context(plain.connect())
        connection.exec_driver_sql("set max_parallel_workers_per_gather = 0")
        connection.info["accord.visible"] = "1" * AUDIENCES  # all, so that it goes by the whole index
        driver = engine.driver_of(connection)
        calls["bare"] = lambda: driver.execute(BARE).fetchall()
        alone = engine.driver_of(stack.enter_context(plain.connect()))
        calls["bare, begun"] = lambda: (alone.execute(BARE).fetchall(), alone.commit())
        calls["no policy"] = partial(taxii_pages.page, connection, wanted)
        for name, slug in (("all", "birch"), ("half", "amber")):
            whose = signed(slug)
            seeing = stack.enter_context(engine.begin(node.engine, whose.viewer, datetime.now(UTC)))
            calls[f"page, {name}"] = partial(taxii_pages.page, seeing, wanted)
            calls[f"service, {name}"] = partial(taxii_read.objects, node, whose, "alliance", "all", wanted)
        url = stack.enter_context(served(node, face))
        headers = {"accept": TAXII, "authorization": "Bearer x"}
        http = stack.enter_context(httpx.Client(base_url=url, headers=headers))
        place = "/taxii2/alliance/collections/all/objects/"
        assert len(http.get(place).json()["objects"]) == PAGE
        calls["HTTP"] = lambda: http.get(place).content
        times = costs_of(postmaster, calls)
    plain.dispose()
    return times


def costs_of(postmaster: int, calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """CPU milliseconds of a call, of this process and PostgreSQL together: the median of rounds in turn.

    In turn, as the machine is shared, and what a millisecond does there changes from one minute to the next.
    """
    for call in calls.values():
        for _ in range(12):  # until the driver has prepared it
            call()
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            with measured(postmaster) as cost:
                for _ in range(REPEATS):
                    call()
            found[name].append(1_000 * cost.cpu_s / REPEATS)
    return {name: statistics.median(values) for name, values in found.items()}


def peers(venv: str) -> None:
    script = SHARED / "peers/taxii_bench.py"
    with ours(5_011) as (url, pid, postmaster):
        print("Accord", flush=True)
        bench(script, url, "/taxii2/alliance/collections/all/", ["--token", "token-of-amber"], pid, postmaster)
    scratch = Path(tempfile.mkdtemp(prefix="opentaxii-", dir="/tmp"))
    pidfile = scratch / "pid"
    command = [f"{venv}/bin/gunicorn", "-w", "1", "--threads", "4", "-b", "127.0.0.1:5012", "-p", str(pidfile)]
    command += ["--log-level", "error", "--no-control-socket", "peer_apps:opentaxii()"]
    process = subprocess.Popen(command, cwd=SHARED / "peers", env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    try:
        time.sleep(8)
        print("OpenTAXII 0.9.3", flush=True)
        place = "/taxii2/7a1c0d52-1f0e-4a55-9b4e-2d0c6f1f7a01/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/"
        bench(script, "http://127.0.0.1:5012", place, [], int(pidfile.read_text()))
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(scratch)


def bench(script: Path, url: str, place: str, more: list[str], *pids: int) -> None:
    command = [sys.executable, str(script), url, place, *more, "--pid", *map(str, pids)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})


@contextmanager
def ours(port: int) -> Iterator[tuple[str, int, int]]:
    command = [sys.executable, "-m", "benchmarks.taxii_server", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    url, pid, postmaster = process.stdout.readline().split()
    try:
        yield url, int(pid), int(postmaster)
    finally:
        process.stdin.close()
        process.wait(60)


def load(seconds: int = 30) -> None:
    """32 clients: a quarter post 1,000 objects at a time, the others page through everything."""
    with ours(5_013) as (url, pid, postmaster):
        until, counts = time.monotonic() + seconds, [0, 0]
        threads = [threading.Thread(target=_client, args=(url, number, until, counts)) for number in range(32)]
        for thread in threads:
            thread.start()
        peak = server = 0.0
        while any(thread.is_alive() for thread in threads):
            mine = psutil.Process(pid).memory_info().rss / 1e6
            database = sum(map(_pss, psutil.Process(postmaster).children())) / 1e6
            server, peak = max(server, mine), max(peak, mine + database)
            time.sleep(0.5)
        print(
            f"{counts[0]:,} posts of 1,000, {counts[1]:,} pages: server {server:.0f} MB, with PostgreSQL {peak:.0f} MB"
        )


def _pss(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.NoSuchProcess:  # it ended meanwhile
        return 0


def _client(url: str, number: int, until: float, counts: list[int]) -> None:
    headers = {"accept": TAXII, "content-type": TAXII, "authorization": "Bearer token-of-amber"}
    place = "/taxii2/alliance/collections/all/objects/"
    with httpx.Client(base_url=url, headers=headers, timeout=120) as http:
        turn, query = 0, {}
        while time.monotonic() < until:
            if number % 4 == 0:
                turn += 1
                made = list(stix_objects(1_000, random.Random(number * 1_000 + turn)))
                assert http.post(place, content=orjson.dumps({"objects": made})).status_code == 202
                counts[0] += 1
            else:
                page = http.get(place, params=query).json()
                query = {"next": page["next"]} if page.get("more") else {}
                counts[1] += 1


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    {"pages": lambda: pages(*map(int, given)), "peers": lambda: peers(*given), "load": lambda: load(*map(int, given))}[
        what
    ]()
