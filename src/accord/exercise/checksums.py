"""Wallets and account numbers that pass their checksums. Nobody holds a key to any of them."""

from __future__ import annotations

import hashlib

from Crypto.Hash import keccak

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def base58check(version: int, payload: bytes) -> str:
    """Version byte and payload with the first four bytes of their double SHA-256, in Bitcoin's base 58."""
    body = bytes([version]) + payload
    body += hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number = int.from_bytes(body, "big")
    digits = ""
    while number:
        number, remainder = divmod(number, 58)
        digits = BASE58[remainder] + digits
    return "1" * (len(body) - len(body.lstrip(b"\0"))) + digits


def bech32_polymod(values: list[int]) -> int:
    """The checksum's remainder (BIP 173)."""
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(BECH32_GENERATOR):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum


def segwit(payload: bytes) -> str:
    """A version 0 witness address on Bitcoin's main chain (BIP 173); payload of 20 or 32 bytes."""
    bits = "".join(f"{octet:08b}" for octet in payload)
    bits += "0" * (-len(bits) % 5)
    data = [0, *(int(bits[at : at + 5], 2) for at in range(0, len(bits), 5))]
    prefix = [ord(letter) >> 5 for letter in "bc"] + [0] + [ord(letter) & 31 for letter in "bc"]
    remainder = bech32_polymod([*prefix, *data, 0, 0, 0, 0, 0, 0]) ^ 1
    data += [remainder >> 5 * (5 - at) & 31 for at in range(6)]
    return "bc1" + "".join(BECH32[value] for value in data)


def ethereum_mixed(address: str) -> str:
    """The address as EIP-55 writes it, with its checksum in the case of its letters."""
    digits = address.lower().removeprefix("0x")
    digest = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    return "0x" + "".join(
        digit.upper() if nibble >= "8" else digit for digit, nibble in zip(digits, digest, strict=False)
    )


def iban(country: str, account: str) -> str:
    """Country, two check digits (ISO 13616, mod 97) and the account part as given."""
    digits = "".join(str(int(letter, 36)) for letter in account + country + "00")
    return f"{country}{98 - int(digits) % 97:02d}{account}"
