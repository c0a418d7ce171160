"""The parts that remain while nodes are gone, kept so that a local change costs what it touches and can be undone.

Every standing node has the label of its part; each part is a circular list. Changes between `begin` and `keep` or
`undo` are logged by node, and only nodes whose label changes: those put back, those of the smaller parts that they
join, those taken away, and those of the smaller pieces that this cuts off. The pieces are found by searches from all
ends of the cut in step, which end when all but one have come to an end or met (Even and Shiloach 1981 for two ends):
the largest piece keeps its label and is never walked through. A change so costs little even inside a part that holds
most of the network, which is what makes local search thousands of times quicker than starting anew each time.
"""

# ruff: noqa: C901, PLR0912
# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from accord.disruption.compiled import kernel
from accord.disruption.network import Bits, Ints, Network, Whole

FREE, DROPPED, MADE, LOGGED, CHANGE, MARK = range(6)
"""Places in `Parts.tally`: lengths of the four lists, the number of the change, the last mark given."""


class Parts(NamedTuple):
    """n nodes, 2n labels."""

    start: Ints
    near: Ints
    label: Ints  # (n) part of a node, -1: gone
    after: Ints  # (n) next node of its part
    before: Ints  # (n) previous node of its part
    head: Ints  # (2n) any node of a part
    size: Ints  # (2n) nodes in a part, 0: label unused
    free: Ints  # (2n) stack of unused labels
    dropped: Ints  # (2n) labels given up in this change
    made: Ints  # (2n) labels taken in this change
    made_at: Ints  # (2n) where a label stands in `made`; right only if it is there
    logged: Ints  # (n) nodes touched in this change
    former: Ints  # (n) their label before
    touched: Ints  # (n) number of the change that touched a node last
    seen: Ints  # (2n) mark of a label
    line: Ints  # (n) a queue
    met: Ints  # (n) mark of the search that has met a node
    group: Ints  # (n) number of that search
    chain: Ints  # (n) next node on the list that it is on
    merged: Ints  # (n) the search that a search has become part of; itself, if none
    ends: Ints  # (4, n) of each search: first and last node waiting, first and last node done
    active: Ints  # (n) searches that go on
    tally: Ints  # (6)


def all_gone(network: Network) -> Parts:
    n = network.size

    def full(size: int, value: int) -> Ints:
        return np.full(size, value, np.int32)

    parts = Parts(
        start=network.start,
        near=network.near,
        label=full(n, -1),
        after=full(n, 0),
        before=full(n, 0),
        head=full(2 * n, -1),
        size=full(2 * n, 0),
        free=np.arange(2 * n, dtype=np.int32),
        dropped=full(2 * n, 0),
        made=full(2 * n, 0),
        made_at=full(2 * n, 0),
        logged=full(n, 0),
        former=full(n, 0),
        touched=full(n, -1),
        seen=full(2 * n, 0),
        line=full(n, 0),
        met=full(n, 0),
        group=full(n, 0),
        chain=full(n, 0),
        merged=full(n, 0),
        ends=np.zeros((4, n), np.int32),
        active=full(n, 0),
        tally=full(6, 0),
    )
    parts.tally[FREE] = 2 * n
    return parts


@kernel
def begin(p: Parts) -> None:
    """Starts a change."""
    p.tally[DROPPED] = p.tally[MADE] = p.tally[LOGGED] = 0
    p.tally[CHANGE] += 1


@kernel
def keep(p: Parts) -> None:
    """Makes the change final: labels given up can be used again."""
    for at in range(p.tally[DROPPED]):
        p.free[p.tally[FREE]] = p.dropped[at]
        p.tally[FREE] += 1


@kernel
def undo(p: Parts) -> None:
    """Takes the change back."""
    for at in range(p.tally[LOGGED]):
        if p.label[p.logged[at]] >= 0:
            _unlink(p, p.logged[at])
    for at in range(p.tally[LOGGED]):
        if p.former[at] >= 0:
            _join(p, p.logged[at], p.former[at])
        else:
            p.label[p.logged[at]] = -1
    for at in range(p.tally[MADE]):  # all empty now
        p.free[p.tally[FREE]] = p.made[at]
        p.tally[FREE] += 1


