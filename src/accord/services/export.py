"""What a person may see, taken out of the node: CSV, JSON, STIX 2.1, MISP. For a stated purpose, and recorded.

Each batch is read in a transaction of the viewer's own with that purpose, so `policy.decide` has allowed every row for
it: PAP:RED does not come out to be published, H1 not for court. What is read later in a long export is decided later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import orjson

from accord.formats.csv_export import csv_lines, json_lines
from accord.formats.json_file import misp_events
from accord.formats.losses import Loss, merged
from accord.formats.misp_event import Shared, Written, write_events
from accord.formats.stix_export import Parcel, bundle_pieces
from accord.model.errors import AbsentError, InputError
from accord.model.ids import derived_id
from accord.model.reading import Claim
from accord.policy.duties import Verb
from accord.policy.purposes import PURPOSES
from accord.services.browse import Signed, reading
from accord.services.browse_contributions import ContributionView, contribution_view
from accord.services.browse_leads import lead_view
from accord.services.copies import Outgoing
from accord.services.node import Node
from accord.services.own_audience import own_audience
from accord.services.permit import permit
from accord.services.record import record
from accord.store import browse_contributions, browse_leads, exports
from accord.store.browse_contributions import ContributionFilter
from accord.store.browse_leads import LeadFilter
from accord.store.engine import Connection, begin

COLUMNS: dict[str, tuple[str, ...]] = {
    "contributions": (
        "id", "member", "title", "path", "format", "state", "tlp", "claims", "selectors", "seen_from", "seen_to",
        "received_at", "size", "sha256",
    ),
    "selectors": ("kind", "value", "common", "line", "contribution_id", "contribution", "member", "tlp", "received_at"),
    "leads": (
        "id", "score", "member_a", "contribution_a", "member_b", "contribution_b", "shared", "kinds", "sentence", "tlp",
        "found_at", "verdict",
    ),
}  # fmt: skip
"""Columns that each list has, in the order in which they are offered."""
BATCH = 200
MAX_PARTS = 1_000_000
"""Claims, selectors and ties of one contribution in a MISP event; larger ones go as STIX or CSV."""
DEFAULT_PURPOSE = "investigate"


def columns_of(node: Node, signed: Signed, what: str) -> list[str]:
    """The columns this person chose last for a list, all of them if they never chose. Raises `AbsentError`."""
    known = _known(what)
    with reading(node, signed) as connection:
        chosen = exports.choice(connection, signed.person_id, what)
    return [name for name in chosen or known if name in known] or list(known)


def choose_columns(node: Node, signed: Signed, what: str, columns: Sequence[str]) -> None:
    """Keeps a choice of columns, in its order. Raises `AbsentError`, `InputError` for a column that is not there."""
    permit(signed, Verb.EXPORT)
    _checked(what, columns)
    with reading(node, signed) as connection:
        audience = own_audience(node, connection, signed)
        kept = list(dict.fromkeys(columns))
        exports.put_choice(connection, signed.person_id, what, kept, now=node.clock.now(), audience=audience)
        record(
            node,
            connection,
            "columns chosen",
            what,
            person_id=signed.person_id,
            member_id=signed.member_id,
            detail={"columns": kept},
            audience=audience,
        )


def table(
    node: Node,
    signed: Signed,
    what: str,
    wanted: ContributionFilter | LeadFilter,
    *,
    form: str = "csv",
    columns: Sequence[str] = (),
    purpose: str = DEFAULT_PURPOSE,
) -> Iterator[bytes]:
    """A list as CSV or JSON (`form`), in pieces. `columns`: empty for those chosen last.

    Raises before the first piece: `RefusedError`, `AbsentError`, `InputError`.
    """
    chosen = list(columns) or columns_of(node, signed, what)
    _checked(what, chosen)
    if form not in ("csv", "json"):
        raise InputError("A list is exported as csv or json.", action="Choose one of the two.")
    _begin_export(node, signed, what, form, purpose)
    out = Outgoing(node, signed.member_id, "export")
    rows = _ROWS[what](node, signed, wanted, purpose, out)
    return out.sealed(csv_lines(chosen, rows) if form == "csv" else json_lines(chosen, rows))


def stix(node: Node, signed: Signed, wanted: ContributionFilter, *, purpose: str = DEFAULT_PURPOSE) -> Iterator[bytes]:
    """Contributions as a STIX 2.1 bundle, in pieces; claims bit for bit. Raises as `table`."""
    _begin_export(node, signed, "claims", "stix", purpose)
    out = Outgoing(node, signed.member_id, "export")
    number = derived_id("bundle", str(signed.member_id), repr(wanted), purpose)
    parcels = (
        Parcel(
            one.id,
            one.title,
            one.format,
            one.member_id,
            one.member_name,
            one.received_at,
            one.handling,
            _claims(node, signed, one.id, purpose),
        )
        for one in _contributions(node, signed, wanted, purpose, out)
    )
    return out.sealed(bundle_pieces(number, parcels))


def misp(node: Node, signed: Signed, wanted: ContributionFilter, *, purpose: str = DEFAULT_PURPOSE) -> Iterator[bytes]:
    """Contributions as one file of MISP events with what they could not carry, in pieces. Raises as `table`."""
    _begin_export(node, signed, "events", "misp", purpose)
    out = Outgoing(node, signed.member_id, "export")
    return out.sealed(_misp_pieces(_events(node, signed, wanted, purpose, out)))


def misp_events_of(
    node: Node, signed: Signed, wanted: ContributionFilter, *, purpose: str, path: str
) -> Iterator[Written]:
    """As `misp`, event by event. `path`: as `copies.PATHS`."""
    _begin_export(node, signed, "events", "misp", purpose)
    return _events(node, signed, wanted, purpose, Outgoing(node, signed.member_id, path))


def _misp_pieces(written: Iterable[Written]) -> Iterator[bytes]:
    """Events as MISP answers a search, in pieces, with the losses of all at the end."""
    ahead = b'{"response":['
    found: list[tuple[Loss, ...]] = []
    for one in written:
        yield ahead + b"\n" + orjson.dumps({"Event": one.event})
        ahead = b","
        found.append(one.losses)
        if len(found) > BATCH:
            found = [merged(*found)]
    losses = merged(*found)
    told = [{"what": loss.what, "times": loss.times, "why": loss.why} for loss in losses]
    yield (ahead if ahead != b"," else b"") + b"\n]," + b'"losses":' + orjson.dumps(told) + b"}\n"


def _events(node: Node, signed: Signed, wanted: ContributionFilter, purpose: str, out: Outgoing) -> Iterator[Written]:
    for one in _contributions(node, signed, wanted, purpose, out):
        yield from write_events(shared_of(node, signed, one, purpose))


def shared_of(node: Node, signed: Signed, one: ContributionView, purpose: str) -> Shared:
    """A contribution with its parts; with its own events where it came as MISP and can be read whole."""
    events: list[dict[str, Any]] = []
    if one.format == "misp" and "!" not in one.path:
        events = own_events(node, bytes.fromhex(one.digest))
    parts = exports.Parts([], [], [])
    if not events:
        with _asking(node, signed, purpose) as connection:
            parts = exports.parts_of(connection, one.id, MAX_PARTS)
    return Shared(
        id=one.id,
        title=one.title,
        member_id=one.member_id,
        member_name=one.member_name,
        received_at=one.received_at,
        handling=one.handling,
        seen_to=one.seen_to,
        claims=parts.claims,
        mentions=parts.mentions,
        relations=parts.relations,
        events=events,
    )


def own_events(node: Node, digest: bytes) -> list[dict[str, Any]]:
    """The events of what came as MISP, by its digest; none when it is not there to be read."""
    try:
        found = misp_events(orjson.loads(node.blobs.read(digest)))
    except (orjson.JSONDecodeError, AbsentError):
        return []
    return [event for event in found if "uuid" in event]


def _begin_export(node: Node, signed: Signed, what: str, form: str, purpose: str) -> None:
    permit(signed, Verb.EXPORT)
    if purpose not in PURPOSES or not purpose:
        named = ", ".join(name for name in PURPOSES if name)
        raise InputError("An export says what it is for.", action=f"One of: {named}.", path="purpose")
    with reading(node, signed) as connection:
        audience = own_audience(node, connection, signed)
        detail = {"what": what, "form": form, "purpose": purpose}
        record(
            node,
            connection,
            "exported",
            what,
            person_id=signed.person_id,
            member_id=signed.member_id,
            detail=detail,
            audience=audience,
        )


@contextmanager
def _asking(node: Node, signed: Signed, purpose: str) -> Iterator[Connection]:
    with begin(node.engine, signed.viewer, node.clock.now(), purpose=purpose) as connection:
        yield connection


def _contributions(
    node: Node, signed: Signed, wanted: ContributionFilter, purpose: str, out: Outgoing
) -> Iterator[ContributionView]:
    """In batches; before one goes out it is noted who has it now."""
    before = wanted.before
    while True:
        with _asking(node, signed, purpose) as connection:
            rows = browse_contributions.page(connection, wanted._replace(before=before), BATCH)
        out.note([row.id for row in rows])
        yield from (contribution_view(row) for row in rows)
        if len(rows) < BATCH:
            return
        before = (rows[-1].received_at, rows[-1].id)


def _claims(node: Node, signed: Signed, contribution_id: UUID, purpose: str) -> Iterator[Claim]:
    number = -1
    while True:
        with _asking(node, signed, purpose) as connection:
            rows = exports.claims_after(connection, contribution_id, number, BATCH * 10)
        yield from (Claim(row.stix_id, row.type, row.raw.encode()) for row in rows)
        if len(rows) < BATCH * 10:
            return
        number = rows[-1].number


def _contribution_rows(
    node: Node, signed: Signed, wanted: ContributionFilter, purpose: str, out: Outgoing
) -> Iterator[dict[str, Any]]:
    for one in _contributions(node, signed, wanted, purpose, out):
        yield {
            "id": str(one.id),
            "member": one.member_slug,
            "title": one.title,
            "path": one.path,
            "format": one.format,
            "state": one.state,
            "tlp": one.handling.tlp.label,
            "claims": one.claims,
            "selectors": one.mentions,
            "seen_from": one.seen_from,
            "seen_to": one.seen_to,
            "received_at": one.received_at,
            "size": one.size,
            "sha256": one.digest,
        }


def _selector_rows(
    node: Node, signed: Signed, wanted: ContributionFilter, purpose: str, out: Outgoing
) -> Iterator[dict[str, Any]]:
    for one in _contributions(node, signed, wanted, purpose, out):
        about = {
            "contribution_id": str(one.id),
            "contribution": one.title,
            "member": one.member_slug,
            "tlp": one.handling.tlp.label,
            "received_at": one.received_at,
        }
        after = None
        while True:
            with _asking(node, signed, purpose) as connection:
                rows = browse_contributions.selectors(connection, one.id, "", after, BATCH * 10)
            for row in rows:
                yield {"kind": row.kind, "value": row.value, "common": row.common, "line": row.line, **about}
            if len(rows) < BATCH * 10:
                break
            after = (rows[-1].kind, rows[-1].value)


def _lead_rows(node: Node, signed: Signed, wanted: LeadFilter, purpose: str, out: Outgoing) -> Iterator[dict[str, Any]]:
    after = wanted.after
    while True:
        with _asking(node, signed, purpose) as connection:
            rows = browse_leads.page(connection, wanted._replace(after=after), BATCH)
            judged = browse_leads.judgements(connection, [row.id for row in rows])
        out.note({side for row in rows for side in (row.a, row.b)})
        for row in rows:
            lead = lead_view(row, judged.get(row.id, []), signed)
            yield {
                "id": str(lead.id),
                "score": lead.score,
                "member_a": lead.us.member_slug,
                "contribution_a": lead.us.title,
                "member_b": lead.them.member_slug,
                "contribution_b": lead.them.title,
                "shared": lead.shared,
                "kinds": list(lead.kinds),
                "sentence": lead.sentence,
                "tlp": lead.handling.tlp.label,
                "found_at": lead.found_at,
                "verdict": lead.my_verdict.verdict if lead.my_verdict else "",
            }
        if len(rows) < BATCH:
            return
        after = (rows[-1].score, rows[-1].id)


_ROWS: dict[str, Any] = {"contributions": _contribution_rows, "selectors": _selector_rows, "leads": _lead_rows}


def _known(what: str) -> tuple[str, ...]:
    known = COLUMNS.get(what)
    if known is None:
        raise AbsentError("There is no such list to export.", action=f"One of: {', '.join(COLUMNS)}.")
    return known


def _checked(what: str, columns: Sequence[str]) -> None:
    known = _known(what)
    for name in columns:
        if name not in known:
            raise InputError(
                f"{what} has no column {ascii(name)[:40]}.", action=f"One of: {', '.join(known)}.", path="columns"
            )
    if not columns:
        raise InputError("Choose at least one column.", action=f"One of: {', '.join(known)}.", path="columns")
