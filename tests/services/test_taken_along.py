"""A report, a plan, a map and a file of an export: who has it, with which digest; a recall lists and reaches them."""

from __future__ import annotations

from hashlib import sha256

import orjson
import pytest

from accord.model.members import Member
from accord.services import browse_documents, browse_handling, export, handling, run
from accord.services.contribute import SharedFile
from accord.store.browse_contributions import ContributionFilter

from .recalling import FILE, ONE, OTHER, Silent, stage

SECOND = SharedFile("second.txt", b"evil.example\nsecond.example\n")


@pytest.fixture
def two(database, tmp_path):
    made = stage(database, tmp_path)
    made.shared = [FILE, SECOND]
    made.take_in()
    run.refresh(made.node, Silent())
    return made


def copies_of(two, number):
    found = browse_handling.read_beside(two.node, two.signed, number).copies
    return [(one.member_slug, one.path, one.digest, one.person_name) for one in found]


def taken(two, kind):
    """What the other member takes along: the bytes of which the digest is kept."""
    if kind == "report":
        return browse_documents.report_bytes(two.node, two.other, "pdf")
    take = browse_documents.take_map if kind == "map" else browse_documents.take_plan
    return orjson.dumps(take(two.node, two.other).document)


@pytest.mark.parametrize("kind", ["report", "plan", "map"])
def test_a_document_is_listed_with_its_digest_and_its_holder_is_told(two, kind):
    number = two.standing(SECOND.path)
    assert copies_of(two, number) == []
    content = taken(two, kind)
    assert copies_of(two, number) == [(OTHER.slug, kind, sha256(content).hexdigest(), "Ana")]
    handling.recall(two.node, two.signed, number, "Wrong")
    assert two.told() == [(number, "recalled", "Wrong")]
    (row,) = browse_handling.read_beside(two.node, two.signed, number).copies
    assert (row.told, row.acknowledged_at) == ("recalled", None)


def test_a_document_does_not_hold_what_came_after_it(two):
    taken(two, "report")
    two.shared.append(SharedFile("third.txt", b"third.example\n"))
    two.take_in()
    number = two.standing("third.txt")
    assert copies_of(two, number) == []
    handling.recall(two.node, two.signed, number, "Wrong")
    assert two.told() == []


def test_a_document_does_not_hold_what_only_some_may_see(two):
    red = Member(ONE.id, ONE.slug, ONE.name, ONE.kind, ONE.country, tlp="TLP:RED")
    hidden = SharedFile("hidden.txt", b"hidden.example\n")
    files = [FILE, SECOND, hidden]
    run.take_in(two.node, [run.Shares(red, [hidden], 1, [], [one.path for one in files])], Silent())
    run.refresh(two.node, Silent())
    taken(two, "report")
    assert copies_of(two, two.standing(hidden.path)) == []


def test_reading_the_report_in_a_page_takes_no_copy(two):
    browse_documents.report_bytes(two.node, two.other, "html", taken=False)
    browse_documents.read_plan(two.node, two.other)
    assert copies_of(two, two.standing(SECOND.path)) == []


def test_an_export_is_listed_with_the_digest_of_its_file(two):
    everything = ContributionFilter()
    for given in (export.stix, export.misp):
        content = b"".join(given(two.node, two.other, everything))
        assert copies_of(two, two.standing(SECOND.path)) == [(OTHER.slug, "export", sha256(content).hexdigest(), "")]


def test_an_export_that_was_broken_off_is_listed_with_what_went_out(two):
    pieces = export.table(two.node, two.other, "contributions", ContributionFilter())
    first = next(pieces)
    second = next(pieces)
    pieces.close()
    assert copies_of(two, two.standing(SECOND.path)) == [(OTHER.slug, "export", sha256(first + second).hexdigest(), "")]
    assert two.happened("exported") == 1


def test_a_choice_of_columns_is_recorded(two):
    export.choose_columns(two.node, two.other, "leads", ["id", "score"])
    assert two.happened("columns chosen") == 1
