"""Makes the vocabulary files of `accord.model` from well-kept lists, once, at development time.

    python -m venv V && V/bin/pip install pymispgalaxies pymispwarninglists wordfreq
    V/bin/python tools/make_vocabulary.py src/accord/model/vocabulary

Needs: pymispgalaxies and pymispwarninglists (their data: CC0-1.0), wordfreq (its data only decides which names are
words of everyday English; none of it is written). None of them is a dependency of the product. Same packages, same
bytes.
"""

# ruff: noqa: INP001 - scripts beside each other

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from vocabulary_hosts import common_rows
from vocabulary_names import name_rows


def write(path: Path, rows: Iterable[str]) -> None:
    """One row a line, gzip without time or name, so that the same rows give the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0, filename="") as stream:
        stream.write("".join(f"{row}\n" for row in rows).encode())
    path.write_bytes(buffer.getvalue())
    sys.stdout.write(f"{path.name}: {len(buffer.getvalue()):,} bytes\n")


def cluster(name: str) -> list[dict[str, object]]:
    """The values of one MISP galaxy cluster."""
    source = files("pymispgalaxies") / "data" / "misp-galaxy" / "clusters" / f"{name}.json"
    return list(json.loads(source.read_text("utf-8"))["values"])


def warning_list(name: str) -> list[str]:
    """The values of one MISP warning list."""
    source = files("pymispwarninglists") / "data" / "misp-warninglists" / "lists" / name / "list.json"
    return [str(value) for value in json.loads(source.read_text("utf-8"))["list"]]


def main(out: Path) -> None:
    write(out / "common.tsv.gz", common_rows(warning_list))
    write(out / "names.tsv.gz", name_rows(cluster))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
