# ruff: noqa: E501  # tables of examples read better in one line
from __future__ import annotations

import pytest

PAGES = ("/", "/activity", "/contributions", "/contributions/new", "/leads", "/map", "/map?view=table", "/plan", "/report", "/alliance",
         "/alliance/ncu-a", "/me", "/search", "/search?q=192.0.2.44", "/search?q=parcel")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_page_answers_in_a_filled_world(investigator, path):
    answer = investigator.get(path)
    assert answer.status_code == 200, answer.text[-3000:]


@pytest.mark.parametrize("path", PAGES)
def test_page_answers_in_an_empty_world(newcomer, path):
    assert newcomer.get(path).status_code == 200
