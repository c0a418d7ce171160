"""The built assets: their hashed names, and the types they are served with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from accord.model.errors import NodeError

FOLDER = Path(__file__).with_name("static")


@cache
def manifest() -> Mapping[str, str]:
    """Plain name → hashed name. Raises `NodeError` when the assets were not built."""
    try:
        names = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NodeError("The browser's assets were not built.", action="Run `make setup`.") from None
    return dict(names)


def url(name: str) -> str:
    """Where a built asset is served."""
    return f"/static/{manifest()[name]}"
