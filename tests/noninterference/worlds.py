"""Made-up alliances: members, and what they share under handlings of every kind; a seed gives the same one always.

A world is written to a database whole, or without everything that one viewer may not see. What that is follows from
the handlings that members gave, by `policy.decide`; the database's own policies and the audiences of what is derived
play no part in it, since they are what is tested.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, insert, update

from accord.impact import Declaration, Frequency, Intervention, Rung, declaration_text
from accord.model.handling import Handling, HandlingCode, Pap, Tlp
from accord.model.ids import derived_id
from accord.model.leads import Lead, Reason
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.reading import Claim, Drop, Mention, Reading, Relation
from accord.model.selectors import SelectorKind as K
from accord.policy.decide import Viewer, decide
from accord.policy.duties import scopes_for
from accord.policy.lattice import meet
from accord.services import leads as lead_service
from accord.services.circles import of_circle
from accord.services.node import Node
from accord.services.record import own
from accord.services.signing import hashed
from accord.store import (
    audiences,
    bulk,
    circles,
    contributions,
    effects,
    events,
    judgements,
    members,
    sessions,
    taxii_objects,
    tokens,
)
from accord.store.engine import node_transaction
from accord.store.exchange_tables import webhook, webhook_delivery
from accord.store.tables import contribution, graph, person, plan, report, work
from accord.store.taxii_tables import taxii_key
from accord.store.tokens import TokenRow

from . import beside, room

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MEMBERS = (("amber", "AA"), ("birch", "BB"), ("cedar", "AA"), ("delta", "CC"), ("ember", "DD"))
KINDS = tuple(MemberKind)
STATES = ("received", "vetted", "used", "action", "unused")
POOL = [(K.IPV4, f"192.0.2.{n}") for n in range(1, 6)] + [(K.DOMAIN, f"fee-{n}.example") for n in range(1, 6)]
POOL += [(K.MALWARE, "greywren"), (K.EMAIL, "kit@mail.example")]
TAXII, API = "/taxii2", "/api/v1"
CIRCLES = tuple(derived_id("circle", name) for name in ("ring", "knot"))
"""Of worlds with circles: members are in some of them. Without, the circles are there, and nobody is in them."""
WORDS = ("parcel", "ledger", "panel", "mule", "kit", "sinkhole", "victim", "forum")


class Shared(NamedTuple):
    """A contribution as its member hands it in."""

    id: UUID
    member: int
    reading: Reading
    handling: Handling
    state: str
    withdrawn: bool


class Linked(NamedTuple):
    """A lead between two of the world's contributions, by their places."""

    lead: Lead
    a: int
    b: int


class Said(NamedTuple):
    """A member's judgement of a lead, by their places."""

    id: UUID
    lead: int
    member: int
    verdict: str
    reason: str


class Thing(NamedTuple):
    """Any other row with a handling of its own: an event, a piece of work, a map, plan or report."""

    table: str
    id: UUID
    handling: Handling
    values: dict[str, Any]


@dataclass
class World:
    """Everything in it; `token` gives a person's session."""

    seed: int
    circles: bool = False
    shared: list[Shared] = field(default_factory=list)
    linked: list[Linked] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    beside: list[beside.Row] = field(default_factory=list)

    def viewer(self, member: int) -> Viewer:
        circles = frozenset(circle for circle, members_ in self.belonging().items() if member in members_)
        return Viewer(member_id(member), circles | self.cases_of(member), "analyst", MEMBERS[member][1])

    def cases_of(self, member: int) -> frozenset[UUID]:
        """Cases that the member's person works on."""
        return frozenset(t.id for t in self.things if t.table == "case_file" and member in t.values["people"])

    def belonging(self) -> dict[UUID, tuple[int, ...]]:
        """The members of each circle, by their places."""
        return {CIRCLES[0]: (0, 1, 2), CIRCLES[1]: (1, 3)} if self.circles else {}

    def token(self, member: int) -> str:
        return f"session-of-{MEMBERS[member][0]}"


