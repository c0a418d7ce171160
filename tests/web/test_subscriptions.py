# ruff: noqa: E501  # tables of examples read better in one line
"""The page of subscriptions: what a steward sees and does; what others may not."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from accord.adapters.keys import open_keys
from accord.adapters.tile_folder import TileFolder
from accord.model.errors import AbsentError, RefusedError
from accord.services import exchange, subscriptions
from accord.services.acting import act_as_person
from accord.services.custody_room import CustodyRoom
from accord.services.exchange import Reach
from accord.store.engine import node_transaction
from accord.store.subscription_tables import subscription
from accord.store.tables import event, person
from accord.web.app import create_app
from accord.web.limits import Limits

from . import exchanges, plain_verbs
from .conftest import browser_of

URL = "https://peer.example/api/collections/1/"
FORM = {
    "kind": "taxii",
    "direction": "pull",
    "url": URL,
    "collection": "alliance/own",
    "every": "60",
    "secret": "open-sesame",
}


class Silent:
    def report(self, stage, done, total, detail=""):
        pass


class Checks:
    """Which addresses were asked about; those of `.internal.example` are not public."""

    def __init__(self):
        self.asked = []

    def __call__(self, url):
        self.asked.append(url)
        if ".internal.example" in url:
            raise RefusedError("The host is not at a public address.", action="Change the address.")


@contextmanager
def _peer(*_given):
    yield None


@pytest.fixture
def keyed(node, tmp_path):
    storage = TileFolder(tmp_path / "log")
    yield replace(node, custody=CustodyRoom(storage, open_keys(tmp_path / "keys")))
    storage.close()


@pytest.fixture
def checks():
    return Checks()


@pytest.fixture
def begun():
    return []


@pytest.fixture
def steward(keyed, people, checks, begun):
    with node_transaction(keyed.engine) as connection:
        connection.execute(update(person).where(person.c.id == people["ncu-a"]).values(role="steward"))
    verbs = replace(plain_verbs.VERBS, reach=Reach(_peer, _peer, _peer, checks), exchange=begun.append)
    return browser_of(create_app(keyed, verbs, limits=Limits(scale=0)), keyed, people["ncu-a"])


def rows(node):
    with node_transaction(node.engine) as connection:
        return connection.execute(select(subscription)).all()


def events(node):
    with node_transaction(node.engine) as connection:
        return list(connection.scalars(select(event.c.verb).where(event.c.verb.startswith("exchange"))))


def send(browser, path, **form):
    csrf = browser.get("/me").text.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    return browser.post(path, data={"csrf": csrf, **form}, follow_redirects=False)


def test_empty_it_says_what_it_is_for(steward):
    page = steward.get("/subscriptions").text
    assert "None yet" in page
    assert 'action="/subscriptions"' in page


def test_one_is_set_up_paused_resumed_removed_and_put_back_and_each_is_recorded(steward, keyed, checks, begun):
    assert send(steward, "/subscriptions", **FORM).status_code == 303
    (row,) = rows(keyed)
    assert (row.url, row.direction, row.every_s, row.secret) == (URL, "pull", 3_600, None)
    assert checks.asked == [URL]
    assert begun == [keyed]
    page = steward.get("/subscriptions").text
    assert "Not run yet" in page
    assert "sesame" not in page
    for act, shown in (
        ("pause", "Paused"),
        ("resume", "Not run yet"),
        ("remove", "Put back"),
        ("restore", "Not run yet"),
    ):
        assert send(steward, f"/subscriptions/{row.id}/{act}").status_code == 303
        assert shown in steward.get("/subscriptions").text
    verbs = ["exchange set up", "exchange paused", "exchange resumed", "exchange ended", "exchange put back"]
    assert sorted(events(keyed)) == sorted(verbs)


def test_a_removed_one_does_not_run_and_is_gone_after_a_day(steward, keyed, people):
    send(steward, "/subscriptions", **FORM)
    (row,) = rows(keyed)
    send(steward, f"/subscriptions/{row.id}/remove")
    assert not exchange.is_due(keyed)
    keyed.clock.moment += exchange.KEPT_REMOVED * 2
    with pytest.raises(AbsentError):
        subscriptions.put_back(keyed, act_as_person(keyed, people["ncu-a"]), row.id)
    exchange.run_due(keyed, Reach(_peer), Silent())
    assert rows(keyed) == []


@pytest.mark.parametrize(
    ("change", "status"),
    [({"url": "https://a.internal.example/collections/1/"}, 403), ({"url": "/etc/passwd"}, 422), ({"url": "https://u:p@a.example/"}, 422),
     ({"kind": "ftp"}, 422), ({"kind": "feed", "direction": "push"}, 422), ({"every": "0"}, 422), ({"secret": "x" * 3_000}, 422),
     ({"collection": "circles/00000000-0000-4000-8000-000000000000"}, 404), ({"receiver": "00000000-0000-4000-8000-000000000000"}, 404)],
)  # fmt: skip
def test_what_will_not_do_is_refused_and_nothing_kept(steward, keyed, change, status):
    assert send(steward, "/subscriptions", **{**FORM, **change}).status_code == status
    assert rows(keyed) == []


def test_every_state_is_said_in_words(steward, keyed):
    exchanges.fill(keyed, "ncu-a")
    page = steward.get("/subscriptions").text
    for words in ("In order", "Failed 3 times in a row", "does not accept the token", "217 objects held back", "under embargo",
                  "Paused", "Put back", "outside the alliance", "388"):  # fmt: skip
        assert words in page, words


def test_others_see_and_touch_none_of_it(steward, keyed, people, app):
    send(steward, "/subscriptions", **FORM)
    (row,) = rows(keyed)
    other = browser_of(app, keyed, people["upland"])
    assert URL not in other.get("/subscriptions").text
    for act in ("pause", "remove", "run"):
        assert send(other, f"/subscriptions/{row.id}/{act}").status_code in (403, 404)
    with node_transaction(keyed.engine) as connection:
        connection.execute(update(person).where(person.c.id == people["upland"]).values(role="steward"))
    here = send(other, f"/subscriptions/{row.id}/remove")
    nowhere = send(other, f"/subscriptions/{keyed.ids.new()}/remove")
    assert (here.status_code, here.text.replace(str(row.id), "")) == (404, nowhere.text.replace(str(row.id), ""))
    assert rows(keyed)[0].removed_at is None
