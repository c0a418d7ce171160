"""Powers that nobody stated: marked, only where no member can act, and read from files with care."""

from __future__ import annotations

import pytest

from accord.disruption.assumed import assumed_acts, common_powers, is_assumed, powers_from, read_powers, rows_of
from accord.model.errors import AccordError
from accord.model.maps import Map, Node

CHART = Map(
    tuple(
        Node(f"{kind}|{label}", kind, shape, label, 1.0, ("one",), 0, 0.0, 0.0)
        for kind, shape, label in (
            ("domain", "domain", "fee-1.example"), ("domain", "domain", "fee-2.example"), ("ipv4", "host", "192.0.2.7"),
            ("btc", "wallet", "bc1q0"), ("malware", "persona", "greywren"),
        )
    ),
    (), (),
)  # fmt: skip


def test_acts_are_grouped_by_who_would_hold_the_power_and_marked():
    acts = assumed_acts(CHART, (), common_powers())
    assert {act.id for act in acts} == {
        "assumed:suspend-domain/registry of .example", "assumed:take-down-host/provider of 192.0.0.0/16",
        "assumed:freeze-wallet/exchanges that take BTC",
    }  # fmt: skip
    assert all(is_assumed(act.member) for act in acts)
    assert next(act for act in acts if "registry" in act.id).targets == (0, 1)


def test_nothing_is_assumed_where_a_member_can_act():
    assert all(0 not in act.targets for act in assumed_acts(CHART, {0}, common_powers()))
    assert assumed_acts(CHART, range(len(CHART.nodes)), common_powers()) == []


def test_a_file_narrows_what_is_assumed():
    powers = read_powers(b'[[power]]\naction = "suspend-domain"\nscope = ["brand:fee-2"]\nsuccess = 0.5\n')
    (act,) = assumed_acts(CHART, (), powers)
    assert act.targets == (1,)
    assert act.capability.success == 0.5


def test_powers_survive_being_kept():
    assert powers_from(rows_of(common_powers())) == common_powers()


@pytest.mark.parametrize(
    "text",
    [
        "", "power = 3", "[[power]]", '[[power]]\naction = "fly"', '[[power]]\naction = "block"\nsuccess = 0',
        '[[power]]\naction = "block"\ncost = nan', '[[power]]\naction = "block"\ncost = true',
        '[[power]]\naction = "block"\nscope = "tld:example"', '[[power]]\naction = "block"\nwhen = 1', "[[power",
        "\xff",
        '[[power]]\naction = ["block"]', "x = 1\n" * 20_000,
    ],
)  # fmt: skip
def test_bad_files_are_refused_in_words(text):
    with pytest.raises(AccordError) as refused:
        read_powers(text.encode("latin-1"), path="p.toml")
    assert refused.value.path == "p.toml"
