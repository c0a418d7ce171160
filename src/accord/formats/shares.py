"""Which files of a member's folder are shares, and which only speak about the folder."""

from __future__ import annotations

import re

_LICENCE = re.compile(r"(?i)(licen[cs]e|copying|notice|unlicense)([-_. ].{0,40})?\Z")
_ABOUT = re.compile(r"(?i)(source\.md|member\.toml|contributing(\.\w+)?|code_of_conduct(\.\w+)?|codeowners)\Z")


def not_a_share(name: str) -> str:
    """Why a file of this name (its last part) is no share, or empty when it is one."""
    if name.startswith("."):
        return "hidden file"
    if name == "__MACOSX":
        return "an archiver's own folder"
    if _LICENCE.match(name):
        return "licence text"
    return "describes the folder" if _ABOUT.match(name) else ""
