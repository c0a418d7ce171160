# ruff: noqa: E501, PERF401  # tables of examples read better in one line
"""A small, made-up world for page tests and pictures: reserved names only, the same every time."""

from __future__ import annotations

import hashlib
import math
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, insert, update

from accord.model.handling import Handling, Tlp
from accord.model.ids import derived_id
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.reading import Claim, Drop, Mention, Reading
from accord.model.selectors import SelectorKind as K
from accord.store import audiences, bulk, contributions, events, members
from accord.store.engine import node_transaction
from accord.store.tables import contribution, graph, lead, person, plan, report, work

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
HOST = frozenset({K.IPV4})
MEMBERS = (
    ("ncu-a", "National Cybercrime Unit (A)", MemberKind.LAW_ENFORCEMENT, "AA"),
    ("upland", "Upland Hosting", MemberKind.PROVIDER, "BB"),
    ("northern", "Northern Registry", MemberKind.PROVIDER, "CC"),
    ("harbour", "Harbour Bank", MemberKind.CORPORATION, "AA"),
    ("eastern", "Eastern CERT", MemberKind.CERT, "DD"),
    ("exchange-d", "Exchange (D)", MemberKind.CORPORATION, "DD"),
    ("collective-f", "Research Collective (F)", MemberKind.NON_PROFIT, "FF"),
    ("stonebridge", "Stonebridge Security", MemberKind.SECURITY_COMPANY, "BB"),
)
CAPABILITIES = {
    "northern": (
        ActionType.SUSPEND_DOMAIN,
        frozenset({K.DOMAIN}),
        ("tld:example",),
        "registry contract, section 7",
        4.0,
    ),
    "upland": (ActionType.TAKE_DOWN_HOST, HOST, ("asn:64500", "net:192.0.2.0/24"), "terms of service", 6.0),
    "exchange-d": (ActionType.FREEZE_WALLET, frozenset({K.BTC}), (), "court order of its country", 24.0),
    "harbour": (ActionType.CLOSE_ACCOUNT, frozenset({K.IBAN, K.ACCOUNT}), (), "banking act, section 12", 2.0),
    "ncu-a": (ActionType.SEIZE_SERVER, HOST, (), "criminal procedure code, section 94", 72.0),
    "eastern": (ActionType.SINKHOLE, frozenset({K.DOMAIN}), (), "mandate of the CERT", 1.0),
}
TITLES = (
    "Panel logs, card phishing, Oct", "Wallet list from seizure 14/2026", "Hosting invoices, parcel-fee pages",
    "Domains from victim reports, week 46", "Mule account identifiers, batch 7", "Server images, parcel-fee hosts",
    "Phone numbers from complaints, Nov", "Forum handles, spring capture", "Passive DNS of fee pages", "Kit source, third version",
    "Abuse tickets, November", "Sinkhole hits, week 45", "Chat capture of a reseller", "Loader samples, autumn",
)  # fmt: skip
STATES = (
    "action",
    "action",
    "used",
    "outcome",
    "vetted",
    "used",
    "received",
    "unused",
    "used",
    "used",
    "vetted",
    "received",
)
SENTENCES = (
    "The card-phishing pages {a} reported and the parcel-fee pages that {b} took down ran on the same servers. Five things both hold are rare elsewhere.",
    "One certificate stands on three hosts that {a} and {b} reported. Nobody else holds it.",
    "A wallet that {a} holds was paid by victims in the file of {b}. Both saw it within nine days.",
    "Eleven domains were registered in one hour with one e-mail address, half known to {a}, half to {b}.",
    "A mule account that {a} reported is named in the chat capture of {b}.",
    "Two phishing kits send their results to the same mailbox; {a} holds one, {b} the other.",
    "The same handle appears in two forums, eight months apart, in files of {a} and {b}.",
    "A shared name server is common to many domains of {a} and {b}; it proves little.",
)


@dataclass(frozen=True)
class World:
    people: dict[str, UUID]
    members: dict[str, UUID]
    contributions: list[UUID]
    leads: list[UUID]
    hidden_lead: UUID
    hidden_contribution: UUID
    running: UUID
    done: UUID


def member_id(slug: str) -> UUID:
    return derived_id("member", slug)


