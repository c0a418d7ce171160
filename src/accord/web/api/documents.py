"""`/api/v1/plan`, `/api/v1/map`, `/api/v1/report`: what was last made for the asker's member."""

from __future__ import annotations

from litestar import Response, get

from accord.model.errors import AbsentError
from accord.services import browse_documents
from accord.services.browse_documents import DocumentView
from accord.web.api.admission import asking
from accord.web.api.shapes import MadeDocument, ReportOut
from accord.web.api.views import handling_out
from accord.web.headers import REPORT_POLICY
from accord.web.render import PageRequest
from accord.web.threads import threaded

_TAGS = ["documents"]


@get("/plan", tags=_TAGS, summary="The disruption plan as last made")
@threaded
def read_plan(request: PageRequest) -> MadeDocument:
    return _made(browse_documents.take_plan(request.app.state.node, asking(request)))


@get("/map", tags=_TAGS, summary="The map of the infrastructure as last made: nodes, edges, clusters")
@threaded
def read_map(request: PageRequest) -> MadeDocument:
    return _made(browse_documents.take_map(request.app.state.node, asking(request)))


@get("/report", tags=_TAGS, summary="The Insight Report as last made")
@threaded
def read_report(request: PageRequest) -> ReportOut:
    found = browse_documents.read_report(request.app.state.node, asking(request))
    if found is None:
        raise AbsentError("There is no report yet.", action="Run the analysis first.")
    pdf = found.pdf.hex() if found.pdf else None
    return ReportOut(found.id, found.made_at, found.title, handling_out(found.handling), found.html.hex(), pdf)


@get("/report/html", tags=_TAGS, summary="The report as one page that needs nothing else", media_type="text/html")
@threaded
def read_report_page(request: PageRequest) -> Response[bytes]:
    return _bytes(request, "html", "text/html; charset=utf-8")


@get("/report/pdf", tags=_TAGS, summary="The report as PDF", media_type="application/pdf")
@threaded
def read_report_pdf(request: PageRequest) -> Response[bytes]:
    return _bytes(request, "pdf", "application/pdf")


def _bytes(request: PageRequest, form: str, media_type: str) -> Response[bytes]:
    content = browse_documents.report_bytes(request.app.state.node, asking(request), form)
    return Response(content, media_type=media_type, headers={"content-security-policy": REPORT_POLICY})


def _made(found: DocumentView | None) -> MadeDocument:
    if found is None:
        raise AbsentError("There is none yet.", action="Run the analysis first.")
    return MadeDocument(found.id, found.made_at, handling_out(found.handling), found.document)


HANDLERS = [read_plan, read_map, read_report, read_report_page, read_report_pdf]
