"""What looks like a host in running text and is none: file names, code, sentences without a blank."""

# ruff: noqa: SIM905 - word lists read better as text

from __future__ import annotations

from accord.selectors.suffixes import is_known_top, registered_domain

SCRIPT_ENDINGS = frozenset({"zip", "py", "md", "sh", "mov"})
"""Top-level domains that are file endings far more often: such a name is a file unless it is marked, or stands under
a registry's second level (`com.py`)."""

LOOSE_ENDINGS = frozenset({"pl", "rs", "ps", "so", "pm", "cab"})
"""File endings that are countries as well: inside a line, a bare name of two labels with them is a file."""

_CODE_HEADS = frozenset(
    """this self window document console math object system process request response req res event args node json
    array string module exports require static microsoft windows java javax import kernel32 user32 obj cfg config
    params options data item""".split()
)
_CODE_TAILS = frozenset(
    """name id date info run call open link data map top now click download search properties win pub prof work
    support security management services systems tools network report python show""".split()
)
_PRODUCTS = frozenset("asp.net vb.net ado.net ml.net node.js paint.net b.net".split())


def is_host_like(written: str, *, marked: bool, alone: bool = False) -> bool:
    """False for a dotted name that in running text is no host.

    `marked`: it was defanged; `alone`: it has a line of its own, as in lists of domains. Looks at the letters, and
    asks the Public Suffix List last.
    """
    top = written[written.rindex(".") + 1 :]
    lower = top.lower()
    if not lower.isascii():
        return True
    if not is_known_top(lower):
        return False
    if marked:
        return True
    labels = written.count(".") + 1
    if lower in SCRIPT_ENDINGS and not _under_second_level(written.lower()):
        return False
    if labels == 2:
        return not _is_file_or_code(written, lower, alone=alone)
    return not (top[0].isupper() and not written.isupper())


def is_file_like(written: str) -> bool:
    """True for a whole string that is a file's name rather than a domain (`readme.md`)."""
    lower = written.lower()
    return lower[lower.rindex(".") + 1 :] in SCRIPT_ENDINGS and not _under_second_level(lower)


def _is_file_or_code(written: str, top: str, *, alone: bool) -> bool:
    head = written[: written.index(".")].lower()
    if (top in LOOSE_ENDINGS and not alone) or f"{head}.{top}" in _PRODUCTS:
        return True
    if top in _CODE_TAILS and (head in _CODE_HEADS or len(head) < 3):
        return True
    # System.IO, market.The: the last label begins with a capital while the name is not all capitals.
    return written[len(head) + 1].isupper() and not written.isupper()


def _under_second_level(lower: str) -> bool:
    held = registered_domain(lower)
    return held is not None and held.count(".") > 1
