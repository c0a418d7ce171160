"""Search: a selector is recognised, defanged or not; anything else is looked for as words."""

from __future__ import annotations

from litestar import Response, get

from accord.model.selectors import Selector
from accord.selectors import find_names, identify
from accord.services import browse_selectors
from accord.web.queries import text_of
from accord.web.render import PageRequest, html, page
from accord.web.sessions import signed_in
from accord.web.threads import threaded

MIN_CHARACTERS = 3


@get("/search")
@threaded
def search(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    query = text_of(request, "q")
    selector = _recognised(query)
    held = browse_selectors.look_up(node, signed, selector) if selector else None
    found = browse_selectors.find_words(node, signed, query) if query and not (held and held.known) else None
    return page(request, "search.html", query=query, held=held, found=found, most=browse_selectors.SHOWN)


@get("/search/recognise")
@threaded
def recognise(request: PageRequest) -> Response[str]:
    """What the words typed so far are; a fragment, empty when they are nothing in particular."""
    node, signed = request.app.state.node, signed_in(request)
    query = text_of(request, "q")
    selector = _recognised(query) if len(query) >= MIN_CHARACTERS else None
    holders = browse_selectors.count_holders(node, signed, selector) if selector else 0
    return html(request, "recognised.html", query=query, selector=selector, holders=holders)


def _recognised(query: str) -> Selector | None:
    """A selector by its form, or a family's or actor's name when the query is nothing else."""
    if not query:
        return None
    selector = identify(query)
    if selector is None:
        names = [found for found, _start, _end in find_names(query)]
        selector = names[0] if len(names) == 1 and len(query) <= 60 else None
    return selector


HANDLERS = [search, recognise]
