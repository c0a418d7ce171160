"""Handing in and judging by keyboard, the map and the plan in a real browser, and pages without scripts."""

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
    submit = page.get_by_role("button", name="Submit")
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
    browsing.sign_in(context, stood.link("upland"), scripts=False)
    page = context.new_page()
    page.goto(f"/leads/{stood.world.leads[3]}")
    page.get_by_role("button", name="Confirm link").click()
    assert page.get_by_text("Your member confirmed this link").count() == 1
    page.goto("/map?view=table")
    assert page.locator("tbody tr").count() > 100
    context.close()


def test_things_are_drawn_around_and_proposed_to_the_plan(page):
    page.goto("/map")
    page.wait_for_selector("[data-map][data-ready='true']")
    page.keyboard.press("l")
    box = page.locator(".lasso").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.02, box["y"] + box["height"] * 0.25)  # clear of the tools
    page.mouse.down()
    for x, y in ((0.5, 0.25), (0.5, 0.8), (0.02, 0.8)):
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=4)
    page.mouse.up()
    chosen = int(page.inner_text("[data-picked] .count"))
    assert 0 < chosen < 240
    assert page.locator("[data-picked] li").count() >= min(chosen, 200)
    assert page.locator("[data-selection] tbody tr").count() == chosen  # the same for who cannot see the picture
    page.keyboard.press("v")
    assert int(page.inner_text("[data-picked] .count")) > chosen
    page.get_by_role("link", name="Propose to the plan").click()
    page.wait_for_url("**/plan?want=*")


def test_the_marks_of_proposed_things_are_those_that_the_server_reads(page):
    from accord.web.plan_question import mark

    page.goto("/map")
    page.wait_for_selector("[data-map][data-ready='true']")
    page.keyboard.press("v")
    address = page.get_attribute("[data-do=propose]", "href")
    keys = [row[0] for row in page.evaluate("fetch('/map/data.json').then((answer) => answer.json())")[0]]
    assert set(address.partition("want=")[2].split(",")) <= {mark(key) for key in keys}


def test_time_narrows_the_map_and_is_undone(page):
    page.goto("/map")
    page.wait_for_selector("[data-map][data-ready='true']")
    said = page.inner_text("[data-time] output")
    assert "213 have dates" in said
    page.focus("#map-from")
    page.keyboard.press("End")
    narrowed = page.inner_text("[data-time] output")
    assert narrowed != said
    assert "of 240" in narrowed
    page.get_by_role("button", name="Undo").click()
    assert page.inner_text("[data-time] output") == said


def test_the_budget_is_planned_anew_when_the_handle_is_let_go(page):
    page.goto("/plan")
    page.focus(".curve .handle")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/plan?*budget=*")
    page.wait_for_selector("text=Nothing was changed")
    assert page.locator(".plan-view h1").inner_text() == "11 actions remain."


def test_the_table_of_the_map_proposes_without_scripts(chromium, stood):
    import browsing

    context = chromium.new_context(java_script_enabled=False, base_url=stood.url)
    browsing.sign_in(context, stood.link("ncu-a"), scripts=False)
    page = context.new_page()
    page.goto("/map?view=table&since=2026-11-01")
    page.locator("input[name=want]").first.check()
    page.get_by_role("button", name="Propose what is ticked").click()
    page.wait_for_url("**/plan?want=*")
    context.close()
