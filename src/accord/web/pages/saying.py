"""What members ask of each other and say to each other: requests, sightings, corrections, ratings, the inbox."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.model.errors import InputError
from accord.policy.duties import Verb
from accord.services import browse_handling, copies, feedback, requests
from accord.services.custody_facts import Will
from accord.services.feedback import Word
from accord.services.permit import permit
from accord.store.between import SHOWN
from accord.web.consents import asked, confirms, done, will_of
from accord.web.ids import to_uuid
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded

INBOX = "/inbox"


@get("/inbox")
@threaded
def show_inbox(request: PageRequest) -> Response[str]:
    """What others ask, say and tell, and what became of what we asked and said."""
    inbox = browse_handling.read_inbox(request.app.state.node, signed_in(request))
    return page(request, "inbox.html", inbox=inbox, most=SHOWN, confirms=confirms(request))


@post("/contributions/{contribution_id:str}/ask")
@threaded
def ask(request: PageRequest, contribution_id: FromPath[str]) -> Response[Any]:
    number = to_uuid(contribution_id)
    requests.ask(request.app.state.node, signed_in(request), number, field(request, "wish"), field(request, "reason"))
    return Redirect(f"/contributions/{number}#asked", status_code=303)


@post("/requests/{request_id:str}/answer")
@threaded
def answer_request(request: PageRequest, request_id: FromPath[str]) -> Response[Any]:
    if _answer(request, request_id, will_of(request)):
        request.app.state.verbs.refresh(request.app.state.node, signed_in(request))
    return done(request, _place(request))


@post("/requests/{request_id:str}/answer/ask")
@threaded
def ask_answer(request: PageRequest, request_id: FromPath[str]) -> Response[Any]:
    """What the passkey is to sign to grant it; nothing is granted."""
    return asked(request, lambda will: _answer(request, request_id, will), Verb.GRANT_WIDER)


def _answer(request: PageRequest, request_id: str, will: Will | None) -> bool:
    """Whether it was granted."""
    node, signed, reason = request.app.state.node, signed_in(request), field(request, "reason")
    permit(signed, Verb.GRANT_WIDER)
    granted = _one_of(field(request, "answer"), "granted", "refused") == "granted"
    requests.answer(node, signed, to_uuid(request_id), granted=granted, reason=reason, consent=will)
    return granted


@post("/requests/{request_id:str}/take-back")
@threaded
def take_request_back(request: PageRequest, request_id: FromPath[str]) -> Response[Any]:
    requests.take_back(request.app.state.node, signed_in(request), to_uuid(request_id))
    return _back(request)


@post("/contributions/{contribution_id:str}/say")
@threaded
def say(request: PageRequest, contribution_id: FromPath[str]) -> Response[Any]:
    """A sighting, a correction or a rating."""
    permit(signed_in(request), Verb.TELL_BACK)
    number = to_uuid(contribution_id)
    claim = _number(request, "claim", "claim")
    word = Word(
        kind=field(request, "kind"),
        words=field(request, "words"),
        value=field(request, "value"),
        count=1 if (count := _number(request, "count", "count")) is None else count,
        seen_at=_seen_at(request),
        stars=_number(request, "stars", "rating") or 0,
        claim_number=claim,
    )
    feedback.say(request.app.state.node, signed_in(request), number, word)
    return Redirect(f"/contributions/{number}#said", status_code=303)


@post("/said/{said_id:str}/answer")
@threaded
def answer_word(request: PageRequest, said_id: FromPath[str]) -> Response[Any]:
    permit(signed_in(request), Verb.TELL_BACK)
    accepted = _one_of(field(request, "answer"), "accepted", "declined") == "accepted"
    node, signed, reason = request.app.state.node, signed_in(request), field(request, "reason")
    feedback.answer(node, signed, to_uuid(said_id), accepted=accepted, reason=reason)
    return _back(request)


@post("/said/{said_id:str}/take-back")
@threaded
def take_word_back(request: PageRequest, said_id: FromPath[str]) -> Response[Any]:
    feedback.take_back(request.app.state.node, signed_in(request), to_uuid(said_id))
    return _back(request)


@post("/notices/{notice_id:str}/acknowledge")
@threaded
def acknowledge(request: PageRequest, notice_id: FromPath[str]) -> Response[Any]:
    copies.acknowledge(request.app.state.node, signed_in(request), to_uuid(notice_id))
    return _back(request)


@post("/contributions/{contribution_id:str}/file")
@threaded
def download(request: PageRequest, contribution_id: FromPath[str]) -> Response[bytes]:
    """The file to take along. It is a POST because it changes something: who has a copy is written down."""
    node, signed, number = request.app.state.node, signed_in(request), to_uuid(contribution_id)
    permit(signed, Verb.EXPORT)
    name, content = browse_handling.file_of(node, signed, number)
    copies.handed_out(node, signed.member_id, [number], "download")
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in name)[:120] or "file"
    headers = {"content-disposition": f'attachment; filename="{plain}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _back(request: PageRequest) -> Response[Any]:
    """To the contribution from which it was done, or to the inbox."""
    return Redirect(_place(request), status_code=303)


def _place(request: PageRequest) -> str:
    place = field(request, "back")
    return f"/contributions/{to_uuid(place)}" if place else INBOX


def _one_of(given: str, *allowed: str) -> str:
    if given not in allowed:
        raise InputError("The answer is missing.", action="Use one of the two buttons.")
    return given


def _number(request: PageRequest, name: str, words: str) -> int | None:
    text = field(request, name).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InputError(f"The {words} is a whole number.", action="Write it in digits.")
    return int(text)


def _seen_at(request: PageRequest) -> datetime | None:
    text = field(request, "seen_at").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError("The time is none.", action="Write it as 2026-11-23T14:05, in UTC.") from None


HANDLERS = [
    show_inbox,
    ask,
    answer_request,
    ask_answer,
    take_request_back,
    say,
    answer_word,
    take_word_back,
    acknowledge,
    download,
]
