# addresses and sentences read better in one line
"""What people do in pages: judge and undo, hand in, ask what if, cancel."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, text

from accord.store.engine import node_transaction
from accord.store.tables import event, judgement

FILE = b"pay-parcel-check[.]example\n192.0.2.44\nhello\nhxxp://fee[.]example/gate\n"


def verbs_of(node):
    with node_transaction(node.engine) as connection:
        return connection.execute(select(event.c.verb).order_by(event.c.happened_at.desc()).limit(8)).scalars().all()


def judge(client, lead, verdict, reason=""):
    return client.post(
        f"/leads/{lead}/judge", data={"csrf": client.csrf, "verdict": verdict, "reason": reason}, follow_redirects=False
    )


def test_confirming_is_recorded_shown_and_undone(investigator, seeded, node):
    lead = seeded.leads[0]
    assert judge(investigator, lead, "confirmed", "Same invoice").status_code == 303
    assert "Your member confirmed this link" in investigator.get(f"/leads/{lead}").text
    assert "lead confirmed" in verbs_of(node)
    assert str(lead) not in investigator.get("/leads?state=open").text
    assert str(lead) in investigator.get("/leads?state=confirmed").text
    investigator.post(f"/leads/{lead}/undo", data={"csrf": investigator.csrf})
    page = investigator.get(f"/leads/{lead}").text
    assert "Confirm link" in page
    assert "(undone)" in page
    with node_transaction(node.engine) as connection:
        assert connection.execute(select(judgement.c.undone_at)).scalars().all() != [None]


def test_a_rejection_needs_its_reason(investigator, seeded, node):
    assert judge(investigator, seeded.leads[1], "rejected", "  ").status_code == 422
    assert judge(investigator, seeded.leads[1], "rejected", "A shared host").status_code == 303
    assert "A shared host" in investigator.get(f"/leads/{seeded.leads[1]}").text


def test_a_member_has_one_standing_judgement(investigator, seeded, node):
    judge(investigator, seeded.leads[2], "confirmed")
    judge(investigator, seeded.leads[2], "rejected", "Looked again")
    with node_transaction(node.engine) as connection:
        rows = connection.execute(
            select(judgement.c.verdict, judgement.c.undone_at).order_by(judgement.c.verdict)
        ).all()
    assert [(row.verdict, row.undone_at is None) for row in rows] == [("confirmed", False), ("rejected", True)]


def test_of_two_who_judge_at_the_same_moment_one_is_told_so(investigator, seeded, node):
    """The second waits for the first, whose transaction is still open, and is then told; nothing is kept twice."""
    lead = seeded.leads[2]
    with ThreadPoolExecutor() as pool, node_transaction(node.engine) as connection:
        copied = "gen_random_uuid(), a.id, p.id, p.member_id, 'confirmed', '', now(), null, a.audience"
        whose = "from lead a, person p where a.id = :lead and p.id = :person"
        first = {"lead": lead, "person": seeded.people["ncu-a"]}
        connection.execute(text(f"insert into judgement select {copied} {whose}"), first)
        second = pool.submit(judge, investigator, lead, "rejected", "A shared host")
        waiting = text("select count(*) from pg_locks where not granted")
        while connection.scalar(waiting) == 0:
            assert not second.done()
        connection.commit()
    assert second.result().status_code == 409
    with node_transaction(node.engine) as connection:
        assert connection.execute(select(judgement.c.verdict)).scalars().all() == ["confirmed"]


def test_members_judge_for_themselves(investigator, enter, seeded):
    judge(investigator, seeded.leads[0], "confirmed", "We are sure")
    other = enter(seeded.people["stonebridge"])
    page = other.get(f"/leads/{seeded.leads[0]}").text
    assert "We are sure" in page
    assert "Confirm link" in page
    assert other.post(f"/leads/{seeded.leads[0]}/undo", data={"csrf": other.csrf}).status_code == 409


def test_nobody_judges_what_they_may_not_see(investigator, seeded, node):
    assert judge(investigator, seeded.hidden_lead, "confirmed").status_code == 404
    with node_transaction(node.engine) as connection:
        assert connection.scalar(text("select count(*) from judgement")) == 0


def test_nonsense_verdicts_are_refused(investigator, seeded):
    assert judge(investigator, seeded.leads[0], "maybe").status_code == 422
    assert judge(investigator, seeded.leads[0], "rejected", "x" * 1_001).status_code == 413


def test_filters_come_back_after_a_judgement(investigator, seeded):
    data = {"csrf": investigator.csrf, "verdict": "confirmed", "kept-state": "open", "kept-evil": "1"}
    answer = investigator.post(f"/leads/{seeded.leads[0]}/judge", data=data, follow_redirects=False)
    assert answer.headers["location"] == f"/leads/{seeded.leads[0]}?state=open"


def preview(client, *files):
    return client.post("/contributions/preview", data={"csrf": client.csrf}, files=[("files", file) for file in files])


def test_handing_in_previews_first_and_then_gives_a_receipt(investigator, seeded):
    shown = preview(investigator, ("list.txt", FILE), ("C:\\desk\\more.txt", b"198.51.100.9\n"))
    assert "4 selectors recognised in two files. 1 line was not taken." in shown.text
    assert "more.txt" in shown.text
    assert "desk" not in shown.text
    assert "No selector was recognised" in shown.text
    assert str(FILE) not in investigator.get("/contributions").text
    draft = re.search(r'name="draft" value="([^"]+)"', shown.text).group(1)
    done = investigator.post(
        "/contributions/submit", data={"csrf": investigator.csrf, "draft": draft, "tlp": "TLP:GREEN"}
    )
    assert "two contributions of your member are sealed" in done.text
    number = re.search(r'href="/contributions/([0-9a-f-]{36})"', done.text).group(1)
    assert "pay-parcel-check[.]example" in investigator.get(f"/contributions/{number}").text
    again = investigator.post(
        "/contributions/submit", data={"csrf": investigator.csrf, "draft": draft, "tlp": "TLP:GREEN"}
    )
    assert again.status_code == 404


def test_what_a_file_says_of_itself_holds_whatever_is_chosen(investigator):
    shown = preview(investigator, ("red.txt", FILE + b"TLP:RED\n"))
    draft = re.search(r'name="draft" value="([^"]+)"', shown.text).group(1)
    wider = investigator.post(
        "/contributions/handling", data={"csrf": investigator.csrf, "draft": draft, "tlp": "TLP:GREEN"}
    )
    assert "holds besides, whatever is chosen here: TLP:RED" in wider.text
    assert len(re.findall(r"does not see it:", wider.text)) == 7


def test_the_preview_says_who_would_see_it(investigator):
    shown = preview(investigator, ("red.txt", b"TLP:RED\n192.0.2.1\n")).text
    assert len(re.findall(r"does not see it:", shown)) == 7
    assert len(re.findall(r"(?<!not )>?sees it:", shown)) == 1


def test_drafts_belong_to_their_person(investigator, enter, seeded):
    draft = re.search(r'name="draft" value="([^"]+)"', preview(investigator, ("a.txt", FILE)).text).group(1)
    other = enter(seeded.people["upland"])
    assert (
        other.post("/contributions/submit", data={"csrf": other.csrf, "draft": draft, "tlp": "TLP:GREEN"}).status_code
        == 404
    )


def test_a_submission_without_files_says_so(investigator):
    answer = investigator.post("/contributions/preview", data={"csrf": investigator.csrf})
    assert answer.status_code == 422


def test_what_if_plans_anew_and_keeps_nothing(investigator):
    answer = investigator.get("/plan?refuse=northern&refuse=upland&strike=action-3&budget=20")
    assert "<h1>6 actions remain.</h1>" in answer.text
    assert "Nothing was changed" in answer.text
    assert 'value="20' in answer.text
    asked = re.findall(r'name="refuse" value="([\w-]+)"( checked)?', answer.text)
    assert {("northern", " checked"), ("upland", " checked"), ("harbour", "")} <= set(asked)  # who refused may be asked
    assert 'name="strike" value="action-3" checked' in answer.text
    assert "budget=20" in answer.text.split("data-share", 1)[0].rsplit("data-copy", 1)[1]  # it can be shared
    assert "Eleven actions" in investigator.get("/plan").text
    for budget in ("-1", "many", "nan", "1e9"):
        assert investigator.get(f"/plan?budget={budget}").status_code == 422


def test_running_work_can_be_cancelled_once_it_runs_and_no_more(investigator, seeded):
    assert "Cancel" in investigator.get(f"/work/{seeded.running}").text
    done = investigator.post(f"/work/{seeded.running}/cancel", data={"csrf": investigator.csrf})
    assert "Stopping: what is finished is kept." in done.text
    assert investigator.post(f"/work/{seeded.done}/cancel", data={"csrf": investigator.csrf}).status_code == 409


def test_nobody_stops_the_work_of_another(enter, seeded):
    other = enter(seeded.people["upland"])
    assert "Cancel" not in other.get(f"/work/{seeded.running}").text
    assert other.post(f"/work/{seeded.running}/cancel", data={"csrf": other.csrf}).status_code == 403


def test_the_palette_of_colours_is_remembered(investigator):
    investigator.post("/me/theme", data={"csrf": investigator.csrf, "theme": "dark"})
    assert 'data-theme="dark"' in investigator.get("/").text
    investigator.post("/me/theme", data={"csrf": investigator.csrf, "theme": '"><script>'})
    assert "data-theme=" not in investigator.get("/").text.split("<head>")[0]
