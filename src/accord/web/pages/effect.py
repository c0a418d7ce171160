"""What an operation did: declared before the day, measured as declared, shown to a minister and to a statistician."""

from __future__ import annotations

from typing import Any

import orjson
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from accord.impact import Frequency, Rung, Shape
from accord.model.errors import AbsentError, AccordError, InputError
from accord.model.handling import Handling, Tlp
from accord.policy.duties import Verb
from accord.services import browse_documents, effects
from accord.services.effects import SERIES, SPELLS, DeclarationView
from accord.services.permit import permit
from accord.web import effect_form, effect_view
from accord.web.ids import to_uuid
from accord.web.queries import text_of
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded

FILES = {"declaration.toml": "application/toml", "series.csv": "text/csv", "spells.csv": "text/csv",
         "finding.json": "application/json"}  # fmt: skip


@get("/effect")
@threaded
def list_effects(request: PageRequest) -> Response[str]:
    """Everything declared, by rung: outputs, intermediate results and outcomes are never added up."""
    node, signed = request.app.state.node, signed_in(request)
    rungs = effects.listed(node, signed)
    every = [view for views in rungs.values() for view in views]
    return page(
        request,
        "effects.html",
        rungs=[(rung, [effect_view.row(view, node.clock.now()) for view in views]) for rung, views in rungs.items()],
        title=effect_view.title_of(every, node.clock.now()),
        total=len(every),
    )


@get("/effect/new")
@threaded
def show_form(request: PageRequest) -> Response[str]:
    """The form; `source=node` begins one that the node counts itself."""
    given = dict.fromkeys(effect_form.FIELDS, "") | effect_form.USUAL | {"tlp": Tlp.AMBER.label}
    if text_of(request, "source") == "node":
        given["source"] = "node"
    return _form(request, given, None)


@post("/effect/look")
@threaded
def look(request: PageRequest) -> Response[str]:
    """What would be frozen, with its digest; or the form again, with what to correct."""
    permit(signed_in(request), Verb.MEASURE)
    node, given = request.app.state.node, effect_form.values(lambda name: field(request, name))
    if field(request, "again"):
        return _form(request, given, None)
    try:
        wanted = effect_form.filled(given, node.clock.now().date())
        prepared = effects.prepare(node, wanted.declaration, counts=wanted.counts)
    except AccordError as error:
        return _form(request, given, error)
    return page(
        request,
        "effect_look.html",
        given=given,
        declared=prepared.declaration,
        rows=effect_view.declared_rows(prepared.declaration, wanted.watches_return),
        targets=len(prepared.targets),
        handling=Handling(tlp=wanted.tlp),
    )


@post("/effect/freeze")
@threaded
def freeze(request: PageRequest) -> Response[Any]:
    """For good."""
    permit(signed_in(request), Verb.MEASURE)
    node, given = request.app.state.node, effect_form.values(lambda name: field(request, name))
    wanted = effect_form.filled(given, node.clock.now().date())
    number = effects.freeze(
        node,
        signed_in(request),
        wanted.declaration,
        wanted.tlp,
        watches_return=wanted.watches_return,
        counts=wanted.counts,
        seen_digest=field(request, "seen_digest"),
    )
    return Redirect(f"/effect/{number}", status_code=303)


@get("/effect/{declaration_id:str}")
@threaded
def show_effect(request: PageRequest, declaration_id: FromPath[str]) -> Response[str]:
    return _show(request, _view(request, declaration_id), None)


@get("/effect/{declaration_id:str}/files/{name:str}")
@threaded
def effect_file(request: PageRequest, declaration_id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The declaration, the figures and the finding as files: with them anyone repeats the measurement."""
    node, view = request.app.state.node, _view(request, declaration_id)
    found: bytes | None = None
    if name == "declaration.toml":
        found = view.text.encode()
    elif name == "series.csv":
        found = effects.data_of(node, view, SERIES)
    elif name == "spells.csv":
        found = effects.data_of(node, view, SPELLS)
    elif name == "finding.json" and view.finding is not None:
        found = orjson.dumps(view.finding, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    if found is None:
        raise AbsentError("There is no such file.", action="Open the page of the measure: it lists what there is.")
    return Response(found, media_type=FILES[name], headers={"content-disposition": f'attachment; filename="{name}"'})


@post("/effect/bring")
@threaded
def bring(request: PageRequest) -> Response[Any]:
    """Figures from a file, or counted by the node; measured at once, as declared."""
    node, signed = request.app.state.node, signed_in(request)
    permit(signed, Verb.MEASURE)
    number, what = field(request, "of"), field(request, "what")
    view = _view(request, number)
    try:
        if what == "count":
            effects.count_here(node, signed, view.id)
        elif what == "watch":
            effects.watch_here(node, signed, view.id)
        else:
            name, data = _file(request)
            (effects.bring_spells if what == SPELLS else effects.bring_in)(node, signed, view.id, name, data)
    except AccordError as error:
        return _show(request, view, error)
    return Redirect(f"/effect/{view.id}", status_code=303)


def _view(request: PageRequest, number: str) -> DeclarationView:
    return effects.read(request.app.state.node, signed_in(request), to_uuid(number))


def _form(request: PageRequest, given: dict[str, str], error: AccordError | None) -> Response[str]:
    return page(
        request,
        "effect_form.html",
        status=422 if error else 200,
        given=given,
        error=error,
        rungs=list(Rung),
        frequencies=list(Frequency),
        shapes=list(Shape),
        labels=list(Tlp),
        planned=browse_documents.read_plan(request.app.state.node, signed_in(request)) is not None,
    )


def _show(request: PageRequest, view: DeclarationView, error: AccordError | None) -> Response[str]:
    now = request.app.state.node.clock.now()
    shown = effect_view.shown(view, now)
    return page(request, "effect.html", status=422 if error else 200, view=view, shown=shown, error=error)


def _file(request: PageRequest) -> tuple[str, bytes]:
    """The uploaded file; folders in its name are dropped, they are of the sender's machine."""
    item = request.state.form.get("file")
    if not isinstance(item, UploadFile) or not item.filename:
        raise InputError("No file was chosen.", action="Choose a CSV file.")
    name = item.filename.replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "")[:200]
    return name or "file", item.file.read(effects.MOST_BYTES + 1)


HANDLERS = [list_effects, show_form, look, freeze, show_effect, effect_file, bring]
