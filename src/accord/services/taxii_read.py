"""Reading TAXII collections: pages of objects, manifests, versions. What is seen is decided by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accord.model.errors import AbsentError, RefusedError
from accord.policy.duties import Verb
from accord.services import taxii_collections as known
from accord.services.browse import Signed, reading
from accord.services.copies import handed_out_of
from accord.services.node import Node
from accord.services.permit import permit
from accord.store import taxii_objects, taxii_pages
from accord.store.engine import Connection
from accord.store.taxii_pages import Page, Place, Record, Wanted


@dataclass(frozen=True, slots=True)
class Manifest:
    """Some records, and where to go on; None when these are the last."""

    records: list[Record]
    more: Place | None

    @property
    def first(self) -> datetime | None:
        return self.records[0].added_at if self.records else None

    @property
    def last(self) -> datetime | None:
        return self.records[-1].added_at if self.records else None


def collections(node: Node, signed: Signed, root: str) -> list[known.Collection]:
    """The collections of an API root that this person's member knows. Raises `AbsentError`, `RefusedError`."""
    permit(signed, Verb.READ)
    return known.collections(node, signed, root)


def collection(node: Node, signed: Signed, root: str, key: str) -> known.Collection:
    """One of them, by id or alias. Raises as `collections`."""
    permit(signed, Verb.READ)
    return known.collection(node, signed, root, key)


def objects(node: Node, signed: Signed, root: str, key: str, wanted: Wanted) -> Page:
    """A page of a collection's objects. Raises `AbsentError`, `RefusedError` when the member may only write.

    Asked for one object (`ids` of one, by address), `one_object` says whether it is there at all.
    """
    with known.looking(node, signed, root, key) as (connection, collection):
        _readable(signed, collection)
        found = taxii_pages.page(connection, wanted)
    handed_out_of(node, signed.member_id, found.of, "taxii")
    return found


def one_object(node: Node, signed: Signed, root: str, key: str, wanted: Wanted) -> Page:
    """A page of one object's versions. Raises `AbsentError` also when there is no version of it at all."""
    with known.looking(node, signed, root, key) as (connection, collection):
        _readable(signed, collection)
        found = taxii_pages.page(connection, wanted)
        if not found.size:
            _there(connection, wanted.ids[0])
    handed_out_of(node, signed.member_id, found.of, "taxii")
    return found


def manifest(node: Node, signed: Signed, root: str, key: str, wanted: Wanted) -> Manifest:
    """A page of what there is; ids and instants are no copy. Raises as `objects`."""
    with known.looking(node, signed, root, key) as (connection, collection):
        _readable(signed, collection)
        return Manifest(*taxii_pages.records(connection, wanted))


def versions(node: Node, signed: Signed, root: str, key: str, wanted: Wanted) -> Manifest:
    """A page of the versions that one object has. Raises as `one_object`."""
    with known.looking(node, signed, root, key) as (connection, collection):
        _readable(signed, collection)
        found = Manifest(*taxii_pages.records(connection, wanted))
        if not found.records:
            _there(connection, wanted.ids[0])
        return found


def status(node: Node, signed: Signed, number: UUID) -> bytes:
    """What became of something that this member posted, as JSON. Raises `AbsentError`."""
    with reading(node, signed) as connection:
        found = taxii_objects.status(connection, number)
    if found is None:
        raise AbsentError("There is no such status.", action="It may be too old: a status is kept for a week.")
    return found


def _readable(signed: Signed, collection: known.Collection) -> None:
    permit(signed, Verb.READ)
    if not collection.reads:
        raise RefusedError("This member may not read this collection.", action="Ask whoever runs the circle.")


def _there(connection: Connection, stix_id: str) -> None:
    if not taxii_pages.exists(connection, stix_id):
        raise AbsentError("There is no such object in this collection.")
