"""STIX: the gate that every object passes, and the identifiers that the standard fixes. Pure."""

from accord.stix.deterministic import deterministic_id, sco_id
from accord.stix.gate import check, remarks, version_of
from accord.stix.markings import tlp_of

__all__ = ["check", "deterministic_id", "remarks", "sco_id", "tlp_of", "version_of"]
