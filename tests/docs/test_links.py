"""Links between the pages lead somewhere, and every page is reached from the table of contents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMING: set[str] = set()
"""Named already and still to be made."""


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    broken = []
    for target in LINK.findall(re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        inside = place.is_relative_to(ROOT)
        known = place.exists() or (inside and str(place.relative_to(ROOT)) in COMING)
        if not (inside and known) or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


def test_every_page_is_reached_from_the_table_of_contents():
    index = ROOT / "docs/index.md"
    linked = {(index.parent / target).resolve() for target in LINK.findall(index.read_text(encoding="utf-8"))}
    unlinked = {str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md") if p.resolve() not in {*linked, index}}
    assert unlinked == set()


def test_paths_named_in_the_texts_exist():
    """`docs/…`, `tests/…`, `benchmarks/…`, `tools/…` in code quotes are files of this project."""
    named = re.compile(r"`((?:docs|tests|benchmarks|tools|requirements|web-assets)/[\w./-]+)`")
    missing = [
        f"{page.relative_to(ROOT)}: {path}"
        for page in PAGES
        for path in named.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / path).exists() and path not in COMING
    ]
    assert missing == []
