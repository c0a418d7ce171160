"""What was handed in side by side: names and paths pass, weakly, and never within a collection."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.links.test_leads import file_id, world

from accord.formats.shares import folder_of
from accord.links import Corpus, Ref, find_leads
from accord.links.beside import MOST_TOGETHER, beside
from accord.links.corpus import tabulate
from accord.links.names import own_names
from accord.model.errors import InputError
from accord.model.ids import derived_id
from accord.model.selectors import SelectorKind

LIST = "md5|" + "1" * 32


def leads_of(corpus: Corpus) -> dict[frozenset, object]:
    return {frozenset((lead.a, lead.b)): lead for lead in find_leads(corpus, floor=0.0)}


def test_a_list_takes_the_name_of_the_report_beside_it_and_says_so():
    files = {("n", "list"): LIST, ("n", "report"): "malware|greywren", ("s", "b"): "malware|greywren"}
    pair = frozenset((file_id("n", "list"), file_id("s", "b")))
    assert pair not in leads_of(world(files))
    found = leads_of(world(files, together=[0, 0, -1]))
    lead = found[pair]
    assert (lead.infrastructure, lead.shared) == (0.0, 0)
    assert lead.reasons[0].via == (file_id("n", "report"),)
    says, has = ("first", "second") if lead.a == file_id("s", "b") else ("second", "first")
    assert lead.sentence == (
        f"The {says} calls it Greywren; so does a contribution handed in beside the {has}. "
        "It is n/report. That is a weak tie."
    )
    assert lead.score < found[frozenset((file_id("n", "report"), file_id("s", "b")))].score


def test_what_could_not_be_read_has_no_lead_from_what_lies_beside_it():
    files = {("n", "unreadable"): "", ("n", "report"): "malware|greywren", ("s", "b"): "malware|greywren"}
    found = leads_of(world(files, together=[0, 0, -1]))
    assert set(found) == {frozenset((file_id("n", "report"), file_id("s", "b")))}


def test_a_path_leads_over_the_report_beside_a_list():
    files = {("n", "list"): LIST, ("n", "report"): "ipv4|192.0.2.1", ("s", "b"): "ipv4|192.0.2.1"}
    found = leads_of(world(files, together=[0, 0, -1]))
    lead = found[frozenset((file_id("n", "list"), file_id("s", "b")))]
    assert 0 < lead.score <= found[frozenset((file_id("n", "report"), file_id("s", "b")))].score / 2
    reason = lead.reasons[0]
    assert (reason.family, reason.value_a, reason.value_b) == ("path", "192.0.2.1", "192.0.2.1")
    assert reason.via == (file_id("n", "report"),)
    assert reason.weight == pytest.approx(lead.score)
    assert "was handed in beside it" in lead.sentence
    assert "shares the server 192[.]0[.]2[.]1" in lead.sentence


def test_a_folder_whose_files_name_different_families_is_a_collection():
    files = {("n", "list"): LIST, ("n", "one"): "malware|greywren", ("n", "two"): "malware|redfinch"}
    files[("s", "b")] = "malware|greywren"
    pair = frozenset((file_id("n", "list"), file_id("s", "b")))
    assert pair in leads_of(world(files, together=[0, 0, -1, -1]))
    assert pair not in leads_of(world(files, together=[0, 0, 0, -1]))


def test_the_more_lie_together_the_less_passes_until_nothing_does():
    def passed(size: int):
        corpus = world({("n", f"f{i}"): f"md5|{i:032x}" for i in range(size)}, together=[0] * size)
        table = tabulate(corpus)
        made = beside(table, own_names(table)[1])
        return made.names.sum() / size, made.paths.max() if made.paths.nnz else 0.0

    assert [passed(n)[0] for n in (2, 5, MOST_TOGETHER)] == pytest.approx([0.5] * 3)  # in all, to each file
    assert passed(2)[1] > passed(5)[1] > passed(MOST_TOGETHER)[1] > 0.0
    assert passed(MOST_TOGETHER + 1) == (0.0, 0.0)


def test_one_number_at_two_members_is_two_folders():
    files = {("n", "list"): LIST, ("s", "report"): "malware|greywren", ("w", "c"): "malware|greywren"}
    assert leads_of(world(files, together=[0, 0, -1])) == leads_of(world(files))


def test_folders_of_the_wrong_number_are_refused():
    with pytest.raises(InputError, match="handed in together"):
        world({("n", "a"): LIST}, together=[0, 0])


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 2), st.integers(0, 4)), min_size=2, max_size=12))
@settings(deadline=None, max_examples=40)
def test_numbers_of_folders_mean_nothing(files):
    values = [(SelectorKind.IPV4, "192.0.2.1"), (SelectorKind.MD5, "0" * 32), (SelectorKind.MALWARE, "greywren")]
    values += [(SelectorKind.MALWARE, "redfinch"), (SelectorKind.DOMAIN, "x.example")]

    def corpus(number):
        return Corpus(
            [Ref(derived_id("f", str(i)), member, str(i)) for i, (member, _, _) in enumerate(files)],
            np.arange(len(files), dtype=np.int32),
            np.array([value for _, _, value in files], dtype=np.int32),
            [kind for kind, _ in values],
            [value for _, value in values],
            [""] * len(values),
            together=np.array([number(folder) for _, folder, _ in files], dtype=np.int32),
        )

    assert find_leads(corpus(lambda n: n), floor=0.0) == find_leads(corpus(lambda n: n if n < 0 else 7 - n), floor=0.0)


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("a.txt", ""),
        ("case 7/a.txt", "case 7"),
        ("x/y/a.txt", "x/y"),
        ("parcel.zip!a.txt", "parcel.zip"),
        ("x/parcel.zip!y/a.txt", "x/parcel.zip!y"),
        ("misp/0.json", ""),
        ("taxii/inbox/1-2.json", ""),
        ("mispx/0.json", "mispx"),
    ],
)
def test_what_lies_in_one_folder_or_archive_lies_together_and_what_a_channel_brings_does_not(path, folder):
    assert folder_of(path) == folder
