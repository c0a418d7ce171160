"""Roles on every page there is: routes are found from the application, so a new one is asked as well."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from accord.model.errors import RefusedError
from accord.services import sign_in, tokens
from accord.services.members import enrol
from accord.store import members
from accord.store.engine import node_transaction

from . import world
from .conftest import browser_of

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
OWN = ("/me/", "/leave", "/enter")
"""One's own account, and the door: everybody's."""
ASKING = {
    "/people/recoveries/{recovery_id:str}/stop": "one's own request may be stopped by its owner, whatever their role",
}
"""Routes by POST that change nothing of the alliance's → why a reader may call them."""
PROGRAMS = ("/api", "/taxii2", "/witness")
"""Faces of programs: the API is asked below with tokens, TAXII by its own tests; a witness answers to signatures."""
FITTING = {
    "/api/v1/contributions": {"files": [{"path": "list.txt", "content": "MTkyLjAuMi4xCg=="}]},
    "/api/v1/exports/{what:str}/columns": ["id"],
    "/api/v1/leads/{lead_id:uuid}/judgements": {"verdict": "confirmed"},
    "/api/v1/webhooks": {"url": "https://hook.example/"},
}
"""Bodies of the API's form: what does not fit is refused before anybody looks who sent it."""


NOWHERE = "/{rest:path}"
"""Addresses that are none: absent for everybody (`test_entering`), so there is nothing to be refused."""


def changing_routes(app, *, by_programs=False):
    found = {
        (route.path, method)
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path != NOWHERE
        for method in CHANGING & set(route.methods)
    }
    if by_programs:
        return sorted(pair for pair in found if pair[0].startswith("/api"))
    return sorted(pair for pair in found if not pair[0].startswith(PROGRAMS))


def filled(app, path):
    (route,) = {r.path: r for r in app.routes if isinstance(r, HTTPRoute) and r.path == path}.values()
    parts = [part if isinstance(part, str) else str(UUID(int=5)) for part in route.path_components]
    return "/" + "/".join(parts)


@pytest.fixture
def person_as(node, people):
    def _person_as(role):
        with node_transaction(node.engine) as connection:
            member = members.by_slug(connection, "ncu-a")
        return enrol(node, member, f"The {role}", role=role, title="")

    return _person_as


@pytest.mark.parametrize("role", ["overseer", "administrator"])
def test_who_has_no_such_duty_is_refused_by_every_route_that_changes_something(app, node, person_as, role):
    client = browser_of(app, node, person_as(role))
    people = {"", "/{person_id:str}/invite", "/{person_id:str}/suspend", "/{person_id:str}/lift"}
    duties = {f"/people{part}" for part in people | {"/recoveries/{recovery_id:str}/vouch"}}
    allowed = duties if role == "administrator" else set()
    let = []
    for path, method in changing_routes(app):
        if path.startswith(OWN) or path in allowed | set(ASKING):
            continue
        answer = client.request(method, filled(app, path), data={"csrf": client.csrf}, follow_redirects=False)
        if answer.status_code != 403:
            let.append((path, method, answer.status_code))
    assert let == []


@pytest.mark.parametrize("role", ["overseer", "administrator"])
def test_nor_does_a_token_change_what_its_person_may_not(app, node, person_as, role):
    """A token's scopes narrow a role and never widen it: these two get no token to write, and without it nothing."""
    signed = sign_in.who(node, sign_in.enter(node, sign_in.make_link(node, person_as(role)).rpartition("#")[2], "t"))
    with pytest.raises(RefusedError):
        tokens.make_token(node, signed, "script", ["read", "write", "api"])
    # The same token, as if the person had been an analyst when it was made.
    was = replace(signed, role="analyst")
    token = tokens.make_token(node, was, "script", ["read", "write", "api"])
    client = TestClient(app, base_url="http://accord.test")
    client.headers["authorization"] = f"Bearer {token}"
    let = []
    for path, method in changing_routes(app, by_programs=True):
        answer = client.request(method, filled(app, path), json=FITTING.get(path, {}))
        if answer.status_code != 403:
            let.append((path, method, answer.status_code, answer.text))
    assert let == []


def test_the_walk_walks(app):
    assert len(changing_routes(app, by_programs=True)) > 5
    paths = {path for path, _method in changing_routes(app)}
    assert len(paths) > 20
    assert set(ASKING) <= paths


def test_a_stranger_changes_nothing_anywhere(app, stranger):
    for path, method in changing_routes(app):
        if not path.startswith("/enter"):
            assert stranger.request(method, filled(app, path), data={"csrf": "x"}).status_code == 401, path


@pytest.mark.parametrize(
    "page", ["/", "/leads", "/contributions", "/activity", "/map/data.json", "/plan", "/report", "/search?q=parcel"]
)
def test_the_administrator_reads_no_intelligence(seeded, app, node, page):
    """Not even their own member's; a colleague of the same member sees it on the same page."""
    with node_transaction(node.engine) as connection:
        member = members.by_slug(connection, "ncu-a")
    admin = browser_of(app, node, enrol(node, member, "Ada Kern", role="administrator", title=""))
    reader = browser_of(app, node, enrol(node, member, "Rosa Other", role="analyst", title=""))
    words = ("parcel", "Parcel", "192.0.2", "192[.]0[.]2", "pay-1", "Panel logs", "Abuse tickets", "greywren")
    shown = reader.get(page).text
    hidden = admin.get(page).text.replace('value="parcel"', "").replace("“parcel”", "")
    seen = [word for word in words if word in shown]
    if page not in ("/report", "/plan", "/search?q=parcel"):
        assert seen, "the test holds nothing that could leak"
    assert [word for word in seen if word in hidden and page != "/search?q=parcel"] == []


def test_the_database_itself_refuses_an_overseers_change(node, person_as):
    from accord.services.browse import reading
    from accord.services.record import record

    link = sign_in.make_link(node, person_as("overseer")).removeprefix("/enter#")
    signed = sign_in.who(node, sign_in.enter(node, link, "t"))
    with pytest.raises(RefusedError, match="changes nothing"), reading(node, signed) as connection:
        record(node, connection, "anything", "x", member_id=signed.member_id)


def test_the_page_of_people_shows_ones_own_member(app, node, people):
    client = browser_of(app, node, people["ncu-a"])
    page = client.get("/people").text
    assert "Rosa Lind" in page
    others = [name for name, slug, _role, _title in world.PEOPLE if slug != "ncu-a"] if hasattr(world, "PEOPLE") else []
    assert not [name for name in others if name in page]


def test_a_token_is_shown_once(app, node, people):
    client = browser_of(app, node, people["ncu-a"])
    made = client.post(
        "/me/tokens", data={"csrf": client.csrf, "name": "script", "scope": ["read", "api"], "days": "30"}
    )
    token = made.text.split('id="made">', 1)[1].split("<", 1)[0]
    assert token.startswith("accord_")
    listed = client.get("/me/tokens").text
    assert "script" in listed
    assert token not in listed
    number = listed.split("/me/tokens/", 1)[1].split("/", 1)[0]
    client.post(f"/me/tokens/{number}/revoke", data={"csrf": client.csrf})
    assert "revoked" in client.get("/me/tokens").text
