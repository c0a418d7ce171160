"""Whatever takes a contribution back tells who had it and takes what was derived from it out of sight."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from accord.model.errors import AccordError, ConflictError
from accord.model.handling import Handling, Tlp
from accord.policy.pools import ANYONE
from accord.services import contribute, hand_in, handling, misp_sync, ruling, run, taxii_receive, taxii_remove
from accord.services.contribute import SharedFile
from accord.store import audiences, drawn
from accord.store.engine import begin, node_transaction
from accord.store.tables import contribution, mention, selector
from accord.store.taxii_pages import Wanted

from .recalling import FILE, ONE, Silent, at_once, stage


@pytest.fixture
def two(database, tmp_path):
    return stage(database, tmp_path)


def event_of(stamp, *values):
    attributes = [{"type": "domain", "category": "Network activity", "value": one, "to_ids": True} for one in values]
    return {
        "uuid": "00000000-0000-4000-9000-000000000001", "info": "One", "date": "2026-11-01", "timestamp": str(stamp),
        "Attribute": attributes,
    }  # fmt: skip


def page(two):
    handling.recall(two.node, two.signed, two.standing(), "Sources at risk")
    return "Sources at risk"


def folder(two):
    two.shared = []
    two.take_in()
    return contribute.NO_LONGER_THERE


def changed(two):
    two.shared = [FILE._replace(content=b"third.example\n")]
    two.take_in()
    return contribute.REPLACED


@pytest.mark.parametrize("way", [page, folder, changed])
def test_every_way_tells_who_had_it_and_hides_what_was_derived(two, way):
    number = two.standing()
    reason = way(two)
    assert two.withdrawn(number)
    assert two.told() == [(number, "recalled", reason)]
    assert two.derived() == (0, False, False, False)
    assert two.happened("contribution withdrawn") == 1


@pytest.mark.parametrize("way", [folder, changed])
def test_what_is_made_anew_shows_again_without_it(two, way):
    way(two)
    run.refresh(two.node, Silent())
    assert two.derived() == (0, True, True, True)


def test_a_newer_version_from_misp_does_so_too(two):
    (first,) = misp_sync.take_event(
        two.node, ONE, event_of(1_790_000_000, "evil.example", "worse.example"), None, came_from="https://misp.example"
    )
    run.refresh(two.node, Silent())
    before = two.derived()[0]
    two.hand_out(first.contribution)
    misp_sync.take_event(
        two.node, ONE, event_of(1_790_000_001, "fourth.example"), None, came_from="https://misp.example"
    )
    assert two.told() == [(first.contribution, "recalled", contribute.REPLACED)]
    assert two.derived()[0] < before
    assert two.derived()[1:] == (False, False, False)


def indicator(number, value):
    return (
        f'{{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-00000000000{number}",'
        f'"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","pattern_type":"stix",'
        f'"pattern":"[domain-name:value = \'{value}\']","valid_from":"2026-01-01T00:00:00.000Z"}}'
    )


def post(two, *objects):
    body = f'{{"objects":[{",".join(objects)}]}}'.encode()
    taxii_receive.receive(two.node, two.signed, "alliance", "all", body)


def delete(two, number, received=None):
    wanted = Wanted(10, ids=(f"indicator--00000000-0000-4000-8000-00000000000{number}",))
    taxii_remove.remove(two.node, two.signed, "alliance", "all", wanted, received=received)


def posted(two):
    with node_transaction(two.node.engine) as connection:
        row = connection.execute(select(contribution).where(contribution.c.path.like("taxii/%"))).one()
        named = select(selector.c.value).join(mention, mention.c.selector_id == selector.c.id)
        return row, set(connection.scalars(named.where(mention.c.contribution_id == row.id)))


def test_deleting_the_last_object_over_taxii_withdraws_and_has_things_made_anew(two):
    post(two, indicator(1, "evil.example"))
    row, _ = posted(two)
    run.refresh(two.node, Silent())
    two.hand_out(row.id)
    asked = []
    delete(two, 1, lambda _connection, signed: asked.append(signed))
    assert two.withdrawn(row.id)
    assert two.told() == [(row.id, "recalled", taxii_remove.DELETED)]
    assert two.derived()[1:] == (False, False, False)
    assert asked == [two.signed]


def test_deleting_one_of_several_takes_what_only_it_named(two):
    post(two, indicator(1, "worse.example"), indicator(2, "evil.example"), indicator(3, "evil.example"))
    row, named = posted(two)
    assert named == {"worse.example", "evil.example"}
    run.refresh(two.node, Silent())
    two.hand_out(row.id)
    delete(two, 1)
    delete(two, 2)
    left, named = posted(two)
    assert named == {"evil.example"}
    assert (left.claims, left.mentions, left.kinds, left.withdrawn_at) == (1, 1, {"domain": 1}, None)
    assert [(number, kind) for number, kind, _ in two.told()] == [(row.id, "recalled")] * 2
    assert two.derived()[1:] == (False, False, False)


def test_a_narrower_handling_of_a_folder_is_told_too(two):
    number = two.standing()
    share = run.Shares(replace(ONE, tlp="TLP:RED"), [FILE], 1, [], [FILE.path])
    run.take_in(two.node, [share], Silent())
    assert two.told() == [(number, "narrowed", contribute.NARROWED_BY_ITS_MEMBER)]
    assert two.derived() == (0, False, False, False)


def test_a_folder_that_is_read_again_does_not_undo_a_recall(two):
    number = two.standing()
    page(two)
    two.take_in()
    assert two.withdrawn(number)


def test_an_event_that_is_pulled_again_does_not_undo_a_recall(two):
    (taken,) = misp_sync.take_event(
        two.node, ONE, event_of(1, "evil.example"), two.signed.person_id, came_from="https://misp.example"
    )
    handling.recall(two.node, two.signed, taken.contribution, "Wrong")
    misp_sync.take_event(
        two.node, ONE, event_of(1, "evil.example"), two.signed.person_id, came_from="https://misp.example"
    )
    assert two.withdrawn(taken.contribution)


def test_objects_that_are_pulled_again_do_not_undo_a_recall(two):
    def pull():
        collection = taxii_receive.writable(two.node, two.signed, "alliance", "all")
        body = f'{{"objects":[{indicator(1, "evil.example")}]}}'.encode()
        taxii_receive.take_in(two.node, two.signed, collection, body, along=lambda _connection: None)

    pull()
    row, _ = posted(two)
    handling.recall(two.node, two.signed, row.id, "Wrong")
    pull()
    assert posted(two)[0].withdrawn_at is not None  # and there is no other
    post(two, indicator(1, "evil.example"))  # a person's own word, given anew
    with pytest.raises(Exception, match="Multiple rows"):
        posted(two)


def test_a_parcel_whose_work_is_done_again_does_not_undo_a_recall(two):
    handed = two.node.clock.now()
    given = Handling(tlp=Tlp.AMBER, originators=frozenset({ONE.id}))
    file = SharedFile("parcel.txt", b"evil.example\n")
    digest = two.node.blobs.put(file.content)

    def work():
        job = hand_in.take_in_job(two.node, lambda *_given, **_more: None)
        with node_transaction(two.node.engine) as connection:
            number = audiences.intern(connection, given)
        who = {"member": str(ONE.id), "person": str(two.signed.person_id)}
        job(Silent(), **who, files=[[file.path, digest.hex()]], handling=number, at=handed.isoformat())

    work()
    number = two.standing("parcel.txt")
    handling.recall(two.node, two.signed, number, "Wrong")
    work()
    assert two.withdrawn(number)


class Interrupting(Silent):
    """Does something once, when the work comes to a stage."""

    def __init__(self, stage_, act):
        self.stage, self.act, self.done = stage_, act, 0

    def report(self, stage_, *_given):
        if stage_ == self.stage and self.act is not None:
            act, self.act = self.act, None
            act()
            self.done += 1


@pytest.mark.parametrize("at", ["leads", "map", "plan", "report"])
def test_a_recall_while_things_are_made_is_in_none_of_them(two, at):
    post(two, indicator(1, "only-here.example"))  # or nothing would be new
    number = two.standing()
    meanwhile = Interrupting(at, lambda: page(two))
    run.refresh(two.node, meanwhile)
    assert meanwhile.done == 1
    assert two.withdrawn(number)
    assert two.derived() == (0, True, True, True)
    with begin(two.node.engine, ANYONE, two.node.clock.now()) as connection:
        html, _ = drawn.newest_report(connection)
    assert FILE.path not in two.node.blobs.read(html).decode()


def test_two_recalls_at_once_are_one(two):
    number = two.standing()
    raised = at_once(*[lambda: handling.recall(two.node, two.signed, number, "Sources at risk")] * 2)
    assert sorted(type(one) for one in raised if one) == [ConflictError]
    assert two.told() == [(number, "recalled", "Sources at risk")]
    assert two.happened("contribution withdrawn") == 1


def test_a_recall_a_narrowing_and_a_folder_at_once_leave_one_tombstone(two):
    number = two.standing()
    narrow = Handling(tlp=Tlp.RED, originators=frozenset({ONE.id}))
    two.shared = []
    raised = at_once(
        lambda: handling.recall(two.node, two.signed, number, "Sources at risk"),
        lambda: handling.change_handling(two.node, two.signed, number, narrow, ""),
        two.take_in,
    )
    assert all(isinstance(one, AccordError | None) for one in raised)
    assert two.withdrawn(number)
    assert [kind for _, kind, _ in two.told()].count("recalled") == 1
    assert two.happened("contribution withdrawn") == 1
    assert two.derived() == (0, False, False, False)


def test_a_withdrawal_done_twice_tells_nobody_twice(two):
    number = two.standing()
    for told in (1, 0):
        with node_transaction(two.node.engine) as connection:
            assert ruling.withdraw(two.node, connection, [number], ruling.Ground(ONE.id, "Gone")) == told


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_in_whatever_order_things_come_what_was_recalled_stays_away(two, seed):
    """Folders, people and the work itself, by chance: nobody sees what was taken back, and each was told once."""
    dice, number, had, recalled = random.Random(seed), two.standing(), True, False
    red = Handling(tlp=Tlp.RED, originators=frozenset({ONE.id}))

    def narrow():
        handling.change_handling(two.node, two.signed, number, red, "")

    def folder(files):
        two.shared = files
        two.take_in()

    acts = {
        "recall": lambda: handling.recall(two.node, two.signed, number, "Wrong"),
        "narrow": narrow,
        "gone": lambda: folder([]),
        "there": lambda: folder([FILE]),
        "refresh": lambda: run.refresh(two.node, Silent()),
        "hand out": lambda: two.hand_out(number),
    }
    for _ in range(12):
        name = dice.choice(sorted(acts))
        before, told = two.withdrawn(number), len(two.told())
        try:
            acts[name]()
        except ConflictError:
            assert before or name == "narrow"
        recalled = recalled or name == "recall"
        after = two.withdrawn(number)
        assert after or not recalled
        if after:
            assert two.derived()[0] == 0
        fresh = len(two.told()) - told
        assert fresh == (had and after and not before) or name == "narrow"
