from uuid import UUID

import pytest

from accord.disruption.powers import acts, host, wanted, within
from accord.model.maps import Map, Node
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.selectors import SelectorKind


def node(kind: str, label: str, *, shape: str, cluster: int = 0) -> Node:
    return Node(f"{kind}|{label}", kind, shape, label, 1.0, ("a",), cluster, 0.5, 0.5)


CHART = Map(
    (
        node("domain", "pay.example", shape="domain", cluster=1),
        node("domain", "fee.example", shape="domain", cluster=1),
        node("domain", "other.test", shape="domain", cluster=2),
        node("ipv4", "192.0.2.7", shape="host", cluster=1),
        node("ipv6", "2001:db8::7", shape="host"),
        node("url", "https://pay.example:8443/a", shape="url", cluster=1),
        node("btc", "wallet-one", shape="wallet"),
        node("email", "drop@mail.example", shape="account"),
        node("account", "chat|tarn", shape="account"),
        node("malware", "greywren", shape="persona"),
    ),
    (),
    ("parcel pages", "rest"),
)


def member(*capabilities: Capability, slug: str = "registry") -> Member:
    return Member(UUID(int=1), slug, "Registry", MemberKind.PROVIDER, capabilities=capabilities)


def suspend(*scope: str) -> Capability:
    return Capability(
        ActionType.SUSPEND_DOMAIN, frozenset({SelectorKind.DOMAIN}), scope=scope, cost=1, cost_per_target=0.5
    )


def test_one_order_hits_every_domain_of_a_cluster_in_scope():
    (act,) = acts([member(suspend("tld:example"))], CHART)
    assert act.targets == (0, 1)
    assert act.cost == 2.0
    assert act.title == "Suspend 2 domains of parcel pages"


def test_no_scope_is_everywhere_and_each_cluster_is_an_act():
    assert [act.targets for act in acts([member(suspend())], CHART)] == [(0, 1), (2,)]


@pytest.mark.parametrize("scope", ["tld:invalid", "asn:64500", "nonsense", "net:not-a-network", ""])
def test_a_scope_that_matches_nothing_or_is_unknown_allows_nothing(scope):
    assert acts([member(suspend(scope))], CHART) == []


def test_networks_match_addresses_of_their_family_only():
    reach = within(["net:192.0.2.0/24"])
    assert [n.label for n in CHART.nodes if reach(n)] == ["192.0.2.7"]


def test_the_host_of_a_page_is_read_without_port_or_brackets():
    assert host(CHART.nodes[5]) == "pay.example"
    assert host(node("url", "http://[2001:db8::1]:80/x", shape="url")) == "2001:db8::1"
    assert host(CHART.nodes[6]) == ""


def test_ids_do_not_depend_on_the_order_of_members():
    one, two = member(suspend(), slug="one"), member(suspend(), slug="two")
    assert [a.id for a in acts([one, two], CHART)] == [a.id for a in acts([two, one], CHART)]


def test_wanted_names_the_power_and_leaves_out_what_somebody_reaches():
    found = {act.capability.power: act.targets for act in wanted(CHART, taken=[0, 1])}
    assert found == {
        "registry of .test": (2,),
        "provider of 192.0.0.0/16": (3,),
        "provider of 2001:db8::/32": (4,),
        "exchanges that take BTC": (6,),
        "mail service of mail.example": (7,),
        "platform chat": (8,),
    }