def member_id(member: int) -> UUID:
    return derived_id("member", MEMBERS[member][0])


def person_id(member: int) -> UUID:
    return derived_id("person", MEMBERS[member][0])


def status_id(member: int) -> UUID:
    return derived_id("status", MEMBERS[member][0])


def program_token(session: str) -> str:
    """The token for programs of who has this session."""
    return f"accord_{hashlib.sha256(session.encode()).hexdigest()[:43]}"


def make(seed: int, *, size: int = 10, circles: bool = False) -> World:
    """A world of about `size` contributions; with circles, half of them for one of these alone."""
    dice = random.Random(seed)
    world = World(seed, circles)
    for number in range(size):
        one = _shared(dice, seed, number)
        if circles and number % 2:
            one = one._replace(handling=replace(one.handling, circles=frozenset({CIRCLES[number % 4 // 2]})))
        world.shared.append(one)
    _link(world, dice)
    _tell(world, dice)
    _room(world)
    world.beside = beside.make(world, NOW, member_id, person_id)
    return world


def handling(dice: random.Random, member: int) -> Handling:
    """One of the ways in which members share; about half of the others may see it."""
    own, others = member_id(member), [member_id(n) for n in range(len(MEMBERS)) if n != member]
    day = timedelta(days=1)
    chosen: dict[str, Any] = dice.choice(
        [
            {},
            {},
            {"tlp": Tlp.GREEN},
            {"tlp": Tlp.CLEAR, "pap": Pap.CLEAR},
            {"tlp": Tlp.AMBER_STRICT},
            {"tlp": Tlp.RED},
            {"tlp": Tlp.RED},
            {"circles": frozenset({derived_id("circle", "none of these")})},
            {"excluded_members": frozenset(dice.sample(others, 2))},
            {"jurisdictions": frozenset({dice.choice(["AA", "BB", "CC"])})},
            {"embargo_until": NOW + dice.choice([-1, 1]) * day},
            {"expires_at": NOW + dice.choice([-1, 1]) * day},
            {"retain_until": NOW + dice.choice([-1, 1]) * day},
            {"originator_control": True, "permitted": frozenset(dice.sample(others, 2))},
            {
                "codes": frozenset({HandlingCode.H3}),
                "limits": "Ask first",
                "permitted": frozenset(dice.sample(others, 1)),
            },
            {"codes": frozenset({HandlingCode.H1, HandlingCode.H2})},
            {"purposes": frozenset({"disrupt"})},
            {"unknown": frozenset({'{"name":"tomorrow"}'})},
        ]
    )
    return Handling(**{"tlp": Tlp.AMBER, "originators": frozenset({own}), **chosen})


def allowed(world: World, member: int) -> Callable[[Handling], bool]:
    """The rule for one viewer, as pages ask it."""
    viewer = world.viewer(member)
    return lambda given: decide(viewer, given, "", NOW).allowed


def _shared(dice: random.Random, seed: int, number: int) -> Shared:
    member = dice.randrange(len(MEMBERS))
    word = hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()[:8]
    title = f"{dice.choice(WORDS)} {word}"
    path = f"{dice.choice(['2026', 'in/box'])}/{word}.csv"
    values = [*dice.sample(POOL, dice.randint(2, 6)), (K.DOMAIN, f"only-{word}.example")]
    mentions = [Mention(kind, value, 0, line) for line, (kind, value) in enumerate(values, 1)]
    claims = [
        Claim(f"note--{derived_id('note', word, str(n))}", "note", f'{{"type":"note","content":"{word} {n}"}}'.encode())
        for n in range(dice.choice([1, 2, 12]))
    ]
    # Versions of a few objects, also the same text twice: members hold what others hold, or another version of it.
    objects = [(int(word[n], 16) % 4, int(word[n + 1], 16) % 4 + 1) for n in range(0, 6, 2)]
    claims += [_version(which, day) for which, day in dict(objects).items()]
    drops = [Drop(n, f"Not understood {word}", f"excerpt {word}") for n in range(dice.randint(0, 2))]
    seen = NOW - timedelta(days=dice.randint(1, 60))
    reading = Reading(
        path,
        "csv",
        title,
        claims=claims,
        mentions=mentions,
        relations=[Relation(0, 1, "row")],
        drops=drops,
        seen_from=seen - timedelta(days=9),
        seen_to=seen,
    )
    digest = hashlib.sha256(path.encode()).digest()
    number_ = contributions.contribution_id(member_id(member), path, digest)
    return Shared(number_, member, reading, handling(dice, member), dice.choice(STATES), withdrawn=dice.random() < 0.08)


def _version(which: int, day: int) -> Claim:
    """A version of one of few objects; the second is STIX 2.0."""
    number = f"indicator--{derived_id('indicator', str(which))}"
    said = {"type": "indicator", "id": number, "created": "2026-10-01T00:00:00.000Z"}
    said |= {"modified": f"2026-10-0{day}T00:00:00.000Z"} | ({} if day == 2 else {"spec_version": "2.1"})
    return Claim(number, "indicator", json.dumps(said).encode())


def _link(world: World, dice: random.Random) -> None:
    """Leads between contributions that share something; their reasons name only what both hold."""
    for i, one in enumerate(world.shared):
        for j, other in enumerate(world.shared[:i]):
            both = {(m.kind, m.value) for m in one.reading.mentions} & {
                (m.kind, m.value) for m in other.reading.mentions
            }
            if one.member == other.member or not both or dice.random() < 0.4:
                continue
            a, b = sorted((one.id, other.id))
            reasons = tuple(Reason("infrastructure", kind, value, value, 0.1, 100.0, 2) for kind, value in sorted(both))
            number = derived_id("lead", str(a), str(b))
            told = f"Both hold {len(both)} things: {one.reading.title} and {other.reading.title}."
            score = round(dice.random(), 3)
            lead = Lead(number, a, b, score, len(both), score, 0.0, reasons, told)
            world.linked.append(Linked(lead, i, j))


def _tell(world: World, dice: random.Random) -> None:
    """Judgements, events, work, maps, plans, reports."""
    for number in range(2 * len(world.linked)):
        place, member = dice.randrange(len(world.linked)), dice.randrange(len(MEMBERS))
        may = allowed(world, member)
        if all(may(world.shared[n].handling) for n in (world.linked[place].a, world.linked[place].b)):
            verdict = dice.choice(["confirmed", "rejected"])
            words = f"because {number} of {world.seed}"
            world.said.append(Said(derived_id("judgement", str(number)), place, member, verdict, words))
    for one in world.shared:
        detail = {"path": one.reading.path, "title": one.reading.title}
        values = {"verb": "contribution received", "subject": str(one.id), "detail": detail, "member": one.member}
        world.things.append(Thing("event", derived_id("event", str(one.id)), one.handling, values))
    for number in range(5):
        member = dice.randrange(len(MEMBERS))
        state = dice.choice(["waiting", "running", "done", "failed"])
        values = {"state": state, "message": f"work {number} of {world.seed}", "member": member}
        world.things.append(Thing("work", derived_id("work", str(number)), handling(dice, member), values))
    for table in ("graph", "plan", "report"):
        world.things.append(
            Thing(table, derived_id(table, "all"), Handling(), {"member": None, "word": f"{table} all"})
        )
        for member in dice.sample(range(len(MEMBERS)), 2):
            own = handling(dice, member)
            for_whom = dice.choice([member, None])
            number = derived_id(table, str(member))
            world.things.append(Thing(table, number, own, {"member": for_whom, "word": f"{table} {member}"}))
    for number in range(4):
        member = dice.randrange(len(MEMBERS))
        values = {"member": member, "number": number}
        own = derived_id("declaration", f"{world.seed}/{number}")
        world.things.append(Thing("declaration", own, handling(dice, member), values))
    dice.shuffle(world.things)  # their order is that of their times: the newest map may be one that is hidden
    for number in range(4):
        member = number % len(MEMBERS)
        own = Handling(tlp=Tlp.RED, originators=frozenset({member_id(member)}))
        values = {"member": member, "url": f"https://hook-{number}-{world.seed}.example/"}
        world.things.append(Thing("webhook", derived_id("webhook", str(number)), own, values))


def _room(world: World) -> None:
    """Items under custody, what was found in them, and cases that name both; with dice of their own."""
    dice, items = random.Random(f"room of {world.seed}"), []
    for number in range(6):
        member = dice.randrange(len(MEMBERS))
        word = f"{dice.choice(WORDS)} item {number} of {world.seed}"
        state = dice.choice(["sealed", "out", "hold", "offered", ""])
        values = {"member": member, "word": word, "state": state, "bytes": dice.choice(["one", "two", ""])}
        items.append(Thing("evidence", derived_id("item", str(number)), handling(dice, member), values))
    world.things.extend(items)
    for number in range(4):
        item, one = dice.choice(items), dice.choice(world.shared)
        values = {"member": item.values["member"], "item": item.id, "contribution": one.id, "word": f"found {number}"}
        both = meet(item.handling, one.handling)
        world.things.append(Thing("evidence_finding", derived_id("finding", str(number)), both, values))
    for number in range(4):
        people = sorted(dice.sample(range(len(MEMBERS)), 2))
        given = derived_id("case", str(number))
        subjects = [dice.choice(items).id, dice.choice(world.shared).id]
        values = {"member": people[0], "people": people, "word": f"case {number}", "subjects": subjects}
        seen = Handling(tlp=Tlp.RED, circles=frozenset({given}))
        world.things.append(Thing("case_file", given, seen, values))


def write(world: World, node: Node, drawings: Any, keep: Callable[[Handling], bool] = lambda _handling: True) -> None:
    """Puts the world, or what of it `keep` lets through, into an empty database, as services would."""
    with node_transaction(node.engine) as connection:
        _directory(connection)
        _circles(connection, world, keep)
        known = {}
        for one in world.shared:
            if keep(one.handling):
                known[one.id] = _contribute(connection, one)
    standing = {
        place: one.lead
        for place, one in enumerate(world.linked)
        if keep(world.shared[one.a].handling) and keep(world.shared[one.b].handling)
    }
    lead_service.keep(node, list(standing.values()), known)
    with node_transaction(node.engine) as connection:
        for said in world.said:
            if said.lead in standing:
                _judge(connection, said, standing[said.lead])
        # What refers to others comes after them; the times are those of the shuffled order.
        late = {"evidence_finding": 1, "case_file": 2}
        for order, thing in sorted(enumerate(world.things), key=lambda pair: late.get(pair[1].table, 0)):
            if keep(thing.handling):
                _put(connection, node, thing, order, drawings)
        beside.write(connection, world.beside, keep, set(known))


def _directory(connection: Connection) -> None:
    for place, (slug, country) in enumerate(MEMBERS):
        can = Capability(tuple(ActionType)[place], frozenset({K.DOMAIN}), (), (country,), f"act {place}", 4.0 + place)
        name = f"Member {slug.title()}"
        members.put(connection, Member(member_id(place), slug, name, KINDS[place], country, (can,)), NOW)
        row = {"id": person_id(place), "member_id": member_id(place), "name": f"Person {slug.title()}"}
        connection.execute(insert(person).values(**row, role="analyst", title="Analyst", created_at=NOW))
        token = hashlib.sha256(f"session-of-{slug}".encode()).digest()
        later = NOW + timedelta(hours=8)
        row_ = sessions.SessionRow(token, person_id(place), f"csrf-{slug}", NOW, NOW, later, "browser")
        sessions.put_session(connection, row_)
        program = hashed(program_token(f"session-of-{slug}"))
        own_id, scopes = derived_id("token", slug), list(scopes_for("analyst"))
        tokens.put(connection, TokenRow(own_id, person_id(place), program, "A program", scopes, NOW, later, NOW, None))


def _circles(connection: Connection, world: World, keep: Callable[[Handling], bool]) -> None:
    """Circles and memberships, the key of cursors, and what became of something that each member posted."""
    connection.execute(insert(taxii_key).values(id=1, key=bytes(range(64))))
    for place, circle in enumerate(CIRCLES):
        if keep(of_circle(circle)):
            audience = audiences.intern(connection, of_circle(circle))
            circles.put(connection, circle, f"Circle {place}", "Words", made_at=NOW, audience=audience)
    for circle, inside in world.belonging().items():
        for member in inside:
            if keep(own(member_id(member))):
                audience = audiences.intern(connection, own(member_id(member)))
                may = {"reads": True, "writes": True, "joined_at": NOW, "audience": audience}
                circles.admit(connection, circle, member_id(member), **may)
    for member in range(len(MEMBERS)):
        if keep(own(member_id(member))):
            audience = audiences.intern(connection, own(member_id(member)))
            document = f'{{"id":"{status_id(member)}"}}'.encode()
            taxii_objects.put_status(connection, status_id(member), document, asked_at=NOW, audience=audience)


def _contribute(connection: Connection, one: Shared) -> int:
    audience = audiences.intern(connection, one.handling)
    digest = hashlib.sha256(one.reading.path.encode()).digest()
    received = NOW - timedelta(hours=int(one.id.int % 200))
    who = {"member_id": member_id(one.member), "received_by": person_id(one.member)}
    number, _ = contributions.add(
        connection, one.reading, digest=digest, size=100, audience=audience, received_at=received, **who
    )
    parts = {"claims": one.reading.claims, "mentions": one.reading.mentions, "relations": one.reading.relations}
    bulk.write(connection, number, audience, **parts, drops=one.reading.drops, moment=lambda: received)
    values: dict[str, Any] = {"state": one.state, "state_reason": f"{one.state} {one.reading.title}"}
    if one.withdrawn:
        values["withdrawn_at"] = NOW - timedelta(hours=1)
    connection.execute(update(contribution).where(contribution.c.id == number).values(**values))
    return audience


def _judge(connection: Connection, said: Said, lead: Lead) -> None:
    """As `services.judge` does it: under the audience that the lead carries."""
    audience = judgements.audience_of(connection, lead.id)
    assert audience is not None
    at = NOW - timedelta(minutes=int(said.id.int % 900))
    who = {"person_id": person_id(said.member), "member_id": member_id(said.member)}
    judgements.undo(connection, lead.id, member_id(said.member), at)
    given = judgements.Judgement(said.id, lead.id, *who.values(), said.verdict, said.reason, at)
    judgements.put(connection, given, audience)
    detail = {"reason": said.reason}
    number = derived_id("event", str(said.id))
    verb, subject = f"lead {said.verdict}", str(lead.id)
    head = {"id": number, "happened_at": at, "verb": verb, "subject": subject, "audience": audience}
    events.append(connection, **head, detail=detail, **who)


def _put(connection: Connection, node: Node, thing: Thing, order: int, drawings: Any) -> None:
    audience = audiences.intern(connection, thing.handling)
    given, at = dict(thing.values), NOW - timedelta(minutes=7 * order + 1)
    member = given.pop("member")
    if thing.table == "event":
        who = {"person_id": person_id(member), "member_id": member_id(member)}
        events.append(connection, id=thing.id, happened_at=at, audience=audience, **given, **who)
    elif thing.table == "webhook":
        _hook(connection, thing, member, at, audience)
    elif thing.table == "work":
        fixed = {"task": "intake", "title": given["message"], "stage": "intake", "done": 1, "total": 3, "tries": 1}
        ended = at if given["state"] in ("done", "failed") else None
        row = {**fixed, **given, "id": thing.id, "cancel_asked": False, "asked_at": at, "ended_at": ended}
        connection.execute(insert(work).values(**row, audience=audience, person_id=person_id(member)))
    elif thing.table in ("evidence", "evidence_finding", "case_file"):
        room.put(connection, thing, member, at, audience)
    elif thing.table == "declaration":
        _declare(connection, thing, member, at, audience)
    else:
        _draw(connection, node, thing, at, audience, drawings)


def _hook(connection: Connection, thing: Thing, member: int, at: datetime, audience: int) -> None:
    """A webhook with a delivery."""
    row = {"id": thing.id, "url": thing.values["url"], "verbs": [], "made_at": at, "audience": audience}
    who = {"member_id": member_id(member), "person_id": person_id(member)}
    connection.execute(insert(webhook).values(**row, **who))
    sent = {"id": derived_id("delivery", str(thing.id)), "webhook_id": thing.id, "event_id": derived_id("event", "x")}
    state = {"state": "waiting", "tries": 2, "made_at": at, "due_at": at, "status": 500, "message": thing.values["url"]}
    connection.execute(insert(webhook_delivery).values(**sent, **state, audience=audience))


def _declare(connection: Connection, thing: Thing, member: int, at: datetime, audience: int) -> None:
    """A frozen declaration, measured in half of the cases; the finding is as small as pages bear."""
    number = thing.values["number"]
    day = NOW.date() - timedelta(days=100)
    asked = Declaration(
        metric=f"Measure {number} of {thing.id}",
        unit="cases",
        rung=tuple(Rung)[number % 3],
        population=f"place {thing.id}",
        column="cases",
        frequency=Frequency.WEEK,
        window_first=day - timedelta(weeks=60),
        window_last=NOW.date(),
        interventions=(Intervention("the day", day),),
        declared_at=day - timedelta(days=9),
    )
    who, text = (member_id(member), person_id(member)), declaration_text(asked)
    watches = number == 3
    effects.freeze(connection, effects.Frozen(thing.id, *who, at, asked.digest, text, watches, []), audience)
    if number % 2:
        own, found = derived_id("measurement", str(thing.id)), _found(asked, day)
        kept = effects.Measured(own, thing.id, *who, at, "series", "a.csv", b"0" * 32, "call", found)
        effects.keep(connection, kept, audience)


def _found(asked: Declaration, day: date) -> dict[str, Any]:
    """A finding in the form of `impact.plain`, without measuring anything."""
    change = {"name": "the day", "day": day.isoformat(), "periods": 9, "percent": -9.0, "low": -20.0, "high": 3.0}
    change |= {"p": 0.2, "observed": 90.0, "averted": 9.0, "averted_low": -3.0, "averted_high": 20.0, "visible": 20.0}
    return {
        "declaration": {"metric": asked.metric, "unit": "cases", "frequency": "week", "retrospective": False},
        "verdict": "no effect shown",
        "null": True,
        "sentence": f"None shown: {asked.metric}.",
        "changes": [change],
        "placebos": {"dates": 0, "found": 0, "alarm": False, "changes": []},
        "displacement": None,
        "synthetic": None,
        "another_method": None,
        "assumptions": [],
        "chart": [{"day": day.isoformat(), "observed": 9.0, "expected": 10.0, "low": 8.0, "high": 12.0}],
    }


def _draw(connection: Connection, node: Node, thing: Thing, at: datetime, audience: int, drawings: Any) -> None:  # noqa: PLR0917
    word, member = thing.values["word"], thing.values["member"]
    row: dict[str, Any] = {"id": thing.id, "made_at": at, "audience": audience}
    row["for_member"] = None if member is None else member_id(member)
    if thing.table == "graph":
        document = drawings.make_map(random.Random(word), 30)
        connection.execute(insert(graph).values(**row, document=document))
    elif thing.table == "plan":
        document = {**drawings.make_plan(), "sentence": f"The {word} says so."}
        connection.execute(insert(plan).values(**row, document=document))
    else:
        digest = node.blobs.put(f"<!doctype html><title>{word}</title>".encode())
        pdf = node.blobs.put(f"%PDF {word}".encode())
        connection.execute(insert(report).values(**row, title=f"The {word}", html_digest=digest, pdf_digest=pdf))
