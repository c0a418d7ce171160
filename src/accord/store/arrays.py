"""Columns as PostgreSQL's arrays in its binary form, made in bulk: a tenth of the driver's own work an element.

The form is that of `array_recv` (PostgreSQL 18, src/backend/utils/adt/arrayfuncs.c): dimensions, whether nulls are in
it, type of the elements, length, lower bound; then of each element its size in bytes (-1: null) and its binary form.
A column is an argument of its own type: `cursor.execute("… unnest(%(0)b) …", {"0": integers([1, 2])})`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from struct import Struct
from typing import Any, ClassVar
from uuid import UUID

from psycopg import Cursor, pq
from psycopg.abc import Buffer
from psycopg.adapt import Dumper

_HEAD = Struct(">iiIii")
_EMPTY = Struct(">iiI")
_SIZE = Struct(">i").pack
_INTEGER = Struct(">ii").pack
_BIG_INTEGER = Struct(">iq").pack
_NULL = _SIZE(-1)


class Column(bytes):
    """An array as it goes to the server."""

    oid: ClassVar[int]
    element_oid: ClassVar[int]


class Integers(Column):
    oid, element_oid = 1007, 23


class BigIntegers(Column):
    oid, element_oid = 1016, 20


class Texts(Column):
    oid, element_oid = 1009, 25


class Uuids(Column):
    oid, element_oid = 2951, 2950


def integers(values: Sequence[int | None]) -> Integers:
    """Of 32 bits each. Raises `struct.error` for larger ones."""
    if _are_one(values):
        elements = [_NULL if values[0] is None else _INTEGER(4, values[0])] * len(values)
    else:
        elements = [_NULL if value is None else _INTEGER(4, value) for value in values]
    return Integers(_array(Integers, elements, len(values), nulls=None in values))


def big_integers(values: Sequence[int]) -> BigIntegers:
    """Of 64 bits each, with sign. Raises `struct.error` for larger ones."""
    return BigIntegers(_array(BigIntegers, [_BIG_INTEGER(8, value) for value in values], len(values)))


def texts(values: Sequence[bytes]) -> Texts:
    """Of texts in UTF-8 without zeros; what is not is refused by the server."""
    elements = chain.from_iterable(zip(map(_SIZE, map(len, values)), values, strict=True))
    return Texts(_array(Texts, elements, len(values)))


def uuids(values: Sequence[UUID]) -> Uuids:
    if _are_one(values):
        elements = [b"\0\0\0\x10" + values[0].bytes] * len(values)
    else:
        elements = [b"\0\0\0\x10" + value.bytes for value in values]
    return Uuids(_array(Uuids, elements, len(values)))


def _are_one(values: Sequence[Any]) -> bool:
    """Whether all are the same, as those that say to which contribution the rows belong often are."""
    return bool(values) and values.count(values[0]) == len(values)


def accept(cursor: Cursor[Any]) -> None:
    """Lets a cursor take columns as arguments."""
    for kind, dumper in _DUMPERS:
        cursor.adapters.register_dumper(kind, dumper)


def _array(kind: type[Column], elements: Iterable[bytes], count: int, *, nulls: bool = False) -> bytes:
    if not count:
        return _EMPTY.pack(0, 0, kind.element_oid)
    return _HEAD.pack(1, nulls, kind.element_oid, count, 1) + b"".join(elements)


class _Dumper(Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: Buffer) -> Buffer:
        return obj


def _dumper(kind: type[Column]) -> type[_Dumper]:
    return type(f"{kind.__name__}Dumper", (_Dumper,), {"oid": kind.oid})


_DUMPERS = tuple((kind, _dumper(kind)) for kind in (Integers, BigIntegers, Texts, Uuids))
