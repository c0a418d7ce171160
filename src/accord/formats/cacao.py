"""A plan as a CACAO 2.0 playbook (OASIS, CACAO Security Playbooks Version 2.0): an action step for each of its steps.

Accord writes the part of CACAO that a plan needs: start, action, parallel and end steps, manual commands, organisations
as agents, network addresses as targets. All ids follow from the plan's content: the same plan gives the same playbook.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import rfc8785

from accord.formats.stix_markings import TLP_IDS
from accord.formats.timestamps import to_milliseconds
from accord.model.ids import derived_id
from accord.model.members import Member

_ACTIVITIES = {
    "suspend-domain": "restrict-access",
    "take-down-host": "disconnect-system",
    "seize-server": "disconnect-system",
    "sinkhole": "configure-systems",
    "block": "restrict-access",
    "freeze-wallet": "restrict-access",
    "close-account": "restrict-access",
    "remove-content": "eliminate-risk",
    "warn-victims": "deliver-content",
}
"""Terms of the playbook activity vocabulary (section 3.1.2) that come nearest; others are `execute-operation`."""
_ADDRESS_KEYS = {"domain": "dname", "ipv4": "ipv4", "ipv6": "ipv6", "url": "url", "mac": "l2mac"}
_URL = re.compile(r"[(htps)?:/w.a-zA-Z0-9@%._+~#=]{2,256}\.[a-z]{2,6}\b")  # as the schema of net-address wants it
_ASSETS = "__assets__"
Plan = Mapping[str, Any]


def playbook(
    plan: Plan, members: Sequence[Member], *, created: datetime, author: str = "Alliance", handling: str = "TLP:AMBER"
) -> dict[str, Any]:
    """The plan as a playbook. `author` names the STIX identity that made it.

    Steps that are marked as simultaneous become one parallel step. A plan without steps becomes a playbook whose one
    action asks members for their capabilities, since CACAO wants at least one action (section 3.1, `workflow`).
    """
    seed = hashlib.sha256(rfc8785.dumps(_plain(plan))).hexdigest()
    moment = to_milliseconds(created)
    maker = f"identity--{derived_id('identity', author)}"
    steps = list(plan.get("steps", []))
    agents, countries = _agents(steps, members), {member.slug: member.country for member in members}
    workflow, targets = _workflow(seed, steps)
    marking = "marking-tlp--" + TLP_IDS[handling]
    playbook: dict[str, Any] = {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": f"playbook--{derived_id('cacao', seed)}",
        "name": "Joint disruption plan",
        "description": str(plan.get("sentence") or "No action is planned."),
        "playbook_types": ["mitigation"],
        "playbook_activities": sorted({_activity(step) for step in steps} or {"identify-steps"}),
        "playbook_processing_summary": {
            "manual_playbook": True,
            "parallel_processing": any(key.startswith("parallel--") for key in workflow),
            "data_markings": True,
        },
        "created_by": maker,
        "created": moment,
        "modified": moment,
        "markings": [marking],
        "workflow_start": f"start--{derived_id('cacao-start', seed)}",
        "workflow": workflow,
        "agent_definitions": {key: _agent(name, countries.get(slug, "")) for slug, (key, name) in agents.items()}
        or {_nobody(): {"type": "group", "name": "All members"}},
        "data_marking_definitions": {
            marking: {
                "type": "marking-tlp",
                "id": marking,
                "created_by": maker,
                "created": "2022-10-01T00:00:00.000Z",
                "tlpv2_level": handling,
            }
        },
    }
    if targets:
        playbook["target_definitions"] = targets
    return playbook


def _plain(value: Any) -> Any:
    """The value with what JSON has no form for as text, so that its canonical form exists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _activity(step: Plan) -> str:
    return _ACTIVITIES.get(str(step.get("type")), "execute-operation")


def _agents(steps: Sequence[Plan], members: Sequence[Member]) -> dict[str, tuple[str, str]]:
    """Agent id and name of each member that acts, by slug."""
    names = {member.slug: member.name for member in members}
    slugs = sorted({str(step["member_slug"]) for step in steps})
    shown = {str(step["member_slug"]): str(step["member"]) for step in steps}
    return {slug: (_agent_id(slug), names.get(slug, shown[slug])) for slug in slugs}


def _agent_id(slug: str) -> str:
    return f"organization--{derived_id('cacao-agent', slug)}"


def _nobody() -> str:
    return f"group--{derived_id('cacao-agent', '')}"


def _agent(name: str, country: str) -> dict[str, Any]:
    place = {"location": {"name": country, "country": country}} if country else {}
    return {"type": "organization", "name": name, **place}


