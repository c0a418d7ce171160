"""Where a MISP feed lies: a folder, or an address. One method, bounded; names have no folders in them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import httpx

from accord.adapters.deadline import InTime
from accord.model.errors import AbsentError, InputError, LimitError, NodeError

MAX_FILE_BYTES = 64 * 2**20
TIMEOUT_S, WHOLE_S = 60.0, 300.0
"""Of each step of an answer, and of all of it."""


class FeedSource(Protocol):
    def read(self, name: str) -> bytes:
        """A file of the feed. Raises `AbsentError`, `LimitError`, `NodeError`."""
        ...


def source_of(place: str) -> FeedSource:
    """A folder's or an address's feed. Raises `InputError` for an address that is not http or https."""
    if "://" not in place:
        return FolderFeed(Path(place))
    if not place.startswith(("https://", "http://")):
        raise InputError("A feed lies in a folder or at an http address.", action="Check it.", path=place[:80])
    return AddressFeed(place)


class FolderFeed:
    """A feed in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes:
        path = self._folder / _plain(name)
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise _large(name)
            return path.read_bytes()
        except FileNotFoundError:
            raise AbsentError(f"The feed has no {name}.", action="Is it complete?") from None
        except OSError as error:
            raise NodeError(f"The feed's {name} cannot be read: {error.strerror}.", action="Mend it.") from error


class AddressFeed:
    """A feed behind an address; redirects are not followed, so that nobody sends us elsewhere."""

    def __init__(self, url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url.rstrip("/").removesuffix("/manifest.json")
        self._http = httpx.Client(timeout=TIMEOUT_S, transport=transport or InTime(WHOLE_S), trust_env=False)

    def read(self, name: str) -> bytes:
        kept = bytearray()
        try:
            with self._http.stream("GET", f"{self._url}/{_plain(name)}") as answer:
                if answer.status_code == 404:
                    raise AbsentError(f"The feed has no {name}.", action="Is it complete?")
                if answer.status_code != 200:
                    raise NodeError(f"The feed answers {name} with {answer.status_code}.", action="Try again later.")
                for piece in answer.iter_bytes():
                    kept += piece
                    if len(kept) > MAX_FILE_BYTES:
                        raise _large(name)
        except httpx.HTTPError as error:
            raise NodeError(f"The feed cannot be reached ({type(error).__name__}).", action="Check it.") from error
        return bytes(kept)


def _plain(name: str) -> str:
    if "/" in name or "\\" in name or name.startswith("."):
        raise InputError("A feed's file has a plain name.", action="Ask whoever makes it.", path=ascii(name)[:80])
    return name


def _large(name: str) -> LimitError:
    return LimitError(f"The feed's {name} is larger than {MAX_FILE_BYTES >> 20} MB.", action="Ask for a smaller one.")
