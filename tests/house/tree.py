"""The project's own files, as git has them or would take them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "accord"


@cache
def files() -> tuple[Path, ...]:
    """Every file under version control or about to be; without git, every file outside of what tools make."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        ).stdout.split("\0")  # fmt: skip
        found = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        made = {".git", ".venv", "node_modules", "static", "__pycache__", ".cache", "out", "shots", ".build"}
        found = [file for file in ROOT.rglob("*") if not made & set(file.relative_to(ROOT).parts)]
    return tuple(sorted(file for file in found if file.is_file()))


def texts(*endings: str, under: Path = ROOT) -> list[tuple[str, str]]:
    """(path from the root, content) of the text files below a folder, by ending; all when none is named."""
    found = []
    for file in files():
        if file.is_relative_to(under) and (not endings or file.suffix in endings):
            try:
                found.append((str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue  # binary: fonts, packed vocabulary
    return found


def below(folder: str, *endings: str) -> list[tuple[str, str]]:
    return texts(*endings, under=ROOT / folder)
