"""Every table is part of the metadata once this is imported, whichever file it stands in."""

from accord.store import (
    case_tables,
    circle_tables,
    custody_tables,
    effect_tables,
    evidence_tables,
    exchange_tables,
    handling_tables,
    people_tables,
    subscription_tables,
    taxii_tables,
)
from accord.store.tables import metadata

__all__ = [
    "case_tables",
    "circle_tables",
    "custody_tables",
    "effect_tables",
    "evidence_tables",
    "exchange_tables",
    "handling_tables",
    "metadata",
    "people_tables",
    "subscription_tables",
    "taxii_tables",
]
