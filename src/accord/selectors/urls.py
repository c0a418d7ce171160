"""Canonical web addresses: the normal form of the WHATWG URL Standard without fragment, hosts canonical."""

from __future__ import annotations

import re

from ada_url import normalize_url

from accord.model.errors import InputError
from accord.model.selectors import Selector
from accord.selectors.hosts import host
from accord.selectors.refanging import is_suspect, refang

SCHEMES = frozenset({"http", "https", "ftp", "ws", "wss"})
"""The schemes whose hosts the standard normalises (its `special` ones, `file` apart)."""

_PARTS = re.compile(r"([a-z]+)://((?:[^/?#@]*@)?)(\[[^\]]*\]|[^/?#:]*)([^#]*)")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_BLANKS = str.maketrans("", "", "\t\r\n")

NO_URL = "This is no web address."
NOT_WEB = "Its scheme is none of http, https, ftp, ws, wss."


def url(text: str) -> str:
    """The normal form: scheme and host lower case, default port and fragment gone, path and query as they are.

    Without a scheme `http` is assumed (`evil.example/gate.php`). Raises `InputError`, also when the host is neither
    a domain nor a global address.
    """
    written = text.translate(_BLANKS)
    for _ in range(3):
        normal = _once(written)
        # A mark may appear only when dots and blanks are resolved; the form must be its own normal form.
        if not is_suspect(normal) or refang(normal) == normal:
            return normal
        written = refang(normal)
    raise InputError(NO_URL)


def _once(text: str) -> str:
    scheme = _SCHEME.match(text)
    if "://" not in text and (scheme is None or "/" not in text[scheme.end() : scheme.end() + 1]):
        text = f"http://{text}"
    try:
        normal = normalize_url(text)
    except ValueError:
        raise InputError(NO_URL) from None
    parts = _PARTS.match(normal)
    if parts is None or parts[1] not in SCHEMES:
        raise InputError(NOT_WEB)
    named = parts[3]
    where = host(named).value
    if ":" in where:
        where = f"[{where}]"
    return f"{parts[1]}://{parts[2]}{where}{parts[4]}"


def host_of(canonical_url: str) -> Selector:
    """The host of a canonical web address, as a domain or an address."""
    parts = _PARTS.match(canonical_url)
    if parts is None:
        raise InputError(NO_URL)
    return host(parts[3])
