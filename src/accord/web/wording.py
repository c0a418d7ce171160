"""Sentences that open pages and tell what happened. Wording only: what is true comes from the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accord.report.text import sentence
from accord.services.browse_events import EventView
from accord.services.browse_situation import Situation
from accord.web.show import number, word
from accord.web.texts import _, _n

_HAPPENED = {
    "contribution received": _("contributed “{subject}”."),
    "contribution withdrawn": _("withdrew “{subject}”."),
    "contribution moved on": _("moved “{subject}” on, after what members decided."),
    "tombstone confirmed": _("withdrew “{subject}” for good."),
    "handling narrowed": _("narrowed the handling of “{subject}”."),
    "handling widened": _("widened the handling of “{subject}”."),
    "tear-line released": _("released “{subject}” as a tear-line."),
    "more asked for": _("asked for more than the handling of “{subject}” allows."),
    "request granted": _("granted a request about “{subject}”."),
    "request refused": _("refused a request about “{subject}”."),
    "request taken back": _("took a request about “{subject}” back."),
    "sighting reported": _("reported a sighting of what is in “{subject}”."),
    "correction reported": _("proposed a correction of “{subject}”."),
    "rating reported": _("rated “{subject}”."),
    "recalled copies put away": _("put copies of “{subject}” away."),
    "narrowed copies put away": _("put copies of “{subject}” away."),
    "lead confirmed": _("confirmed a lead."),
    "lead rejected": _("rejected a lead."),
    "judgement undone": _("took a judgement back."),
    "leads found": _("looked for leads anew."),
    "member registered": _("joined the alliance."),
    "person enrolled": _("entered a new person."),
    "role changed": _("gave {person} another role."),
    "person shut out": _("shut {person} out."),
    "person let in again": _("let {person} in again."),
    "person reset": _("ended all that {person} signs in with."),
    "member shut out": _("shut this member’s people out."),
    "member let in again": _("let this member’s people in again."),
    "invitation made": _("invited {person}."),
    "recovery asked": _("was asked to let {person} in without a passkey."),
    "recovery vouched for": _("vouched for {person}, who lost their passkeys."),
    "recovery stopped": _("stopped the request to let {person} in."),
    "recovery used": _("let {person} in without a passkey."),
    "passkey added": _("made the passkey “{name}”."),
    "passkey removed": _("removed the passkey “{name}”."),
    "passkey renamed": _("renamed a passkey to “{name}”."),
    "passkey refused as copied": _("showed the passkey “{name}” with an old counter: it may have been copied."),
    "token made": _("made the token “{name}”."),
    "token revoked": _("revoked the token “{name}”."),
    "account linked": _("linked an account."),
    "account unlinked": _("unlinked an account."),
    "columns chosen": _("chose the columns of an export."),
    "plan made": _("made a plan."),
    "report made": _("made an Insight Report."),
    "measure declared": _("declared what will be measured: “{subject}”."),
    "effect measured": _("measured “{subject}”."),
}
_HAPPENED |= {
    "passkey vouched for": _("vouched for a new passkey of {subject}."),
    "evidence acquired": _("registered “{subject}” as evidence."),
    "evidence received": _("received “{subject}” as evidence."),
    "evidence derived": _("registered “{subject}”, made from another item."),
    "evidence sealed": _("sealed “{subject}”."),
    "evidence accessed": _("read “{subject}”."),
    "evidence checked out": _("checked “{subject}” out."),
    "evidence checked in": _("checked “{subject}” in."),
    "evidence transfer offered": _("offered “{subject}” to another member."),
    "evidence transfer accepted": _("accepted “{subject}”."),
    "evidence transfer declined": _("declined “{subject}”."),
    "evidence transfer withdrawn": _("withdrew the offer of “{subject}”."),
    "evidence copied": _("made a working copy of “{subject}”."),
    "evidence held": _("placed a legal hold on “{subject}”."),
    "evidence released": _("lifted the legal hold on “{subject}”."),
    "evidence disposed": _("disposed of “{subject}”."),
    "evidence disposal asked": _("asked to dispose of “{subject}”."),
    "evidence disposal approved": _("approved the disposal of “{subject}”."),
    "evidence finding linked": _("linked claims to “{subject}”."),
    "case opened": _("opened the case “{subject}”."),
    "case closed": _("closed the case “{subject}”."),
}
_HAPPENED |= {
    "case joined": _("let {person} in on a case."),
    "case left": _("took a person off a case."),
    "case note written": _("wrote a note in a case."),
    "case hypothesis written": _("wrote a hypothesis in a case."),
    "case argument written": _("wrote what speaks for or against a hypothesis."),
    "case happening written": _("put an event into the timeline of a case."),
    "case entity written": _("put a selector into a case."),
    "case task written": _("set a task in a case."),
    "case evidence written": _("brought an item of evidence into a case."),
    "case contribution written": _("brought a contribution into a case."),
    "case lead written": _("brought a lead into a case."),
    "case hypothesis judged": _("judged a hypothesis of a case anew."),
    "case task judged": _("moved a task of a case on."),
    "case entry struck": _("struck an entry of a case."),
    "circle made": _("made a circle."),
    "circle joined": _("joined a circle."),
    "circle left": _("left a circle."),
    "contribution shared again": _("shared again what was there."),
    "evidence disposal refused": _("refused to dispose of “{subject}”."),
    "evidence transformed": _("changed “{subject}”, and said why."),
    "evidence corrected": _("corrected the record of “{subject}”."),
    "evidence exported": _("exported a bundle for a court."),
    "entry erased": _("erased what an entry of the record said."),
    "exchange set up": _("set up an exchange."),
    "exchange ended": _("ended an exchange."),
    "exchange paused": _("paused an exchange."),
    "exchange resumed": _("resumed an exchange."),
    "exchange asked for": _("had an exchange run at once."),
    "exchange put back": _("put back an exchange that had ended."),
    "invitation used": _("came in by an invitation."),
    "parcel received": _("handed in a parcel."),
    "webhook set up": _("set up a webhook."),
    "webhook stopped": _("stopped a webhook."),
}
_PAGES = {"plan made": "/plan", "report made": "/report", "leads found": "/leads"}


def situation_sentences(situation: Situation) -> tuple[str, str]:
    """The answer that a person came for, and the line below it."""
    total, waiting = sum(situation.states.values()), situation.waiting_count
    if not total:
        begin = _waiting(waiting) if waiting else _("Begin with what your member holds.")
        return begin, _("Your member has contributed nothing yet. What you hand in meets what others hold.")
    used = sum(situation.states.get(state, 0) for state in ("vetted", "used", "action", "outcome"))
    first = " ".join([_waiting(waiting), *([_part_of_leads(used)] if used else [])])
    running = len(situation.running)
    work = _n("{n} piece of work is running", "{n} pieces of work are running", running).format(n=word(running))
    tail = work if running else _("nothing is running")
    return first, _n(
        "{n} contribution of your member; {tail}.", "{n} contributions of your member; {tail}.", total
    ).format(n=number(total), tail=tail)


def _waiting(leads: int) -> str:
    if not leads:
        return _("Nothing waits for you.")
    words = _n("{n} lead waits for your judgement.", "{n} leads wait for your judgement.", leads)
    return sentence(words.format(n=word(leads)))


def _part_of_leads(used: int) -> str:
    words = _n(
        "{n} of your contributions matches what others hold.", "{n} of your contributions match what others hold.", used
    )
    return sentence(words.format(n=word(used)))


def happened(event: EventView) -> str:
    """What an event says after the name of who did it."""
    return _done(event.verb, event.detail)


def confirmed(verb: str, said: Mapping[str, Any]) -> str:
    """The same of what is not done yet: a person is asked to confirm it. `said`: what its entry will commit to."""
    return _done(verb, {"title": said.get("name", "")})


def _done(verb: str, detail: Mapping[str, Any]) -> str:
    known = _HAPPENED.get(verb)
    title = str(detail.get("title") or detail.get("path", "").rsplit("/", 1)[-1] or _("something"))
    if known:
        person = detail.get("person") or _("somebody")
        return known.format(subject=title, person=person, name=detail.get("name") or _("unnamed"))
    return verb.replace("-", " ").replace("_", " ") + "."


def actor(event: EventView) -> str:
    """Who did it: you, a member, or the node itself."""
    if event.mine:
        return _("You")
    return event.member_name or _("This node")


def event_link(event: EventView) -> str:
    """The page of what an event is about; empty when it has none."""
    places = {"lead": "leads", "judgement": "leads", "contribution": "contributions", "case": "cases"}
    places |= {"evidence": "evidence", "measure": "effect", "effect": "effect"}
    place = places.get(event.verb.split(" ", 1)[0])
    return f"/{place}/{event.subject}" if place and len(event.subject) == 36 else _PAGES.get(event.verb, "")
