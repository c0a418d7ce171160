"""A node over a world, asked in process; and the comparison of what two worlds answer."""

from __future__ import annotations

import asyncio
import html
import json
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from litestar import Litestar

from accord.adapters import typesetter
from accord.model.errors import AbsentError
from accord.services import sign_in
from accord.services.node import Node
from accord.web.app import create_app
from accord.web.limits import Limits
from accord.web.taxii.face import Face

from .probes import Probe
from .worlds import API, NOW, TAXII, program_token

_ONWARD = re.compile(rb'href="(/[^"]*[?&;](?:before|after|cursor)=[^"]*)"')

ANSWER_S = 180.0
"""More than a page may wait for a plan on a busy machine; an answer that never ends is named instead of waited for."""


class UnansweredError(Exception):
    """An answer did not come to its end."""


class Answer(NamedTuple):
    """All that a browser gets."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class Leak(NamedTuple):
    """A question to which the two worlds answer differently."""

    probe: Probe
    full: Answer
    without: Answer

    def __str__(self) -> str:
        first, second = self.full.body.decode("utf-8", "replace"), self.without.body.decode("utf-8", "replace")
        at = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), 0)
        around = slice(max(0, at - 60), at + 120)
        return (
            f"{self.probe.address} [{self.probe.fragment}] {self.full.status}/{self.without.status}\n"
            f"  with:    …{first[around]!r}\n  without: …{second[around]!r}"
        )


@dataclass
class StandingClock:
    def now(self) -> datetime:
        return NOW


@dataclass
class FixedIds:
    """Random ids would order what happened at one instant differently in two worlds."""

    made: int = 0

    def begin(self) -> None:
        """From here on two worlds get the same ones, however many each took while it was filled."""
        self.made = 2**64

    def new(self) -> UUID:
        self.made += 1
        return UUID(int=self.made)


@dataclass
class MemoryBlobs:
    kept: dict[bytes, bytes] = field(default_factory=dict)

    def put(self, content: bytes) -> bytes:
        digest = sha256(content).digest()
        self.kept[digest] = content
        return digest

    def read(self, digest: bytes) -> bytes:
        if digest not in self.kept:
            raise AbsentError("There is no such content.")
        return self.kept[digest]


@dataclass
class Asked:
    """A node with its application and a loop to run it in."""

    node: Node
    app: Litestar
    loop: asyncio.AbstractEventLoop
    ids: FixedIds

    def begin(self) -> None:
        """The world stands; what follows is asked."""
        self.ids.begin()

    def answers(self, token: str, probes: Iterable[Probe]) -> list[Answer]:
        async def several() -> list[Answer]:
            return [await _ask(self.app, token, probe) for probe in probes]

        return asyncio.run_coroutine_threadsafe(several(), self.loop).result()


@contextmanager
def asked(database: Any) -> Iterator[Asked]:
    """A node on this database. Clock and blobs are its own, so that both worlds have the same."""
    ids = FixedIds()
    node = Node(database.app, database.engine, MemoryBlobs(), StandingClock(), ids, typesetter)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="asked")  # a browser test may have one running in this one
    thread.start()
    try:
        face = Face(admit=sign_in.who)  # a session's token serves for both
        yield Asked(node, create_app(node, limits=Limits(scale=0), taxii=face), loop, ids)
    finally:
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def leaks(full: Asked, without: Asked, token: str, probes: list[Probe], *, follow: bool = True) -> list[Leak]:
    """The probes that tell the worlds apart for this person. A failing page is a finding as well.

    `follow`: where both answers are the same and name a page after it, that one is asked for too.
    """
    found, after = [], []
    for probe, first, second in zip(probes, full.answers(token, probes), without.answers(token, probes), strict=True):
        if first != second or first.status >= 500:
            found.append(Leak(probe, first, second))
        elif (following := next_page(probe, first)) is not None:
            after.append(following)
    if after and follow:
        found += leaks(full, without, token, list(dict.fromkeys(after)), follow=False)
    return found


def next_page(probe: Probe, answer: Answer) -> Probe | None:
    """What the answer says comes after it; None where it is the last page, or no list."""
    address = urlsplit(probe.address)
    if not address.path.startswith((TAXII, API)):
        found = _ONWARD.search(answer.body) if answer.status == 200 else None
        return None if found is None else Probe(html.unescape(found[1].decode()))
    try:
        said = json.loads(answer.body)
    except ValueError:
        return None
    place = said.get("next") if isinstance(said, dict) else None
    if not place:
        return None
    name = "next" if address.path.startswith(TAXII) else "cursor"
    asked_for = [pair for pair in parse_qsl(address.query, keep_blank_values=True) if pair[0] != name]
    return Probe(f"{address.path}?{urlencode([*asked_for, (name, place)])}")


async def _ask(app: Litestar, token: str, probe: Probe) -> Answer:
    address = urlsplit(probe.address)
    headers = [(b"host", b"accord.test"), (b"accept", b"text/html"), (b"cookie", f"accord-session={token}".encode())]
    if address.path.startswith(TAXII):
        headers[1:] = [(b"accept", b"*/*"), (b"authorization", f"Bearer {token}".encode())]
    elif address.path.startswith(API):
        bearer = f"Bearer {program_token(token)}".encode()
        headers[1:] = [(b"accept", b"application/json"), (b"authorization", bearer)]
    if probe.fragment:
        headers += [(b"hx-request", b"true"), (b"hx-target", probe.fragment.encode())]
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": address.path, "raw_path": address.path.encode(), "root_path": "",
        "query_string": address.query.encode(), "headers": headers, "client": ("127.0.0.1", 1),
        "server": ("accord.test", 80), "state": {},
    }  # fmt: skip
    sent: list[Any] = []
    told, answered = False, asyncio.Event()

    async def receive() -> Any:
        nonlocal told
        if told:  # a streamed answer listens for who goes away: as a server has it, that is once all was sent
            await answered.wait()
            return {"type": "http.disconnect"}
        told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            answered.set()

    try:
        await asyncio.wait_for(app(scope, receive, send), ANSWER_S)
    except TimeoutError:
        raise UnansweredError(f"{probe.address} [{probe.fragment}] did not end in {ANSWER_S:.0f} s.") from None
    body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    return Answer(sent[0]["status"], tuple(sorted(sent[0]["headers"])), body)
