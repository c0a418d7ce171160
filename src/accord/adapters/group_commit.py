"""Many threads, one log: entries that arrive while a commit is on its way to the disk share the next one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future

from accord.custody.log import Log, Receipt

MAX_GROUP = 4096  # entries; an append of that many takes some 50 ms

_Waiting = tuple[Sequence[bytes], Future[list[Receipt]]]


class GroupCommit:
    """`append` for many threads at once. The first one in becomes the writer for all who wait."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._waiting: list[_Waiting] = []
        self._door = threading.Lock()
        self._writing = threading.Lock()

    def append(self, entries: Sequence[bytes]) -> list[Receipt]:
        """Adds entries in their order, together; returns when they are durable and under a signed head.

        Raises what `Log.append` raises; then none of these entries is in the log.
        """
        mine: Future[list[Receipt]] = Future()
        with self._door:
            self._waiting.append((entries, mine))
        with self._writing:
            while not mine.done():
                self._write(self._next())
        return mine.result()

    def _write(self, group: list[_Waiting]) -> None:
        try:
            receipts = iter(self._log.append([entry for entries, _ in group for entry in entries]))
        except BaseException as error:  # noqa: BLE001 - whatever it is, everybody who waits must hear of it
            self._tell_apart(group, error)
            return
        for entries, done in group:
            done.set_result([next(receipts) for _ in entries])

    def _next(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        count = 0
        with self._door:
            while self._waiting and (not group or count + len(self._waiting[0][0]) <= MAX_GROUP):
                group.append(self._waiting.pop(0))
                count += len(group[-1][0])
        return group

    def _tell_apart(self, group: list[_Waiting], error: BaseException) -> None:
        """One caller's oversized entry must not fail the others: each is tried alone."""
        if len(group) == 1:
            group[0][1].set_exception(error)
            return
        for entries, done in group:
            try:
                done.set_result(self._log.append(entries))
            except BaseException as own:  # noqa: BLE001 - as above
                done.set_exception(own)
