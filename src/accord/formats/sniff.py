"""What a file is: by its content first, by the ending of its name second."""

from __future__ import annotations

import re

from accord.formats.table import delimiter

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"SQLite format 3", "a database"),
)
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*+-->\s*)*+<(!doctype\s+html|html|head|body|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_OPENIOC = re.compile(r"<(\w+:)?(ioc|OpenIOC)\b")
_YAML_LINE = re.compile(r"(?m)^(-\s+)?[A-Za-z_][\w -]{0,40}:(\s|$)")
_ADOC = re.compile(r"(?m)^(={1,4} \S|\|===|:toc)")
_MARKDOWN = re.compile(r"(?m)^(#{1,4} \S|```|\|[ :]*-{3,})|\]\(https?://")
_ENDINGS = {
    "csv": "csv", "tsv": "csv", "tab": "csv", "json": "json", "stix": "json", "stix2": "json", "jsonl": "json",
    "ndjson": "json", "geojson": "json", "yaml": "yaml", "yml": "yaml", "md": "markdown", "markdown": "markdown",
    "adoc": "asciidoc", "asciidoc": "asciidoc", "ioc": "xml", "xml": "xml",
}  # fmt: skip
_HEAD_CHARS = 20_000


def ending(path: str) -> str:
    """The lower-case ending of a path without its dot; empty when there is none."""
    name = path.rpartition("/")[2].rpartition("!")[2]
    return name.rpartition(".")[2].lower() if "." in name.lstrip(".") else ""


def packed(data: bytes) -> str:
    """`gz` or `zip` for an archive, else empty."""
    if data.startswith(b"\x1f\x8b\x08"):
        return "gz"
    return "zip" if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else ""


def foreign(data: bytes) -> str:
    """What a file of a kind that is not read is, in words; else empty."""
    return next((words for magic, words in _MAGIC if data.startswith(magic)), "")


def sniff(path: str, text: str) -> str:
    """One of html, json, xml, yaml, markdown, asciidoc, csv, text. `text` is decoded and not blank."""
    head = text[:_HEAD_CHARS]
    first = head.lstrip()[:1]
    by_name = _ENDINGS.get(ending(path), "")
    if first == "<":
        if _HTML.match(head):
            return "html"
        if by_name == "xml" or head.lstrip().startswith("<?xml") or _OPENIOC.search(head):
            return "xml"
    if first == "{" or (first == "[" and head.lstrip()[1:].lstrip()[:1] in {"{", "[", '"', "]"}):
        return "json"
    if by_name in {"markdown", "asciidoc", "yaml"}:
        return by_name
    if by_name == "csv" and delimiter(text) is not None:
        return "csv"
    return by_name if by_name == "json" else _by_content(path, head)


def _by_content(path: str, head: str) -> str:
    if not ending(path):
        if len(_ADOC.findall(head)) > 1:
            return "asciidoc"
        if len(_MARKDOWN.findall(head)) > 2:
            return "markdown"
        if head.startswith("---\n") and len(_YAML_LINE.findall(head)) > 3:
            return "yaml"
    return "csv" if delimited(head) else "text"


def delimited(head: str) -> bool:
    """Whether text of no telling name is a table: nearly all lines have as many tabs, commas or semicolons."""
    rows = [line for line in head.splitlines()[:100] if line.strip() and not line.lstrip().startswith("#")]
    if len(rows) < 3 or "|" in rows[0]:
        return False
    for mark in "\t,;":
        count = rows[0].count(mark)
        if count and sum(row.count(mark) == count for row in rows) >= 0.9 * len(rows):
            return mark == "\t" or count > 1
    return False
