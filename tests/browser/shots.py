# ruff: noqa: E501  # tables of examples read better in one line
"""Every page as a picture: light and dark, 1440 and 390 px wide. `python tests/browser/shots.py [WORD ...]` for some."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from browsing import browser, sign_in
from stage import Stage, stage

OUT = Path(__file__).resolve().parents[2] / "shots"
SIZES = ((1440, 900), (390, 844))
THEMES = ("light", "dark")


def pages(stood: Stage) -> dict[str, str]:
    return {
        "situation": "/", "activity": "/activity", "contributions": "/contributions", "contribution": f"/contributions/{stood.world.contributions[0]}",
        "intake": "/contributions/new", "contribution-theirs": f"/contributions/{stood.world.contributions[1]}", "inbox": "/inbox",
        "handling": f"/contributions/{stood.world.contributions[0]}/handling", "recall": f"/contributions/{stood.world.contributions[0]}/recall",
        "tear-line": f"/contributions/{stood.world.contributions[0]}/tear-line", "leads": "/leads", "lead": f"/leads/{stood.world.leads[0]}", "map": "/map", "map-table": "/map?view=table",
        "map-focus": "/map?focus=ipv4|192.0.2.20", "plan": "/plan", "report": "/report", "alliance": "/alliance", "member": "/alliance/northern",
        "me": "/me", "tokens": "/me/tokens", "people": "/people", "welcome": "/welcome", "search": "/search?q=192[.]0[.]2[.]44", "search-words": "/search?q=parcel", "work": f"/work/{stood.world.running}",
        "record": "/record", "consents": "/me/consents", "record-entry": f"/record/{stood.entry}", "missing": "/nowhere",
        "evidence": "/evidence", "evidence-none": "/evidence?q=zebra", "evidence-new": "/evidence/new",
        "evidence-item": f"/evidence/{stood.room.items[0]}", "evidence-disposal": f"/evidence/{stood.room.items[4]}",
        "evidence-event": f"/evidence/{stood.room.items[0]}/events/1", "cases": "/cases", "case": f"/cases/{stood.room.case}",
        "case-new": "/cases/new", "case-report": f"/cases/{stood.room.case}/report.html",
        "webhooks": "/webhooks", "subscriptions": "/subscriptions", "export": "/export/contributions?q=parcel", "export-leads": "/export/leads",
        "effects": "/effect", "effect": f"/effect/{stood.declared[0]}", "effect-null": f"/effect/{stood.declared[1]}",
        "effect-early": f"/effect/{stood.declared[4]}", "effect-after": f"/effect/{stood.declared[2]}", "effect-new": "/effect/new",
    }  # fmt: skip


def bare_pages() -> dict[str, str]:
    """What a person sees on a node that holds nothing yet."""
    return {
        "situation": "/", "activity": "/activity", "contributions": "/contributions", "intake": "/contributions/new", "inbox": "/inbox",
        "leads": "/leads", "leads-filtered": "/leads?q=zebra", "map": "/map", "map-table": "/map?view=table", "plan": "/plan", "report": "/report", "alliance": "/alliance",
        "member": "/alliance/ncu-a", "me": "/me", "tokens": "/me/tokens", "people": "/people", "search": "/search?q=192[.]0[.]2[.]44",
        "search-bare": "/search", "record": "/record", "consents": "/me/consents", "evidence": "/evidence", "evidence-new": "/evidence/new",
        "cases": "/cases", "case-new": "/cases/new", "webhooks": "/webhooks", "export": "/export/contributions",
        "export-leads": "/export/leads", "effects": "/effect", "effect-new": "/effect/new", "effect-node": "/effect/new?source=node", "missing": "/nowhere",
    }  # fmt: skip


def settle(page: Any) -> None:
    page.wait_for_load_state("load")
    if page.locator("[data-map]").count():
        page.wait_for_selector("[data-map][data-ready]", timeout=20_000)
        page.wait_for_timeout(400)
    page.evaluate("document.fonts.ready")


def main() -> None:
    words = sys.argv[1:]
    OUT.mkdir(exist_ok=True)
    with browser() as chromium:
        with stage() as stood:
            _take(chromium, stood, pages(stood), words)
        with stage(seeded=False) as stood:
            _take(chromium, stood, {f"bare-{name}": path for name, path in bare_pages().items()}, words)
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT}")


def _take(chromium: Any, stood: Stage, wanted: dict[str, str], words: list[str]) -> None:
    for width, height in SIZES:
        for theme in THEMES:
            context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
            sign_in(context, stood.link("ncu-a"))
            page = context.new_page()
            for name, path in wanted.items():
                if words and not any(word in f"{name}-{width}-{theme}" for word in words):
                    continue
                page.goto(stood.url + path)
                settle(page)
                page.screenshot(path=OUT / f"{name}-{width}-{theme}.png", full_page=width < 700)
            context.close()


if __name__ == "__main__":
    main()
