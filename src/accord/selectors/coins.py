"""Checksums of wallet addresses: who mistypes an address must not be linked with a stranger.

Sources: Base58Check (Bitcoin wiki), BIP 173 and BIP 350 (bech32, bech32m), CashAddr specification, EIP-55, Monero's
block-wise Base58 with a Keccak checksum (CryptoNote standard 007), Zcash protocol specification section 5.6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from Crypto.Hash import keccak

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUE = {symbol: value for value, symbol in enumerate(_BASE58)}
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_VALUE = {symbol: value for value, symbol in enumerate(_BECH32)}
_BECH32_CONSTANTS = {1: "bech32", 0x2BC830A3: "bech32m"}
_MONERO_BLOCK_BYTES = {0: 0, 2: 1, 3: 2, 5: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8}
"""Symbols in a block to the bytes it stands for."""


def base58_decode(text: str) -> bytes | None:
    """The bytes, leading zeros included; None when a symbol is not of the alphabet."""
    number = 0
    for symbol in text:
        value = _BASE58_VALUE.get(symbol)
        if value is None:
            return None
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base58_encode(payload: bytes) -> str:
    number = int.from_bytes(payload, "big")
    symbols = ""
    while number:
        number, rest = divmod(number, 58)
        symbols = _BASE58[rest] + symbols
    return "1" * (len(payload) - len(payload.lstrip(b"\0"))) + symbols


def checked_payload(text: str) -> bytes | None:
    """Version and hash of a Base58Check address (21 bytes, Zcash 22); None when the checksum is wrong."""
    if not 25 <= len(text) <= 36:
        return None
    decoded = base58_decode(text)
    if decoded is None or not 25 <= len(decoded) <= 26:
        return None
    payload, checksum = decoded[:-4], decoded[-4:]
    if hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4] != checksum:
        return None
    return payload


def check_encode(payload: bytes) -> str:
    """The Base58Check text of version and hash."""
    return base58_encode(payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4])


def _bech32_remainder(values: Iterable[int]) -> int:
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            remainder ^= generator if top >> bit & 1 else 0
    return remainder


def is_segwit(text: str, prefix: str) -> bool:
    """BIP 173 and 350: version 0 with bech32, versions 1–16 with bech32m, lengths and padding right.

    `text` is lower case; mixed case is for the caller to refuse.
    """
    if not text.startswith(f"{prefix}1") or not 14 <= len(text) <= 90:
        return False
    values = [_BECH32_VALUE.get(symbol, -1) for symbol in text[len(prefix) + 1 :]]
    if len(values) < 8 or min(values) < 0:
        return False
    expanded = [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)]
    encoding = _BECH32_CONSTANTS.get(_bech32_remainder([*expanded, *values]))
    version = values[0]
    program_bits = 5 * (len(values) - 7)
    program_bytes = program_bits // 8
    if program_bits % 8 > 4 or values[-7] & ((1 << program_bits % 8) - 1):
        return False
    if version == 0:
        return encoding == "bech32" and program_bytes in (20, 32)
    return encoding == "bech32m" and version <= 16 and 2 <= program_bytes <= 40


def _cashaddr_remainder(values: Iterable[int]) -> int:
    remainder = 1
    for value in values:
        top = remainder >> 35
        remainder = (remainder & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)):
            remainder ^= generator if top >> bit & 1 else 0
    return remainder ^ 1


def is_cashaddr(body: str) -> bool:
    """True for a mainnet 160-bit P2PKH or P2SH address, given in lower case without `bitcoincash:`."""
    values = [_BECH32_VALUE.get(symbol, -1) for symbol in body]
    if len(values) != 42 or min(values) < 0 or body[0] not in "qp":
        return False
    return _cashaddr_remainder([*(ord(c) & 31 for c in "bitcoincash"), 0, *values]) == 0


def cashaddr_encode(version: int, digest: bytes) -> str:
    """`bitcoincash:…` of a 20-byte hash; version 0 for P2PKH, 8 for P2SH."""
    number = int.from_bytes(bytes([version]) + digest, "big") << 2  # 168 bits, padded to 34 groups of five
    values = [number >> shift & 31 for shift in range(165, -1, -5)]
    prefix = [*(ord(c) & 31 for c in "bitcoincash"), 0]
    checksum = _cashaddr_remainder([*prefix, *values, 0, 0, 0, 0, 0, 0, 0, 0])
    values += [checksum >> shift & 31 for shift in range(35, -1, -5)]
    return "bitcoincash:" + "".join(_BECH32[value] for value in values)


def keccak256(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def is_eip55(digits: str) -> bool:
    """True when the case of 40 hex digits is the checksum of EIP-55; all-lower and all-upper carry none."""
    lower = digits.lower()
    if digits in (lower, digits.upper()):
        return True
    checksum = keccak256(lower.encode("ascii")).hex()
    return all(not (c.isalpha() and (d >= "8") != c.isupper()) for c, d in zip(digits, checksum, strict=False))


def is_monero(text: str) -> bool:
    """True for a mainnet address: standard (18), integrated (19) or subaddress (42), with its Keccak checksum."""
    if len(text) not in (95, 106) or text[0] not in "48":
        return False
    decoded = b""
    for start in range(0, len(text), 11):
        block = text[start : start + 11]
        size = _MONERO_BLOCK_BYTES.get(len(block))
        number = base58_decode(block.lstrip("1")) if size is not None else None
        if size is None or number is None or len(number) > size:
            return False
        decoded += number.rjust(size, b"\0")
    payload, checksum = decoded[:-4], decoded[-4:]
    expected = {69: (18, 42), 77: (19,)}.get(len(decoded), ())
    return payload[0] in expected and keccak256(payload)[:4] == checksum
