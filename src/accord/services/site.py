"""Where people reach this node: what passkeys and links are made for."""

from __future__ import annotations

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from accord.services.node import Node


class Site(NamedTuple):
    """`origin`: scheme, host and port as browsers name them. `rp_id`: the host (WebAuthn Level 2, section 5.1.2)."""

    origin: str
    rp_id: str

    @property
    def bears_passkeys(self) -> bool:
        """Browsers make passkeys for names, not for addresses, and over https or on this machine only."""
        secure = self.origin.startswith("https://") or self.rp_id == "localhost" or self.rp_id.endswith(".localhost")
        return secure and not _is_address(self.rp_id)


def site_of(node: Node) -> Site:
    """From the node's public address, which `bootstrap` took from the settings."""
    parts = urlsplit(node.public_url)
    return Site(f"{parts.scheme}://{parts.netloc}", parts.hostname or "")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
