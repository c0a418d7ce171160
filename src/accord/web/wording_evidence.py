"""Words of the evidence room: kinds, states, acts, what a court may see. Wording only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from accord.policy.standing import Court, Standing
from accord.report.text import sentence
from accord.services.browse_cases import CaseView, EntryView
from accord.services.browse_evidence import ItemView
from accord.web.show import word
from accord.web.texts import _, _n

KIND_NAMES = {
    "file": _("File"), "image": _("Disk image"), "capture": _("Capture"), "page": _("Web page"),
    "message": _("Message"), "account": _("Seized account"), "wallet": _("Seized wallet"), "thing": _("Physical thing"),
}  # fmt: skip
KIND_ICONS = {
    "file": "file", "image": "server", "capture": "wave-sine", "page": "browser", "message": "message",
    "account": "user", "wallet": "wallet", "thing": "box",
}  # fmt: skip
STATE_NAMES = {
    "unsealed": _("Not sealed"), "sealed": _("Sealed"), "out": _("Checked out"), "offered": _("Offered"),
    "held": _("Legal hold"), "elsewhere": _("At another node"), "disposed": _("Disposed of"),
}  # fmt: skip
ACTS = {
    "acquire": (_("Acquired"), "archive"), "receive": (_("Received"), "login"), "derive": (_("Derived"), "copy-plus"),
    "seal": (_("Sealed"), "lock"), "access": (_("Accessed"), "eye"), "check-out": (_("Checked out"), "hand-grab"),
    "check-in": (_("Checked in"), "arrow-back-up"), "transfer-offer": (_("Transfer offered"), "arrows-exchange"),
    "transfer-accept": (_("Transfer accepted"), "arrows-exchange"),
    "transfer-decline": (_("Transfer declined"), "arrows-exchange"),
    "transfer-withdraw": (_("Offer withdrawn"), "arrows-exchange"), "transform": (_("Changed"), "pencil"),
    "copy": (_("Copied"), "copy-plus"), "export": (_("Exported"), "download"),
    "hold": (_("Legal hold placed"), "gavel"),
    "release": (_("Legal hold lifted"), "gavel"), "dispose": (_("Disposed of"), "trash"),
    "correct": (_("Corrected"), "pencil"),
}  # fmt: skip
"""Act → its word for the timeline, its icon."""


def evidence_sentence(items: Sequence[ItemView], waiting: Sequence[ItemView], *, more: bool) -> str:
    """The answer that opens the list."""
    if waiting:
        offered = _n("{n} item is offered to you.", "{n} items are offered to you.", len(waiting))
        return sentence(offered.format(n=word(len(waiting))))
    open_ = [item for item in items if item.state == "unsealed"]
    if open_ and not more:
        unsealed = _n("{n} item is not sealed yet.", "{n} items are not sealed yet.", len(open_))
        return sentence(unsealed.format(n=word(len(open_))))
    return _("What your member holds, and who held it when.")


def court_words(standing: Standing) -> tuple[str, str, str]:
    """Evidence or intelligence; whether a court may see it; the tone of the badge."""
    name = _("Evidence") if standing.evidence else _("Intelligence")
    if standing.court is Court.YES:
        return name, _("May be used in court"), "accent"
    if standing.court is Court.ASK:
        return name, _("In court only with permission"), "attention"
    return name, _("Not for court"), "outline"


ENTRY_NAMES = {
    "supports": _("Speaks for it"), "contradicts": _("Speaks against it"), "open": _("Open"), "likely": _("Likely"),
    "unlikely": _("Unlikely"), "established": _("Established"), "refuted": _("Refuted"), "done": _("Done"),
    "dropped": _("Dropped"),
}  # fmt: skip
LONG_GAP = timedelta(days=7)
"""Between two happenings: said on the timeline, since nobody may know what happened then."""


def case_sentence(found: Sequence[CaseView]) -> str:
    """The answer that opens the list of cases."""
    tasks = sum(case.tasks for case in found if case.closed_at is None)
    going = sum(case.closed_at is None for case in found)
    if not going:
        return _("You work on no open case.")
    first = _n("You work on {n} open case", "You work on {n} open cases", going).format(n=word(going))
    if not tasks:
        return f"{first}."
    return f"{first}; {_n('{n} task waits', '{n} tasks wait', tasks).format(n=word(tasks))}."


def gap_words(timeline: Sequence[EntryView]) -> dict[UUID, str]:
    """For an entry after a long gap: how long nothing is known to have happened."""
    found = {}
    for before, after in pairwise(timeline):
        if before.at and after.at and after.at - before.at >= LONG_GAP:
            days = (after.at - before.at).days
            found[after.id] = _n("{n} day without anything known", "{n} days without anything known", days).format(
                n=days
            )
    return found
