"""`accord verify`: what a court bundle proves, by the verifier that lies in every bundle."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import IO

from accord.cli.options import Json
from accord.cli.show import PARTIAL, console, print_json
from accord.custody import offline_signatures, offline_verifier
from accord.model.errors import InputError, NodeError, RefusedError
from accord.report.document import Callout, Column, Document, Paragraph, Section, Table, code, runs
from accord.report.html import page_html

_WORDS = {"proved": "Proved", "doubt": "Doubt", "wrong": "Wrong"}
_VERDICTS = {
    0: ("Everything that is shown is proved.", "note"),
    1: ("Something is wrong: do not rely on this bundle.", "harm"),
    3: ("What is shown is proved, with the doubts named below.", "attention"),
}
_MAX_NAMES = 1_000_000  # of files in a zip
_MAX_ROWS = 5000  # of the report; the command line shows all


def verify(
    bundle: Path,
    *,
    policy: Path | None = None,
    out: Path | None = None,
    as_json: Json = False,
) -> int:
    """Verify a court bundle, offline: exit code 0 proved, 3 something is wrong, 8 proved with doubts.

    Parameters
    ----------
    bundle
        The bundle: a folder or a zip file.
    policy
        A policy file from elsewhere, which says whose keys count; without it the bundle's own is used, with a doubt.
    out
        Write the report as HTML to this file.
    """
    rules = _read(policy) if policy else None
    report = offline_verifier.verify(open_bundle(bundle), rules, offline_signatures)
    lines: list[tuple[str, str, str]] = report.lines
    if out is not None:
        _write(out, report_page(bundle.name, lines, report.code))
    if as_json:
        found = [{"status": status, "about": about, "text": text} for status, about, text in lines]
        print_json({"verdict": _VERDICTS[report.code][0], "findings": found})
    else:
        for status, about, text in lines:
            print(_shown(f"{status:7}{about}: {text}"))
    console.print(_VERDICTS[report.code][0])
    return {0: 0, 1: RefusedError.exit_code, 3: PARTIAL}[report.code]


def open_bundle(path: Path) -> offline_verifier.Bundle:
    """A folder or a zip file as the verifier wants it. Raises `InputError`."""
    if path.is_dir():
        return offline_verifier.Bundle(path)
    try:
        return _ZipBundle(zipfile.ZipFile(path))
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path} is no folder and no zip file ({error}).", action="Name an exported bundle.") from None


class _ZipBundle(offline_verifier.Bundle):
    """Read in place: nothing is unpacked, so that no name in it can mean anything to this computer."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = sorted(name for name in archive.namelist() if not name.endswith("/"))
        if len(set(self.names)) != len(self.names) or len(self.names) > _MAX_NAMES:
            raise InputError("The zip file has two files of one name, or more than a million.")

    def open(self, name: str) -> IO[bytes]:
        if name not in self.names:
            raise offline_verifier.Wrong(f"{name} is missing")
        return self._archive.open(name)


def report_page(name: str, lines: list[tuple[str, str, str]], verdict: int) -> str:
    """The findings as one HTML file that needs nothing else."""
    columns = (Column("Finding", share=0.6), Column("About", share=1.4), Column("What was found", share=3))
    sections = []
    for key, title in (("wrong", "What is wrong"), ("doubt", "Doubts"), ("proved", "What is proved")):
        rows = tuple((runs(_WORDS[s]), runs(code(_shown(a))), runs(_shown(t))) for s, a, t in lines if s == key)
        if rows:
            note = f"{len(rows) - _MAX_ROWS} more are not shown here." if len(rows) > _MAX_ROWS else ""
            sections.append(Section(key, title, (Table(f"{key}-rows", title, columns, rows[:_MAX_ROWS], note),)))
    sentence, tone = _VERDICTS[verdict]
    summary = Section(
        "verdict",
        "Verdict",
        (
            Callout(sentence, runs("The same check runs without Accord: ", code("python3 verify.py"), "."), tone),
            Paragraph(runs("The SHA-256 of the verifier that made it is ", code(_verifier_digest()), ".")),
        ),
    )
    document = Document(
        title="Verification of a custody bundle",
        subtitle=_shown(name),
        handling="TLP:AMBER",
        restrictions="As the items in the bundle.",
        made="",
        date=(1970, 1, 1),
        sections=(summary, *sections),
    )
    return page_html(document)


def _verifier_digest() -> str:
    return hashlib.sha256(Path(offline_verifier.__file__).read_bytes()).hexdigest()


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(1 << 20)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from None


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise NodeError(f"{path} cannot be written ({error.strerror}).", action="Name another file.") from None
