"""Facts for tests: an invented alliance, reserved names only, as large as asked, the same for the same seed."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta

from accord.model.ids import derived_id
from accord.model.leads import Lead, Reason
from accord.model.maps import Edge, Map, Node
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.selectors import SelectorKind as K
from accord.report.facts import Barrier, ContributionFacts, Facts, Lane, LeadFacts, MemberFacts, Overlap

NAMES = (
    ("northern-registry", "Northern Registry", MemberKind.PROVIDER, "NO"),
    ("unit-a", "National Cybercrime Unit (A)", MemberKind.LAW_ENFORCEMENT, "NL"),
    ("eastern-cert", "Eastern CERT", MemberKind.CERT, "EE"),
    ("research-f", "Research Collective (F)", MemberKind.NON_PROFIT, "CA"),
    ("upland-hosting", "Upland Hosting", MemberKind.PROVIDER, "DE"),
    ("exchange-d", "Exchange (D)", MemberKind.CORPORATION, "SG"),
    ("harbour-bank", "Harbour Bank", MemberKind.CORPORATION, "GB"),
    ("lens-security", "Lens Security", MemberKind.SECURITY_COMPANY, "US"),
    ("unit-b", "National Cybercrime Unit (B)", MemberKind.LAW_ENFORCEMENT, "FR"),
    ("police-union", "Police Union", MemberKind.INTERNATIONAL, ""),
    ("southern-cert", "Southern CERT", MemberKind.CERT, "IT"),
    ("tide-security", "Tide Security", MemberKind.SECURITY_COMPANY, "JP"),
    ("open-trackers", "Open Trackers", MemberKind.NON_PROFIT, ""),
)
CLUSTERS = ("Parcel-fee pages", "Card pages", "Mailers", "Laundering", "Reserve", "Loaders", "Forum")
_MADE = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)


def small() -> Facts:
    return facts(members=4, contributions=12, leads=6, nodes=40)


def large() -> Facts:
    return facts(members=13, contributions=400, leads=2000, nodes=3000)


def facts(*, members: int, contributions: int, leads: int, nodes: int, seed: int = 7) -> Facts:
    rng = random.Random(seed)
    chosen = [_member(*NAMES[place]) for place in range(members)]
    shared = [_contribution(rng, chosen[place % members], place) for place in range(contributions)]
    found = _leads(rng, shared, leads)
    linked = {c.id for lead in found for c in (lead.a, lead.b)}
    shared = [c._replace(leads=sum(c.id in (x.a.id, x.b.id) for x in found) if c.id in linked else 0) for c in shared]
    shared = [c._replace(state="used" if c.leads else rng.choice(("vetted", "received"))) for c in shared]
    return Facts(
        title="Card and parcel-fee phishing, autumn 2026",
        made_at=_MADE,
        handling="TLP:AMBER",
        restrictions="PAP:AMBER. For the members of the alliance.",
        members=tuple(_member_facts(rng, m, [c for c in shared if c.member == m.slug]) for m in chosen),
        contributions=tuple(shared),
        leads=tuple(found),
        lead_count=len(found),
        overlap=_overlap(rng, [m.slug for m in chosen]),
        network=network(rng, nodes, [m.slug for m in chosen]),
        lanes=tuple(_lane(rng, m.slug) for m in chosen),
        plan=plan(),
        seen_from=date(2025, 9, 2),
        seen_to=date(2026, 11, 14),
        barriers=(
            Barrier("legal", "exchange-d", "A freeze needs an order of a court in its own country.", 3),
            Barrier("capacity", "unit-b", "No analyst free before the action day."),
        ),
        records="sha256:9f3a41d07bc2c21e",
    )


def _member(slug: str, name: str, kind: MemberKind, country: str) -> Member:
    can = {
        "northern-registry": (
            Capability(
                ActionType.SUSPEND_DOMAIN, frozenset({K.DOMAIN}), ("tld:example",), ("NO",),
                "Registration terms, section 9", 4, 2,
            ),
        ),
        "upland-hosting": (
            Capability(
                ActionType.TAKE_DOWN_HOST, frozenset({K.IPV4, K.IPV6}), ("asn:64500",), (), "Acceptable use", 6, 2
            ),
        ),
        "unit-a": (
            Capability(
                ActionType.SEIZE_SERVER, frozenset({K.IPV4}), (), ("NL",), "Code of criminal procedure, seizure", 96, 6
            ),
        ),
        "exchange-d": (Capability(ActionType.FREEZE_WALLET, frozenset({K.BTC, K.ETH}), (), ("SG",), "", 24, 3),),
    }.get(slug, ())  # fmt: skip
    return Member(derived_id("member", slug), slug, name, kind, country, can)


def _contribution(rng: random.Random, member: Member, place: int) -> ContributionFacts:
    about = rng.choice(("Panel logs", "Hosting invoices", "Victim reports", "Wallet list", "Kit files", "Mail samples"))
    month = rng.choice(("Sep", "Oct", "Nov"))
    when = _MADE - timedelta(days=rng.randrange(400))
    path = f"{about.lower().replace(' ', '-')}-{place:03d}.{rng.choice(('csv', 'json', 'txt'))}"
    return ContributionFacts(
        derived_id("contribution", member.slug, path), member.slug, path, f"{about}, {month}", "csv",
        rng.randrange(5, 900), rng.randrange(0, 9), 0, "received", "", when - timedelta(days=20), when,
    )  # fmt: skip


def _member_facts(rng: random.Random, member: Member, shared: list[ContributionFacts]) -> MemberFacts:
    kinds = tuple(
        (kind, rng.randrange(2, 4000)) for kind in (K.DOMAIN, K.IPV4, K.SHA256, K.URL, K.BTC, K.EMAIL, K.MALWARE)
    )
    reasons = (("no selector in this line", rng.randrange(0, 90)), ("the date is impossible", rng.randrange(0, 20)))
    return MemberFacts(
        member, len(shared), rng.randrange(200, 9000), rng.randrange(500, 9000), sum(n for _, n in kinds), kinds,
        rng.randrange(0, 40), sum(n for _, n in reasons), reasons, rng.randrange(0, 2),
        sum(bool(c.leads) for c in shared),
    )  # fmt: skip


def _leads(rng: random.Random, shared: list[ContributionFacts], many: int) -> list[LeadFacts]:
    pairs: set[tuple[int, int]] = set()
    limit = sum(a.member != b.member for n, a in enumerate(shared) for b in shared[:n])
    while len(pairs) < min(many, limit):
        a, b = sorted(rng.sample(range(len(shared)), 2))
        if shared[a].member != shared[b].member:
            pairs.add((a, b))
    found = [_lead(rng, shared[a], shared[b]) for a, b in sorted(pairs)]
    return sorted(found, key=lambda lead: (-lead.lead.score, str(lead.lead.id)))


def _lead(rng: random.Random, a: ContributionFacts, b: ContributionFacts) -> LeadFacts:
    score = round(0.05 + 0.94 * rng.random() ** 2, 3)
    reasons = [
        Reason("infrastructure", K.IPV4, f"192.0.2.{rng.randrange(1, 255)}", "", round(score * 0.4, 3), 19_000, 2),
        Reason(
            "infrastructure", K.DOMAIN, f"pay-parcel-{rng.randrange(99)}.example", "", round(score * 0.2, 3), 5_100, 3
        ),
        Reason("neighbour", K.IPV4, "198.51.100.7", "198.51.100.9", 0.05, 240, 2),
        Reason("name", K.MALWARE, "greywren", "", round(score * 0.1, 3), 60, 4),
        Reason("infrastructure", K.IPV4, "192.0.2.1", "", 0, 1, 9, "public resolver"),
    ]
    if rng.random() < 0.3:
        reasons.append(Reason("path", K.SHA256, "ab" * 32, "http://fee.example/p", 0.1, 800, 3, "", (a.id,), K.URL))
    lead = Lead(
        derived_id("lead", str(a.id), str(b.id)), min(a.id, b.id), max(a.id, b.id), score, 3, score * rng.random(),
        score * rng.random() * 0.6, tuple(reasons),
        "Both hold one network address and one domain name that are rare elsewhere; by chance this would happen about "
        "once in 4 million pairs of contributions.",
    )  # fmt: skip
    return LeadFacts(lead, a, b, rng.choice(("", "", "", "confirmed")))


def _overlap(rng: random.Random, slugs: list[str]) -> Overlap:
    size = len(slugs)
    counts = [[0] * size for _ in slugs]
    for i in range(size):
        counts[i][i] = rng.randrange(2_000, 40_000)
        for j in range(i):
            counts[i][j] = counts[j][i] = int(3000 * rng.random() ** 6) if rng.random() < 0.8 else 0
    return Overlap(tuple(slugs), tuple(tuple(row) for row in counts))


def network(rng: random.Random, many: int, slugs: list[str]) -> Map:
    shapes = (("domain", "domain"), ("domain", "domain"), ("ipv4", "host"), ("btc", "wallet"), ("email", "account"),
              ("malware", "persona"), ("url", "url"), ("sha256", "file"), ("contribution", "report"))  # fmt: skip
    centres = [(rng.uniform(0.15, 0.85), rng.uniform(0.15, 0.85)) for _ in CLUSTERS]
    nodes, edges = [], []
    hubs: dict[int, int] = {}
    for place in range(many):
        cluster = rng.choice((0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7))
        kind, shape = ("ipv4", "host") if cluster and cluster not in hubs else rng.choice(shapes)
        angle, far = rng.uniform(0, 2 * math.pi), 0.14 * math.sqrt(rng.random())
        x, y = centres[cluster - 1] if cluster else (rng.random(), rng.random())
        label = {
            "domain": f"fee-notice-{place}.example",
            "ipv4": f"203.0.113.{place % 254 + 1}",
            "btc": f"bc1q{place:06d}x9k7",
            "email": f"drop{place}@mail.example",
            "malware": f"wren{place}",
            "url": f"http://fee-{place}.example/pay/gate.php",
            "sha256": f"{place:04x}" * 16,
            "contribution": f"Report {place}",
        }[kind]
        holders = tuple(sorted(rng.sample(slugs, min(len(slugs), rng.choice((1, 1, 1, 2, 3))))))
        spot = (min(1.0, max(0.0, x + far * math.cos(angle))), min(1.0, max(0.0, y + far * math.sin(angle))))
        nodes.append(
            Node(f"{kind}|{label}", kind, shape, label, round(10 * rng.random() ** 5, 3), holders, cluster, *spot)
        )
        if cluster in hubs:
            edges.append(Edge(hubs[cluster], place, "hosts", round(rng.random(), 2)))
        elif cluster:
            hubs[cluster] = place
            nodes[place] = nodes[place]._replace(harm=12.0, x=x, y=y)
    edges += [Edge(a, b, "lead", 0.3) for a in hubs.values() for b in hubs.values() if a < b and rng.random() < 0.5]
    return Map(tuple(nodes), tuple(edges), CLUSTERS)


def plan() -> dict[str, object]:
    steps = [
        ("Northern Registry", "northern-registry", "suspend-domain", "Suspend 84 domains by one order",
         "Registration terms, section 9", [["domain", f"fee-{n}.example"] for n in range(84)], 4.0, 0.62, 4, 0.0),
        ("Upland Hosting", "upland-hosting", "take-down-host", "Take 9 hosts offline", "Acceptable use policy",
         [["ipv4", f"203.0.113.{n}"] for n in range(1, 10)], 3.0, 0.38, 6, 0.08),
        ("Exchange (D)", "exchange-d", "freeze-wallet", "Freeze 2 wallets", "",
         [["btc", "bc1qexample0000"], ["btc", "bc1qexample0001"]], 3.0, 0.24, 24, 0.0),
        ("National Cybercrime Unit (A)", "unit-a", "seize-server", "Seize the control panel",
         "Code of criminal procedure, seizure", [["ipv4", "192.0.2.44"]], 6.0, 0.11, 96, 0.01),
        ("Upland Hosting", "upland-hosting", "remove-content", "Remove 3 pages", "Acceptable use policy",
         [["url", f"http://fee-{n}.example/pay"] for n in range(3)], 1.5, 0.08, 6, 0.0),
    ]  # fmt: skip
    rows, spent = [], 0.0
    for place, (member, slug, kind, title, power, targets, cost, residual, hours, collateral) in enumerate(steps, 1):
        spent += cost
        rows.append({
            "number": place, "action_id": str(derived_id("action", slug, title)), "member": member, "member_slug": slug,
            "type": kind, "title": title, "power": power, "targets": targets, "cost": cost, "cost_so_far": spent,
            "residual": residual, "low": residual * 0.6, "high": min(1.0, residual * 1.5), "lead_time_hours": hours,
            "success": 0.9, "collateral": collateral, "why": "It carries most of what the other pages need.",
            "simultaneous_with": {1: [2], 2: [1]}.get(place, []),
        })  # fmt: skip
    return {
        "sentence": "Five actions by four members leave about 8 % of the network working.", "intact": 1.0,
        "residual": 0.08, "budget": 20.0, "cost": spent, "bound": 0.07, "gap": 0.01, "steps": rows,
        "indispensable": ["northern-registry"], "substitutes": [], "left_over": [["domain", "left.example"]],
        "members": ["northern-registry", "upland-hosting", "exchange-d", "unit-a"],
    }  # fmt: skip


def _lane(rng: random.Random, slug: str) -> Lane:
    if slug == "police-union":
        return Lane(slug, ())
    days = sorted({date(2025, 9, 2) + timedelta(days=rng.randrange(430)) for _ in range(rng.randrange(2, 60))})
    return Lane(slug, tuple((when, rng.randrange(1, 9)) for when in days))
