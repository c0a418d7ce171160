# ruff: noqa: E501  # addresses and sentences read better in one line
"""Every page, empty and filled: it answers, says what it should first, and shows nothing it should not."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest

PAGES = (
    "/", "/activity", "/contributions", "/contributions?mine=1", "/contributions/new", "/leads", "/leads?mine=1&state=open",
    "/map", "/map?view=table", "/plan", "/report", "/alliance", "/alliance/ncu-a", "/me", "/search", "/search?q=192.0.2.44",
    "/record", "/record?kind=seal&mine=1", "/search?q=parcel", "/search?q=nothing+has+these+words",
)  # fmt: skip


class Shape(HTMLParser):
    """What a page must have however it looks."""

    def __init__(self) -> None:
        super().__init__()
        self.h1 = 0
        self.main = 0
        self.faults: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.h1 += tag == "h1"
        self.main += tag == "main"
        if "id" in given:
            self.ids.append(given["id"])
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.faults.append(f"inline {name} on {tag}")
            if name in ("href", "src", "action") and re.match(r"(?i)\s*(https?:)?//|javascript:", value or ""):
                self.faults.append(f"{tag} {name} leads away: {value}")
        if tag == "script" and "src" not in given:
            self.faults.append("inline script")
        if tag == "form" and given.get("method", "").lower() == "post":
            self.faults.append(f"form to {given.get('action')} lacks csrf")
        if tag == "input" and given.get("name") == "csrf" and self.faults and "lacks csrf" in self.faults[-1]:
            self.faults.pop()


def shape_of(text: str) -> Shape:
    shape = Shape()
    shape.feed(text)
    return shape


@pytest.mark.parametrize("path", PAGES)
def test_page_is_sound_in_a_filled_world(reader, path):
    answer = reader.get(path)
    assert answer.status_code == 200
    shape = shape_of(answer.text)
    assert (shape.h1, shape.main, shape.faults) == (1, 1, [])
    assert sorted(shape.ids) == sorted(set(shape.ids))


@pytest.mark.parametrize("path", PAGES)
def test_page_is_sound_in_an_empty_world(early_reader, path):
    answer = early_reader.get(path)
    assert answer.status_code == 200
    shape = shape_of(answer.text)
    assert (shape.h1, shape.main, shape.faults) == (1, 1, [])


NEXT = {
    "/": "/contributions/new", "/contributions": "/contributions/new", "/leads": "/contributions/new",
    "/map": "/contributions/new", "/plan": "/alliance", "/report": "/leads", "/evidence": "/evidence/new",
    "/cases": "/cases/new", "/effect": "/effect/new", "/effect/new?source=node": "/plan",
    "/search?q=192.0.2.44": "/contributions/new", "/me/consents": "/me",
}  # fmt: skip
"""Where each page leads while there is nothing on the node."""


@pytest.mark.parametrize(("path", "following"), NEXT.items())
def test_empty_pages_teach_the_next_step(early_reader, path, following):
    main = re.search(r"<main.*?</main>", early_reader.get(path).text, re.DOTALL).group()
    assert f'href="{following}"' in main


def test_situation_opens_with_the_answer(reader):
    heading = re.search(r"<h1>(.*?)</h1>", reader.get("/").text).group(1)
    heading = re.sub(r"<[^>]+>", "", heading).strip()
    assert heading == "Eleven leads wait for your judgement. 14 of your contributions match what others hold."


def test_detail_pages_answer(reader, filled):
    for path in (
        f"/leads/{filled.made.leads[0]}",
        f"/contributions/{filled.made.contributions[0]}",
        f"/work/{filled.made.running}",
    ):
        answer = reader.get(path)
        assert answer.status_code == 200
        assert shape_of(answer.text).faults == []


def test_selectors_are_shown_defanged_and_never_linked(reader, filled):
    text = reader.get(f"/contributions/{filled.made.contributions[0]}").text
    text = text.split('id="claims"')[0]  # claims are shown as received
    assert "192[.]0[.]2[.]" in text
    assert not re.search(r'href="https?://', text)
    assert not re.search(r">[^<]*192\.0\.2\.\d", text)


def test_what_a_member_may_not_see_is_nowhere(reader, filled):
    for path in (*PAGES, f"/contributions?member={filled.made.members['harbour']}", "/search?q=only-harbour"):
        text = reader.get(path).text
        assert str(filled.made.hidden_lead) not in text
        assert str(filled.made.hidden_contribution) not in text
        assert "secret/only-harbour" not in text


def test_hidden_and_missing_are_told_the_same(reader, filled):
    for kind, hidden in (("leads", filled.made.hidden_lead), ("contributions", filled.made.hidden_contribution)):
        missing = reader.get(f"/{kind}/{filled.made.running}")
        kept = reader.get(f"/{kind}/{hidden}")
        assert missing.status_code == kept.status_code == 404
        assert missing.text.replace(str(filled.made.running), "") == kept.text.replace(str(hidden), "")


@pytest.mark.parametrize(
    "path",
    [
        "/leads?after=zzz",
        "/contributions?before=e30",
        "/leads?after=" + "A" * 2000,
        "/activity?before=W10",
        "/activity?before=%F0%9F%98%80",
    ],
)
def test_tampered_cursors_are_refused_by_name(reader, path):
    answer = reader.get(path)
    assert answer.status_code == 422
    assert "not one that Accord made" in answer.text


def test_cursors_walk_the_whole_list_once(reader, filled):
    seen, path = [], "/contributions?format=csv"
    while path:
        text = reader.get(path).text
        seen += re.findall(r'data-row href="/contributions/([0-9a-f-]{36})"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert sorted(seen) == sorted(str(number) for number in filled.made.contributions)


def test_filters_narrow_the_leads(reader):
    strong = set(re.findall(r'data-row href="/leads/([0-9a-f-]{36})', reader.get("/leads?least=0.8").text))
    every = set(re.findall(r'data-row href="/leads/([0-9a-f-]{36})', reader.get("/leads").text))
    assert strong < every
    assert "Nothing matches" in reader.get("/leads?kind=iban").text
    assert len(re.findall("lead-row", reader.get("/leads?q=192[.]0[.]2[.]44").text)) < len(every)


def test_odd_filters_do_no_harm(reader):
    for query in (
        "?q=%00",
        "?least=nan",
        "?least=1e400",
        "?kind=%27%3B--",
        "?member=x",
        "?q=" + "%25" * 900,
        "?state=[]",
        "?q=%F0%9F",
    ):
        assert reader.get("/leads" + query).status_code == 200
        assert reader.get("/contributions" + query).status_code == 200


def test_map_data_is_as_stored_and_the_table_has_the_same(reader):
    nodes, edges, clusters, seen = reader.get("/map/data.json").json()
    assert len(seen) == len(nodes)
    assert len(nodes) == 240
    assert all(a < 240 and b < 240 for a, b, *_rest in edges)
    assert len(clusters) == 5
    assert f"{nodes[0][3]}".replace(".", "[.]") in reader.get(f"/map?view=table&q={nodes[0][3]}").text


@pytest.mark.parametrize("path", ["/map?view=table", "/map"])
def test_the_map_calls_kinds_and_members_as_people_do(reader, path):
    text = reader.get(path).text
    assert "Upland Hosting" in text
    assert "IPv4 address" in text
    assert not re.search(r'data-label="Held by">[^<]*upland', text)


def test_a_kind_keeps_its_capitals_in_a_heading(reader):
    assert "<h1>IPv4 address: nobody" in reader.get("/search?q=203.0.113.250").text


def test_recognises_selectors_while_typing(reader):
    assert "held by" in reader.get("/search/recognise?q=192[.]0[.]2[.]44").text
    assert reader.get("/search/recognise?q=hello there").text.strip() == ""


def test_pages_answer_within_the_bound(reader, filled):
    for path in (*PAGES, f"/leads/{filled.made.leads[0]}"):
        reader.get(path)
        times = []
        for _ in range(3):
            start = time.process_time()  # the machine is shared: the bound is on work, not on waiting
            reader.get(path)
            times.append(time.process_time() - start)
        assert min(times) < 0.15, path


def test_every_place_has_a_key_of_its_own_that_the_keys_dialog_names(reader):
    text = reader.get("/").text
    keys = re.findall(r'data-go="(.)"', text)
    assert len(keys) == len(set(keys)) > 9
    assert re.findall(r'<kbd class="key">g (.)</kbd>', text) == keys
