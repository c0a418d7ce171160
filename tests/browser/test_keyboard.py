"""The main job by keyboard alone: from the invitation to the answer, with the focus in sight at every stop."""

from __future__ import annotations

import browsing
import pytest

FOCUS = """() => {
    const on = document.activeElement;
    if (!on || on === document.body || on.tagName === "IFRAME") return "";
    const what = on.outerHTML.slice(0, 120);
    const { top, bottom, left, right, width, height } = on.getBoundingClientRect();
    const inside = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth && width && height;
    if (!inside) return `out of sight: ${what}`;
    const drawn = getComputedStyle(on).boxShadow !== "none" || on.matches(".handle, input[type=range]");
    return drawn ? "" : `no focus shown: ${what}`;
}"""
"""What is wrong with where the focus is; empty when it can be seen."""


def reach(page, wanted, most=120):
    """Tabs to an element; every stop on the way must be seen."""
    goal = wanted.element_handle()
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS) == ""
        if page.evaluate("(goal) => goal === document.activeElement", goal):
            return
    raise AssertionError(f"not reached by {most} tabs: {goal.evaluate('(one) => one.outerHTML')[:200]}")


def go(page, letter, where):
    page.keyboard.press("g")
    page.keyboard.press(letter)
    page.wait_for_url(where)


@pytest.fixture
def walker(chromium, stood):
    """A window in which nobody is signed in; it must finish without an error in its console."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=stood.url, reduced_motion="reduce")
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.mark.slow
def test_the_main_job_is_done_by_keyboard_alone(walker, stood, tmp_path):
    page = walker
    page.goto(stood.link("ncu-a"))
    page.get_by_role("heading", name="Sign in as").wait_for()
    page.keyboard.press("Enter")  # the button has the focus
    page.wait_for_url("**/welcome")
    reach(page, page.get_by_role("link", name="Not now"))
    page.keyboard.press("Enter")
    page.wait_for_url(stood.url + "/")

    hand_in(page, tmp_path)
    judge(page)
    find_on_the_map(page)
    strike(page)
    go(page, "i", "**/report")
    reach(page, page.get_by_role("link", name="On its own"))
    go_to_evidence(page)
    answer(page)


def hand_in(page, tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("pay-parcel-check[.]example\n192.0.2.44\nhello\n", encoding="utf-8")
    go(page, "c", "**/contributions")
    page.keyboard.press("a")
    page.wait_for_url("**/contributions/new")
    page.set_input_files("#files", file)  # the system's own dialogue is not the page's
    page.wait_for_selector("text=2 selectors recognised")
    reach(page, page.get_by_role("button", name="Submit"))
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Handed in. Thank you.")


def judge(page):
    go(page, "l", "**/leads")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/*")
    page.keyboard.press("c")
    page.wait_for_selector("text=Your member confirmed this link")
    page.keyboard.press("u")
    page.wait_for_selector("text=Confirm link")
    page.keyboard.press("r")
    page.keyboard.type("A shared name server")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Your member rejected this link")
    page.keyboard.press("u")
    page.wait_for_selector("text=Confirm link")


def find_on_the_map(page):
    go(page, "m", "**/map")
    page.wait_for_selector("[data-map][data-ready='true']")
    page.keyboard.press("f")
    page.keyboard.type("192.0.2.20")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "IPv4 address" in page.inner_text(".map-chosen .about")
    assert "Exchange (D)" in page.inner_text(".map-chosen .about")
    page.keyboard.press("Escape")
    assert page.inner_text(".map-chosen .about") == ""


def strike(page):
    go(page, "p", "**/plan")
    action = page.locator(".plan-steps details summary").first
    reach(page, action)
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("button", name="What if this falls away?").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan?*strike=*")
    page.wait_for_selector("text=Nothing was changed")


def go_to_evidence(page):
    page.goto("/")
    go(page, "e", "**/evidence")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/evidence/*")
    page.get_by_role("heading", name="Chain of custody").wait_for()


def answer(page):
    go(page, "b", "**/inbox")
    reason = page.locator("form.answer input[name=reason]").first
    reach(page, reason)
    page.keyboard.type("The hearing is ours as well.")
    reach(page, page.get_by_role("button", name="Refuse").first)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The hearing is ours as well.")


def test_dialogs_open_and_close_by_key_and_give_the_focus_back(walker, stood):
    page = walker
    browsing.sign_in(page.context, stood.link("ncu-a"))
    page.goto("/contributions")
    page.keyboard.press("j")
    row = page.evaluate("document.activeElement.textContent")
    for opens, dialog in (("?", "#keys"), ("Control+k", "#palette")):
        page.keyboard.press(opens)
        assert page.locator(dialog).is_visible()
        page.keyboard.press("Escape")
        assert not page.locator(dialog).is_visible()
        assert page.evaluate("document.activeElement.textContent") == row
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "q"
