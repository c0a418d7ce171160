"""Measuring what an operation did: declare and freeze before the day, bring figures in, read what came out.

What is measured is what was declared: the text that is frozen is read again for each measurement and compared with
its digest. Every measurement is kept, so that nobody can try data until something shows and keep the rest quiet.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from accord.impact import (
    Declaration,
    Rung,
    declaration_text,
    kaplan_meier,
    log_rank,
    measure,
    plain,
    plain_survival,
    read_declaration,
    read_series,
    read_spells,
)
from accord.model.errors import AbsentError, ConflictError, InputError, LimitError, RefusedError
from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.policy.duties import Verb
from accord.policy.lattice import meet
from accord.services import counting
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import record
from accord.store import audiences, browse_audiences, effects
from accord.store.engine import Connection, node_transaction

MOST_DECLARATIONS = 500
MOST_PERIODS = 1_500
"""Of a series measured while a person waits: some seconds. Longer ones are for `accord impact measure`."""
MOST_BYTES = 4 * 2**20
MOST_SPELLS = 20_000
SERIES, SPELLS = "series", "spells"


class MeasurementView(NamedTuple):
    """`document`: `impact.plain` of the finding, or `impact.plain_survival`, as `kind` says."""

    id: UUID
    measured_at: datetime
    kind: str
    source: str
    query: str
    document: dict[str, Any]
    member_name: str
    data_sha256: str
    handling: Handling


class DeclarationView(NamedTuple):
    """A frozen declaration with everything that was measured by it, the newest first."""

    id: UUID
    member_slug: str
    member_name: str
    frozen_at: datetime
    declaration: Declaration
    text: str
    digest: str
    watches_return: bool
    targets: tuple[str, ...]
    handling: Handling
    measurements: tuple[MeasurementView, ...]

    @property
    def finding(self) -> dict[str, Any] | None:
        """The newest finding, null or not."""
        return next((one.document for one in self.measurements if one.kind == SERIES), None)

    @property
    def survival(self) -> dict[str, Any] | None:
        return next((one.document for one in self.measurements if one.kind == SPELLS), None)


def dated(given: Declaration, now: datetime) -> Declaration:
    """The declaration as it would be frozen now: its day is today, whatever it says, since nobody can attest another.

    Raises `RefusedError` when the day has passed and the declaration does not say so itself.
    """
    today, first = now.astimezone(UTC).date(), given.interventions[0].day
    if today >= first and not given.retrospective:
        raise RefusedError(
            f"The action day, {first}, is not after today: what is declared now was not declared before it.",
            action="Mark it “declared after the fact”: it is then shown so wherever its figures stand.",
        )
    return replace(given, declared_at=today)


class Prepared(NamedTuple):
    """A declaration as it would be frozen; `targets` that the node counts itself, and the handling that these carry."""

    declaration: Declaration
    targets: list[str]
    source: Handling | None


def prepare(node: Node, given: Declaration, *, counts: bool = False) -> Prepared:
    """What `freeze` would freeze. `counts`: the node counts its plan's targets itself, and their list is declared too.

    Raises `RefusedError` (see `dated`) and `InputError` (no plan with targets).
    """
    given = dated(given, node.clock.now())
    if not counts:
        return Prepared(given, [], None)
    keys, source = counting.targets(node)
    said = counting.described(keys)
    if said not in given.population:
        given = replace(given, population=f"{given.population[:440]}: {said}")
    return Prepared(given, keys, source)


def freeze(
    node: Node,
    signed: Signed,
    given: Declaration,
    tlp: Tlp,
    *,
    watches_return: bool = False,
    counts: bool = False,
    seen_digest: str = "",
) -> UUID:
    """Freezes a declaration for good and gives its id. `seen_digest`: of what the person was shown.

    Raises as `prepare`, and `ConflictError` when it is frozen already, or is not what was shown.
    """
    permit(signed, Verb.MEASURE)
    prepared = prepare(node, given, counts=counts)
    declared = prepared.declaration
    if seen_digest and declared.digest != seen_digest:
        raise ConflictError(
            "The day or the plan's targets changed since you looked: this would freeze something else.",
            action="Look at it again, then freeze it.",
        )
    handling = Handling(tlp=tlp, originators=frozenset({signed.member_id}))
    if prepared.source is not None:
        handling = meet(handling, prepared.source)
    number = derived_id("declaration", str(signed.member_id), declared.digest)
    with node_transaction(node.engine) as connection:
        if effects.one(connection, number) is not None:
            raise ConflictError("Your member has frozen this very declaration already.", action="Open it in the list.")
        audience = audiences.intern(connection, handling)
        kept = effects.Frozen(
            number, signed.member_id, signed.person_id, node.clock.now(), declared.digest, declaration_text(declared),
            watches_return, prepared.targets,
        )  # fmt: skip
        effects.freeze(connection, kept, audience)
        detail = {"title": declared.metric, "digest": declared.digest, "watches_return": watches_return}
        who, whose = signed.person_id, signed.member_id
        record(
            node,
            connection,
            "measure declared",
            str(number),
            person_id=who,
            member_id=whose,
            detail=detail,
            audience=audience,
        )
    return number


def bring_in(node: Node, signed: Signed, number: UUID, name: str, data: bytes) -> UUID:
    """Measures a CSV file's series as the declaration says, keeps both, and gives the measurement's id.

    Raises `AbsentError`, `InputError`, `LimitError`, `UnreadableError` with the line of the file.
    """
    permit(signed, Verb.MEASURE)
    view = read(node, signed, number)
    query = f"accord impact measure series.csv --declaration declaration.toml --digest {view.digest}"
    return _measure(node, signed, view, _Given(SERIES, name, data, query, view.handling))


def count_here(node: Node, signed: Signed, number: UUID) -> UUID:
    """Measures what this node counts itself: mentions of the declared targets, in what every member may see."""
    permit(signed, Verb.MEASURE)
    view = _with_targets(read(node, signed, number))
    data, source = counting.series(node, view.targets, view.declaration)
    query = (
        f"mentions of {counting.described(view.targets)} by the day that each contribution tells of last, then "
        f"accord impact measure series.csv --declaration declaration.toml --digest {view.digest}"
    )
    return _measure(node, signed, view, _Given(SERIES, "counted-here.csv", data, query, meet(view.handling, source)))


def bring_spells(node: Node, signed: Signed, number: UUID, name: str, data: bytes) -> UUID:
    """Keeps how long things stayed away (CSV: group, days, returned) with their curves. Raises as `bring_in`."""
    permit(signed, Verb.MEASURE)
    view = read(node, signed, number)
    return _survive(node, signed, view, _Given(SPELLS, name, data, "accord impact survival spells.csv", view.handling))


def watch_here(node: Node, signed: Signed, number: UUID) -> UUID:
    """How long until the declared targets were seen again, in what every member may see."""
    permit(signed, Verb.MEASURE)
    view = _with_targets(read(node, signed, number))
    day = view.declaration.interventions[0].day
    data, source = counting.spells(node, view.targets, day)
    query = (
        f"days from {day} until each of {counting.described(view.targets)} was seen again, then "
        "accord impact survival spells.csv"
    )
    return _survive(node, signed, view, _Given(SPELLS, "seen-again-here.csv", data, query, meet(view.handling, source)))


def listed(node: Node, signed: Signed) -> dict[Rung, list[DeclarationView]]:
    """Everything declared that this person may see: outputs, intermediate results and outcomes apart."""
    with reading(node, signed) as connection:
        views = _views(connection, effects.declared(connection, MOST_DECLARATIONS))
    return {rung: [view for view in views if view.declaration.rung is rung] for rung in Rung}


def read(node: Node, signed: Signed, number: UUID) -> DeclarationView:
    """One declaration with all that was measured by it. Raises `AbsentError`."""
    with reading(node, signed) as connection:
        row = effects.one(connection, number)
        if row is None:
            raise AbsentError("There is no such declaration, or none that you may see.", action="Look in the list.")
        return _views(connection, [row])[0]


def data_of(node: Node, view: DeclarationView, kind: str) -> bytes | None:
    """The CSV file of the newest measurement of a kind; None when there is none."""
    found = next((one for one in view.measurements if one.kind == kind), None)
    return node.blobs.read(bytes.fromhex(found.data_sha256)) if found else None


def every(connection: Connection) -> list[DeclarationView]:
    """All that this transaction sees, by what was declared first: for the report."""
    views = _views(connection, effects.declared(connection, MOST_DECLARATIONS))
    return sorted(views, key=lambda view: (view.frozen_at, view.digest))


def _views(connection: Connection, rows: list[Any]) -> list[DeclarationView]:
    found: dict[UUID, list[MeasurementView]] = {row.id: [] for row in rows}
    for row in effects.measured(connection, list(found)):
        found[row.declaration_id].append(
            MeasurementView(
                row.id,
                row.measured_at,
                row.kind,
                row.source,
                row.query,
                row.document,
                row.member_name,
                bytes(row.data_digest).hex(),
                browse_audiences.handling(connection, row.audience),
            )
        )
    return [
        DeclarationView(
            row.id,
            row.member_slug,
            row.member_name,
            row.frozen_at,
            read_declaration(row.text.encode()),
            row.text,
            row.digest,
            row.watches_return,
            tuple(row.targets),
            browse_audiences.handling(connection, row.audience),
            tuple(found[row.id]),
        )
        for row in rows
    ]


class _Given(NamedTuple):
    """A CSV file as it came, of series or spells, how to get it again, and the handling of what comes of it."""

    kind: str
    name: str
    data: bytes
    query: str
    handling: Handling


def _declared_by(signed: Signed, view: DeclarationView) -> None:
    """The newest measurement is what everybody reads as the result, so that it is the declarer's to make."""
    if view.member_slug != signed.member_slug:
        raise RefusedError(
            f"{view.member_name} declared this, and measures it.", action="Declare a measure of your own beside it."
        )


