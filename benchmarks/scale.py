"""Generated mentions through intake, leads and map, and the pages of that world.

    python -m benchmarks scale [MENTIONS…]       100000 and 1000000 unless given

Made by ../shared/data/scale.py: 200 members, one CSV file a member and week. CPU seconds of this process and of
PostgreSQL; peak memory of this process; each size in a process of its own. Pages are asked in process by a signed-in
person, after one request each to warm up; milliseconds, median of nine, wall and CPU (this process and PostgreSQL).
Bars: leads under 60 s and linear, pages under 150 ms.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from litestar.testing import TestClient

from accord.adapters.database import EmbeddedServer
from accord.bootstrap import open_node
from accord.model.ids import derived_id
from accord.model.maps import Map
from accord.services import leads, maps, run, sign_in
from accord.services.members import enrol
from accord.services.node import Node
from accord.settings import read_settings
from accord.store import audiences, drawn, members
from accord.store.engine import begin, node_transaction
from accord.web.app import create_app
from benchmarks.clocks import Cost, measured, peak_mib, postmaster_of
from benchmarks.worlds import Silent, make, shares

PAGES = (
    *("/", "/activity", "/contributions", "/leads", "/map", "/plan", "/report", "/alliance"),
    *("/search?q=198.51.100.7", "/search?q=login"),
)
TIMES = 9
CACHE = Path(tempfile.gettempdir()) / "accord-generated"


def main(*counts: int) -> None:
    if len(counts) == 1:
        one(counts[0])
        return
    for count in counts or (100_000, 1_000_000):
        subprocess.run([sys.executable, "-c", f"from benchmarks.scale import one; one({count})"], check=True)


def one(count: int) -> None:
    folder = make(count, CACHE / str(count))
    with tempfile.TemporaryDirectory(prefix="accord-b", dir="/tmp") as scratch:
        data_dir = Path(scratch) / "n"
        try:
            with open_node(read_settings(data_dir=data_dir)) as node:
                stages(node, folder, count, postmaster_of(data_dir))
        finally:
            EmbeddedServer.discard(data_dir)


def stages(node: Node, folder: Path, count: int, postmaster: int) -> None:
    print(f"scale: {count:,} generated mentions", flush=True)
    with told("intake", postmaster):
        intake = run.take_in(node, shares(folder), Silent())
    files = sum(len(member.files) for member in intake)
    mentions = sum(file.mentions for member in intake for file in member.files)
    print(f"  {files:,} files, {mentions:,} mentions of selectors", flush=True)
    with told("leads", postmaster):
        found = leads.find(node, Silent())
    with told("map", postmaster), begin(node.engine, run.ANY_MEMBER, node.clock.now()) as connection:
        chart, _ids = maps.draw(connection, Silent())
    print(f"  {len(found):,} leads kept, {len(chart.nodes):,} nodes", flush=True)
    keep_map(node, chart)
    pages(node, postmaster)
    print(f"  peak memory {peak_mib():,.0f} MiB", flush=True)


def keep_map(node: Node, chart: Map) -> None:
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, run.FOR_MEMBERS)
        now = node.clock.now()
        drawn.keep_map(connection, derived_id("map", "members"), maps.document(chart), now, audience)


def pages(node: Node, postmaster: int) -> None:
    with node_transaction(node.engine) as connection:
        member = members.every(connection)[0]
    person = enrol(node, member, "A Reader", role="analyst", title="Analyst")
    with TestClient(create_app(node), base_url="http://accord.test") as client:
        client.headers["accept"] = "text/html"
        token = sign_in.make_link(node, person).rpartition("#")[2]
        client.post("/enter/use", data={"token": token}, follow_redirects=False)
        print(f"  {'page':26}{'wall ms':>9}{'CPU ms':>9}{'kB':>8}")
        for path in PAGES:
            client.get(path)
            costs = []
            for _ in range(TIMES):
                with measured(None) as cost:
                    answer = client.get(path)
                costs.append(cost)
            if answer.status_code != 200:
                print(f"  {path:26} {answer.status_code}")
                continue
            with measured(postmaster) as many:
                for _ in range(TIMES):
                    client.get(path)
            wall = 1000 * median(cost.wall_s for cost in costs)
            print(
                f"  {path:26}{wall:9.1f}{1000 * many.cpu_s / TIMES:9.1f}{len(answer.content) / 1000:8.0f}", flush=True
            )


@contextmanager
def told(name: str, postmaster: int) -> Iterator[Cost]:
    with measured(postmaster) as cost:
        yield cost
    print(
        f"  {name:10}{cost.cpu_s:9.1f} CPU s ({cost.process_s:.1f} + {cost.database_s:.1f} database)"
        f"{cost.wall_s:9.1f} s wall", flush=True,
    )  # fmt: skip
