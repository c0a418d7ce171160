"""RFC 3161: asks for time stamps and verifies them, by the same code that a bundle carries (`offline_signatures`).

A bundle must be verifiable without any library, so that code is needed anyway and is the only one; the tests compare
it with `rfc3161-client` and with `openssl ts`. Only the roots handed in are trusted.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from accord.custody import offline_signatures
from accord.custody.errors import TimestampError

MAX_STAMP_BYTES = 1 << 18  # typical ones have 1 to 10 kB
_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier


class Authority(NamedTuple):
    """A time-stamp authority: `roots` are trusted, `chain` holds links that its stamps may lack; PEM, maybe several."""

    name: str
    roots: bytes
    chain: bytes = b""


def timestamp_request(message: bytes, nonce: int) -> bytes:
    """A TimeStampReq (section 2.4.1) in DER, asking for the certificate. `nonce`: 64 random bits, 0 < nonce < 2^63."""
    if not 0 < nonce < 2**63:
        raise TimestampError("A nonce is a positive number below 2^63.")
    imprint = _der(0x30, _SHA256 + _der(0x04, sha256(message).digest()))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    return _der(0x30, b"\x02\x01\x01" + imprint + _der(0x02, number) + b"\x01\x01\xff")


def verify_timestamp(stamp: bytes, message: bytes, authority: Authority, *, nonce: int | None = None) -> datetime:
    """The time at which the message existed, says the authority. `nonce`: that of the request; None for old stamps.

    Raises `TimestampError`.
    """
    if len(stamp) > MAX_STAMP_BYTES:
        raise TimestampError(f"A time stamp of {len(stamp)} bytes is larger than {MAX_STAMP_BYTES}.")
    try:
        roots = offline_signatures.certificates(authority.roots)
        others = offline_signatures.certificates(authority.chain)
        at, found = offline_signatures.check_token(stamp, message, roots, others)
    except offline_signatures.Wrong as error:
        raise TimestampError(f"The time stamp of {authority.name} does not hold: {error}.") from None
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise TimestampError(f"The time stamp of {authority.name} cannot be read ({type(error).__name__}).") from None
    if nonce is not None and found != nonce:
        raise TimestampError(f"The time stamp of {authority.name} answers another request.")
    return at  # type: ignore[no-any-return]  # the offline verifier runs on bare Pythons and is not annotated


def _der(tag: int, content: bytes) -> bytes:
    if len(content) > 127:  # cannot be: a request has some 70 bytes
        raise TimestampError("A time-stamp request grew beyond what one length byte holds.")
    return bytes([tag, len(content)]) + content
