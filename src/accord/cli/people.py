"""`accord people`: who acts for which member, and how they sign in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cyclopts import App

from accord.bootstrap import open_node
from accord.cli.serve import show_links
from accord.cli.show import console, plain
from accord.services.members import enrol
from accord.settings import read_settings
from accord.store import members
from accord.store.engine import node_transaction

app = App(name="people", help="Who acts for which member, and how they sign in.")


@app.command
def add(
    *,
    member: str,
    name: str,
    role: Literal["analyst", "investigator", "liaison"] = "analyst",
    title: str = "",
    data: Path | None = None,
) -> int:
    """Enter a person who acts for a member.

    Parameters
    ----------
    member
        Slug of the member (its folder's name).
    name
        The person's name; the same name at the same member is the same person.
    role
        What the person does.
    title
        The person's title, shown beside the name.
    data
        Folder of the node's database and files.
    """
    with open_node(read_settings(data_dir=data)) as node:
        with node_transaction(node.engine) as connection:
            whose = members.by_slug(connection, member)
        enrol(node, whose, name, role=role, title=title or role.capitalize())
        console.print(f"{plain(name)} acts for {plain(whose.name)}. A link to sign in: accord people links")
    return 0


@app.command
def links(*, data: Path | None = None) -> int:
    """Print a fresh sign-in link for everybody; each works once.

    Parameters
    ----------
    data
        Folder of the node's database and files.
    """
    settings = read_settings(data_dir=data)
    with open_node(settings) as node:
        show_links(node, settings)
    return 0
