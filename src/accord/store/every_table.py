"""Every table is part of the metadata once this is imported, whichever file it stands in."""

from accord.store import case_tables, circle_tables, custody_tables, evidence_tables, people_tables, taxii_tables
from accord.store.tables import metadata

__all__ = [
    "case_tables",
    "circle_tables",
    "custody_tables",
    "evidence_tables",
    "metadata",
    "people_tables",
    "taxii_tables",
]
