"""The Chromium that is there, as the tests and the pictures start it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> str | None:
    """The path of an installed Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = find()
    assert path, "no Chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield opened
        finally:
            opened.close()


def sign_in(context: Any, link: str, *, scripts: bool = True) -> None:
    """Signs a person in as they would: the link, then its button. Without scripts the link is put into the form."""
    page = context.new_page()
    page.goto(link)
    if not scripts:
        page.get_by_text("I have an invitation").click()
        page.get_by_label("The link").fill(link)
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Sign in as").wait_for()
    page.get_by_role("button").click()
    page.wait_for_url("**/welcome")
    page.close()
