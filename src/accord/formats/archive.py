"""gz and zip: unpacked in memory within bounds, one level deep."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from accord.formats.limits import Limits
from accord.formats.shares import not_a_share

_CHUNK = 256 * 1024
_RATIO_FLOOR = 1024 * 1024  # below this size the ratio says nothing


_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError)


class Member(NamedTuple):
    """A file of an archive: its bytes, or the reason why they were not read."""

    name: str
    data: bytes | None
    refused: str = ""


def gunzip(name: str, data: bytes, limits: Limits) -> Member:
    """The content of a gzip file, several streams one after another included."""
    inner = name.removesuffix(".gz").removesuffix(".GZ").rpartition("/")[2] or "content"
    meter = _Meter(limits)
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        return meter.unpacked(inner, stream, len(data))


def unzip(data: bytes, limits: Limits) -> Iterator[Member]:
    """The files of a zip archive in order of name. Sizes are counted while unpacking: headers may lie."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE:
        yield Member("", None, "the archive is damaged or not of a kind that can be read")
        return
    meter = _Meter(limits)
    with archive:
        infos = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
        for number, info in enumerate(infos):
            if number >= limits.max_members:
                yield Member("", None, f"the archive holds more than {limits.max_members:,} files (max_members)")
                return
            yield _member(archive, info, meter)
            if meter.spent:
                return


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: _Meter) -> Member:
    name = "/".join(part for part in info.filename.replace("\\", "/").split("/") if part not in {"", ".", ".."})
    told = [reason for part in name.split("/") if (reason := not_a_share(part))]
    if told:
        return Member(name, None, f"not a share: {told[0]}")
    if info.flag_bits & 1:
        return Member(name, None, "it is encrypted")
    try:
        with archive.open(info) as stream:
            assert isinstance(stream, zipfile.ZipExtFile)
            return meter.unpacked(name, stream, info.compress_size)
    except _DAMAGE as error:
        return Member(name, None, f"it is damaged or packed in an unknown way ({type(error).__name__})")


class _Meter:
    """Unpacks streams of one archive and counts what they give, refused ones too: that is the work they cost."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._total = 0

    @property
    def spent(self) -> bool:
        return self._total > self._limits.max_archive_bytes

    def unpacked(self, name: str, stream: gzip.GzipFile | zipfile.ZipExtFile, packed: int) -> Member:
        """What a stream gives, or the bound at which it was stopped; what came before a break is kept."""
        out = io.BytesIO()
        try:
            while chunk := stream.read1(_CHUNK):  # what came before a break is given first
                out.write(chunk)
                self._total += len(chunk)
                refused = self._over(out.tell(), packed)
                if refused:
                    return Member(name, None, refused)
        except _DAMAGE:
            broken = "the compressed data is damaged or ends too early"
            return Member(name, out.getvalue() or None, broken + ("; what came was read" if out.tell() else ""))
        return Member(name, out.getvalue())

    def _over(self, unpacked: int, packed: int) -> str:
        limits = self._limits
        if unpacked > limits.max_file_bytes:
            return f"it unpacks to more than {limits.max_file_bytes:,} bytes (max_file_bytes)"
        if self.spent:
            return f"the archive unpacks to more than {limits.max_archive_bytes:,} bytes (max_archive_bytes)"
        if unpacked > _RATIO_FLOOR and unpacked > max(1, packed) * limits.max_archive_ratio:
            return f"it unpacks to more than {limits.max_archive_ratio} times its size (max_archive_ratio)"
        return ""
