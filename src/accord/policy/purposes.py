"""What a person may want a thing for, and what each of these asks of its handling. Names are stored: they stay."""

from __future__ import annotations

from typing import NamedTuple

from accord.model.handling import Pap, Tlp


class Purpose(NamedTuple):
    """A purpose in words, and the strictest labels under which it is allowed to those who may see the thing at all.

    `fights_crime`: H0 allows it. `court`: H1 forbids it. `passes_on`: H2 forbids it. `acts`: somebody is acted
    against, which asks for a grade better than X or 4.
    """

    words: str
    pap: Pap = Pap.RED
    tlp: Tlp = Tlp.RED
    fights_crime: bool = True
    court: bool = False
    passes_on: bool = False
    acts: bool = False


PURPOSES: dict[str, Purpose] = {
    # Reading on the node, which its charter dedicates to preventing and fighting crime.
    "": Purpose("reading it on this node"),
    "investigate": Purpose("investigating with what one holds, unseen from outside"),
    # PAP (MISP taxonomy `PAP`): AMBER allows "online checks, like using services provided by third parties",
    # GREEN to "ping the target, block incoming/outgoing traffic from/to the target".
    "look-up": Purpose("asking third parties about it", pap=Pap.AMBER),
    "prevent": Purpose("blocking it in one's own networks", pap=Pap.GREEN),
    "disrupt": Purpose("acting against the infrastructure it names", pap=Pap.GREEN, acts=True),
    "prosecute": Purpose("using it in court", court=True, acts=True),
    # TLP 2.0: AMBER "organization and its clients", GREEN "their community", CLEAR "no limit on disclosure".
    "warn-clients": Purpose("telling those whom one serves", tlp=Tlp.AMBER, passes_on=True),
    "share": Purpose("passing it to a community outside this alliance", tlp=Tlp.GREEN, passes_on=True),
    "publish": Purpose("publishing it", tlp=Tlp.CLEAR, pap=Pap.CLEAR, fights_crime=False, passes_on=True),
    "research": Purpose("research and statistics", fights_crime=False),
}
"""By name; the empty one is when none is named. A purpose that is not here is allowed to nobody."""
