"""Bytes on their way into the vault: in pieces, durable piece by piece, gone on with after any interruption."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from accord.model.errors import AbsentError, InputError, LimitError
from accord.model.ports import Progress
from accord.policy.duties import Verb
from accord.services.browse import Signed, reading
from accord.services.node import Node, vault_of
from accord.services.permit import permit
from accord.services.record import own
from accord.store import audiences, evidence
from accord.store.engine import look_as, node_transaction
from accord.store.texts import storable

MAX_PIECE_BYTES = 8 * 2**20
"""What a browser sends at once: held in memory while it is written, inclusive."""
LIFE = timedelta(days=3)
"""An upload that nobody finished for so long is forgotten."""
MAX_NAME = 200


class Upload(NamedTuple):
    """`offset`: bytes that are durable; the next piece begins there."""

    id: UUID
    offset: int
    size: int


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def begin(node: Node, signed: Signed, name: str, size: int, modified: int = 0) -> Upload:
    """Begins an upload, or finds the unfinished one of the same file. `modified`: milliseconds since 1970, 0 unknown.

    Raises `InputError` for a size that is none, `LimitError` when the disk has no room for it.
    """
    permit(signed, Verb.EVIDENCE)
    if not 0 < size < 2**62 or not 0 <= modified < 2**62:
        raise InputError("The file is empty.", action="Choose a file with content, or register a thing without bytes.")
    vault, name = vault_of(node), plain_name(name)
    with reading(node, signed) as connection:
        known = evidence.same_upload(connection, signed.person_id, name, size, modified)
        if known is not None:
            return Upload(known.id, vault.size(known.id), size)
        vault.check_room(size)
        given = audiences.intern(connection, own(signed.member_id))
        look_as(connection, signed.viewer, node.clock.now())
        number = node.ids.new()
        row = {"id": number, "person_id": signed.person_id, "file_name": name, "size": size, "modified": modified}
        evidence.put_upload(connection, **row, begun_at=node.clock.now(), audience=given)
    return Upload(number, 0, size)


def look(node: Node, signed: Signed, upload_id: UUID) -> Upload:
    """How far it is. Raises `AbsentError` for another person's, too."""
    with reading(node, signed) as connection:
        row = evidence.upload(connection, upload_id, signed.person_id)
    if row is None:
        raise AbsentError("There is no such upload.", action="Choose the file again.")
    return Upload(upload_id, vault_of(node).size(upload_id), row.size)


def put(node: Node, signed: Signed, upload_id: UUID, offset: int, piece: bytes) -> Upload:
    """Adds a piece; durable on return. Raises `ConflictError` unless it begins where the last ended, `LimitError`."""
    permit(signed, Verb.EVIDENCE)
    known = look(node, signed, upload_id)
    if len(piece) > MAX_PIECE_BYTES or offset + len(piece) > known.size:
        raise LimitError("More came than was announced.", action="Abort this upload and choose the file again.")
    vault_of(node).check_room(len(piece))  # others may have filled the disk since this upload began
    return known._replace(offset=vault_of(node).append(upload_id, offset, piece))


def abort(node: Node, signed: Signed, upload_id: UUID) -> None:
    """Forgets an upload and erases what came of it. Raises `AbsentError`."""
    permit(signed, Verb.EVIDENCE)
    look(node, signed, upload_id)
    with reading(node, signed) as connection:
        evidence.drop_upload(connection, upload_id)
    vault_of(node).release(upload_id)


def take(node: Node, signed: Signed, name: str, stream: Readable, *, size: int, progress: Progress) -> UUID:
    """Takes a whole stream of a known size, in constant memory. Raises `InputError` when it is shorter or longer."""
    upload = begin(node, signed, name, size)
    at = upload.offset
    skipped = 0
    while skipped < at and (piece := stream.read(min(MAX_PIECE_BYTES, at - skipped))):
        skipped += len(piece)
    while piece := stream.read(MAX_PIECE_BYTES):
        at = put(node, signed, upload.id, at, piece).offset
        progress.report("evidence", at, size)
    if at != size:
        abort(node, signed, upload.id)
        raise InputError(
            f"The file had {size} bytes and gave {at}: it changed while it was read.",
            action="Make sure that nothing writes to it, and register it again.",
        )
    return upload.id


def sweep(node: Node) -> int:
    """Removes what uploads and crashes left; at the start of a node. How many files that were."""
    with node_transaction(node.engine) as connection:
        evidence.drop_uploads_before(connection, node.clock.now() - LIFE)

    def needed() -> set[bytes]:
        with node_transaction(node.engine) as connection:
            return evidence.needed_digests(connection)

    def uploads() -> set[UUID]:
        with node_transaction(node.engine) as connection:
            return evidence.uploads(connection)

    return vault_of(node).sweep(needed=needed, uploads=uploads)


def plain_name(name: str) -> str:
    """A file's name without folders (they are of the sender's machine) and control characters."""
    last = storable(name).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in last)[:MAX_NAME] or "file"
