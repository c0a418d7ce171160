"""The same request twice is done once: a program that heard no answer sends it again with the same key.

Follows draft-ietf-httpapi-idempotency-key-header: the same key with the same request gives the same answer, with
another request it is refused, while the first is at work it is a conflict. Keys are kept for a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from accord.model.errors import ConflictError, InputError
from accord.model.ids import derived_id
from accord.services.browse import Signed, reading
from accord.services.node import Node
from accord.services.own_audience import own_audience
from accord.store import replies

KEPT = timedelta(days=1)
ABANDONED = timedelta(minutes=2)
"""After so long a request at work counts as one whose process died; longer than any takes."""
MAX_KEY = 200


class Reply(NamedTuple):
    """An answer: its HTTP status and its body, as they go out."""

    status: int
    body: bytes


def once(node: Node, signed: Signed, key: str, request: bytes, do: Callable[[], Reply]) -> Reply:
    """What `do` answers, or what it answered to the same key before. `request`: what makes two requests the same.

    Without a key it is simply done. Raises `InputError` (key too long, or of another request), `ConflictError`, and
    what `do` raises: then the key is free again.
    """
    if not key:
        return do()
    if len(key) > MAX_KEY or not key.isprintable():
        raise InputError(f"An Idempotency-Key has at most {MAX_KEY} printable characters.", action="Send a UUID.")
    number = derived_id("api-reply", str(signed.person_id), key)
    there = _begin(node, signed, number, hashlib.sha256(request).digest())
    if there is not None:
        return there
    try:
        answer = do()
    except BaseException:
        with reading(node, signed) as connection:
            replies.forget(connection, number)
        raise
    with reading(node, signed) as connection:
        replies.finish(connection, number, answer.status, answer.body)
    return answer


def _begin(node: Node, signed: Signed, number: UUID, digest: bytes) -> Reply | None:
    """None: do it now. Else the answer that was given before."""
    now = node.clock.now()
    with reading(node, signed) as connection:
        if replies.begin(connection, number, digest, now, own_audience(node, connection, signed)):
            replies.forget_before(connection, now - KEPT)
            return None
        row = replies.find(connection, number)
        if row is None or bytes(row.digest) != digest:
            raise InputError("This Idempotency-Key was used for another request.", action="Use a new one.")
        if row.status != replies.AT_WORK:
            return Reply(row.status, bytes(row.body))
        if now - row.made_at > ABANDONED and replies.take_over(connection, number, row.made_at, now):
            return None
    raise ConflictError("The first request with this key is still at work.", action="Send it again in a minute.")
