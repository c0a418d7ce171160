"""Deciding on what one shared: its handling, tear-lines, recall; each looked at first, then done."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.model.handling import Handling
from accord.policy.duties import Verb
from accord.policy.order import would_widen
from accord.services import browse_handling, handling, tear_lines
from accord.services.custody_facts import Will
from accord.services.permit import permit, permit_either
from accord.stix.tear_line import Choice
from accord.web.consents import asked, confirms, done, will_of
from accord.web.handling_form import Look, look, offer, read_handling
from accord.web.ids import to_uuid
from accord.web.render import PageRequest, asks_fragment, html, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded

MOST_FIELDS = 200


@get("/contributions/{contribution_id:str}/handling")
@threaded
def show_editor(request: PageRequest, contribution_id: FromPath[str]) -> Response[str]:
    """The editor, with the handling as it is."""
    row, there, floor = browse_handling.read_mine(request.app.state.node, signed_in(request), to_uuid(contribution_id))
    return _editor(request, row, there, there, floor)


@post("/contributions/{contribution_id:str}/handling/look")
@threaded
def look_at_handling(request: PageRequest, contribution_id: FromPath[str]) -> Response[str]:
    """The editor with what was chosen so far, and who would see it then; nothing is changed."""
    signed = signed_in(request)
    permit_either(signed, Verb.NARROW, Verb.GRANT_WIDER)
    row, there, floor = browse_handling.read_mine(request.app.state.node, signed, to_uuid(contribution_id))
    return _editor(request, row, there, read_handling(request, signed, there), floor)


@post("/contributions/{contribution_id:str}/handling")
@threaded
def change_handling(request: PageRequest, contribution_id: FromPath[str]) -> Response[Any]:
    """Gives it the handling that was chosen, at once."""
    _change(request, contribution_id, will_of(request))
    request.app.state.verbs.refresh(request.app.state.node, signed_in(request))
    return done(request, f"/contributions/{to_uuid(contribution_id)}")


@post("/contributions/{contribution_id:str}/handling/ask")
@threaded
def ask_change(request: PageRequest, contribution_id: FromPath[str]) -> Response[Any]:
    """What the passkey is to sign when it becomes wider; nothing is changed."""
    return asked(request, lambda will: _change(request, contribution_id, will), Verb.NARROW, Verb.GRANT_WIDER)


def _change(request: PageRequest, contribution_id: str, will: Will | None) -> None:
    node, signed = request.app.state.node, signed_in(request)
    permit_either(signed, Verb.NARROW, Verb.GRANT_WIDER)
    number = to_uuid(contribution_id)
    _, there, _ = browse_handling.read_mine(node, signed, number)
    wanted = read_handling(request, signed, there)
    handling.change_handling(node, signed, number, wanted, field(request, "reason"), consent=will)


@get("/contributions/{contribution_id:str}/recall")
@threaded
def show_recall(request: PageRequest, contribution_id: FromPath[str]) -> Response[str]:
    """What a recall does, and who had it, before it is done."""
    node, signed, number = request.app.state.node, signed_in(request), to_uuid(contribution_id)
    row, there, _ = browse_handling.read_mine(node, signed, number)
    beside = browse_handling.read_beside(node, signed, number)
    return page(request, "recall.html", c=row, handling=there, beside=beside)


@post("/contributions/{contribution_id:str}/recall")
@threaded
def recall(request: PageRequest, contribution_id: FromPath[str]) -> Response[Any]:
    node, signed, number = request.app.state.node, signed_in(request), to_uuid(contribution_id)
    releases = field(request, "releases") != "keep"
    handling.recall(node, signed, number, field(request, "reason"), releases=releases)
    request.app.state.verbs.refresh(node, signed)
    return Redirect(f"/contributions/{number}", status_code=303)


@get("/contributions/{contribution_id:str}/tear-line")
@threaded
def show_tear_line(request: PageRequest, contribution_id: FromPath[str]) -> Response[str]:
    """The tear-line editor with nothing left out yet."""
    return _tear_line(request, contribution_id, Choice(), None)


@post("/contributions/{contribution_id:str}/tear-line/look")
@threaded
def look_at_tear_line(request: PageRequest, contribution_id: FromPath[str]) -> Response[str]:
    """What is in and what is out, side by side, and who would see it; nothing is released."""
    permit(signed_in(request), Verb.NARROW)
    return _tear_line(request, contribution_id, _choice(request), read_handling(request, signed_in(request)))


@post("/contributions/{contribution_id:str}/tear-line")
@threaded
def release_tear_line(request: PageRequest, contribution_id: FromPath[str]) -> Response[Any]:
    """Hands the releasable version in."""
    node, signed, number = request.app.state.node, signed_in(request), to_uuid(contribution_id)
    permit(signed, Verb.CONTRIBUTE)
    wanted = read_handling(request, signed)
    made = tear_lines.release_tear_line(
        node, signed, number, _choice(request), wanted=wanted, title=field(request, "title")
    )
    request.app.state.verbs.refresh(node, signed)
    return Redirect(f"/contributions/{made}", status_code=303)


def _editor(request: PageRequest, row: Any, there: Handling, chosen: Handling, floor: Handling | None) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    shown = look(node, signed, chosen, _purpose(request))
    context: dict[str, Any] = {
        "c": row,
        "there": there,
        "look": shown,
        "floor": floor,
        "beyond": would_widen(floor, chosen) if floor is not None else (),
        "widens": would_widen(there, chosen),
        "changed": chosen != there,
    }
    if asks_fragment(request, "would"):
        return html(request, "would.html", **context)
    return page(request, "handling.html", offer=offer(node, signed), confirms=confirms(request), **context)


def _tear_line(request: PageRequest, contribution_id: str, choice: Choice, wanted: Handling | None) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    made = tear_lines.draft(node, signed, to_uuid(contribution_id), choice, wanted)
    shown: Look = look(node, signed, made.handling, _purpose(request))
    context: dict[str, Any] = {
        "draft": made,
        "c": made.contribution,
        "choice": choice,
        "look": shown,
        "title": field(request, "title") if request.method == "POST" else "",
        "widens": (),
        "beyond": (),
        "changed": True,
        "there": None,
        "floor": None,
    }
    if asks_fragment(request, "sides"):
        return html(request, "tear_sides.html", **context)
    return page(request, "tear_line.html", offer=offer(node, signed), **context)


def _purpose(request: PageRequest) -> str:
    return field(request, "for") if request.method == "POST" else ""


def _choice(request: PageRequest) -> Choice:
    """What is left out: claims not ticked, types, and properties that are struck."""
    form = request.state.form
    numbers = [int(one) for one in form.getall("out", []) if isinstance(one, str) and one.isascii() and one.isdigit()]
    types = [one for one in form.getall("type", []) if isinstance(one, str)][:MOST_FIELDS]
    fields = [one for one in form.getall("strike", []) if isinstance(one, str)][:MOST_FIELDS]
    fields += field(request, "strike-more").replace(",", " ").split()[:MOST_FIELDS]
    return Choice(frozenset(numbers[: tear_lines.MAX_CLAIMS]), frozenset(types), frozenset(fields))


HANDLERS = [
    show_editor,
    look_at_handling,
    change_handling,
    ask_change,
    show_recall,
    recall,
    show_tear_line,
    look_at_tear_line,
    release_tear_line,
]
