"""The plan: who acts on what, in what order, what remains; and questions of the kind "what if they refuse?"."""

from __future__ import annotations

from collections import Counter
from typing import Any

from litestar import Response, get, post

from accord.model.errors import InputError
from accord.services import browse_documents
from accord.services.browse_plans import WhatIf
from accord.web.curve import Curve, curve_of
from accord.web.pages.mapping import nodes_of
from accord.web.render import PageRequest, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded

MOST_CHOICES = 500
MOST_BUDGET = 1e6
"""Working days; more than any alliance has."""


@get("/plan")
@threaded
def show_plan(request: PageRequest) -> Response[str]:
    view = browse_documents.read_plan(request.app.state.node, signed_in(request))
    return _show(request, view.document if view else None, view, WhatIf())


@post("/plan/what-if")
@threaded
def what_if(request: PageRequest) -> Response[str]:
    """The plan as it would be under other conditions; nothing is stored."""
    node, signed = request.app.state.node, signed_in(request)
    view = browse_documents.read_plan(node, signed)
    form = request.state.form
    question = WhatIf(
        refused_members=frozenset(str(name) for name in form.getall("refuse", [])[:MOST_CHOICES]),
        struck_actions=frozenset(str(name) for name in form.getall("strike", [])[:MOST_CHOICES]),
        budget=_budget(field(request, "budget")),
    )
    if request.app.state.verbs.what_if is None:
        raise InputError("This node cannot plan anew yet.", action="Read the plan as it was made.")
    document = request.app.state.verbs.what_if(node, signed, question)
    return _show(request, document, view, question)


def _show(request: PageRequest, document: dict[str, Any] | None, view: Any, question: WhatIf) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    map_view = browse_documents.read_map(node, signed) if document else None
    drawn = nodes_of(map_view.document) if map_view else []
    curve = curve_of(document) if document else None
    return page(
        request,
        "plan.html",
        plan=document,
        view=view,
        question=question,
        asked=question != WhatIf(),
        may_refuse=_may_refuse(view.document if view else None, document),
        curve=curve,
        can_ask=request.app.state.verbs.what_if is not None,
        groups=_by_member(document, signed.member_slug) if document else [],
        finding=_finding(document, curve) if document and curve else None,
        drawn=drawn,
        shapes=_shapes(drawn),
        marked="\n".join(_targets(document)) if document else "",
    )


def _may_refuse(*documents: dict[str, Any] | None) -> list[tuple[str, str]]:
    """(slug, name) of who acts in the plan as made or as asked for: whoever refused can be asked again."""
    acting = {
        step["member_slug"] or step["member"]: step["member"]
        for document in documents
        if document
        for step in document["steps"]
    }
    return sorted(acting.items(), key=lambda one: (one[1], one[0]))


def _by_member(document: dict[str, Any], mine: str) -> list[dict[str, Any]]:
    """Steps in the plan's order, gathered under their members; members in order of their first step."""
    groups: dict[str, dict[str, Any]] = {}
    for step in document.get("steps") or []:
        slug = step.get("member_slug") or step["member"]
        group = groups.setdefault(
            slug, {"slug": slug, "name": step["member"], "mine": slug == mine, "steps": [], "hours": 0.0}
        )
        group["steps"].append(step)
        group["hours"] = max(group["hours"], float(step.get("lead_time_hours") or 0))
    return list(groups.values())


def _finding(document: dict[str, Any], curve: Curve) -> tuple[int, float, float]:
    """How many first steps remove most, what share they remove, at what cost: the curve's title."""
    steps = [step for step in document["steps"] if step["cost_so_far"] <= curve.budget + 1e-9] or document["steps"][:1]
    intact = float(document.get("intact") or 1.0)
    whole = intact - steps[-1]["residual"]
    for count, step in enumerate(steps, 1):
        if whole <= 0 or intact - step["residual"] >= 0.8 * whole:
            return count, (intact - step["residual"]) / intact, float(step["cost_so_far"])
    return len(steps), whole / intact, float(steps[-1]["cost_so_far"])


def _targets(document: dict[str, Any]) -> list[str]:
    """Keys of the map's nodes that steps act on; the first few a step, so that rings still say something."""
    return [
        f"{kind}|{value}" for step in document.get("steps") or [] for kind, value in (step.get("targets") or [])[:2]
    ][:24]


def _shapes(nodes: list[Any]) -> list[tuple[str, int]]:
    """How many things of each shape, most first; `nodes` as stored (2: shape)."""
    return Counter(str(node[2]) for node in nodes).most_common()


def _budget(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= MOST_BUDGET:
        raise InputError("The budget is a number of working days, 0 or more.", action="Correct it and ask again.")
    return value


HANDLERS = [show_plan, what_if]
