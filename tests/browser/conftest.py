"""A real Chromium, or a loud skip. As root on a machine with apt, Chromium is fetched from the system's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import browsing  # noqa: E402
import stage as stages  # noqa: E402

ASSETS = HERE.parents[1] / "web-assets"
BUILT = HERE.parents[1] / "src" / "accord" / "web" / "static" / "manifest.json"
AXE = ASSETS / "node_modules" / "axe-core" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def _say(why: str) -> None:
    sys.__stderr__.write(f"\n{'!' * 78}\n! BROWSER TESTS ARE SKIPPED: {why}\n{'!' * 78}\n")


def _fetch_chromium() -> str | None:
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(command, capture_output=True, check=False, timeout=300)
    return browsing.find()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if not (browsing.find() or _fetch_chromium()):
        why = "no Chromium here, and none could be installed (install the package `chromium`)"
        _say(why)
        pytest.skip(why)
    if not BUILT.is_file() or not AXE.is_file():
        why = "the web assets are not built (run `make setup`)"
        _say(why)
        pytest.skip(why)
    with browsing.browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def stood(chromium: Any) -> Iterator[stages.Stage]:
    with stages.stage() as stood:
        yield stood


@pytest.fixture
def complaints() -> list[str]:
    """What the window's console said in red; a test that breaks something on purpose takes its own out."""
    return []


@pytest.fixture
def page(chromium: Any, stood: stages.Stage, complaints: list[str]) -> Iterator[Any]:
    """A window of the investigator, which must finish without an error in its console."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=stood.url, accept_downloads=True)
    browsing.sign_in(context, stood.link("ncu-a"))
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []
