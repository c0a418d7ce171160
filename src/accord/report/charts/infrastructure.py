"""The infrastructure as a still map: shape by kind, size by harm, colour by cluster, names as there is room."""

from __future__ import annotations

import math
from collections import Counter
from itertools import zip_longest
from typing import NamedTuple

from accord.model.maps import Map, Node
from accord.report.charts.drawing import Box, Canvas, Drawing, points, text_box, text_width
from accord.report.charts.labels import Room, Wanted, place
from accord.report.shown import cluster, thing
from accord.report.text import number

MOST_NODES = 400  # more cannot be told apart on a page; the site's map shows them all
MOST_EDGES = 1_200
MOST_ALONE = 80  # things without a link, when there is a choice
MOST_LABELS = 60
_MOST_BADGES = 24
_SHOWN_CLUSTERS = 5  # colours that the common colour blindnesses tell apart
_FOOT = 52.0  # two rows of legend
_NAMES = {
    "host": "Hosts",
    "domain": "Domains",
    "url": "Web addresses",
    "wallet": "Wallets",
    "account": "Accounts",
    "file": "Files",
    "persona": "Malware and groups",
    "report": "Contributions",
}


class _Spot(NamedTuple):
    """A drawn node: its index in the map's nodes, place and radius in pixels."""

    node: int
    x: float
    y: float
    r: float


def chosen(network: Map, most: int = MOST_NODES) -> list[int]:
    """Indices of the nodes to draw, most important first: harm, then links, then members that hold it, then by key.

    Where not all can be drawn, things with links go before things without: those would say little in a picture. At
    most `MOST_ALONE` of them are drawn then, kind by kind in turn, so that no bulk list fills it.
    """
    degree = [0] * len(network.nodes)
    for edge in network.edges:
        degree[edge.source] += 1
        degree[edge.target] += 1

    def rank(index: int) -> tuple[float, int, int, str]:
        node = network.nodes[index]
        return (-node.harm, -degree[index], -len(node.members), node.key)

    ranked = sorted(range(len(network.nodes)), key=rank)
    if len(ranked) <= most:
        return ranked
    linked = [index for index in ranked if degree[index]]
    by_kind: dict[str, list[int]] = {}
    for index in ranked:
        if not degree[index]:
            by_kind.setdefault(network.nodes[index].kind, []).append(index)
    turns = [index for turn in zip_longest(*by_kind.values()) for index in turn if index is not None]
    drawn = {*linked[:most], *turns[: max(0, min(most - len(linked), MOST_ALONE))]}
    return [index for index in ranked if index in drawn]


def infrastructure_map(key: str, title: str, network: Map, *, width: float = 720, height: float = 560) -> Drawing:
    """The map with at most `MOST_NODES` nodes, and how many more there are."""
    picked = chosen(network)
    left_out = len(network.nodes) - len(picked)
    said = ", ".join(cluster(network.clusters[c - 1], 34) for c in _clusters(network, picked)[:_SHOWN_CLUSTERS])
    canvas = Canvas(
        key,
        width,
        height,
        title,
        f"A network of {number(len(picked))} things in {len(network.clusters)} clusters{': ' + said if said else ''}. "
        "The table beside it lists the most harmful.",
    )
    canvas.rect(Box(0, 0, width, height), "f-canvas", radius=6)
    field = Box(10, 10, width - 10, height - _FOOT)
    spots = _spots(network, picked, field)
    _edges(canvas, network, spots)
    room = Room(Box(4, 4, width - 4, height - _FOOT + 6))
    for spot in reversed(spots):  # the most important last, on top
        _node(canvas, network.nodes[spot.node], spot)
        room.take(Box(spot.x - spot.r, spot.y - spot.r, spot.x + spot.r, spot.y + spot.r), spot.node)
    _cluster_names(canvas, network, spots, room)
    _badges(canvas, network, spots, room)
    _labels(canvas, network, spots, room)
    _legend(canvas, _legend_items(network, picked), left_out)
    return canvas.drawing()


def _clusters(network: Map, picked: list[int]) -> list[int]:
    there = {network.nodes[index].cluster for index in picked}
    return [number_of for number_of in range(1, len(network.clusters) + 1) if number_of in there]


