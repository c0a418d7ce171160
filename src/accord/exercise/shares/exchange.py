"""The coin exchange: deposit addresses with flags, suspicious activity, one export that broke off."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from accord.exercise.checksums import ethereum_mixed
from accord.exercise.parts import Asset, Share
from accord.exercise.views import MONEY, View, share
from accord.exercise.writing.tables import lines, table
from accord.model.selectors import SelectorKind as Kind

REASONS = (
    "deposit within an hour of a public ransom demand",
    "four senders, one withdrawal pattern",
    "customer's documents belong to another person",
    "named in a request by police of XA",
    "hop from a wallet on the sanctions list of the exercise",
)


def shares(view: View) -> Iterator[Share]:
    yield _deposits(view)
    yield _activity(view)
    yield _ethereum(view)
    yield _customers(view)
    yield _broken_off(view)


def _deposits(view: View) -> Share:
    """All flagged addresses of two services; the one into which both cash out is one row among many."""
    path = "flagged-deposits.json"
    wallets = view.take("low-tide", MONEY, most=60, purpose=path) + view.take("greywren", MONEY, most=9, purpose=path)
    wallets = view.with_ends(wallets, "pays-into")
    tags = dict.fromkeys(view.service(wallet.services[-1]).actor_at(view.slug) for wallet in wallets)
    return share(path, _json(view, wallets), wallets, *tags)


def _json(view: View, wallets: Sequence[Asset]) -> bytes:
    rows: list[dict[str, Any]] = [
        {
            "asset": asset.kind.value.upper(),
            "address": ethereum_mixed(asset.value) if asset.kind is Kind.ETH else asset.value,
            "first_deposit": f"{view.day(asset)}T{view.clock(asset)}Z",
            "received": f"{view.dice.between(2, 900) / 100:.2f}",
            "paid_into": _address(view.beside(asset, "pays-into")) if asset.role != "deposit" else None,
            "reason": view.dice.pick(REASONS),
            "tag": view.service(asset.services[-1]).actor_at(view.slug),
        }
        for asset in wallets
    ]
    return json.dumps(rows, indent=2).encode()


def _address(asset: Asset | None) -> str | None:
    return asset.value if asset is not None else None


def _activity(view: View) -> Share:
    path = "sar/2026-q4.csv"
    wallets = view.take("larkspur", MONEY, most=12, purpose=path) + view.take("greywren", MONEY, most=8, purpose=path)
    rows = [
        (f"SAR-{2200 + number}", asset.kind.value, asset.value, f"{view.day(asset):%Y/%m/%d}", view.dice.pick(REASONS))
        for number, asset in enumerate(view.by_day(wallets))
    ]
    return share(path, table(rows, ("report", "chain", "wallet", "date", "narrative"), delimiter="|"), wallets)


def _ethereum(view: View) -> Share:
    """Addresses in mixed case between transaction ids, which look alike and are none."""
    path = "eth-withdrawals.txt"
    wallets = view.take("low-tide", {Kind.ETH}, most=20, purpose=path)
    text = ["# address, then transaction"]
    for asset in wallets:
        text += [ethereum_mixed(asset.value), f"tx 0x{view.dice.octets(32).hex()}"]
    return share(path, lines(text), wallets)


def _customers(view: View) -> Share:
    path = "customers-under-review.csv"
    held = view.take("", {Kind.EMAIL}, most=14, purpose=path)
    deposits = view.take("", MONEY, ("deposit",), most=14, purpose=path)
    rows = [
        (f"cust-{number:04d}", view.dice.pick(held).value if held else "", asset.value, "documents requested")
        for number, asset in enumerate(deposits)
    ]
    printed = [asset for asset in held if any(asset.value in row for row in rows)]
    return share(
        path, table(rows, ("customer", "login e-mail", "deposit address", "state"), bom=True), [*deposits, *printed]
    )


def _broken_off(view: View) -> Share:
    """The transfer broke off in the middle of a value; the rows before it may still be read."""
    wallets = view.take("low-tide", MONEY, most=30, purpose="broken off")
    data = _json(view, wallets)
    data = data[: len(data) * 3 // 5]
    whole = data[: data.rfind(b"},")].decode().lower()
    kept = [asset for asset in wallets if asset.value.lower() in whole]
    return share("exports/flagged-2026-11-20.json", data, kept)
