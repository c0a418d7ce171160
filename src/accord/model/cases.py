"""A case file as a value: what its exports and its report are made of. Instants aware; digests in lower hex."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Deed(NamedTuple):
    """An event in an item's chain. `act` as `custody.item.Act` names it; `doubts`: sentences."""

    id: UUID
    number: int
    act: str
    happened_at: datetime
    person: str
    member: str
    reason: str
    authority: str
    place: str
    tool: str
    digest: str
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An item under custody. `kind` as `services.evidence.KINDS`; `size` in bytes, None for a thing without any."""

    id: UUID
    kind: str
    title: str
    reference: str
    description: str
    file_name: str
    size: int | None
    sha256: str
    blake3: str
    holder: str
    state: str
    standing: str
    acquired_at: datetime
    parents: tuple[UUID, ...]
    chain: tuple[Deed, ...]


class Entity(NamedTuple):
    id: UUID
    kind: str
    value: str


class Weight(NamedTuple):
    """What speaks for or against a hypothesis. `subject`: id of an exhibit of the case, or None."""

    id: UUID
    side: str
    text: str
    subject: UUID | None
    subject_name: str


class Hypothesis(NamedTuple):
    id: UUID
    text: str
    state: str
    weights: tuple[Weight, ...]


class Happening(NamedTuple):
    """`local`: the time where it happened, in words; empty in UTC."""

    id: UUID
    at: datetime
    local: str
    text: str
    subject_name: str


class Note(NamedTuple):
    id: UUID
    text: str
    person: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The whole file, as one of its people may see it. `unseen`: how many things in it they may not see."""

    id: UUID
    title: str
    reference: str
    summary: str
    authority: str
    member: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closing: str
    people: tuple[tuple[str, str], ...]
    made_at: datetime
    handling: str
    exhibits: tuple[Exhibit, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    timeline: tuple[Happening, ...] = ()
    entities: tuple[Entity, ...] = ()
    notes: tuple[Note, ...] = ()
    tasks: tuple[tuple[str, str, datetime | None], ...] = field(default=())
    """Text, state, until when."""
    unseen: int = 0
