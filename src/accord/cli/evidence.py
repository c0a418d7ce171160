"""`accord evidence`: register and list items, hash them anew, hand them to another node by files carried by hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cyclopts import App

from accord.bootstrap import open_node
from accord.cli.confirming import confirmed
from accord.cli.options import Data, Json, Member, Person
from accord.cli.show import console, plain, print_json, stages
from accord.custody.item import Act
from accord.model.errors import InputError, NodeError, RefusedError
from accord.model.handling import Handling, Tlp
from accord.services import browse_evidence, evidence, evidence_acts, evidence_files, evidence_uploads
from accord.services.acting import act_as
from accord.services.browse import Signed
from accord.services.evidence_chain import Said
from accord.services.node import Node
from accord.settings import read_settings
from accord.store.browse_evidence import EvidenceFilter

app = App(name="evidence")
app.command(
    "accord.cli.custody:export",
    name="export",
    help="Write the court bundle of an item, a case or a contribution. Exit code 8: without quorum or incomplete.",
)
OFFER_NAME, ACCEPTANCE_NAME, BYTES_NAME = "offer.json", "acceptance.json", "item.bin"


@app.command(name="register")
def register_item(
    file: Path | None = None,
    *,
    member: Member,
    person: Person,
    title: str,
    authority: str,
    kind: str = "",
    reference: str = "",
    place: str = "",
    tool: str = "",
    acquired: datetime | None = None,
    tlp: str = "TLP:RED",
    as_json: Json = False,
    data: Data = None,
) -> int:
    """Register FILE, or a thing without bytes, as an item under custody.

    Parameters
    ----------
    file
        Copied in constant memory, whatever its size, and never changed afterwards.
    member
        Slug of the member that holds it.
    person
        Who registers it, by name.
    title
        What it is, in a few words.
    authority
        The warrant, order, consent or contract it was taken under.
    kind
        file, image, capture, page, message, account, wallet or thing; `file` or `thing` unless given.
    reference
        Its number in your own register.
    place
        Where it was taken.
    tool
        What took it, with its version.
    acquired
        When it was taken; now unless given. UTC unless it names an offset.
    tlp
        Its handling; TLP:RED is your member alone.
    """
    with open_node(read_settings(data_dir=data)) as node:
        signed = act_as(node, member, person)
        at = acquired or node.clock.now()
        own = Handling(tlp=_tlp(tlp), originators=frozenset({signed.member_id}))
        kind = kind or ("file" if file else "thing")
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        said = evidence.Registration(kind, title, authority, at, own, reference=reference, place=place, tool=tool)
        number = evidence.register(node, signed, said, _take(node, signed, file) if file else None)
        _tell(node, signed, number, as_json=as_json)
    return 0


@app.command(name="list")
def list_items(*, member: Member, person: Person, query: str = "", as_json: Json = False, data: Data = None) -> int:
    """List the items that a person may see, the latest first.

    Parameters
    ----------
    person
        Who asks, by name.
    query
        Words in title, number or file name.
    as_json
        Print JSON.
    """
    with open_node(read_settings(data_dir=data)) as node:
        signed = act_as(node, member, person)
        rows = browse_evidence.list_evidence(node, signed, EvidenceFilter(query=query)).rows
        if as_json:
            print_json([_row(row) for row in rows])
        for row in [] if as_json else rows:
            console.print(f"{row.id}  {row.state:<10} {plain(row.title)}  {plain(row.holder_name)}")
        if not rows and not as_json:
            console.print("No item that this person may see. Register one: accord evidence register FILE")
    return 0


@app.command
def check(item: UUID, *, member: Member, person: Person, data: Data = None) -> int:
    """Hash the bytes of ITEM anew and put what came of it on record. Exit code 7: they were changed.

    Parameters
    ----------
    item
        Id of the item.
    person
        Who checks, by name.
    """
    with open_node(read_settings(data_dir=data)) as node:
        same = evidence_acts.check_bytes(node, act_as(node, member, person), item, most=2**62)
    console.print("The bytes are what was registered." if same else "THE BYTES ARE NOT WHAT WAS REGISTERED.")
    return 0 if same else 7


@app.command
def transfer(
    item: UUID,
    *,
    member: Member,
    person: Person,
    to: str = "",
    reason: str = "",
    out: Path | None = None,
    accept: Path | None = None,
    data: Data = None,
) -> int:
    """Hand ITEM to another node: write the files to carry there, or end it with the acceptance that came back.

    Parameters
    ----------
    item
        Id of the item.
    member
        Slug of the member that holds it.
    person
        Who acts, by name.
    to
        Who is to take it: organisation and person. Left out, the files of the offer that stands are written again.
    reason
        Why, and on what basis.
    out
        Folder to write the offer and the item's bytes to; it must be new or empty.
    accept
        The acceptance file that came back; it ends the transfer.
    """
    with open_node(read_settings(data_dir=data)) as node:
        signed = act_as(node, member, person)
        if accept is not None:
            given = _read(accept)
            key = confirmed(
                node, signed, lambda will: evidence_files.accept_elsewhere(node, signed, item, given, consent=will)
            )
            console.print("The transfer is ended: the item is theirs now.")
            _compare(key)
            return 0
        if out is None:
            raise InputError("Where to is missing.", action="Give --out FOLDER, or --accept FILE to end a transfer.")
        _empty(out)
        offer = _offer(node, signed, item, to, reason)
        _write_offer(node, signed, item, offer, out)
    console.print(f"Carry {plain(str(out))} to the other node. There: accord evidence receive FOLDER")
    return 0


def _offer(node: Node, signed: Signed, item: UUID, to: str, reason: str) -> bytes:
    if not to and not reason:
        return evidence_files.offer_file(node, signed, item)
    said = Said(reason)
    return confirmed(
        node, signed, lambda will: evidence_files.offer_elsewhere(node, signed, item, to, said, consent=will)
    )


@app.command
def seal(item: UUID, *, member: Member, person: Person, reason: str = "", data: Data = None) -> int:
    """Seal ITEM: from now on every change of it must be recorded, and breaks the seal.

    Parameters
    ----------
    item
        Id of the item.
    member
        Slug of the member that holds it.
    person
        Who seals it, by name; confirms it with their passkey, when the log knows one.
    reason
        What there is to say of it.
    """
    with open_node(read_settings(data_dir=data)) as node:
        signed = act_as(node, member, person)
        said = Said(reason)
        confirmed(node, signed, lambda will: evidence_acts.act(node, signed, item, Act.SEAL, said, consent=will))
    console.print("Sealed.")
    return 0


@app.command
def receive(
    folder: Path, *, member: Member, person: Person, state: str = "", tlp: str = "TLP:RED", data: Data = None
) -> int:
    """Take over an item from FOLDER, which another node wrote; write the acceptance to carry back into it.

    Parameters
    ----------
    folder
        Folder with offer.json and item.bin.
    member
        Slug of the member that takes it.
    person
        Who takes it, by name.
    state
        In what state it was received.
    tlp
        Its handling here.
    """
    offer = _read(folder / OFFER_NAME)
    evidence_files.read_offer(offer)  # before anything is copied
    with open_node(read_settings(data_dir=data)) as node:
        signed = act_as(node, member, person)
        content = folder / BYTES_NAME
        upload = _take(node, signed, content) if content.exists() else None
        got = evidence_files.receive(node, signed, offer, upload, Said(state), tlp=_tlp(tlp))
        _write(folder / ACCEPTANCE_NAME, got.acceptance)
        _tell(node, signed, got.item_id, as_json=False)
    console.print(f"Carry {plain(str(folder / ACCEPTANCE_NAME))} back to them.")
    _compare(got.key)
    return 0


def _compare(key: str) -> None:
    if key:
        console.print(f"Their log's key, to be compared by telephone: {plain(key)}", soft_wrap=True)
    else:
        console.print("Their file carries no proof from a log: they keep none.")


def _take(node: Node, signed: Signed, file: Path) -> UUID:
    """Copies a file into the vault; refuses one that changes meanwhile."""
    with _opened(file) as stream, stages() as progress:
        before = os.fstat(stream.fileno())
        upload = evidence_uploads.take(node, signed, file.name, stream, size=before.st_size, progress=progress)
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        evidence_uploads.abort(node, signed, upload)
        raise InputError(
            "The file changed while it was read.", action="Make sure that nothing writes to it.", path=str(file)
        )
    return upload


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        if not file.is_file():
            raise InputError("This is no regular file.", action="Make an image of it first.", path=str(file))
        with file.open("rb") as stream:
            yield stream
    except OSError as error:
        raise InputError(f"The file cannot be read ({error.strerror}).", path=str(file)) from None


def _read(file: Path) -> bytes:
    with _opened(file) as stream:
        return stream.read(16 * 2**20)


def _empty(out: Path) -> None:
    if out.exists() and any(out.iterdir()):
        raise RefusedError(f"{out} is not empty.", action="Choose a new folder: nothing is overwritten.")


def _write_offer(node: Node, signed: Signed, item: UUID, offer: bytes, out: Path) -> None:
    if browse_evidence.read_item(node, signed, item).item.sha256:
        given = evidence_acts.access(node, signed, item, "Copied for the transfer to another node")
        with given as (_name, _size, stream):
            out.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with (out / BYTES_NAME).open("xb") as target:
                    shutil.copyfileobj(stream, target, 1 << 20)
                    target.flush()
                    os.fsync(target.fileno())
            except OSError as error:
                raise NodeError(f"{out} cannot be written ({error.strerror}).", action="Free some space.") from error
    _write(out / OFFER_NAME, offer)


def _write(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_bytes(content)
    except OSError as error:
        raise NodeError(f"{file} cannot be written ({error.strerror}).", action="Free some space there.") from error


def _tlp(label: str) -> Tlp:
    try:
        return Tlp.from_label(label)
    except ValueError as error:
        raise InputError(f"{error}.", action="One of TLP:CLEAR, GREEN, AMBER, AMBER+STRICT, RED.") from None


def _tell(node: Node, signed: Signed, number: UUID, *, as_json: bool) -> None:
    found = browse_evidence.read_item(node, signed, number).item
    if as_json:
        print_json(_row(found))
        return
    console.print(f"Registered: {number}")
    if found.sha256:
        console.print(
            f"  SHA-256 {found.sha256}\n  BLAKE3  {found.blake3}\n  {found.size} bytes, read-only from now on"
        )


def _row(item: browse_evidence.ItemView) -> dict[str, object]:
    names = ("kind", "title", "reference", "size", "sha256", "blake3", "state", "holder_name")
    return {"id": str(item.id), **{name: getattr(item, name) for name in names}}
