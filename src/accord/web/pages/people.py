"""The people of one's member (of the node, for who runs it): roles, who is shut out, who asks to be let in again."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from accord.policy.duties import DUTIES, Role
from accord.services import browse_alliance, recovery, roles
from accord.web.ids import to_uuid
from accord.web.render import PageRequest, page
from accord.web.sessions import field, fields, signed_in
from accord.web.threads import threaded


@get("/people")
@threaded
def list_people(request: PageRequest) -> Response[str]:
    return _page(request, "")


@post("/people")
@threaded
def enrol(request: PageRequest) -> Response[Any]:
    """Enters a person, or changes the roles of who is there."""
    node, signed = request.app.state.node, signed_in(request)
    name, title = field(request, "name"), field(request, "title")
    roles.enrol_person(node, signed, field(request, "member"), name, roles=fields(request, "role"), title=title)
    return Redirect("/people", status_code=303)


@post("/people/{person_id:str}/invite", status_code=200)
@threaded
def invite(request: PageRequest, person_id: FromPath[str]) -> Response[str]:
    """Makes an invitation and shows its link: the only time that it is to be seen."""
    return _page(request, roles.invite(request.app.state.node, signed_in(request), to_uuid(person_id)))


@post("/people/{person_id:str}/suspend")
@threaded
def suspend(request: PageRequest, person_id: FromPath[str]) -> Response[Any]:
    roles.suspend_person(request.app.state.node, signed_in(request), to_uuid(person_id), field(request, "reason"))
    return Redirect("/people", status_code=303)


@post("/people/{person_id:str}/lift")
@threaded
def lift(request: PageRequest, person_id: FromPath[str]) -> Response[Any]:
    roles.lift_suspension(request.app.state.node, signed_in(request), to_uuid(person_id))
    return Redirect("/people", status_code=303)


@post("/people/recoveries/{recovery_id:str}/vouch")
@threaded
def vouch(request: PageRequest, recovery_id: FromPath[str]) -> Response[Any]:
    recovery.vouch(request.app.state.node, signed_in(request), to_uuid(recovery_id))
    return Redirect("/people", status_code=303)


@post("/people/recoveries/{recovery_id:str}/stop")
@threaded
def stop(request: PageRequest, recovery_id: FromPath[str]) -> Response[Any]:
    recovery.stop(request.app.state.node, signed_in(request), to_uuid(recovery_id))
    return Redirect("/people", status_code=303)


def _page(request: PageRequest, link: str) -> Response[str]:
    node, signed = request.app.state.node, signed_in(request)
    staff = roles.list_staff(node, signed)
    members = browse_alliance.list_members(node, signed) if staff.may_enrol else []
    return page(
        request, "people.html", staff=staff, claims=recovery.list_open(node, signed), members=members, link=link,
        most=roles.SHOWN,
        roles=[(role, sorted(DUTIES[role])) for role in Role],
    )  # fmt: skip


HANDLERS = [list_people, enrol, invite, suspend, lift, vouch, stop]
