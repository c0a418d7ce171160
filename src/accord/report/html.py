"""A document as HTML: one self-contained page, or a fragment for the site's own page.

No scripts, no inline styles, nothing from other hosts: the fragment works under `style-src 'self'`, the page carries
its sheet by hash. Every text of a document is escaped here and nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from importlib.resources import files

from accord.report.document import (
    Block,
    Bullets,
    Callout,
    Column,
    Document,
    Figure,
    Finding,
    KeyNumbers,
    Meter,
    Method,
    Paragraph,
    Run,
    Runs,
    Section,
    Table,
    method_key,
)
from accord.report.text import plain
from accord.report.tokens import picture_rules, token_rules


def page_html(document: Document) -> str:
    """The whole document as one file that needs nothing else. Raises `InputError` when its check fails."""
    sheet = token_rules() + stylesheet()
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(document.title)}</title>\n<style>{sheet}</style>\n</head>\n"
        f'<body class="report-page">\n<a class="skip" href="#report">Skip to the report</a>\n'
        f'<main id="report">\n{body_html(document)}</main>\n</body>\n</html>\n'
    )


def body_html(document: Document) -> str:
    """The document as a fragment, its root `<div class="accord-report">`. Raises as `page_html`."""
    document.check()
    sections = "".join(_section(section, 2) for section in document.sections)
    methods = _methods(document.methods)
    footnote = f'<p class="footnote">{_text(document.footnote)}</p>\n' if document.footnote else ""
    return (
        f'<div class="accord-report">\n{_marking(document)}<header>\n<h1>{_text(document.title)}</h1>\n'
        f'<p class="subtitle">{_text(document.subtitle)}</p>\n</header>\n{_contents(document)}'
        f"{sections}{methods}{footnote}{_marking(document)}</div>\n"
    )


@cache
def stylesheet() -> str:
    """The rules for the fragment. They use the site's tokens (`--ink`, `--accent`…), which `token_rules` also gives."""
    rules = files("accord.report").joinpath("report.css").read_text(encoding="utf-8")
    return rules + picture_rules(page=True) + "\n"


def tlp_html(label: str) -> str:
    """A TLP label in the standard's colours, with its words."""
    name = label.removeprefix("TLP:").lower().replace("+", "-")
    return f'<span class="tlp tlp-{escape(name)}">{_text(label)}</span>'


def _marking(document: Document) -> str:
    rest = f"<span>{_text(document.restrictions)}</span>" if document.restrictions else ""
    return f'<p class="marking">{tlp_html(document.handling)}{rest}<span>{_text(document.made)}</span></p>\n'


def _contents(document: Document) -> str:
    if len(document.sections) < 3:
        return ""
    links = "".join(f'<li><a href="#{s.key}">{_text(s.title)}</a></li>' for s in document.sections)
    methods = '<li><a href="#methods">How the figures were made</a></li>' if document.methods else ""
    return f'<nav class="contents" aria-label="Contents"><ol>{links}{methods}</ol></nav>\n'


def _section(section: Section, level: int) -> str:
    blocks = "".join(_block(block, level + 1) for block in section.blocks)
    inner = "".join(_section(child, level + 1) for child in section.sections)
    tag = f"h{min(level, 6)}"
    return (
        f'<section aria-labelledby="{section.key}">\n<{tag} id="{section.key}">{_text(section.title)}</{tag}>\n'
        f"{blocks}{inner}</section>\n"
    )


def _block(block: Block, level: int) -> str:  # noqa: PLR0911 - one a kind of block
    match block:
        case Paragraph():
            return _paragraph(block)
        case Bullets():
            tag = "ol" if block.numbered else "ul"
            return f"<{tag}>{''.join(f'<li>{_runs(item)}</li>' for item in block.items)}</{tag}>\n"
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)
        case KeyNumbers():
            return _key_numbers(block)
        case Callout():
            return _callout(block)
        case Finding():
            return _finding(block, level)


def _paragraph(block: Paragraph) -> str:
    kind = ' class="lead"' if block.lead else ""
    return f"<p{kind}>{_runs(block.text)}</p>\n"


def _callout(block: Callout) -> str:
    said = f"<b>{_text(block.title)}</b> {_runs(block.text)}"
    return f'<aside class="callout {escape(block.tone)}"><p>{said}</p></aside>\n'


def _runs(parts: Runs) -> str:
    return "".join(_run(run) for run in parts)


