"""A finding as plain values: what JSON, the report and a chart take. Gaps and unknowns are None."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import Any

import numpy as np

from accord.impact.finding import Finding
from accord.impact.its import Path
from accord.impact.survival import Survival

VERSION = "accord-impact-finding/1"


def plain(finding: Finding) -> dict[str, Any]:
    """Numbers, texts, lists and dictionaries alone; `chart` has one row a period."""
    result = finding.result
    return {
        "version": VERSION,
        "declaration": _value(finding.declaration),
        "digest": finding.digest,
        "sealed": finding.sealed,
        "verdict": finding.verdict.value,
        "null": finding.null,
        "sentence": finding.sentence,
        "changes": _value(result.changes),
        "placebos": {
            "dates": len(finding.placebos.changes),
            "found": finding.placebos.found,
            "alarm": finding.placebos.alarm,
            "changes": _value(finding.placebos.changes),
        },
        "displacement": _value(finding.displacement),
        "synthetic": _value(finding.synthetic),
        "another_method": _value(finding.opinion),
        "assumptions": _value(finding.assumptions),
        "chart": chart(result.path),
    }


def chart(path: Path) -> list[dict[str, Any]]:
    """One row a period: `day`, `observed`, `expected` with `low` and `high`, `fitted`, `difference`."""
    columns = {name: _value(getattr(path, name)) for name in ("observed", "expected", "low", "high", "fitted")}
    columns["difference"] = _value(path.difference)
    return [
        {"day": day.isoformat(), **{name: column[k] for name, column in columns.items()}}
        for k, day in enumerate(path.days)
    ]


def plain_survival(curves: Iterable[Survival], p: float) -> dict[str, Any]:
    """The curves and the log-rank test's p as plain values."""
    return {"version": "accord-impact-survival/1", "p_log_rank": p, "curves": [_value(curve) for curve in curves]}


def _value(value: Any) -> Any:
    plain_value = value
    match value:
        case Enum():
            plain_value = value.value
        case date():
            plain_value = value.isoformat()
        case np.ndarray():
            plain_value = [_value(one) for one in value.tolist()]
        case float():
            plain_value = value if math.isfinite(value) else None
        case tuple() if hasattr(value, "_asdict"):
            plain_value = {name: _value(one) for name, one in value._asdict().items()}
        case tuple() | list():
            plain_value = [_value(one) for one in value]
        case _ if dataclasses.is_dataclass(value):
            plain_value = {field.name: _value(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return plain_value
