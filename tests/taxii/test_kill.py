"""The server, and now and then its database, killed with -9 while programs post."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import orjson
import pytest

from accord.adapters.database import EmbeddedServer

from .samples import indicator
from .stage import TAXII

UPLOADS, EACH, CLIENTS = 200, 5, 4
PLACE = "/taxii2/alliance/collections/all/objects/"
HEADERS = {"accept": TAXII, "content-type": TAXII, "authorization": "Bearer token-of-amber"}


class Child:
    """The server in a process of its own, started again after each kill."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self.url = ""
        self.up = threading.Event()
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.taxii.child_server", str(self._data_dir)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url, postmaster = self.process.stdout.readline().split()
        self.postmaster = int(postmaster)
        self.up.set()

    def kill(self, *, database: bool) -> None:
        self.up.clear()
        self.process.kill()
        if database:
            os.kill(self.postmaster, signal.SIGKILL)
        self._reap()

    def stop(self) -> None:
        self.process.stdin.close()
        self._reap()

    def _reap(self) -> None:
        self.process.wait(60)
        self.process.stdout.close()
        if not self.process.stdin.closed:
            self.process.stdin.close()


def _post(child: Child, uploads: list[int], acknowledged: set[int]) -> None:
    while uploads:
        number = uploads.pop()
        child.up.wait(120)
        objects = [indicator(number * EACH + n) for n in range(EACH)]
        try:
            answer = httpx.post(
                child.url + PLACE,
                content=orjson.dumps({"objects": objects}),
                headers=HEADERS,
                timeout=60,
                trust_env=False,
            )
        except httpx.HTTPError:
            continue  # nobody knows whether it came in
        if answer.status_code == 202:
            assert answer.json()["success_count"] == EACH
            acknowledged.add(number)


def _held(child: Child) -> Counter[int]:
    """How many objects there are of each upload."""
    found: Counter[int] = Counter()
    query: dict[str, str] = {}
    with httpx.Client(base_url=child.url, headers=HEADERS, trust_env=False) as http:
        while True:
            page = http.get(PLACE, params=query).json()
            found.update(int(one["name"].split()[1]) // EACH for one in page.get("objects", []))
            if not page.get("more"):
                return found
            query = {"next": page["next"]}


@pytest.mark.slow
def test_what_was_acknowledged_is_there_and_nothing_half(request):
    dice = random.Random(7)
    with tempfile.TemporaryDirectory(prefix="accord-k", dir="/tmp") as scratch:
        data_dir = Path(scratch) / "n"
        child = Child(data_dir)
        try:
            uploads, acknowledged = list(range(UPLOADS)), set[int]()
            posting = [threading.Thread(target=_post, args=(child, uploads, acknowledged)) for _ in range(CLIENTS)]
            for thread in posting:
                thread.start()
            kills = 0
            while any(thread.is_alive() for thread in posting):
                enough = len(acknowledged) + dice.randint(15, 40)
                while uploads and len(acknowledged) < enough:
                    time.sleep(dice.uniform(0.001, 0.05))
                if not uploads:
                    break
                child.kill(database=kills % 3 == 2)
                child.start()
                kills += 1
            for thread in posting:
                thread.join(120)
            held = _held(child)
            child.stop()
        finally:
            if child.process.poll() is None:
                child.process.kill()
            EmbeddedServer.discard(data_dir)
    assert kills >= 3
    assert acknowledged
    assert acknowledged <= held.keys()
    assert set(held.values()) == {EACH}
