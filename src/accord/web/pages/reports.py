"""The Insight Report: read in a page, or taken along as PDF."""

from __future__ import annotations

from litestar import Response, get
from litestar.enums import MediaType

from accord.services import browse_documents
from accord.web.headers import REPORT_POLICY
from accord.web.render import PageRequest, page
from accord.web.sessions import signed_in
from accord.web.threads import threaded


@get("/report")
@threaded
def show_report(request: PageRequest) -> Response[str]:
    report = browse_documents.read_report(request.app.state.node, signed_in(request))
    return page(request, "report.html", report=report)


@get("/report/document.html")
@threaded
def report_document(request: PageRequest) -> Response[bytes]:
    """The report itself, framed by the page above and kept from running anything."""
    content = browse_documents.report_bytes(request.app.state.node, signed_in(request), "html", taken=False)
    headers = {"content-security-policy": REPORT_POLICY}
    return Response(content, media_type=MediaType.HTML, headers=headers)


@get("/report/report.pdf")
@threaded
def report_pdf(request: PageRequest) -> Response[bytes]:
    content = browse_documents.report_bytes(request.app.state.node, signed_in(request), "pdf")
    headers = {"content-disposition": 'attachment; filename="insight-report.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


HANDLERS = [show_report, report_document, report_pdf]
