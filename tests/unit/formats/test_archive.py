"""Archives: members are read as files of their own; bombs and nesting stop at a named bound."""

import gzip
import io
import zipfile
from dataclasses import replace

from accord.formats import DEFAULT, read
from accord.formats.limits import MIB


def _zip(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_zip_gives_a_reading_a_member_in_order_of_name():
    readings = read("x/a.zip", _zip({"b.csv": "value\nevil.example\n", "a/a.txt": "198.51.100.1\n"}))
    assert [reading.path for reading in readings] == ["x/a.zip!a/a.txt", "x/a.zip!b.csv"]
    assert [reading.mentions[0].value for reading in readings] == ["198.51.100.1", "evil.example"]


def test_gz_of_several_streams_is_read_to_its_end():
    data = gzip.compress(b"evil.example\n") + gzip.compress(b"198.51.100.1\n")
    (reading,) = read("a.txt.gz", data)
    assert reading.path == "a.txt.gz!a.txt"
    assert [mention.value for mention in reading.mentions] == ["evil.example", "198.51.100.1"]


def test_bombs_stop_at_a_named_bound():
    bomb = _zip({"bomb.txt": b"0" * (20 * MIB), "good.txt": b"evil.example"})
    bad, good = read("a.zip", bomb)
    assert (bad.format, "max_archive_ratio" in bad.drops[0].reason) == ("unreadable", True)
    assert good.mentions[0].value == "evil.example"
    (reading,) = read("a.gz", gzip.compress(b"0" * (20 * MIB)))
    assert "max_archive_ratio" in reading.drops[0].reason


def test_size_of_all_members_together_is_bounded():
    data = _zip({f"{n}.txt": f"evil{n}.example ".encode() * 40 for n in range(6)})
    for limits, told in (
        (replace(DEFAULT, max_archive_bytes=1000), "max_archive_bytes"),
        (replace(DEFAULT, max_members=1), "max_members"),
    ):
        first, last = read("a.zip", data, limits)
        assert first.mentions[0].value == "evil0.example"
        assert told in last.drops[0].reason


def test_archive_in_an_archive_is_not_opened():
    (reading,) = read("a.zip", _zip({"b.zip": _zip({"c.txt": "evil.example"})}))
    assert (reading.path, reading.format) == ("a.zip!b.zip", "unreadable")
    assert reading.drops[0].reason == "an archive inside an archive is not opened"


def test_names_that_climb_are_tamed_and_licences_are_no_shares():
    readings = read("a.zip", _zip({"../../etc/x.txt": "evil.example", "LICENSE": "see evil.example"}))
    assert [(r.path, len(r.mentions)) for r in readings] == [("a.zip!etc/x.txt", 1), ("a.zip!LICENSE", 0)]


def test_damaged_archives_are_told():
    whole = _zip({"a.txt": "evil.example " * 100})
    for data in (whole[:40], whole[:-30], b"PK\x03\x04" + b"x" * 50):
        assert not all(reading.complete for reading in read("a.zip", data))
    (cut,) = read("a.gz", gzip.compress(b"evil.example\n" * 9)[:-9])
    assert cut.mentions[0].value == "evil.example"
    assert not cut.complete


def test_lying_sizes_in_the_header_do_not_help(monkeypatch):
    data = bytearray(_zip({"a.txt": b"0" * (5 * MIB)}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")  # uncompressed size in the central directory
    (reading,) = read("a.zip", bytes(data))
    assert reading.format in {"unreadable", "text"}
    assert not reading.mentions
