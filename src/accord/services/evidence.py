"""Registering an item: what it is, under what authority it was taken, who may see it; its bytes are in the vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accord.custody.item import Act
from accord.model.errors import AbsentError, ConflictError, InputError, LimitError
from accord.model.evidence import Sealed
from accord.model.handling import Handling
from accord.policy.duties import Verb
from accord.services import evidence_uploads
from accord.services.browse import Signed, reading
from accord.services.custody_facts import Quote
from accord.services.deeds import Acting
from accord.services.evidence_chain import Said, locked, material, perform
from accord.services.node import Node, vault_of
from accord.services.permit import permit
from accord.store import audiences, evidence
from accord.store.engine import Connection, look_as
from accord.store.texts import storable

KINDS = ("file", "image", "capture", "page", "message", "account", "wallet", "thing")
"""File, disk image, capture of a network or memory, web page, message; seizure of an account or of a wallet; a
physical thing. The last three need no bytes."""
WITHOUT_BYTES = frozenset({"account", "wallet", "thing"})
MAX_TITLE, MAX_DESCRIPTION, MAX_PARENTS = 200, 10_000, 50
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person says of a new item. `how`: acquire, receive, or derive with `parents`.

    `acquired_at` aware. `tool`: what took it, with its version. `keep_until`: not to be disposed of before.
    `more`: further JSON values of the first event; `quotes`: entries of other logs that it rests on.
    """

    kind: str
    title: str
    authority: str
    acquired_at: datetime
    handling: Handling
    how: Act = Act.ACQUIRE
    reference: str = ""
    description: str = ""
    place: str = ""
    tool: str = ""
    received_from: str = ""
    parents: tuple[UUID, ...] = ()
    keep_until: datetime | None = None
    file_name: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()


def register(node: Node, signed: Signed, said: Registration, upload_id: UUID | None = None) -> UUID:
    """Registers an item with the bytes of a complete upload, or without any; gives the item's id.

    All or nothing: after a fault the upload is still there, and the same call can be made again. Raises `InputError`,
    `LimitError`, `ConflictError` for an upload that is not complete, `AbsentError`, `NodeError`.
    """
    permit(signed, Verb.EVIDENCE)
    _check(node, said, upload_id)
    sealed = _complete(node, signed, upload_id) if upload_id else None
    item_id = node.ids.new()
    with reading(node, signed) as connection:
        name = said.file_name
        if upload_id:
            upload = evidence.upload(connection, upload_id, signed.person_id)
            if upload is None:  # sent twice: the first of them has just registered it
                raise ConflictError("This upload is an item already.", action="Look in the list of evidence.")
            name = upload.file_name
            evidence.drop_upload(connection, upload_id)
        parents = [_parent(connection, parent) for parent in said.parents]
        given = audiences.intern(connection, said.handling)
        given = audiences.intern_meet(connection, given, *(parent.audience for parent in parents)) if parents else given
        look_as(connection, signed.viewer, node.clock.now())
        by = Acting(node, connection, signed)
        evidence.put(connection, id=item_id, audience=given, **_whose(by), **_words(said, name), **_bytes(sealed))
        _begin(by, item_id, said, parents)
    if upload_id:
        vault_of(node).release(upload_id)
    return item_id


def _check(node: Node, said: Registration, upload_id: UUID | None) -> None:
    if said.kind not in KINDS:
        raise InputError(f"{said.kind!r} is no kind of item.", action=f"One of: {', '.join(KINDS)}.")
    if not said.title.strip():
        raise InputError("The item has no title.", action="Say in a few words what it is.")
    if len(said.title) > MAX_TITLE or len(said.description) > MAX_DESCRIPTION or len(said.parents) > MAX_PARENTS:
        raise LimitError(f"At most {MAX_TITLE} characters of title and {MAX_DESCRIPTION} of description.", action="")
    if upload_id is None and said.kind not in WITHOUT_BYTES:
        raise InputError("The item has no file.", action="Choose its file, or register it as a thing without bytes.")
    if said.acquired_at.tzinfo is None:
        raise InputError("The time of the acquisition has no time zone.", action="Write it with one.")
    if said.acquired_at > node.clock.now() + AHEAD:
        raise InputError("The time of the acquisition lies in the future.", action="Correct it.")
    if (said.how is Act.DERIVE) != bool(said.parents):
        raise InputError("What is derived names what it was made from, and nothing else does.", action="")
    if said.how is not Act.DERIVE and not said.authority.strip():
        raise InputError(
            "No authority is named for taking it.", action="Name the warrant, order, consent or contract it rests on."
        )


