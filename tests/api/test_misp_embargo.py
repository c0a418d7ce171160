"""What a push held back goes once nothing does, and only that; what was recalled is taken back there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accord.adapters.misp_client import MispClient
from accord.model.handling import Handling, Tlp
from accord.policy.within import Receiver
from accord.services import circles, contribute, misp_sync
from accord.services.contribute import SharedFile
from accord.services.receivers import receiver_of
from accord.store import copies, members
from accord.store.engine import node_transaction

from .conftest import signed_as
from .misp_server import KEY


class Silent:
    def report(self, stage, done, total, detail=""):
        pass


@pytest.fixture
def push(node, misp, steward):
    """Pushes, and gives the names of the files that went for the first time."""

    def pushed(receiver: Receiver | None = None):
        before = set(misp.events)
        with MispClient(misp.url, KEY, waits_s=(0.0,)) as client:
            done = misp_sync.push(node, steward, client, Silent(), receiver=receiver)
        fresh = set(misp.events) - before
        assert (done.added, done.changed) == (len(fresh), 0)
        return sorted(misp.events[one]["info"] for one in fresh)

    pushed()  # what the world holds
    return pushed


def share(node, steward, name, **handling):
    with node_transaction(node.engine) as connection:
        member = members.get(connection, steward.member_id)
    given = Handling(**{"tlp": Tlp.GREEN, "originators": frozenset({member.id})} | handling)
    content = f"{name}.example\n".encode()
    (taken,) = contribute.submit(node, member, [SharedFile(f"{name}.txt", content)], Silent(), handling=given)
    return taken.contribution


def test_an_embargo_that_ends_lets_go_what_it_held_back_and_nothing_twice(node, steward, push):
    until = node.clock.now() + timedelta(days=2)
    share(node, steward, "late", embargo_until=until)
    share(node, steward, "prompt")
    assert push() == ["prompt"]
    assert push() == []
    node.clock.moment = until + timedelta(minutes=1)
    assert push() == ["late"]
    assert push() == []


def test_a_circle_that_the_receiver_joins_later_opens_what_it_held(node, made, steward, push):
    ring, other = circles.make_circle(node, "Ring"), signed_as(node, made.people["upland"]).member_id
    push(receiver_of(node, other))
    share(node, steward, "ringed", tlp=Tlp.AMBER, circles=frozenset({ring}))
    assert push(receiver_of(node, other)) == []
    circles.admit_member(node, ring, other)
    assert push(receiver_of(node, other)) == ["ringed"]


def test_whose_server_it_is_has_a_copy_that_a_recall_reaches(node, made, steward, push):
    other = signed_as(node, made.people["upland"]).member_id
    number = share(node, steward, "told")
    assert "told" in push(receiver_of(node, other))
    with node_transaction(node.engine) as connection:
        assert copies.holders(connection, [number]) == {number: {other}}
