from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.model.errors import InputError
from accord.report.document import (
    Bullets,
    Callout,
    Column,
    Document,
    KeyNumber,
    KeyNumbers,
    Method,
    Paragraph,
    Run,
    Section,
    Table,
    figure_of,
    runs,
)
from accord.report.html import body_html, page_html, stylesheet, tlp_html
from accord.report.tokens import DARK, LIGHT, token_rules
from accord.report.typst import sources

HOW = Method("intake", "Intake", "Counted.", "intake.json")


def document(*blocks, methods=(HOW,), **more) -> Document:
    given_values = {
        "title": "Title",
        "subtitle": "",
        "handling": "TLP:AMBER",
        "restrictions": "",
        "made": "today",
        "date": (2026, 11, 24),
        "sections": (Section("one", "One", tuple(blocks)),),
        "methods": methods,
    }
    return Document(**{**given_values, **more})


class Checker(HTMLParser):
    """Collects ids, links and texts, and fails on tags that do not match."""

    VOID = frozenset({"meta", "br", "wbr", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.tags: set[str] = set()
        self.headings: list[int] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def checked(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    return checker


def test_a_figure_without_its_method_is_refused() -> None:
    with pytest.raises(InputError, match="how-leads"):
        document(Paragraph(runs(figure_of("7", "leads")))).check()


@pytest.mark.parametrize(
    "block",
    [
        Bullets((runs(figure_of("7", "leads")),)),
        Callout("", runs(figure_of("7", "leads"))),
        KeyNumbers((KeyNumber("7", "seven", "leads"),)),
        Table("t", "", (Column("", numeric=True, method="leads"),), ()),
        Paragraph(runs(Run("there", to="nowhere"))),
    ],
)
def test_every_kind_of_block_is_checked(block) -> None:
    with pytest.raises(InputError, match="not there"):
        document(block).check()


def test_keys_used_twice_malformed_keys_and_ragged_tables_are_refused() -> None:
    table = Table("t", "", (Column("a"),), ((runs("1"),),))
    with pytest.raises(InputError, match="twice"):
        document(table, table).check()
    with pytest.raises(InputError, match="malformed"):
        document(sections=(Section("one two", "One"),)).check()
    with pytest.raises(InputError, match="differing length"):
        document(Table("t", "", (Column("a"),), ((runs("1"), runs("2")),))).check()


@given(st.text())
@settings(deadline=None)
def test_no_text_becomes_markup(raw: str) -> None:
    html = body_html(document(Paragraph(runs(raw, Run(raw, "code"))), title=raw, subtitle=raw))
    checker = checked(html)
    assert checker.tags <= {"div", "p", "span", "header", "h1", "h2", "section", "code", "dl", "dt", "dd"}


HOSTILE = '"><script>alert(1)</script> ]) #panic("x") \\ \u202e $x$ <a@b> // /* `'


def test_hostile_text_is_shown_and_does_nothing() -> None:
    html = page_html(document(Paragraph(runs(HOSTILE)), title=HOSTILE))
    assert "script" not in checked(html).tags
    main = sources(document(Paragraph(runs(HOSTILE)), title=HOSTILE))["main.typ"].decode()
    assert '#panic(\\"x\\")' in main


def test_the_fragment_holds_under_a_strict_policy() -> None:
    checker = checked(body_html(document(Paragraph(runs("text")))))
    assert not checker.attributes & {"style", "onclick", "onload", "src"}
    assert not checker.tags & {"script", "style", "link", "img"}


def test_the_page_names_its_sheet_by_hash_and_loads_nothing() -> None:
    import base64
    import hashlib

    html = page_html(document(Paragraph(runs("text"))))
    sheet = re.search(r"<style>(.*)</style>", html, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in html
    assert not re.search(r"https?://|@import|url\(", html.replace("http://www.w3.org/2000/svg", ""))


@pytest.mark.parametrize("label", ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"])
def test_labels_carry_their_words_and_their_colour(label: str) -> None:
    shown = tlp_html(label)
    assert label in shown
    assert "." + re.search(r"tlp (tlp-[a-z-]+)", shown).group(1) in stylesheet()


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "accent", "harm", "attention"])
def test_text_reaches_wcag_aa_on_every_ground(theme: dict[str, str], ink: str) -> None:
    grounds = ("surface", "ground", "canvas", "sunken") + (
        ("accent-soft", "attention-soft", "harm-soft") if ink == "ink" else ()
    )
    for ground in grounds:
        assert contrast(theme[ink], theme[ground]) >= 4.5, ground


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_numbers_in_shaded_cells_reach_wcag_aa(theme: dict[str, str]) -> None:
    from accord.report.charts.overlap import _STEPS, inks

    for step in range(5):
        assert contrast(theme[inks(step)], theme[_STEPS[step]]) >= 4.5, step


def test_both_themes_name_the_same_tokens() -> None:
    assert LIGHT.keys() == DARK.keys()
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", stylesheet()))
    assert used <= LIGHT.keys() | {"font-text", "font-mono"}
    assert all(f"--{name}:" in token_rules() for name in used)
