"""Handing in: choose or drop files, see what is recognised and who would see it, submit, get a receipt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from accord.model.errors import InputError
from accord.model.handling import Handling, Tlp
from accord.model.reading import Drop, Reading
from accord.policy.duties import Verb
from accord.services import browse_alliance, browse_contributions
from accord.services.browse import Signed
from accord.services.contribute import SharedFile
from accord.services.permit import permit
from accord.web.drafts import MAX_DRAFT_BYTES, MAX_FILES
from accord.web.ids import maybe_uuid
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded

DROPS_SHOWN = 50
SAMPLES = 12


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A reading as the preview shows it."""

    reading: Reading
    kinds: dict[str, int]
    samples: list[tuple[str, str]]
    drops: list[Drop]
    drops_by_reason: list[tuple[str, int]]
    claims: int


@get("/contributions/new")
@threaded
def show_intake(request: PageRequest) -> Response[str]:
    return page(request, "intake.html", max_bytes=MAX_DRAFT_BYTES, max_files=MAX_FILES)


@post("/contributions/preview")
@threaded
def preview(request: PageRequest) -> Response[str]:
    """Reads the files and shows what came of it; nothing is shared yet."""
    node, signed = request.app.state.node, signed_in(request)
    permit(signed, Verb.CONTRIBUTE)
    files = _files(request)
    if not files:
        raise InputError("No file was chosen.", action="Choose at least one, or drop it on the page.")
    draft = request.app.state.drafts.keep(signed.person_id, files, node.clock.now())
    return _show(request, signed, draft, files, None)


@post("/contributions/handling")
@threaded
def change_handling(request: PageRequest) -> Response[str]:
    """The same preview under another handling, with who would see it then."""
    node, signed = request.app.state.node, signed_in(request)
    permit(signed, Verb.CONTRIBUTE)
    draft = field(request, "draft")
    files = request.app.state.drafts.find(draft, signed.person_id, node.clock.now())
    return _show(request, signed, draft, files, _tlp(field(request, "tlp")))


@post("/contributions/submit")
@threaded
def submit(request: PageRequest) -> Response[Any]:
    """Seals the files as contributions of my member."""
    node, signed, drafts = request.app.state.node, signed_in(request), request.app.state.drafts
    permit(signed, Verb.CONTRIBUTE)
    draft = field(request, "draft")
    files = drafts.find(draft, signed.person_id, node.clock.now())
    tlp = _tlp(field(request, "tlp"))
    if tlp is None:
        raise InputError("The handling is missing.", action="Choose a TLP label.")
    receipt = request.app.state.verbs.submit(node, signed, files, _handling(signed, tlp))
    drafts.drop(draft)
    names = ",".join(str(number) for number in receipt.contributions[:MAX_FILES])
    work = f"&work={receipt.work_id}" if receipt.work_id else ""
    return Redirect(f"/contributions/receipt?of={names}{work}", status_code=303)


@get("/contributions/receipt")
@threaded
def show_receipt(request: PageRequest) -> Response[str]:
    """What was handed in, and where to follow what comes of it."""
    names = [
        number for name in request.query_params.get("of", "").split(",")[:MAX_FILES] if (number := maybe_uuid(name))
    ]
    work = maybe_uuid(request.query_params.get("work", ""))
    found = browse_contributions.several(request.app.state.node, signed_in(request), names)
    return page(request, "receipt.html", contributions=found, work=work, promised=len(names))


def _show(
    request: PageRequest, signed: Signed, draft: str, files: tuple[SharedFile, ...] | list[SharedFile], tlp: Tlp | None
) -> Response[str]:
    node = request.app.state.node
    readings = list(request.app.state.verbs.preview(node, signed, files))
    found = [label for reading in readings if reading.tlp and (label := _tlp(reading.tlp)) is not None]
    usual = _tlp(signed.member_tlp) or Tlp.AMBER
    strictest = max(found, default=usual)
    chosen = strictest if tlp is None else tlp
    return page(
        request,
        "preview.html",
        draft=draft,
        views=[_view(reading) for reading in readings],
        files=files,
        labels=list(Tlp),
        chosen=chosen,
        found=strictest if found else None,
        handling=_handling(signed, chosen),
        readers=browse_alliance.who_would_see(node, signed, _handling(signed, chosen)),
    )


def _handling(signed: Signed, tlp: Tlp) -> Handling:
    return Handling(tlp=tlp, originators=frozenset({signed.member_id}))


def _view(reading: Reading) -> ReadingView:
    distinct = {(mention.kind, mention.value) for mention in reading.mentions}
    kinds = Counter(str(kind) for kind, _value in distinct)
    samples: dict[tuple[str, str], None] = {}
    for mention in reading.mentions:
        samples.setdefault((str(mention.kind), mention.value))
        if len(samples) == SAMPLES:
            break
    return ReadingView(
        reading=reading,
        kinds=dict(kinds.most_common()),
        samples=list(samples),
        drops=reading.drops[:DROPS_SHOWN],
        drops_by_reason=Counter(drop.reason for drop in reading.drops).most_common(),
        claims=len(reading.claims),
    )


def _files(request: PageRequest) -> list[SharedFile]:
    """The uploaded files; folders in their names are dropped, they are of the sender's machine."""
    files = []
    for item in request.state.form.getall("files", []):
        if isinstance(item, UploadFile) and item.filename:
            name = item.filename.replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "")[:200]
            files.append(SharedFile(name or "file", item.file.read(MAX_DRAFT_BYTES + 1)))
    return files


def _tlp(label: str) -> Tlp | None:
    try:
        return Tlp.from_label(label)
    except ValueError:
        return None


HANDLERS = [show_intake, preview, change_handling, submit, show_receipt]