def _measure(node: Node, signed: Signed, view: DeclarationView, given: _Given) -> UUID:
    _declared_by(signed, view)
    _bounded(given)
    table = read_series(given.data, view.declaration.frequency, path=given.name)
    longest = max(len(series) for series in table.values())
    if longest > MOST_PERIODS:
        raise LimitError(
            f"{longest:,} periods; at most {MOST_PERIODS:,} are measured here.",
            action="Cut the file to the declared window, or use `accord impact measure` on the command line.",
            path=given.name,
        )
    finding = plain(measure(table, view.declaration, sealed_digest=view.digest))
    return _keep(node, signed, view, given, finding)


def _survive(node: Node, signed: Signed, view: DeclarationView, given: _Given) -> UUID:
    _declared_by(signed, view)
    _bounded(given)
    groups = read_spells(given.data, path=given.name)
    if sum(len(group.days) for group in groups) > MOST_SPELLS:
        raise LimitError(f"Over {MOST_SPELLS:,} rows.", action="Use `accord impact survival`.", path=given.name)
    document = plain_survival([kaplan_meier(group) for group in groups], log_rank(groups))
    document |= {
        "watched_for": {group.name: float(group.days.max()) for group in groups},
        "declared": view.watches_return,
    }
    return _keep(node, signed, view, given, document)