def seed_people(connection: Connection) -> dict[str, UUID]:
    """The members with capabilities, and three people: two investigators, an abuse desk."""
    for slug, name, kind, country in MEMBERS:
        can = ()
        if slug in CAPABILITIES:
            action, kinds, scope, power, hours = CAPABILITIES[slug]
            can = (Capability(action, kinds, scope, (country,), power, hours, cost=2.0, success=0.9),)
        members.put(connection, Member(member_id(slug), slug, name, kind, country, can), NOW - timedelta(days=90))
    people = {}
    for name, slug, role, title in (
        ("Rosa Lind", "ncu-a", "investigator+steward", "Lead investigator"),
        ("Abel Moor", "upland", "analyst", "Abuse desk"),
        ("Noor Vale", "stonebridge", "investigator", "Threat analyst"),
    ):
        people[slug] = derived_id("person", name)
        row = {"id": people[slug], "member_id": member_id(slug), "name": name, "role": role, "title": title}
        connection.execute(insert(person).values(**row, created_at=NOW - timedelta(days=60)))
    return people


def seed(engine: Engine, *, blobs: Any = None, crowd: int = 240) -> World:
    """Fills a database; `crowd`: nodes on the map. Gives the ids that tests want."""
    dice = random.Random(7)
    with node_transaction(engine) as connection:
        people = seed_people(connection)
        amber, green = (audiences.intern(connection, Handling(tlp=t)) for t in (Tlp.AMBER, Tlp.GREEN))
        red = audiences.intern(connection, Handling(tlp=Tlp.RED, originators=frozenset({member_id("harbour")})))
        made = [_contribution(connection, dice, i, (amber, amber, green)[i % 3]) for i in range(40)]
        hidden = _contribution(connection, dice, 3, red, slug="harbour", path="secret/only-harbour.csv")
        leads = [_lead(connection, dice, i, made, (amber, green)[i % 2]) for i in range(26)]
        hidden_lead = _lead(connection, dice, 0, [hidden, made[2]], red)
        _documents(connection, blobs, dice, amber, crowd)
        running, done = _works(connection, people, amber)
        _events(connection, people, leads, made, amber)
    members_by_slug = {slug: member_id(slug) for slug, *_rest in MEMBERS}
    return World(people, members_by_slug, made, leads, hidden_lead, hidden, running, done)


def _contribution(
    connection: Connection, dice: random.Random, i: int, audience: int, *, slug: str = "", path: str = ""
) -> UUID:
    slug = slug or (MEMBERS[0][0] if i % 3 == 0 else MEMBERS[i % len(MEMBERS)][0])
    title = TITLES[i % len(TITLES)] + (f", part {i // len(TITLES) + 1}" if i >= len(TITLES) else "")
    path = path or f"2026/{i:02d}-{title.lower().replace(' ', '-').replace(',', '').replace('/', '-')}.csv"
    mentions = [Mention(K.IPV4, f"192.0.2.{n}", 0, n) for n in dice.sample(range(1, 90), 6)]
    mentions += [
        Mention(K.DOMAIN, f"{word}-{dice.randint(1, 60)}.example", 0, 20)
        for word in ("pay-parcel", "fee-notice", "track-go")
    ]
    mentions += [Mention(K.SHA256, hashlib.sha256(str(dice.randint(1, 40)).encode()).hexdigest(), 0, 30)]
    mentions += [
        Mention(K.URL, f"http://fee-{dice.randint(1, 30)}.example/a/gate", 0, 31),
        Mention(K.EMAIL, "kit@mail.example", 0, 32),
    ]
    mentions += [Mention(K.MALWARE, "greywren", 0, 33)] if i % 2 else [Mention(K.IPV4, "198.51.100.1", 0, 34)]
    raw = b'{"type": "indicator", "spec_version": "2.1", "name": "Fee page", "pattern": "[domain-name:value = \'fee-1.example\']"}'
    claims = [Claim(f"indicator--{derived_id('claim', path)}", "indicator", raw)]
    drops = [
        Drop(4, "A private address is nobody's", "10.0.0.1"),
        Drop(9, "The checksum does not fit", "bc1qexampleexample"),
    ]
    seen = NOW - timedelta(days=dice.randint(10, 80))
    given = Reading(
        path, "csv", title, claims=claims, mentions=mentions, drops=drops if i % 4 == 0 else [],
        seen_from=seen - timedelta(days=30), seen_to=seen,
    )  # fmt: skip
    digest = hashlib.sha256(path.encode()).digest()
    number, _new = contributions.add(
        connection, given, member_id=member_id(slug), digest=digest, size=dice.randint(900, 900_000), audience=audience,
        received_at=NOW - timedelta(hours=7 * i + 1),
    )  # fmt: skip
    bulk.write(connection, number, audience, claims=claims, mentions=mentions, drops=given.drops, common=_common)
    reason = "No sighting since April" if STATES[i % 12] == "unused" else ""
    values = {"state": STATES[i % 12], "state_reason": reason}
    connection.execute(update(contribution).where(contribution.c.id == number).values(**values))
    return number


