"""The evidence room: the list, registering an item, the item with its chain, and what is done with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from accord.custody.chain import digest_of
from accord.custody.item import Act
from accord.model.errors import AbsentError, InputError
from accord.model.handling import Handling, HandlingCode, Pap, Tlp
from accord.policy.duties import Verb
from accord.services import browse_alliance, browse_evidence, evidence, evidence_uploads
from accord.services.browse import Signed
from accord.services.evidence import KINDS, WITHOUT_BYTES, Registration
from accord.services.permit import permit
from accord.store.browse_evidence import EvidenceFilter
from accord.web.consents import confirms
from accord.web.cursors import from_cursor, to_cursor
from accord.web.drafts import MAX_DRAFT_BYTES
from accord.web.ids import maybe_uuid, to_uuid
from accord.web.moments import ZONES, moment_of
from accord.web.queries import text_of
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded
from accord.web.wording_evidence import ACTS, KIND_ICONS, KIND_NAMES, STATE_NAMES, court_words, evidence_sentence

WORDS: dict[str, Any] = {
    "kind_names": KIND_NAMES,
    "kind_icons": KIND_ICONS,
    "state_names": STATE_NAMES,
    "acts": ACTS,
}
FILTERS = ("q", "kind", "state", "mine")


@get("/evidence")
@threaded
def list_evidence(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    chosen = {name: text_of(request, name) for name in FILTERS}
    wanted = EvidenceFilter(
        query=chosen["q"],
        kind=chosen["kind"] if chosen["kind"] in KINDS else "",
        state=chosen["state"] if chosen["state"] in browse_evidence.STATES else "",
        holder_id=signed.member_id if chosen["mine"] else None,
        before=from_cursor(request.query_params.get("before", ""), "tu"),
    )
    found = browse_evidence.list_evidence(node, signed, wanted)
    kept = urlencode({name: value for name, value in chosen.items() if value})
    waiting = browse_evidence.waiting(node, signed)
    return page(
        request,
        "evidence.html",
        items=found.rows,
        sentence=evidence_sentence(found.rows, waiting, more=found.more is not None or bool(kept)),
        waiting=waiting,
        chosen=chosen,
        kept=kept,
        first=f"/evidence?{kept}" if wanted.before else "",
        next=f"/evidence?{kept}&before={to_cursor(found.more)}" if found.more else "",
        kinds=KINDS,
        states=browse_evidence.STATES,
        **WORDS,
    )


@get("/evidence/new")
@threaded
def show_registration(request: PageRequest) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    parent = maybe_uuid(text_of(request, "from"))
    source = browse_evidence.read_item(node, signed, parent).item if parent else None
    return page(
        request,
        "evidence_new.html",
        source=source,
        kinds=KINDS,
        labels=list(Tlp),
        zones=ZONES,
        without_bytes=sorted(WITHOUT_BYTES),
        max_form_bytes=MAX_DRAFT_BYTES,
        piece_bytes=evidence_uploads.MAX_PIECE_BYTES,
        unfinished=browse_evidence.unfinished_uploads(node, signed),
        **WORDS,
    )


@post("/evidence/new")
@threaded
def register_item(request: PageRequest) -> Response[Any]:
    """Registers an item; its bytes came before in pieces (`upload`), or come with the form where no script runs."""
    node, signed = request.app.state.node, signed_in(request)
    permit(signed, Verb.EVIDENCE)
    said = _registration(request, signed)
    upload_id = maybe_uuid(field(request, "upload"))
    if upload_id is None:
        upload_id = _small_file(request, signed)
    number = evidence.register(node, signed, said, upload_id)
    return Redirect(f"/evidence/{number}?receipt=1", status_code=303)


@get("/evidence/{item_id:str}")
@threaded
def show_item(request: PageRequest, item_id: FromPath[str]) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    detail = browse_evidence.read_item(node, signed, to_uuid(item_id))
    return page(
        request,
        "evidence_item.html",
        detail=detail,
        e=detail.item,
        court=court_words(detail.standing),
        may={act.value for act in detail.may},
        receipt=bool(text_of(request, "receipt")),
        checked=text_of(request, "checked"),
        zones=ZONES,
        confirms=confirms(request),
        keeps_log=node.custody is not None,
        members=browse_alliance.list_members(node, signed),
        readers=browse_alliance.who_would_see(node, signed, detail.item.handling),
        **WORDS,
    )


@get("/evidence/{item_id:str}/events/{number:str}")
@threaded
def show_event(request: PageRequest, item_id: FromPath[str], number: FromPath[str]) -> Response[str]:
    """One event verified: what its digest is taken over, and whether it follows from the one before."""
    node, signed = request.app.state.node, signed_in(request)
    detail = browse_evidence.read_item(node, signed, to_uuid(item_id))
    if not number.isdigit() or len(number) > 6 or int(number) >= len(detail.events):
        raise AbsentError("There is no such event in this chain.", action="Look at the item.")
    place = int(number)
    event = detail.events[place]
    return page(
        request,
        "evidence_event.html",
        e=detail.item,
        event=event,
        computed=digest_of(event.link),
        before=detail.events[place - 1].link if place else None,
        last=len(detail.events) - 1,
        **WORDS,
    )


def _registration(request: PageRequest, signed: Signed) -> Registration:
    zone = field(request, "zone")
    parent = maybe_uuid(field(request, "from"))
    how = Act.DERIVE if parent else Act.RECEIVE if field(request, "how") == "receive" else Act.ACQUIRE
    at = moment_of(field(request, "acquired"), zone) or request.app.state.node.clock.now()
    return Registration(
        kind=field(request, "kind"),
        title=field(request, "title"),
        authority=field(request, "authority"),
        acquired_at=at,
        handling=_handling(request, signed),
        how=how,
        reference=field(request, "reference"),
        description=field(request, "description"),
        place=field(request, "place"),
        tool=field(request, "tool"),
        received_from=field(request, "received_from"),
        parents=(parent,) if parent else (),
        keep_until=moment_of(field(request, "keep_until"), zone),
    )


def _handling(request: PageRequest, signed: Signed) -> Handling:
    try:
        tlp = Tlp.from_label(field(request, "tlp"))
    except ValueError:
        raise InputError("The handling is missing.", action="Choose a TLP label.") from None
    codes = frozenset(code for code in (HandlingCode.H1, HandlingCode.H2) if field(request, code.value))
    return Handling(tlp=tlp, pap=Pap.RED, originators=frozenset({signed.member_id}), codes=codes)


def _small_file(request: PageRequest, signed: Signed) -> UUID | None:
    """A file that came with the form; the framework keeps it on the disk beyond a megabyte."""
    file = request.state.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    size = file.file.seek(0, 2)
    file.file.seek(0)
    return evidence_uploads.take(
        request.app.state.node, signed, file.filename, file.file, size=size, progress=_Silent()
    )


class _Silent:
    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        """The browser shows its own progress."""


HANDLERS = [list_evidence, show_registration, register_item, show_item, show_event]
