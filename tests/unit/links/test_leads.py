from __future__ import annotations

import numpy as np
import pytest

from accord.links import Corpus, Ref, find_leads, score_pairs
from accord.model.errors import InputError
from accord.model.ids import derived_id
from accord.model.selectors import SelectorKind


def world(
    files: dict[tuple[str, str], str], *, common: dict[str, str] | None = None, seen=None, together=None
) -> Corpus:
    """A corpus of files; a selector is `kind|value`, selectors are parted by blanks; `common` gives reasons."""
    members = sorted({member for member, _ in files})
    refs = [Ref(derived_id("file", m, f), members.index(m), f"{m}/{f}") for m, f in files]
    selectors: dict[str, int] = {}
    rows = [(i, selectors.setdefault(s, len(selectors))) for i, text in enumerate(files.values()) for s in text.split()]
    table = np.array(rows, dtype=np.int32).reshape(-1, 2)
    return Corpus(
        refs,
        table[:, 0],
        table[:, 1],
        [SelectorKind(s.split("|", 1)[0]) for s in selectors],
        [s.split("|", 1)[1] for s in selectors],
        [(common or {}).get(s, "") for s in selectors],
        seen,
        None if together is None else np.array(together, dtype=np.int32),
    )


def file_id(member: str, name: str):
    return derived_id("file", member, name)


def filler(count: int, kind: str = "domain") -> str:
    return " ".join(f"{kind}|filler{i}.example" for i in range(count))


def only(leads):
    assert len(leads) == 1
    return leads[0]


def test_a_shared_server_is_a_lead_with_its_reason():
    lead = only(find_leads(world({("north", "a"): "ipv4|192.0.2.1", ("south", "b"): "ipv4|192.0.2.1"})))
    assert {lead.a, lead.b} == {file_id("north", "a"), file_id("south", "b")}
    assert lead.a < lead.b
    assert lead.id == derived_id("lead", str(lead.a), str(lead.b))
    assert (lead.shared, lead.name) == (1, 0.0)
    reason = only(lead.reasons)
    assert (reason.family, reason.kind, reason.value_a, reason.holders) == (
        "infrastructure",
        SelectorKind.IPV4,
        "192.0.2.1",
        2,
    )
    assert reason.weight == pytest.approx(lead.score)
    assert lead.sentence == "Both hold the server 192[.]0[.]2[.]1 that nobody else reports."


def test_one_member_never_links_with_itself():
    assert find_leads(world({("north", "a"): "domain|x.example", ("north", "b"): "domain|x.example"})) == []


def test_an_empty_corpus_has_no_leads():
    assert find_leads(world({})) == []
    assert len(score_pairs(world({("north", "a"): "", ("south", "b"): ""})).a) == 0


def test_more_shared_selectors_score_higher():
    one = only(find_leads(world({("n", "a"): "domain|x.example", ("s", "b"): "domain|x.example"})))
    text = "domain|x.example ipv4|192.0.2.1 url|http://x.example/drop.php"
    three = only(find_leads(world({("n", "a"): text, ("s", "b"): text})))
    assert three.score > one.score
    assert three.shared == 3


def test_a_selector_in_a_long_list_weighs_less_than_in_a_short_one():
    short = only(find_leads(world({("n", "a"): "ipv4|192.0.2.1", ("s", "b"): "ipv4|192.0.2.1"})))
    long = only(find_leads(world({("n", "a"): "ipv4|192.0.2.1 " + filler(5000), ("s", "b"): "ipv4|192.0.2.1"})))
    assert long.score < short.score / 2


def test_infrastructure_outweighs_a_name_and_the_two_are_kept_apart():
    corpus = world(
        {("n", "a"): "ipv4|192.0.2.1", ("s", "b"): "ipv4|192.0.2.1 malware|greywren", ("w", "c"): "malware|greywren"}
    )
    leads = {frozenset((lead.a, lead.b)): lead for lead in find_leads(corpus)}
    server = leads[frozenset((file_id("n", "a"), file_id("s", "b")))]
    name = leads[frozenset((file_id("s", "b"), file_id("w", "c")))]
    assert server.score > name.score
    assert (name.infrastructure, name.shared) == (0.0, 1)
    assert only(name.reasons).family == "name"
    assert "matter of opinion" in name.sentence


