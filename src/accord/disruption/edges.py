"""Reads networks as edge lists, and costs: bytes in, a network with its nodes' names out."""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from accord.disruption.network import Floats, Network, build
from accord.model.errors import InputError, LimitError, UnreadableError

MAX_BYTES = 1_000_000_000
MAX_EDGES = 20_000_000
"""Half-edges and their kernels then stay within about 1 GB."""
COMMENTS = ("#", "%")


class Named(NamedTuple):
    """A network and what its nodes are called, in the order of their numbers."""

    network: Network
    names: tuple[str, ...]


def read_edges(data: bytes, *, path: str = "") -> Named:
    """Reads lines of `one other` (blanks, tabs or a comma between; more columns are left alone; # or % comments).

    Undirected: both directions, repetitions and self-loops count once or not at all. Names that are whole numbers
    with few gaps are positions from 0: a number that no line has is a node without edges. Raises `UnreadableError`
    with the line that is no edge, `LimitError` for more than MAX_EDGES lines.
    """
    if len(data) > MAX_BYTES:
        raise LimitError(f"{path or 'The network'} is larger than {MAX_BYTES} bytes.", action="Split it.", path=path)
    ends = _quick(data)
    if ends is None:
        return _by_lines(data, path)
    if len(ends) > MAX_EDGES:
        raise LimitError(f"{path or 'The network'} has over {MAX_EDGES} edges.", action="Split it.", path=path)
    return _numbered(ends)


def _quick(data: bytes) -> NDArray[np.int64] | None:
    """Two columns of whole numbers and nothing else, or None."""
    if not data.strip() or data.translate(None, b"0123456789 \t\r\n"):
        return None
    first = data.lstrip().split(b"\n", 1)[0].split()
    if len(first) != 2:
        return None
    lines = sum(1 for line in io.BytesIO(data) if line.strip())
    values = np.array(data.split(), dtype="S19")
    if len(values) != 2 * lines:
        return None
    numbers: NDArray[np.int64] = values.astype(np.int64).reshape(-1, 2)
    return numbers


def _numbered(ends: NDArray[np.int64]) -> Named:
    distinct, codes = np.unique(ends, return_inverse=True)
    top = int(distinct[-1]) + 1
    if top <= 2 * len(distinct):
        return Named(build(top, ends), tuple(map(str, range(top))))
    return Named(build(len(distinct), codes.reshape(-1, 2)), tuple(map(str, distinct.tolist())))


def _by_lines(data: bytes, path: str) -> Named:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"{path or 'The network'} is not UTF-8 text (byte {error.start}).", action="Save it as UTF-8.", path=path
        ) from None
    number: dict[str, int] = {}
    ends: list[tuple[int, int]] = []
    for at, line in enumerate(text.splitlines(), start=1):
        words = line.replace(",", " ").split()
        if not words or words[0].startswith(COMMENTS):
            continue
        if len(words) < 2 or words[1].startswith(COMMENTS):
            raise UnreadableError(
                f"Line {at} of {path or 'the network'} names one node only.",
                action="Write two node names a line.",
                path=path,
                line=at,
            )
        ends.append((number.setdefault(words[0], len(number)), number.setdefault(words[1], len(number))))
        if len(ends) > MAX_EDGES:
            raise LimitError(f"{path or 'The network'} has over {MAX_EDGES} edges.", action="Split it.", path=path)
    names = tuple(number)
    pairs = np.array(ends, np.int64).reshape(-1, 2)
    if names and all(name.isascii() and name.isdigit() and len(name) < 19 for name in names):
        return _numbered(np.array([int(name) for name in names], np.int64)[pairs])
    return Named(build(len(names), pairs), names)


def read_costs(data: bytes, names: tuple[str, ...], *, path: str = "") -> Floats:
    """One number a line in the order of the nodes, or `node number` lines in any order (nodes not named cost 1).

    Raises `UnreadableError` with the line that cannot be read, `InputError` for a number that is no cost.
    """
    rows = [
        (at, line.replace(",", " ").split())
        for at, line in enumerate(data.decode("utf-8-sig", errors="replace").splitlines(), start=1)
    ]
    rows = [(at, words) for at, words in rows if words and not words[0].startswith(COMMENTS)]
    listed = all(len(words) == 1 for _, words in rows)
    if listed and len(rows) != len(names):
        raise InputError(
            f"{path or 'The cost file'} has {len(rows)} costs for {len(names)} nodes.",
            action="Give one a line, node 0 first, or lines of a node and its cost.",
            path=path,
        )
    place = {name: at for at, name in enumerate(names)}
    costs = np.ones(len(names))
    for index, (at, words) in enumerate(rows):
        node = index if listed else place.get(words[0], -1)
        if node < 0:
            raise InputError(
                f"Line {at} of {path or 'the cost file'} names {words[0]!r}, which no edge has.",
                action="Strike the line.",
                path=path,
                line=at,
            )
        costs[node] = _cost(words[-1], at, path)
    return costs


def _cost(word: str, line: int, path: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = np.nan
    if not (np.isfinite(value) and value >= 0):
        raise UnreadableError(
            f"Line {line} of {path or 'the cost file'} has the cost {word!r}.",
            action="Give a number of 0 or more.",
            path=path,
            line=line,
        )
    return float(value)
