"""People with a device in a real browser: Chromium's virtual authenticator, the invitation, the first passkey."""

from __future__ import annotations

from typing import Any


class Device:
    """A window with an authenticator in software; `verifies(yes=False)`: its owner does not show who they are."""

    def __init__(self, context: Any) -> None:
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.cdp = context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        self.id = self.first = self._add("internal")

    def verifies(self, *, yes: bool) -> None:
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes})

    def add_second(self) -> None:
        """A security key beside it, which the owner takes into their hand."""
        self.id = self.second = self._add("usb")
        self.take(self.second)

    def take(self, wanted: str) -> None:
        """Which of the two the owner touches when a page asks."""
        for one in (self.first, self.second):
            given = {"authenticatorId": one, "enabled": one == wanted}
            self.cdp.send("WebAuthn.setAutomaticPresenceSimulation", given)

    def credentials(self) -> list[dict[str, Any]]:
        return list(self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"])

    def _add(self, transport: str) -> str:
        options = {
            "protocol": "ctap2", "transport": transport, "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        made = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return str(made["authenticatorId"])


def visit(device: Device, link: str) -> None:
    """Comes in by an invitation."""
    device.page.goto(link)
    device.page.get_by_role("heading", name="Sign in as").wait_for()
    assert "#" not in device.page.url  # the code is out of the address
    device.page.get_by_role("button", name="Sign in").click()
    device.page.wait_for_url("**/welcome")


def make_first(device: Device) -> None:
    device.page.get_by_label("Name of this device").fill("Test phone")
    device.page.get_by_role("button", name="Make a passkey").click()
    device.page.wait_for_url("**/")