def _common(kind: K, value: str) -> str:
    return "public resolver" if value == "198.51.100.1" else ""


def _lead(connection: Connection, dice: random.Random, i: int, made: list[UUID], audience: int) -> UUID:
    a, b = (made[0], made[1]) if len(made) == 2 else (made[(3 * i) % 39], made[(3 * i + 1 + i % 2) % 39])
    a, b = min(a, b), max(a, b)
    score = max(0.06, 0.96 - i * 0.036)
    names = {"a": "one member", "b": "another"}
    weights = [0.34, 0.26, 0.2, 0.12, 0.08]
    reasons: list[Any] = [
        ["infrastructure", "ipv4", f"192.0.2.{n}", f"192.0.2.{n}", w, 19_000 / (j + 1), 2 + j % 2, "", []]
        for j, (n, w) in enumerate(zip(dice.sample(range(1, 90), 3), weights, strict=False))
    ]
    certificate = hashlib.sha1(str(i).encode()).hexdigest()
    reasons.append(["infrastructure", "certificate", certificate, certificate, 0.2, 8_200, 3, "", []])
    reasons.append(
        ["infrastructure", "url", "http://fee-1.example/a/gate", "http://fee-1.example/a/gate", 0.12, 3_400, 2, "", []]
    )
    reasons.append(["neighbour", "domain", "pay-parcel-1.example", "pay-parcel-2.example", 0.06, 300, 2, "", []])
    reasons.append(["name", "malware", "greywren", "greywren", 0.04, 60, 4, "", []])
    reasons.append(["infrastructure", "ipv4", "198.51.100.1", "198.51.100.1", 0.0, 1.2, 9, "public resolver", []])
    number = derived_id("lead", str(a), str(b), str(i))
    row = {
        "id": number, "a": a, "b": b, "score": score, "shared": 6, "infrastructure": score, "name": 0.25 if i % 2 else 0.0,
        "kinds": ["ipv4", "certificate", "url", "domain", "malware"], "sentence": SENTENCES[i % 8].format(**names),
        "reasons": reasons, "found_at": NOW - timedelta(hours=3 * i + 1), "audience": audience,
    }  # fmt: skip
    connection.execute(insert(lead).values(**row))
    return number


CLUSTERS = ("Parcel-fee pages", "Card pages", "Mailers", "Laundering", "Reserve")


