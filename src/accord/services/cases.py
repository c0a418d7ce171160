"""Case files: opened for some people by name, written in, never rewritten; only who works on a case sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accord.model.errors import AbsentError, ConflictError, InputError, LimitError, RefusedError
from accord.model.handling import Handling, Tlp
from accord.model.ids import selector_id
from accord.policy.duties import Verb
from accord.selectors import identify
from accord.services.browse import Signed
from accord.services.deeds import Acting
from accord.services.node import Node
from accord.services.permit import permit
from accord.store import audiences, browse_evidence, cases
from accord.store.engine import Connection, begin, node_transaction
from accord.store.texts import storable

KINDS = ("note", "hypothesis", "argument", "happening", "entity", "task", "evidence", "contribution", "lead")
HYPOTHESES = ("open", "likely", "unlikely", "established", "refuted")
SIDES = ("supports", "contradicts")
TASKS = ("open", "done", "dropped")
SUBJECTS = ("evidence", "contribution", "lead")
MAX_TITLE, MAX_TEXT = 200, 20_000
circles_of = cases.circles_of


def handling_of_case(case_id: UUID) -> Handling:
    """TLP:RED to the people of the case: no member owns it, so not even the opener's colleagues see it."""
    return Handling(tlp=Tlp.RED, circles=frozenset({case_id}))


def viewing(signed: Signed, *more: UUID) -> Signed:
    """The same person, seeing these cases too: in the transaction in which they come to see them."""
    return replace(signed, viewer=replace(signed.viewer, circles=signed.viewer.circles | set(more)))


def open_case(
    node: Node, signed: Signed, title: str, *, reference: str = "", summary: str = "", authority: str = ""
) -> UUID:
    """Opens a case that its opener leads; its id. Raises `RefusedError`, `InputError`, `LimitError`."""
    permit(signed, Verb.CASE)
    if not title.strip():
        raise InputError("The case has no title.", action="Say in a few words what it is about.")
    texts = {"title": title, "reference": reference, "summary": summary, "authority": authority}
    if len(title) > MAX_TITLE or any(len(text) > MAX_TEXT for text in texts.values()):
        raise LimitError(f"A title has at most {MAX_TITLE}, a text {MAX_TEXT} characters.", action="Shorten it.")
    number, now = node.ids.new(), node.clock.now()
    # The node's own transaction: nobody sees the case before its first person is entered.
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, handling_of_case(number))
        own = {name: storable(text).strip() for name, text in texts.items()}
        who = {"member_id": signed.member_id, "opened_by": signed.person_id, "opened_at": now}
        cases.put(connection, id=number, **own, **who, closing="", audience=audience)
        cases.put_person(connection, number, signed.person_id, "lead", now)
        Acting(node, connection, signed).record("case opened", number, audience, {"title": own["title"]})
    return number


def join_case(node: Node, signed: Signed, case_id: UUID, person_id: UUID) -> None:
    """Lets a person see the case and work on it. Only its lead may. Raises `RefusedError`, `AbsentError`."""
    permit(signed, Verb.CASE)
    with working(node, signed) as connection:
        row = _led(connection, signed, case_id)
        known = {listed.id: listed.name for listed in cases.everybody(connection)}
        if person_id not in known:
            raise AbsentError("There is no such person.", action="Choose one from the list.")
        cases.put_person(connection, case_id, person_id, "member", node.clock.now())
        Acting(node, connection, signed).record("case joined", case_id, row.audience, {"person": known[person_id]})


def leave_case(node: Node, signed: Signed, case_id: UUID, person_id: UUID) -> None:
    """Takes a person off the case, who reads nothing of it from then on. By its lead, or by the person.

    Raises `ConflictError` for the last lead: a case without one could never be read again.
    """
    permit(signed, Verb.DISCUSS if person_id == signed.person_id else Verb.CASE)
    with working(node, signed) as connection:
        row = locked(connection, case_id)
        if person_id != signed.person_id:
            _led(connection, signed, case_id)
        if cases.role_of(connection, case_id, person_id) == "lead":
            raise ConflictError("The lead of a case cannot leave it.", action="Close the case instead.")
        if not cases.end_person(connection, case_id, person_id, node.clock.now()):
            raise AbsentError("This person does not work on the case.", action="")
        Acting(node, connection, signed).record("case left", case_id, row.audience, {"person": str(person_id)})


