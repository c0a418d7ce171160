"""Selectors that hold blanks or hyphens: CVE and AS numbers, telephone and bank account numbers, hyphened MACs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from accord.model.selectors import SelectorKind
from accord.selectors.canonical import attempt
from accord.selectors.hits import Hit

_LOOSE = re.compile(
    r"""[Cc][Vv][Ee][-_‐‑–—]\d{4}[-_‐‑–—]\d{4,19}+
      | A[Ss](?:N|n)?[ ]?\d{1,10}+
      | \+\d[\d() ./\-\u00a0]{6,22}+
      | [A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}+
      | [0-9a-fA-F]{2}-(?:[0-9a-fA-F]{2}-){4}[0-9a-fA-F]{2}
    """,
    re.VERBOSE,
)
"""Each begins with a rare character, and nothing in it can be read in two ways."""
_SHORTEST_IBAN = 15  # characters, Norway


def loose_hits(text: str) -> Iterator[Hit]:
    """In order of place."""
    for match in _LOOSE.finditer(text):
        start, end = match.span()
        written = match[0]
        before = text[start - 1] if start else " "
        if before.isalnum() or before in "_-" or (written[0] == "+" and before in "/=+."):
            continue
        if written[0] == "+":
            written = written.rstrip(" ()./-\u00a0")
            end = start + len(written)
            kind = SelectorKind.PHONE
        elif written[2:3] == "-":
            kind = SelectorKind.MAC
        elif written[2:3] in "eE":
            kind = SelectorKind.CVE
        elif (hit := _bank_account(text, start, written)) is not None:
            yield hit
            continue
        else:
            kind = SelectorKind.ASN
        if text[end : end + 1].isalnum() or text[end : end + 1] in ("_", "-"):
            continue
        if (selector := attempt(kind, written)) is not None:
            yield selector, start, end


def _bank_account(text: str, start: int, written: str) -> Hit | None:
    """An IBAN; words that follow in capitals may have been read on with it, so shorter ends are tried as well."""
    while len(written) >= _SHORTEST_IBAN:
        end = start + len(written)
        if not text[end : end + 1].isalnum() and (selector := attempt(SelectorKind.IBAN, written)) is not None:
            return selector, start, end
        head, blank, _ = written.rpartition(" ")
        if not blank:
            break
        written = head
    return None