def make_map(dice: random.Random, crowd: int) -> list[Any]:
    """A map of five groups around hosts, as stored: [nodes, edges, clusters, seen]."""
    centres = ((0.22, 0.22), (0.72, 0.2), (0.2, 0.78), (0.52, 0.52), (0.85, 0.72))
    nodes: list[Any] = []
    edges: list[Any] = []
    per = crowd // 5
    slugs = [slug for slug, *_rest in MEMBERS]
    for c, (cx, cy) in enumerate(centres, 1):
        hubs = []
        for h in range(max(3, per // 60)):
            x, y = cx + dice.gauss(0, 0.07), cy + dice.gauss(0, 0.07)
            hubs.append((len(nodes), x, y))
            held = sorted(dice.sample(slugs, dice.randint(2, 4)))
            value = f"192.0.2.{c * 10 + h}" if h < 10 else f"198.51.100.{(c * 50 + h) % 254}"
            nodes.append([f"ipv4|{value}", "ipv4", "host", value, 9.0 - h, held, c, x, y])
        nodes.append([f"actor|crew {c}", "actor", "actor", f"crew {c}", 12.0, [slugs[c]], c, cx + 0.09, cy - 0.08])
        edges.append([hubs[0][0], len(nodes) - 1, "names", 0.4])
        for n in range(per - len(hubs) - 1):
            hub, hx, hy = dice.choice(hubs)
            angle, far = dice.random() * math.tau, 0.045 + abs(dice.gauss(0, 0.045))
            kind, shape, value = dice.choices(
                (("domain", "domain", f"pay-{c}-{n}.example"), ("btc", "wallet", f"bc1qexample{c}x{n}"), ("malware", "persona", f"wren{c}x{n}"),
                 ("sha256", "file", hashlib.sha256(f"{c}{n}".encode()).hexdigest())), (60, 14, 6, 10))[0]  # fmt: skip
            held = sorted(dice.sample(slugs, 1 if dice.random() < 0.8 else 2))
            nodes.append([f"{kind}|{value}", kind, shape, value, dice.random() * 3, held, c if dice.random() < 0.95 else 0,
                          hx + math.cos(angle) * far, hy + math.sin(angle) * far])  # fmt: skip
            edges.append([hub, len(nodes) - 1, "hosts", 0.9 if dice.random() < 0.85 else 0.3])
    for _ in range(crowd // 12):
        edges.append([dice.randrange(len(nodes)), dice.randrange(len(nodes)), "lead", 0.3])
    lows, highs = [min(n[i] for n in nodes) for i in (7, 8)], [max(n[i] for n in nodes) for i in (7, 8)]
    for node in nodes:
        for i in (0, 1):
            node[7 + i] = round((node[7 + i] - lows[i]) / (highs[i] - lows[i]), 4)
    today = (NOW.date() - date(1970, 1, 1)).days
    seen = [None if n % 9 == 0 else [today - 30 - n % 300, today - n % 30] for n in range(len(nodes))]
    return [nodes, edges, list(CLUSTERS), seen]


def make_plan() -> dict[str, Any]:
    rows = (
        ("northern", "suspend-domain", "Suspend 84 domains by one order", 2, 0.71, 4, 0.0, "domain", "pay-1-{}.example"),
        ("upland", "take-down-host", "Null-route 9 hosts", 2, 0.55, 6, 0.6, "ipv4", "192.0.2.{}"),
        ("exchange-d", "freeze-wallet", "Freeze 6 wallets", 3, 0.44, 24, 0.0, "btc", "bc1qexample4x{}"),
        ("northern", "suspend-domain", "Suspend 31 further domains", 3, 0.35, 4, 0.05, "domain", "pay-2-{}.example"),
        ("upland", "take-down-host", "Take 4 panel hosts offline", 4, 0.28, 6, 0.0, "ipv4", "192.0.2.2{}"),
        ("harbour", "close-account", "Stop 22 mule accounts", 5, 0.22, 2, 0.0, "account", "bank|mule-{}"),
        ("exchange-d", "close-account", "Close 14 trading accounts", 6, 0.17, 24, 0.25, "account", "exchange|trader-{}"),
        ("ncu-a", "seize-server", "Seize the control panel", 6, 0.14, 72, 0.0, "ipv4", "192.0.2.3{}"),
        ("ncu-a", "arrest", "Search two addresses", 7, 0.11, 72, 0.0, "actor", "crew {}"),
        ("eastern", "sinkhole", "Sinkhole 31 fallback domains", 4, 0.08, 1, 0.0, "domain", "pay-3-{}.example"),
        ("harbour", "warn-victims", "Warn 1 140 customers", 8, 0.07, 2, 0.0, "account", "bank|customer-{}"),
    )  # fmt: skip
    names = {slug: name for slug, name, *_rest in MEMBERS}
    steps, cost = [], 0.0
    for number, (slug, kind, title, days, left, hours, harm, target, pattern) in enumerate(rows, 1):
        cost += days
        steps.append({
            "number": number, "action_id": f"action-{number}", "member": names[slug], "member_slug": slug, "type": kind, "title": title,
            "power": "a court order of its country", "targets": [[target, pattern.format(n)] for n in range(1, 10)], "cost": float(days),
            "cost_so_far": cost, "residual": left, "low": max(0.0, left * 0.6 - 0.02), "high": min(1.0, left * 1.5 + 0.02),
            "lead_time_hours": hours, "success": 0.9, "collateral": harm, "simultaneous_with": [2] if number == 1 else [],
            "why": "It removes most for its cost: all of these depend on one order, and nothing replaces them within a week.",
        })  # fmt: skip
    return {
        "sentence": "Eleven actions by six members leave about 8 % of the network working.", "intact": 1.0, "residual": 0.08,
        "budget": 42.0, "cost": cost, "bound": 0.07, "gap": 0.012, "steps": steps, "indispensable": ["northern"],
        "substitutes": [], "left_over": [["domain", "reserve-1.example"], ["ipv4", "203.0.113.9"]],
        "members": [{"slug": slug, "name": names[slug]} for slug in ("northern", "upland", "exchange-d", "harbour", "ncu-a", "eastern")],
    }  # fmt: skip


REPORT = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Insight Report</title><style>body{font:16px/1.6
system-ui;max-width:70ch;margin:2rem auto;color:#1f1d1a;background:#fff}</style></head><body><main><h1>Insight Report</h1><p>Eight members found
26 leads; eleven actions would leave 8 % of the network working.</p></main></body></html>"""


def _documents(connection: Connection, blobs: Any, dice: random.Random, audience: int, crowd: int) -> None:
    made = {"made_at": NOW - timedelta(hours=2), "audience": audience}
    document = make_map(dice, crowd)
    connection.execute(insert(graph).values(id=derived_id("graph", "1"), document=document, **made))
    connection.execute(insert(plan).values(id=derived_id("plan", "1"), document=make_plan(), **made))
    if blobs is not None:
        digests = {"html_digest": blobs.put(REPORT), "pdf_digest": blobs.put(b"%PDF-1.7 not a real one")}
        connection.execute(
            insert(report).values(
                id=derived_id("report", "1"), title="Insight Report, November 2026", **digests, **made
            )
        )


def _works(connection: Connection, people: dict[str, UUID], audience: int) -> tuple[UUID, UUID]:
    shared = {"task": "analyse", "cancel_asked": False, "tries": 1, "audience": audience, "person_id": people["ncu-a"]}
    running, done = derived_id("work", "running"), derived_id("work", "done")
    connection.execute(insert(work).values(
        id=running, title="Finding leads anew", state="running", stage="leads: scoring pairs", done=640, total=1000, message="",
        asked_at=NOW - timedelta(minutes=3), beat_at=NOW, **shared,
    ))  # fmt: skip
    connection.execute(insert(work).values(
        id=done, title="Taking in 3 files", state="done", stage="selectors", done=3, total=3, message="", asked_at=NOW - timedelta(hours=2),
        ended_at=NOW - timedelta(hours=2), **shared,
    ))  # fmt: skip
    return running, done


def _events(
    connection: Connection, people: dict[str, UUID], leads: list[UUID], made: list[UUID], audience: int
) -> None:
    rows = (
        (0.4, "upland", "contribution received", str(made[1]), {"title": "Abuse tickets, November"}),
        (1.7, "eastern", "lead confirmed", str(leads[1]), {"reason": "Same operator, we have the invoice."}),
        (3.1, "ncu-a", "contribution received", str(made[0]), {"title": "Panel logs, card phishing, Oct"}),
        (4.5, "stonebridge", "lead rejected", str(leads[7]), {"reason": "A shared name server."}),
        (20, None, "plan made", "members", {}),
        (28, "collective-f", "member registered", "collective-f", {}),
        (50, "northern", "contribution received", str(made[2]), {"title": "Domains from victim reports, week 46"}),
    )
    for n, (hours, slug, verb, subject, detail) in enumerate(rows):
        who = people.get(slug) if slug else None
        events.append(
            connection, id=derived_id("event", str(n)), happened_at=NOW - timedelta(hours=hours), verb=verb, subject=subject,
            audience=audience, detail=detail, person_id=who, member_id=member_id(slug) if slug else None,
        )  # fmt: skip