def close_case(node: Node, signed: Signed, case_id: UUID, closing: str) -> None:
    """Closes the case with what came of it; its people go on reading it. Raises `InputError`, `RefusedError`."""
    permit(signed, Verb.CASE)
    if not closing.strip():
        raise InputError("What came of it is missing.", action="Say in a sentence or two what came of the case.")
    with working(node, signed) as connection:
        row = _led(connection, signed, case_id)
        cases.change(connection, case_id, closed_at=node.clock.now(), closing=storable(closing).strip()[:MAX_TEXT])
        Acting(node, connection, signed).record("case closed", case_id, row.audience, {"title": row.title})


@dataclass(frozen=True, slots=True)
class Writing:
    """An entry that a person writes. `state`: of a task or hypothesis; the side of an argument.

    `subject_kind` and `subject_id`: the evidence, contribution or lead that it is about. `at` aware; `zone`: IANA name.
    """

    kind: str
    text: str = ""
    state: str = ""
    hypothesis_id: UUID | None = None
    subject_kind: str = ""
    subject_id: UUID | None = None
    at: datetime | None = None
    zone: str = ""


def write(node: Node, signed: Signed, case_id: UUID, said: Writing) -> UUID:
    """Adds an entry; its id. Raises `InputError`, `LimitError`, `AbsentError`, `ConflictError` for a closed case."""
    permit(signed, Verb.DISCUSS)
    said = _checked(said)
    number = node.ids.new()
    with working(node, signed) as connection:
        row = _open(connection, case_id)
        if said.subject_id is not None and not _sees(connection, said):
            raise AbsentError("What it refers to does not exist, or you may not see it.", action="Check its address.")
        if said.hypothesis_id is not None:
            about = cases.lock_entry(connection, case_id, said.hypothesis_id)
            if about is None or about.kind != "hypothesis":
                raise AbsentError("There is no such hypothesis in this case.", action="Reload the case.")
        found = identify(said.text) if said.kind == "entity" else None
        if said.kind == "entity" and found is None:
            raise InputError(
                f"{said.text[:80]!r} is no domain, address, hash, wallet or other selector.",
                action="Write a selector, defanged or not, or put it into a note.",
            )
        values = {name: getattr(said, name) for name in Writing.__slots__}
        if found is not None:
            values |= {"text": found.value, "state": str(found.kind)}
        who = {"person_id": signed.person_id, "written_at": node.clock.now(), "audience": row.audience}
        cases.put_entry(
            connection, id=number, case_id=case_id, **values, **who,
            selector_id=selector_id(str(found.kind), found.value) if found else None,
        )  # fmt: skip
        detail = {"entry": str(number), "kind": said.kind}
        Acting(node, connection, signed).record(f"case {said.kind} written", case_id, row.audience, detail)
    return number


def set_state(node: Node, signed: Signed, case_id: UUID, entry_id: UUID, state: str) -> None:
    """Moves a task or a hypothesis on. Raises `InputError` for a state it cannot have, `AbsentError`."""
    permit(signed, Verb.DISCUSS)
    with working(node, signed) as connection:
        row = _open(connection, case_id)
        entry = cases.lock_entry(connection, case_id, entry_id)
        allowed = {"task": TASKS, "hypothesis": HYPOTHESES}.get(entry.kind if entry else "", ())
        if entry is None or state not in allowed:
            raise InputError("This entry has no such state.", action="Reload the case.")
        cases.change_entry(connection, entry_id, state=state)
        detail = {"entry": str(entry_id), "from": entry.state, "to": state}
        Acting(node, connection, signed).record(f"case {entry.kind} judged", case_id, row.audience, detail)


