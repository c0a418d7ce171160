"""Exchange between two nodes over sockets; and with servers that fail, lie or stop."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import orjson
import pytest

from accord.adapters.clock import SystemClock
from accord.adapters.taxii_client import TaxiiClient
from accord.model.errors import InputError
from accord.model.handling import Handling, Tlp
from accord.services import exchange, subscription_secrets, taxii_push, taxii_receive
from accord.services.circles import admit_member, make_circle
from accord.services.exchange import Reach
from accord.services.subscriptions import Wish
from accord.services.subscriptions import subscribe as set_up
from accord.store import audiences, contributions, members, subscriptions, suspensions
from accord.store.engine import node_transaction
from accord.web.taxii.face import Face

from .samples import GREEN, RED, indicator
from .stage import TAXII, Tokens, make_node, member_id, served, signed, with_keys


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
    with with_keys(make_node(database, tmp_path / "here", clock), tmp_path / "here" / "custody") as node:
        yield node


@pytest.fixture
def there(server, template, tmp_path, request):
    from tests.web.conftest import server_copies

    with server_copies(server, template) as other:
        yield make_node(other, tmp_path / "there")


@pytest.fixture
def url(there):
    with served(there, Face(admit=Tokens().admit, max_page=3)) as url:
        yield f"{url}/taxii2/alliance/collections/all/"


def post(node, slug, *objects, key="all", root="alliance", tlp="TLP:AMBER"):
    """`tlp`: the usual one of the member, which markings on objects narrow."""
    body = orjson.dumps({"objects": objects})
    return orjson.loads(taxii_receive.receive(node, replace(signed(slug), member_tlp=tlp), root, key, body))


REACH = Reach(TaxiiClient)


def subscribe(node, url, direction="pull", secret="token-of-birch", collection="own", **more):
    with node_transaction(node.engine) as connection:
        member = members.get(connection, member_id("amber"))
    return set_up(node, member, REACH, Wish(direction, url, secret=secret, collection=collection, **more))


def run(node, number):
    return exchange.run(node, number, REACH, Quiet())


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
        exchange.run(here, number, REACH, StopsAtTheThird())
    assert len(raws(here)) == 6
    assert row(here, number).place
    assert run(here, number).objects == 2
    assert raws(here) == raws(there)


def test_pushing_sends_ones_own_alone_and_only_what_is_new(here, there, url):
    post(here, "amber", *(indicator(n) for n in range(5)))
    post(here, "birch", indicator(50))
    number = subscribe(here, url, "push", collection="all", receiver=member_id("cedar"))
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
    assert exchange.run_due(here, REACH, Quiet()) == []
    clock.later = timedelta(days=1)
    assert len(exchange.run_due(here, REACH, Quiet())) == 1


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


def pushed(here, there, url, **more):
    """What of `here` is at the other node after a push, by the number in its name; and what was held back."""
    number = subscribe(here, url, "push", collection="all", **more)
    assert run(here, number).failure == ""
    return sorted(json.loads(raw)["name"] for raw in raws(there)), row(here, number).held


@pytest.fixture
def marked(here, ring_of_amber_and_cedar):
    """Of amber's: clear, green, amber, red, and one for the ring."""
    post(here, "amber", indicator(0), indicator(1, marking=GREEN), tlp="TLP:CLEAR")
    post(here, "amber", indicator(2), indicator(3, marking=RED))
    post(here, "amber", indicator(4, marking=GREEN), root="circles", key=str(ring_of_amber_and_cedar))


@pytest.fixture
def ring_of_amber_and_cedar(here):
    number = make_circle(here, "Ring")
    for slug in ("amber", "cedar"):
        admit_member(here, number, member_id(slug))
    return number


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    ("receiver", "names"),
    [(None, "01"), ("birch", "012"), ("cedar", "0124"), ("amber", "01234")],
)
def test_a_push_sends_what_policy_lets_its_receiver_have_and_says_what_it_holds_back(here, there, url, receiver, names):
    to = member_id(receiver) if receiver else None
    there_now, held = pushed(here, there, url, receiver=to)
    assert there_now == [f"Host {name}" for name in names]
    assert sum(held.values()) == 5 - len(names)
    if receiver is None:
        assert held["TLP:AMBER does not allow passing it to a community outside this alliance."] == 1


