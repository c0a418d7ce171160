"""Pages of the evidence room and of case files, as people use them."""

from __future__ import annotations

import hashlib
import re

import pytest

from accord.services import browse_evidence
from accord.store.browse_evidence import EvidenceFilter

FORM = {"kind": "image", "title": "Disk of a panel", "authority": "Code, section 94", "tlp": "TLP:RED", "zone": "UTC"}


def upload(client, content, piece=1000, name="disk.img"):
    token = {"x-accord-csrf": client.csrf}
    told = client.post(
        "/evidence/uploads/begin", json={"name": name, "size": len(content), "modified": 1}, headers=token
    ).json()
    while told["offset"] < told["size"]:
        at = told["offset"]
        answer = client.put(
            f"/evidence/uploads/{told['id']}?offset={at}", content=content[at : at + piece], headers=token
        )
        assert answer.status_code == 200, answer.text
        told = answer.json()
    return told["id"]


def register(client, content=b"disk " * 999, **given):
    number = upload(client, content)
    data = {**FORM, "csrf": client.csrf, "upload": number, **given}
    answer = client.post("/evidence/new", data=data, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("?")[0]


def act(client, where, **data):
    return client.post(f"{where}/act", data={"csrf": client.csrf, **data}, follow_redirects=False)


def test_an_item_goes_up_in_pieces_and_comes_back_whole(investigator):
    content = b"disk " * 999
    where = register(investigator, content)
    page = investigator.get(f"{where}?receipt=1").text
    assert hashlib.sha256(content).hexdigest() in page
    assert "Registered." in page
    assert act(investigator, where, act="seal").status_code == 303
    got = investigator.post(f"{where}/bytes", data={"csrf": investigator.csrf, "reason": "to look"})
    assert got.content == content
    assert got.headers["content-disposition"].startswith("attachment;")
    page = investigator.get(where).text
    assert "Accessed" in page
    assert "to look" in page
    assert "Disk of a panel" in investigator.get("/evidence").text


def test_bytes_are_not_given_without_a_reason_or_the_form(investigator):
    where = register(investigator)
    assert investigator.post(f"{where}/bytes", data={"csrf": investigator.csrf, "reason": " "}).status_code == 422
    assert investigator.post(f"{where}/bytes", data={"reason": "x"}).status_code == 403
    assert investigator.get(f"{where}/bytes").status_code in (404, 405)


def test_pieces_need_their_token_their_order_and_their_bounds(investigator, enter, seeded):
    token = {"x-accord-csrf": investigator.csrf}
    begun = {"name": "a", "size": 2000, "modified": 0}
    assert investigator.post("/evidence/uploads/begin", json=begun).status_code == 403
    told = investigator.post("/evidence/uploads/begin", json=begun, headers=token).json()
    where = f"/evidence/uploads/{told['id']}"
    assert investigator.put(f"{where}?offset=0", content=b"x" * 10).status_code == 403
    assert investigator.put(f"{where}?offset=5", content=b"x" * 10, headers=token).status_code == 409
    assert investigator.put(f"{where}?offset=0", content=b"x" * 2001, headers=token).status_code == 413
    assert investigator.put(f"{where}?offset=0", content=b"x" * (9 * 2**20), headers=token).status_code == 413
    assert investigator.put(f"{where}?offset=-1", content=b"x", headers=token).status_code == 422
    other = enter(seeded.people["stonebridge"])
    stolen = other.put(f"{where}?offset=0", content=b"x", headers={"x-accord-csrf": other.csrf})
    assert stolen.status_code == 404
    for nonsense in (b"[]", b"{", b'{"size": "x"}'):
        assert investigator.post("/evidence/uploads/begin", content=nonsense, headers=token).status_code == 422
    assert investigator.post(f"{where}/abort", headers=token).status_code == 200
    assert investigator.get(where).status_code == 404


def test_a_small_file_goes_with_the_form_where_no_script_runs(investigator):
    answer = investigator.post(
        "/evidence/new", data={**FORM, "csrf": investigator.csrf}, files={"file": ('../a"b.img', b"small")},
        follow_redirects=False,
    )  # fmt: skip
    assert answer.status_code == 303
    assert hashlib.sha256(b"small").hexdigest() in investigator.get(answer.headers["location"]).text


def test_a_hostile_name_stays_text(investigator):
    number = upload(investigator, b"x", name="<script>alert(1)</script>\r\nSet-Cookie: a=b.img")
    data = {**FORM, "csrf": investigator.csrf, "upload": number, "title": "<img src=x onerror=y>"}
    where = investigator.post("/evidence/new", data=data, follow_redirects=False).headers["location"].split("?")[0]
    page = investigator.get(where).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    got = investigator.post(f"{where}/bytes", data={"csrf": investigator.csrf, "reason": "r"})
    assert "set-cookie" not in {name.lower() for name in got.headers if got.headers[name] == "a=b.img"}
    assert "\n" not in got.headers["content-disposition"]


@pytest.mark.parametrize(
    ("given", "words"),
    [({"acquired": "yesterday"}, "date and time"), ({"zone": "Mars/Base", "acquired": "2026-11-20T09:30"}, "time zone"),
     ({"kind": "egg"}, "no kind"), ({"tlp": "TLP:PINK"}, "TLP label"), ({"title": ""}, "no title")],
)  # fmt: skip
def test_what_cannot_be_registered_says_why(investigator, given, words):
    data = {**FORM, "csrf": investigator.csrf, "upload": upload(investigator, b"x"), **given}
    answer = investigator.post("/evidence/new", data=data)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_transfer_from_page_to_page(investigator, enter, seeded, node):
    where = register(investigator)
    other = enter(seeded.people["stonebridge"])
    assert other.get(where).status_code == 404
    taker = seeded.members["stonebridge"]
    data = {"csrf": investigator.csrf, "step": "offer", "taker": str(taker), "reason": "Joint case"}
    assert investigator.post(f"{where}/transfer", data=data, follow_redirects=False).status_code == 303
    assert "offers you" in other.get("/evidence").text
    data = {"csrf": other.csrf, "step": "accept", "reason": "In order"}
    assert other.post(f"{where}/transfer", data=data, follow_redirects=False).status_code == 303
    assert "Transfer accepted" in investigator.get(where).text
    assert "Hand over" not in investigator.get(where).text
    assert "Hand over" in other.get(where).text


def test_an_event_is_verified_by_one_click(investigator):
    where = register(investigator)
    act(investigator, where, act="seal")
    page = investigator.get(f"{where}/events/1").text
    assert "This event holds." in page
    assert "It names the event before it." in page
    for nonsense in ("2", "-1", "x", "99999999"):
        assert investigator.get(f"{where}/events/{nonsense}").status_code == 404


def test_a_finding_makes_claims_evidence(investigator, seeded):
    contribution = seeded.contributions[0]
    assert "Intelligence" in investigator.get(f"/contributions/{contribution}").text
    where = register(investigator)
    act(investigator, where, act="seal")
    data = {"csrf": investigator.csrf, "contribution": f"http://accord.test/contributions/{contribution}"}
    assert investigator.post(f"{where}/finding", data=data, follow_redirects=False).status_code == 303
    page = investigator.get(f"/contributions/{contribution}").text
    assert "Evidence" in page
    assert "sealed original" in page
    assert f"/contributions/{contribution}" in investigator.get(where).text


def open_case(client, **given):
    data = {"csrf": client.csrf, "title": "Parcel fees", "summary": "A kit", **given}
    answer = client.post("/cases/new", data=data, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def write(client, case, **given):
    return client.post(f"{case}/write", data={"csrf": client.csrf, **given}, follow_redirects=False)


def test_a_case_is_seen_by_its_people_alone(investigator, enter, seeded):
    case = open_case(investigator)
    other = enter(seeded.people["stonebridge"])
    for path in (case, f"{case}/case.jsonld", f"{case}/report.html", f"{case}/report.pdf"):
        assert other.get(path).status_code == 404
    assert "Parcel fees" not in other.get("/cases").text
    assert write(other, case, kind="note", text="x").status_code == 404
    person = str(seeded.people["stonebridge"])
    people = {"csrf": investigator.csrf, "person": person}
    assert (
        investigator.post(f"{case}/people", data={**people, "step": "join"}, follow_redirects=False).status_code == 303
    )
    assert "Parcel fees" in other.get(case).text
    assert write(other, case, kind="note", text="I am in").status_code == 303
    assert other.post(f"{case}/people", data={"csrf": other.csrf, "person": person, "step": "join"}).status_code == 403
    investigator.post(f"{case}/people", data={**people, "step": "leave"})
    assert other.get(case).status_code == 404
    assert "I am in" in investigator.get(case).text


def test_a_case_file_holds_what_is_written_into_it(investigator, seeded):
    case, where = open_case(investigator), register(investigator)
    assert write(investigator, case, kind="hypothesis", text="One kit, two sellers").status_code == 303
    hypothesis = re.search(r'name="hypothesis" value="([^"]+)"', investigator.get(case).text)[1]
    argument = {
        "kind": "argument",
        "hypothesis": hypothesis,
        "state": "contradicts",
        "text": "Offline",
        "subject": where,
    }
    assert write(investigator, case, **argument).status_code == 303
    at = {"kind": "happening", "text": "Sold", "at": "2026-11-20T09:30", "zone": "Asia/Tokyo", "subject": where}
    assert write(investigator, case, **at).status_code == 303
    assert write(investigator, case, kind="evidence", subject=where).status_code == 303
    assert write(investigator, case, kind="lead", subject=f"/leads/{seeded.leads[0]}").status_code == 303
    assert write(investigator, case, kind="lead", subject=f"/leads/{seeded.hidden_lead}").status_code == 404
    assert write(investigator, case, kind="entity", text="fee-page[.]example").status_code == 303
    assert write(investigator, case, kind="entity", text="not a selector").status_code == 422
    assert write(investigator, case, kind="task", text="Ask the hoster", at="2026-11-25T09:30").status_code == 303
    page = investigator.get(case).text
    for words in (
        "20 Nov 2026, 00:30 UTC",
        "20 Nov 2026, 09:30 Asia/Tokyo (+09:00)",
        "fee-page[.]example",
        "Disk of a panel",
        "Speaks against it",
        "Ask the hoster",
    ):
        assert words in page
    assert "In cases" in investigator.get(where).text
    assert b"uco-observable:DomainName" in investigator.get(f"{case}/case.jsonld").content
    report = investigator.get(f"{case}/report.html").text
    assert "One kit, two sellers" in report
    assert "fee-page[.]example" in report
    assert investigator.get(f"{case}/report.pdf").content.startswith(b"%PDF")
    done = {"csrf": investigator.csrf, "closing": "Charged"}
    assert investigator.post(f"{case}/close", data=done, follow_redirects=False).status_code == 303
    assert write(investigator, case, kind="note", text="too late").status_code == 409


def test_what_struck_out_is_gone_from_the_file_and_stays_on_record(investigator, node):
    case = open_case(investigator)
    write(investigator, case, kind="note", text="Wrong person named")
    entry = re.search(r'name="entry" value="([^"]+)"', investigator.get(case).text)[1]
    struck = {"csrf": investigator.csrf, "entry": entry}
    assert investigator.post(f"{case}/strike", data={**struck, "reason": ""}).status_code == 422
    assert investigator.post(f"{case}/strike", data={**struck, "reason": "Mistaken identity"}).status_code == 200
    assert "Wrong person named" not in investigator.get(case).text
    assert "Mistaken identity" not in investigator.get("/evidence").text


def test_empty_rooms_teach_the_next_step(newcomer):
    assert "Register the first item" in newcomer.get("/evidence").text
    assert "Open the first" in newcomer.get("/cases").text
    assert "Nothing matches" in newcomer.get("/evidence?q=zebra").text


def test_filters_find_and_do_not_find(investigator, node, seeded):
    where = register(investigator, reference="EX-7")
    for query in ("q=EX-7", "kind=image", "state=unsealed", "mine=1", "q=disk+panel"):
        assert where in investigator.get(f"/evidence?{query}").text
    for query in ("q=EX-8", "kind=thing", "state=sealed", "state=held"):
        assert where not in investigator.get(f"/evidence?{query}").text
    assert EvidenceFilter().kind == ""
    assert browse_evidence.STATES
