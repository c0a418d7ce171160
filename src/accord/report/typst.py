"""A document as Typst source with its pictures: what the typesetter makes into a tagged PDF (PDF/UA-1).

All text goes through string literals, never through markup, so that nothing in a hostile file can become a command.
PDF/UA (ISO 14289-1, 7.21.8) forbids glyphs that no font has: characters outside `_COVERED` are written as code points.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from accord.report.document import (
    Block,
    Bullets,
    Callout,
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
    walk,
)
from accord.report.text import plain
from accord.report.tokens import LIGHT, TLP, picture_rules

MAIN = "main.typ"
# Ranges that Inter, JetBrains Mono or DejaVu Sans Mono (in the typst wheel) cover, read from their tables
_COVERED = (
    "\u0020-\u007e\u00a0-\u00ac\u00ae-\u01c3\u01c5-\u033f\u0374-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1"
    "\u03a3-\u03e1\u03f0-\u0479\u0480-\u049d\u04a0-\u04ff\u0531-\u0556\u0561-\u0587\u10d0-\u10fc\u1e00-\u1e9b"
    "\u1e9d-\u1f15\u2000-\u200a\u2010-\u2027\u202f-\u2055\u2070\u2071\u2074-\u208e\u20a0-\u20b5\u2100-\u2103"
    "\u2116\u2117\u2122\u2190-\u2213\u2215\u2248\u2260-\u2265\u25a0-\u25ff"
)
_LONG_WORD = re.compile(r"[^\s\"\\]{15,}")
_BREAK = re.compile(r"[^/.\]:_?&=-]{0,9}[/.\]:_?&=-](?=.)|.{9}(?=.)")
_UNCOVERED = re.compile(f"[^{_COVERED}]+")


def sources(document: Document) -> dict[str, bytes]:
    """Files by name, `main.typ` first. Raises `InputError` for a document that fails its check.

    The date in the PDF's metadata is the document's, so that the same document gives the same bytes.
    """
    document.check()
    pictures: dict[str, bytes] = {}
    behind = [
        block.behind
        for section, _ in walk(document.sections)
        for block in section.blocks
        if isinstance(block, Figure) and block.behind
    ]
    body = "".join(_section(section, 1, pictures) for section in document.sections)
    year, month, day = document.date
    call = (
        f"#show: report.with(title: {lit(document.title)}, subtitle: {lit(document.subtitle)}, "
        f"handling: {lit(document.handling)}, tint: {lit(_tint(document.handling))}, "
        f"restrictions: {lit(document.restrictions)}, made: {lit(document.made)}, "
        f"date: datetime(year: {year}, month: {month}, day: {day}))\n"
    )
    footnote = f"#footnote-text({lit(document.footnote)})\n" if document.footnote else ""
    main = f"{_look()}\n{call}{body}{_appendix(behind)}{_methods(document.methods)}{footnote}"
    return {MAIN: main.encode(), **pictures}


def lit(text: str) -> str:
    """A Typst string literal of text that is safe to set."""
    shown = covered(plain(text)).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'


def covered(text: str) -> str:
    """Text in which characters that no font of ours has stand as code points: `[U+4E2D U+6587]`."""
    return _UNCOVERED.sub(lambda m: "[" + " ".join(f"U+{ord(c):04X}" for c in m.group()[:40]) + "]", text)


@cache
def _look() -> str:
    colours = "".join(f"{lit(name)}: rgb({lit(value)}), " for name, value in LIGHT.items() if value.startswith("#"))
    return f"#let hue = ({colours})\n" + files("accord.report").joinpath("report.typ").read_text(encoding="utf-8")


def _tint(handling: str) -> str:
    return TLP.get(handling.removeprefix("TLP:"), "#ffffff")


def _section(section: Section, level: int, pictures: dict[str, bytes]) -> str:
    blocks = "".join(_block(block, level, pictures) for block in section.blocks)
    inner = "".join(_section(child, level + 1, pictures) for child in section.sections)
    return f"#heading(level: {level}, {lit(section.title)}) <{section.key}>\n{blocks}{inner}"


def _block(block: Block, level: int, pictures: dict[str, bytes]) -> str:  # noqa: PLR0911 - one a kind of block
    match block:
        case Paragraph():
            return f"#{'lead' if block.lead else 'para'}[{_runs(block.text)}]\n"
        case Bullets():
            items = ", ".join(f"[{_runs(item)}]" for item in block.items)
            return f"#{'enum' if block.numbered else 'list'}({items})\n"
        case Table():
            return _table(block)
        case Figure():
            return _figure(block, pictures)
        case KeyNumbers():
            items = ", ".join(f"([{_run(Run(i.value, method=i.method))}], {lit(i.label)})" for i in block.items)
            return f"#key-numbers(({items},))\n"
        case Callout():
            return f"#callout({lit(block.title)}, {lit(block.tone)})[{_runs(block.text)}]\n"
        case Finding():
            return _finding(block, level)


def _runs(parts: Runs) -> str:
    return "".join(_run(run) for run in parts)


def _run(run: Run) -> str:
    match run.style:
        case "strong":
            text = f"#text(weight: 600, {_breakable(run.text)})"
        case "code":
            text = f"#mono({_breakable(run.text)})"
        case "quiet":
            text = f"#text(fill: hue.ink-3, {_breakable(run.text)})"
        case _:
            text = f"#{_breakable(run.text)}"
    target = method_key(run.method) if run.method else run.to
    return f"#link(<{target}>)[{text}]" if target else text


def _breakable(text: str) -> str:
    """A literal that may break within words too long for a narrow column: after separators, else every few characters.

    A break is never shown as a hyphen, so that no selector is read with one more than it has.
    """
    literal = lit(text)
    return _LONG_WORD.sub(lambda m: _BREAK.sub("\\g<0>\\\\u{200b}", m.group()), literal)


def _table(table: Table, *, titled: bool = True) -> str:
    shares = ", ".join(f"{max(column.share, 0.1):g}fr" for column in table.columns)
    aligns = ", ".join("right" if column.numeric else "left" for column in table.columns)
    heads = ", ".join(f"[#{lit(column.title)}]" for column in table.columns)  # repeated on each page: no links there
    cells = ", ".join(f"[{_runs(cell)}]" for row in table.rows for cell in row)
    if not table.rows:
        cells = f"table.cell(colspan: {len(table.columns)})[None.]"
    numeric = "".join(f"{number}, " for number, column in enumerate(table.columns) if column.numeric)
    caption = lit(table.caption) if titled else "none"
    return (
        f"#rows({caption}, ({shares},), ({aligns},), ({numeric}), ({heads},), [{_note(table)}], "
        f"{cells}) <{table.key}>\n"
    )


def _note(table: Table) -> str:
    """What the table leaves out, and links to how its figures were made."""
    made = sorted({column.method for column in table.columns if column.method})
    links = ", ".join(f"#link(<{method_key(key)}>)[{key}]" for key in made)
    return f"#{lit(table.note + ' ' if table.note else '')}{f'How the figures were made: {links}.' if made else ''}"


def _figure(figure: Figure, pictures: dict[str, bytes]) -> str:
    name = f"{figure.key}.svg"
    pictures[name] = printable(figure.svg)
    behind = f"<{figure.behind.key}>" if figure.behind else "none"
    return (
        f"#picture({lit(name)}, {lit(figure.alt)}, {lit(figure.title)}, [{_runs(figure.caption)}], "
        f"{lit(figure.source)}, <{method_key(figure.method)}>, {behind}) <{figure.key}>\n"
    )


def printable(svg: str) -> bytes:
    """A picture with the light values of its classes written into it: for print, and for a file of its own."""
    head, tag, rest = svg.partition(">")
    return f"{head}{tag}<style>{picture_rules(page=False)}</style>{covered_markup(rest)}".encode()


def covered_markup(markup: str) -> str:
    """Markup in which characters that no font of ours has stand as code points."""
    return _UNCOVERED.sub(lambda m: "" if m.group().isspace() else covered(m.group()), markup.replace("\n", " "))


def _finding(finding: Finding, level: int) -> str:
    meters = ", ".join(_meter(meter) for meter in finding.meters)
    texts = "".join(f"#para[{_runs(text)}]\n" for text in finding.text)
    evidence = _table(finding.evidence, titled=False) if finding.evidence else ""
    shown = f"#meters({meters})\n" if meters else ""
    return (
        f"#heading(level: {level + 1}, {lit(finding.title)}) <{finding.key}>\n"
        f"#byline[{_runs(finding.byline)}]\n{texts}{shown}{evidence}"
    )


def _meter(meter: Meter) -> str:
    full = round(max(0.0, min(1.0, meter.value)) * 5)
    return f"({lit(meter.title)}, {full}, {lit(meter.word)}, [{_runs(meter.text)}])"


def _appendix(behind: list[Table]) -> str:
    """The tables behind the pictures: at the end, so that the text before reads without a break."""
    if not behind:
        return ""
    return f'#heading(level: 1, "The pictures as tables") <tables>\n{"".join(_table(table) for table in behind)}'


def _methods(methods: tuple[Method, ...]) -> str:
    if not methods:
        return ""
    items = "".join(f"#method({lit(m.stage)}, {lit(m.text)}, {lit(m.query)}) <{method_key(m.key)}>\n" for m in methods)
    return f'#heading(level: 1, "How the figures were made") <methods>\n{items}'
