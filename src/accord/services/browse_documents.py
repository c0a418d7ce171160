"""The map, the plan and the report as last made for this person's member."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from accord.model.errors import AbsentError
from accord.model.handling import Handling
from accord.services import copies
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.store import browse_activity, browse_audiences

MADE_FROM = "made_from"
"""Of a plan: a digest of everything it was made from, also of what a reader may not see. It stays at the node."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A made document: the map's `[nodes, edges, clusters]`, or the plan's object."""

    id: UUID
    made_at: datetime
    document: Any
    handling: Handling


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report whose bytes lie in the blobs; `html` and `pdf` are their addresses."""

    id: UUID
    made_at: datetime
    title: str
    html: bytes
    pdf: bytes | None
    handling: Handling


def read_map(node: Node, signed: Signed) -> DocumentView | None:
    """The map, or None when none was made yet."""
    return _document(node, signed, browse_activity.latest_graph)


def read_plan(node: Node, signed: Signed) -> DocumentView | None:
    """The plan, or None when none was made yet."""
    return _document(node, signed, browse_activity.latest_plan)


def read_report(node: Node, signed: Signed) -> ReportView | None:
    """The report, or None when none was made yet."""
    with reading(node, signed) as connection:
        row = browse_activity.latest_report(connection, signed.member_id)
        if row is None:
            return None
        handling = browse_audiences.handling(connection, row.audience)
    pdf = bytes(row.pdf_digest) if row.pdf_digest else None
    return ReportView(row.id, row.made_at, row.title, bytes(row.html_digest), pdf, handling)


def report_bytes(node: Node, signed: Signed, form: str, *, taken: bool = True) -> bytes:
    """The report's HTML or PDF. Raises `AbsentError` when there is none that this person may see.

    `taken`: to take along, which is noted; false where a page shows it.
    """
    report = read_report(node, signed)
    digest = None if report is None else (report.pdf if form == "pdf" else report.html)
    if digest is None:
        raise AbsentError("There is no such report yet.", action="Run the analysis first.")
    content = node.blobs.read(digest)
    if taken and report is not None:
        copies.document_taken(node, signed, "report", content, report.made_at)
    return content


def take_map(node: Node, signed: Signed) -> DocumentView | None:
    """As `read_map`, to take along, which is noted."""
    return _noted(node, signed, "map", read_map(node, signed))


def take_plan(node: Node, signed: Signed) -> DocumentView | None:
    """As `read_plan`, to take along, which is noted. Without the node's own note of what it was made from."""
    found = read_plan(node, signed)
    if found is not None:
        found = replace(found, document={k: v for k, v in found.document.items() if k != MADE_FROM})
    return _noted(node, signed, "plan", found)


def _noted(node: Node, signed: Signed, kind: str, found: DocumentView | None) -> DocumentView | None:
    if found is not None:
        copies.document_taken(node, signed, kind, orjson.dumps(found.document), found.made_at)
    return found


def _document(node: Node, signed: Signed, find: Any) -> DocumentView | None:
    with reading(node, signed) as connection:
        row = find(connection, signed.member_id)
        if row is None:
            return None
        handling = browse_audiences.handling(connection, row.audience)
    return DocumentView(row.id, row.made_at, row.document, handling)
