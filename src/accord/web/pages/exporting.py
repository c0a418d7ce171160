"""Export: the same list that one was looking at, as a file, for a stated purpose, in the columns one chose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from accord.model.errors import AbsentError
from accord.model.selectors import SelectorKind
from accord.policy.duties import Verb
from accord.policy.purposes import PURPOSES
from accord.services import browse_alliance, export
from accord.services.browse import Signed
from accord.services.browse_contributions import STATES
from accord.services.permit import permit
from accord.store.browse_contributions import ContributionFilter
from accord.store.browse_leads import LeadFilter
from accord.web.ids import maybe_uuid
from accord.web.queries import text_of
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.texts import _
from accord.web.threads import threaded

FILTERS = ("q", "state", "format", "member", "mine", "kind", "least")
FORMS = {
    "contributions": (("csv", "CSV"), ("json", "JSON"), ("stix", "STIX 2.1"), ("misp", "MISP")),
    "selectors": (("csv", "CSV"), ("json", "JSON")),
    "leads": (("csv", "CSV"), ("json", "JSON")),
}
COLUMN_NAMES = {
    "id": _("identifier"), "tlp": _("TLP"), "sha256": _("SHA-256"), "member_a": _("member A"),
    "member_b": _("member B"), "contribution_a": _("contribution A"), "contribution_b": _("contribution B"),
    "contribution_id": _("identifier of the contribution"),
}  # fmt: skip
"""What the page calls columns whose names in the file are short for programs; others are called as they are."""
NAMES = {"contributions": _("contributions"), "selectors": _("selectors"), "leads": _("leads")}


@get("/export/{what:str}")
@threaded
def choose(request: PageRequest, what: FromPath[str]) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    if what not in FORMS:
        raise AbsentError("There is no such list to export.", action="Go back to the list.")
    filters = {name: text_of(request, name) for name in FILTERS}
    named = {str(one.id): one.name for one in browse_alliance.list_members(node, signed)}
    chosen = export.columns_of(node, signed, what)
    return page(
        request,
        "export.html",
        what=what,
        name=NAMES[what],
        forms=FORMS[what],
        filters={name: value for name, value in filters.items() if value},
        member_name=named.get(filters["member"], ""),
        purposes={name: purpose.words for name, purpose in PURPOSES.items() if name},
        purpose=export.DEFAULT_PURPOSE,
        columns=export.COLUMNS[what],
        column_names=COLUMN_NAMES,
        chosen=chosen,
    )


@post("/export/{what:str}")
@threaded
def download(request: PageRequest, what: FromPath[str]) -> Response[Any]:
    """The file; the columns are kept for the next time."""
    node, signed = request.app.state.node, signed_in(request)
    permit(signed, Verb.EXPORT)
    if what not in FORMS:
        raise AbsentError("There is no such list to export.", action="Go back to the list.")
    form, purpose = field(request, "form"), field(request, "purpose")
    columns = [str(name) for name in request.state.form.getall("column", [])]
    if form in ("stix", "misp") and what == "contributions":
        return _parcel(node, signed, form, _contributions(request, signed), purpose)
    export.choose_columns(node, signed, what, columns)
    wanted = _leads(request, signed) if what == "leads" else _contributions(request, signed)
    pieces = export.table(node, signed, what, wanted, form=form, columns=columns, purpose=purpose)
    return _file(pieces, "text/csv; charset=utf-8" if form == "csv" else "application/json", f"{what}.{form}")


def _parcel(node: Any, signed: Signed, form: str, wanted: ContributionFilter, purpose: str) -> Stream:
    if form == "stix":
        pieces = export.stix(node, signed, wanted, purpose=purpose)
        return _file(pieces, "application/stix+json;version=2.1", "contributions.stix.json")
    pieces = export.misp(node, signed, wanted, purpose=purpose)
    return _file(pieces, "application/json", "contributions.misp.json")


def _file(pieces: Iterator[bytes], media_type: str, name: str) -> Stream:
    return Stream(pieces, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


def _contributions(request: PageRequest, signed: Signed) -> ContributionFilter:
    state = _kept(request, "state")
    return ContributionFilter(
        member_id=signed.member_id if _kept(request, "mine") else maybe_uuid(_kept(request, "member")),
        state=state if state in STATES else "",
        format=_kept(request, "format"),
        query=_kept(request, "q"),
    )


def _leads(request: PageRequest, signed: Signed) -> LeadFilter:
    state, kind, least = _kept(request, "state"), _kept(request, "kind"), _kept(request, "least")
    return LeadFilter(
        me=signed.member_id,
        state=state if state in ("open", "confirmed", "rejected") else "",
        mine=bool(_kept(request, "mine")),
        other=maybe_uuid(_kept(request, "member")),
        kind=kind if kind in set(SelectorKind) else "",
        least=float(least) if least.replace(".", "", 1).isdigit() else 0.0,
        query=_kept(request, "q"),
    )


def _kept(request: PageRequest, name: str) -> str:
    return field(request, f"kept-{name}").strip()[:2_000]


HANDLERS = [choose, download]
