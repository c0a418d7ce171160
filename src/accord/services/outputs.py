"""The files of a run: intake, leads, plan, report, bundle. The same records give the same bytes."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from accord.formats.cacao import playbook
from accord.formats.stix_bundle import Source, bundle
from accord.formats.xarf import Contact, abuse_reports
from accord.model.handling import Tlp
from accord.report.document import Document
from accord.report.facts import Facts
from accord.report.html import page_html
from accord.report.insight import insight_report
from accord.report.intake import FileFacts, MemberIntake, intake_document
from accord.report.leads import leads_document
from accord.services.contribute import Taken, by_kind

NAMES = (
    "intake.json",
    "intake.html",
    "leads.csv",
    "leads.html",
    "plan.json",
    "plan.cacao.json",
    "abuse-reports.xarf.json",
    "bundle.stix.json",
    "report.html",
)
REPORTER = Contact("Alliance", "abuse-reports@alliance.example", "alliance.example")
"""Who signs abuse reports until the node's operator says who it is; the desk that sends them fills it in."""

OWN = "For whoever runs this node: it names what each member handed in, also what other members may not see."
"""On the intake report, which is made before anything is weighed and quotes every file."""

READ_IN_PART = "only a part of it was read"
"""The note on a file that broke off or passed a bound."""

LEAD_COLUMNS = ("member_a", "path_a", "member_b", "path_b", "score", "shared", "kinds", "explanation")


def intake_of(slug: str, name: str, noted: Sequence[str], taken: Sequence[Taken]) -> MemberIntake:
    """What one member's files gave, small enough to keep while the rest is read."""
    return MemberIntake(slug, name, tuple(_file(item) for item in taken), tuple(noted))


def _file(item: Taken) -> FileFacts:
    reading = item.reading
    return FileFacts(
        path=reading.path,
        format=reading.format,
        title=reading.title,
        claims=len(reading.claims),
        mentions=len(reading.mentions),
        kinds=tuple(by_kind(reading).items()),
        dropped=len(reading.drops),
        drops=tuple(reading.drops),
        notes=(*reading.notes, *([READ_IN_PART] if reading.truncated and reading.format != "unreadable" else ())),
    )


def written(
    intake: Sequence[MemberIntake], facts: Facts, lead_rows: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[str, bytes]]:
    """Every file of a run but the PDF and the timings, as (name, content), one after the other."""
    plan = dict(facts.plan or {})
    yield "intake.json", _json(intake_json(intake))
    shown = intake_document(
        intake,
        title="What was taken in",
        handling=Tlp.RED.label,
        restrictions=OWN,
        made_at=facts.made_at,
    )
    yield "intake.html", page_html(shown).encode()
    yield "leads.csv", leads_csv(lead_rows)
    yield "leads.html", page_html(leads_document(facts)).encode()
    yield "plan.json", _json(plan)
    plan = stated(plan)
    everyone = [member.member for member in facts.members]
    yield "plan.cacao.json", _json(playbook(plan, everyone, created=facts.made_at, handling=facts.handling))
    yield "abuse-reports.xarf.json", _json(abuse_reports(plan, reporter=REPORTER, made_at=facts.made_at))
    yield (
        "bundle.stix.json",
        bundle(
            members=everyone,
            sources=[Source(c.id, c.member, c.title, c.path, c.seen_to) for c in facts.contributions],
            leads=[item.lead for item in facts.leads],
            network=facts.network,
            plan=plan,
            made_at=facts.made_at,
            handling=facts.handling,
        ),
    )
    yield "report.html", page_html(report_of(facts)).encode()


def stated(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan without steps on assumed powers: nobody who could take them was asked, so nothing is sent for them."""
    kept = [step for step in plan.get("steps") or [] if not step.get("assumed")]
    return {**plan, "steps": kept} if len(kept) != len(plan.get("steps") or []) else dict(plan)


def report_of(facts: Facts) -> Document:
    """The Insight Report as a document, for page and PDF."""
    return insight_report(facts)


def intake_json(intake: Sequence[MemberIntake]) -> dict[str, Any]:
    """Per member and file what was recognised, and what was dropped: file, line, reason. Nothing is left out."""
    return {
        "members": [
            {
                "member": member.slug,
                "name": member.name,
                "noted": list(member.noted),
                "files": [
                    {
                        "path": file.path,
                        "format": file.format,
                        "title": file.title,
                        "claims": file.claims,
                        "selectors": file.mentions,
                        "kinds": dict(file.kinds),
                        "notes": list(file.notes),
                        "dropped": [
                            {"line": drop.line, "reason": drop.reason, "excerpt": drop.excerpt} for drop in file.drops
                        ],
                    }
                    for file in member.files
                ],
            }
            for member in intake
        ]
    }


def leads_csv(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """One row a pair of contributions, best first; RFC 4180 with LF, UTF-8."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(LEAD_COLUMNS)
    table.writerows(rows)
    return out.getvalue().encode()


def summary(intake: Sequence[MemberIntake], facts: Facts) -> dict[str, Any]:
    """The run in numbers: what the command prints, and `--json` as it is."""
    plan: Mapping[str, Any] = facts.plan or {}
    formats = Counter(file.format for member in intake for file in member.files)
    return {
        "members": len(intake),
        "files": sum(len(member.files) for member in intake),
        "unreadable": formats["unreadable"],
        "partial": sum(READ_IN_PART in file.notes for member in intake for file in member.files),
        "formats": dict(sorted(formats.items())),
        "claims": sum(member.claims for member in facts.members),
        "selectors": sum(member.selectors for member in facts.members),
        "dropped": sum(file.dropped for member in intake for file in member.files),
        "leads": facts.lead_count,
        "map": {
            "nodes": len(facts.network.nodes),
            "edges": len(facts.network.edges),
            "parts": len(facts.network.clusters),
        },
        "plan": {
            "sentence": plan.get("sentence", ""),
            "actions": len(plan.get("steps", ())),
            "cost": plan.get("cost", 0.0),
            "residual": plan.get("residual", 1.0),
        },
    }


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
