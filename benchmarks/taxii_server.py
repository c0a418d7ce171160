"""A node on a durable embedded database with its TAXII face, for measuring from outside; ends with its standard input.

    python -m benchmarks.taxii_server PORT

Prints its address, its own process id and the postmaster's. Jobs are not run: what follows intake is measured apart.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.taxii.stage import Tokens, served, settle

from accord.adapters.allocator import keep_little
from accord.adapters.database import EmbeddedServer
from accord.bootstrap import open_node
from accord.services.taxii_receive import warm
from accord.settings import read_settings
from accord.web.taxii.face import Face
from benchmarks.clocks import postmaster_of


def main(port: int) -> None:
    keep_little()
    with tempfile.TemporaryDirectory(prefix="accord-b", dir="/tmp") as scratch:
        data_dir = Path(scratch) / "n"
        try:
            with open_node(read_settings(data_dir=data_dir)) as node:
                settle(node)
                warm()
                with served(node, Face(admit=Tokens().admit), port=port) as url:
                    print(url, os.getpid(), postmaster_of(data_dir), flush=True)
                    sys.stdin.read()
        finally:
            EmbeddedServer.discard(data_dir)


if __name__ == "__main__":
    main(int(sys.argv[1]))
