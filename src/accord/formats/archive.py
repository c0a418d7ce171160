"""gz and zip: unpacked in memory within bounds, one level deep."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from accord.formats.limits import Limits
from accord.formats.shares import not_a_share

_CHUNK = 256 * 1024
_RATIO_FLOOR = 1024 * 1024  # below this size the ratio says nothing


class Member(NamedTuple):
    """A file of an archive: its bytes, or the reason why they were not read."""

    name: str
    data: bytes | None
    refused: str = ""


def _over(limits: Limits, unpacked: int, packed: int, total: int) -> str:
    if unpacked > limits.max_file_bytes:
        return f"it unpacks to more than {limits.max_file_bytes:,} bytes (max_file_bytes)"
    if total + unpacked > limits.max_archive_bytes:
        return f"the archive unpacks to more than {limits.max_archive_bytes:,} bytes (max_archive_bytes)"
    if unpacked > _RATIO_FLOOR and unpacked > packed * limits.max_archive_ratio:
        return f"it unpacks to more than {limits.max_archive_ratio} times its size (max_archive_ratio)"
    return ""


def gunzip(name: str, data: bytes, limits: Limits) -> Member:
    """The content of a gzip file, several streams one after another included."""
    out = io.BytesIO()
    rest = data
    inner = name.removesuffix(".gz").removesuffix(".GZ").rpartition("/")[2] or "content"
    while rest:
        stream = zlib.decompressobj(wbits=31)
        try:
            while rest and not stream.eof:
                out.write(stream.decompress(rest, _CHUNK))
                rest = stream.unconsumed_tail
                refused = _over(limits, out.tell(), len(data), 0)
                if refused:
                    return Member(inner, None, refused)
        except zlib.error as error:
            return Member(inner, None, f"the compressed data is damaged ({error})")
        if not stream.eof:
            return Member(inner, out.getvalue(), "the compressed data ends too early; what came was read")
        rest = stream.unused_data if stream.unused_data[:2] == b"\x1f\x8b" else b""
    return Member(inner, out.getvalue())


def unzip(data: bytes, limits: Limits) -> Iterator[Member]:
    """The files of a zip archive in order of name. Sizes are counted while unpacking: headers may lie."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError):
        yield Member("", None, "the archive is damaged or not of a kind that can be read")
        return
    total = 0
    with archive:
        infos = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
        for number, info in enumerate(infos):
            if number >= limits.max_members:
                yield Member("", None, f"the archive holds more than {limits.max_members:,} files (max_members)")
                return
            member = _member(archive, info, limits, total)
            total += len(member.data or b"")
            yield member


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, total: int) -> Member:
    name = "/".join(part for part in info.filename.replace("\\", "/").split("/") if part not in {"", ".", ".."})
    told = [reason for part in name.split("/") if (reason := not_a_share(part))]
    if told:
        return Member(name, None, f"not a share: {told[0]}")
    if info.flag_bits & 1:
        return Member(name, None, "it is encrypted")
    out = io.BytesIO()
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                out.write(chunk)
                refused = _over(limits, out.tell(), max(1, info.compress_size), total)
                if refused:
                    return Member(name, None, refused)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        return Member(name, None, f"it is damaged or packed in an unknown way ({type(error).__name__})")
    return Member(name, out.getvalue())
