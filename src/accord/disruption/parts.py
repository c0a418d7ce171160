"""The parts that remain while nodes are gone, kept so that a local change costs what it touches and can be undone.

Every standing node has the label of its part; each part is a circular list. Changes between `begin` and `keep` or
`undo` are logged: by node for parts that are split or given up, and as one entry for a part that only grew, since
its list can be cut back to what it was. While no part is larger than C, a change costs O(C · degree), whatever the
network's size: this is what makes large-neighbourhood search thousands of times quicker than starting anew each time.
"""

# Kernels take arrays, and keep their loops in one place.

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from accord.disruption.compiled import kernel
from accord.disruption.network import Bits, Ints, Network, Whole


class Parts(NamedTuple):
    """n nodes, 2n labels."""

    start: Ints
    near: Ints
    label: Ints  # (n) part of a node, -1: gone
    after: Ints  # (n) next node of its part
    head: Ints  # (2n) any node of a part
    size: Ints  # (2n) nodes in a part, 0: label unused
    free: Ints  # (2n) stack of unused labels
    dropped: Ints  # (2n) labels given up in this change
    made: Ints  # (2n) labels taken in this change
    made_at: Ints  # (2n) where a label stands in `made`; right only if it is there
    grown: Ints  # (2n) labels of before that were added to in this change
    grown_in: Ints  # (2n) number of the change that noted a label as grown
    grown_after: Ints  # (2n) what came after its head before it grew
    grown_size: Ints  # (2n) nodes in it before it grew
    logged: Ints  # (n) nodes touched in this change
    former: Ints  # (n) their label before
    touched: Ints  # (n) number of the change that touched a node last
    seen: Ints  # (2n) mark of a label
    line: Ints  # (n) a queue
    tally: Ints  # 0: free, 1: dropped, 2: made, 3: logged, 4: number of the change, 5: mark, 6: grown


def all_gone(network: Network) -> Parts:
    n = network.size
    parts = Parts(
        network.start,
        network.near,
        np.full(n, -1, np.int32),
        np.zeros(n, np.int32),
        np.full(2 * n, -1, np.int32),
        np.zeros(2 * n, np.int32),
        np.arange(2 * n, dtype=np.int32),
        np.zeros(2 * n, np.int32),
        np.zeros(2 * n, np.int32),
        np.zeros(2 * n, np.int32),
        np.zeros(2 * n, np.int32),
        np.full(2 * n, -1, np.int32),
        np.zeros(2 * n, np.int32),
        np.zeros(2 * n, np.int32),
        np.zeros(n, np.int32),
        np.zeros(n, np.int32),
        np.full(n, -1, np.int32),
        np.zeros(2 * n, np.int32),
        np.zeros(n, np.int32),
        np.zeros(7, np.int32),
    )
    parts.tally[0] = 2 * n
    return parts


@kernel
def begin(p: Parts) -> None:
    """Starts a change."""
    p.tally[1] = p.tally[2] = p.tally[3] = p.tally[6] = 0
    p.tally[4] += 1


@kernel
def keep(p: Parts) -> None:
    """Makes the change final: labels given up can be used again."""
    for at in range(p.tally[1]):
        p.free[p.tally[0]] = p.dropped[at]
        p.tally[0] += 1


@kernel
def undo(p: Parts) -> None:
    """Takes the change back."""
    for at in range(p.tally[2]):
        p.size[p.made[at]] = 0
        p.free[p.tally[0]] = p.made[at]
        p.tally[0] += 1
    for at in range(p.tally[6]):
        label = p.grown[at]
        if p.size[label] > 0:  # else it was given up later in the change, and its nodes are logged
            p.size[label] = p.grown_size[label]
            p.after[p.head[label]] = p.grown_after[label]
    for at in range(p.tally[3]):  # a logged node's former part was given up, hence empty
        node, label = p.logged[at], p.former[at]
        p.label[node] = label
        if label >= 0:
            _join(p, node, label)


@kernel
def _join(p: Parts, node: Whole, label: int) -> None:
    """Puts a node on the list of a part."""
    if p.size[label] == 0:
        p.after[node] = node
        p.head[label] = node
    else:
        p.after[node] = p.after[p.head[label]]
        p.after[p.head[label]] = node
    p.size[label] += 1
    p.label[node] = label


