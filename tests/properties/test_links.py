from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.links import Corpus, Ref, find_leads, score_pairs
from accord.links.corpus import tabulate
from accord.links.pairs import HUB_CAP, affordable
from accord.links.weights import chance, selector_weights
from accord.model.ids import derived_id
from accord.model.selectors import SelectorKind

VALUES = [
    (SelectorKind.DOMAIN, "a.example"),
    (SelectorKind.DOMAIN, "x.b.example"),
    (SelectorKind.DOMAIN, "y.b.example"),
    (SelectorKind.IPV4, "192.0.2.1"),
    (SelectorKind.IPV4, "192.0.2.2"),
    (SelectorKind.URL, "http://a.example/panel/gate.php"),
    (SelectorKind.MD5, "0" * 32),
    (SelectorKind.CVE, "CVE-2020-0001"),
    (SelectorKind.MALWARE, "greywren"),
    (SelectorKind.ACTOR, "brown otter"),
]
FILES = 7


@st.composite
def corpora(draw, common=False):
    members = draw(st.lists(st.integers(0, 3), min_size=FILES, max_size=FILES))
    cells = st.tuples(st.integers(0, FILES - 1), st.integers(0, len(VALUES) - 1))
    rows = np.array(draw(st.lists(cells, min_size=1, max_size=40)), dtype=np.int32)
    why = draw(st.lists(st.sampled_from(["", "shared host"]), min_size=len(VALUES), max_size=len(VALUES)))
    return build(members, rows, why if common else [""] * len(VALUES))


def build(members, rows, common, labels=None):
    refs = [Ref(derived_id("file", str(i)), m, (labels or [f"file {i}"] * FILES)[i]) for i, m in enumerate(members)]
    kinds, values = [k for k, _ in VALUES], [v for _, v in VALUES]
    return Corpus(refs, rows[:, 0], rows[:, 1], kinds, values, list(common))


def rows_of(corpus):
    return np.stack([corpus.rows_contribution, corpus.rows_selector], axis=1)


def members_of(corpus):
    return [ref.member for ref in corpus.contributions]


def by_pair(corpus):
    pairs, ids = score_pairs(corpus), [ref.id for ref in corpus.contributions]
    keys = [(ids[a], ids[b]) for a, b in zip(pairs.a, pairs.b, strict=True)]
    return dict(zip(keys, zip(pairs.score.tolist(), pairs.name.tolist(), strict=True), strict=True))


@given(corpora(common=True))
@settings(deadline=None)
def test_parts_are_bounded_pairs_are_ordered_and_of_two_members(corpus):
    member = {ref.id: ref.member for ref in corpus.contributions}
    for lead in find_leads(corpus, floor=0.0):
        assert lead.a < lead.b
        assert member[lead.a] != member[lead.b]
        assert 0 < lead.score <= 1
        assert 0 <= lead.infrastructure <= 1
        assert 0 <= lead.name <= 1
        assert lead.score >= lead.infrastructure - 1e-9
        assert sum(reason.weight for reason in lead.reasons) <= lead.score + 1e-9
        assert lead.sentence.endswith(".")
        assert all(reason.weight == 0.0 for reason in lead.reasons if reason.common)


@given(corpora(common=True), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_files_rows_and_selectors_changes_nothing(corpus, random):
    files, selectors = list(range(FILES)), list(range(len(VALUES)))
    random.shuffle(files)
    random.shuffle(selectors)
    rows = [(files.index(r), selectors.index(s)) for r, s in rows_of(corpus).tolist()]
    random.shuffle(rows)
    table = np.array(rows, dtype=np.int32)
    shuffled = Corpus(
        [corpus.contributions[i] for i in files],
        table[:, 0],
        table[:, 1],
        [corpus.kinds[i] for i in selectors],
        [corpus.values[i] for i in selectors],
        [corpus.common[i] for i in selectors],
    )
    assert find_leads(shuffled, floor=0.0) == find_leads(corpus, floor=0.0)


@given(corpora(), st.permutations(range(4)))
@settings(deadline=None)
def test_labels_and_numbers_of_members_change_no_score(corpus, numbers):
    labels = [f"another name {i}" for i in range(FILES)]
    renamed = build([numbers[m] for m in members_of(corpus)], rows_of(corpus), corpus.common, labels)
    assert by_pair(renamed) == by_pair(corpus)


@given(corpora(common=True))
@settings(deadline=None)
def test_common_selectors_count_for_nothing(corpus):
    """With their rows or without them the scores are the same."""
    rows = rows_of(corpus)
    kept = rows[[not corpus.common[s] for s in rows[:, 1]]].reshape(-1, 2)
    assert by_pair(build(members_of(corpus), kept, corpus.common)) == by_pair(corpus)


@given(corpora(), st.integers(0, FILES - 1), st.integers(0, len(VALUES) - 1))
def test_one_more_holder_never_raises_the_weight_of_a_selector(corpus, contribution, selector):
    more = np.concatenate([rows_of(corpus), [[contribution, selector]]]).astype(np.int32)
    before = selector_weights(tabulate(corpus))
    after = selector_weights(tabulate(build(members_of(corpus), more, corpus.common)))
    assert (after <= before).all()


@given(corpora(common=True))
@settings(deadline=None)
def test_saying_a_thing_twice_changes_nothing(corpus):
    twice = np.concatenate([rows_of(corpus), rows_of(corpus)])
    assert find_leads(build(members_of(corpus), twice, corpus.common)) == find_leads(corpus)


@given(st.lists(st.integers(0, 2 * HUB_CAP), max_size=50), st.integers(0, 10**6))
def test_the_budget_is_kept_and_the_lightest_are_taken_first(holders, limit):
    counts = np.array(holders, dtype=np.int64)
    taken = affordable(counts, limit)
    assert int((counts[taken] * (counts[taken] - 1) // 2).sum()) <= limit
    assert (counts[taken] <= HUB_CAP).all()
    left = counts[~taken & (counts > 1)]
    if taken.any() and len(left):
        assert counts[taken].max() < left.min()


@pytest.mark.parametrize("contributions", [2, 100, 10_000])
def test_chance_is_rarer_with_fewer_holders_and_never_below_one(contributions):
    odds = [chance(holders, contributions) for holders in range(1, contributions + 1)]
    assert odds == sorted(odds, reverse=True)
    assert min(odds) >= 1.0
