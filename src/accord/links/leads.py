"""Finds leads: explained, scored links between contributions of different members."""

from __future__ import annotations

from uuid import UUID

from accord.links.corpus import Corpus, tabulate
from accord.links.reasons import explain
from accord.links.scores import Evidence, gather, ranked
from accord.links.words import sentence
from accord.model.ids import derived_id
from accord.model.leads import Lead

FLOOR = 0.01
"""Below it a pair is noise, and there are very many of those."""


def find_leads(corpus: Corpus, *, limit: int = 5_000, floor: float = FLOOR) -> list[Lead]:
    """The best leads, best first, at most `limit`, each with a score above `floor`.

    The same corpus gives the same leads in the same order, whatever order its contributions and rows came in.
    """
    evidence = gather(tabulate(corpus))
    labels = {ref.id: ref.label for ref in corpus.contributions}
    best = ranked(evidence.scores, floor=floor, limit=limit)
    return [_lead(evidence, int(place), labels) for place in best]


def _lead(evidence: Evidence, place: int, labels: dict[UUID, str]) -> Lead:
    scores, table = evidence.scores, evidence.table
    a, b = table.ref(int(scores.a[place])).id, table.ref(int(scores.b[place])).id
    explanation = explain(evidence, place)
    return Lead(
        id=derived_id("lead", str(a), str(b)),
        a=a,
        b=b,
        score=float(scores.score[place]),
        shared=explanation.shared,
        infrastructure=float(scores.infrastructure[place]),
        name=float(scores.name[place]),
        reasons=explanation.reasons,
        sentence=sentence(explanation, labels.__getitem__),
    )