def _complete(node: Node, signed: Signed, upload_id: UUID) -> Sealed:
    known = evidence_uploads.look(node, signed, upload_id)
    if known.offset != known.size:
        raise ConflictError(
            f"The upload has {known.offset} of {known.size} bytes.",
            action="Let it finish; it goes on where it stopped.",
        )
    sealed = vault_of(node).seal(upload_id)
    if sealed.size != known.size:
        raise ConflictError("The upload is not what was announced.", action="Abort it and choose the file again.")
    return sealed


def _parent(connection: Connection, item_id: UUID) -> Any:
    row = locked(connection, item_id)
    if row.disposed_at is not None:
        raise AbsentError("An item that it is said to be made from was disposed of.", action="")
    return row


def _whose(by: Acting) -> dict[str, Any]:
    """The columns of who registered it, whose it is from then on, and when."""
    member, person = by.signed.member_id, by.signed.person_id
    now = by.node.clock.now()
    fresh = {"sealed": False, "out_to": "", "offered_to": "", "hold": ""}
    return {"member_id": member, "holder_id": member, "registered_at": now, "registered_by": person, **fresh}


def _words(said: Registration, name: str) -> dict[str, Any]:
    texts = {
        "title": said.title, "reference": said.reference[:MAX_TITLE], "description": said.description,
        "authority": said.authority, "place": said.place, "file_name": name and evidence_uploads.plain_name(name),
    }  # fmt: skip
    plain = {"kind": said.kind, "parents": list(said.parents), "acquired_at": said.acquired_at}
    return {**{key: storable(text).strip() for key, text in texts.items()}, **plain, "keep_until": said.keep_until}


def _bytes(sealed: Sealed | None) -> dict[str, Any]:
    names = ("size", "sha256", "blake3")
    return {name: getattr(sealed, name) if sealed else None for name in names}


def _begin(by: Acting, item_id: UUID, said: Registration, parents: list[Any]) -> None:
    """The first event of the item, and one on everything that it was made from."""
    row = locked(by.connection, item_id)
    more: dict[str, Any] = {**said.more, "tool": said.tool, "from": said.received_from}
    more |= {name: getattr(row, name) for name in ("kind", "title", "reference", "file_name")}
    more |= {name: bytes(value).hex() for name in ("sha256", "blake3") if (value := getattr(row, name))}
    if row.size is not None:
        more["size"] = row.size
    if parents:
        digests = [{"item": str(p.id), "sha256": bytes(p.sha256).hex() if p.sha256 else ""} for p in parents]
        more["made_from"] = digests
    words = Said(said.description, said.authority, said.place, said.acquired_at, {k: v for k, v in more.items() if v})
    taken = tuple(entry for parent in parents for entry in material(parent))
    perform(by, row, by.deed(said.how), words, inputs=taken, outputs=material(row), quotes=said.quotes)
    for parent in parents:
        made = Said(reason=f"A working copy or finding was made: {row.title}", more={"made": str(row.id)})
        perform(by, parent, by.deed(Act.COPY), made, outputs=material(row))


def link_finding(node: Node, signed: Signed, item_id: UUID, contribution_id: UUID, note: str = "") -> None:
    """Says that a contribution is a finding from an item, so that its claims lead back to the sealed original.

    Raises `AbsentError` when either cannot be seen, `ConflictError` when they are linked already.
    """
    permit(signed, Verb.EVIDENCE)
    with reading(node, signed) as connection:
        row = locked(connection, item_id)
        other = evidence.contribution_audience(connection, contribution_id)
        if other is None:
            raise AbsentError("There is no such contribution, or none that you may see.", action="Check its address.")
        audience = audiences.intern_meet(connection, row.audience, other)
        look_as(connection, signed.viewer, node.clock.now())
        who = {"person_id": signed.person_id}
        values = {"item_id": item_id, "contribution_id": contribution_id, "note": storable(note)[:1000]}
        evidence.put_finding(
            connection, id=node.ids.new(), **values, **who, linked_at=node.clock.now(), audience=audience
        )
        detail = {"title": row.title, "contribution": str(contribution_id)}
        Acting(node, connection, signed).record("evidence finding linked", item_id, audience, detail)
