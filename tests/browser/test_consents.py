"""Evidence by people whose passkeys the log knows, as they do it in a browser: seal, hand over, dispose, confirm."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from authenticator import Device, make_first, visit

from accord.custody.audit import audit
from accord.custody.entry import parse_entry
from accord.custody.events import EventType
from accord.custody.item import Act
from accord.services import confirming, evidence_acts
from accord.services import members as enrolments
from accord.services import sign_in as links
from accord.services.acting import act_as_person
from accord.services.evidence_chain import Said
from accord.store import members
from accord.store.engine import node_transaction

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def own_stage(chromium):
    """A world of its own: people with passkeys need no links, which other tests use."""
    import stage

    with stage.stage(crowd=20) as stood:
        yield stood


@pytest.fixture
def sits_down(chromium, own_stage):
    """Gives a function that seats a person: by invitation, with a passkey that the log knows."""
    windows = []

    def sit(person_id):
        context = chromium.new_context(base_url=own_stage.node.public_url, viewport={"width": 1440, "height": 900})
        device = Device(context)
        windows.append((context, device))
        visit(device, own_stage.node.public_url + links.make_link(own_stage.node, person_id))
        make_first(device)
        make_known(device.page)
        return device

    yield sit
    for context, device in windows:
        context.close()
        assert device.complaints == []


def make_known(page):
    page.goto("/me/consents")
    page.get_by_role("button", name="Make it known").click()
    page.get_by_text("known: it gives consent").first.wait_for()


def colleague(stood, name, role="approver"):
    with node_transaction(stood.node.engine) as connection:
        member = members.by_slug(connection, "ncu-a")
    return enrolments.enrol(stood.node, member, name, role=role, title="")


def register(page, tmp_path, title):
    file = tmp_path / "disk.img"
    file.write_bytes(title.encode() * 999)
    page.goto("/evidence/new")
    page.set_input_files("#file", file)
    page.select_option("#kind", "image")
    page.fill("#title", title)
    page.fill("#authority", "Search warrant 14/2026")
    page.get_by_role("button", name="Register").click()
    page.wait_for_selector("text=Registered.")
    return page.url.split("?")[0]


def log_of(stood):
    log = stood.node.custody.log
    return [parse_entry(log.entry(place)) for place in range(log.checkpoint.size)]


def consents(stood, kind):
    """How many entries of a kind carry the passkey of their actor beside the signature."""
    return sum(one.type is kind and len(one.signatures) == 2 for one in log_of(stood))


def sound(stood):
    room = stood.node.custody
    return audit(room.storage, room.storage.head(), room.keys.log_key.verifier).doubts == ()


def test_seal_hand_over_and_dispose_each_with_a_passkey(own_stage, sits_down, tmp_path):
    rosa, noor = sits_down(own_stage.world.people["ncu-a"]), sits_down(own_stage.world.people["stonebridge"])
    page = rosa.page
    where = register(page, tmp_path, "Sealed, handed over")

    page.get_by_role("button", name="Seal").click()
    page.locator(".chain").get_by_text("Sealed", exact=True).wait_for()
    assert consents(own_stage, EventType.SEAL) == 1
    page.get_by_text("Hand over").click()
    page.select_option("#taker", label="Stonebridge Security")
    page.fill("#offer-reason", "Joint case")
    page.get_by_role("button", name="Offer it").click()
    page.get_by_text("Transfer offered").wait_for()

    noor.page.goto(where)
    noor.page.get_by_role("button", name="Accept").click()
    noor.page.get_by_text("Transfer accepted").first.wait_for()
    assert (consents(own_stage, EventType.TRANSFER_OFFER), consents(own_stage, EventType.TRANSFER_ACCEPT)) == (1, 1)

    doomed = register(page, tmp_path, "To be erased")
    page.get_by_text("Dispose of it").click()
    page.fill("#disposal-reason", "Order of 12 November")
    page.get_by_role("button", name="Ask two others").click()
    page.get_by_role("heading", name="Disposal asked for by Rosa Lind").wait_for()
    for name in ("Bea One", "Cem Two"):
        other = sits_down(colleague(own_stage, name)).page
        other.goto(doomed)
        other.get_by_role("button", name="Approve").click()
        if name == "Bea One":
            other.get_by_text("Approved by Bea One").wait_for()
    other.locator(".chain").get_by_text("Disposed of").wait_for()
    assert (consents(own_stage, EventType.APPROVAL), consents(own_stage, EventType.DISPOSE)) == (1, 1)
    assert sound(own_stage)


def test_a_device_that_does_not_check_its_owner_seals_nothing(own_stage, sits_down, tmp_path):
    person = sits_down(colleague(own_stage, "Dag Three", "investigator"))
    page = person.page
    where = register(page, tmp_path, "Not sealed")
    before = consents(own_stage, EventType.SEAL)
    person.verifies(yes=False)
    page.get_by_role("button", name="Seal").click()
    page.get_by_role("alert").filter(has_text="did not show a passkey").wait_for()
    page.goto(where)
    assert page.get_by_role("button", name="Seal").count() == 1
    assert consents(own_stage, EventType.SEAL) == before


def test_a_second_passkey_is_vouched_for_by_the_first(own_stage, sits_down):
    person = sits_down(colleague(own_stage, "Eli Four", "investigator"))
    page = person.page
    page.goto("/me")
    person.add_second()
    page.get_by_label("Name of the new passkey").fill("Key in the safe")
    page.get_by_role("button", name="Make a passkey").click()
    page.locator("input[value='Key in the safe']").wait_for()
    page.goto("/me/consents")
    page.get_by_role("button", name="Make it known").click()
    page.get_by_text("Press again, and show a passkey that the log knows").wait_for()
    person.take(person.first)
    page.get_by_role("button", name="Make it known").click()
    page.get_by_text("known: it gives consent").nth(1).wait_for()
    assert page.get_by_text("Shows your will").count() == 2
    assert sound(own_stage)


def test_a_command_goes_on_when_its_page_is_confirmed(own_stage, sits_down, tmp_path):
    person_id = colleague(own_stage, "Fia Five", "investigator")
    page = sits_down(person_id).page
    where = register(page, tmp_path, "Sealed by a command")
    node, item = own_stage.node, UUID(re.search(r"[0-9a-f-]{36}$", where)[0])
    signed = act_as_person(node, person_id)

    def act(will):
        return evidence_acts.act(node, signed, item, Act.SEAL, Said("Typed in a terminal"), consent=will)

    asked = confirming.ask(node, signed, act)
    page.goto("/me/consents")
    page.get_by_role("link", name="Sealed by a command").click()
    page.get_by_text("Typed in a terminal").wait_for()
    page.get_by_role("button", name="Confirm with your passkey").click()
    page.get_by_text("Whoever asked goes on").wait_for()
    act(confirming.look(node, signed, asked))
    page.goto(where)
    assert "Typed in a terminal" in page.locator(".chain").inner_text()
    assert sound(own_stage)
