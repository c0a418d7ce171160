"""Texts made to be slow are read in time that grows with their length, not with its square."""

import time

import pytest

from accord.formats import read
from accord.formats.patterns import asked

HOSTILE = {
    "a.md": ["[" * 300_000, "`" * 300_000, "+a " * 100_000, "<!---->" * 40_000, "| " * 100_000, "https://" * 40_000],
    "a.adoc": ["`+" * 100_000, " +a" * 100_000, "link:" * 60_000, "|" * 300_000],
    "a.txt": ["a." * 150_000, "1.2.3." * 50_000, "a: " * 100_000, "@" * 300_000, "\n" * 300_000, "Aa" * 150_000],
    "a.csv": ["," * 300_000, '"' * 300_001, '"\n' * 100_000, "value\n" + "evil," * 60_000],
    "a.json": [
        '{"a":' * 60_000,
        '["' * 100_000,
        '"type": "bundle", "objects": [' * 10_000,
        "[" * 300_000,
        '"a\\' * 60_000,
    ],
    "a.yaml": ["- " * 100_000, "a: &a [*a]\n" * 20_000, "? " * 20_000, "{" * 100_000],
    "a.html": ["<!---->" * 40_000, "<" * 300_000],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in HOSTILE.items() for text in texts])
def test_hostile_text_is_read_in_good_time(name, text):
    begun = time.process_time()
    read(name, text.encode())
    assert time.process_time() - begun < 6.0  # seconds; all take under one when the machine is quiet


def test_hostile_patterns_are_read_in_good_time():
    begun = time.process_time()
    for pattern in ("a" * 300_000, "a:b IN (" * 40_000, "a:b = '" * 40_000, "a:b." * 80_000, "a:b" + "[1]" * 80_000):
        list(asked(pattern))
    assert time.process_time() - begun < 6.0
