"""`accord custody`: the node's log; who vouches for it, whether it holds, and bundles for a court."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from cyclopts import App

from accord.bootstrap import open_node
from accord.cli.options import Data, Json, Member, Person
from accord.cli.show import PARTIAL, console, plain, print_json
from accord.custody.audit import Seen, audit
from accord.custody.checkpoint import cosignatures
from accord.model.errors import AbsentError, InputError, NodeError
from accord.services.acting import act_as
from accord.services.consent import room_of
from accord.services.custody_export import Exported, digests_wanted
from accord.services.custody_export import export as export_bundle
from accord.services.node import Node
from accord.services.witnessing import Attested, heads
from accord.services.witnessing import attest as ask_others
from accord.settings import read_settings

app = App(name="custody")
_CHUNK = 1 << 20


class Opener(Protocol):
    """Where bytes are kept by their SHA-256: the node's blobs, its evidence vault."""

    def open(self, digest: bytes) -> AbstractContextManager[BinaryIO]: ...


@app.command
def attest(*, data: Data = None, as_json: Json = False) -> int:
    """Have the newest head cosigned by the witnesses and stamped by the authorities: exit code 8 without quorum.

    Parameters
    ----------
    data
        Folder of the node; custody/policy.txt and custody/authorities in it say who is asked.
    """
    with open_node(read_settings(data_dir=data)) as node:
        return _say(ask_others(node), as_json=as_json)


@app.command
def check(*, data: Data = None, as_json: Json = False) -> int:
    """Audit the whole log: every entry, tile, signature, key, time and chain. Exit code 3 when something is wrong.

    Parameters
    ----------
    data
        Folder of the node.
    """
    with open_node(read_settings(data_dir=data)) as node:
        room = room_of(node)
        kept = heads(room)
        policy = room.outside.policy
        keys = policy.witnesses.values() if policy else ()
        times = [Seen(head.size, one.at, newest=True) for head in kept for one in cosignatures(head, keys)]
        found = audit(room.storage, room.storage.head() or b"", room.keys.log_key.verifier, seen=kept, times=times)
        doubts = [{"entry": doubt.position, "found": str(doubt.error)} for doubt in found.doubts]
        if as_json:
            print_json({"size": found.head.size, "root": found.head.root.hex(), "doubts": doubts})
        else:
            for doubt in doubts:
                print(plain(f"entry {doubt['entry']}: {doubt['found']}"))
            console.print(f"{found.head.size} entries, {len(doubts)} in doubt.")
        return 3 if doubts else 0


@app.command
def export(
    wanted: UUID,
    *,
    out: Path,
    reason: str = "",
    member: Member = "",
    person: Person = "",
    withhold: tuple[str, ...] = (),
    data: Data = None,
    as_json: Json = False,
) -> int:
    """Write the court bundle of an item, a case or a contribution: exit code 8 when it is without quorum or incomplete.

    Parameters
    ----------
    wanted
        Id of the item, case or contribution.
    out
        A new folder, or a new file that ends in .zip.
    reason
        Why, and for whom; it becomes part of the log.
    member
        Slug of the member whose person exports and seals the bundle; the node itself when left out.
    person
        Who that is, by name.
    withhold
        Fields that are not laid open (actor, place, …); may be given several times.
    data
        Folder of the node.
    """
    with open_node(read_settings(data_dir=data)) as node:
        person_id = act_as(node, member, person).person_id if member or person else None
        made = write_out(
            node, wanted, out, openers=openers_of(node), person_id=person_id, reason=reason, withhold=withhold
        )
        return _told(made, out, as_json=as_json)


def openers_of(node: Node) -> list[Opener]:
    """Where this node keeps bytes of items."""
    found: list[Any] = [node.blobs, getattr(node, "vault", None)]
    return [one for one in found if one is not None]


