"""`accord misp`: pull from and push to a MISP server, read and write MISP feeds."""

from __future__ import annotations

import os
from pathlib import Path

from cyclopts import App

from accord.adapters.feed_source import source_of
from accord.adapters.misp_client import MispClient
from accord.bootstrap import open_node
from accord.cli.options import Data, Json, Member, Person, Purpose
from accord.cli.show import PARTIAL, console, plain, print_json, stages
from accord.formats.losses import Loss, merged
from accord.formats.misp_feed import DELETED, HASHES, MANIFEST
from accord.model.errors import InputError, NodeError
from accord.policy.within import Receiver
from accord.services import feeds, misp_sync, misp_words, run
from accord.services.acting import act_as
from accord.services.node import Node
from accord.services.receivers import receiver_of
from accord.settings import read_settings
from accord.store import members
from accord.store.engine import node_transaction

app = App(name="misp")
KEY = "ACCORD_MISP_KEY"


@app.command
def pull(url: str, *, member: Member, person: Person, data: Data = None, as_json: Json = False) -> int:
    """Take in what changed on a MISP server since the last time, and what was said of it; from ACCORD_MISP_KEY its key.

    Parameters
    ----------
    url
        Address of the server.
    member
        Slug of the member whose contributions the events become.
    """
    with (
        open_node(read_settings(data_dir=data)) as node,
        MispClient(url, _key()) as server,
        stages(quiet=as_json) as bars,
    ):
        signed = act_as(node, member, person)
        done, heard = misp_sync.pull(node, signed, server, bars), misp_words.hear(node, signed, server)
        if done.new:
            run.refresh(node, bars)
    told = {**done._asdict(), "words": heard.new, "losses": _losses(heard.losses)}
    words = (
        f"{done.seen} events looked at, {done.new} new; {done.dropped} values dropped. {heard.new} new words on them."
    )
    _told(told, words, heard.losses, as_json=as_json)
    return 0


@app.command
def push(
    url: str,
    *,
    member: Member,
    person: Person,
    purpose: Purpose = "investigate",
    receiver: str = "",
    data: Data = None,
    as_json: Json = False,
) -> int:
    """Hand a member's new contributions and the words it accepted on to a MISP server. Its key: ACCORD_MISP_KEY.

    Parameters
    ----------
    url
        Address of the server.
    receiver
        Slug of the member whose server that is: it gets what it may see here, your own gets all of yours. Without, it
        is somebody outside the alliance, who gets what the purpose allows to everybody.
    """
    with (
        open_node(read_settings(data_dir=data)) as node,
        MispClient(url, _key()) as server,
        stages(quiet=as_json) as bars,
    ):
        signed = act_as(node, member, person)
        done = misp_sync.push(node, signed, server, bars, purpose=purpose, receiver=_receiver(node, receiver))
        said = misp_words.tell(node, signed, server)
    losses, refused = merged(done.losses, said.losses), done.refused + said.refused
    told: dict[str, object] = {
        "added": done.added,
        "changed": done.changed,
        "removed": done.removed,
        "refused": refused,
    }
    told |= {"sightings": said.sightings, "proposals": said.proposals, "losses": _losses(losses)}
    words = f"{done.added} events added, {done.changed} changed, {done.removed} removed, {refused} refused; "
    words += f"{said.sightings} sightings and {said.proposals} proposals made."
    _told(told, words, losses, as_json=as_json)
    return PARTIAL if refused else 0


@app.command
def read_feed(place: str, *, member: Member, person: Person, data: Data = None, as_json: Json = False) -> int:
    """Take in the events of a MISP feed that changed since the last time.

    Parameters
    ----------
    place
        Folder or address in which `manifest.json` lies.
    member
        Slug of the member whose contributions the events become.
    """
    with open_node(read_settings(data_dir=data)) as node, stages(quiet=as_json) as bars:
        done = feeds.read_feed(node, act_as(node, member, person), source_of(place), place, bars)
        if done.new or done.withdrawn:
            run.refresh(node, bars)
    words = f"{done.seen} events looked at, {done.new} new, {len(done.missing)} missing or broken"
    words += f", {done.withdrawn} deleted there and withdrawn here."
    _told(done._asdict(), words, as_json=as_json)
    return PARTIAL if done.missing else 0


@app.command
def write_feed(
    folder: Path,
    *,
    member: Member,
    person: Person,
    purpose: Purpose = "share",
    data: Data = None,
    as_json: Json = False,
) -> int:
    """Write what a person may share for a purpose as a MISP feed; any MISP reads it from the folder or behind a server.

    Parameters
    ----------
    folder
        Where the feed goes.
    """
    with open_node(read_settings(data_dir=data)) as node:
        files, losses = feeds.write_feed(node, act_as(node, member, person), purpose=purpose)
        count = _written(folder, dict(files))
    told = {"events": count, "losses": _losses(losses)}
    _told(told, f"{count} events in {plain(str(folder))}.", losses, as_json=as_json)
    return 0


def _written(folder: Path, files: dict[str, bytes]) -> int:
    """Writes a feed; events that are no longer in it go."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        for old in folder.glob("????????-????-????-????-????????????.json"):
            if old.name not in files:
                old.unlink()
    except OSError as error:
        raise NodeError(f"The feed cannot be written: {error.strerror}.", action="Choose another folder.") from error
    return sum(name not in (MANIFEST, HASHES, DELETED) for name in files)


def _receiver(node: Node, slug: str) -> Receiver | None:
    if not slug:
        return None
    with node_transaction(node.engine) as connection:
        number = members.by_slug(connection, slug).id
    return receiver_of(node, number)


def _key() -> str:
    key = os.environ.get(KEY, "")
    if not key:
        raise InputError(f"{KEY} is not set.", action="Set it to the authentication key of your user there.")
    return key


def _losses(losses: tuple[Loss, ...]) -> list[dict[str, object]]:
    return [loss._asdict() for loss in losses]


def _told(value: dict[str, object], words: str, losses: tuple[Loss, ...] = (), *, as_json: bool) -> None:
    if as_json:
        print_json(value)
        return
    console.print(words)
    for loss in losses:
        console.print(plain(f"  not carried: {loss.times} × {loss.what} ({loss.why})"))
