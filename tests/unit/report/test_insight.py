from __future__ import annotations

import dataclasses
import io
import re
from datetime import UTC, date, datetime

import pypdf
import pytest
from tests.unit.report import sample
from tests.unit.report.test_document import HOSTILE, checked

from accord.adapters.typesetter import typeset
from accord.model.maps import Map
from accord.model.reading import Drop
from accord.report.chapters.pooled import span_of
from accord.report.chapters.recommendations import recommendations
from accord.report.document import Document, Finding, every_run, walk
from accord.report.facts import Facts, Lane, MethodFacts, OutcomeFacts, Overlap
from accord.report.html import page_html
from accord.report.insight import insight_report
from accord.report.intake import FileFacts, MemberIntake, intake_document
from accord.report.leads import leads_document


def words(document: Document) -> str:
    html = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", page_html(document), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u202f", " ")


def nothing() -> Facts:
    return dataclasses.replace(
        sample.small(),
        members=(),
        contributions=(),
        leads=(),
        lead_count=0,
        overlap=Overlap((), ()),
        network=Map((), (), ()),
        lanes=(),
        plan=None,
        barriers=(),
        seen_from=None,
        seen_to=None,
    )


WORLDS = {"small": sample.small, "large": sample.large, "nothing": nothing}


@pytest.fixture(params=sorted(WORLDS))
def facts(request) -> Facts:
    return WORLDS[request.param]()


def test_report_is_well_formed_and_every_link_leads_somewhere(facts: Facts) -> None:
    for document in (insight_report(facts), leads_document(facts)):
        checker = checked(page_html(document))
        assert len(checker.ids) == len(set(checker.ids))
        assert {link.removeprefix("#") for link in checker.links} <= set(checker.ids)
        assert checker.headings[0] == 1
        assert all(after - before <= 1 for before, after in zip(checker.headings, checker.headings[1:], strict=False))


def test_report_is_rebuilt_byte_for_byte(facts: Facts) -> None:
    assert page_html(insight_report(facts)) == page_html(insight_report(facts))


def test_methods_are_listed_when_and_only_when_a_figure_names_them(facts: Facts) -> None:
    document = insight_report(facts)
    used = {run.method for section, _ in walk(document.sections) for run in every_run(section.blocks)} - {""}
    assert {method.key for method in document.methods} == used


def test_what_a_run_says_of_its_method_replaces_the_standard_text() -> None:
    told = MethodFacts("leads", "Leads", "Two-hop paths.", "accord leads --seed 1")
    document = insight_report(dataclasses.replace(sample.small(), methods=(told,)))
    assert [m.text for m in document.methods if m.key == "leads"] == ["Two-hop paths."]


def test_report_of_nothing_says_so_and_invents_nothing() -> None:
    said = words(insight_report(nothing()))
    for line in ("No lead links", "there is no plan yet", "None measured yet", "Nothing was shared yet", "Nobody yet"):
        assert line in said


def test_answer_comes_first_with_the_numbers_of_the_facts() -> None:
    said = words(insight_report(sample.large()))
    start = said.index("In short", said.index("How the figures were made"))
    assert "13 members pooled 400 contributions" in said[start : start + 200]
    assert "2 000 leads" in said[start : start + 200]


def test_null_results_are_kept() -> None:
    outcome = OutcomeFacts("New victims a week", -1.5, -4, 1, "victims", "interrupted time series", null=True)
    said = words(insight_report(dataclasses.replace(sample.small(), outcomes=(outcome,))))
    assert "New victims a week (no effect shown)" in said
    assert "−4.0 to 1.0" in said
    assert "None measured yet" not in said


def test_no_superlatives_and_no_exclamation_marks(facts: Facts) -> None:
    said = words(insight_report(facts))
    assert not re.search(r"\b(unprecedented|amazing|massive|huge|revolutionary|successfully)\b|!", said, re.IGNORECASE)


def test_selectors_are_nowhere_fanged() -> None:
    said = words(insight_report(sample.small())) + words(leads_document(sample.small()))
    values = [reason.value_a for lead in sample.small().leads for reason in lead.lead.reasons if "." in reason.value_a]
    assert values
    assert not [value for value in values if value in said]


def test_recommendations_follow_from_the_facts() -> None:
    facts = sample.small()
    told = recommendations(facts)
    assert ("Find a second member with the capability that only Northern Registry has.", "Alliance secretariat") in [
        (each.text, each.owner) for each in told
    ]
    assert [each.owner for each in told if "legal power" in each.text] == ["Exchange (D)"]
    assert any("file fingerprints" in each.text for each in told)  # on the map, and nobody can act on them
    assert not any("domain names" in each.text for each in told)  # somebody can
    assert recommendations(nothing()) == []