def _workflow(seed: str, steps: Sequence[Plan]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Workflow steps and target definitions by id, groups of simultaneous steps in the place of their first."""
    groups = grouped(steps)
    end = f"end--{derived_id('cacao-end', seed)}"
    heads = [_head(seed, group) for group in groups] or [f"action--{derived_id('cacao-none', seed)}"]
    start = f"start--{derived_id('cacao-start', seed)}"
    workflow: dict[str, Any] = {start: {"type": "start", "name": "Start", "on_completion": heads[0]}}
    targets: dict[str, Any] = {}
    for group, head, following in zip(groups, heads, [*heads[1:], end], strict=False):
        if len(group) == 1:
            workflow[head] = _action(seed, group[0], following, targets)
            continue
        branches = {_action_id(seed, step): step for step in group}
        workflow[head] = {
            "type": "parallel",
            "name": "At the same time",
            "description": "These actions only work in the same hour.",
            "next_steps": list(branches),
            "on_completion": following,
        }
        for key, step in branches.items():  # each branch has an end of its own (section 4.6, `next_steps`)
            close = f"end--{derived_id('cacao-end', seed, key)}"
            workflow[key] = _action(seed, step, close, targets)
            workflow[close] = {"type": "end", "name": f"End of step {step['number']}"}
    if not groups:
        workflow[heads[0]] = _nothing(end)
    workflow[end] = {"type": "end", "name": "End"}
    return workflow, targets


def grouped(steps: Sequence[Plan]) -> list[list[Plan]]:
    """The steps in order, those that belong to the same moment together. The relation is taken as symmetric."""
    by_number = {int(step["number"]): step for step in steps}
    linked: dict[int, set[int]] = {number: set() for number in by_number}
    for number, step in by_number.items():
        for other in step.get("simultaneous_with") or []:
            if other in by_number and other != number:
                linked[number].add(other)
                linked[other].add(number)
    groups: list[list[Plan]] = []
    seen: set[int] = set()
    for number in by_number:
        if number in seen:
            continue
        reached, open_ends = {number}, [number]
        while open_ends:
            fresh = linked[open_ends.pop()] - reached
            reached |= fresh
            open_ends += sorted(fresh)
        seen |= reached
        groups.append([by_number[each] for each in sorted(reached)])
    return groups


def _head(seed: str, group: Sequence[Plan]) -> str:
    if len(group) == 1:
        return _action_id(seed, group[0])
    return f"parallel--{derived_id('cacao-parallel', seed, *(str(step['number']) for step in group))}"


def _action_id(seed: str, step: Plan) -> str:
    return f"action--{derived_id('cacao-action', seed, str(step['number']))}"


def _action(seed: str, step: Plan, following: str, targets: dict[str, Any]) -> dict[str, Any]:
    address, assets = _addresses(step.get("targets") or [])
    power = f" By: {step['power']}." if step.get("power") else " The legal power is not stated: settle it first."
    action: dict[str, Any] = {
        "type": "action",
        "name": str(step["title"]),
        "description": f"{step.get('why') or ''}{power}".strip(),
        "on_completion": following,
        "commands": [{"type": "manual", "command": str(step["title"]), "playbook_activity": _activity(step)}],
        "agent": _agent_id(str(step["member_slug"])),
    }
    if address:
        key = f"net-address--{derived_id('cacao-target', seed, str(step['number']))}"
        targets[key] = {"type": "net-address", "name": f"Targets of step {step['number']}", "address": address}
        action["targets"] = [key]
    if assets:
        action["step_variables"] = {
            _ASSETS: {
                "type": "string",
                "description": "Assets that CACAO has no address type for, one a line: kind, space, value.",
                "value": "\n".join(assets),
                "constant": True,
            }
        }
        action["commands"][0]["command"] += f": {_ASSETS}:value"
        action["in_args"] = [_ASSETS]
    return action


def _addresses(targets: Sequence[Sequence[str]]) -> tuple[dict[str, list[str]], list[str]]:
    """Targets that are network addresses by CACAO's keys, and the others as lines."""
    address: dict[str, list[str]] = {}
    assets: list[str] = []
    for kind, value in targets:
        key = _ADDRESS_KEYS.get(str(kind))
        if key is None or (key == "url" and not _URL.search(value)):
            assets.append(f"{kind} {value}")
        else:
            address.setdefault(key, []).append(str(value))
    return address, assets


def _nothing(end: str) -> dict[str, Any]:
    return {
        "type": "action",
        "name": "Ask members what they can do",
        "description": "No capability that a member stated reaches anything on the map.",
        "on_completion": end,
        "commands": [
            {
                "type": "manual",
                "command": "State your capabilities in member.toml",
                "playbook_activity": "identify-steps",
            }
        ],
        "agent": _nobody(),
    }
