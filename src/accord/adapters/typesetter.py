"""Typesets a document as a tagged PDF, with fonts that come as packages: the same bytes on any machine."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Any

import typst

from accord.model.errors import NodeError
from accord.report.document import Document
from accord.report.typst import sources

_FONT_PACKAGES = ("fontpkg_inter", "fontpkg_jetbrains_mono")


def typeset(document: Document) -> bytes:
    """The document as PDF/UA-1: tagged, titled, with language, alternative texts and bookmarks.

    The same document gives the same bytes. Raises `InputError` for a document that fails its check, `NodeError` when
    the typesetter refuses, which is a fault of ours and not of the input.
    """
    year, month, day = document.date
    made_at = int(datetime(year, month, day, tzinfo=UTC).timestamp())
    with ExitStack() as stack:
        fonts = [str(stack.enter_context(as_file(files(package) / "files"))) for package in _FONT_PACKAGES]
        make: Any = typst.Compiler  # its stub cannot tell the kind of a dictionary of files
        compiler = make(input=sources(document), font_paths=fonts, ignore_system_fonts=True)
        try:
            return bytes(compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=made_at))
        except typst.TypstError as error:
            raise NodeError(
                f"The report could not be typeset: {error.message}",
                action="Nothing else of the run is lost; please report this with the document's HTML.",
            ) from error
