"""Exchanges side by side: a slow server, over a real socket, holds up none but its own."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from accord.adapters import taxii_client
from accord.adapters.taxii_client import TaxiiClient
from accord.model.errors import CancelledWorkError
from accord.services import exchange, exchange_lanes
from accord.services.exchange import Reach
from accord.services.exchange_lanes import OutOfTimeError, run_in_lanes
from accord.services.subscriptions import Wish
from accord.services.subscriptions import subscribe as set_up
from accord.store import members, subscriptions
from accord.store.engine import make_engine, node_transaction

from .stage import make_node, member_id, with_keys

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/taxii+json;version=2.1\r\ncontent-length: 2\r\n\r\n{}"


class Quiet:
    def report(self, stage, done, total, detail=""):
        pass


@pytest.fixture
def here(database, tmp_path):
    """With as many connections as a node has unless told otherwise."""
    engine = make_engine(database.app)
    made = make_node(replace(database, engine=engine), tmp_path / "here")
    with with_keys(made, tmp_path / "here" / "custody") as node:
        yield node
    engine.dispose()


@contextmanager
def answering(each_byte_s):
    """A server that gives its answer a byte at a time, so that no single read of it is late."""
    door = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def one(talk):
        with talk:
            talk.recv(10_000)
            try:
                for start in range(len(ANSWER) if each_byte_s else 1):
                    talk.sendall(ANSWER[start : start + 1] if each_byte_s else ANSWER)
                    if ended.wait(each_byte_s):
                        return
            except OSError:
                return

    def serve():
        while True:
            try:
                talk, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(talk,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}/taxii2/collections/x/"
    finally:
        ended.set()
        door.shutdown(socket.SHUT_RDWR)
        door.close()


def subscribe(node, url):
    with node_transaction(node.engine) as connection:
        member = members.get(connection, member_id("amber"))
    return set_up(node, member, Reach(TaxiiClient), Wish("pull", url, every=timedelta(days=1)))


def row(node, number):
    with node_transaction(node.engine) as connection:
        return subscriptions.get(connection, number)


def test_a_slow_server_holds_up_none_but_its_own(here, monkeypatch):
    monkeypatch.setattr(taxii_client, "WHOLE_S", 2.0)
    with answering(0.2) as slow, answering(0) as quick:
        held_up = subscribe(here, slow)
        others = [subscribe(here, f"{quick}{n}/") for n in range(5)]
        began = time.monotonic()
        done = exchange.run_due(here, Reach(TaxiiClient), Quiet())
        took = time.monotonic() - began
    assert {one.id for one in done[:5]} == set(others)
    assert [one.failure for one in done[:5]] == [""] * 5
    assert done[5].id == held_up
    assert "ReadTimeout" in done[5].failure
    assert row(here, others[-1]).done_at < row(here, held_up).due_at - timedelta(minutes=4)
    assert took < 8  # the whole answer would have taken 19 s, and each of its reads is in time


def test_only_so_many_run_at_once_and_each_once():
    numbers = [UUID(int=n) for n in range(9)]
    at_once, most, ran, guard = 0, 0, [], threading.Lock()

    def run(number, _progress):
        nonlocal at_once, most
        with guard:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.02)  # long enough that the lanes meet
        with guard:
            at_once -= 1
            ran.append(number)

    run_in_lanes(lambda: numbers, run, Quiet(), lanes=3)
    assert (most, sorted(ran)) == (3, numbers)


def test_what_becomes_due_meanwhile_does_not_wait_for_the_slow(monkeypatch):
    monkeypatch.setattr(exchange_lanes, "LOOK_AGAIN_S", 0.01)
    slow, later = UUID(int=1), UUID(int=2)
    due, ended = [slow], threading.Event()

    def run(number, _progress):
        if number == later:
            ended.set()
            return
        due.append(later)
        assert ended.wait(5)

    run_in_lanes(lambda: list(due), run, Quiet())


def test_one_that_breaks_does_not_keep_the_others_and_is_heard_of():
    ran = []

    def run(number, _progress):
        if number == UUID(int=0):
            raise ZeroDivisionError
        ran.append(number)

    with pytest.raises(ZeroDivisionError):
        run_in_lanes(lambda: [UUID(int=n) for n in range(8)], run, Quiet(), lanes=1)
    assert len(ran) == 7


def test_each_has_its_time():
    def run(_number, progress):
        progress.report("pulling", 0, None)

    with pytest.raises(OutOfTimeError):
        run_in_lanes(lambda: [UUID(int=1)], run, Quiet(), most_s=-1.0)


def test_a_stop_reaches_every_lane():
    class Stopping:
        def report(self, stage, done, total, detail=""):
            raise CancelledWorkError("Stopped on request.")

    stopped = threading.Semaphore(0)

    def run(_number, progress):
        try:
            while True:
                progress.report("pulling", 0, None)
        except CancelledWorkError:
            stopped.release()
            raise

    with pytest.raises(CancelledWorkError):
        run_in_lanes(lambda: [UUID(int=n) for n in range(2)], run, Stopping())
    for _ in range(2):
        assert stopped.acquire(timeout=5)
