"""Reads a problem from JSON, and writes a plan to it: bytes in, values or a named error out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from accord.disruption.plans import Plan, Point
from accord.disruption.problem import Action, Asset, Link, Problem
from accord.model.errors import InputError, LimitError, UnreadableError

MAX_BYTES = 1_000_000_000


class _Action(msgspec.Struct, forbid_unknown_fields=True):
    """The fields of `problem.Action`, lists where that has tuples."""

    id: str
    member: str
    type: str = ""
    targets: list[str] = []
    power: str = ""
    cost: float = 1.0
    success: float = 0.9
    lead_time_hours: float = 24.0
    jurisdiction: list[str] = []
    collateral: float = 0.0
    requires: list[str] = []
    conflicts: list[str] = []
    exposure: float = 0.0
    shared_cause: str = ""


class _Asset(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    kind: str = ""
    harm: float = 1.0
    role: str = ""


class _Link(msgspec.Struct, forbid_unknown_fields=True):
    source: int | str
    target: int | str
    confidence: float = 1.0


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    assets: list[_Asset]
    links: list[_Link | list[int | float | str]] = []
    actions: list[_Action] = []
    chain_weight: float = 0.5
    unseen_links: float = 0.0
    regrowth: float = 0.0
    budget: float | None = None
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A problem and what its file asks of it (both may be None)."""

    problem: Problem
    budget: float | None = None
    target: float | None = None


def read_problem(data: bytes, *, path: str = "") -> Asked:
    """Reads `{"assets": [...], "links": [...], "actions": [...], "budget": ..., "target": ...}`.

    Fields are those of `Asset`, `Link` and `Action`; a link's ends are keys or positions, and it may be written as
    `[source, target]` or `[source, target, confidence]`. Raises `UnreadableError` when it is not JSON or a field has
    the wrong type (the place is named), `InputError` when the parts do not fit together.
    """
    if len(data) > MAX_BYTES:
        raise LimitError(f"{path or 'The problem'} is larger than {MAX_BYTES} bytes.", action="Split it.", path=path)
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnreadableError(
            f"{path or 'The input'} is no disruption problem: {error}.",
            action="See docs/explanation/disruption.md for its form.",
            path=path,
        ) from None
    number = {asset.key: at for at, asset in enumerate(document.assets)}
    try:
        problem = Problem(
            assets=tuple(Asset(one.key, one.kind, one.harm, one.role) for one in document.assets),
            links=tuple(_link(one, at, number) for at, one in enumerate(document.links)),
            actions=tuple(_action(one) for one in document.actions),
            chain_weight=document.chain_weight,
            unseen_links=document.unseen_links,
            regrowth=document.regrowth,
        )
    except InputError as error:
        error.path = error.path or path
        raise
    return Asked(problem, document.budget, document.target)


def _action(raw: _Action) -> Action:
    given = msgspec.structs.asdict(raw)
    values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in given.items()}
    return Action(**values)


def _link(raw: _Link | list[int | float | str], at: int, number: dict[str, int]) -> Link:
    if isinstance(raw, list):
        source, target, confidence = (*raw, 1.0)[:3] if len(raw) in (2, 3) else (0.0, 0.0, "")
        if isinstance(source, float) or isinstance(target, float) or isinstance(confidence, str):
            raise InputError(f"Link {at} is {raw!r}.", action="Write [source, target] or [source, target, confidence].")
        raw = _Link(source, target, confidence)
    return Link(_end(raw.source, at, number), _end(raw.target, at, number), raw.confidence)


def _end(end: int | str, at: int, number: dict[str, int]) -> int:
    if isinstance(end, int):
        return end
    if end not in number:
        raise InputError(f"Link {at} names the unknown asset {end!r}.", action="Add the asset, or strike the link.")
    return number[end]


def plan_json(made: Plan, points: tuple[Point, ...] = ()) -> bytes:
    """A plan (and its curve) as indented JSON, the same bytes for the same plan."""
    document: dict[str, Any] = {"plan": {name: _named(getattr(made, name)) for name in made.__dataclass_fields__}}
    if points:
        document["curve"] = [_named(point) for point in points]
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _named(value: Any) -> Any:
    """Named tuples as objects, all the way down."""
    if hasattr(value, "_asdict"):
        return {name: _named(one) for name, one in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [_named(one) for one in value]
    return value
