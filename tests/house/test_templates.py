"""Every template and every source of the web assets is used by somebody."""

from __future__ import annotations

import re

import tree


def test_no_template_is_orphaned():
    templates = tree.SOURCE / "web" / "templates"
    names = {str(file.relative_to(templates)) for file in templates.rglob("*") if file.is_file()}
    assert names
    texts = tree.below("src/accord", ".py", ".html")
    unused = {name for name in names if not any(re.search(rf"[\"']{re.escape(name)}[\"']", text) for _, text in texts)}
    assert unused == set()


AHEAD = {
    "accord.adapters.group_commit": "the custody log's writer; a later issue wires it behind services.record",
    "accord.adapters.tile_folder": "the custody log's tiles; the same",
    "accord.custody.audit": "read by the custody tests until then",
    "accord.custody.quorum": "the same",
    "accord.custody.witness": "the same",
    "accord.disruption.critical": "called by benchmarks and by hand (accord disrupt)",
    "accord.disruption.dismantle": "the same",
    "accord.store.unguarded": "the list that a test of the schema reads",
}
"""Module → why nothing in the product imports it yet, or should."""


def test_every_module_is_reached():
    """A module that nothing imports is dead, unless a command, a migration or a person starts it."""
    texts = [text for _, text in tree.below("src", ".py")] + [(tree.ROOT / "pyproject.toml").read_text()]
    everything = "\n".join(texts)
    dead = []
    for file in tree.files():
        if not file.is_relative_to(tree.SOURCE) or file.suffix != ".py" or file.stem in {"__init__", "__main__"}:
            continue
        if "migrations" in file.parts:
            continue
        package = ".".join(file.parent.relative_to(tree.SOURCE.parent).parts)
        dotted = rf"{re.escape(package)}\.{file.stem}\b"
        listed = rf"from {re.escape(package)} import (?:[^\n(]*|\([^)]*)\b{file.stem}\b"
        if not re.search(f"{dotted}|{listed}", everything):
            dead.append(f"{package}.{file.stem}")
    assert set(dead) - AHEAD.keys() == set()
