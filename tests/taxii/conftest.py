"""A node of three members; its TAXII face asked in process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from litestar.testing import TestClient

from accord.services.circles import admit_member, make_circle
from accord.services.node import Node
from accord.web import assets
from accord.web.app import create_app
from accord.web.taxii.face import Face

from .stage import TAXII, Tokens, make_node, member_id


@pytest.fixture(autouse=True)
def _assets_need_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {name: name for name in ("app.js", "map.js", "plan.js", "styles.css", "icons.svg")}
    monkeypatch.setattr(assets, "manifest", lambda: plain)


@pytest.fixture
def node(database: Any, tmp_path: Path) -> Node:
    return make_node(database, tmp_path)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@dataclass
class Asker:
    """A program of a member's. `get` and the like give the status and what the answer's JSON says."""

    client: TestClient[Any]
    slug: str

    def ask(self, method: str, path: str, content: bytes | None = None, **headers: str) -> Any:
        sent = {"accept": TAXII, "authorization": f"Bearer token-of-{self.slug}"}
        sent |= {"content-type": TAXII} if content is not None else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, f"/taxii2/{path}", content=content, headers=sent)

    def get(self, path: str, **query: str) -> Any:
        mended = {
            name.replace("match_", "match[") + "]" if name.startswith("match_") else name: value
            for name, value in query.items()
        }
        sent = {"accept": TAXII, "authorization": f"Bearer token-of-{self.slug}"}
        return self.client.get(f"/taxii2/{path}", params=mended, headers=sent)

    def post(self, path: str, *objects: dict[str, Any]) -> Any:
        return self.ask("POST", path, orjson.dumps({"objects": objects}))

    def ids(self, path: str, **query: str) -> list[str]:
        """The ids in all pages."""
        found: list[str] = []
        while True:
            page = self.get(path, **query).json()
            found += [one["id"] for one in page.get("objects", [])]
            if not page.get("more"):
                return found
            query = {**query, "next": page["next"]}


@pytest.fixture
def asker(node: Node, tokens: Tokens) -> Callable[[str], Asker]:
    client = TestClient(create_app(node, taxii=Face(admit=tokens.admit)), base_url="http://accord.test")
    return lambda slug: Asker(client, slug)


@pytest.fixture
def amber(asker: Callable[[str], Asker]) -> Asker:
    return asker("amber")


@pytest.fixture
def birch(asker: Callable[[str], Asker]) -> Asker:
    return asker("birch")


@pytest.fixture
def cedar(asker: Callable[[str], Asker]) -> Asker:
    return asker("cedar")


@pytest.fixture
def ring(node: Node) -> UUID:
    """A circle of amber and birch."""
    circle = make_circle(node, "Ring", "A circle of two")
    for slug in ("amber", "birch"):
        admit_member(node, circle, member_id(slug))
    return circle
