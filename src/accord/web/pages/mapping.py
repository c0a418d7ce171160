"""The map: a picture that moves where scripts run, and the same as a table everywhere."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
from litestar import Response, get

from accord.model.maps import Edge, Map, Node
from accord.services import browse_documents
from accord.services.browse_documents import DocumentView
from accord.web.queries import text_of
from accord.web.render import PageRequest, page
from accord.web.sessions import signed_in
from accord.web.threads import threaded

ROWS = 200
SHAPES = ("host", "domain", "url", "wallet", "account", "file", "persona", "actor", "report")


@get("/map")
@threaded
def show_map(request: PageRequest) -> Response[str]:
    """The map; `view=table` gives it as a table, `focus` chooses one thing, `q` and `kind` narrow the table."""
    view = browse_documents.read_map(request.app.state.node, signed_in(request))
    drawn = to_map(view.document) if view else None
    as_table = text_of(request, "view") == "table"
    query, kind, focus = text_of(request, "q"), text_of(request, "kind"), text_of(request, "focus")
    rows = _rows(drawn, query, kind, focus) if drawn and (as_table or not focus) else []
    return page(
        request,
        "map.html",
        view=view,
        drawn=drawn,
        as_table=as_table,
        rows=rows[:ROWS],
        more=len(rows) > ROWS,
        shapes=_count_shapes(drawn),
        kinds=sorted({node.kind for node in drawn.nodes}) if drawn else [],
        chosen={"q": query, "kind": kind, "focus": focus},
        held=sum(len(node.members) > 1 for node in drawn.nodes) if drawn else 0,
    )


@get("/map/data.json")
@threaded
def map_data(request: PageRequest) -> Response[bytes]:
    """The map as stored, `[nodes, edges, clusters]`; empty when none was made."""
    view = browse_documents.read_map(request.app.state.node, signed_in(request))
    return Response(orjson.dumps(_arrays(view)), media_type="application/json")


def nodes_of(document: Any) -> list[Any]:
    """The stored nodes as arrays, for who only counts them."""
    nodes: list[Any] = document["nodes"] if isinstance(document, dict) else document[0]
    return nodes


def to_map(document: Any) -> Map:
    """The stored arrays as a value."""
    nodes, edges, clusters = (
        (document["nodes"], document["edges"], document["clusters"]) if isinstance(document, dict) else document
    )
    return Map(tuple(Node(*node) for node in nodes), tuple(Edge(*edge) for edge in edges), tuple(clusters))


def _arrays(view: DocumentView | None) -> Any:
    if view is None:
        return [[], [], []]
    document = view.document
    return [document["nodes"], document["edges"], document["clusters"]] if isinstance(document, dict) else document


def _rows(drawn: Map, query: str, kind: str, focus: str) -> list[Any]:
    """What the table shows: node, cluster's name, number of links; most harmful first. `focus`: only its neighbours."""
    links = Counter(end for edge in drawn.edges for end in (edge.source, edge.target))
    kept: set[int] | None = None
    if focus:
        at = next((i for i, node in enumerate(drawn.nodes) if node.key == focus), None)
        ends = [(edge.source, edge.target) for edge in drawn.edges]
        kept = {b if a == at else a for a, b in ends if at in (a, b)} | ({at} if at is not None else set())
    words = query.lower().replace("[.]", ".").split()
    rows = [
        (node, drawn.clusters[node.cluster - 1] if 0 < node.cluster <= len(drawn.clusters) else "", links[i])
        for i, node in enumerate(drawn.nodes)
        if (kept is None or i in kept)
        and (not kind or node.kind == kind)
        and all(word in node.label.lower() or word in node.key.lower() for word in words)
    ]
    return sorted(rows, key=lambda row: (-row[0].harm, row[0].key))


def _count_shapes(drawn: Map | None) -> list[tuple[str, int]]:
    if drawn is None:
        return []
    found = Counter(node.shape for node in drawn.nodes)
    return [(shape, found[shape]) for shape in SHAPES if found[shape]]


HANDLERS = [show_map, map_data]
