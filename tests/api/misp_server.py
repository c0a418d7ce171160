"""A MISP server's REST routes over a dictionary, on a socket of this machine: what PyMISP and our client both speak."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY, OTHER_KEY = "k" * 40, "o" * 40
ORGANISATIONS = {
    KEY: {"id": "1", "uuid": "00000000-0000-4000-8000-0000000000a1", "name": "Ours"},
    OTHER_KEY: {"id": "2", "uuid": "00000000-0000-4000-8000-0000000000a2", "name": "Elsewhere"},
}
"""Whose key it is: a member's own, and that of somebody else on the server."""
DESCRIBED = {
    "sane_defaults": {"domain": {"default_category": "Network activity", "to_ids": 1}},
    "types": ["domain"],
    "categories": ["Network activity"],
    "category_type_mappings": {"Network activity": ["domain"]},
}


class Simulated:
    """Its events by UUID, what was asked of it, and how often it is to fail first."""

    def __init__(self) -> None:
        self.events: dict[str, dict[str, Any]] = {}
        self.groups = [{"uuid": "00000000-0000-4000-8000-000000000003", "name": "Parcel cell", "id": "1"}]
        self.sightings: list[dict[str, Any]] = []
        self.proposals: list[dict[str, Any]] = []
        self.by = ORGANISATIONS[KEY]
        self.asked: list[str] = []
        self.fails = 0
        self.breaks_after: int | None = None
        self.url = ""

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:  # noqa: C901, PLR0911, PLR0912  routes
        self.asked.append(f"{method} {path}")
        if self.fails:
            self.fails -= 1
            return 503, {"message": "busy"}
        if path.startswith("/servers/get"):
            return 200, {"version": "2.5.3", "perm_sync": True, "perm_sighting": True, "perm_galaxy_editor": True}
        if path.startswith("/users/view/me"):
            return 200, {
                "User": {"id": "1", "email": "a@b.example", "role_id": "1", "org_id": self.by["id"]},
                "Organisation": self.by,
                "Role": {"id": "1"},
                "UserSetting": [],
            }
        if path in ("/sharing_groups", "/sharingGroups/index"):
            return 200, {"response": [{"SharingGroup": group} for group in self.groups]}
        if path == "/attributes/describeTypes.json":
            return 200, {"result": DESCRIBED}
        if path == "/events/restSearch":
            return 200, {"response": [{"Event": event} for event in self._search(body)]}
        if path == "/attributes/restSearch":
            wanted = body.get("value")
            found = [a for e in self.events.values() for a in e.get("Attribute", []) if wanted in (None, a["value"])]
            return 200, {"response": {"Attribute": found}}
        if path == "/events/add":
            return self._add(body.get("Event", body))
        if path.startswith("/events/edit/"):
            return self._edit(path.rsplit("/", 1)[1], body.get("Event", body))
        if path.startswith("/events/delete/"):
            return (200, {"message": "Deleted"}) if self.events.pop(path.rsplit("/", 1)[1], None) else (404, {})
        if path.startswith(("/events/view/", "/events/")):
            number = path.rsplit("/", 1)[1]
            event = self.events.get(number)
            return (
                (200, {"Event": event})
                if event
                else (404, {"name": "Invalid event", "message": "Invalid event", "url": path})
            )
        if path.startswith("/sightings/"):
            return self._sightings(path, body)
        if path.startswith("/shadowAttributes/"):
            return self._proposals(path, body)
        return 404, {"name": "Not found", "message": "Not found", "url": path}

    def _sightings(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if path.startswith("/sightings/restSearch"):
            since = int(body.get("from") or 0)
            return 200, {"response": [{"Sighting": s} for s in self.sightings if int(s["date_sighting"]) >= since]}
        wanted = body.get("uuid") or path.rsplit("/", 1)[1]
        event, attribute = self._attribute(str(wanted))
        if attribute is None:
            return 404, {"message": "Invalid attribute."}
        number = f"00000000-0000-4000-a000-{len(self.sightings):012}"
        at = str(body.get("timestamp") or body.get("date_sighting") or 1_700_000_000)
        sighting = {"uuid": number, "type": str(body.get("type") or 0), "source": str(body.get("source") or "")}
        sighting |= {"date_sighting": at, "org_id": self.by["id"], "Organisation": self.by}
        sighting |= {"Event": {"uuid": event["uuid"], "info": event["info"]}, "Attribute": attribute}
        self.sightings.append(sighting)
        return 200, {"Sighting": sighting}

    def _proposals(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        number = path.rsplit("/", 1)[1]
        if path.startswith("/shadowAttributes/index"):
            wanted = [one for one in self.proposals if number in ("index", one["event_uuid"])]
            return 200, [{"ShadowAttribute": one} for one in wanted]
        event, attribute = self._attribute(number)
        event = event or self.events.get(number, {})
        if not event:
            return 404, {"message": "Invalid event."}
        made = {**body, "uuid": f"00000000-0000-4000-b000-{len(self.proposals):012}", "event_uuid": event["uuid"]}
        made |= {"old_id": "7" if attribute else "0", "timestamp": "1700000600", "Org": self.by}
        self.proposals.append(made)
        return 200, {"ShadowAttribute": made}

    def _attribute(self, number: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
        found = [(e, a) for e in self.events.values() for a in e.get("Attribute", []) if a["uuid"] == number]
        return found[0] if found else ({}, None)

    def _search(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        found = sorted(self.events.values(), key=lambda e: e["uuid"])
        if self.breaks_after is not None and "uuid" in body:
            self.breaks_after -= 1
            if self.breaks_after < 0:
                raise ConnectionResetError
        wanted = body.get("uuid")
        if wanted:
            found = [e for e in found if e["uuid"] in (wanted if isinstance(wanted, list) else [wanted])]
        since = int(body.get("timestamp") or 0)
        found = [e for e in found if int(e.get("timestamp", 0)) >= since]
        if body.get("metadata"):
            found = [{k: v for k, v in e.items() if k not in ("Attribute", "Object")} for e in found]
        if body.get("limit"):
            start = (int(body.get("page") or 1) - 1) * int(body["limit"])
            found = found[start : start + int(body["limit"])]
        return found

    def _add(self, event: dict[str, Any]) -> tuple[int, Any]:
        if event.get("uuid") in self.events:
            return 403, {
                "name": "Event already exists",
                "message": "Event already exists",
                "errors": "exists",
                "url": "",
            }
        self.events[event["uuid"]] = {"timestamp": "1", **event}
        return 200, {"Event": self.events[event["uuid"]]}

    def _edit(self, number: str, event: dict[str, Any]) -> tuple[int, Any]:
        if number not in self.events:
            return 404, {"name": "Invalid event", "message": "Invalid event", "url": ""}
        self.events[number] = {**self.events[number], **event}
        return 200, {"Event": self.events[number]}


@contextmanager
def serving() -> Iterator[Simulated]:
    simulated = Simulated()

    class Routes(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            raw = self.rfile.read(length)
            try:
                if self.headers.get("authorization") not in ORGANISATIONS:
                    status, answer = (
                        403,
                        {"name": "Authentication failed.", "message": "Authentication failed.", "url": ""},
                    )
                else:
                    body = json.loads(raw) if raw else {}
                    simulated.by = ORGANISATIONS[self.headers["authorization"]]
                    status, answer = simulated.answer(self.command, self.path.split("?")[0], body)
            except ConnectionResetError:
                self.connection.close()
                return
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _do  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Routes)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    simulated.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield simulated
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
