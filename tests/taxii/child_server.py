"""A node of a data folder with its TAXII face, in a process that a test may kill; prints its address and postmaster.

python -m tests.taxii.child_server DATA_DIR
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from tests.taxii.stage import Tokens, served, settle

from accord.adapters.cluster import find_place
from accord.bootstrap import open_node
from accord.settings import read_settings
from accord.web import assets
from accord.web.taxii.face import Face


def main(data_dir: Path) -> None:
    assets.manifest = dict  # no page is asked
    with open_node(read_settings(data_dir=data_dir)) as node:
        with contextlib.suppress(IntegrityError):  # a second start finds them there
            settle(node)
        postmaster = (find_place(data_dir).cluster / "postmaster.pid").read_text().splitlines()[0]
        with served(node, Face(admit=Tokens().admit)) as url:
            print(url, postmaster, flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
