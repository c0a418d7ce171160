"""`/api/v1/exports`: lists as CSV or JSON, contributions as STIX 2.1 or MISP; for a stated purpose, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from litestar import get, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from accord.policy.purposes import PURPOSES
from accord.services import export
from accord.store.browse_contributions import ContributionFilter
from accord.store.browse_leads import LeadFilter
from accord.web.api.admission import asking
from accord.web.api.asked import MemberId, Words, clean
from accord.web.api.shapes import ChosenColumns
from accord.web.render import PageRequest
from accord.web.threads import threaded

_TAGS = ["exports"]
_NAMED = ", ".join(name for name in PURPOSES if name)
Purpose = Annotated[
    str, QueryParameter(max_length=40, description=f"What it is for; every row is decided on for it. One of: {_NAMED}.")
]
Columns = Annotated[
    str, QueryParameter(max_length=500, description="Names with commas between; empty: those chosen last, else all.")
]
Form = Annotated[Literal["csv", "json"], QueryParameter(name="form", description="`csv` (RFC 4180) or `json`.")]
What = Literal["contributions", "selectors", "leads"]
_BOTH = {
    200: ResponseSpec(str, media_type="text/csv", generate_examples=False, description="The list, streamed."),
}


@get("/exports/contributions", tags=_TAGS, summary="Contributions as a table", media_type="text/csv", responses=_BOTH)
@threaded
def export_contributions(  # noqa: PLR0917  one for each filter of the address
    request: PageRequest,
    q: Words = "",
    member_id: MemberId = None,
    purpose: Purpose = export.DEFAULT_PURPOSE,
    columns: Columns = "",
    form: Form = "csv",
) -> Stream:
    wanted = ContributionFilter(member_id=member_id, query=clean(q))
    return _table(request, "contributions", wanted, purpose, columns, form)


@get("/exports/selectors", tags=_TAGS, summary="Selectors of contributions", media_type="text/csv", responses=_BOTH)
@threaded
def export_selectors(  # noqa: PLR0917  one for each filter of the address
    request: PageRequest,
    q: Words = "",
    member_id: MemberId = None,
    purpose: Purpose = export.DEFAULT_PURPOSE,
    columns: Columns = "",
    form: Form = "csv",
) -> Stream:
    wanted = ContributionFilter(member_id=member_id, query=clean(q))
    return _table(request, "selectors", wanted, purpose, columns, form)


@get("/exports/leads", tags=_TAGS, summary="Leads as a table", media_type="text/csv", responses=_BOTH)
@threaded
def export_leads(  # noqa: PLR0917  one for each filter of the address
    request: PageRequest,
    q: Words = "",
    least: Annotated[float, QueryParameter(ge=0, le=1, description="Lowest score.")] = 0.0,
    purpose: Purpose = export.DEFAULT_PURPOSE,
    columns: Columns = "",
    form: Form = "csv",
) -> Stream:
    wanted = LeadFilter(me=asking(request).member_id, query=clean(q), least=least)
    return _table(request, "leads", wanted, purpose, columns, form)


@get(
    "/exports/stix",
    tags=_TAGS,
    summary="Contributions as a STIX 2.1 bundle, claims bit for bit as received",
    media_type="application/stix+json",
    responses={200: ResponseSpec(dict[str, Any], media_type="application/stix+json", generate_examples=False)},
)
@threaded
def export_stix(
    request: PageRequest, q: Words = "", member_id: MemberId = None, purpose: Purpose = export.DEFAULT_PURPOSE
) -> Stream:
    wanted = ContributionFilter(member_id=member_id, query=clean(q))
    pieces = export.stix(request.app.state.node, asking(request), wanted, purpose=purpose)
    return _sent(pieces, "application/stix+json;version=2.1", "contributions.stix.json")


@get(
    "/exports/misp",
    tags=_TAGS,
    summary="Contributions as MISP events, with what they could not carry",
    responses={200: ResponseSpec(dict[str, Any], generate_examples=False)},
)
@threaded
def export_misp(
    request: PageRequest, q: Words = "", member_id: MemberId = None, purpose: Purpose = export.DEFAULT_PURPOSE
) -> Stream:
    wanted = ContributionFilter(member_id=member_id, query=clean(q))
    pieces = export.misp(request.app.state.node, asking(request), wanted, purpose=purpose)
    return _sent(pieces, "application/json", "contributions.misp.json")


@get("/exports/{what:str}/columns", tags=_TAGS, summary="Columns that the asker chose last, and all that there are")
@threaded
def read_columns(request: PageRequest, what: FromPath[str]) -> ChosenColumns:
    chosen = export.columns_of(request.app.state.node, asking(request), what)
    return ChosenColumns(chosen, list(export.COLUMNS[what]))


@put("/exports/{what:str}/columns", tags=_TAGS, summary="Choose columns, in this order")
@threaded
def choose_columns(request: PageRequest, what: FromPath[str], data: JSONBody[list[str]]) -> ChosenColumns:
    node, signed = request.app.state.node, asking(request)
    export.choose_columns(node, signed, what, data)
    return ChosenColumns(export.columns_of(node, signed, what), list(export.COLUMNS[what]))


def _table(  # noqa: PLR0917  # an act is who, what and why
    request: PageRequest, what: str, wanted: ContributionFilter | LeadFilter, purpose: str, columns: str, form: str
) -> Stream:
    node, signed = request.app.state.node, asking(request)
    chosen = [name for part in columns.split(",") if (name := clean(part))]
    pieces = export.table(node, signed, what, wanted, form=form, columns=chosen, purpose=purpose)
    return _sent(pieces, "text/csv; charset=utf-8" if form == "csv" else "application/json", f"{what}.{form}")


def _sent(pieces: Iterator[bytes], media_type: str, name: str) -> Stream:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Stream(pieces, media_type=media_type, headers=headers)


HANDLERS = [
    export_contributions,
    export_selectors,
    export_leads,
    export_stix,
    export_misp,
    read_columns,
    choose_columns,
]