@kernel
def _join(p: Parts, node: Whole, label: Whole) -> None:
    """Puts a node on the list of a part."""
    if p.size[label] == 0:
        p.after[node] = p.before[node] = node
        p.head[label] = node
    else:
        first = p.head[label]
        following = p.after[first]
        p.after[first], p.before[node] = node, first
        p.after[node], p.before[following] = following, node
    p.size[label] += 1
    p.label[node] = label


@kernel
def _unlink(p: Parts, node: Whole) -> None:
    """Takes a node off the list of its part, which may be empty then; its label is left to be set."""
    label = p.label[node]
    p.after[p.before[node]] = p.after[node]
    p.before[p.after[node]] = p.before[node]
    p.head[label] = p.after[node]
    p.size[label] -= 1


@kernel
def _log(p: Parts, node: Whole) -> None:
    if p.touched[node] != p.tally[CHANGE]:
        p.touched[node] = p.tally[CHANGE]
        p.logged[p.tally[LOGGED]] = node
        p.former[p.tally[LOGGED]] = p.label[node]
        p.tally[LOGGED] += 1


@kernel
def _new_label(p: Parts) -> int:
    p.tally[FREE] -= 1
    label = p.free[p.tally[FREE]]
    p.made[p.tally[MADE]] = label
    p.made_at[label] = p.tally[MADE]
    p.tally[MADE] += 1
    return int(label)


@kernel
def _give_up(p: Parts, label: Whole) -> None:
    """An empty label: one that was made in this change is free at once, since nothing of before has it."""
    at = p.made_at[label]
    if at < p.tally[MADE] and p.made[at] == label:
        p.tally[MADE] -= 1
        p.made[at] = p.made[p.tally[MADE]]
        p.made_at[p.made[at]] = at
        p.free[p.tally[FREE]] = label
        p.tally[FREE] += 1
    else:
        p.dropped[p.tally[DROPPED]] = label
        p.tally[DROPPED] += 1


@kernel
def new_mark(p: Parts) -> int:
    p.tally[MARK] += 1
    return int(p.tally[MARK])


@kernel
def joined_size(p: Parts, node: Whole, most: int) -> int:
    """Size of the part that a gone node would make if it came back; beyond `most` it is not counted to the end."""
    mark = new_mark(p)
    total = 1
    for place in range(p.start[node], p.start[node + 1]):
        label = p.label[p.near[place]]
        if label >= 0 and p.seen[label] != mark:
            p.seen[label] = mark
            total += p.size[label]
            if total > most:
                break
    return total


@kernel
def put_back(p: Parts, node: Whole) -> None:
    """Brings a gone node back: the parts next to it become one, under the label of the largest of them."""
    largest = -1
    for place in range(p.start[node], p.start[node + 1]):
        label = p.label[p.near[place]]
        if label >= 0 and (largest < 0 or p.size[label] > p.size[largest]):
            largest = label
    _log(p, node)
    if largest < 0:
        _join(p, node, _new_label(p))
        return
    _join(p, node, largest)
    for place in range(p.start[node], p.start[node + 1]):
        label = p.label[p.near[place]]
        if label >= 0 and label != largest:
            other = p.head[label]
            for _ in range(p.size[label]):
                following = p.after[other]
                _log(p, other)
                _join(p, other, largest)
                other = following
            p.size[label] = 0
            _give_up(p, label)


@kernel
def take_away(p: Parts, nodes: Ints, pieces: Ints) -> int:
    """Takes standing nodes away and splits their parts.

    `pieces` receives the labels of what is left of those parts; returns how many.
    """
    was, found = np.zeros(len(nodes), np.int32), 0
    for at in range(len(nodes)):
        was[at] = p.label[nodes[at]]
        _log(p, nodes[at])
        _unlink(p, nodes[at])
        p.label[nodes[at]] = -1
    mark = new_mark(p)
    for at in range(len(nodes)):
        label = was[at]
        if p.seen[label] == mark:
            continue
        p.seen[label] = mark
        if p.size[label] == 0:
            _give_up(p, label)
            continue
        pieces[found] = label
        found = _split(p, nodes[at:], was[at:], pieces, found + 1)
    return found