def strike(node: Node, signed: Signed, case_id: UUID, entry_id: UUID, reason: str) -> None:
    """Takes an entry out of the file; that it was there, and why it went, stays on record."""
    permit(signed, Verb.DISCUSS)
    if not reason.strip():
        raise InputError("The reason is missing.", action="Say why the entry does not belong there.")
    with working(node, signed) as connection:
        row = _open(connection, case_id)
        if cases.lock_entry(connection, case_id, entry_id) is None:
            raise AbsentError("There is no such entry in this case.", action="Reload the case.")
        cases.change_entry(connection, entry_id, struck_at=node.clock.now())
        detail = {"entry": str(entry_id), "reason": storable(reason)[:MAX_TEXT]}
        Acting(node, connection, signed).record("case entry struck", case_id, row.audience, detail)


def working(node: Node, signed: Signed) -> Any:
    """A transaction that sees what this person may see now, by the cases that they work on at this moment.

    Asked anew, not taken from the session: who was taken off a case reads nothing later.
    """
    with node_transaction(node.engine) as connection:
        left = cases.circles_left(connection, signed.person_id)
        circles = (signed.viewer.circles - left) | cases.circles_of(connection, signed.person_id)
    return begin(node.engine, replace(signed.viewer, circles=circles), node.clock.now())


def locked(connection: Connection, case_id: UUID) -> Any:
    row = cases.lock(connection, case_id)
    if row is None:
        raise AbsentError("There is no such case, or none that you work on.", action="Look in your list of cases.")
    return row


def _open(connection: Connection, case_id: UUID) -> Any:
    row = locked(connection, case_id)
    if row.closed_at is not None:
        raise ConflictError("The case is closed.", action="Open a new one that refers to it.")
    return row


def _led(connection: Connection, signed: Signed, case_id: UUID) -> Any:
    row = _open(connection, case_id)
    if cases.role_of(connection, case_id, signed.person_id) != "lead":
        raise RefusedError("Only the lead of the case may do this.", action="Ask the lead.")
    return row


def _sees(connection: Connection, said: Writing) -> bool:
    assert said.subject_id is not None
    if said.subject_kind == "evidence":
        return browse_evidence.one(connection, said.subject_id) is not None
    return said.subject_id in cases.titles(connection, said.subject_kind, [said.subject_id])


def _checked(said: Writing) -> Writing:
    """The same, storable, or the reason why not."""
    text = storable(said.text).strip()
    states = {"hypothesis": HYPOTHESES, "task": TASKS, "argument": SIDES}.get(said.kind)
    state = said.state or (states[0] if states else "")
    if said.kind not in KINDS:
        raise InputError(f"{said.kind!r} is no kind of entry.", action=f"One of: {', '.join(KINDS)}.")
    if len(text) > MAX_TEXT:
        raise LimitError(f"An entry has at most {MAX_TEXT} characters.", action="Write several.")
    if not text and said.kind not in SUBJECTS:
        raise InputError("The entry is empty.", action="Write what is to stand there.")
    if states and state not in states:
        raise InputError(f"{state!r} is not one of {', '.join(states)}.", action="Choose one of them.")
    if (said.subject_id is None) != (said.subject_kind not in SUBJECTS) or (
        said.kind in SUBJECTS and said.subject_kind != said.kind
    ):
        raise InputError("What the entry refers to is missing.", action="Name the item, contribution or lead.")
    if (said.kind == "argument") != (said.hypothesis_id is not None):
        raise InputError("An argument belongs to a hypothesis.", action="Write it below one.")
    if said.kind == "happening" and said.at is None:
        raise InputError("The time is missing.", action="Say when it happened, with its time zone.")
    if said.at is not None and said.at.tzinfo is None:
        raise InputError("The time has no time zone.", action="Choose the zone in which it was taken down.")
    return replace(said, text=text, state=state if states else "", zone=zone_name(said.zone) if said.zone else "")


def zone_name(name: str) -> str:
    """The name, if it is one of the IANA time zone database. Raises `InputError`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(f"{name[:60]!r} is no time zone.", action="Write one such as Europe/Paris, or UTC.") from None
    return name
