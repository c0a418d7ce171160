# ruff: noqa: E501  # tables of examples read better in one line
"""An evidence room and a case with something of everything, made through the services; reserved names only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from accord.custody.item import Act
from accord.model.handling import Handling, HandlingCode, Tlp
from accord.services import cases, evidence, evidence_acts, evidence_transfer, evidence_uploads
from accord.services.acting import act_as
from accord.services.cases import Writing
from accord.services.evidence_chain import Said

ITEMS = (
    (
        "image",
        "Disk of the panel server, rack 4",
        "EX-2026-014",
        b"panel disk",
        "Server hall 2, Example City",
        "imager 4.2",
    ),
    (
        "capture",
        "Traffic of the gate, 14 to 16 November",
        "EX-2026-015",
        b"capture",
        "Uplink of the hoster",
        "capture 3.1",
    ),
    ("page", "Fee page as victims saw it", "EX-2026-016", b"<html>page</html>", "", "browser 130"),
    ("message", "Chat of a reseller, spring", "EX-2026-017", b"chat", "", ""),
    ("wallet", "Seized wallet, third account", "EX-2026-018", None, "Example City", ""),
    ("thing", "Laptop with a broken lid", "EX-2026-019", None, "Flat, Example Street", ""),
    ("file", "Invoices of the bulk mailer", "EX-2026-020", b"invoices", "", ""),
)


@dataclass(frozen=True)
class Room:
    items: list[UUID]
    case: UUID


class _At:
    """The standing clock of a stage, moved back and forth while its past is made."""

    def __init__(self, clock: Any) -> None:
        self.base, self.moment = clock.now(), clock.now()

    def now(self) -> Any:
        return self.moment

    def go(self, **ago: float) -> None:
        self.moment = self.base - timedelta(**ago)


def fill(node: Any, world: Any) -> Room:
    """Seven items in various states, and one case that rests on them."""
    clock = _At(node.clock)
    node = replace(node, clock=clock)
    rosa, noor = act_as(node, "ncu-a", "Rosa Lind"), act_as(node, "stonebridge", "Noor Vale")
    own = Handling(tlp=Tlp.RED, originators=frozenset({rosa.member_id}))
    made = []
    for place, (kind, title, reference, content, where, tool) in enumerate(ITEMS):
        clock.go(days=9 - place)
        upload = None
        if content:
            upload = evidence_uploads.begin(node, rosa, f"{kind}-{place}.bin", len(content)).id
            evidence_uploads.put(node, rosa, upload, 0, content)
        codes = frozenset({HandlingCode.H1}) if kind == "capture" else frozenset()
        said = evidence.Registration(
            kind=kind, title=title, authority="Search warrant 14/2026, criminal procedure code, section 94", reference=reference,
            acquired_at=clock.now() - timedelta(hours=3), handling=replace(own, codes=codes), place=where, tool=tool,
            description="Imaged with a write blocker; two persons present." if kind == "image" else "",
        )  # fmt: skip
        made.append(evidence.register(node, rosa, said, upload))
    disk, capture, page, chat, wallet, laptop, _invoices = made
    clock.go(days=8, hours=22)
    evidence_acts.act(node, rosa, disk, Act.SEAL, Said())
    clock.go(days=8)
    evidence_acts.check_bytes(node, rosa, disk)
    clock.go(days=6)
    copy = evidence_uploads.begin(node, rosa, "copy.img", 4).id
    evidence_uploads.put(node, rosa, copy, 0, b"copy")
    derived = evidence.Registration(
        "image", "Working copy of the panel disk", "", clock.now(), own, how=Act.DERIVE, parents=(disk,)
    )
    made.append(evidence.register(node, rosa, derived, copy))
    clock.go(days=3)
    evidence_acts.act(
        node,
        rosa,
        disk,
        Act.CORRECT,
        Said(
            "The place of acquisition is server hall 2, not hall 3 as in the first note.",
            happened_at=clock.now() - timedelta(hours=30),
        ),
    )
    evidence_acts.act(node, rosa, page, Act.SEAL, Said())
    evidence_acts.act(
        node,
        rosa,
        page,
        Act.HOLD,
        Said("Court of Example City, order of 18 November: not to be destroyed before the appeal."),
    )
    evidence_acts.act(
        node, rosa, laptop, Act.CHECK_OUT, Said("Lid to be opened for imaging"), to="Laboratory, Example City"
    )
    evidence_acts.act(node, rosa, capture, Act.SEAL, Said())
    evidence_acts.ask_disposal(node, rosa, wallet, "returned", "The court released it to its owner")
    evidence_transfer.offer(
        node, rosa, chat, noor.member_id, Said("For analysis of the reseller's language, agreement of 3 November")
    )
    evidence.link_finding(node, rosa, disk, world.contributions[0], "Log folder, third partition")
    clock.go(days=2)
    case = _case(node, rosa, noor, disk=disk, capture=capture, page=page)
    return Room(made, case)


def _case(node: Any, rosa: Any, noor: Any, *, disk: UUID, capture: UUID, page: UUID) -> UUID:
    case = cases.open_case(
        node, rosa, "Parcel-fee pages and their seller", reference="C-2026-031", authority="Criminal procedure code, section 94",
        summary="One kit for fee pages seems to be sold by two sellers, who share a server and a mailer.",
    )  # fmt: skip
    cases.join_case(node, rosa, case, noor.person_id)

    def write(kind: str, text: str, **given: Any) -> UUID:
        return cases.write(node, rosa, case, Writing(kind, text, **given))

    for number, note in ((disk, "Panel and logs"), (capture, "Shows who logged in"), (page, "What victims saw")):
        write("evidence", note, subject_kind="evidence", subject_id=number)
    first = write("hypothesis", "Both sellers are the same crew", state="likely")
    write("hypothesis", "The mailer does not know what it sends")
    write(
        "argument",
        "Both panels have the same administrator password",
        state="supports",
        hypothesis_id=first,
        subject_kind="evidence",
        subject_id=disk,
    )
    write(
        "argument",
        "Logins from one address within the same minute",
        state="supports",
        hypothesis_id=first,
        subject_kind="evidence",
        subject_id=capture,
    )
    write("argument", "Their prices differ, and they quarrel in the forum", state="contradicts", hypothesis_id=first)
    base = node.clock.now()
    for days, zone, text in (
        (41, "Asia/Tokyo", "The first fee page is registered"),
        (40, "Europe/Paris", "First victim reports"),
        (12, "America/New_York", "Kit offered in a forum"),
        (11, "UTC", "Panel moves to a new host"),
    ):
        write("happening", text, at=base - timedelta(days=days, hours=days % 7), zone=zone)
    for value in ("pay-parcel-check[.]example", "192.0.2.44", "kit@mail.example"):
        write("entity", value)
    write(
        "note",
        "Spoke to the hoster's abuse desk: they keep the disk image until the end of the month.\nThey ask for a written order.",
    )
    write("task", "Ask the registrar who paid for the three names", at=base - timedelta(days=1))
    write("task", "Written order to the hoster", at=base + timedelta(days=6))
    done = write("task", "Image the panel disk")
    cases.set_state(node, rosa, case, done, "done")
    return case
