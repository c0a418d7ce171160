"""A node that holds medallion's test data, for medallion's own test-suite over HTTP (see README.md beside this).

    python -m tests.taxii.suite_server MEDALLION/medallion/test/data/default_data.json 5003

Its collections are circles with the ids and the `date_added` of the data file. Pages have 20 objects at most; the user
is `admin` with `Password0`. The data holds a STIX 2.0 object: it is put into the store as it is, past the gate.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
from tests.taxii.stage import Tokens, make_node, member_id, served

from accord.adapters.database import EmbeddedServer
from accord.model.handling import Handling
from accord.model.reading import Claim, Reading
from accord.services.circles import admit_member, make_circle
from accord.services.node import Node
from accord.services.record import own
from accord.store import audiences, bulk, contributions, provision, schema, taxii_objects
from accord.store.engine import make_engine, node_transaction
from accord.web.taxii.face import Face

WHOSE = "amber"
ROOT = "trustgroup1"


def fill(node: Node, data: dict[str, Any]) -> None:
    """Each collection a circle; each object with the time at which the data says that it was added."""
    for one in data["collections"]:
        circle = make_circle(node, one["title"], one.get("description", ""), circle_id=UUID(one["id"]))
        admit_member(node, circle, member_id(WHOSE), reads=one["can_read"], writes=one["can_write"])
        for number, (stix, added_at) in enumerate(dated(one)):
            keep(node, circle, stix, added_at, number)
    with node_transaction(node.engine) as connection:
        mine = audiences.intern(connection, own(member_id(WHOSE)))
        for one in data["status"]:
            at = datetime.fromisoformat(one["request_timestamp"])
            taxii_objects.put_status(connection, UUID(one["id"]), orjson.dumps(one), asked_at=at, audience=mine)


def dated(collection: dict[str, Any]) -> list[tuple[dict[str, Any], datetime]]:
    when = {(one["id"], one["version"]): one["date_added"] for one in collection["manifest"]}
    found = [
        (stix, datetime.fromisoformat(when[stix["id"], stix.get("modified", stix["created"])]))
        for stix in collection["objects"]
    ]
    return sorted(found, key=lambda pair: pair[1])


def keep(node: Node, circle: UUID, stix: dict[str, Any], added_at: datetime, number: int) -> None:
    reading = Reading(
        f"{circle}/{number}.json", "stix-2.1", claims=[Claim(stix["id"], stix["type"], orjson.dumps(stix))]
    )
    given = Handling(circles=frozenset({circle}), originators=frozenset({member_id(WHOSE)}))
    digest = hashlib.sha256(reading.path.encode()).digest()
    with node_transaction(node.engine) as connection:
        audience = audiences.intern(connection, given)
        whose = {"member_id": member_id(WHOSE), "audience": audience, "received_at": added_at}
        kept, _ = contributions.add(connection, reading, digest=digest, size=1, **whose)
        bulk.write(connection, kept, audience, claims=reading.claims, moment=lambda: added_at)


def main(data: str, port: int) -> None:
    document = json.loads(Path(data).read_text(encoding="utf-8"))[ROOT]
    with tempfile.TemporaryDirectory(prefix="accord-m", dir="/tmp") as scratch:
        folder = Path(scratch)
        with EmbeddedServer(folder / "n") as urls:
            provision.provision(urls.superuser)
            schema.migrate(urls.owner)
            engine = make_engine(urls.app)
            node = make_node(SimpleNamespace(app=urls.app, engine=engine), folder)
            fill(node, document)
            face = Face(
                admit=Tokens(others={"Password0": WHOSE}).admit,
                title=document["information"]["title"],
                max_page=20,
            )
            with served(node, face, port=port) as url:
                print(f"serving {url}", flush=True)
                sys.stdin.read()
            engine.dispose()
        EmbeddedServer.discard(folder / "n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
