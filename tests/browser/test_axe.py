# tables of examples read better in one line
"""No accessibility violation that axe can find, on any page, light and dark, wide and narrow."""

from __future__ import annotations

import json

import browsing
import pytest
import stage as stages
from shots import bare_pages, pages, settle

from conftest import AXE

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {json.dumps(RULES)})")["violations"]
    return [
        (f["id"], node["html"][:160], node["failureSummary"].split("\n")[-1][:160])
        for f in found
        for node in f["nodes"][:3]
    ]


def faults(chromium, stood, wanted, theme, width):
    """What axe finds on pages, and whether one scrolls sideways; by page."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True, reduced_motion="reduce"
    )
    browsing.sign_in(context, stood.link("ncu-a"))
    page = context.new_page()
    found = {}
    for name, path in wanted.items():
        page.goto(stood.url + path)
        settle(page)
        found[name] = violations(page) + sideways(page)
    page.goto(stood.url + "/")
    page.keyboard.press("Control+k")
    found["palette"] = violations(page)
    context.close()
    return {name: what for name, what in found.items() if what}


def sideways(page):
    """Pixels by which a page is wider than its window, as a fault."""
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [("sideways", page.url, over)] if over > 0 else []


LOOKS = [("light", 1440), ("dark", 390), ("dark", 1440), ("light", 390)]


@pytest.mark.parametrize(
    ("theme", "width"), [*LOOKS[:2], *(pytest.param(*one, marks=pytest.mark.slow) for one in LOOKS[2:])]
)
def test_pages_have_no_violations(chromium, stood, theme, width):
    assert faults(chromium, stood, pages(stood), theme, width) == {}


@pytest.fixture(scope="module")
def bare(chromium):
    with stages.stage(seeded=False) as stood:
        yield stood


@pytest.mark.slow
def test_first_pages_of_an_empty_node_have_no_violations(chromium, bare):
    wanted = {path: path for path in ("/", "/leads", "/plan")}
    assert faults(chromium, bare, wanted, "light", 390) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_pages_of_an_empty_node_have_no_violations(chromium, bare, theme, width):
    assert faults(chromium, bare, bare_pages(), theme, width) == {}


def test_sign_in_has_no_violations(chromium, stood):
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    for address in (stood.link("upland"), stood.url + "/enter", stood.url + "/enter/lost"):
        page.goto(address)
        assert violations(page) == []
    context.close()