def _run(run: Run) -> str:
    text = _text(run.text)
    match run.style:
        case "strong":
            text = f"<b>{text}</b>"
        case "code":
            text = f"<code>{text}</code>"
        case "quiet":
            text = f'<span class="quiet">{text}</span>'
    if run.method:
        return f'<a class="how" href="#{method_key(run.method)}" title="How this figure was made">{text}</a>'
    return f'<a href="#{run.to}">{text}</a>' if run.to else text


def _table(table: Table, *, named: bool = True) -> str:
    heads = "".join(_head(column) for column in table.columns)
    rows = "".join(
        f"<tr>{''.join(_cell(cell, table.columns[i], first=i == 0) for i, cell in enumerate(row))}</tr>\n"
        for row in table.rows
    )
    empty = f'<tr><td colspan="{len(table.columns)}" class="quiet">None.</td></tr>' if not table.rows else ""
    note = f'<p class="table-note">{_text(table.note)}</p>' if table.note else ""
    hidden = "" if named else ' class="visually-hidden"'
    return (
        f'<div class="table" role="group" aria-label="{_text(table.caption)}" tabindex="0" id="{table.key}"><table>'
        f"<caption{hidden}>{_text(table.caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}{empty}</tbody></table></div>{note}\n"
    )


def _head(column: Column) -> str:
    title = _runs((Run(column.title, method=column.method),))
    return f'<th scope="col"{" class=number" if column.numeric else ""}>{title}</th>'


def _cell(cell: Runs, column: Column, *, first: bool) -> str:
    if first and not column.numeric:
        return f'<th scope="row">{_runs(cell)}</th>'
    return f"<td{' class=number' if column.numeric else ''}>{_runs(cell)}</td>"


def _figure(figure: Figure) -> str:
    behind = ""
    if figure.behind:
        behind = f"<details><summary>The same as a table</summary>{_table(figure.behind, named=False)}</details>"
    caption = f'<p class="caption">{_runs(figure.caption)}</p>' if figure.caption else ""
    return (
        f'<figure id="{figure.key}" aria-labelledby="{figure.key}-title">'
        f'<p class="figure-title" id="{figure.key}-title">{_text(figure.title)}</p>{caption}'
        f'<div class="picture" tabindex="0" role="group" aria-label="{_text(figure.title)}">{figure.svg}</div>'
        f'<figcaption>Source: {_text(figure.source)} <a class="how" href="#{method_key(figure.method)}">'
        f"How it was made</a></figcaption>{behind}</figure>\n"
    )


def _key_numbers(block: KeyNumbers) -> str:
    items = "".join(
        f"<div><dt>{_text(item.label)}</dt><dd>{_run(Run(item.value, method=item.method))}</dd></div>"
        for item in block.items
    )
    return f'<dl class="key-numbers">{items}</dl>\n'


def _finding(finding: Finding, level: int) -> str:
    tag = f"h{min(level, 6)}"
    texts = "".join(f"<p>{_runs(text)}</p>" for text in finding.text)
    meters = f'<div class="meters">{"".join(_meter(meter) for meter in finding.meters)}</div>' if finding.meters else ""
    evidence = _table(finding.evidence, named=False) if finding.evidence else ""
    return (
        f'<article class="finding" aria-labelledby="{finding.key}">'
        f'<{tag} id="{finding.key}">{_text(finding.title)}</{tag}>'
        f'<p class="byline">{_runs(finding.byline)}</p>{texts}{meters}{evidence}</article>\n'
    )


def _meter(meter: Meter) -> str:
    full = round(max(0.0, min(1.0, meter.value)) * 5)
    bars = "".join(f'<i class="{"on" if number < full else "off"}"></i>' for number in range(5))
    return (
        f'<div><p class="meter"><b>{_text(meter.title)}</b> '
        f'<span class="strength"><span aria-hidden="true">{bars}</span>'
        f"{_text(meter.word)}</span></p><p>{_runs(meter.text)}</p></div>"
    )


def _methods(methods: tuple[Method, ...]) -> str:
    if not methods:
        return ""
    items = "".join(
        f'<div id="{method_key(m.key)}"><dt>{_text(m.stage)}</dt>'
        f"<dd>{_text(m.text)} <code>{_text(m.query)}</code></dd></div>"
        for m in methods
    )
    return (
        '<section class="methods" aria-labelledby="methods"><h2 id="methods">How the figures were made</h2>'
        f"<dl>{items}</dl></section>\n"
    )


def _text(text: str) -> str:
    return escape(plain(text))
