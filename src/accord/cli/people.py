"""`accord people`: who acts for which member, in which role, how they sign in, and how they are shut out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from accord.bootstrap import open_node
from accord.cli.options import Data, Json
from accord.cli.serve import show_links
from accord.cli.show import console, plain
from accord.model.errors import AbsentError
from accord.policy.duties import Role
from accord.services import roles, sign_in, tokens
from accord.services.node import Node
from accord.services.signing import signed_by_command
from accord.settings import read_settings
from accord.store.people import Colleague

app = App(name="people")
token_app = App(name="token", help="Tokens for programs, each of a person.")
app.command(token_app)

Whose = Annotated[str, Parameter(help="Slug of the member and the person's name, as north/Rosa Lind.")]
Reason = Annotated[str, Parameter(help="Why, in a sentence; it is kept in the record.")]


@app.command
def add(
    *,
    member: Annotated[str, Parameter(help="Slug of the member (its folder's name).")],
    name: Annotated[str, Parameter(help="The same name at the same member is the same person.")],
    role: Annotated[list[Role] | None, Parameter(help="analyst unless set; several where they go together.")] = None,
    title: Annotated[str, Parameter(help="Shown beside the name.")] = "",
    data: Data = None,
) -> int:
    """Enter a person who acts for a member, or give who is there other roles (which ends their sessions)."""
    given = role or [Role.ANALYST]
    with _node(data) as node:
        kept = title or " and ".join(given).capitalize()
        roles.enrol_person(node, None, member, name, roles=given, title=kept)
        console.print(f"{plain(name)} acts for {plain(member)}. A link to sign in: accord people links")
    return 0


@app.command(name="list")
def list_(*, as_json: Json = False, data: Data = None) -> int:
    """Everybody, with roles and how they sign in."""
    with _node(data) as node:
        everybody = roles.list_everybody(node)
    if as_json:
        print(json.dumps([_row(one) for one in everybody], ensure_ascii=False))
        return 0
    for one in everybody:
        shut = f" SHUT OUT: {one.shut}" if one.shut is not None else ""
        keys = f"{one.passkeys} passkeys" if one.passkeys else "no passkey"
        console.print(f"{plain(one.name)}, {plain(one.member_name)}: {plain(one.role)}, {keys}{plain(shut)}")
    return 0


@app.command
def links(*, data: Data = None) -> int:
    """Print a fresh invitation for everybody without a passkey; each works once, for a day."""
    settings = read_settings(data_dir=data)
    with open_node(settings) as node:
        show_links(node, settings)
    return 0


@app.command
def invite(whose: Whose, *, data: Data = None) -> int:
    """Print a fresh invitation for one person without a passkey."""
    with _node(data) as node:
        print(node.public_url + sign_in.make_link(node, _person(node, whose)))
    return 0


@app.command
def suspend(whose: Whose, *, reason: Reason, data: Data = None) -> int:
    """Shut a person out: all their sessions, tokens and passkeys end now. Without a name (north/): all its people."""
    with _node(data) as node:
        member, _, name = whose.partition("/")
        if name:
            roles.suspend_person(node, None, _person(node, whose), reason)
        else:
            roles.suspend_member(node, None, member, reason)
        console.print(f"{plain(whose)} is shut out.")
    return 0


@app.command
def lift(whose: Whose, *, data: Data = None) -> int:
    """Let a person (or, as north/, a member's people) come in again, by new invitations."""
    with _node(data) as node:
        member, _, name = whose.partition("/")
        if name:
            roles.lift_suspension(node, None, _person(node, whose))
        else:
            roles.lift_member(node, None, member)
        console.print(f"{plain(whose)} may come in again: accord people links")
    return 0


@app.command
def reset(whose: Whose, *, reason: Reason, data: Data = None) -> int:
    """End all that a person signs in with, without a second person's word: for when nobody is left to give it."""
    with _node(data) as node:
        roles.reset_person(node, _person(node, whose), reason)
        console.print(f"{plain(whose)} has nothing that works any more: accord people invite")
    return 0


@token_app.command(name="make")
def make_token(
    whose: Whose,
    *,
    name: Annotated[str, Parameter(help="What program it is for.")],
    scope: Annotated[list[str], Parameter(help="read, write, admin: to do what; taxii, misp, api: at which doors.")],
    days: Annotated[int, Parameter(help="How long it works; at most 366.")] = 90,
    data: Data = None,
) -> int:
    """Print a new token of a person, for a program; it cannot be read again."""
    with _node(data) as node:
        signed = signed_by_command(node, _person(node, whose))
        print(tokens.make_token(node, signed, name, scope, timedelta(days=max(-1, min(days, 10_000)))))
    return 0


@token_app.command(name="list")
def list_tokens(whose: Whose, *, data: Data = None) -> int:
    """A person's tokens: ids, scopes, when last used, when they end."""
    with _node(data) as node:
        for row in tokens.list_tokens(node, signed_by_command(node, _person(node, whose))):
            used = f"{row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never"
            end = "revoked" if row.revoked_at else f"until {row.expires_at:%Y-%m-%d %H:%M}"
            print(f"{row.id}  {plain(row.name)}  {','.join(row.scopes)}  used {used}  {end}")
    return 0


@token_app.command(name="revoke")
def revoke_token(
    whose: Whose, token: Annotated[UUID, Parameter(help="Its id, as `token list` shows it.")], *, data: Data = None
) -> int:
    """End a token at once."""
    with _node(data) as node:
        tokens.revoke_token(node, signed_by_command(node, _person(node, whose)), token)
        console.print("Revoked.")
    return 0


@contextmanager
def _node(data: Path | None) -> Iterator[Node]:
    with open_node(read_settings(data_dir=data)) as node:
        yield node


def _person(node: Node, whose: str) -> UUID:
    member, _, name = whose.partition("/")
    found = roles.find_person(node, member, name)
    if found is None:
        raise AbsentError(f"There is nobody {whose!r}.", action="accord people list names everybody.")
    return found


def _row(one: Colleague) -> dict[str, object]:
    seen = one.last_seen and one.last_seen.isoformat()
    return {
        "id": str(one.id), "name": one.name, "member": one.member_name, "roles": one.role.split("+"),
        "passkeys": one.passkeys, "last_seen": seen, "shut_out": one.shut,
    }  # fmt: skip
