"""Agreement in names counts only between witnesses who do not have the name from each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.links.test_leads import file_id, world

from accord.links import find_leads, score_pairs
from accord.links.corpus import tabulate
from accord.links.scores import gather

BOTH = "malware|greywren"


def lead_between(files, one, other):
    leads = {frozenset((lead.a, lead.b)): lead for lead in find_leads(world(files), floor=0.0)}
    return leads[frozenset((file_id(*one), file_id(*other)))]


def test_a_name_that_came_from_the_other_end_over_a_third_is_no_witness():
    files = {
        ("n", "list"): "md5|" + "1" * 32,
        ("n", "report"): "md5|" + "1" * 32 + " ipv4|192.0.2.1",
        ("s", "b"): f"ipv4|192.0.2.1 {BOTH}",
    }
    assert lead_between(files, ("n", "list"), ("s", "b")).name == 0.0
    witness = files | {("n", "report"): f"{files['n', 'report']} {BOTH}"}
    assert lead_between(witness, ("n", "list"), ("s", "b")).name > 0.5


@given(st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(0, 5), max_size=4)), min_size=1, max_size=8))
@settings(deadline=None, max_examples=60)
def test_who_alone_uses_a_name_agrees_with_nobody(others):
    files = {(f"m{m}", f"f{i}"): " ".join(f"domain|d{n}.example" for n in held) for i, (m, held) in enumerate(others)}
    files["m9", "b"] = f"domain|d0.example domain|d1.example {BOTH} actor|brownotter"
    pairs = score_pairs(world(files))
    b = len(others)
    assert not np.any(pairs.name[(pairs.a == b) | (pairs.b == b)])


def test_names_that_agree_make_thin_infrastructure_count_more_than_both_apart():
    shared, more = "ipv4|192.0.2.1", " ".join(f"domain|n{i}.example" for i in range(30))
    other = more.replace("|n", "|s")
    files = {("n", "a"): f"{shared} {more}", ("s", "b"): f"{shared} {other}"}
    thin = lead_between(files, ("n", "a"), ("s", "b"))
    named = lead_between({key: f"{text} {BOTH}" for key, text in files.items()}, ("n", "a"), ("s", "b"))
    only = lead_between({("n", "a"): f"{more} {BOTH}", ("s", "b"): f"{other} {BOTH}"}, ("n", "a"), ("s", "b"))
    assert named.infrastructure == pytest.approx(thin.infrastructure)
    assert named.score > 1 - (1 - thin.score) * (1 - only.score)
    assert sum(reason.weight for reason in named.reasons) == pytest.approx(named.score)


def test_a_path_beside_a_strong_link_adds_little():
    """The third contribution holds the same servers: it says nothing new about the two."""
    listed = "ipv4|192.0.2.1 ipv4|192.0.2.2 ipv4|192.0.2.3"
    files = {("n", "a"): listed, ("s", "b"): listed, ("w", "c"): f"{listed} domain|c.example"}
    scores = gather(tabulate(world(files))).scores
    assert np.all(scores.path > 0)
    assert np.all(scores.infrastructure >= np.maximum(scores.direct, scores.path) - 1e-9)
    assert np.all(scores.infrastructure < 1 - (1 - scores.direct) * (1 - scores.path))