@kernel
def _split(p: Parts, nodes: Ints, was: Ints, pieces: Ints, found: int) -> int:
    """Gives new labels to all pieces but one of the part `was[0]`, from which those of `nodes` went that were in it."""
    label, mark, count = was[0], new_mark(p), 0
    wait_first, wait_last, done_first, done_last = p.ends[0], p.ends[1], p.ends[2], p.ends[3]
    for at in range(len(nodes)):
        if was[at] != label:
            continue
        for place in range(p.start[nodes[at]], p.start[nodes[at] + 1]):
            node = p.near[place]
            if p.label[node] == label and p.met[node] != mark:
                p.met[node], p.group[node], p.chain[node] = mark, count, -1
                wait_first[count] = wait_last[count] = node
                done_first[count] = done_last[count] = -1
                p.merged[count] = p.active[count] = count
                count += 1
    at = 0
    while count > 1:
        at = at % count
        own = p.active[at]
        node = wait_first[own] if p.merged[own] == own else -1
        if node < 0:
            count -= 1
            p.active[at] = p.active[count]
            if p.merged[own] == own:  # it has come to an end without meeting another: a piece
                pieces[found] = _new_label(p)
                _relabel(p, done_first[own], pieces[found])
                found += 1
            continue
        wait_first[own] = p.chain[node]
        p.chain[node] = done_first[own]
        if done_first[own] < 0:
            done_last[own] = node
        done_first[own] = node
        for place in range(p.start[node], p.start[node + 1]):
            other = p.near[place]
            if p.label[other] != label:
                continue
            if p.met[other] != mark:
                p.met[other], p.group[other], p.chain[other] = mark, own, -1
                if wait_first[own] < 0:
                    wait_first[own] = other
                else:
                    p.chain[wait_last[own]] = other
                wait_last[own] = other
            else:
                far = p.group[other]
                while p.merged[far] != far:
                    p.merged[far] = p.merged[p.merged[far]]
                    far = p.merged[far]
                if far != own:
                    _merge(p, own, far)
        at += 1
    return found


@kernel
def _merge(p: Parts, own: Whole, far: Whole) -> None:
    """Adds the nodes of one search to those of another."""
    p.merged[far] = own
    for first, last in ((0, 1), (2, 3)):
        if p.ends[first, far] >= 0:
            if p.ends[first, own] < 0:
                p.ends[first, own] = p.ends[first, far]
            else:
                p.chain[p.ends[last, own]] = p.ends[first, far]
            p.ends[last, own] = p.ends[last, far]


@kernel
def _relabel(p: Parts, node: Whole, label: Whole) -> None:
    """Moves the nodes of a chain to another label."""
    while node >= 0:
        _log(p, node)
        _unlink(p, node)
        _join(p, node, label)
        node = p.chain[node]


@kernel
def stand(p: Parts, gone: Bits) -> None:
    """Sets the parts anew: exactly the marked nodes (n, booleans) are gone."""
    n = len(p.label)
    p.size[:] = 0
    for at in range(2 * n):
        p.free[at] = 2 * n - 1 - at
    p.tally[FREE] = 2 * n
    begin(p)
    for node in range(n):
        p.label[node] = -1 if gone[node] else -2  # standing, not yet in a part
    for node in range(n):
        if p.label[node] == -2:
            _fill(p, node, _new_label(p))
    begin(p)  # what stands now is no change: else giving labels up would search all of them


@kernel
def _fill(p: Parts, node: Whole, label: int) -> None:
    """Gives a label to all that can be reached from a node over nodes without one."""
    p.line[0], length, at = node, 1, 0
    _join(p, node, label)
    while at < length:
        for place in range(p.start[p.line[at]], p.start[p.line[at] + 1]):
            other = p.near[place]
            if p.label[other] == -2:
                _join(p, other, label)
                p.line[length] = other
                length += 1
        at += 1


@kernel
def largest_part(p: Parts) -> int:
    return int(p.size.max()) if len(p.size) > 0 else 0