def write_out(node: Node, wanted: UUID, out: Path, *, openers: list[Opener], **how: Any) -> Exported:
    """Writes a bundle, items included, with constant memory; `out` is there whole or not at all.

    Raises `InputError` (out is there already), `AbsentError`, `NodeError` (disk).
    """
    if out.exists():
        raise InputError(f"{out} is there already.", action="Name a new folder, or move it away.")
    held = {digest: opener for digest in digests_wanted(node, wanted) if (opener := _holder(openers, digest))}
    made = export_bundle(node, wanted, held=held, **how)
    draft = out.with_name(f".{out.name}-{os.getpid()}")
    try:
        with _writer(draft, zipped=out.suffix == ".zip") as put:
            for path, content in sorted(made.files.items()):
                put(path, iter((content,)))
            for item in made.items:
                with held[item.digest].open(bytes.fromhex(item.digest)) as stream:
                    put(f"items/{item.path}", _unchanged(stream, item.digest))
        draft.rename(out)
    except OSError as error:
        raise NodeError(
            f"The bundle could not be written to {out} ({error.strerror}).",
            action=f"Free space or choose another place, remove {draft}, and export again.",
        ) from error
    return made


def _holder(openers: list[Opener], digest: str) -> Opener | None:
    for opener in openers:
        try:
            with opener.open(bytes.fromhex(digest)):
                return opener
        except (AbsentError, ValueError):
            continue
    return None


def _unchanged(stream: BinaryIO, digest: str) -> Iterator[bytes]:
    hasher = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        hasher.update(chunk)
        yield chunk
    if hasher.hexdigest() != digest:
        raise NodeError(
            f"The item {digest} is not what it was when it was logged.", action="Restore it; look at the disk."
        )


@contextmanager
def _writer(draft: Path, *, zipped: bool) -> Iterator[Callable[[str, Iterator[bytes]], None]]:
    if zipped:
        with zipfile.ZipFile(draft, "x", zipfile.ZIP_DEFLATED) as archive:

            def pack(path: str, chunks: Iterator[bytes]) -> None:
                with archive.open(zipfile.ZipInfo(path), "w", force_zip64=True) as stream:
                    for chunk in chunks:
                        stream.write(chunk)

            yield pack
        return
    draft.mkdir(mode=0o700)

    def put(path: str, chunks: Iterator[bytes]) -> None:
        target = draft / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as stream:
            for chunk in chunks:
                stream.write(chunk)

    yield put


def _told(made: Exported, out: Path, *, as_json: bool) -> int:
    whole = made.attested.quorum and not made.absent
    summary = {
        "bundle": str(out),
        "entries": made.entries,
        "items": len(made.items),
        "absent": list(made.absent),
        "erased": made.erased,
        "quorum": made.attested.quorum,
        "witnesses": list(made.attested.witnesses),
        "stamps": list(made.attested.stamps),
        "problems": list(made.attested.problems),
    }
    if as_json:
        print_json(summary)
    else:
        console.print(
            plain(f"{made.entries} entries and {len(made.items)} items in {out}. Check it: accord verify {out}")
        )
        for digest in made.absent:
            console.print(f"The bytes of the item {digest} are not at this node; the bundle names them only.")
        _say(made.attested, as_json=False)
    return 0 if whole else PARTIAL


def _say(found: Attested, *, as_json: bool) -> int:
    if as_json:
        print_json(
            {
                "size": found.head.size,
                "witnesses": list(found.witnesses),
                "stamps": list(found.stamps),
                "quorum": found.quorum,
                "problems": list(found.problems),
            }
        )
    else:
        who = ", ".join(found.witnesses) or "nobody"
        stamps = ", ".join(found.stamps) or "nobody"
        console.print(plain(f"{found.head.size} entries, cosigned by {who}, stamped by {stamps}."))
        for problem in found.problems:
            console.print(plain(problem))
        if not found.quorum:
            console.print("WITHOUT QUORUM: the log vouches for itself alone.")
    return 0 if found.quorum else PARTIAL


__all__ = ["app", "attest", "check", "export", "openers_of", "write_out"]
