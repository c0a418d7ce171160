"""What is shared a second time: handling follows its originator's newest word, what is gone is withdrawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from accord.adapters import typesetter
from accord.adapters.blobs import Blobs
from accord.adapters.clock import SystemClock, SystemIds
from accord.model.errors import RefusedError
from accord.model.handling import Handling, Tlp
from accord.model.members import Member, MemberKind
from accord.policy.decide import Viewer
from accord.services import run
from accord.services.contribute import SharedFile, submit
from accord.services.members import enrol, register
from accord.services.node import Node
from accord.store.engine import begin, node_transaction

OTHER = Viewer(member_id=UUID(int=99))
FILE = SharedFile("list.txt", b"evil.example 192.0.2.7\nworse.example\n")


class Silent:
    def report(self, *_given: object) -> None: ...


@pytest.fixture
def node(database, tmp_path: Path) -> Node:
    blobs = Blobs(tmp_path / "blobs")
    blobs.prepare()
    return Node(database.app, database.engine, blobs, SystemClock(), SystemIds(), typesetter)


def member(tlp: str) -> Member:
    return Member(UUID(int=1), "desk", "Desk", MemberKind.PROVIDER, tlp=tlp)


def take_in(node: Node, tlp: str, *files: SharedFile) -> None:
    share = run.Shares(member(tlp), files, len(files), [], [file.path for file in files])
    run.take_in(node, [share], Silent())


def seen(node: Node, viewer: Viewer) -> dict[str, int]:
    with begin(node.engine, viewer, node.clock.now()) as connection:
        standing = "select count(*) from contribution where withdrawn_at is null"
        return {
            "contributions": connection.scalar(text(standing)),
            **{
                part: connection.scalar(text(f"select count(*) from {part}"))
                for part in ("mention", "claim", "relation")
            },
        }


def test_a_narrower_handling_hides_every_part_from_others(node):
    take_in(node, "TLP:AMBER", FILE)
    assert seen(node, OTHER) == {"contributions": 1, "mention": 3, "claim": 3, "relation": 1}
    take_in(node, "TLP:RED", FILE)
    assert seen(node, OTHER) == {"contributions": 0, "mention": 0, "claim": 0, "relation": 0}
    assert seen(node, Viewer(member_id=UUID(int=1)))["mention"] == 3


def test_what_is_gone_from_the_folder_is_withdrawn_and_comes_back(node):
    take_in(node, "TLP:AMBER", FILE)
    take_in(node, "TLP:AMBER")
    assert seen(node, OTHER)["contributions"] == 0
    take_in(node, "TLP:AMBER", FILE)
    assert seen(node, OTHER)["contributions"] == 1


def test_a_changed_file_takes_the_place_of_the_one_before(node):
    take_in(node, "TLP:AMBER", FILE)
    take_in(node, "TLP:AMBER", FILE._replace(content=b"new.example\n"))
    assert seen(node, OTHER)["contributions"] == 1


def test_each_change_is_recorded_once(node):
    take_in(node, "TLP:AMBER", FILE)
    take_in(node, "TLP:RED", FILE)
    take_in(node, "TLP:RED", FILE)
    take_in(node, "TLP:RED")
    with node_transaction(node.engine) as connection:
        told = connection.execute(text("select verb, count(*) from event where subject <> 'desk' group by verb")).all()
    assert dict(map(tuple, told)) == {"contribution received": 1, "handling changed": 1, "contribution withdrawn": 1}


def test_nothing_new_needs_no_new_leads(node):
    take_in(node, "TLP:AMBER", FILE)
    _, first = run.find_and_plan(node, Silent())
    stages = []

    class Told(Silent):
        def report(self, stage, done, total, detail=""):
            stages.append(detail)

    _, second = run.find_and_plan(node, Told())
    assert second == first
    assert set(stages) == {"nothing new since the last time"}
    take_in(node, "TLP:AMBER", FILE, SharedFile("more.txt", b"third.example\n"))
    assert run.find_and_plan(node, Silent())[1][run.MADE_FROM] != first[run.MADE_FROM]


def told(node: Node, viewer: Viewer) -> list[tuple[object, ...]]:
    """All that this viewer can learn of what was derived: what happened, and how old map, plan and report are."""
    with begin(node.engine, viewer, node.clock.now()) as connection:
        events = connection.execute(text("select verb, subject, happened_at from event order by happened_at, id"))
        dates = "select made_at from graph union all select made_at from plan union all select made_at from report"
        return [*map(tuple, events), *map(tuple, connection.execute(text(dates)))]


def test_others_do_not_learn_that_something_they_may_not_see_was_handed_in(node):
    hidden = Member(UUID(int=2), "secret", "Secret", MemberKind.PROVIDER, tlp="TLP:RED")
    run.take_in(node, [run.Shares(hidden, [], 0, [])], Silent())  # that there is such a member is no secret
    take_in(node, "TLP:AMBER", FILE)
    run.refresh(node, Silent())
    before = told(node, OTHER)
    run.take_in(node, [run.Shares(hidden, [FILE], 1, [], [FILE.path])], Silent())
    run.refresh(node, Silent())
    assert told(node, OTHER) == before
    assert before


def test_a_person_who_hands_in_again_widens_nothing_on_the_way(node):
    register(node, member("TLP:AMBER"))
    person = enrol(node, member("TLP:AMBER"), "Ana", role="analyst", title="Desk")
    narrow = Handling(tlp=Tlp.RED, originators=frozenset({UUID(int=1)}))

    def hand_in(handling: Handling, **more: bool) -> None:
        list(submit(node, member("TLP:AMBER"), [FILE], Silent(), handling=handling, person_id=person, **more))

    hand_in(narrow)
    with pytest.raises(RefusedError, match="narrower handling"):
        hand_in(replace(narrow, tlp=Tlp.GREEN))
    assert seen(node, OTHER)["contributions"] == 0
    hand_in(narrow)
