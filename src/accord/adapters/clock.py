"""The machine's clock and its source of random ids, behind the ports."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from uuid import UUID


class SystemClock:
    """`model.ports.Clock` by the machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemIds:
    """`model.ports.Ids` by the system's random numbers (RFC 9562, version 4: no time, no counter inside)."""

    def new(self) -> UUID:
        return uuid.uuid4()
