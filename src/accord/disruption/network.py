"""A plain network: nodes and undirected edges in compressed rows, and how it falls apart along an order."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.disruption.compiled import kernel

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]
Whole = int | np.integer[Any]
"""A whole number, Python's or numpy's: inside kernels they are the same."""


class Network(NamedTuple):
    """n nodes, h half-edges; simple: no loops, no repeated edges; neighbours in rising order."""

    start: Ints  # (n+1)
    near: Ints  # (h)

    @property
    def size(self) -> int:
        return len(self.start) - 1


def build(count: int, ends: NDArray[np.int64]) -> Network:
    """The network of `count` nodes with these edges (k, 2); loops and repetitions are left out."""
    if len(ends) == 0:
        return Network(np.zeros(count + 1, np.int32), np.zeros(0, np.int32))
    low, high = ends.min(axis=1), ends.max(axis=1)
    code = np.unique((low * count + high)[low != high])
    low, high = code // count, code % count
    owner = np.concatenate([low, high])
    order = np.lexsort((np.concatenate([high, low]), owner))
    start = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(owner, minlength=count), out=start[1:])
    return Network(start, np.concatenate([high, low])[order].astype(np.int32))


def without(network: Network, nodes: NDArray[Any]) -> Network:
    """The network without the edges of some nodes, which stand alone then."""
    gone = np.zeros(network.size, bool)
    gone[nodes] = True
    owner = np.repeat(np.arange(network.size), np.diff(network.start))
    stays = ~(gone[owner] | gone[network.near])
    start = np.zeros(network.size + 1, np.int32)
    np.cumsum(np.bincount(owner[stays], minlength=network.size), out=start[1:])
    return Network(start, network.near[stays])


@kernel
def find(parent: Ints, node: Whole) -> Whole:
    """Root of a node, halving the path on the way."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel
def put(start: Ints, near: Ints, parent: Ints, size: Ints, node: Whole) -> int:
    """Puts a node back into disjoint sets (parent -1: gone); returns the size of its part."""
    parent[node], size[node] = node, 1
    root = node
    for place in range(start[node], start[node + 1]):
        if parent[near[place]] >= 0:
            other = find(parent, near[place])
            if other != root:
                if size[other] > size[root]:
                    root, other = other, root
                parent[other] = root
                size[root] += size[other]
    return int(size[root])


@kernel
def largest_along(start: Ints, near: Ints, order: Ints) -> Ints:
    """Size of the largest component after the first 0 … k nodes of an order are gone (k+1 values).

    Nodes that the order does not name stay. Disjoint sets over the reversed order: O(m α(n)).
    """
    n, k = len(start) - 1, len(order)
    parent, size = np.full(n, -1, np.int32), np.ones(n, np.int32)
    late = np.zeros(n, np.bool_)
    late[order] = True
    largest = np.zeros(k + 1, np.int32)
    top = 0
    for at in range(n + k):
        node = at if at < n else order[k - 1 - (at - n)]
        if at < n and late[node]:
            continue
        if at >= n:
            largest[k - (at - n)] = top
        top = max(top, put(start, near, parent, size, node))
    largest[0] = top
    return largest
