# tables of examples read better in one line
"""No accessibility violation that axe can find, on any page, light and dark, wide and narrow."""

from __future__ import annotations

import json

import browsing
import pytest
from shots import pages, settle

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


@pytest.mark.parametrize(
    ("theme", "width"),
    [
        ("light", 1440),
        ("dark", 390),
        pytest.param("dark", 1440, marks=pytest.mark.slow),
        pytest.param("light", 390, marks=pytest.mark.slow),
    ],
)
def test_pages_have_no_violations(chromium, stood, theme, width):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True, reduced_motion="reduce"
    )
    browsing.sign_in(context, stood.link("ncu-a"))
    page = context.new_page()
    found = {}
    for name, path in pages(stood).items():
        page.goto(stood.url + path)
        settle(page)
        found[name] = violations(page)
    page.goto(stood.url + "/")
    page.keyboard.press("Control+k")
    found["palette"] = violations(page)
    context.close()
    assert {name: what for name, what in found.items() if what} == {}


def test_sign_in_has_no_violations(chromium, stood):
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    for address in (stood.link("upland"), stood.url + "/enter", stood.url + "/enter/lost"):
        page.goto(address)
        assert violations(page) == []
    context.close()
