"""What is derived for all members: whom it is computed for, and the handling that it carries."""

from __future__ import annotations

from accord.model.handling import Handling, Tlp
from accord.policy.pools import ANYONE
from accord.store import audiences
from accord.store.engine import Connection

ANY_MEMBER = ANYONE
"""What it may see, every member may see. Maps, plans, reports and what the node counts are drawn from that alone."""

FOR_MEMBERS = Handling(tlp=Tlp.AMBER)
"""What is derived from all that every member may see carries at least this; stricter when a source is."""


def handling_of_derived(connection: Connection) -> Handling:
    """The handling of what is derived from everything that this transaction sees: never wider than any source."""
    return Handling(tlp=max(FOR_MEMBERS.tlp, audiences.strictest_tlp(connection)))
