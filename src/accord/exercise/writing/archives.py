"""Packs shares as they are sent: gz and zip, with fixed times so that the bytes follow from the content."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Sequence

from accord.exercise.parts import Share

PACKED_AT = (2026, 11, 20, 16, 0, 0)


def gzipped(share: Share) -> Share:
    """The share as `path.gz`, its part `path.gz!name`. The bytes also depend on the zlib that Python was built with."""
    data = gzip.compress(share.data, compresslevel=9, mtime=0)
    path, name = share.path + ".gz", share.path.rpartition("/")[2]
    return Share(path, data, tuple(part._replace(path=f"{path}!{name}") for part in share.parts))


def zipped(path: str, shares: Sequence[Share]) -> Share:
    """Several shares in one archive; a part's path is `a.zip!b.csv`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for share in shares:
            entry = zipfile.ZipInfo(share.path, PACKED_AT)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, share.data, zipfile.ZIP_DEFLATED)
    parts = tuple(part._replace(path=f"{path}!{part.path}") for share in shares for part in share.parts)
    return Share(path, stream.getvalue(), parts)
