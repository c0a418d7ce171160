"""The antivirus laboratory with an old exporter: STIX 2.0, hash lists three times over, names of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from accord.exercise.parts import Share
from accord.exercise.views import FILES, NETWORK, View, share
from accord.exercise.writing.stix20 import bundle20
from accord.exercise.writing.stix21 import HASH_NAMES, VALUE_TYPES, stamp
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

BUNDLES = (
    ("greywren", "reports/moonwrack-2026-10.json", date(2026, 10, 12), "Win32.Moonwrack: servers and droppers"),
    ("low-tide", "reports/ebbcrypt-2026-10.json", date(2026, 10, 26), "Ransom.Ebbcrypt: a locker for hire"),
    ("larkspur", "reports/phishkit-2026-11.json", date(2026, 11, 4), "Phishing kits of the autumn"),
    ("greywren", "reports/moonwrack-2026-11.json", date(2026, 11, 18), "Win32.Moonwrack: new droppers"),
)


def shares(view: View) -> Iterator[Share]:
    for slug, path, day, title in BUNDLES:
        yield _bundle(view, slug, path, day, title)
    for kind, ending in ((Kind.MD5, "md5"), (Kind.SHA1, "sha1"), (Kind.SHA256, "sha256")):
        yield _hashes(view, kind, f"samples/ebbcrypt.{ending}")
    yield _sheet(view)


def _bundle(view: View, slug: str, path: str, day: date, title: str) -> Share:
    service = view.service(slug)
    held = view.take(slug, NETWORK | FILES, most=96, until=day, purpose=path)
    assets = [asset for asset in held if asset.kind in VALUE_TYPES or asset.kind in HASH_NAMES]
    family, actor = service.name_at(view.slug), service.actor_at(view.slug)
    description = f"Detected by our products since {min((a.first for a in assets), default=day):%B %Y}."
    data = bundle20(
        view.slug,
        path,
        stamp(day),
        title=title,
        description=description,
        family=family,
        actor=actor,
        assets=assets,
    )
    return share(path, data, assets, family, actor)


def _hashes(view: View, kind: Kind, path: str) -> Share:
    """The same samples by another hash; the empty file is among them, as it is in every such list."""
    assets = view.take("low-tide", {kind}, most=60, purpose="samples")
    empty = [asset for asset in view.world.bystanders if asset.kind is kind and asset.home == "common"]
    return share(path, lines(asset.value.upper() for asset in [*assets, *empty]), [*assets, *empty])


def _sheet(view: View) -> Share:
    """Tab-separated, named .csv, in Windows-1252 with a no-break space after some values."""
    path = "telemetry/top-detections.csv"
    assets = view.mixed(view.take("greywren", NETWORK | {Kind.MD5}, most=60), view.noise(NETWORK, 6, path), path)
    rows = [
        (asset.value + (" " if number % 7 == 3 else ""), "détection générique", view.dice.between(3, 9000))
        for number, asset in enumerate(assets)
    ]
    data = table(rows, ("Objet", "Nom", "Machines"), delimiter="\t", ends="\r\n", encoding="cp1252")
    return share(path, data, assets)
