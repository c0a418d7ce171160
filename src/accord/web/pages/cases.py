"""Case files: the list of mine, opening one, the file itself and what is written into it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect

from accord.model.errors import InputError
from accord.policy.duties import Verb
from accord.services import browse_cases, case_outputs, cases
from accord.services.cases import HYPOTHESES, SIDES, SUBJECTS, Writing
from accord.services.local_times import local
from accord.services.permit import permit
from accord.store.cases import CaseFilter
from accord.web.cursors import from_cursor, to_cursor
from accord.web.headers import REPORT_POLICY
from accord.web.ids import maybe_uuid, to_uuid
from accord.web.moments import ZONES, moment_of
from accord.web.queries import text_of
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded
from accord.web.wording_evidence import ENTRY_NAMES, KIND_ICONS, KIND_NAMES, STATE_NAMES, case_sentence, gap_words

_SUBJECT = re.compile(
    r"(?:/(evidence|contributions|leads)/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)


@get("/cases")
@threaded
def list_cases(request: PageRequest) -> Response[str]:
    chosen = {name: text_of(request, name) for name in ("q", "state")}
    wanted = CaseFilter(
        query=chosen["q"],
        state=chosen["state"] if chosen["state"] in ("open", "closed") else "",
        before=from_cursor(request.query_params.get("before", ""), "tu"),
    )
    found = browse_cases.list_cases(request.app.state.node, signed_in(request), wanted)
    kept = urlencode({name: value for name, value in chosen.items() if value})
    return page(
        request,
        "cases.html",
        cases=found.rows,
        sentence=case_sentence(found.rows),
        chosen=chosen,
        kept=kept,
        first=f"/cases?{kept}" if wanted.before else "",
        next=f"/cases?{kept}&before={to_cursor(found.more)}" if found.more else "",
    )


@get("/cases/new")
@threaded
def show_opening(request: PageRequest) -> Response[str]:
    return page(request, "case_new.html")


@post("/cases/new")
@threaded
def open_case(request: PageRequest) -> Response[Any]:
    given = {name: field(request, name) for name in ("reference", "summary", "authority")}
    number = cases.open_case(request.app.state.node, signed_in(request), field(request, "title"), **given)
    return Redirect(f"/cases/{number}", status_code=303)


@get("/cases/{case_id:str}")
@threaded
def show_case(request: PageRequest, case_id: FromPath[str]) -> Response[str]:
    detail = browse_cases.read_case(request.app.state.node, signed_in(request), to_uuid(case_id))
    return page(
        request,
        "case.html",
        detail=detail,
        c=detail.case,
        gaps=gap_words(detail.timeline),
        local=local,
        zones=ZONES,
        hypothesis_states=HYPOTHESES,
        sides=SIDES,
        entry_names=ENTRY_NAMES,
        kind_names=KIND_NAMES,
        kind_icons=KIND_ICONS,
        state_names=STATE_NAMES,
    )


@post("/cases/{case_id:str}/write")
@threaded
def write(request: PageRequest, case_id: FromPath[str]) -> Response[Any]:
    """Adds an entry."""
    permit(signed_in(request), Verb.DISCUSS)
    number = to_uuid(case_id)
    kind = field(request, "kind")
    subject_kind, subject_id = _subject(field(request, "subject"), kind)
    said = Writing(
        kind=kind,
        text=field(request, "text"),
        state=field(request, "state"),
        hypothesis_id=maybe_uuid(field(request, "hypothesis")),
        subject_kind=subject_kind,
        subject_id=subject_id,
        at=moment_of(field(request, "at"), field(request, "zone")),
        zone=field(request, "zone") if field(request, "at") else "",
    )
    cases.write(request.app.state.node, signed_in(request), number, said)
    return _back(number, kind)


@post("/cases/{case_id:str}/state")
@threaded
def set_state(request: PageRequest, case_id: FromPath[str]) -> Response[Any]:
    """Moves a task or a hypothesis on."""
    permit(signed_in(request), Verb.DISCUSS)
    number, entry = to_uuid(case_id), to_uuid(field(request, "entry"))
    cases.set_state(request.app.state.node, signed_in(request), number, entry, field(request, "state"))
    return _back(number)


@post("/cases/{case_id:str}/strike")
@threaded
def strike(request: PageRequest, case_id: FromPath[str]) -> Response[Any]:
    permit(signed_in(request), Verb.DISCUSS)
    number, entry = to_uuid(case_id), to_uuid(field(request, "entry"))
    cases.strike(request.app.state.node, signed_in(request), number, entry, field(request, "reason"))
    return _back(number)


@post("/cases/{case_id:str}/people")
@threaded
def change_people(request: PageRequest, case_id: FromPath[str]) -> Response[Any]:
    """Lets a person in, or takes one off."""
    permit(signed_in(request), Verb.DISCUSS)
    node, signed, number = request.app.state.node, signed_in(request), to_uuid(case_id)
    person = maybe_uuid(field(request, "person"))
    if person is None:
        raise InputError("Nobody was chosen.", action="Choose a person from the list.")
    if field(request, "step") == "leave":
        cases.leave_case(node, signed, number, person)
        if person == signed.person_id:
            return Redirect("/cases", status_code=303)
    else:
        cases.join_case(node, signed, number, person)
    return _back(number)


@post("/cases/{case_id:str}/close")
@threaded
def close(request: PageRequest, case_id: FromPath[str]) -> Response[Any]:
    permit(signed_in(request), Verb.CASE)
    number = to_uuid(case_id)
    cases.close_case(request.app.state.node, signed_in(request), number, field(request, "closing"))
    return _back(number)


@get("/cases/{case_id:str}/case.jsonld")
@threaded
def export_case(request: PageRequest, case_id: FromPath[str]) -> Response[bytes]:
    """The case as CASE/UCO JSON-LD."""
    content = case_outputs.case_uco(request.app.state.node, signed_in(request), to_uuid(case_id))
    headers = {"content-disposition": 'attachment; filename="case.jsonld"'}
    return Response(content, media_type="application/ld+json", headers=headers)


@get("/cases/{case_id:str}/report.html")
@threaded
def case_report(request: PageRequest, case_id: FromPath[str]) -> Response[bytes]:
    content = case_outputs.case_report_html(request.app.state.node, signed_in(request), to_uuid(case_id))
    return Response(content, media_type=MediaType.HTML, headers={"content-security-policy": REPORT_POLICY})


@get("/cases/{case_id:str}/report.pdf")
@threaded
def case_report_pdf(request: PageRequest, case_id: FromPath[str]) -> Response[bytes]:
    content = case_outputs.case_report_pdf(request.app.state.node, signed_in(request), to_uuid(case_id))
    headers = {"content-disposition": 'attachment; filename="case-report.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _subject(text: str, kind: str) -> tuple[str, UUID | None]:
    """What an address or id names; which kind of thing follows from the address, or from the entry's kind."""
    found = _SUBJECT.search(text)
    if found is None:
        return "", None
    named = {"contributions": "contribution", "leads": "lead"}.get(found[1] or "", found[1] or "")
    return named or (kind if kind in SUBJECTS else "evidence"), UUID(found[2])


def _back(number: UUID, kind: str = "") -> Redirect:
    places = {"note": "notes", "hypothesis": "hypotheses", "argument": "hypotheses", "happening": "timeline"}
    places |= {"entity": "entities", "task": "tasks"}
    mark = places.get(kind, "things" if kind else "")
    return Redirect(f"/cases/{number}{'#' + mark if mark else ''}", status_code=303)


HANDLERS = [
    list_cases, show_opening, open_case, show_case, write, set_state, strike, change_people, close, export_case,
    case_report, case_report_pdf,
]  # fmt: skip
