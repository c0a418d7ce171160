"""Members that speak with each other: requests, words, copies and decisions, so that pages have something to show."""

from __future__ import annotations

from typing import Any

from accord.model.handling import Handling, HandlingCode, Pap, Tlp
from accord.services import copies, feedback, handling, requests, sign_in
from accord.services.feedback import Word


def talk(node: Any, world: Any) -> None:
    """The investigator's first contribution is asked for, praised, corrected, narrowed; another one is recalled."""
    mine, theirs = world.contributions[0], world.contributions[1]
    ours, host, firm = (_signed(node, world, slug) for slug in ("ncu-a", "upland", "stonebridge"))
    limits = {
        "codes": frozenset({HandlingCode.H1, HandlingCode.H2}),
        "excluded_members": frozenset({world.members["harbour"]}),
    }
    copies.handed_out(node, host.member_id, [mine, world.contributions[3]], "taxii")
    copies.handed_out(node, firm.member_id, [mine], "download")
    handling.change_handling(node, ours, mine, Handling(Tlp.AMBER_STRICT, Pap.AMBER, **limits), "A hearing is near")
    requests.ask(node, host, mine, "prosecute", "The court of our country hears the reseller on 4 December.")
    feedback.say(node, host, mine, Word("sighting", "In our proxy, two customers", "fee[.]example", 12))
    feedback.say(
        node, firm, mine, Word("correction", "This host was parked on 3 May; we hold the passive DNS.", claim_number=0)
    )
    feedback.say(node, firm, mine, Word("rating", "It tied two of our clusters together.", stars=4))
    requests.ask(node, ours, theirs, "publish", "For the yearly report, without names.")
    feedback.say(node, ours, theirs, Word("rating", stars=5))
    copies.handed_out(node, ours.member_id, [theirs], "export")
    handling.change_handling(node, host, theirs, Handling(Tlp.AMBER, Pap.RED), "A customer is at risk")


def _signed(node: Any, world: Any, slug: str) -> Any:
    link = sign_in.make_link(node, world.people[slug])
    signed = sign_in.who(node, sign_in.enter(node, link.rpartition("#")[2], "talk"))
    assert signed is not None
    return signed
