"""Headers that every answer carries: nothing from other hosts, nothing inline, nothing framed by strangers."""

from __future__ import annotations

from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

# data: Tabler's form marks; blob: the map's own export
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'; sandbox"
)
"""The report is one file that works offline, so its styles are inside; it is framed without scripts or an origin."""
FIXED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

ALWAYS = {"content-security-policy": POLICY, "cache-control": "no-store", **FIXED}
"""What an answer carries unless its page says something stricter."""


def secured(app: ASGIApp) -> ASGIApp:
    """Wraps an application so that its answers carry the headers; a page may set a stricter policy of its own."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers.setdefault("content-security-policy", POLICY)
                for name, value in FIXED.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("cache-control", "no-store")
                else:
                    headers["cache-control"] = "public, max-age=31536000, immutable"
                if scope.get("scheme") == "https":
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        await app(scope, receive, sending)

    return wrapped
