"""Finds leads: explained, scored links between contributions of different members."""

from __future__ import annotations

from uuid import UUID

import numpy as np

from accord.links.corpus import Corpus, Table, tabulate
from accord.links.infrastructure import COPY_OVERLAP, COPY_SHARED
from accord.links.reasons import explain
from accord.links.scores import Evidence, gather, ranked
from accord.links.words import Facts, sentence
from accord.model.ids import derived_id
from accord.model.leads import Lead

FLOOR = 0.01
"""Below it a pair is noise: on real reports one pair in a hundred there was true."""


def find_leads(corpus: Corpus, *, limit: int = 5_000, floor: float = FLOOR) -> list[Lead]:
    """The best leads, best first, at most `limit`, each with a score above `floor`.

    The same corpus gives the same leads in the same order, whatever order its contributions and rows came in.
    """
    table = tabulate(corpus)
    evidence = gather(table)
    labels = {ref.id: ref.label for ref in corpus.contributions}
    best = ranked(evidence.scores, floor=floor, limit=limit)
    return [_lead(evidence, int(place), labels) for place in best]


def _lead(evidence: Evidence, place: int, labels: dict[UUID, str]) -> Lead:
    scores, table = evidence.scores, evidence.table
    row, column = int(scores.a[place]), int(scores.b[place])
    a, b = table.ref(row).id, table.ref(column).id
    explanation = explain(evidence, place)
    facts = Facts(explanation.infrastructure_shared, _copies(evidence, row, column), _days_apart(table, row, column))
    return Lead(
        id=derived_id("lead", str(a), str(b)),
        a=a,
        b=b,
        score=float(scores.score[place]),
        shared=explanation.shared,
        infrastructure=float(scores.infrastructure[place]),
        name=float(scores.name[place]),
        reasons=explanation.reasons,
        sentence=sentence(explanation.reasons, facts, labels.__getitem__),
    )


def _copies(evidence: Evidence, a: int, b: int) -> bool:
    """Whether most of both is one list (the discount of `infrastructure.strength` applied)."""
    mass, cosine = evidence.infrastructure.mass, float(evidence.infrastructure.cosine[a, b])
    both = cosine * float(np.sqrt(mass[a] * mass[b]))
    return both >= COPY_SHARED and both >= COPY_OVERLAP * float(max(mass[a], mass[b]))


def _days_apart(table: Table, a: int, b: int) -> int | None:
    seen = table.corpus.seen
    if seen is None:
        return None
    first, second = seen[table.order[a]], seen[table.order[b]]
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        return None
    return int(max(0.0, first[0] - second[1], second[0] - first[1]))
