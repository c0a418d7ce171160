"""`accord serve`: the pages of a node. `accord demo`: the main job on the exercise, then the pages."""

from __future__ import annotations

import threading
import tomllib
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import uvicorn
from rich.text import Text

from accord.adapters.allocator import keep_little
from accord.adapters.folder import walk
from accord.bootstrap import attest_when_due, couriers_of, exchange_when_due, jobs_of, open_node, pages_of
from accord.cli.run import carry_out, show
from accord.cli.show import console, plain, stages
from accord.exercise import files, world
from accord.jobs.ticker import ticking
from accord.jobs.worker import Worker
from accord.model.errors import AccordError, NodeError
from accord.services import sign_in, taxii_receive
from accord.services.members import enrol
from accord.services.node import Node
from accord.settings import Settings, read_settings
from accord.store import people
from accord.store.engine import node_transaction
from accord.web.render import warm

DEMO_SEED = 1
WEBHOOKS_EVERY_S = 5.0
LOOK_EVERY_S = 30.0
"""How often it is looked whether an exchange with another server is due."""


def serve(*, data: Path | None = None, host: str | None = None, port: int | None = None, links: bool = False) -> int:
    """Serve the pages of a node until stopped with Ctrl-C; long work runs in the same process.

    Parameters
    ----------
    data
        Folder of the node's database and files.
    host
        Address to listen on; 127.0.0.1 unless set.
    port
        TCP port; 8400 unless set.
    links
        Print a sign-in link for each person of the node; each works once.
    """
    settings = read_settings(data_dir=data, host=host, port=port)
    with open_node(settings) as node:
        if links:
            show_links(node, settings)
        _serve(node, settings)
    return 0


def demo(*, out: Path = Path("out"), data: Path = Path(".accord"), port: int | None = None, stay: bool = True) -> int:
    """Run the main job on the shipped exercise, then serve the result with a sign-in link for each of three people.

    Parameters
    ----------
    out
        Where the results go.
    data
        Folder of the demonstration's node and exercise.
    port
        TCP port of the pages; 8400 unless set.
    stay
        Serve the pages afterwards, until Ctrl-C.
    """
    settings = read_settings(data_dir=data, port=port)
    folder = _exercise(settings.data_dir / "exercise")
    with open_node(settings) as node:
        with stages() as bars:
            summary = carry_out(
                node, list(walk(folder / "members")), out, bars, budget=None, title="Insight Report: Exercise", pdf=True
            )
        _enrol(node, folder)
        show(summary, out)
        if stay:
            show_links(node, settings)
            _serve(node, settings)
    return 0


def show_links(node: Node, settings: Settings) -> None:
    """Prints a fresh sign-in link for everybody; whoever holds one can enter once, for a short time."""
    with node_transaction(node.engine) as connection:
        everybody = people.every(connection)
    if not everybody:
        console.print("Nobody can sign in yet. Add a person: accord people add --member SLUG --name NAME")
    for person in everybody:
        try:
            way = settings.address + sign_in.make_link(node, person.id)
        except AccordError as refused:  # has a passkey, or is shut out: said in its words
            way = str(refused)
        who = plain(f", {person.title}, {person.member_name}")
        console.print(Text.assemble("\n", (plain(person.name), "bold"), who, f"\n  {plain(way)}"), soft_wrap=True)


def _serve(node: Node, settings: Settings) -> None:
    keep_little()
    jobs = jobs_of(node, settings)
    app = pages_of(node, jobs, settings=settings)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=5,
    )  # fmt: skip
    console.print(f"\nServing on {settings.address} — Ctrl-C stops.")
    for prepare in (warm, taxii_receive.warm):
        threading.Thread(target=prepare, name="accord-warm", daemon=True).start()
    look = partial(exchange_when_due, node, jobs)
    vouch = partial(attest_when_due, node, jobs)
    with (
        Worker(jobs, concurrency=settings.job_concurrency),
        ticking(settings.attest_every_s, vouch) if settings.attest_every_s else nullcontext(),
        ticking(LOOK_EVERY_S, look),
        couriers_of(node, settings) as couriers,
        ticking(WEBHOOKS_EVERY_S, couriers.round),
    ):
        server = uvicorn.Server(config)
        server.run()
    if not server.started:
        raise NodeError(
            f"Nothing can listen on {settings.host}:{settings.port}.",
            action="Another program may: choose another with --port.",
        )


def _exercise(folder: Path) -> Path:
    """The exercise as files, written anew: the same seed gives the same bytes."""
    for path, content in files(world(DEMO_SEED, "full")):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != content:
            target.write_bytes(content)
    return folder


def _enrol(node: Node, folder: Path) -> None:
    members = {part.member.slug: part.member for part in walk(folder / "members")}
    for person in tomllib.loads((folder / "people.toml").read_text(encoding="utf-8"))["person"]:
        enrol(node, members[person["member"]], person["name"], role=person["role"], title=person["title"])
