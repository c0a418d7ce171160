"""Columns arrive at the server as they were given, whatever they hold."""

from __future__ import annotations

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord.store import arrays
from accord.store.engine import driver_of

quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
storable_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def there_and_back(connection, column, type_):
    with driver_of(connection).cursor() as cursor:
        arrays.accept(cursor)
        row = cursor.execute(f"select %s::{type_}[]", [column]).fetchone()
    return row[0]


@quick
@given(st.lists(st.none() | st.integers(-(2**31), 2**31 - 1)))
def test_integers_and_nulls_arrive(connection, values):
    assert there_and_back(connection, arrays.integers(values), "integer") == values


@quick
@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_big_integers_arrive(connection, values):
    assert there_and_back(connection, arrays.big_integers(values), "bigint") == values


@quick
@given(st.lists(storable_texts))
def test_texts_arrive(connection, values):
    assert there_and_back(connection, arrays.texts([value.encode() for value in values]), "text") == values


@quick
@given(st.lists(st.uuids()))
def test_uuids_arrive(connection, values):
    assert there_and_back(connection, arrays.uuids(values), "uuid") == values


@pytest.mark.parametrize("make", [arrays.integers, arrays.big_integers])
def test_a_number_that_does_not_fit_is_an_error_and_never_another_number(make):
    with pytest.raises(struct.error):
        make([2**64])
