"""Readers and writers of the formats in which members share and receive. Pure: bytes in, values out."""

from accord.formats.limits import DEFAULT, Limits
from accord.formats.read import read
from accord.formats.shares import not_a_share

__all__ = ["DEFAULT", "Limits", "not_a_share", "read"]
