"""Who takes part: read from the member.toml files that the exercise hands out, word for word."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

from accord.model.ids import derived_id
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.selectors import SelectorKind

SLUGS = (
    "cybercrime-unit-a",
    "joint-centre-b",
    "national-cert-c",
    "threat-research-d",
    "legacy-antivirus-e",
    "registrar-f",
    "hosting-g",
    "coin-exchange-h",
    "savings-bank-a",
    "sinkhole-foundation-c",
)


def member_toml(slug: str) -> bytes:
    return resources.files("accord.exercise").joinpath("members", f"{slug}.toml").read_bytes()


def people_toml() -> bytes:
    return resources.files("accord.exercise").joinpath("members", "people.toml").read_bytes()


def cast() -> tuple[Member, ...]:
    """All ten members with their capabilities; their ids follow from their slugs."""
    return tuple(_member(slug, tomllib.loads(member_toml(slug).decode())) for slug in SLUGS)


def _member(slug: str, table: dict[str, Any]) -> Member:
    return Member(
        id=derived_id("member", slug),
        slug=slug,
        name=table["name"],
        kind=MemberKind(table["kind"]),
        country=table["country"],
        capabilities=tuple(_capability(row) for row in table.get("capability", [])),
        tlp=table["tlp"],
    )


def _capability(row: dict[str, Any]) -> Capability:
    return Capability(
        action=ActionType(row["action"]),
        target_kinds=frozenset(map(SelectorKind, row["target_kinds"])),
        scope=tuple(row.get("scope", ())),
        jurisdiction=tuple(row.get("jurisdiction", ())),
        power=row["power"],
        lead_time_hours=float(row["lead_time_hours"]),
        cost=float(row["cost"]),
        cost_per_target=float(row["cost_per_target"]),
        success=float(row["success"]),
        collateral=float(row["collateral"]),
    )
