"""What each member shares: one module a member, each with `shares(view)`; the first share is the telling one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from accord.exercise.parts import Share
from accord.exercise.shares import (
    bank,
    cert,
    exchange,
    foundation,
    hoster,
    joint_centre,
    legacy,
    police,
    registrar,
    vendor,
)
from accord.exercise.views import View

SHARES: dict[str, Callable[[View], Iterator[Share]]] = {
    "cybercrime-unit-a": police.shares,
    "joint-centre-b": joint_centre.shares,
    "national-cert-c": cert.shares,
    "threat-research-d": vendor.shares,
    "legacy-antivirus-e": legacy.shares,
    "registrar-f": registrar.shares,
    "hosting-g": hoster.shares,
    "coin-exchange-h": exchange.shares,
    "savings-bank-a": bank.shares,
    "sinkhole-foundation-c": foundation.shares,
}
