"""Which files of a member's folder are shares, which only speak about the folder, and which lie side by side."""

from __future__ import annotations

import re

_LICENCE = re.compile(r"(?i)(licen[cs]e|copying|notice|unlicense)([-_. ].{0,40})?\Z")
_ABOUT = re.compile(r"(?i)(source\.md|member\.toml|contributing(\.\w+)?|code_of_conduct(\.\w+)?|codeowners)\Z")

CHANNELS = frozenset({"misp", "taxii"})
"""First parts of the paths under which what arrives by a protocol is kept."""


def not_a_share(name: str) -> str:
    """Why a file of this name (its last part) is no share, or empty when it is one."""
    if name.startswith("."):
        return "hidden file"
    if name == "__MACOSX":
        return "an archiver's own folder"
    if _LICENCE.match(name):
        return "licence text"
    return "describes the folder" if _ABOUT.match(name) else ""


def folder_of(path: str) -> str:
    """The folder or archive in which a share lies, relative to its member's; empty when it lies in none.

    What channels deliver (`CHANNELS`) stands alone: one folder holds all that ever came that way.
    """
    folder = path[: max(path.rfind("/"), path.rfind("!"), 0)]
    return "" if folder.partition("/")[0] in CHANNELS else folder
