"""The badge that says on any page whether a claim is intelligence or evidence, and what a court may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accord.model.handling import Handling
from accord.services import browse_evidence
from accord.services.browse import Signed
from accord.services.node import Node
from accord.web.wording_evidence import court_words


def standing_words(node: Node, signed: Signed, *contributions: tuple[UUID, Handling]) -> dict[str, Any]:
    """`standing` and `court` for a template that shows `evidence_macros.court_badge`; of several the weakest."""
    standing = browse_evidence.standing_of(node, signed, *contributions)
    return {"standing": standing, "court": court_words(standing)}
