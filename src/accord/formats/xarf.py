"""Abuse reports in XARF 4 for the actions of providers: one for each target, as an abuse desk's system reads them.

What kind of abuse a target is used for is not in a plan, and is not invented: reports are of the category `reputation`,
type `threat_intelligence`, unless the caller knows more. Reports name the target and the action asked for, never which
members hold what.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from accord.model.ids import derived_id

VERSION = "4.2.0"  # of the specification whose schemas the tests hold
_MOST_DESCRIPTION = 1_000  # characters; schema xarf-core, `description`
_ASKED = frozenset({"suspend-domain", "take-down-host", "remove-content", "close-account", "block"})
_HOLDABLE = frozenset({"domain", "ipv4", "ipv6", "url", "email", "account"})


class Contact(NamedTuple):
    """Who reports: organisation, e-mail address for answers, domain of the organisation."""

    org: str
    email: str
    domain: str


def abuse_reports(
    plan: Mapping[str, Any],
    *,
    reporter: Contact,
    made_at: datetime,
    seen: Mapping[tuple[str, str], datetime] | None = None,
) -> dict[str, tuple[dict[str, Any], ...]]:
    """Reports by the slug of the member that they go to, in the order of the plan; ids follow from their content.

    `seen`: when a target, as (kind, value), was last seen in use; otherwise the report says when it was made.
    """
    reports: dict[str, tuple[dict[str, Any], ...]] = {}
    for step in plan.get("steps", []):
        if step.get("type") not in _ASKED:
            continue
        slug = str(step["member_slug"])
        fresh = tuple(
            _report(step, str(kind), str(value), reporter, (seen or {}).get((kind, value), made_at))
            for kind, value in step.get("targets") or []
            if kind in _HOLDABLE
        )
        if fresh:
            reports[slug] = reports.get(slug, ()) + fresh
    return reports


def _report(step: Mapping[str, Any], kind: str, value: str, reporter: Contact, when: datetime) -> dict[str, Any]:
    contact = {"org": reporter.org[:200], "contact": reporter.email, "domain": reporter.domain}
    asked = f"{step['title']}: {kind} {value}."
    report: dict[str, Any] = {
        "xarf_version": VERSION,
        "report_id": str(_report_id(str(step.get("action_id") or step["number"]), kind, value)),
        "timestamp": when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reporter": contact,
        "sender": contact,
        "source_identifier": _source(kind, value),
        "category": "reputation",
        "type": "threat_intelligence",
        "threat_type": "criminal infrastructure",
        "evidence_source": "threat_intelligence",
        "description": asked[:_MOST_DESCRIPTION],
        "tags": [f"action:{step['type']}", f"target:{kind}"],
        "evidence": [_evidence(step, asked)],
    }
    if kind == "url":
        report["url"] = value
    return report


def _report_id(action: str, kind: str, value: str) -> UUID:
    """An id that follows from the content, with the version bits of UUID 4, which XARF asks for (`report_id`)."""
    return UUID(bytes=derived_id("xarf", action, kind, value).bytes, version=4)


def _source(kind: str, value: str) -> str:
    if kind != "url":
        return value.partition("|")[2] or value
    try:
        return urlsplit(value).hostname or value
    except ValueError:  # a broken bracket: the whole says more than nothing
        return value


def _evidence(step: Mapping[str, Any], asked: str) -> dict[str, Any]:
    power = step.get("power") or "not stated"
    # What the plan expects of it, and who else acts, is for the alliance alone: it is not told to a provider's desk.
    text = f"Asked: {asked}\nLegal power or contract: {power}\n".encode()
    return {
        "content_type": "text/plain",
        "description": "What is asked for, and on what ground",
        "payload": base64.b64encode(text).decode(),
        "hash": f"sha256:{hashlib.sha256(text).hexdigest()}",
        "size": len(text),
    }