@kernel
def _log(p: Parts, node: Whole) -> None:
    if p.touched[node] != p.tally[4]:
        p.touched[node] = p.tally[4]
        p.logged[p.tally[3]] = node
        p.former[p.tally[3]] = p.label[node]
        p.tally[3] += 1


@kernel
def _new_label(p: Parts) -> int:
    p.tally[0] -= 1
    label = p.free[p.tally[0]]
    p.made[p.tally[2]] = label
    p.made_at[label] = p.tally[2]
    p.tally[2] += 1
    return int(label)


@kernel
def _is_made(p: Parts, label: int) -> bool:
    """Whether a label was taken in this change."""
    return bool(p.made_at[label] < p.tally[2] and p.made[p.made_at[label]] == label)


@kernel
def _give_up(p: Parts, label: int) -> None:
    """Empties a label. One that was made in this change is freed with the others that were made."""
    p.size[label] = 0
    if _is_made(p, label):
        at = p.made_at[label]
        p.tally[2] -= 1
        p.made[at] = p.made[p.tally[2]]
        p.made_at[p.made[at]] = at
        p.free[p.tally[0]] = label
        p.tally[0] += 1
        return
    p.dropped[p.tally[1]] = label
    p.tally[1] += 1


@kernel
def new_mark(p: Parts) -> int:
    p.tally[5] += 1
    return int(p.tally[5])


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
    if p.grown_in[largest] != p.tally[4] and not _is_made(p, largest):
        p.grown_in[largest] = p.tally[4]
        p.grown[p.tally[6]] = largest
        p.grown_after[largest] = p.after[p.head[largest]]
        p.grown_size[largest] = p.size[largest]
        p.tally[6] += 1
    _join(p, node, largest)
    for place in range(p.start[node], p.start[node + 1]):
        label = p.label[p.near[place]]
        if label >= 0 and label != largest:
            member, left = p.head[label], p.size[label]
            while left > 0:
                following = p.after[member]
                _log(p, member)
                _join(p, member, largest)
                member = following
                left -= 1
            _give_up(p, label)


@kernel
def take_away(p: Parts, nodes: Ints, pieces: Ints) -> int:
    """Takes standing nodes away and splits their parts; returns how many labels of pieces were written."""
    mark, affected = new_mark(p), 0
    for at in range(len(nodes)):
        label = p.label[nodes[at]]
        if p.seen[label] != mark:
            p.seen[label] = mark
            pieces[affected] = label
            affected += 1
    members, total = p.line, 0
    for at in range(affected):
        node = p.head[pieces[at]]
        for _ in range(p.size[pieces[at]]):
            _log(p, node)
            members[total] = node
            total += 1
            node = p.after[node]
    for at in range(affected):
        _give_up(p, pieces[at])
    for at in range(total):
        p.label[members[at]] = -2  # standing, not yet in a piece
    for at in range(len(nodes)):
        p.label[nodes[at]] = -1
    found = 0
    for at in range(total):
        if p.label[members[at]] == -2:
            label = _new_label(p)
            pieces[found] = label
            found += 1
            _fill(p, members[at], label)
    return found


@kernel
def _fill(p: Parts, node: Whole, label: int) -> None:
    """Gives a label to all that can be reached from a node over nodes without one; the list itself is the queue."""
    _join(p, node, label)
    tail, at = node, node
    while True:
        for place in range(p.start[at], p.start[at + 1]):
            other = p.near[place]
            if p.label[other] == -2:
                p.after[other] = p.head[label]
                p.after[tail] = other
                tail = other
                p.label[other] = label
                p.size[label] += 1
        at = p.after[at]
        if at == p.head[label]:
            return


@kernel
def stand(p: Parts, gone: Bits) -> None:
    """Sets the parts anew: exactly the marked nodes (n, booleans) are gone."""
    n = len(p.label)
    p.size[:] = 0
    for at in range(2 * n):
        p.free[at] = 2 * n - 1 - at
    p.tally[0] = 2 * n
    begin(p)
    for node in range(n):
        p.label[node] = -1 if gone[node] else -2
    for node in range(n):
        if p.label[node] == -2:
            _fill(p, node, _new_label(p))
    begin(p)  # what stands now is no change: else giving labels up would search all of them


@kernel
def largest_part(p: Parts) -> int:
    return int(p.size.max()) if len(p.size) > 0 else 0
