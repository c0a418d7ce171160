"""Taking in what is posted over TAXII: contributions of the member under the collection's handling.

An object is one by its id and version: a member who posts it again under the same handling changes nothing. The
answer is given when everything is durable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from accord import stix
from accord.formats import DEFAULT
from accord.formats.gather import Gathering
from accord.formats.stix_objects import Objects
from accord.model.errors import RefusedError
from accord.model.handling import Handling
from accord.model.reading import Reading
from accord.policy.duties import Verb
from accord.services import contribute, taxii_collections
from accord.services.browse import Signed
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import own, record
from accord.services.taxii_collections import Collection
from accord.services.taxii_envelope import Posted, handlings, opened
from accord.store import audiences, contributions, taxii_objects
from accord.store.engine import Connection, look_as, look_as_node, node_transaction

KEEP_STATUS = timedelta(days=7)
Received = Callable[[Connection, Signed], None]
"""Called in the transaction that took something in; `bootstrap` lets leads be looked for afterwards."""
_USUAL = ("indicator", "malware", "relationship", "identity", "report", "observed-data", "domain-name", "ipv4-addr")
_SAMPLE = (
    b'{"objects":[{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-000000000001",'
    b'"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Sample of Greywren",'
    b'"object_marking_refs":["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"],'
    b'"pattern":"[domain-name:value = \'sample.example\']","pattern_type":"stix","valid_from":'
    b'"2026-01-01T00:00:00.000Z"}]}'
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def receive(node: Node, signed: Signed, root: str, key: str, body: bytes, *, received: Received | None = None) -> bytes:
    """Takes in an envelope; the status resource as JSON (TAXII 2.1, section 4.3.1), which says what became of each.

    Raises `UnreadableError` for what is no envelope, `AbsentError`, `RefusedError`.
    """
    permit(signed, Verb.CONTRIBUTE)
    return take_in(node, signed, writable(node, signed, root, key), body, received)


def take_in(
    node: Node,
    signed: Signed,
    collection: Collection,
    body: bytes,
    received: Received | None = None,
    *,
    along: Callable[[Connection], None] | None = None,
    came_from: str = "",
) -> bytes:
    """As `receive`, into a collection that is known. `along` is done in the same transaction, whatever came in.

    What comes with something `along` was fetched by a program: that undoes nothing that a person took back.
    `came_from`: the server that it was pulled from.
    """
    posted = opened(body)
    asked_at, number = node.clock.now(), node.ids.new()
    with node_transaction(node.engine) as connection:
        taxii_objects.alone(connection, signed.member_id)
        outcome = _outcome(node, signed, connection, collection, posted, automatic=along is not None)
        fresh = [(given, ones) for given, ones in outcome.fresh.items() if ones]
        if fresh:
            _keep(node, signed, connection, collection, fresh, body, number, asked_at, came_from)
        document = orjson.dumps(_status(number, asked_at, posted, outcome.faults))
        mine = audiences.intern(connection, own(signed.member_id))
        taxii_objects.forget_statuses(connection, asked_at - KEEP_STATUS)
        taxii_objects.put_status(connection, number, document, asked_at=asked_at, audience=mine)
        detail = {"collection": str(collection.id), "objects": len(posted), "refused": len(outcome.faults)}
        record(
            node,
            connection,
            "objects posted",
            str(number),
            detail=detail,
            audience=mine,
            person_id=signed.person_id,
            member_id=signed.member_id,
        )
        if fresh and received:
            received(connection, signed)
        if along:
            along(connection)
    return document


def warm() -> None:
    """Reads a sample, so that the first who posts does not wait for schemas and lists (a quarter of a second)."""
    for name in _USUAL:
        stix.check({"type": name, "spec_version": "2.1", "id": f"{name}--00000000-0000-4000-8000-000000000001"})
    posted = opened(_SAMPLE)
    handlings(posted, Handling(), lambda _ids: [])
    reading = _read("sample.json", posted)
    contribute.reasons_common(reading)


def writable(node: Node, signed: Signed, root: str, key: str) -> Collection:
    """A collection that this member may write to. Raises `AbsentError`, `RefusedError`."""
    collection = taxii_collections.collection(node, signed, root, key)
    if not collection.writes:
        raise RefusedError("This member may not write to this collection.", action="Ask whoever runs the circle.")
    return collection


class _Outcome:
    """What is to be kept, by handling; and by its place what cannot be, with the reason."""

    def __init__(self) -> None:
        self.fresh: dict[Handling, list[Posted]] = defaultdict(list)
        self.faults: dict[int, str] = {}


def _outcome(
    node: Node,
    signed: Signed,
    connection: Connection,
    collection: Collection,
    posted: Sequence[Posted],
    *,
    automatic: bool,
) -> _Outcome:
    outcome = _Outcome()

    def definitions(ids: list[str]) -> list[bytes]:
        # As the member sees them: what others have must not show in what is taken.
        look_as(connection, signed.viewer, node.clock.now())
        found = taxii_objects.definitions(connection, ids)
        look_as_node(connection)
        return found

    marked = handlings(posted, collection.handling, definitions)
    same: dict[tuple[str, int], dict[str, Any]] = {}
    by_handling: dict[Handling, list[Posted]] = defaultdict(list)
    for place, one in enumerate(posted):
        given = marked.get(one.refs, "") if not one.fault else one.fault
        earlier = same.setdefault((one.stix_id, one.version_us), one.said)
        if isinstance(given, str):
            outcome.faults[place] = given
        elif earlier is one.said:
            by_handling[given].append(one)
        elif earlier != one.said:
            outcome.faults[place] = "Another object of the same id and version stands before it."
    for given, ones in by_handling.items():
        audience = audiences.intern(connection, given)
        ids = [one.stix_id for one in ones]
        there = taxii_objects.there(connection, ids, audience, signed.member_id)
        if automatic:
            there |= taxii_objects.taken_back(connection, ids, signed.member_id)
        outcome.fresh[given] = [one for one in ones if (one.stix_id, one.version_us) not in there]
    return outcome


def _keep(  # noqa: PLR0917  # an act is who, what and why
    node: Node,
    signed: Signed,
    connection: Connection,
    collection: Collection,
    fresh: Sequence[tuple[Handling, Sequence[Posted]]],
    body: bytes,
    number: UUID,
    asked_at: datetime,
    came_from: str,
) -> None:
    digest = node.blobs.put(body)
    arrivals = []
    for part, (given, ones) in enumerate(fresh):
        path = f"taxii/{collection.alias or collection.id}/{number}{f'-{part}' if part else ''}.json"
        arrivals.append(
            contributions.Arrival(
                _read(path, ones),
                signed.member_id,
                digest,
                len(body),
                audiences.intern(connection, given),
                asked_at,
                signed.person_id,
                came_from,
            )
        )
    contribute.keep(node, connection, arrivals)


def _read(path: str, ones: Sequence[Posted]) -> Reading:
    """The objects of one handling as a reading; they are valid and distinct."""
    gathering = Gathering(path, "stix-2.1", DEFAULT)
    objects = Objects(gathering, None)
    for one in ones:
        objects.take_valid(one.said, one.raw, 1, one.version)
    objects.done()
    gathering.title(f"{len(ones):,} objects over TAXII")
    if set(objects.versions) == {"2.0"}:
        gathering.reading.format = "stix-2.0"
    return gathering.done()


def _status(number: UUID, asked_at: datetime, posted: Sequence[Posted], faults: dict[int, str]) -> dict[str, Any]:
    successes, failures = [], []
    for place, one in enumerate(posted):
        detail = {"id": one.stix_id, "version": version_text(one.version_us)}
        if place in faults:
            failures.append({**detail, "message": faults[place]})
        else:
            successes.append(detail)
    document: dict[str, Any] = {
        "id": str(number),
        "status": "complete",
        "request_timestamp": instant_text(asked_at),
        "total_count": len(posted),
        "success_count": len(successes),
        "failure_count": len(failures),
        "pending_count": 0,
    }
    return document | ({"successes": successes} if successes else {}) | ({"failures": failures} if failures else {})


def instant_text(moment: datetime) -> str:
    """An instant as TAXII writes it: six decimals, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def version_text(version_us: int) -> str:
    """A version as STIX writes it: three decimals, more only where it has them."""
    return instant_version(_EPOCH + timedelta(microseconds=version_us))


def instant_version(moment: datetime) -> str:
    """As `version_text`, of an instant."""
    text = instant_text(moment)
    return f"{text[:-4]}Z" if text.endswith("000Z") else text
