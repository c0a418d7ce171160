"""Writes the generated part of the reference: commands, settings, exit codes, contents.

A test says when it is stale.

python docs/generate.py [--check]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic_core import PydanticUndefined

from accord.cli.main import app
from accord.cli.show import PARTIAL
from accord.model import errors
from accord.settings import Settings
from accord.web.api.openapi import document_of
from accord.web.api.router import HANDLERS

DOCS = Path(__file__).resolve().parent
FOLDERS = {
    "tutorial": "Begin",
    "how-to": "How to",
    "reference": "Reference",
    "explanation": "Why it is so",
    "adr": "Decisions",
}
MADE = "<!-- Made by docs/generate.py (`make docs`): edit the source, not this page. -->\n\n"


def commands() -> str:
    """Every command with its parameters, from the functions behind them."""
    return MADE + app.generate_docs().rstrip() + "\n"


def settings() -> str:
    """Every setting with its variable, default and bounds."""
    rows = [
        "# Settings",
        "",
        "Read from the environment when a node starts; what a command is given wins over them.",
        "",
    ]
    rows += ["| variable | default | bounds | what it is |", "|---|---|---|---|"]
    for name, field in sorted(Settings.model_fields.items()):
        aliases = getattr(field.validation_alias, "choices", None) or [f"ACCORD_{name.upper()}"]
        variable = next(alias for alias in aliases if str(alias).startswith("ACCORD_"))
        shown = "the platform's folder for data" if field.default is PydanticUndefined else field.default
        limits = " … ".join(
            f"{value:,}" for part in field.metadata for value in (getattr(part, "ge", None), getattr(part, "le", None))
            if value is not None
        )  # fmt: skip
        rows.append(f"| `{variable}` | {'none' if shown is None else shown} | {limits or '–'} | {field.description} |")
    return MADE + "\n".join(rows) + "\n"


def exit_codes() -> str:
    """The codes that commands end with, from the one tree of errors."""
    told: dict[int, list[str]] = {0: ["Everything was done, and everything was read."]}
    for kind in _family(errors.AccordError):
        name = kind.__name__.removesuffix("Error")
        told.setdefault(kind.exit_code, []).append(f"{name if name != 'Accord' else 'Other'}: {_first(kind.__doc__)}")
    told.setdefault(2, []).append("Usage: the command was called with words that it does not know.")
    told.setdefault(PARTIAL, []).append("Partial: the work was done, but some file was not read, or not to its end.")
    told.setdefault(130, []).append("Ctrl-C: what was finished is kept; the same command goes on.")
    told.setdefault(143, []).append("SIGTERM: as with Ctrl-C.")
    rows = ["# Exit codes", "", "| code | what it says |", "|--:|---|"]
    rows += [f"| {code} | {' '.join(dict.fromkeys(words))} |" for code, words in sorted(told.items())]
    return MADE + "\n".join(rows) + "\n"


def _family(kind: type[errors.AccordError]) -> list[type[errors.AccordError]]:
    """The tree of `model.errors` alone: what else is imported must change nothing here."""
    own = (child for child in kind.__subclasses__() if child.__module__ == errors.__name__)
    return [kind, *(inner for child in own for inner in _family(child))]


def _first(text: str | None) -> str:
    return (text or "").strip().splitlines()[0] if text else ""


def api() -> str:
    """Every address of the API with its parameters, from the OpenAPI document that a node serves."""
    described = json.loads(document_of(HANDLERS))
    rows = [
        "# The API",
        "",
        "Under `/api/v1`; the whole description is the OpenAPI 3.1 document at `/api/v1/openapi.json`.",
        "",
        "| address | method | what it does | parameters |",
        "|---|---|---|---|",
    ]
    for path, item in sorted(described["paths"].items()):
        for method, operation in sorted(item.items()):
            named = [f"`{one['name']}`" for one in operation.get("parameters", []) if one["in"] != "path"]
            named += ["a JSON body"] if "requestBody" in operation else []
            told = ", ".join(named) or "–"
            rows.append(f"| `{path.removeprefix('/api/v1')}` | {method.upper()} | {operation['summary']} | {told} |")
    return MADE + "\n".join(rows) + "\n"


def contents() -> str:
    """The table of contents, from the pages that are there; a page is called by its first heading."""
    parts = ["# Accord's documentation\n"]
    for folder, words in FOLDERS.items():
        found = sorted((_heading(file), file.name) for file in (DOCS / folder).glob("*.md"))
        links = " ·\n  ".join(f"[{title}]({folder}/{name})" for title, name in found)
        parts.append(f"- **{words}**:\n  {links}")
    parts.append(
        "- **Working on Accord**:\n  [the house](../ARCHITECTURE.md) ·\n  [contributing](../CONTRIBUTING.md) ·"
    )
    parts.append("  [figures](../benchmarks/README.md) ·\n  [what changed](../CHANGELOG.md)")
    return MADE + "\n".join(parts) + "\n"


def _heading(page: Path) -> str:
    lines = page.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("# ")).removeprefix("# ").strip()


PAGES = {
    "reference/commands.md": commands,
    "reference/settings.md": settings,
    "reference/exit-codes.md": exit_codes,
    "reference/api.md": api,
    "index.md": contents,
}


def stale() -> list[str]:
    """Names of the pages that differ from what would be written now."""
    return [
        name
        for name, make in PAGES.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != make()
    ]


def main() -> None:
    if "--check" in sys.argv:
        sys.exit(f"Stale: {', '.join(stale())}. Run `make docs`." if stale() else 0)
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
