"""Sentences that open pages and tell what happened. Wording only: what is true comes from the services."""

from __future__ import annotations

from accord.services.browse_events import EventView
from accord.services.browse_situation import Situation
from accord.web.show import number, word
from accord.web.texts import _, _n

_HAPPENED = {
    "contribution received": _("contributed {subject}."),
    "contribution withdrawn": _("withdrew {subject}."),
    "contribution moved on": _("moved {subject} on, after what members decided."),
    "handling narrowed": _("narrowed the handling of {subject}."),
    "handling widened": _("widened the handling of {subject}."),
    "tear-line released": _("released {subject} as a tear-line."),
    "more asked for": _("asked for more than the handling of {subject} allows."),
    "request granted": _("granted a request about {subject}."),
    "request refused": _("refused a request about {subject}."),
    "request taken back": _("took a request about {subject} back."),
    "sighting reported": _("reported a sighting of what is in {subject}."),
    "correction reported": _("proposed a correction of {subject}."),
    "rating reported": _("rated {subject}."),
    "recalled copies put away": _("put copies of {subject} away."),
    "narrowed copies put away": _("put copies of {subject} away."),
    "lead confirmed": _("confirmed a lead."),
    "lead rejected": _("rejected a lead."),
    "judgement undone": _("took a judgement back."),
    "leads found": _("looked for leads anew."),
    "member registered": _("joined the alliance."),
    "person enrolled": _("entered a new person."),
    "plan made": _("made a plan."),
    "report made": _("made an Insight Report."),
}
_PAGES = {"plan made": "/plan", "report made": "/report", "leads found": "/leads"}


def situation_sentences(situation: Situation) -> tuple[str, str]:
    """The answer that a person came for, and the line below it."""
    waiting = situation.waiting_count
    first = (
        _n("{n} lead waits for your judgement.", "{n} leads wait for your judgement.", waiting)
        .format(n=word(waiting))
        .capitalize()
        if waiting
        else _("Nothing waits for you.")
    )
    used = sum(situation.states.get(state, 0) for state in ("vetted", "used", "action", "outcome"))
    if used:
        first += (
            " "
            + _n("{n} of your contributions is part of a lead.", "{n} of your contributions are part of a lead.", used)
            .format(n=word(used))
            .capitalize()
        )
    total = sum(situation.states.values())
    if not total:
        return first, _("Your member has contributed nothing yet. What you hand in meets what others hold.")
    running = len(situation.running)
    work = _n("{n} piece of work is running", "{n} pieces of work are running", running).format(n=word(running))
    tail = work if running else _("nothing is running")
    return first, _n(
        "{n} contribution of your member; {tail}.", "{n} contributions of your member; {tail}.", total
    ).format(n=number(total), tail=tail)


def happened(event: EventView) -> str:
    """What an event says after the name of who did it."""
    known = _HAPPENED.get(event.verb)
    title = str(event.detail.get("title") or event.detail.get("path", "").rsplit("/", 1)[-1] or _("something"))
    if known:
        return known.format(subject=title)
    return event.verb.replace("-", " ").replace("_", " ") + "."


def actor(event: EventView) -> str:
    """Who did it: you, a member, or the node itself."""
    if event.mine:
        return _("You")
    return event.member_name or _("This node")


def event_link(event: EventView) -> str:
    """The page of what an event is about; empty when it has none."""
    places = {"lead": "leads", "judgement": "leads", "contribution": "contributions"}
    place = places.get(event.verb.split(" ", 1)[0])
    return f"/{place}/{event.subject}" if place and len(event.subject) == 36 else _PAGES.get(event.verb, "")
