"""A process that records acts until it is killed, and prints each that is acknowledged: `killed.py APP_URL FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from accord.adapters.clock import SystemClock, SystemIds
from accord.adapters.keys import open_keys
from accord.adapters.tile_folder import TileFolder
from accord.services.custody_drain import begin_log
from accord.services.custody_room import CustodyRoom
from accord.services.node import Node
from accord.services.record import record
from accord.store.engine import make_engine, node_transaction


def main() -> None:
    url, folder = sys.argv[1], Path(sys.argv[2])
    room = CustodyRoom(TileFolder(folder / "log"), open_keys(folder))
    node = Node(url, make_engine(url, pool_size=2), None, SystemClock(), SystemIds(), None, room)  # type: ignore[arg-type]
    begin_log(node)
    for _ in range(500):
        with node_transaction(node.engine) as connection:
            number = record(node, connection, "thing changed", "thing")
        print(number, flush=True)


if __name__ == "__main__":
    main()
