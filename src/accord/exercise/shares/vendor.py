"""The security company: blog posts with indicators in several defanged styles, lists, a table with section titles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from accord.exercise.parts import Asset, Share
from accord.exercise.views import FILES, MONEY, NETWORK, View, share
from accord.exercise.writing.defang import STYLES, last_dot, scheme_colon, spelt, square
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

POSTS = (
    (
        "greywren",
        "blog/2026-10-14-greywren-second-tier.md",
        "Greywren never sleeps in the same bed twice",
        (
            "The loader we call Sandgrouse asks its first tier for work every eleven minutes. What the first tier does "
            "not tell is where it reports to. We watched one server for three weeks and found the second tier."
        ),
    ),
    (
        "larkspur",
        "blog/2026-11-02-paper-heron.md",
        "Paper Heron: a parcel you never ordered",
        (
            "The kit is rented by the week, with support on chat. Pages live for four days on average, the panel for "
            "months. One registrant stands behind most domains we saw."
        ),
    ),
    (
        "low-tide",
        "blog/2026-11-17-low-tide-cash-out.md",
        "At low tide you see who has been swimming together",
        (
            "We followed fourteen payments. They end at a handful of deposit addresses, one of which we had seen "
            "before, in a different business altogether."
        ),
    ),
)
LEADS_TO = ("resolves-to", "reports-to", "speaks-to", "pays-into", "on")
HEADINGS = {
    Kind.IPV4: "Servers",
    Kind.DOMAIN: "Domains",
    Kind.URL: "URLs",
    Kind.EMAIL: "Mailboxes",
    Kind.SHA256: "Files (SHA-256)",
    Kind.BTC: "Bitcoin",
    Kind.ETH: "Ethereum",
}


def shares(view: View) -> Iterator[Share]:
    posts = [_post(view, index) for index in range(3)]
    yield posts[0]
    yield from posts[1:]
    yield from (_list(view, slug) for slug in ("greywren", "larkspur", "low-tide"))
    yield _sections(view)
    yield _hunting(view)


def _post(view: View, index: int) -> Share:
    slug, path, title, lead = POSTS[index]
    service = view.service(slug)
    defang = STYLES[index]
    assets = view.take(slug, NETWORK | MONEY | {Kind.EMAIL, Kind.SHA256}, most=60, purpose=path)
    hubs = [asset for asset in view.take(slug, NETWORK | MONEY) if asset.harm >= 18]
    assets = view.with_ends(list(dict.fromkeys([*hubs, *assets])), *LEADS_TO)
    text = [f"# {title}", "", lead, ""]
    text += [
        f"We track the operators as {service.actor_at(view.slug)} and the tool as {service.name_at(view.slug)}.",
        "",
    ]
    text += ["## Indicators", ""]
    for kind, heading in HEADINGS.items():
        listed = [asset for asset in assets if asset.kind is kind]
        if listed:
            text += [f"### {heading}", "", "| indicator | seen | leads to | note |", "|---|---|---|---|"]
            text += [_row(view, asset, defang) for asset in listed]
            text += [""]
    text += ["Reported to the providers concerned before publication. Two answered."]
    printed = [asset for asset in assets if asset.kind in HEADINGS]
    return share(path, lines(text), printed, service.name_at(view.slug), service.actor_at(view.slug))


def _row(view: View, asset: Asset, defang: Callable[[str], str]) -> str:
    end = view.beside(asset, *LEADS_TO)
    leads_to = f"`{_written(end, defang)}`" if end is not None and end.kind in HEADINGS else ""
    return f"| `{_written(asset, defang)}` | {view.day(asset)} | {leads_to} | {asset.role.replace('-', ' ')} |"


def _written(asset: Asset, defang: Callable[[str], str]) -> str:
    if asset.kind is Kind.EMAIL:
        return spelt(asset.value)
    return defang(asset.value) if asset.kind in NETWORK else asset.value


def _list(view: View, slug: str) -> Share:
    """A plain list beside each post, in another style than the post, with headings as comments."""
    path = f"iocs/{slug}.txt"
    service = view.service(slug)
    assets = view.take(slug, NETWORK | FILES, most=130, purpose=path)
    noise = view.noise(NETWORK, 4, path)
    text = [f"# {service.name_at(view.slug)}", f"# updated {view.dice.pick(('2026-11-03', '2026-11-19'))}", ""]
    text += _block("# network", [scheme_colon(a.value) for a in [*assets, *noise] if a.kind in NETWORK])
    text += _block("# hashes", [a.value for a in assets if a.kind in FILES])
    return share(path, lines(text, last=False), [*assets, *noise], service.name_at(view.slug))


def _block(heading: str, rows: Sequence[str]) -> list[str]:
    return [heading, *rows, ""]


def _sections(view: View) -> Share:
    """A table in which titles stand between the rows, made by pasting several sheets into one."""
    path = "appendix/campaign overview.csv"
    rows: list[Sequence[object]] = []
    printed: list[Asset] = []
    for slug in ("larkspur", "greywren"):
        service = view.service(slug)
        assets = view.take(slug, NETWORK | {Kind.SHA1}, most=40, purpose=path)
        rows += [(f"{service.name_at(view.slug)} – appendix",), (), ("Indicator", " Type", " Description")]
        rows += [
            (square(a.value) if a.kind in NETWORK else a.value.upper(), f" {a.kind.value}", f" {a.role}")
            for a in assets
        ]
        rows.append(())
        printed += assets
    rows.insert(5, ("hxxp://", " url", " copy and paste error, see above"))
    return share(
        path, table(rows, bom=True), printed, *(view.service(s).name_at(view.slug) for s in ("larkspur", "greywren"))
    )


def _hunting(view: View) -> Share:
    """Certificates and what they lead to: hunting notes of one analyst."""
    path = "hunting/notes-mt.md"
    certificates = view.take("greywren", {Kind.CERTIFICATE})
    hosts = view.take(
        "greywren", {Kind.IPV4}, ("command-host", "controller", "bulletproof-host"), most=16, purpose=path
    )
    since = date(2026, 10, 1)
    text = ["# Hunting notes (MT)", "", f"Certificates reused since {since:%d %B}. Pivot on SHA-256 fingerprints:", ""]
    text += [f"* `{asset.value}`" for asset in certificates]
    text += ["", "Hosts that answered with one of them, last octet to be re-checked:", ""]
    text += [f"* {last_dot(asset.value)} ({view.day(asset):%d %b})" for asset in hosts]
    text += ["", "192.0.2[.]1 answers everybody: the hoster's resolver, leave it out."]
    noise = [asset for asset in view.world.bystanders if asset.value == "192.0.2.1"]
    return share(path, lines(text), [*certificates, *hosts, *noise])
