"""The map: a picture that moves where scripts run, and the same as a table everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from operator import itemgetter
from typing import Any

import orjson
from litestar import Response, get

from accord.model.maps import Edge, Map, Node
from accord.services import browse_alliance, browse_documents, maps
from accord.services.browse_documents import DocumentView
from accord.web.plan_question import mark
from accord.web.queries import text_of
from accord.web.render import PageRequest, page
from accord.web.sessions import signed_in
from accord.web.show import kind_name
from accord.web.threads import threaded

ROWS = 200
EPOCH = date(1970, 1, 1).toordinal()
SHAPES = ("host", "domain", "url", "wallet", "account", "file", "persona", "actor", "report")


@get("/map")
@threaded
def show_map(request: PageRequest) -> Response[str]:
    """The map; `view=table` gives it as a table, `focus` chooses one thing, `q` and `kind` narrow the table."""
    node, signed = request.app.state.node, signed_in(request)
    view = browse_documents.read_map(node, signed)
    drawn = to_map(view.document) if view else None
    holders = {slug for one in drawn.nodes for slug in one.members} if drawn else ()
    as_table = text_of(request, "view") == "table"
    query, kind, focus = text_of(request, "q"), text_of(request, "kind"), text_of(request, "focus")
    since, until = _day(text_of(request, "since")), _day(text_of(request, "until"))
    rows = _rows(drawn, query, kind, focus) if drawn and as_table else []
    times = maps.parts_of(view.document)[3] if view and as_table else []
    seen = {node.key: span for node, span in zip(drawn.nodes, times, strict=False) if span} if drawn else {}
    rows = [row for row in rows if _within(seen.get(row[0].key), since, until)]
    return page(
        request,
        "map.html",
        view=view,
        drawn=drawn,
        as_table=as_table,
        rows=rows[:ROWS],
        more=len(rows) > ROWS,
        shapes=_count_shapes(drawn),
        kind_names=names_of_kinds(node.kind for node in drawn.nodes) if drawn else {},
        member_names=browse_alliance.member_names(node, signed, holders),
        seen={key: tuple(datetime.fromordinal(EPOCH + day) for day in span) for key, span in seen.items()},
        marks={row[0].key: mark(row[0].key) for row in rows[:ROWS]},
        dated=bool(view and any(maps.parts_of(view.document)[3])),
        chosen={
            "q": query,
            "kind": kind,
            "focus": focus,
            "since": since.isoformat() if since else "",
            "until": until.isoformat() if until else "",
        },
        held=sum(len(node.members) > 1 for node in drawn.nodes) if drawn else 0,
    )


@get("/map/data.json")
@threaded
def map_data(request: PageRequest) -> Response[bytes]:
    """The map as stored, `[nodes, edges, clusters, seen]`; empty when none was made."""
    view = browse_documents.read_map(request.app.state.node, signed_in(request))
    return Response(orjson.dumps(_arrays(view)), media_type="application/json")


def names_of_kinds(kinds: Iterable[str]) -> dict[str, str]:
    """What the page calls the kinds that its map has, by name."""
    return dict(sorted(((kind, kind_name(kind)) for kind in set(kinds)), key=itemgetter(1)))


def nodes_of(document: Any) -> list[Any]:
    """The stored nodes as arrays, for who only counts them."""
    nodes: list[Any] = document["nodes"] if isinstance(document, dict) else document[0]
    return nodes


def to_map(document: Any) -> Map:
    """The stored arrays as a value."""
    nodes, edges, clusters, _seen = maps.parts_of(document)
    return Map(tuple(Node(*node) for node in nodes), tuple(Edge(*edge) for edge in edges), tuple(clusters))


def _arrays(view: DocumentView | None) -> Any:
    return [[], [], [], []] if view is None else maps.parts_of(view.document)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _within(span: list[int] | None, since: date | None, until: date | None) -> bool:
    """Whether something was seen in a time; what nobody dates is in none, but in all time."""
    if since is None and until is None:
        return True
    if span is None:
        return False
    first, last = (EPOCH + day for day in span)
    return (until is None or first <= until.toordinal()) and (since is None or last >= since.toordinal())


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
