"""Canonical wallet addresses, one rule a chain; checksums verified."""

from __future__ import annotations

import re

from accord.model.errors import InputError
from accord.model.selectors import Selector, SelectorKind
from accord.selectors import coins

_HEX40 = re.compile(r"[0-9a-fA-F]{40}")
BAD_CHECKSUM = "The address fails the checksum of its chain."

_LTC_P2SH_OLD, _LTC_P2SH = 0x05, 0x32
_VERSIONS: dict[SelectorKind, tuple[bytes, ...]] = {
    SelectorKind.BTC: (b"\x00", b"\x05"),
    SelectorKind.LTC: (b"\x30", b"\x32"),
    SelectorKind.DOGE: (b"\x1e", b"\x16"),
    SelectorKind.DASH: (b"\x4c", b"\x10"),
    SelectorKind.TRX: (b"\x41",),
    SelectorKind.ZEC: (b"\x1c\xb8", b"\x1c\xbd"),
}
_SEGWIT = {SelectorKind.BTC: "bc", SelectorKind.LTC: "ltc"}


def wallet(kind: SelectorKind, text: str) -> str:
    """The canonical address on the chain `kind`. Raises `InputError` when its checksum is wrong.

    Base58 keeps its case, bech32, CashAddr and hex are lower case. Two spellings of one account become one: Litecoin's
    old `3…` becomes `M…`, Bitcoin Cash's legacy form becomes `bitcoincash:…`.
    """
    if kind is SelectorKind.ETH:
        return _ethereum(text)
    if kind is SelectorKind.XMR:
        if not coins.is_monero(text):
            raise InputError(BAD_CHECKSUM)
        return text
    if kind is SelectorKind.BCH:
        return _bitcoin_cash(text)
    if (prefix := _SEGWIT.get(kind)) and text[: len(prefix) + 1].lower() == f"{prefix}1":
        return _segwit(text, prefix)
    payload = coins.checked_payload(text)
    if payload is None:
        raise InputError(BAD_CHECKSUM)
    if kind is SelectorKind.LTC and payload[0] == _LTC_P2SH_OLD:
        return coins.check_encode(bytes([_LTC_P2SH]) + payload[1:])
    if payload[:-20] not in _VERSIONS[kind]:
        raise InputError(BAD_CHECKSUM)
    return text


def _segwit(text: str, prefix: str) -> str:
    lower = text.lower()
    if text not in (lower, text.upper()) or not coins.is_segwit(lower, prefix):
        raise InputError(BAD_CHECKSUM)
    return lower


def _ethereum(text: str) -> str:
    if text[:2] not in ("0x", "0X") or not _HEX40.fullmatch(text[2:]):
        raise InputError("This is no Ethereum address: 0x and 40 hex digits.")
    if not coins.is_eip55(text[2:]):
        raise InputError(BAD_CHECKSUM)
    return text.lower()


def _bitcoin_cash(text: str) -> str:
    lower = text.lower()
    body = lower.removeprefix("bitcoincash:")
    if text in (lower, text.upper()) and coins.is_cashaddr(body):
        return f"bitcoincash:{body}"
    payload = coins.checked_payload(text)
    if payload is None or payload[:-20] not in (b"\x00", b"\x05"):
        raise InputError(BAD_CHECKSUM)
    return coins.cashaddr_encode(0 if payload[0] == 0 else 8, payload[-20:])


_BY_VERSION = {version: kind for kind, versions in _VERSIONS.items() for version in versions}


def recognised(text: str) -> Selector | None:
    """The wallet whose chain's checksum the text passes, in canonical form; None if there is none.

    Base58 `1…` and `3…` are taken for Bitcoin: Bitcoin Cash and old Litecoin write the same, and are rarer.
    """
    size = len(text)
    if size in (95, 106):
        return Selector(SelectorKind.XMR, text) if coins.is_monero(text) else None
    if size == 42 and text[:2] in ("0x", "0X"):
        hex_digits = _HEX40.fullmatch(text[2:]) and coins.is_eip55(text[2:])
        return Selector(SelectorKind.ETH, text.lower()) if hex_digits else None
    lower = text.lower()
    if text in (lower, text.upper()) and (found := _bech32(lower)) is not None:
        return found
    payload = coins.checked_payload(text)
    kind = _BY_VERSION.get(payload[:-20]) if payload else None
    return Selector(kind, text) if kind is not None else None


def _bech32(lower: str) -> Selector | None:
    for kind, prefix in _SEGWIT.items():
        if lower.startswith(f"{prefix}1"):
            return Selector(kind, lower) if coins.is_segwit(lower, prefix) else None
    body = lower.removeprefix("bitcoincash:")
    if len(body) == 42 and coins.is_cashaddr(body):
        return Selector(SelectorKind.BCH, f"bitcoincash:{body}")
    return None
