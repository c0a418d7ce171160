"""Canonical values of what two members can hold in common: read, recognised, shown, judged common or telling.

Rules and vectors: docs/reference/selectors.md.
"""

from accord.selectors.canonical import canonical, hosts_of
from accord.selectors.commonness import common
from accord.selectors.finding import Found, find, holds_none
from accord.selectors.hosts import network_of
from accord.selectors.identifying import identify
from accord.selectors.names import find_names
from accord.selectors.naming import display_name
from accord.selectors.refanging import defang, refang
from accord.selectors.suffixes import registered_domain

__all__ = [
    "Found",
    "canonical",
    "common",
    "defang",
    "display_name",
    "find",
    "find_names",
    "holds_none",
    "hosts_of",
    "identify",
    "network_of",
    "refang",
    "registered_domain",
]
