from hypothesis import given
from hypothesis import strategies as st

from accord.links.atlas import Held, Tie, build, harm, shape
from accord.model.selectors import SelectorKind


def thing(number: int, *members: str, kind: SelectorKind = SelectorKind.DOMAIN) -> Held:
    return Held(number, kind, f"d{number}.example", members or ("a",), 1)


def test_build_leaves_out_what_nothing_is_tied_to():
    chart = build([thing(1), thing(2), thing(3)], [Tie(1, 2, "row")])
    assert [node.label for node in chart.nodes] == ["d1.example", "d2.example"]
    assert [(e.source, e.target, e.kind) for e in chart.edges] == [(0, 1, "row")]


def test_build_keeps_what_two_members_hold_even_untied():
    chart = build([thing(1, "a", "b"), thing(2)], [])
    assert [node.members for node in chart.nodes] == [("a", "b")]


def test_build_prefers_what_several_members_hold_when_it_must_choose():
    held = [thing(n) for n in range(1, 20)] + [thing(99, "a", "b")]
    chart = build(held, [Tie(n, n + 1, "row") for n in range(1, 19)], max_nodes=5)
    assert chart.nodes[0].label == "d99.example"
    assert len(chart.nodes) == 5


def test_build_of_nothing_is_an_empty_map():
    assert build([], []) == ((), (), ())


def test_a_cluster_is_called_by_the_name_that_most_is_tied_to():
    held = [thing(n) for n in range(1, 6)] + [Held(50, SelectorKind.MALWARE, "greywren", ("a",), 2)]
    chart = build(held, [Tie(50, n, "names") for n in range(1, 6)])
    assert chart.clusters == ("greywren",)


def test_the_surest_of_two_ties_counts():
    chart = build([thing(1), thing(2)], [Tie(1, 2, "names"), Tie(2, 1, "hosts")])
    assert [e.kind for e in chart.edges] == ["hosts"]


def test_harm_grows_with_holders_and_money_weighs_most():
    assert harm(SelectorKind.DOMAIN, 2) > harm(SelectorKind.DOMAIN, 1)
    assert harm(SelectorKind.BTC, 1) > harm(SelectorKind.IPV4, 1) > harm(SelectorKind.SHA256, 1)


def test_every_kind_has_a_shape():
    assert {shape(kind) for kind in SelectorKind} == {"host", "domain", "url", "wallet", "account", "file", "persona"}


@given(
    st.lists(
        st.tuples(st.integers(0, 25), st.integers(0, 25), st.sampled_from(["row", "hosts", "names"])), max_size=60
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_input_changes_nothing_and_places_lie_inside(pairs, random):
    held = [thing(n, *(("a", "b") if n % 4 == 0 else ("a",))) for n in range(26)]
    ties = [Tie(*pair) for pair in pairs]
    first = build(held, ties)
    random.shuffle(held)
    random.shuffle(ties)
    assert build(held, ties) == first
    assert all(0.0 <= node.x <= 1.0 and 0.0 <= node.y <= 1.0 for node in first.nodes)
    assert all(edge.source < edge.target for edge in first.edges)
