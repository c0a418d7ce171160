"""Pages from templates: one environment, one function that knows what every page needs."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from litestar import Request, Response
from litestar.datastructures.state import State
from litestar.enums import MediaType

from accord.selectors import find_names, identify
from accord.services import browse_situation
from accord.services.browse import Signed
from accord.services.node import Node
from accord.web import assets, show, texts

PageRequest = Request[Any, Any, State]
THEMES = frozenset({"light", "dark"})
THEME_COOKIE = "accord-theme"


@cache
def environment() -> Environment:
    """Escapes everything, and fails on a name that nobody gave."""
    made = Environment(
        loader=PackageLoader("accord.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        finalize=show.in_reading_order,
    )
    made.filters.update(show.FILTERS)
    made.globals.update(asset=assets.url, span=show.span, short_sentence=show.short_sentence)
    made.install_gettext_translations(texts.translations, newstyle=False)  # type: ignore[attr-defined]
    return made


def warm() -> None:
    """Compiles every template and loads the vocabularies, so that nobody waits for it on their first page."""
    for name in environment().list_templates(extensions=["html"]):
        environment().get_template(name)
    for _ in find_names("warm"):
        pass
    identify("warm.example")


def page(request: PageRequest, template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """A page of the application for the person who is signed in."""
    signed: Signed | None = getattr(request.state, "signed", None)
    node: Node = request.app.state.node
    full = "HX-Request" not in request.headers
    counts = browse_situation.rail_counts(node, signed) if signed and full else {}
    return html(request, template, status=status, signed=signed, counts=counts, **context)


def html(request: PageRequest, template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """A page without a look into the database: sign-in, errors, fragments."""
    theme = request.cookies.get(THEME_COOKIE, "")
    now: datetime = request.app.state.node.clock.now()
    defaults: dict[str, Any] = {"signed": None, "counts": {}}
    text = environment().get_template(template).render(
        **{**defaults, **context}, now=now, theme=theme if theme in THEMES else "", path=request.url.path
    )  # fmt: skip
    return Response(text, status_code=status, media_type=MediaType.HTML)


def asks_fragment(request: PageRequest, target: str) -> bool:
    """Whether htmx asks for this part of the page alone."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == target
