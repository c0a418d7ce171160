"""A declaration as the TOML text that people keep and `accord impact` reads: the inverse of `read_declaration`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from accord.impact.declaration import Declaration

_HEAD = "# Frozen before it was measured. What counts is its digest; layout and remarks do not.\n"


def declaration_text(declaration: Declaration) -> str:
    """The text whose reading gives an equal declaration, hence the same digest."""
    return _HEAD + "\n".join(_lines(declaration)) + "\n"


def _lines(declaration: Declaration) -> Iterator[str]:
    yield f"metric = {_quoted(declaration.metric)}"
    yield f"unit = {_quoted(declaration.unit)}"
    yield f"rung = {_quoted(declaration.rung.value)}"
    yield f"population = {_quoted(declaration.population)}"
    yield f"column = {_quoted(declaration.column)}"
    yield f"frequency = {_quoted(declaration.frequency.value)}"
    yield f"declared_at = {declaration.declared_at.isoformat()}"
    yield f"comparison = {_quoted(declaration.comparison)}"
    if declaration.expected_percent is not None:
        yield f"expected_percent = {float(declaration.expected_percent)!r}"
    yield f"shape = {_quoted(declaration.shape.value)}"
    yield f"trend = {str(declaration.trend).lower()}"
    if declaration.harmonics is not None:
        yield f"harmonics = {declaration.harmonics}"
    yield f"substitutes = [{', '.join(map(_quoted, declaration.substitutes))}]"
    yield f"donors = [{', '.join(map(_quoted, declaration.donors))}]"
    yield f"retrospective = {str(declaration.retrospective).lower()}"
    yield from ("", "[window]", f"first = {declaration.window_first}", f"last = {declaration.window_last}")
    for one in declaration.interventions:
        yield from ("", "[[intervention]]", f"name = {_quoted(one.name)}", f"date = {one.day.isoformat()}")
        if one.until is not None:
            yield f"until = {one.until.isoformat()}"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, which leaves DEL as it is where TOML wants it escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
