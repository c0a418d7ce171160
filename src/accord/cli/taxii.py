"""`accord taxii`: exchange with other TAXII servers, and the circles that this one shows as collections."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from cyclopts import App

from accord.bootstrap import open_node, reach_of
from accord.cli.options import Data, Json, Member
from accord.cli.show import console, plain, print_json, stages
from accord.model.errors import InputError
from accord.model.ids import derived_id
from accord.services import exchange, subscriptions
from accord.services.circles import admit_member, make_circle
from accord.services.node import Node
from accord.services.subscriptions import Wish
from accord.settings import read_settings
from accord.store import members
from accord.store import subscriptions as store
from accord.store.engine import node_transaction

app = App(name="taxii")
SECRET = "ACCORD_TAXII_SECRET"  # noqa: S105  the variable's name
# Advice about the secret, not one.
NO_SECRET = "Set ACCORD_TAXII_SECRET, or give --secret-file: a secret on the command line is seen by everybody."  # noqa: S105


@app.command
def subscribe(
    url: str,
    *,
    member: Member,
    into: str = "own",
    login: str = "",
    secret_file: Path | None = None,
    every_minutes: int = 60,
    data: Data = None,
) -> int:
    """Pull what is new in a collection of another server, now and from then on.

    Parameters
    ----------
    url
        The collection's address: https://…/collections/<id>/
    member
        Slug of the member that subscribes; what comes in is its contribution.
    into
        Where it goes: `own`, `all`, or a circle's title.
    login
        User name for HTTP Basic; without, the secret is a bearer token.
    secret_file
        File with the password or token; without, ACCORD_TAXII_SECRET is read.
    every_minutes
        How often to ask.
    """
    return _set_up("pull", url, member, into, "", login, secret_file, every_minutes, data)


@app.command
def push(
    url: str,
    *,
    member: Member,
    of: str = "own",
    login: str = "",
    secret_file: Path | None = None,
    receiver: str = "",
    every_minutes: int = 60,
    data: Data = None,
) -> int:
    """Push what a member contributed to a collection of another server, now and from then on.

    Parameters
    ----------
    url
        The collection's address: https://…/collections/<id>/
    member
        Slug of the member whose contributions go out.
    of
        From where: `own`, `all`, or a circle's title; never what others contributed.
    login
        User name for HTTP Basic; without, the secret is a bearer token.
    secret_file
        File with the password or token; without, ACCORD_TAXII_SECRET is read.
    receiver
        Slug of the member whose server that is: it gets what it may see here. Without, it is somebody outside the
        alliance, who gets TLP:GREEN and what is freer.
    every_minutes
        How often to look for something new.
    """
    return _set_up("push", url, member, of, receiver, login, secret_file, every_minutes, data)


@app.command
def poll(*, everything: bool = False, data: Data = None) -> int:
    """Run the exchanges that are due, and say what each did. Exit code 6 when one failed.

    Parameters
    ----------
    everything
        Also those that are not due yet.
    """
    with open_node(read_settings(data_dir=data)) as node:
        with node_transaction(node.engine) as connection:
            numbers = [row.id for row in store.every(connection)] if everything else None
            numbers = store.due(connection, node.clock.now()) if numbers is None else numbers
        failed = False
        for number in numbers:
            with stages() as bars:
                done = exchange.run(node, number, reach_of(), bars)
            words = "another process is at it" if done is None else done.failure or f"{done.objects:,} objects"
            failed = failed or bool(done and done.failure)
            console.print(f"{number}  {plain(words)}")
        if not numbers:
            console.print("Nothing is due.")
    return 6 if failed else 0


@app.command(name="list")
def show(*, as_json: Json = False, data: Data = None) -> int:
    """List exchanges and how each stands; secrets are not shown."""
    with open_node(read_settings(data_dir=data)) as node, node_transaction(node.engine) as connection:
        rows = [_shown(row) for row in store.every(connection)]
    if as_json:
        print_json(rows)
        return 0
    for row in rows:
        console.print(f"{row['id']}  {plain(row['direction'])} {plain(row['url'])}  {row['objects']:,} objects")
        console.print(f"    {plain(row['state'])}; next {row['due_at']:%Y-%m-%d %H:%M} UTC")
        _print_held(row["held"])
    if not rows:
        console.print("There are none. Set one up: accord taxii subscribe URL --member SLUG")
    return 0


@app.command
def end(number: str, *, data: Data = None) -> int:
    """End an exchange; what it brought stays.

    Parameters
    ----------
    number
        Its id, as `accord taxii list` shows it.
    """
    with open_node(read_settings(data_dir=data)) as node:
        with node_transaction(node.engine) as connection:
            found = [row.id for row in store.every(connection) if str(row.id) == number]
        if not found:
            raise InputError("There is no such exchange.", action="List them: accord taxii list")
        subscriptions.end(node, found[0])
        console.print("Ended. What it brought stays.")
    return 0


@app.command
def circle(title: str, *, member: list[str], description: str = "", data: Data = None) -> int:
    """Make a circle, which its members see as a collection; or let more members into it.

    Parameters
    ----------
    title
        Its name; the same name is the same circle.
    member
        Slug of a member; once for each.
    description
        What it is for.
    """
    with open_node(read_settings(data_dir=data)) as node:
        with node_transaction(node.engine) as connection:
            inside = [members.by_slug(connection, slug) for slug in member]
        number = make_circle(node, title, description, circle_id=_circle_id(title))
        for one in inside:
            admit_member(node, number, one.id)
        console.print(f"{plain(title)}: /taxii2/circles/collections/{number}/")
    return 0


def _set_up(  # noqa: PLR0917  # one argument an option
    direction: Literal["pull", "push"],
    url: str,
    slug: str,
    where: str,
    receiver: str,
    login: str,
    secret_file: Path | None,
    every_minutes: int,
    data: Path | None,
) -> int:
    secret = _secret(secret_file)
    root, key = ("alliance", where) if where in ("own", "all") else ("circles", str(_circle_id(where)))
    with open_node(read_settings(data_dir=data)) as node:
        with node_transaction(node.engine) as connection:
            whose = members.by_slug(connection, slug)
            to = members.by_slug(connection, receiver).id if receiver else None
        wish = Wish(
            direction, url, root=root, collection=key, receiver=to, login=login, secret=secret,
            every=timedelta(minutes=every_minutes),
        )  # fmt: skip
        return _first(node, subscriptions.subscribe(node, whose, reach_of(), wish))


def _first(node: Node, number: Any) -> int:
    with stages() as bars:
        done = exchange.run(node, number, reach_of(), bars)
    assert done is not None
    console.print(f"{number}  {plain(done.failure) if done.failure else f'{done.objects:,} objects'}")
    with node_transaction(node.engine) as connection:
        _print_held(store.get(connection, number).held)
    return 6 if done.failure else 0


def _secret(file: Path | None) -> str:
    if file is None:
        found = os.environ.get(SECRET, "")
    else:
        try:
            found = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise InputError(f"{file} cannot be read.", action=NO_SECRET) from None
    if not found.strip():
        raise InputError("There is no secret for the other server.", action=NO_SECRET)
    return found.strip()


def _circle_id(title: str) -> Any:
    return derived_id("circle", title)


def _shown(row: Any) -> dict[str, Any]:
    names = (
        "id",
        "kind",
        "direction",
        "url",
        "member_slug",
        "objects",
        "came",
        "failures",
        "held",
        "due_at",
        "done_at",
    )
    state = f"failed {row.failures} times: {row.message}" if row.failures else row.message or "in order"
    state = f"paused; {state}" if row.paused_at else state
    return {name: getattr(row, name) for name in names} | {"state": state}


def _print_held(held: dict[str, int]) -> None:
    for reason, objects in held.items():
        console.print(f"    {objects:,} held back: {plain(reason)}")