def test_a_name_flows_over_shared_files_and_says_through_whom():
    """A bare list of hashes carries no name; the report beside it does."""
    hashes = " ".join(f"md5|{i:032x}" for i in range(3))
    corpus = world(
        {("n", "list"): hashes, ("n", "report"): f"{hashes} malware|greywren", ("s", "b"): "malware|greywren"}
    )
    leads = {frozenset((lead.a, lead.b)): lead for lead in find_leads(corpus)}
    lead = leads[frozenset((file_id("n", "list"), file_id("s", "b")))]
    reason = only(lead.reasons)
    assert (reason.family, reason.via, lead.shared, lead.infrastructure) == ("path", (file_id("n", "report"),), 0, 0.0)
    assert lead.name > 0
    assert "calls it Greywren; so does a contribution that shares traces with the" in lead.sentence
    assert lead.sentence.endswith("It is n/report. That is a weak tie.")


def test_a_pair_without_a_shared_selector_is_found_over_a_third_contribution():
    corpus = world({
        ("n", "a"): "domain|x.example ipv4|192.0.2.1",
        ("s", "b"): "domain|y.example ipv4|192.0.2.2",
        ("w", "c"): "domain|x.example domain|y.example",
    })  # fmt: skip
    leads = {frozenset((lead.a, lead.b)): lead for lead in find_leads(corpus)}
    lead = leads[frozenset((file_id("n", "a"), file_id("s", "b")))]
    path = next(reason for reason in lead.reasons if reason.family == "path")
    assert (lead.shared, path.via) == (0, (file_id("w", "c"),))
    assert {path.value_a, path.value_b} == {"x.example", "y.example"}
    assert lead.sentence.startswith("A third contribution ties the two: one shares the domain")
    assert "They share nothing directly. The third is w/c." in lead.sentence
    assert lead.score < min(
        leads[frozenset((file_id("w", "c"), file_id(*end)))].score for end in (("n", "a"), ("s", "b"))
    )


def test_neighbours_add_to_a_score_and_are_told_as_near_not_equal():
    corpus = world({("n", "a"): "ipv4|192.0.2.1", ("s", "b"): "ipv4|192.0.2.77"})
    lead = only(find_leads(corpus, floor=0.0))
    reason = only(lead.reasons)
    assert (reason.family, lead.shared) == ("neighbour", 0)
    assert {reason.value_a, reason.value_b} == {"192.0.2.1", "192.0.2.77"}
    assert "Near each other, not equal" in lead.sentence
    assert lead.score < only(find_leads(world({("n", "a"): "ipv4|192.0.2.1", ("s", "b"): "ipv4|192.0.2.1"}))).score


def test_a_common_selector_makes_no_lead_and_is_told_beside_one():
    known = {"domain|t.example": "shared host"}
    assert find_leads(world({("n", "a"): "domain|t.example", ("s", "b"): "domain|t.example"}, common=known)) == []
    both = "domain|t.example ipv4|192.0.2.1"
    lead = only(find_leads(world({("n", "a"): both, ("s", "b"): both}, common=known)))
    assert lead.shared == 1
    assert [(r.value_a, r.weight, r.common) for r in lead.reasons if r.common] == [("t.example", 0.0, "shared host")]
    assert "Not counted: t[.]example (shared host)." in lead.sentence


def test_a_name_in_everything_a_member_publishes_says_nothing():
    habit = {("n", f"f{i}"): f"malware|greywren domain|n{i}.example" for i in range(10)}
    other = {("s", f"g{i}"): f"domain|s{i}.example" for i in range(9)}
    corpus = world({**habit, **other, ("s", "g9"): "malware|greywren"})
    assert all(lead.name == 0.0 for lead in find_leads(corpus, floor=0.0))


def test_two_copies_of_one_list_are_discounted_and_called_so():
    listed = " ".join(f"md5|{i:032x}" for i in range(80))
    copies = only(find_leads(world({("n", "a"): listed, ("s", "b"): listed})))
    part = only(find_leads(world({("n", "a"): listed, ("s", "b"): " ".join(listed.split()[:40])})))
    assert "one source may have been published twice" in copies.sentence
    assert copies.score < part.score


def test_a_value_held_by_more_than_a_thousand_joins_nobody():
    files = {(f"m{i}", "a"): "domain|everywhere.example" for i in range(1001)}
    assert find_leads(world(files)) == []


