"""Webhooks: told once, signed, only what the member may see, tried again, never into private networks."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from accord.adapters.webhook_sender import WebhookSender, load_key
from accord.model.errors import AbsentError, InputError, LimitError, NodeError, RefusedError
from accord.model.handling import Handling, Tlp
from accord.services import webhook_delivery, webhooks
from accord.services.webhook_delivery import Couriers
from accord.store import audiences, events, suspensions
from accord.store.engine import node_transaction
from accord.store.exchange_tables import webhook_delivery as deliveries
from accord.store.tables import event, person

from .conftest import signed_as, world
from .receivers import dripping, receiving

URL = "https://hooks.member.example/accord"


@pytest.fixture
def steward(node, made):
    with node_transaction(node.engine) as connection:
        numbers = [made.people[slug] for slug in ("ncu-a", "upland")]
        connection.execute(update(person).where(person.c.id.in_(numbers)).values(role="steward"))
    return signed_as(node, made.people["ncu-a"])


def happen(node, n, *, tlp=Tlp.GREEN, of="upland", verb="lead confirmed"):
    """Something happens, a moment ago."""
    whose = world.member_id(of)
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, Handling(tlp=tlp, originators=frozenset({whose})))
        number = UUID(int=1000 + n)
        at = node.clock.now() + timedelta(seconds=n)
        events.append(
            connection, id=number, happened_at=at, verb=verb, subject=f"subject {n}", detail={"secret": "words"},
            audience=audience, person_id=None, member_id=whose,
        )  # fmt: skip
    return number


class Posts:
    """Answers as told, and keeps what came."""

    def __init__(self, *answers):
        self.answers, self.came = list(answers), []

    def __call__(self, url, body, headers):
        self.came.append((url, json.loads(body), headers))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer


def rounds(node, post):
    webhook_delivery.enter(node)
    return deliver(node, post)


def deliver(node, post):
    """Makes what is due; how many deliveries were tried."""
    with Couriers(node, post) as couriers:
        couriers.send()
        return couriers.finish()


@contextmanager
def later(node, **span):
    node.clock.moment += timedelta(**span)
    try:
        yield
    finally:
        node.clock.moment -= timedelta(**span)


def states(node):
    with node_transaction(node.engine) as connection:
        return sorted(connection.scalars(select(deliveries.c.state)))


def test_a_member_is_told_once_and_only_what_it_may_see(node, steward):
    webhooks.add(node, steward, URL, ["lead confirmed"])
    seen = happen(node, 1)
    happen(node, 2, tlp=Tlp.RED)
    happen(node, 3, verb="plan made")
    posts = Posts()
    assert rounds(node, posts) == 1
    assert rounds(node, posts) == 0
    ((url, body, headers),) = posts.came
    assert url == URL
    assert body["event"]["id"] == str(seen)
    assert headers["accord-delivery"] == body["delivery"]
    assert "secret" not in json.dumps(body)
    assert states(node) == ["delivered"]


def test_what_may_no_longer_be_seen_is_not_told_later(node, steward):
    webhooks.add(node, steward, URL, [])
    number = happen(node, 1)
    webhook_delivery.enter(node)
    with node_transaction(node.engine) as connection:
        own = Handling(tlp=Tlp.RED, originators=frozenset({world.member_id("upland")}))
        hidden = audiences.intern(connection, own)
        kept = connection.execute(select(event).where(event.c.id == number)).one()
    node_owner_hides(node, kept, hidden)
    posts = Posts()
    deliver(node, posts)
    assert str(number) not in json.dumps([body for _, body, _ in posts.came])
    assert "withdrawn" in states(node)


def node_owner_hides(node, kept, audience):
    """The record is written once, so its owner changes it here."""
    import psycopg

    url = node.database_url.replace("accord_app", "accord_owner")
    with psycopg.connect(url) as owner:
        owner.execute("select set_config('accord.visible', 'all', true)")
        owner.execute("update event set audience = %s where id = %s", (audience, kept.id))


def test_a_failing_receiver_is_tried_again_and_at_last_given_up(node, steward):
    webhooks.add(node, steward, URL, ["lead confirmed"])
    happen(node, 1)
    posts = Posts(500, NodeError("No answer."), 503, 500, 500, 500, 500)
    rounds(node, posts)
    assert states(node) == ["waiting"]
    assert deliver(node, posts) == 0
    waited = timedelta()
    for pause in webhook_delivery.PAUSES:
        waited += pause
        with later(node, seconds=waited.total_seconds() + 1):
            assert deliver(node, posts) == 1
            waited += timedelta(seconds=1)
    assert states(node) == ["given-up"]
    (view,) = webhooks.list_deliveries(node, steward).rows
    assert (view.tries, view.status) == (7, 500)


def test_gone_ends_at_once_and_success_after_failure_counts(node, steward):
    webhooks.add(node, steward, URL, ["lead confirmed"])
    happen(node, 1)
    rounds(node, Posts(410))
    assert states(node) == ["given-up"]
    happen(node, 2)
    rounds(node, Posts(500))
    with later(node, minutes=2):
        deliver(node, Posts(200))
    assert states(node) == ["delivered", "given-up"]


def test_a_stopped_webhook_is_silent(node, steward):
    number = webhooks.add(node, steward, URL, [])
    happen(node, 1)
    webhook_delivery.enter(node)
    webhooks.stop(node, steward, number)
    posts = Posts()
    assert rounds(node, posts) == 0
    assert set(states(node)) == {"withdrawn"}
    with pytest.raises(AbsentError):
        webhooks.stop(node, steward, number)


def test_it_is_a_steward_s_duty_and_its_member_s_own(node, made, steward):
    number = webhooks.add(node, steward, URL, [])
    other = signed_as(node, made.people["upland"])
    assert webhooks.list_webhooks(node, other) == []
    with pytest.raises(AbsentError):
        webhooks.stop(node, other, number)
    with pytest.raises(AbsentError):
        webhooks.list_deliveries(node, other, webhook_id=number)
    with pytest.raises(RefusedError):
        webhooks.add(node, signed_as(node, made.people["stonebridge"]), URL, [])


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example/", "https://", "https://user:word@a.example/", "https://a.example/#x", "javascript:alert(1)",
     "https://a b.example/", "https://a.example/" + "x" * 500, "https://[::1", "https://a.example:99999/"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(node, steward, url):
    with pytest.raises(InputError):
        webhooks.add(node, steward, url, [])


def test_there_are_only_so_many_and_only_known_events(node, steward):
    with pytest.raises(InputError):
        webhooks.add(node, steward, URL, ["something else"])
    for _ in range(webhooks.MOST):
        webhooks.add(node, steward, URL, [])
    with pytest.raises(LimitError):
        webhooks.add(node, steward, URL, [])


def test_a_slow_receiver_holds_up_nobody_else(node, steward, tmp_path):
    sender = WebhookSender(load_key(tmp_path / "key"), node.clock, allow_private=True, timeout_s=2)
    with dripping() as slow, receiving() as (url, came), Couriers(node, sender) as couriers:
        for address in (slow, url):
            webhooks.add(node, steward, address, ["lead confirmed"])
        for n in range(5):
            happen(node, n)
        webhook_delivery.enter(node)
        began = time.monotonic()
        couriers.send()
        while len(came) < 5 and time.monotonic() - began < 20:
            time.sleep(0.02)
        others_took = time.monotonic() - began
        couriers.send()  # who is under way is not asked twice
        assert couriers.finish() == 6
    assert len(came) == 5
    assert others_took < 2, "the receiver that answers had to wait for the one that does not"
    assert states(node) == ["delivered"] * 5 + ["waiting"] * 5


def test_a_member_s_slow_receivers_leave_room_for_other_members(node, made, steward):
    held, asked = threading.Event(), []

    def post(url, body, headers):
        asked.append(url)
        held.wait(20)
        return 204

    for n in range(webhook_delivery.OF_A_MEMBER + 2):
        webhooks.add(node, steward, f"https://hooks.member.example/{n}", ["lead confirmed"])
    webhooks.add(node, signed_as(node, made.people["upland"]), "https://other.example/", ["lead confirmed"])
    happen(node, 1)
    webhook_delivery.enter(node)
    with Couriers(node, post) as couriers:
        couriers.send()
        while len(asked) < webhook_delivery.OF_A_MEMBER + 1:
            time.sleep(0.01)
        couriers.send()
        assert "https://other.example/" in asked
        assert len(asked) == webhook_delivery.OF_A_MEMBER + 1
        held.set()
        couriers.finish()
        couriers.send()
        couriers.finish()
    assert set(states(node)) == {"delivered"}


def test_what_a_killed_process_was_at_is_tried_again_once_its_claim_ends(node, steward):
    webhooks.add(node, steward, URL, ["lead confirmed"])
    happen(node, 1)
    webhook_delivery.enter(node)

    def killed(url, body, headers):
        raise SystemExit

    assert deliver(node, killed) == 0
    assert deliver(node, Posts()) == 0
    with later(node, seconds=webhook_delivery.CLAIMED.total_seconds() + 1):
        assert deliver(node, Posts()) == 1
    assert states(node) == ["delivered"]


def test_a_member_that_is_shut_out_is_told_nothing(node, steward):
    webhooks.add(node, steward, URL, ["lead confirmed"])
    happen(node, 1)
    webhook_delivery.enter(node)
    happen(node, 2)
    with node_transaction(node.engine) as connection:
        suspensions.begin(
            connection, node.ids.new(), steward.member_id, None, reason="left", by=None, now=node.clock.now()
        )
    assert rounds(node, Posts()) == 0
    assert states(node) == ["waiting"]


def test_programs_set_up_and_stop_them(call, steward):
    api = call("ncu-a")
    made_one = api.post("/api/v1/webhooks", json={"url": URL, "verbs": ["plan made"]})
    assert made_one.status_code == 201, made_one.text
    number = made_one.json()["id"]
    assert [one["id"] for one in api.get("/api/v1/webhooks").json()] == [number]
    assert api.get(f"/api/v1/webhooks/{number}/deliveries").json() == {"items": [], "next": None}
    assert call("upland").get(f"/api/v1/webhooks/{number}/deliveries").status_code == 404
    assert api.delete(f"/api/v1/webhooks/{number}").status_code == 204
    assert api.get("/api/v1/webhooks").json() == []
    assert api.get("/api/v1/webhooks/key").status_code == 404  # this application was given none
