"""Keep the Insight Report, so that members read it in the browser."""

from __future__ import annotations

from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.report.document import Document
from accord.report.html import page_html
from accord.services.derived import still
from accord.services.node import Node
from accord.services.record import record
from accord.store import audiences, drawn
from accord.store.engine import node_transaction


def keep(node: Node, report: Document, pdf: bytes | None, begun_at: int) -> None:
    """Stores a report for every member of the node, under the TLP that it says; it replaces the one before.

    `begun_at`: as `derived.begun` gave it before anything was read for it. Raises `OvertakenError`.
    """
    html = node.blobs.put(page_html(report).encode())
    typeset = node.blobs.put(pdf) if pdf is not None else None
    with node_transaction(node.engine) as connection:
        still(connection, begun_at)
        if drawn.newest_report(connection) == (html, typeset):
            return  # a new date or an event would tell members that somebody handed something in
        audience = audiences.intern(connection, Handling(tlp=Tlp.from_label(report.handling)))
        drawn.keep_report(
            connection,
            derived_id("report", "members"),
            report.title,
            html=html,
            pdf=typeset,
            now=node.clock.now(),
            audience=audience,
        )
        record(node, connection, "report made", report.title, detail={"sha256": html.hex()}, audience=audience)
