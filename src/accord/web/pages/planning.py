"""The plan: who acts on what, in what order, what remains; and questions of the kind "what if they refuse?"."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.response import Redirect

from accord.services import browse_alliance, browse_documents, browse_plans
from accord.services.browse_plans import Under, WhatIf
from accord.web import plan_question
from accord.web.curve import Curve, curve_of
from accord.web.pages.mapping import names_of_kinds, nodes_of
from accord.web.queries import text_of
from accord.web.render import PageRequest, html, page
from accord.web.sessions import field, signed_in
from accord.web.threads import threaded

MOST_NAME = 64
"""Characters of the name that an open page gives itself."""


@get("/plan")
@threaded
def show_plan(request: PageRequest) -> Response[str]:
    """The plan as made, or as it would be under the conditions in the address; nothing is stored."""
    node, signed = request.app.state.node, signed_in(request)
    view = browse_documents.read_plan(node, signed)
    map_view = browse_documents.read_map(node, signed)
    drawn = nodes_of(map_view.document) if map_view else []
    kept = view.document if view else None
    assumes = bool(kept and kept.get("assumed"))
    question = plan_question.read(request, (str(row[0]) for row in drawn), assume=assumes)
    asked = question != WhatIf(assume=assumes)
    if not asked or request.app.state.verbs.what_if is None:
        return _show(request, kept, view, question, drawn, asked=False)
    asking = text_of(request, "asking")[:MOST_NAME]
    document = request.app.state.verbs.what_if(node, signed, question._replace(asking=asking))
    if isinstance(document, Under):
        return page(request, "plan_waiting.html", stage=document.stage, address=plan_question.written(question))
    return _show(request, document, view, question, drawn, asked=True)


@get("/plan/more")
@threaded
def show_more(request: PageRequest) -> Response[str]:
    """Who carries the plan under the conditions in the address, and what more budget buys; a part of its page."""
    node, signed = request.app.state.node, signed_in(request)
    map_view = browse_documents.read_map(node, signed)
    drawn = nodes_of(map_view.document) if map_view else []
    question = plan_question.read(request, (str(row[0]) for row in drawn))
    found = browse_plans.deeper(node, signed, question) if drawn else None
    more, carried = (found["more"], found["members"]) if found else (None, [])
    return html(
        request, "plan_more.html", more=more, carried=carried, address=plan_question.written(question, budget=None)
    )


@post("/plan/stop")
@threaded
def stop_planning(request: PageRequest) -> Response[Any]:
    """Ends the making of a plan, or (`asking`) the question that an open page asks: the best so far is shown."""
    address = field(request, "address")
    question = WhatIf(assume="assume=1" in address.split("&"), asking=field(request, "asking")[:MOST_NAME])
    browse_plans.stop(request.app.state.node, signed_in(request), question)
    return Redirect(f"/plan?{quote(address, safe='=&%+-_.~')}", status_code=303)


def _show(
    request: PageRequest,
    document: dict[str, Any] | None,
    view: Any,
    question: WhatIf,
    drawn: list[Any],
    *,
    asked: bool,
) -> Response[str]:
    signed = signed_in(request)
    curve = curve_of(document) if document else None
    kept = view.document if view else None
    holders = {slug for row in drawn for slug in row[5]}
    return page(
        request,
        "plan.html",
        plan=document,
        view=view,
        question=question,
        asked=asked,
        conditions=question != WhatIf(assume=question.assume),
        address=plan_question.written(question),
        choices=_choices(kept, document, question),
        curve=curve,
        can_ask=request.app.state.verbs.what_if is not None,
        groups=_by_member(document, signed.member_slug) if document else [],
        finding=_finding(document, curve) if document and curve else None,
        drawn=drawn,
        shapes=_shapes(drawn),
        kind_names=names_of_kinds(str(row[1]) for row in drawn),
        member_names=browse_alliance.member_names(request.app.state.node, signed, holders),
        marked="\n".join(_targets(document)) if document else "",
        wanted_marks=sorted(plan_question.mark(key) for key in question.wanted),
    )


def _choices(kept: dict[str, Any] | None, document: dict[str, Any] | None, question: WhatIf) -> dict[str, Any]:
    """What can be asked: who may refuse, which jurisdictions may be closed, which acts were struck."""
    closed = {code for plan in (kept, document) if plan for code in plan.get("jurisdictions") or []}
    titles = {step["action_id"]: step["title"] for plan in (kept, document) if plan for step in plan["steps"]}
    titles |= dict((document or {}).get("struck") or [])
    return {
        "refuse": _may_refuse(kept, document),
        "forbid": sorted(closed | question.forbidden_jurisdictions),
        "strike": [(one, titles.get(one, one)) for one in sorted(question.struck_actions)],
    }


def _may_refuse(*documents: dict[str, Any] | None) -> list[tuple[str, str]]:
    """(slug, name): who refused, to be asked again, then who acts in the plan as made or as asked for, most first."""
    acting = {
        step["member_slug"] or step["member"]: step["member"]
        for document in documents
        if document
        for step in document["steps"]
    }
    weight = Counter(step["member_slug"] or step["member"] for step in documents[-1]["steps"]) if documents[-1] else {}
    refused = dict((documents[-1] or {}).get("refused") or [])
    first = sorted(refused.items(), key=lambda one: one[1])
    rest = [one for one in acting.items() if one[0] not in refused]
    return first + sorted(rest, key=lambda one: (-weight.get(one[0], 0), one[1], one[0]))


def _by_member(document: dict[str, Any], mine: str) -> list[dict[str, Any]]:
    """Steps in the plan's order, gathered under their members; members in order of their first step."""
    groups: dict[str, dict[str, Any]] = {}
    for step in document.get("steps") or []:
        slug = step.get("member_slug") or step["member"]
        group = groups.setdefault(
            slug,
            {
                "slug": slug,
                "name": step["member"],
                "mine": slug == mine,
                "steps": [],
                "hours": 0.0,
                "assumed": bool(step.get("assumed")),
            },
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


HANDLERS = [show_plan, show_more, stop_planning]
