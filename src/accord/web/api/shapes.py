"""What the API answers and takes, as values; the OpenAPI document is made from these and from nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

Verdict = Literal["confirmed", "rejected"]
TlpLabel = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
PapLabel = Literal["PAP:CLEAR", "PAP:GREEN", "PAP:AMBER", "PAP:RED"]


class Problem(Struct, frozen=True):
    """RFC 9457. `action` says what to do next; `errors` names each part of the request that cannot be used."""

    type: str
    title: str
    status: int
    detail: str
    action: str = ""
    errors: list[dict[str, str]] = []


class HandlingOut(Struct, frozen=True):
    """The conditions on a thing. `document`: all of them, in the form of docs/reference/stix-extension.md."""

    tlp: TlpLabel
    pap: PapLabel
    document: dict[str, Any]


class MemberOut(Struct, frozen=True):
    id: UUID
    slug: str
    name: str
    kind: str
    country: str


class CapabilityOut(Struct, frozen=True):
    """What a member can do; the lead time in hours, costs in working days."""

    action: str
    target_kinds: list[str]
    scope: list[str]
    jurisdiction: list[str]
    power: str
    lead_time_hours: float
    cost: float
    cost_per_target: float


class MemberDetailOut(Struct, frozen=True):
    member: MemberOut
    joined_at: datetime
    capabilities: list[CapabilityOut]


class TombstoneOut(Struct, frozen=True):
    """A contribution that its member took back. Whoever holds a copy puts it away."""

    id: UUID
    member_id: UUID
    withdrawn_at: datetime


class ContributionOut(Struct, frozen=True):
    """A contribution. `kinds`: how many selectors of each kind; `sha256` of the bytes as received, `size` in bytes."""

    id: UUID
    member_id: UUID
    member: str
    path: str
    title: str
    format: str
    size: int
    sha256: str
    state: str
    state_reason: str
    claims: int
    selectors: int
    kinds: dict[str, int]
    notes: list[str]
    seen_from: datetime | None
    seen_to: datetime | None
    received_at: datetime
    withdrawn_at: datetime | None
    handling: HandlingOut


class Tombstones(Struct, frozen=True):
    items: list[TombstoneOut]
    next: str | None


class Contributions(Struct, frozen=True):
    items: list[ContributionOut]
    next: str | None


class DropOut(Struct, frozen=True):
    """Something that was not taken; `line` from 1, null for the whole file."""

    line: int | None
    reason: str
    excerpt: str


class ContributionDetailOut(Struct, frozen=True):
    contribution: ContributionOut
    dropped: list[DropOut]


class ClaimOut(Struct, frozen=True):
    """A claim. `object` is the JSON exactly as received."""

    stix_id: str
    type: str
    object: Any


class Claims(Struct, frozen=True):
    items: list[ClaimOut]
    next: str | None


class SelectorOut(Struct, frozen=True):
    """A selector of a contribution. `holders`: members that hold it, as far as the asker may know."""

    kind: str
    value: str
    common: str
    line: int | None
    holders: int


class Selectors(Struct, frozen=True):
    items: list[SelectorOut]
    next: str | None


class HolderOut(Struct, frozen=True):
    member_id: UUID
    member: str
    contributions: int
    seen_from: datetime | None
    seen_to: datetime | None


class MentionOut(Struct, frozen=True):
    contribution_id: UUID
    title: str
    member: str
    line: int | None
    received_at: datetime
    handling: HandlingOut


class LookUp(Struct, frozen=True):
    """A selector as far as the asker may know of it.

    `kind` and `value` are canonical, null when nothing is recognised; `known` is false when nobody told them of it.
    """

    kind: str | None
    value: str | None
    known: bool
    common: str
    holders: list[HolderOut]
    contributions: list[MentionOut]
    leads: list[UUID]


class SideOut(Struct, frozen=True):
    contribution_id: UUID
    member_id: UUID
    member: str
    title: str


class ReasonOut(Struct, frozen=True):
    """One reason; `chance`: one in so many pairs would share it by chance; `common`: why it does not count."""

    family: str
    kind: str
    value_a: str
    value_b: str
    weight: float
    chance: float
    holders: int
    common: str
    via: list[str]


class JudgementOut(Struct, frozen=True):
    member_id: UUID
    member: str
    person: str
    verdict: Verdict
    reason: str
    judged_at: datetime
    undone_at: datetime | None


class LeadOut(Struct, frozen=True):
    """A lead between claims of two members, its reasons strongest first; `score` from 0 to 1."""

    id: UUID
    a: SideOut
    b: SideOut
    score: float
    shared: int
    kinds: list[str]
    sentence: str
    reasons: list[ReasonOut]
    judgements: list[JudgementOut]
    found_at: datetime
    handling: HandlingOut


class Leads(Struct, frozen=True):
    items: list[LeadOut]
    next: str | None


class NewJudgement(Struct, frozen=True, forbid_unknown_fields=True):
    """A rejection needs its reason."""

    verdict: Verdict
    reason: Annotated[str, Meta(max_length=1_000)] = ""


class MadeDocument(Struct, frozen=True):
    """A plan or map as last made for the asker's member."""

    id: UUID
    made_at: datetime
    handling: HandlingOut
    document: Any