def test_dates_far_outside_do_not_squeeze_the_timeline() -> None:
    usual = tuple((date(2026, 10, day), 10) for day in range(1, 29))
    lanes = (Lane("unit-a", ((date(1970, 1, 1), 1), *usual, (date(2031, 1, 1), 1))),)
    facts = dataclasses.replace(sample.small(), lanes=lanes)
    assert span_of(facts) == (date(2026, 10, 1), date(2026, 10, 28), 2)
    assert "Two contributions with dates far outside are left out" in words(insight_report(facts))


def test_a_reason_between_two_kinds_shows_each_as_what_it_is() -> None:
    facts = sample.large()
    crossed = [lead for lead in facts.leads if any(reason.kind_b for reason in lead.lead.reasons)]
    said = words(leads_document(dataclasses.replace(facts, leads=tuple(crossed[:1]), lead_count=1)))
    assert "hxxp://fee[.]example/p" in said


def test_leads_document_explains_the_best_and_says_how_many_there_are() -> None:
    document = leads_document(sample.large(), most=20)
    findings = [b for section in document.sections for b in section.blocks if isinstance(b, Finding)]
    assert len(findings) == 20
    assert "2 000 leads between contributions" in words(document)
    assert "The first 20 are explained here" in words(document)


def intake(path: str = "panel.csv", reason: str = "no selector in this line") -> Document:
    drops = (Drop(7, reason, "see HTTPS://fee.example/pay"), Drop(None, "wrong encoding"))
    given = FileFacts(path, "csv", "Panel", 9, 21, (("domain", 20), ("ipv4", 1)), 40, drops, ("Latin-1",))
    member = MemberIntake("unit-a", "Unit A", (given,), ("it has no member.toml",))
    made_at = datetime(2026, 11, 24, tzinfo=UTC)
    return intake_document([member], title="Run", handling="TLP:GREEN", restrictions="", made_at=made_at)


def test_intake_names_file_line_and_reason_and_how_many_more() -> None:
    said = words(intake())
    for line in ("1 file of 1 member were read: 21 selectors", "No selector in this line", "The first 2 of 40"):
        assert line in said
    assert "see hxxpS://fee.example/pay" in said
    assert "20 domain names, 1 network address (IPv4) (Latin-1)" in said
    checked(page_html(intake()))


def pdf(document: Document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(typeset(document)))


def test_pdf_is_tagged_titled_and_in_english(facts: Facts) -> None:
    root = pdf(insight_report(facts)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def structure(node, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Types of the structure tree with their alternative texts, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            structure(child, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append((str(node["/S"]), str(node.get("/Alt", ""))))
        if "/K" in node:
            structure(node.raw_get("/K"), found)
    return found


def test_pdf_has_headings_tables_with_heads_and_alternatives_for_pictures() -> None:
    document = insight_report(sample.small())
    reader = pdf(document)
    found = structure(reader.trailer["/Root"]["/StructTreeRoot"].raw_get("/K"), [])
    kinds = [kind for kind, _ in found]
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L", "/LI", "/Link"} <= set(kinds)
    pictures = [block.alt for s, _ in walk(document.sections) for block in s.blocks if hasattr(block, "svg")]
    assert [alt for kind, alt in found if kind == "/Figure" and alt] == pictures
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles[: len(document.sections)] == [section.title for section in document.sections]


def test_pdf_bytes_are_the_same_twice(facts: Facts) -> None:
    document = insight_report(facts)
    assert typeset(document) == typeset(document)


def test_every_page_carries_the_label_twice() -> None:
    for page in pdf(insight_report(sample.small())).pages:
        assert page.extract_text().count("TLP:AMBER") >= 2


@pytest.mark.parametrize("text", [HOSTILE, "金融 – банк – مصرف – \U0001f600", "\ud800 \x00 \ufffe", "a" * 9_000, ""])
def test_hostile_text_is_typeset(text: str) -> None:
    facts = sample.small()
    lead = facts.leads[0]
    lead = lead._replace(a=lead.a._replace(title=text, path=text), lead=dataclasses.replace(lead.lead, sentence=text))
    nodes = tuple(node._replace(label=text, key=f"{node.kind}|{text}{n}") for n, node in enumerate(facts.network.nodes))
    members = tuple(dataclasses.replace(m, member=dataclasses.replace(m.member, name=text)) for m in facts.members)
    facts = dataclasses.replace(
        facts, title=text or "Title", leads=(lead,), members=members, network=facts.network._replace(nodes=nodes)
    )
    assert len(pdf(insight_report(facts)).pages) > 3
    checked(page_html(insight_report(facts)))
    assert len(pdf(intake(text, text)).pages) > 0
