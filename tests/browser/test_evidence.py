"""Evidence in a real browser: by keyboard, through an interruption, and two gigabytes in constant memory."""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path

import browsing
import pytest


def fill(page, file, title):
    page.goto("/evidence/new")
    page.set_input_files("#file", file)
    page.select_option("#kind", "image")
    page.fill("#title", title)
    page.fill("#authority", "Search warrant 14/2026")


def sparse(path, size):
    """A file of that size with something at its beginning, middle and end; its SHA-256."""
    with path.open("wb") as file:
        file.truncate(size)
        for at in (0, size // 2, size - 9):
            file.seek(at)
            file.write(b"evidence!")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            digest.update(data)
    return digest.hexdigest()


def memory_kb(what="VmRSS"):
    return int(re.search(rf"{what}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def test_an_item_is_registered_and_sealed_by_keyboard(page, tmp_path):
    file = tmp_path / "disk.img"
    digest = sparse(file, 20 * 2**20)
    page.goto("/evidence")
    page.keyboard.press("a")
    page.wait_for_url("**/evidence/new")
    fill(page, file, "Registered by keyboard")
    page.get_by_role("button", name="Register").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Registered.")
    assert digest in page.inner_text("main")
    page.keyboard.press("s")
    page.wait_for_selector("button:has-text('Seal')", state="detached")
    assert "Sealed" in page.inner_text(".chain")


def test_an_interrupted_upload_goes_on(page, complaints, tmp_path):
    file = tmp_path / "disk.img"
    digest = sparse(file, 30 * 2**20)
    fill(page, file, "Interrupted")
    pieces = []

    def fail_once(route):
        pieces.append(route.request.url)
        if len(pieces) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/evidence/uploads/*offset=*", fail_once)
    page.get_by_role("button", name="Register").click()
    page.wait_for_selector("text=Registered.", timeout=30_000)
    assert digest in page.inner_text("main")
    assert len(complaints) == 1
    assert "ERR_CONNECTION_RESET" in complaints.pop()


@pytest.mark.slow
def test_two_gigabytes_in_constant_memory(chromium, stood, tmp_path):
    """Registered in the browser, handed to another member of the node; the server's memory does not grow with it."""
    file = tmp_path / "disk.img"
    size = 2 * 10**9
    digest = sparse(file, size)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=stood.url)
    browsing.sign_in(context, stood.link("ncu-a"))
    page = context.new_page()
    fill(page, file, "Two gigabytes")
    before, began = memory_kb(), time.monotonic()
    page.get_by_role("button", name="Register").click()
    page.wait_for_selector("text=Registered.", timeout=600_000)
    took, grown = time.monotonic() - began, memory_kb("VmHWM") - before
    assert digest in page.inner_text("main")
    print(f"\n2 GB: {took:.1f} s, {size / took / 1e6:.0f} MB/s, grew by {grown / 1024:.0f} MiB")
    assert grown < 120 * 1024
    where = page.url.split("?")[0]
    page.get_by_text("Hand over").click()
    page.select_option("#taker", label="Stonebridge Security")
    page.fill("#offer-reason", "Joint case")
    page.get_by_role("button", name="Offer it").click()
    other = chromium.new_context(base_url=stood.url)
    browsing.sign_in(other, stood.link("stonebridge"))
    taker = other.new_page()
    taker.goto(where)
    taker.get_by_role("button", name="Accept").click()
    taker.wait_for_selector("text=Transfer accepted")
    taker.get_by_role("button", name="Hash anew").click()
    taker.wait_for_selector("text=are what was registered", timeout=60_000)
    other.close()
    context.close()