def test_limit_floor_and_order():
    files = {("n", f"a{i}"): " ".join(f"domain|d{i}-{j}.example" for j in range(i + 1)) for i in range(6)}
    files |= {("s", f"b{i}"): " ".join(f"domain|d{i}-{j}.example" for j in range(i + 1)) for i in range(6)}
    every = find_leads(world(files), floor=0.0)
    scores = [lead.score for lead in every]
    assert scores == sorted(scores, reverse=True)
    assert find_leads(world(files), limit=3) == every[:3]
    floor = scores[3]
    assert [lead.score for lead in find_leads(world(files), floor=floor)] == [s for s in scores if s > floor]


def test_the_bulk_form_gives_the_same_pairs_as_places_in_the_corpus():
    corpus = world({("n", "a"): "domain|x.example", ("s", "b"): "domain|x.example malware|q", ("w", "c"): "malware|q"})
    pairs = score_pairs(corpus)
    leads = find_leads(corpus, floor=0.0)
    ids = [ref.id for ref in corpus.contributions]
    assert [(ids[a], ids[b]) for a, b in zip(pairs.a, pairs.b, strict=True)] == [(lead.a, lead.b) for lead in leads]
    assert pairs.score.tolist() == [lead.score for lead in leads]


def test_reasons_add_up_to_the_score_when_all_are_shown():
    corpus = world({("n", "a"): "domain|x.example ipv4|192.0.2.1 malware|q", ("s", "b"): "domain|x.example malware|q"})
    lead = only(find_leads(corpus))
    assert sum(reason.weight for reason in lead.reasons) == pytest.approx(lead.score)


def test_days_apart_are_told_and_not_scored():
    files = {("n", "a"): "domain|x.example", ("s", "b"): "domain|x.example"}
    plain = only(find_leads(world(files)))
    dated = only(find_leads(world(files, seen=np.array([[10.0, 12.0], [15.0, 20.0]]))))
    assert dated.sentence == plain.sentence + " They were seen three days apart."
    assert dated.score == plain.score
    unknown = only(find_leads(world(files, seen=np.array([[np.nan, np.nan], [15.0, 20.0]]))))
    assert unknown.sentence == plain.sentence


@pytest.mark.parametrize(
    ("rows", "columns", "values"),
    [([0], [0, 0], ["x"]), ([2], [0], ["x"]), ([0], [1], ["x"]), ([-1], [0], ["x"]), ([0], [0], ["x", "y"])],
)
def test_columns_that_do_not_fit_are_refused(rows, columns, values):
    refs = [Ref(derived_id("file", "a"), 0, "a"), Ref(derived_id("file", "b"), 1, "b")]
    with pytest.raises(InputError):
        Corpus(
            refs, np.array(rows, dtype=np.int32), np.array(columns, dtype=np.int32), [SelectorKind.DOMAIN], values, [""]
        )


def test_the_same_id_twice_is_refused():
    ref = Ref(derived_id("file", "a"), 0, "a")
    none = np.array([], dtype=np.int32)
    with pytest.raises(InputError, match="same id"):
        Corpus([ref, ref._replace(member=1)], none, none, [], [], [])


def test_a_hostile_label_stays_on_one_line():
    files = {
        ("n", "a"): "domain|x.example",
        ("s", "b"): "domain|y.example",
        ("w", "c"): "domain|x.example domain|y.example",
    }
    corpus = world(files)
    refs = [ref._replace(label="evil\n\x1b[31m" + "x" * 500) for ref in corpus.contributions]
    hostile = Corpus(refs, corpus.rows_contribution, corpus.rows_selector, corpus.kinds, corpus.values, corpus.common)
    for lead in find_leads(hostile):
        title, _, rest = lead.sentence.partition(". ")
        assert lead.sentence.isprintable()
        assert len(lead.sentence) < 600
        assert len(title) < 140
        assert "evil" not in title
        assert lead.shared or "evil" in rest


def test_the_first_sentence_is_what_weighs_most():
    shared = "ipv4|192.0.2.1 domain|x.example"
    strong = only(find_leads(world({("n", "a"): f"{shared} malware|q7", ("s", "b"): f"{shared} malware|q7"})))
    assert strong.sentence.startswith("Both hold the ")
    assert "Both call it Q7. A name is an opinion" in strong.sentence
    thin = {
        ("n", "a"): f"ipv4|192.0.2.1 malware|q7 {filler(300)}",
        ("s", "b"): f"ipv4|192.0.2.1 malware|q7 {filler(0)}",
    }
    thin["s", "b"] += " ".join(f" domain|other{i}.example" for i in range(300))
    assert only(find_leads(world(thin))).sentence.startswith("Both call it Q7.")