def _keep(node: Node, signed: Signed, view: DeclarationView, given: _Given, document: dict[str, Any]) -> UUID:
    digest = node.blobs.put(given.data)
    number = node.ids.new()
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, given.handling)
        kept = effects.Measured(
            id=number,
            declaration_id=view.id,
            member_id=signed.member_id,
            person_id=signed.person_id,
            measured_at=node.clock.now(),
            kind=given.kind,
            source=given.name[:200],
            data_digest=digest,
            query=given.query,
            document=document,
        )
        effects.keep(connection, kept, audience)
        detail = {"title": view.declaration.metric, "digest": view.digest, "data": digest.hex(), "kind": given.kind}
        who, whose = signed.person_id, signed.member_id
        record(
            node,
            connection,
            "effect measured",
            str(view.id),
            person_id=who,
            member_id=whose,
            detail=detail,
            audience=audience,
        )
    return number


def _with_targets(view: DeclarationView) -> DeclarationView:
    if not view.targets:
        raise InputError(
            "This declaration does not say that the node counts targets itself.",
            action="Bring the figures in as a file, or declare a measure of the plan's targets.",
        )
    return view


def _bounded(given: _Given) -> None:
    if len(given.data) > MOST_BYTES:
        raise LimitError(f"{given.name} has over {MOST_BYTES >> 20} MiB.", action="Add up to longer periods.")
