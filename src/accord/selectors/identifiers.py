"""Canonical forms of what is neither a host nor a wallet: hashes, accounts, numbers, names."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from accord.model.errors import InputError
from accord.model.selectors import SelectorKind
from accord.selectors.hosts import domain

HEX_DIGITS = {SelectorKind.MD5: 32, SelectorKind.SHA1: 40, SelectorKind.SHA256: 64, SelectorKind.SHA512: 128}
_HEX = re.compile(r"[0-9a-fA-F]+")
_LOCAL_PART = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}")  # RFC 5321, section 4.5.3.1.1: 64 octets
_CVE = re.compile(r"CVE[-_‐‑‒–—− ]?([0-9]{4})[-_‐‑‒–—− ]([0-9]{4,19})", re.IGNORECASE)
_ASN = re.compile(r"(?:ASN?)\s?([0-9]{1,10})", re.IGNORECASE)
_MAC = re.compile(r"[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_PHONE = re.compile(r"\+[0-9() ./\-\u00a0\u2010-\u2015]{6,30}")
_NAME_GLUE = re.compile(r"[\s\-_‐‑‒–—−]+")
_MAX_LABEL = 200  # characters of a handle or name; longer ones are sentences


def digest(kind: SelectorKind, text: str) -> str:
    """Lower hex of exactly the length that the kind has. Raises `InputError`."""
    if len(text) != HEX_DIGITS[kind] or not _HEX.fullmatch(text):
        raise InputError(f"This is no {kind.value}: {HEX_DIGITS[kind]} hex digits.")
    return text.lower()


def certificate(text: str) -> str:
    """SHA-1 or SHA-256 fingerprint, lower hex without colons. Raises `InputError`."""
    bare = text.replace(":", "")
    if len(bare) not in (40, 64) or not _HEX.fullmatch(bare):
        raise InputError("This is no certificate fingerprint: SHA-1 or SHA-256 in hex.")
    return bare.lower()


def email(text: str) -> str:
    """NFC, the local part in lower case, the domain as a domain. Raises `InputError`."""
    local, at, host = text.rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local) or local.startswith(".") or local.endswith("."):
        raise InputError("This is no e-mail address.")
    return f"{unicodedata.normalize('NFC', local.lower())}@{domain(host)}"


def phone(text: str) -> str:
    """E.164 (`+442079460958`). The country code is needed. Raises `InputError` for numbers no plan has."""
    if not _PHONE.fullmatch(text):
        raise InputError("This is no telephone number with + and a country code.")
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise InputError("No numbering plan has this telephone number.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def iban(text: str) -> str:
    """Upper case without blanks, mod-97 verified (ISO 13616). Raises `InputError`."""
    bare = "".join(text.split()).replace("-", "").upper()
    if not _IBAN.fullmatch(bare):
        raise InputError("This is no IBAN.")
    if int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 != 1:
        raise InputError("The IBAN fails its checksum.")
    return bare


def cve(text: str) -> str:
    """`CVE-2024-12345`, any hyphen accepted. Raises `InputError`."""
    match = _CVE.fullmatch(text)
    if match is None or not "1999" <= match[1] <= "2099":
        raise InputError("This is no CVE number.")
    sequence = match[2].lstrip("0").zfill(4)
    return f"CVE-{match[1]}-{sequence}"


def asn(text: str) -> str:
    """`AS64500`; 32 bits (RFC 6793). Raises `InputError`."""
    match = _ASN.fullmatch(text) or re.fullmatch(r"()([0-9]{1,10})", text)
    number = int(match[match.lastindex or 1]) if match else 0
    if not 1 <= number <= 0xFFFFFFFE:
        raise InputError("This is no autonomous system number.")
    return f"AS{number}"


def mac(text: str) -> str:
    """`00:00:5e:00:53:01`. Raises `InputError`, also for the null and broadcast addresses."""
    lower = text.lower()
    if not _MAC.fullmatch(lower):
        raise InputError("This is no MAC address.")
    bare = re.sub(r"[:.\-]", "", lower)
    if bare in ("0" * 12, "f" * 12):
        raise InputError("Every device may have this MAC address.")
    return ":".join(bare[i : i + 2] for i in range(0, 12, 2))


def account(text: str) -> str:
    """`platform|handle`, NFKC and casefolded, without the handle's `@`. Raises `InputError`."""
    platform, bar, handle = _folded(text).partition("|")
    platform, handle = platform.strip(), handle.strip().removeprefix("@").strip()
    if not bar or not platform or not handle or handle.startswith("@") or len(platform) + len(handle) > _MAX_LABEL:
        raise InputError("This is no account: platform|handle.")
    return f"{platform}|{handle}"


def name(text: str) -> str:
    """A name as it is compared: NFKC, casefolded, runs of blanks, hyphens and underscores as one blank.

    Raises `InputError` when nothing is left, or it is as long as a sentence.
    """
    folded = _NAME_GLUE.sub(" ", _folded(text)).strip()
    if not folded or len(folded) > _MAX_LABEL or not any(c.isalnum() for c in folded):
        raise InputError("This is no name.")
    return folded


def _folded(text: str) -> str:
    """NFKC and casefold until stable (Unicode 16, section 3.13.5: once is not always enough), blanks collapsed."""
    for _ in range(4):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        if folded == text:
            break
        text = folded
    if any(unicodedata.category(c) == "Cc" for c in text.translate({9: " ", 10: " ", 13: " "})):
        raise InputError("There are control characters in it.")
    return " ".join(text.split())
