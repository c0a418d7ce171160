"""Files between preview and submission: kept for their person, a short time, in bounds; never in the database."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accord.model.errors import AbsentError, LimitError
from accord.services.contribute import SharedFile

LIFE = timedelta(hours=1)
MAX_FILES = 200
MAX_DRAFT_BYTES = 64 * 2**20
"""What one submission through the browser may hold; more goes through the command line."""
MAX_TOTAL_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Draft:
    person_id: UUID
    files: tuple[SharedFile, ...]
    until: datetime
    size: int


class Drafts:
    """Drafts of all people of this process. A draft is found only by its own person."""

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}
        self._lock = threading.Lock()

    def keep(self, person_id: UUID, files: Sequence[SharedFile], now: datetime) -> str:
        """Keeps files and gives the draft's name. Raises `LimitError`."""
        size = sum(len(file.content) for file in files)
        if len(files) > MAX_FILES or size > MAX_DRAFT_BYTES:
            raise LimitError(
                f"At most {MAX_FILES} files and {MAX_DRAFT_BYTES // 2**20} MB at once.",
                action="Hand them in in parts, or with `accord run` on the command line.",
            )
        with self._lock:
            self._drop_old(now)
            mine = [name for name, draft in self._drafts.items() if draft.person_id == person_id]
            for name in mine[:-3]:  # the latest four of a person stay
                del self._drafts[name]
            if size + sum(draft.size for draft in self._drafts.values()) > MAX_TOTAL_BYTES:
                raise LimitError("Too many people are handing in files right now.", action="Try again in a minute.")
            name = secrets.token_urlsafe(16)
            self._drafts[name] = Draft(person_id, tuple(files), now + LIFE, size)
        return name

    def find(self, name: str, person_id: UUID, now: datetime) -> tuple[SharedFile, ...]:
        """The files of a draft. Raises `AbsentError` when it is too old, used, or another person's."""
        with self._lock:
            self._drop_old(now)
            draft = self._drafts.get(name)
        if draft is None or draft.person_id != person_id:
            raise AbsentError("This preview is no longer kept.", action="Choose the files again.")
        return draft.files

    def drop(self, name: str) -> None:
        with self._lock:
            self._drafts.pop(name, None)

    def _drop_old(self, now: datetime) -> None:
        for name in [name for name, draft in self._drafts.items() if draft.until <= now]:
            del self._drafts[name]
