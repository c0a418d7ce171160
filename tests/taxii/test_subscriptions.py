"""Exchange between two nodes over sockets; and with servers that fail, lie or stop."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from accord.adapters.clock import SystemClock
from accord.adapters.taxii_client import TaxiiClient
from accord.model.errors import InputError
from accord.services import subscriptions as exchange
from accord.services import taxii_receive
from accord.store import members, subscriptions
from accord.store.engine import node_transaction
from accord.web.taxii.face import Face

from .samples import RED, indicator
from .stage import TAXII, Tokens, make_node, member_id, served, signed


class MovedClock:
    def __init__(self):
        self.later = timedelta(0)

    def now(self):
        return SystemClock().now() + self.later


class Quiet:
    def report(self, stage, done, total, detail=""):
        pass


@pytest.fixture
def clock():
    return MovedClock()


@pytest.fixture
def here(database, tmp_path, clock):
    return make_node(database, tmp_path / "here", clock)


@pytest.fixture
def there(server, template, tmp_path, request):
    from tests.web.conftest import server_copies

    with server_copies(server, template) as other:
        yield make_node(other, tmp_path / "there")


@pytest.fixture
def url(there):
    with served(there, Face(admit=Tokens().admit, max_page=3)) as url:
        yield f"{url}/taxii2/alliance/collections/all/"


def post(node, slug, *objects, key="all"):
    body = orjson.dumps({"objects": objects})
    return orjson.loads(taxii_receive.receive(node, signed(slug), "alliance", key, body))


def subscribe(node, url, direction="pull", secret="token-of-birch", collection="own"):
    with node_transaction(node.engine) as connection:
        member = members.get(connection, member_id("amber"))
    return exchange.subscribe(node, member, TaxiiClient, direction, url, secret=secret, collection=collection)


def run(node, number):
    return exchange.run(node, number, TaxiiClient, Quiet())


def raws(node):
    with node_transaction(node.engine) as connection:
        return sorted(connection.exec_driver_sql("select raw from claim where served").scalars())


def row(node, number):
    with node_transaction(node.engine) as connection:
        return subscriptions.get(connection, number)


def test_pulling_is_incremental_and_exact(here, there, url):
    post(there, "amber", *(indicator(n) for n in range(8)))
    post(there, "amber", indicator(100, marking=RED))
    number = subscribe(here, url)
    assert run(here, number).objects == 8
    assert raws(here) == [raw for raw in raws(there) if '"Host 100"' not in raw]
    assert run(here, number).objects == 0
    post(there, "cedar", indicator(50), indicator(1, day=2))
    assert run(here, number).objects == 2
    assert row(here, number).objects == 10
    assert (row(here, number).failures, row(here, number).message) == (0, "")


def test_what_is_pulled_is_the_members_own_under_the_collections_handling(here, there, url):
    post(there, "amber", indicator(1))
    run(here, subscribe(here, url))
    with node_transaction(here.engine) as connection:
        handling = connection.exec_driver_sql(
            "select handling from audience a join contribution c on c.audience = a.id"
        ).scalar()
    assert (handling["tlp"], handling["originators"]) == ("RED", [str(member_id("amber"))])


def test_a_stop_between_pages_goes_on_where_it_was(here, there, url):
    post(there, "amber", *(indicator(n) for n in range(8)))
    number = subscribe(here, url)

    class StoppedError(Exception):
        pass

    class StopsAtTheThird:
        def report(self, stage, done, total, detail=""):
            if done == 2:
                raise StoppedError

    with pytest.raises(StoppedError):
        exchange.run(here, number, TaxiiClient, StopsAtTheThird())
    assert len(raws(here)) == 6
    assert row(here, number).place
    assert run(here, number).objects == 2
    assert raws(here) == raws(there)


def test_pushing_sends_ones_own_alone_and_only_what_is_new(here, there, url):
    post(here, "amber", *(indicator(n) for n in range(5)))
    post(here, "birch", indicator(50))
    number = subscribe(here, url, "push", collection="all")
    assert run(here, number).objects == 5
    assert run(here, number).objects == 0
    post(here, "amber", indicator(6))
    assert run(here, number).objects == 1
    assert raws(there) == [raw for raw in raws(here) if '"Host 50"' not in raw]


def test_a_refused_token_shows_and_waits_longer_each_time(here, there, url, clock):
    number = subscribe(here, url, secret="nothing")
    waits = []
    for _ in range(3):
        assert "token" in run(here, number).failure
        waits.append(row(here, number).due_at - clock.now())
    assert waits[0] < waits[1] < waits[2]
    assert row(here, number).failures == 3
    assert exchange.run_due(here, TaxiiClient, Quiet()) == []
    clock.later = timedelta(days=1)
    assert len(exchange.run_due(here, TaxiiClient, Quiet())) == 1


def test_a_server_that_is_not_there_is_a_failure_of_the_subscription(here):
    number = subscribe(here, "http://127.0.0.1:9/collections/x/")
    assert "cannot be reached" in run(here, number).failure


@pytest.fixture
def strange():
    """A server that answers what a test tells it to; asks are kept."""
    answers, asks = [], []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asks.append(self.path)
            status, body, headers = answers.pop(0) if answers else (200, b"{}", {})
            self.send_response(status)
            for name, value in {"content-type": TAXII, "content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *given):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_address[1]}/x/collections/y/", answers, asks
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [(200, b"<html>", {}), (200, b"[]", {}), (200, b'{"objects": 7}', {}), (500, b"", {}), (302, b"", {"location": "http://127.0.0.1:9/"}),
     (200, b'{"more": true, "objects": []}', {}), (200, b'{"more": true, "objects": [{}]}', {})],
)  # fmt: skip
def test_a_server_that_answers_otherwise_fails_the_run_alone(here, strange, status, body, headers):
    url, answers, asks = strange
    answers += [(status, body, headers)] * 3
    number = subscribe(here, url)
    done = run(here, number)
    assert done.objects == 0 or not done.failure
    assert len(asks) <= 2
    assert raws(here) == []


def test_an_endless_answer_is_cut(here, strange, monkeypatch):
    from accord.adapters import taxii_client

    url, answers, _ = strange
    monkeypatch.setattr(taxii_client, "MAX_ANSWER_BYTES", 10_000)
    answers.append((200, b" " * 20_000, {}))
    assert "beyond" in run(here, subscribe(here, url)).failure


def test_a_place_that_is_too_old_begins_again_from_the_last_date(here, strange):
    url, answers, asks = strange
    page = orjson.dumps({"more": True, "next": "n1", "objects": [indicator(1)]})
    last = orjson.dumps({"objects": [indicator(1), indicator(2)]})
    dated = {"X-TAXII-Date-Added-Last": "2026-01-02T00:00:00.000000Z"}
    answers += [(200, page, dated), (404, b"{}", {}), (200, last, dated)]
    number = subscribe(here, url)
    assert run(here, number).failure == ""
    assert "next=n1" in asks[1]
    assert "next" not in asks[2]
    assert len(raws(here)) == 2
    run(here, number)
    assert "added_after=2026-01-02T00%3A00%3A00.000000Z" in asks[3]


def test_a_server_that_asks_for_patience_gets_it(here, strange, clock):
    url, answers, _ = strange
    answers.append((429, b"", {"retry-after": "7200"}))
    number = subscribe(here, url)
    run(here, number)
    assert row(here, number).due_at - clock.now() > timedelta(minutes=110)


@pytest.mark.parametrize(
    "url", ["http://peer.example/collections/x/", "ftp://peer.example/collections/", "https://a:b@peer.example/collections/x/",
            "https://peer.example/", "https:///collections/x/", "https://[/collections/", "https://peer.example/collections/x/?a=b"]
)  # fmt: skip
def test_addresses_that_will_not_do_are_refused_before_anything_is_sent(here, url):
    with pytest.raises(InputError):
        subscribe(here, url)
