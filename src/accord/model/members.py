"""Members of the alliance and what they can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from accord.model.selectors import SelectorKind


class MemberKind(StrEnum):
    LAW_ENFORCEMENT = "law-enforcement"
    INTERNATIONAL = "international-organisation"
    CERT = "cert"
    SECURITY_COMPANY = "security-company"
    PROVIDER = "provider"
    CORPORATION = "corporation"
    NON_PROFIT = "non-profit"


class ActionType(StrEnum):
    """What an act does to its targets."""

    SUSPEND_DOMAIN = "suspend-domain"
    TAKE_DOWN_HOST = "take-down-host"
    SEIZE_SERVER = "seize-server"
    SINKHOLE = "sinkhole"
    BLOCK = "block"
    FREEZE_WALLET = "freeze-wallet"
    CLOSE_ACCOUNT = "close-account"
    REMOVE_CONTENT = "remove-content"
    WARN_VICTIMS = "warn-victims"
    ARREST = "arrest"


@dataclass(frozen=True, slots=True)
class Capability:
    """What a member can do: action × target kinds × scope × jurisdiction × legal power × lead time × cost."""

    action: ActionType
    target_kinds: frozenset[SelectorKind]
    scope: tuple[str, ...] = ()
    """Patterns a target must fall under: `tld:example`, `asn:64500`, `net:192.0.2.0/24`, `brand:NAME`; empty: any."""
    jurisdiction: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 codes; empty: everywhere."""
    power: str = ""
    """The legal power or contract it rests on, in words."""
    lead_time_hours: float = 24.0
    cost: float = 1.0
    """Working days for one act, whatever the number of its targets."""
    cost_per_target: float = 0.05
    """Working days for each target of the act."""
    success: float = 0.9
    """Probability that the act has its effect, 0 < p ≤ 1."""
    collateral: float = 0.0
    """Expected harm to the uninvolved, 0 (none) to 1 (certain)."""


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation. `slug` is its folder's name; `noted` says what the node had to assume about it."""

    id: UUID
    slug: str
    name: str
    kind: MemberKind
    country: str = ""
    capabilities: tuple[Capability, ...] = field(default=())
    tlp: str = "TLP:AMBER"
    """Handling of what it shares when neither the file nor the submission says otherwise."""
    noted: tuple[str, ...] = ()
