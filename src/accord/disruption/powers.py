"""From what members can do to the acts that could be taken: one order may hit many targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from accord.model.maps import Map, Node
from accord.model.members import ActionType, Capability, Member
from accord.model.selectors import SelectorKind

MAX_TARGETS = 2_000
"""Targets of one act; a longer order is split, since no desk works through more in one piece."""

VERB = {
    ActionType.SUSPEND_DOMAIN: "Suspend",
    ActionType.TAKE_DOWN_HOST: "Take offline",
    ActionType.SEIZE_SERVER: "Seize",
    ActionType.SINKHOLE: "Sinkhole",
    ActionType.BLOCK: "Block",
    ActionType.FREEZE_WALLET: "Freeze",
    ActionType.CLOSE_ACCOUNT: "Close",
    ActionType.REMOVE_CONTENT: "Remove",
    ActionType.WARN_VICTIMS: "Warn the victims of",
    ActionType.ARREST: "Arrest those behind",
}

NOUN = {
    "domain": ("domain", "domains"),
    "host": ("server", "servers"),
    "url": ("page", "pages"),
    "wallet": ("wallet", "wallets"),
    "account": ("account", "accounts"),
    "file": ("file", "files"),
    "persona": ("name", "names"),
}

ACCOUNTS = ("account", "accounts")
"""An IBAN is drawn as a wallet, where money goes out; a bank closes an account."""


class Act(NamedTuple):
    """One act by one member on some nodes (indices into the map) under one legal power."""

    id: str
    member: str
    """Slug of the member, or `nobody` for a power that no member holds yet."""
    capability: Capability
    title: str
    targets: tuple[int, ...]
    cost: float


def acts(members: Iterable[Member], chart: Map) -> list[Act]:
    """Every act that the members' capabilities allow on this map: one per capability and cluster.

    Bounded by capabilities × clusters; targets outside a capability's scope are never in. Order: member, act, cluster.
    """
    found: list[Act] = []
    for member in sorted(members, key=lambda m: m.slug):
        for number, capability in enumerate(member.capabilities):
            if capability.action is ActionType.WARN_VICTIMS:
                continue  # it helps people and takes nothing away from the network
            reach = within(capability.scope)
            groups: dict[int, list[int]] = defaultdict(list)
            for i, node in enumerate(chart.nodes):
                if node.kind in capability.target_kinds and reach(node):
                    groups[node.cluster].append(i)
            for cluster, targets in sorted(groups.items()):
                for part in range(0, len(targets), MAX_TARGETS):
                    chosen = tuple(targets[part : part + MAX_TARGETS])
                    key = f"{member.slug}/{number}-{capability.action}/{cluster}" + (f"-{part}" if part else "")
                    found.append(_act(key, member.slug, capability, chosen, chart))
    return found


def wanted(chart: Map, taken: Iterable[int]) -> list[Act]:
    """Acts that nobody in the alliance can take yet, on nodes outside `taken`: by registry, network, chain, platform.

    The holder of the power is named by what it controls (`registry of .example`), never guessed as an organisation.
    """
    covered = set(taken)
    groups: dict[tuple[ActionType, str], list[int]] = defaultdict(list)
    for i, node in enumerate(chart.nodes):
        if i not in covered and (power := _holder(node)):
            groups[power].append(i)
    result = []
    for (action, holder), targets in sorted(groups.items()):
        kinds = frozenset(SelectorKind(chart.nodes[i].kind) for i in targets)
        capability = Capability(action, kinds, power=holder)
        result.append(_act(f"nobody/{action}/{holder}", "nobody", capability, tuple(targets[:MAX_TARGETS]), chart))
    return result


def within(scope: Sequence[str]) -> Callable[[Node], bool]:
    """A test whether a node falls under a scope; an empty scope is everything, an unknown pattern is nothing."""
    if not scope:
        return lambda _: True
    tests = [_pattern(*entry.partition(":")[::2]) for entry in scope]
    return lambda node: any(test(node) for test in tests)


def _in_network(value: str) -> Callable[[Node], bool]:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return lambda _: False
    return lambda node: node.shape == "host" and ip_address(node.label) in network


PATTERNS: dict[str, Callable[[str], Callable[[Node], bool]]] = {
    "tld": lambda value: lambda node: host(node).endswith("." + value.lstrip(".")),
    "net": _in_network,
    "brand": lambda value: lambda node: node.shape in ("domain", "url") and value in node.label.lower(),
    "platform": lambda value: lambda node: node.label.startswith(value + "|"),
    "mail": lambda value: lambda node: node.label.endswith("@" + value),
}


def _pattern(kind: str, value: str) -> Callable[[Node], bool]:
    made = PATTERNS.get(kind)
    return made(value.strip().lower()) if made else lambda _: False


def host(node: Node) -> str:
    """The host name or address that a node lies on; empty for what lies on none."""
    if node.shape == "url":
        rest = node.label.partition("://")[2].partition("/")[0].rpartition("@")[2]
        return rest.partition(":")[0] if not rest.startswith("[") else rest.partition("]")[0][1:]
    return node.label if node.shape in ("domain", "host") else ""


def _holder(node: Node) -> tuple[ActionType, str] | None:
    label = node.label
    if node.shape == "domain":
        return ActionType.SUSPEND_DOMAIN, f"registry of .{label.rpartition('.')[2]}"
    if node.shape == "host":
        width = 16 if node.kind == SelectorKind.IPV4 else 32
        return ActionType.TAKE_DOWN_HOST, f"provider of {ip_network(f'{label}/{width}', strict=False)}"
    if node.shape == "wallet":
        return ActionType.FREEZE_WALLET, f"exchanges that take {node.kind.upper()}"
    if node.kind == SelectorKind.EMAIL:
        return ActionType.CLOSE_ACCOUNT, f"mail service of {label.rpartition('@')[2]}"
    if node.kind == SelectorKind.ACCOUNT:
        return ActionType.CLOSE_ACCOUNT, f"platform {label.partition('|')[0]}"
    return None


def _act(key: str, member: str, capability: Capability, targets: tuple[int, ...], chart: Map) -> Act:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for i in targets:
        node = chart.nodes[i]
        counts[ACCOUNTS if node.kind == SelectorKind.IBAN else NOUN[node.shape]] += 1
    what = " and ".join(f"{n} {noun[n != 1]}" for noun, n in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
    cluster = chart.nodes[targets[0]].cluster
    where = f" of {_called(chart.clusters[cluster - 1])}" if cluster and member != "nobody" else ""
    cost = round(capability.cost + capability.cost_per_target * len(targets), 3)
    return Act(key, member, capability, f"{VERB[capability.action]} {what}{where}", targets, cost)


def _called(cluster: str) -> str:
    """A cluster that is named after a host is written so that nobody follows it by a click."""
    return cluster if " " in cluster else cluster.replace(".", "[.]")
