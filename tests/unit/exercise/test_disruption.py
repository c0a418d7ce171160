"""An exercise must be winnable: few actions by few members take most of the harm away, and not all of it."""

import ipaddress
from collections import defaultdict

import pytest

from accord.exercise import world
from accord.exercise.parts import key
from accord.model.members import ActionType
from accord.model.selectors import SelectorKind as Kind

EFFECTIVE = set(ActionType) - {ActionType.WARN_VICTIMS, ActionType.BLOCK, ActionType.ARREST}


def in_scope(asset, capability) -> bool:
    if asset.kind not in capability.target_kinds:
        return False
    for pattern in capability.scope:
        sort, _, value = pattern.partition(":")
        if sort == "net" and asset.kind in {Kind.IPV4, Kind.IPV6}:
            network = ipaddress.ip_network(value)
            if ipaddress.ip_address(asset.value) in network:
                return True
        if sort == "tld":
            host = asset.home if asset.kind is Kind.URL else asset.value
            if host == value or host.endswith("." + value):
                return True
        if sort == "mail" and asset.value.endswith("@" + value):
            return True
    return not capability.scope


def actions(made):
    """One order a member, power and service, on all that it reaches there."""
    found = []
    for member in made.members:
        for capability in member.capabilities:
            if capability.action not in EFFECTIVE:
                continue
            for service in made.services:
                targets = {key(a): a.harm for a in service.assets if in_scope(a, capability)}
                if capability.action is ActionType.FREEZE_WALLET:
                    targets = {
                        k: h
                        for k, h in targets.items()
                        if any(k == key(a) and a.role == "deposit" for a in service.assets)
                    }
                if targets and capability.success >= 0.8:
                    found.append((member.slug, capability.action, targets))
    return found


def largest_part(made, gone) -> int:
    joined = defaultdict(set)
    for tie in made.ties:
        if tie.source not in gone and tie.target not in gone:
            joined[tie.source].add(tie.target)
            joined[tie.target].add(tie.source)
    best, seen = 0, set()
    for start in joined:
        stack, size = [start], 0
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                size += 1
                stack += joined[node]
        best = max(best, size)
    return best


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twelve_actions_by_six_members_leave_little(seed):
    made = world(seed)
    total = sum(asset.harm for asset in made.assets)
    harm = {key(asset): asset.harm for asset in made.assets}
    on = {tie.source: tie.target for tie in made.ties if tie.kind == "on"}  # a page goes with its site
    gone, chosen = set(), []
    pool = actions(made)
    for _ in range(12):
        best = max(pool, key=lambda action: sum(h for k, h in action[2].items() if k not in gone))
        chosen.append(best)
        gone |= best[2].keys()
    left = sum(value for node, value in harm.items() if node not in gone and on.get(node) not in gone)
    before, after = largest_part(made, set()), largest_part(made, gone)
    assert len({one[0] for one in chosen}) <= 6
    assert left <= 0.3 * total
    assert after <= 0.15 * before
    assert left > 0.05 * total, "an exercise that can be won outright teaches nothing"


def test_some_of_the_worst_is_out_of_reach(full_world):
    reach = {k for _, _, targets in actions(full_world) for k in targets}
    beyond = [asset for asset in full_world.assets if key(asset) not in reach and asset.harm >= 5]
    assert any(asset.role == "bulletproof-host" for asset in beyond)
