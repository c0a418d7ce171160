"""The two paths that must work by keyboard alone, and the map in a real browser."""

from __future__ import annotations


def test_a_file_is_handed_in_by_keyboard(page, tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("pay-parcel-check[.]example\n192.0.2.44\nhello\n", encoding="utf-8")
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("contribut")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contributions")
    page.keyboard.press("a")
    page.wait_for_url("**/contributions/new")
    page.set_input_files("#files", file)  # the system's own dialogue is not the page's
    page.wait_for_selector("text=2 selectors recognised")
    submit = page.get_by_role("button", name="Submit as")
    submit.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Handed in. Thank you.")


def test_a_lead_is_judged_and_undone_by_keyboard(page):
    page.goto("/leads")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/*")
    page.keyboard.press("r")
    page.keyboard.type("A shared name server")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Your member rejected this link")
    page.keyboard.press("u")
    page.wait_for_selector("text=Confirm link")


def test_the_map_draws_finds_and_undoes(page):
    page.goto("/map")
    page.wait_for_selector("[data-map][data-ready='true']")
    page.keyboard.press("f")
    page.keyboard.type("192.0.2.20")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "links" in page.inner_text(".map-chosen .about")
    assert page.locator("[data-selection] tbody tr").count() > 3
    page.get_by_role("button", name="Hide", exact=False).last.click()
    assert page.inner_text(".map-chosen .about") == ""
    page.get_by_role("button", name="Undo").click()
    assert "links" in page.inner_text(".map-chosen .about")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as SVG").click()
    assert saved.value.suggested_filename == "map.svg"


def test_pages_read_and_forms_work_without_scripts(chromium, stood):
    import browsing

    context = chromium.new_context(java_script_enabled=False, base_url=stood.url)
    browsing.sign_in(context, stood.link("upland"))
    page = context.new_page()
    page.goto(f"/leads/{stood.world.leads[3]}")
    page.get_by_role("button", name="Confirm link").click()
    assert page.get_by_text("Your member confirmed this link").count() == 1
    page.goto("/map?view=table")
    assert page.locator("tbody tr").count() > 100
    context.close()