class ReportOut(Struct, frozen=True):
    """The Insight Report as last made; `/report/html` and `/report/pdf` give its bytes."""

    id: UUID
    made_at: datetime
    title: str
    handling: HandlingOut
    sha256_html: str
    sha256_pdf: str | None


class EventOut(Struct, frozen=True):
    id: UUID
    happened_at: datetime
    verb: str
    subject: str
    member: str
    person: str
    detail: dict[str, Any]


class Events(Struct, frozen=True):
    items: list[EventOut]
    next: str | None


class HandlingIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The conditions under which something is shared. `circles`: null for every member, an empty list for nobody."""

    tlp: TlpLabel
    pap: PapLabel = "PAP:AMBER"
    circles: Annotated[list[UUID], Meta(max_length=1_000)] | None = None
    purposes: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=20)] | None = None
    jurisdictions: Annotated[list[Annotated[str, Meta(pattern="^[A-Z]{2}$")]], Meta(max_length=300)] | None = None
    excluded_members: Annotated[list[UUID], Meta(max_length=1_000)] = []
    permitted: Annotated[list[UUID], Meta(max_length=1_000)] = []
    originator_control: bool = False
    embargo_until: datetime | None = None
    expires_at: datetime | None = None


class FileIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A file as the member has it; `content` in base64. `path`: `/` between parts, no way out of the folder."""

    path: Annotated[str, Meta(min_length=1, max_length=500)]
    content: bytes


class NewContributions(Struct, frozen=True, forbid_unknown_fields=True):
    """Files under one handling; without one the member's own default holds. A stricter TLP in a file narrows it."""

    files: Annotated[list[FileIn], Meta(min_length=1, max_length=200)]
    handling: HandlingIn | None = None


class HandedIn(Struct, frozen=True):
    """`work_id`: the work that goes on after it, null when there is none."""

    contributions: list[UUID]
    work_id: UUID | None


class NewWebhook(Struct, frozen=True, forbid_unknown_fields=True):
    """`verbs`: the events that it is told of; empty for all."""

    url: Annotated[str, Meta(min_length=1, max_length=500)]
    verbs: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=20)] = []


class WebhookOut(Struct, frozen=True):
    id: UUID
    url: str
    verbs: list[str]
    made_at: datetime


class DeliveryOut(Struct, frozen=True):
    """`state`: waiting, delivered, given-up, withdrawn; `status` of the receiver's last answer."""

    id: UUID
    event_id: UUID
    state: str
    tries: int
    made_at: datetime
    due_at: datetime
    ended_at: datetime | None
    status: int | None
    message: str


class Deliveries(Struct, frozen=True):
    items: list[DeliveryOut]
    next: str | None


class PublicKey(Struct, frozen=True):
    """A JWK (RFC 8037); `kid` is its thumbprint and the `keyid` of signatures."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str


class ChosenColumns(Struct, frozen=True):
    """`columns`: as chosen last, in that order; `known`: all that this list has."""

    columns: list[str]
    known: list[str]


class Me(Struct, frozen=True):
    """Who is asking. `scopes` of the token; empty for a browser's session, which only reads."""

    person: str
    role: str
    member: MemberOut
    scopes: list[str]