def test_what_a_pull_brought_is_never_pushed_not_even_to_others(here, there, url):
    post(there, "birch", indicator(1), indicator(2), tlp="TLP:CLEAR")
    run(here, subscribe(here, url, collection="all"))
    post(here, "amber", indicator(3))
    there_now, held = pushed(here, there, url, receiver=member_id("amber"))
    assert there_now == ["Host 1", "Host 2", "Host 3"]
    assert held == {taxii_push.BROUGHT: 2}
    with node_transaction(here.engine) as connection:
        assert connection.exec_driver_sql("select sum(objects) from subscription").scalar() == 3


def test_what_an_embargo_held_back_goes_once_it_has_ended(here, there, url, clock):
    ends = clock.now() + timedelta(days=2)
    with node_transaction(here.engine) as connection:
        mine = Handling(tlp=Tlp.GREEN, originators=frozenset({member_id("amber")}), embargo_until=ends)
        audience = audiences.intern(connection, mine)
    post(here, "amber", indicator(1), tlp="TLP:GREEN")
    with node_transaction(here.engine) as connection:
        number = connection.exec_driver_sql("select id from contribution").scalar()
        contributions.relabel(connection, number, audience)
    post(here, "amber", indicator(2), tlp="TLP:GREEN")
    there_now, held = pushed(here, there, url)
    assert (there_now, list(held.values())) == (["Host 2"], [1])
    clock.later = timedelta(days=3)
    (again,) = exchange.run_due(here, REACH, Quiet())
    assert again.failure == ""
    assert len(raws(there)) == 2


def test_what_went_to_a_member_is_known_as_its_copy(here, there, url):
    post(here, "amber", indicator(1))
    pushed(here, there, url, receiver=member_id("cedar"))
    with node_transaction(here.engine) as connection:
        assert connection.exec_driver_sql("select member_id, path from copy").fetchall() == [
            (member_id("cedar"), "taxii")
        ]


def test_secrets_lie_sealed_and_open_for_their_own_subscription_alone(here, strange):
    url, answers, _ = strange
    first, second = (subscribe(here, url, secret=word) for word in ("open-sesame", "another"))
    with node_transaction(here.engine) as connection:
        lying = connection.exec_driver_sql("select id, subscription::text as all_of_it from subscription").fetchall()
        assert not any(word in one.all_of_it for one in lying for word in ("sesame", b"sesame".hex()))
        swapped = row(here, second).sealed
        subscriptions.change(connection, first, sealed=swapped)
    assert subscription_secrets.opened(here, row(here, second)) == "another"
    assert "not sealed by this node" in run(here, first).failure
    assert answers == []


def test_what_an_earlier_version_kept_in_clear_is_sealed(here, strange):
    url, _, _ = strange
    number = subscribe(here, url, secret="")
    with node_transaction(here.engine) as connection:
        subscriptions.change(connection, number, secret="old word")
    assert subscription_secrets.seal_those_in_clear(here) == 1
    assert subscription_secrets.seal_those_in_clear(here) == 0
    assert row(here, number).secret is None
    assert subscription_secrets.opened(here, row(here, number)) == "old word"


def test_a_member_that_is_shut_out_exchanges_nothing(here, url):
    subscribe(here, url)
    with node_transaction(here.engine) as connection:
        suspensions.begin(
            connection, here.ids.new(), member_id("amber"), None, reason="left", by=None, now=here.clock.now()
        )
    assert not exchange.is_due(here)
    assert exchange.run_due(here, REACH, Quiet()) == []


def test_a_server_that_does_not_say_when_is_asked_again_for_the_last_hour(here, strange, clock):
    """Its clock may be another: what it added while we asked is not to be missed."""
    url, answers, asks = strange
    answers.append((200, orjson.dumps({"objects": [indicator(1)]}), {}))
    number = subscribe(here, url)
    began = clock.now()
    run(here, number)
    run(here, number)
    asked = datetime.fromisoformat(parse_qs(asks[1].partition("?")[2])["added_after"][0])
    assert timedelta(minutes=59) < began - asked < timedelta(minutes=61)