def _spots(network: Map, picked: list[int], field: Box) -> list[_Spot]:
    """Places in the field, its aspect kept by stretching no more than the picture is wide; radius by root of harm."""
    if not picked:
        return []
    nodes = [network.nodes[index] for index in picked]
    low_x, high_x = min(node.x for node in nodes), max(node.x for node in nodes)
    low_y, high_y = min(node.y for node in nodes), max(node.y for node in nodes)
    worst = max(node.harm for node in nodes) or 1.0
    dense = min(1.0, math.sqrt(120 / len(nodes)))
    inset = 14.0

    def along(value: float, low: float, high: float, start: float, end: float) -> float:
        return (start + end) / 2 if high <= low else start + (end - start) * (value - low) / (high - low)

    spots = []
    for index, node in zip(picked, nodes, strict=True):
        x = along(node.x, low_x, high_x, field.left + inset, field.right - inset)
        y = along(node.y, low_y, high_y, field.top + inset + 12, field.bottom - inset)
        small = node.shape == "report"
        radius = 2.6 + (0 if small else 6.4 * math.sqrt(max(0.0, node.harm) / worst)) * (0.55 + 0.45 * dense)
        spots.append(_Spot(index, x, y, radius))
    return spots


def _edges(canvas: Canvas, network: Map, spots: list[_Spot]) -> None:
    at = {spot.node: spot for spot in spots}
    drawn = [edge for edge in network.edges if edge.source in at and edge.target in at]
    drawn.sort(key=lambda edge: (-edge.confidence, edge.source, edge.target))
    sure: list[str] = []
    doubtful: list[str] = []
    for edge in drawn[:MOST_EDGES]:
        a, b = at[edge.source], at[edge.target]
        (sure if edge.confidence >= 0.5 else doubtful).append(points([(a.x, a.y), (b.x, b.y)]))
    if sure:
        canvas.path("".join(sure), "s-edge", width=0.8)
    if doubtful:
        canvas.path("".join(doubtful), "s-edge", width=0.8, dash="3 3")


def _node(canvas: Canvas, node: Node, spot: _Spot) -> None:
    colour = f"c{node.cluster}" if 1 <= node.cluster <= _SHOWN_CLUSTERS else "c0"
    draw_shape(canvas, node.shape, (spot.x, spot.y), spot.r, colour)


def draw_shape(canvas: Canvas, shape: str, at: tuple[float, float], r: float, colour: str) -> None:
    """One mark: square host, round domain, triangle URL, diamond wallet, hexagon account, ringed disc persona."""
    x, y = at
    fill = f"f-{colour} s-canvas"
    match shape:
        case "host":
            canvas.rect(Box(x - r * 0.9, y - r * 0.9, x + r * 0.9, y + r * 0.9), fill, more=' stroke-width="0.8"')
        case "wallet":
            canvas.path(
                points([(x, y - r * 1.2), (x + r * 1.2, y), (x, y + r * 1.2), (x - r * 1.2, y)]) + "Z", fill, width=0.8
            )
        case "account":
            canvas.path(points(_polygon(x, y, r * 1.1, 6)) + "Z", fill, width=0.8)
        case "url":
            canvas.path(points(_polygon(x, y, r * 1.2, 3)) + "Z", fill, width=0.8)
        case "file":
            canvas.rect(Box(x - r * 0.65, y - r, x + r * 0.65, y + r), fill, more=' stroke-width="0.8"')
        case "persona":
            canvas.circle(x, y, r + 1.5, f"f-canvas s-{colour}", width=1.2)
            canvas.circle(x, y, max(1.5, r - 1), f"f-{colour}")
        case "report":
            canvas.rect(Box(x - r * 0.8, y - r, x + r * 0.8, y + r), f"f-canvas s-{colour}", more=' stroke-width="1"')
        case _:
            canvas.circle(x, y, r, fill, width=0.8)


def _polygon(x: float, y: float, r: float, corners: int) -> list[tuple[float, float]]:
    turn = [2 * math.pi * corner / corners - math.pi / 2 for corner in range(corners)]
    return [(x + r * math.cos(angle), y + r * math.sin(angle)) for angle in turn]


