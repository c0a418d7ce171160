# ruff: noqa: E501  # addresses and sentences read better in one line
"""Getting in, staying in, getting out; and what forms must carry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accord.services import sign_in

from . import world

WORK = "work"  # the route of long work
CHANGES = ("/leave", "/leave-everywhere", "/me/theme", "/contributions/preview", "/contributions/submit", "/plan/stop", "/effect/look", "/effect/freeze", "/effect/bring",
           f"/leads/{world.derived_id('x')}/judge", f"/leads/{world.derived_id('x')}/undo", f"/work/{world.derived_id('x')}/cancel")  # fmt: skip
READS = ("/", "/leads", "/contributions", "/map", "/map/data.json", "/plan", "/report/document.html", "/report/report.pdf", "/alliance", "/me",
         "/search?q=x", "/search/recognise?q=192.0.2.1", "/activity", f"/{WORK}/x")  # fmt: skip


@pytest.mark.parametrize("path", READS)
def test_strangers_are_sent_to_the_door(passer_by, path):
    answer = passer_by.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/enter")


@pytest.mark.parametrize("path", CHANGES)
def test_strangers_change_nothing(passer_by, path):
    assert passer_by.post(path, data={"csrf": "x"}).status_code == 401


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("csrf", [None, "", "wrong"])
def test_forms_without_the_right_token_are_refused(early_reader, path, csrf):
    data = {} if csrf is None else {"csrf": csrf}
    assert early_reader.post(path, data=data or {"x": "y"}).status_code == 403
    assert early_reader.get("/me").status_code == 200  # still signed in: nothing was done


def test_another_persons_token_is_refused(enter, people):
    first, second = enter(people["ncu-a"]), enter(people["upland"])
    assert first.post("/leave", data={"csrf": second.csrf}).status_code == 403


def test_requests_from_other_sites_are_refused(early_reader):
    answer = early_reader.post("/leave", data={"csrf": early_reader.csrf}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def code_of(node, person):
    """What stands behind # in a link: browsers send it nowhere, and the page's form posts it."""
    return {"token": sign_in.make_link(node, person).removeprefix("/enter#")}


def test_looking_at_a_link_does_not_use_it_up(stranger, node, people):
    code = code_of(node, people["ncu-a"])
    for _ in range(3):
        assert "Sign in as Rosa Lind?" in stranger.post("/enter/link", data=code).text
    assert stranger.post("/enter/use", data=code, follow_redirects=False).headers["location"] == "/welcome"
    assert stranger.get("/me").status_code == 200


def test_a_link_works_once(stranger, node, people):
    code = code_of(node, people["ncu-a"])
    stranger.post("/enter/use", data=code, follow_redirects=False)
    stranger.cookies.clear()
    assert stranger.post("/enter/use", data=code, follow_redirects=False).status_code == 403
    assert stranger.post("/enter/link", data=code).status_code == 403


def test_a_link_grows_old(stranger, node, people):
    code = code_of(node, people["ncu-a"])
    node.clock.moment += timedelta(hours=25)
    assert stranger.post("/enter/use", data=code, follow_redirects=False).status_code == 403


def test_a_whole_link_may_be_pasted(stranger, node, people):
    pasted = {"token": "  http://accord.test" + sign_in.make_link(node, people["ncu-a"])}
    assert stranger.post("/enter/use", data=pasted, follow_redirects=False).status_code == 303


def test_no_address_holds_a_secret(app):
    """Secrets travel in forms, cookies and fragments: paths and queries are in logs and histories."""
    names = {
        part.name
        for route in app.routes
        if not route.path.startswith("/taxii2")  # there `key` names a collection: its id or its title
        for part in getattr(route, "path_components", [])
        if hasattr(part, "name")
    }
    assert not [
        name
        for name in names
        if any(word in name for word in ("token", "code", "secret", "key")) and not name.endswith("_id")
    ]


def test_sessions_end_when_idle_and_after_a_shift(newcomer, node):
    start = node.clock.moment
    node.clock.moment = start + timedelta(hours=1, minutes=50)
    assert newcomer.get("/me").status_code == 200
    node.clock.moment += timedelta(hours=2, minutes=1)
    assert newcomer.get("/me", follow_redirects=False).status_code == 303


def test_sessions_do_not_outlive_the_shift_however_busy(newcomer, node):
    for _ in range(11):
        node.clock.moment += timedelta(hours=1, minutes=5)
        last = newcomer.get("/me", follow_redirects=False).status_code
    assert node.clock.moment - world.NOW < timedelta(hours=12)
    assert last == 200
    node.clock.moment = world.NOW + timedelta(hours=12, minutes=1)
    assert newcomer.get("/me", follow_redirects=False).status_code == 303


def test_signing_out_everywhere_ends_every_session_of_that_person_alone(enter, people):
    desk, phone, other = enter(people["ncu-a"]), enter(people["ncu-a"]), enter(people["upland"])
    desk.post("/leave-everywhere", data={"csrf": desk.csrf})
    assert phone.get("/", follow_redirects=False).status_code == 303
    assert other.get("/", follow_redirects=False).status_code == 200


def test_the_cookie_is_closed_to_scripts_and_other_sites(stranger, node, people):
    cookie = stranger.post("/enter/use", data=code_of(node, people["ncu-a"]), follow_redirects=False).headers[
        "set-cookie"
    ]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # plain http on the loopback


def test_the_cookie_is_secure_where_the_page_is(app, node, people):
    from litestar.testing import TestClient

    with TestClient(app, base_url="https://accord.test") as client:
        answer = client.post("/enter/use", data=code_of(node, people["ncu-a"]), follow_redirects=False)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-accord-session=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/leads", "/enter", "/map/data.json"])
def test_every_answer_carries_the_headers(early_reader, path):
    headers = early_reader.get(path, follow_redirects=False).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_the_report_runs_nothing(reader):
    answer = reader.get("/report/document.html")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "attachment" in reader.get("/report/report.pdf").headers["content-disposition"]


def test_programs_get_problems_people_get_pages(early_reader):
    problem = early_reader.get("/nowhere", headers={"accept": "application/json"})
    assert problem.headers["content-type"].startswith("application/problem+json")
    assert problem.json()["status"] == 404
    assert "<h1>Not found</h1>" in early_reader.get("/nowhere").text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/leads/at/all/nowhere", "/taxii2/no-root/at/all/", "/api/v1/nowhere", "/api/v2"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_an_address_that_is_none_is_absent_for_everybody(stranger, method, path):
    """Also for programs, whose tokens no cookie session knows: not a question to sign in."""
    headers = {"accept": "application/json", "authorization": "Bearer nobody"}
    assert stranger.request(method, path, headers=headers, follow_redirects=False).status_code == 404
    assert stranger.request(method, path, follow_redirects=False).status_code == 404


def test_who_is_signed_in_stays_within_the_frame(reader, stranger):
    assert 'class="rail' in reader.get("/nowhere").text
    assert 'class="rail' not in stranger.get("/nowhere").text


def test_a_mistake_of_ours_tells_nothing(early_reader, monkeypatch):
    from accord.services import browse_alliance

    def broken(*_given):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(browse_alliance, "list_members", broken)
    answer = early_reader.get("/alliance")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "RuntimeError" not in answer.text


def test_large_forms_are_refused(early_reader):
    answer = early_reader.post("/leave", data={"csrf": early_reader.csrf, "x": "y" * 300_000})
    assert answer.status_code == 413
