"""Declared and measured effects for page tests and pictures: one shown, one null, one after the fact, two to come."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, Engine

from accord.impact import (
    Declaration,
    Frequency,
    Intervention,
    Rung,
    declaration_text,
    kaplan_meier,
    log_rank,
    measure,
    plain,
    plain_survival,
    read_series,
    read_spells,
)
from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.store import audiences, effects
from accord.store.engine import node_transaction

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
FIRST, DAY, LAST = date(2024, 7, 1), date(2026, 6, 29), date(2026, 11, 15)
WEEKS = (LAST - FIRST).days // 7 + 1


def declared(**changes: Any) -> Declaration:
    asked = Declaration(
        metric="Phishing pages reported",
        unit="pages",
        rung=Rung.OUTCOME,
        population="Reports to the national centres of two countries",
        column="pages",
        frequency=Frequency.WEEK,
        window_first=FIRST,
        window_last=LAST,
        interventions=(Intervention("Servers seized", DAY),),
        declared_at=DAY - timedelta(days=30),
        expected_percent=-20.0,
        substitutes=("other_kit",),
        donors=("land_b", "land_c", "land_d"),
    )
    return replace(asked, **changes)


ALONE: dict[str, Any] = {"substitutes": (), "donors": ()}
NULL = declared(metric="Losses reported by customers", unit="cases", population="Four banks", column="losses", **ALONE)
AFTER = declared(
    metric="Panels answering", unit="panels", rung=Rung.INTERMEDIATE, population="Scans of one CERT", column="panels",
    retrospective=True, declared_at=date(2026, 9, 1), expected_percent=None, **ALONE,
)  # fmt: skip
WAITING = declared(metric="Domains suspended", unit="domains", rung=Rung.OUTPUT, population="One registry", **ALONE)
EARLY = declared(
    metric="Victims warned who lost nothing", unit="people", population="Two banks", column="warned",
    interventions=(Intervention("Arrests", date(2027, 2, 1)),), window_last=date(2027, 12, 31),
    declared_at=date(2026, 11, 20), **ALONE,
)  # fmt: skip


def series_csv() -> bytes:
    """Counts a week, most of them known: pages fall by about a third, losses do not."""
    rng = np.random.default_rng(11)
    weeks = np.arange(WEEKS)
    after = np.array([FIRST + timedelta(weeks=int(n)) >= DAY for n in weeks])
    season = 1 + 0.12 * np.sin(2 * np.pi * weeks / 52.18)
    columns = {
        "pages": 180 * season * np.where(after, 0.66, 1.0),
        "other_kit": 60 * season * np.where(after, 1.25, 1.0),
        "land_b": 150 * season, "land_c": 90 * season, "land_d": 210 * season,
        "losses": 40 * season * np.where(after, 0.99, 1.0),
        "panels": 35 * np.where(after, 0.5, 1.0) * np.ones(WEEKS),
    }  # fmt: skip
    counts = {name: rng.poisson(mean * rng.gamma(60, 1 / 60, WEEKS)) for name, mean in columns.items()}
    rows = [f"{FIRST + timedelta(weeks=int(n))},{','.join(str(counts[name][n]) for name in columns)}" for n in weeks]
    return "\n".join([f"day,{','.join(columns)}", *rows, ""]).encode()


def spells_csv() -> bytes:
    rng = np.random.default_rng(5)
    rows = ["group,days,returned"]
    for group, mean, many in (("Suspended at the registry", 80, 60), ("Taken down at the host", 25, 60)):
        rows += [
            f"{group},{min(days, 140):.0f},{'yes' if days < 140 else 'no'}" for days in rng.exponential(mean, many)
        ]
    return "\n".join([*rows, ""]).encode()


@cache
def finding(given: Declaration) -> dict[str, Any]:
    return plain(measure(read_series(series_csv(), given.frequency), given, sealed_digest=given.digest))


@cache
def survival() -> dict[str, Any]:
    groups = read_spells(spells_csv())
    watched = {group.name: float(group.days.max()) for group in groups}
    curves = plain_survival([kaplan_meier(group) for group in groups], log_rank(groups))
    return {**curves, "watched_for": watched, "declared": True}


def seed(engine: Engine, blobs: Any = None) -> list[UUID]:
    """Fills a database that has members; ids of the declarations: shown, null, after the fact, waiting, early."""
    if blobs is not None:
        for data in (series_csv(), spells_csv()):
            blobs.put(data)
    with node_transaction(engine) as connection:
        amber = audiences.intern(connection, Handling(tlp=Tlp.AMBER))
        ids = [
            put(connection, given, amber, slug=slug, at=NOW - timedelta(days=200 - 30 * n), watches=n == 0)
            for n, (given, slug) in enumerate(
                (
                    (declared(), "eastern"),
                    (NULL, "harbour"),
                    (AFTER, "eastern"),
                    (WAITING, "northern"),
                    (EARLY, "ncu-a"),
                )
            )
        ]
        for number, given in zip(ids, (declared(), NULL, AFTER), strict=False):
            keep(connection, number, finding(given), amber, slug="eastern")
        keep(connection, ids[0], survival(), amber, slug="eastern", kind="spells")
    return ids


def put(
    connection: Connection, given: Declaration, audience: int, *, slug: str, at: datetime, watches: bool = False
) -> UUID:
    member = derived_id("member", slug)
    number = derived_id("declaration", str(member), given.digest)
    kept = effects.Frozen(number, member, None, at, given.digest, declaration_text(given), watches, [])
    effects.freeze(connection, kept, audience)
    return number


def keep(
    connection: Connection, number: UUID, document: dict[str, Any], audience: int, *, slug: str, kind: str = "series"
) -> None:
    data = series_csv() if kind == "series" else spells_csv()
    kept = effects.Measured(
        derived_id("measurement", str(number), kind), number, derived_id("member", slug), None, NOW, kind,
        f"{kind}.csv", hashlib.sha256(data).digest(), "accord impact measure series.csv", document,
    )  # fmt: skip
    effects.keep(connection, kept, audience)