def _badges(canvas: Canvas, network: Map, spots: list[_Spot], room: Room) -> None:
    """A disc with the number of members, on the most important things that several hold."""
    several = [spot for spot in spots if len(network.nodes[spot.node].members) > 1]
    several.sort(key=lambda spot: -len(network.nodes[spot.node].members))
    for spot in several[:_MOST_BADGES]:
        x, y = spot.x + spot.r * 0.9 + 1, spot.y - spot.r * 0.9 - 1
        text = str(len(network.nodes[spot.node].members))
        wide = max(5.5, text_width(text, 9) / 2 + 2.5)
        box = Box(x - wide, y - 5.5, x + wide, y + 5.5)
        if room.free(box, spot.node, 0.5):
            canvas.rect(box, "f-ink s-canvas", radius=5.5, more=' stroke-width="1"')
            canvas.text(x, y + 3.2, text, size=9, ink="surface", anchor="middle", weight=600)
            room.take(box)


def _cluster_names(canvas: Canvas, network: Map, spots: list[_Spot], room: Room) -> None:
    names = Room(Box(4, 14, canvas.width - 4, canvas.height - _FOOT))
    for number_of in range(1, min(len(network.clusters), _SHOWN_CLUSTERS) + 1):
        members = [spot for spot in spots if network.nodes[spot.node].cluster == number_of]
        if len(members) < 3:
            continue
        members.sort(key=lambda spot: (spot.y, spot.x))
        middle = sorted(spot.x for spot in members)[len(members) // 2]
        text = f"{cluster(network.clusters[number_of - 1], 34)} · {number(len(members))}"
        half = text_width(text, 13) / 2
        x = min(max(middle, half + 8), canvas.width - half - 8)
        heights = [members[int(share * (len(members) - 1))].y - 10 for share in (0.0, 0.03, 0.08, 0.16, 0.3, 0.5, 0.75)]
        for where in (room, names):  # clear of everything; else on top of marks, but clear of other names
            y = next((y for y in heights if where.free(text_box(x, y, text, 13, "middle"), -2, 1)), None)
            if y is not None:
                box = canvas.text(x, y, text, size=13, ink=f"c{number_of}", anchor="middle", weight=600, halo=True)
                room.take(box)
                names.take(box)
                break


def _labels(canvas: Canvas, network: Map, spots: list[_Spot], room: Room) -> None:
    wanted = []
    for spot in spots:
        node = network.nodes[spot.node]
        named = node.shape in ("persona", "report")
        wanted.append(Wanted(thing(node, 24), spot.x, spot.y, spot.r + 1, spot.node, 11, mono=not named))
    for placed in place(wanted, room, MOST_LABELS):
        label = placed.label
        canvas.text(placed.x, placed.y, label.text, size=label.size, anchor=placed.anchor, mono=label.mono, halo=True)


def _legend_items(network: Map, picked: list[int]) -> list[tuple[str, str]]:
    """Shapes that are drawn, with their name and number."""
    counts = Counter(network.nodes[index].shape for index in picked)
    return [(shape, f"{name} {number(counts[shape])}") for shape, name in _NAMES.items() if counts[shape]]


def _legend(canvas: Canvas, items: list[tuple[str, str]], left_out: int) -> None:
    """Shapes with their meaning in one or two rows; at the end of the last, how many things are not drawn."""
    note = f"and {number(left_out)} more" if left_out else ""
    x, y = 16.0, canvas.height - _FOOT + 20
    canvas.line(0, canvas.height - _FOOT, canvas.width, canvas.height - _FOOT, "s-line")
    for shape, text in items:
        if x + 14 + text_width(text, 12) > canvas.width - 12:
            x, y = 16.0, y + 20
        draw_shape(canvas, shape, (x, y - 4), 4, "ink-3")
        canvas.text(x + 10, y, text, size=12, ink="ink-2")
        x += 10 + text_width(text, 12) + 16
    if note:
        if x + text_width(note, 12) > canvas.width - 12:
            y += 20
        canvas.text(canvas.width - 12, y, note, size=12, ink="ink-3", anchor="end")
