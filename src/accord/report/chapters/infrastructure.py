"""The criminal infrastructure as a map, and its most harmful parts as a table."""

from __future__ import annotations

from collections import Counter

from accord.report.charts.infrastructure import chosen, infrastructure_map
from accord.report.document import Callout, Column, Figure, Section, Table, code, numeric, runs
from accord.report.facts import Facts
from accord.report.shown import cluster, thing
from accord.report.text import number, sentence, shortened, spelt
from accord.report.words import selector_kind

_MOST_ROWS = 15


def chapter(facts: Facts) -> Section:
    """The map with its table, or why there is none."""
    network = facts.network
    if not network.nodes:
        text = runs("Nothing links the contributions, so there is nothing to draw.")
        return Section("infrastructure", "The infrastructure behind the leads", (Callout("No map.", text),))
    several = sum(len(node.members) > 1 for node in network.nodes)
    clusters = f"{spelt(len(network.clusters), 'cluster')}, " if network.clusters else ""
    title = sentence(
        f"{clusters}{number(len(network.nodes))} things, {number(several)} of them held by several members"
    )
    drawing = infrastructure_map("map-picture", title, network)
    drawn = len(chosen(network))
    which = (
        "All"
        if drawn == len(network.nodes)
        else f"{number(drawn)} of {number(len(network.nodes))}, those with links first,"
    )
    figure = Figure(
        "map",
        title,
        runs(
            "Larger means more harmful, colour the cluster; a dashed line is doubtful. A number in a disc says how "
            f"many members hold the thing. {which} are drawn.",
        ),
        drawing.svg,
        drawing.width,
        drawing.height,
        f"A network map of {drawn} things in {len(network.clusters)} clusters; the table below names the most harmful.",
        "leads and the contributions behind them.",
        "map",
    )
    return Section("infrastructure", "The infrastructure behind the leads", (figure, _table(facts)))


def _table(facts: Facts) -> Table:
    network = facts.network
    links: Counter[int] = Counter()
    for edge in network.edges:
        links[edge.source] += 1
        links[edge.target] += 1
    things = [index for index in chosen(network, len(network.nodes)) if network.nodes[index].shape != "report"][
        :_MOST_ROWS
    ]
    rows = []
    for index in things:
        node = network.nodes[index]
        group = (
            cluster(network.clusters[node.cluster - 1], 26) if 1 <= node.cluster <= len(network.clusters) else "none"
        )
        rows.append(
            (
                runs(code(thing(node, 44))),
                runs(selector_kind(node.kind)),
                runs(group),
                runs(shortened([facts.name(slug) for slug in node.members], 2)),
                runs(number(links[index])),
            )
        )
    return Table(
        "map-table",
        "The most harmful things on the map",
        (
            Column("What", share=2.5),
            Column("Kind", share=1.5),
            Column("Cluster", share=1.3),
            Column("Held by", share=2.8),
            numeric("Links", "map", 0.6),
        ),
        tuple(rows),
        f"The first {len(rows)}, by harm." if len(network.nodes) > len(rows) else "",
    )
