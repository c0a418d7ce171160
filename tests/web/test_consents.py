"""Whoever has a passkey that the log knows is asked for it, and what they signed is what the log then holds."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from accord.adapters.keys import open_keys
from accord.adapters.tile_folder import TileFolder
from accord.custody.audit import audit
from accord.custody.entry import parse_entry
from accord.custody.events import EventType
from accord.custody.item import Act
from accord.model.errors import ConflictError
from accord.services import confirming, evidence_acts
from accord.services import passkeys as account_passkeys
from accord.services.acting import act_as
from accord.services.custody_drain import begin_log
from accord.services.custody_room import CustodyRoom
from accord.services.evidence_chain import Said
from accord.services.keys import end_lost_passkeys
from accord.services.members import enrol as enrol_person
from accord.services.passkey_enrolment import ask_enrolment, enrol
from accord.store import members, passkeys
from accord.store.engine import node_transaction
from accord.store.passkeys import PasskeyRow

from .conftest import browser_of
from .test_evidence_pages import register

ROSA = ("ncu-a", "Rosa Lind")


def _device_class():
    spec = importlib.util.spec_from_file_location("web_device", Path(__file__).parents[1] / "custody/device.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Device


Device = _device_class()


@pytest.fixture
def node(node, tmp_path):
    """The node of the other tests, with a log."""
    storage = TileFolder(tmp_path / "log")
    node = replace(node, custody=CustodyRoom(storage, open_keys(tmp_path, "localhost/custody")))
    begin_log(node)
    yield node
    storage.close()


def known_device(node, who=ROSA):
    device = Device()
    device.rp_id, device.origin = "localhost", "http://localhost:8400"
    signed = act_as(node, *who)
    asked = ask_enrolment(node, signed, device)
    enrol(node, signed, device, asked.id, {device.credential_id: device.sign(asked.challenge)})
    return device


@pytest.fixture
def device(node, seeded):
    return known_device(node)


def words(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def ask(client, address, **data):
    return client.post(f"{address}/ask", data={"csrf": client.csrf, **data})


def confirm(client, device, address, **data):
    """As the page's script does: asks, has the device sign, sends."""
    options = ask(client, address, **data)
    assert options.status_code == 200, options.text
    told = options.json()
    challenge = base64.urlsafe_b64decode(told["challenge"] + "==")
    assert told["allowCredentials"] == [{"type": "public-key", "id": words(device.credential_id)}]
    shown = device.sign(challenge)
    response = {
        "authenticatorData": words(shown.authenticator_data),
        "clientDataJSON": words(shown.client_data),
        "signature": words(shown.signature),
    }
    given = {
        "credential": json.dumps({"id": words(device.credential_id), "response": response}),
        "asked": told["asked"],
    }
    return client.post(address, data={"csrf": client.csrf, **data, **given}, headers={"accept": "application/json"})


def log_of(node):
    log = node.custody.log
    return [parse_entry(log.entry(place)) for place in range(log.checkpoint.size)]


def sound(node):
    room = node.custody
    return audit(room.storage, room.storage.head(), room.keys.log_key.verifier).doubts == ()


def test_sealing_asks_and_logs_what_was_signed(investigator, device, node):
    where = register(investigator)
    page = investigator.get(where).text
    assert f'data-ask="{where}/act/ask"' in page
    bare = investigator.post(f"{where}/act", data={"csrf": investigator.csrf, "act": "seal"}, follow_redirects=False)
    assert bare.status_code == 403
    assert "passkey" in bare.text
    done = confirm(investigator, device, f"{where}/act", act="seal")
    assert (done.status_code, done.json()) == (200, {"to": where})
    last = log_of(node)[-1]
    assert (last.type, len(last.signatures)) == (EventType.SEAL, 2)
    assert sound(node)
    page = investigator.get(where).text
    assert "Its chain is whole" in page


def test_asking_changes_nothing(investigator, device, node):
    where = register(investigator)
    before, size = investigator.get(where).text, len(log_of(node))
    assert "challenge" in ask(investigator, f"{where}/act", act="seal").json()
    assert investigator.get(where).text == before
    assert len(log_of(node)) == size
    assert ask(investigator, f"{where}/act", act="hold", reason="Court order").json() == {}
    assert ask(investigator, f"{where}/disposal", step="ask", way="erased", reason="Order").json() == {}
    assert ask(investigator, f"{where}/act", act="hold", reason="").status_code == 422
    assert investigator.get(where).text == before


def test_another_act_than_the_one_signed_is_refused(investigator, device):
    where, other = register(investigator), register(investigator, b"other")
    told = ask(investigator, f"{where}/act", act="seal").json()
    shown = device.sign(base64.urlsafe_b64decode(told["challenge"] + "=="))
    names = {"authenticatorData": shown.authenticator_data, "clientDataJSON": shown.client_data}
    response = {name: words(raw) for name, raw in (names | {"signature": shown.signature}).items()}
    credential = json.dumps({"id": words(device.credential_id), "response": response})
    given = {"csrf": investigator.csrf, "act": "seal", "credential": credential, "asked": told["asked"]}
    assert investigator.post(f"{other}/act", data=given, follow_redirects=False).status_code == 409
    assert investigator.post(f"{where}/act", data=given, follow_redirects=False).status_code == 303
    assert investigator.post(f"{where}/act", data=given, follow_redirects=False).status_code in (404, 409)


def test_a_transfer_is_signed_on_both_sides(investigator, device, enter, node, seeded):
    where = register(investigator)
    noor, hers = enter(seeded.people["stonebridge"]), known_device(node, ("stonebridge", "Noor Vale"))
    taker = str(act_as(node, "stonebridge", "Noor Vale").member_id)
    given = {"step": "offer", "taker": taker, "reason": "Agreement of 3 November"}
    assert confirm(investigator, device, f"{where}/transfer", **given).status_code == 200
    assert confirm(noor, hers, f"{where}/transfer", step="accept", reason="Sealed bag").status_code == 200
    kinds = [(one.type, len(one.signatures)) for one in log_of(node)][-2:]
    assert kinds == [(EventType.TRANSFER_OFFER, 2), (EventType.TRANSFER_ACCEPT, 2)]
    assert sound(node)
    assert ask(investigator, f"{where}/transfer", step="withdraw", reason="x").json() == {}


def test_two_sign_a_disposal(investigator, device, app, node, seeded):
    where = register(investigator)
    asks = {"csrf": investigator.csrf, "step": "ask", "way": "erased", "reason": "Court order"}
    assert investigator.post(f"{where}/disposal", data=asks, follow_redirects=False).status_code == 303
    with node_transaction(node.engine) as connection:
        member = members.by_slug(connection, "ncu-a")
    for name in ("Bea One", "Cem Two"):
        other = browser_of(app, node, enrol_person(node, member, name, role="approver", title=""))
        theirs = known_device(node, ("ncu-a", name))
        done = confirm(other, theirs, f"{where}/disposal", step="approve")
        assert done.status_code == 200, done.text
    wanted = (EventType.APPROVAL, EventType.DISPOSE)
    assert [(one.type, len(one.signatures)) for one in log_of(node) if one.type in wanted] == [(w, 2) for w in wanted]
    assert sound(node)


def test_widening_asks_and_narrowing_does_not(investigator, device, node, seeded):
    mine = next(
        number for number in seeded.contributions if "handling" in investigator.get(f"/contributions/{number}").text
        and investigator.get(f"/contributions/{number}/handling").status_code == 200
    )  # fmt: skip
    address = f"/contributions/{mine}/handling"
    assert ask(investigator, address, tlp="TLP:RED").json() == {}
    narrowed = investigator.post(address, data={"csrf": investigator.csrf, "tlp": "TLP:RED"}, follow_redirects=False)
    assert narrowed.status_code == 303
    wide = {"tlp": "TLP:GREEN", "pap": "PAP:AMBER", "reason": "The raid is over"}
    bare = investigator.post(address, data={"csrf": investigator.csrf, **wide}, follow_redirects=False)
    assert bare.status_code == 403
    assert confirm(investigator, device, address, **wide).status_code == 200
    last = log_of(node)[-1]
    assert (last.type, len(last.signatures)) == (EventType.WIDENING, 2)
    assert sound(node)


def test_granting_asks(investigator, device, enter, node, seeded):
    host = enter(seeded.people["upland"])
    mine = next(
        number for number in seeded.contributions
        if investigator.get(f"/contributions/{number}/handling").status_code == 200
        and host.get(f"/contributions/{number}").status_code == 200
    )  # fmt: skip
    narrow = {"csrf": investigator.csrf, "tlp": "TLP:AMBER", "pap": "PAP:AMBER", "code": "H1"}
    investigator.post(f"/contributions/{mine}/handling", data=narrow, follow_redirects=False)
    wish = {"csrf": host.csrf, "wish": "prosecute", "reason": "Hearing"}
    assert host.post(f"/contributions/{mine}/ask", data=wish, follow_redirects=False).status_code == 303
    number = re.search(r"/requests/([0-9a-f-]{36})/answer", investigator.get("/inbox").text).group(1)
    address = f"/requests/{number}/answer"
    assert ask(investigator, address, answer="refused", reason="No").json() == {}
    assert confirm(investigator, device, address, answer="granted", reason="Agreed").status_code == 200
    assert EventType.WIDENING in {one.type for one in log_of(node)[-2:]}
    assert sound(node)


def signs(device, challenge):
    """What the page's script sends of a device's answer."""
    shown = device.sign(base64.urlsafe_b64decode(challenge + "=="))
    names = {"authenticatorData": shown.authenticator_data, "clientDataJSON": shown.client_data}
    response = {name: words(raw) for name, raw in (names | {"signature": shown.signature}).items()}
    return json.dumps({"id": words(device.credential_id), "response": response})


def on_account(node, device, name, who=ROSA):
    """A passkey on a person's account; gives its id."""
    number = node.ids.new()
    row = PasskeyRow(
        id=number, person_id=act_as(node, *who).person_id, credential_id=device.credential_id,
        public_key=device.public_key, rp_id=device.rp_id, origin=device.origin, name=name, sign_count=0, transports=[],
        synced=False, created_at=node.clock.now(), last_used_at=None,
    )  # fmt: skip
    with node_transaction(node.engine) as connection:
        passkeys.put(connection, row)
    return number


def test_a_second_passkey_is_made_known_with_the_first(investigator, device, node):
    second = Device()
    second.rp_id, second.origin = device.rp_id, device.origin
    on_account(node, device, "Telephone")
    number = on_account(node, second, "Key in the safe")
    address = f"/me/consents/{number}"
    told = investigator.post(f"{address}/ask", data={"csrf": investigator.csrf}).json()
    assert told["allowCredentials"] == [{"type": "public-key", "id": words(second.credential_id)}]
    assert told["vouching"]["allowCredentials"] == [{"type": "public-key", "id": words(device.credential_id)}]
    assert told["vouching"]["challenge"] == told["challenge"]
    given = {"csrf": investigator.csrf, "credential": signs(second, told["challenge"]), "asked": told["asked"]}
    alone = investigator.post(address, data=given)
    assert (alone.status_code, "has not signed this" in alone.text) == (403, True)
    told = investigator.post(f"{address}/ask", data={"csrf": investigator.csrf}).json()
    given = {name: signs(one, told["challenge"]) for name, one in (("credential", second), ("vouching", device))}
    assert (
        investigator.post(address, data={"csrf": investigator.csrf, "asked": told["asked"], **given}).status_code == 200
    )
    page = investigator.get("/me/consents").text
    assert page.count("known: it gives consent") == 2
    assert page.count("Shows your will") == 2
    where = register(investigator)
    options = ask(investigator, f"{where}/act", act="seal").json()
    assert {one["id"] for one in options["allowCredentials"]} == {words(d.credential_id) for d in (device, second)}
    assert sound(node)


def test_a_passkey_that_is_removed_ends_in_the_log_but_not_the_only_one_there(investigator, device, node):
    second = Device()
    second.rp_id, second.origin = device.rp_id, device.origin
    first, other = on_account(node, device, "Telephone"), on_account(node, second, "Not in the log")
    signed = replace(act_as(node, *ROSA), token_hash=b"")
    with pytest.MonkeyPatch.context() as fresh:
        fresh.setattr(account_passkeys, "must_be_fresh", lambda *_: None)
        with pytest.raises(ConflictError, match="only one that the custody log takes"):
            account_passkeys.remove(node, signed, first)
        asked = ask_enrolment(node, signed, second)
        both = {one.credential_id: one.sign(asked.challenge) for one in (second, device)}
        enrol(node, signed, second, asked.id, both)
        account_passkeys.remove(node, signed, first)
    assert "ended" in investigator.get("/me/consents").text
    where = register(investigator)
    options = ask(investigator, f"{where}/act", act="seal").json()
    assert [one["id"] for one in options["allowCredentials"]] == [words(second.credential_id)]
    assert other
    assert sound(node)


def colleague(app, node, name):
    """Somebody of the same member at a browser, with a passkey that the log knows."""
    with node_transaction(node.engine) as connection:
        member = members.by_slug(connection, "ncu-a")
    client = browser_of(app, node, enrol_person(node, member, name, role="approver", title=""))
    return client, known_device(node, ("ncu-a", name))


def lost_all(node):
    with node_transaction(node.engine) as connection:
        end_lost_passkeys(node, connection, act_as(node, *ROSA).person_id)


def begin_anew(investigator, device, number):
    told = investigator.post(f"/me/consents/{number}/ask", data={"csrf": investigator.csrf}).json()
    given = {"csrf": investigator.csrf, "asked": told["asked"], "credential": signs(device, told["challenge"])}
    return investigator.post(f"/me/consents/{number}", data=given), told["asked"]


def vouch(client, device):
    place = re.search(r"/me/confirm/[0-9a-f-]{36}", client.get("/me/consents").text)[0]
    assert "Vouch only if you have just spoken to them" in client.get(place).text
    told = client.post(f"{place}/ask", data={"csrf": client.csrf}).json()
    return client.post(place, data={"csrf": client.csrf, "credential": signs(device, told["challenge"])})


def test_who_lost_every_passkey_gets_a_new_one_before_two_colleagues(investigator, app, device, node):
    lost_all(node)
    new = Device()
    new.rp_id, new.origin = device.rp_id, device.origin
    number = on_account(node, new, "New telephone")
    assert "needs two colleagues" in investigator.get("/me/consents").text
    bea = colleague(app, node, "Bea One")
    alone, _ = begin_anew(investigator, new, number)
    assert (alone.status_code, "Fewer than two" in alone.text) == (403, True)
    cem = colleague(app, node, "Cem Two")
    begun, asked = begin_anew(investigator, new, number)
    assert begun.status_code == 200, begun.text
    finish = {"data": {"csrf": investigator.csrf}, "follow_redirects": False}
    assert vouch(*bea).status_code == 200
    assert investigator.post(f"/me/vouched/{asked}", **finish).status_code == 409
    assert "1 has vouched" in investigator.get("/me/consents").text
    assert "Waits for you" not in bea[0].get("/me/consents").text
    assert vouch(*cem).status_code == 200
    assert bea[0].post(f"/me/vouched/{asked}", **{**finish, "data": {"csrf": bea[0].csrf}}).status_code == 404
    assert investigator.post(f"/me/vouched/{asked}", **finish).status_code == 303
    assert "known: it gives consent" in investigator.get("/me/consents").text
    where = register(investigator)
    assert confirm(investigator, new, f"{where}/act", act="seal").status_code == 200
    assert sound(node)


def test_one_who_refuses_does_not_count(investigator, app, device, node):
    lost_all(node)
    new = Device()
    new.rp_id, new.origin = device.rp_id, device.origin
    number = on_account(node, new, "New telephone")
    bea, cem = colleague(app, node, "Bea One"), colleague(app, node, "Cem Two")
    _, asked = begin_anew(investigator, new, number)
    vouch(*bea)
    place = re.search(r"/me/confirm/[0-9a-f-]{36}", cem[0].get("/me/consents").text)[0]
    assert cem[0].post(f"{place}/refuse", data={"csrf": cem[0].csrf}, follow_redirects=False).status_code == 303
    done = investigator.post(f"/me/vouched/{asked}", data={"csrf": investigator.csrf}, follow_redirects=False)
    assert done.status_code == 409
    assert "known: it gives consent" not in investigator.get("/me/consents").text


def test_a_command_waits_for_the_page(investigator, enter, device, node, seeded):
    where = register(investigator)
    signed, item = act_as(node, *ROSA), UUID(where.rpartition("/")[2])

    def act(will):
        return evidence_acts.act(node, signed, item, Act.SEAL, Said("Typed"), consent=will)

    asked = confirming.ask(node, signed, act)
    place = f"/me/confirm/{asked}"
    assert place in investigator.get("/me/consents").text
    page = investigator.get(place).text
    assert "You" in page
    assert "sealed “Disk of a panel”." in page
    assert "Typed" in page
    assert enter(seeded.people["stonebridge"]).get(place).status_code == 404
    told = investigator.post(f"{place}/ask", data={"csrf": investigator.csrf}).json()
    sent = {"csrf": investigator.csrf, "credential": signs(device, told["challenge"])}
    assert investigator.post(place, data=sent).json()["to"].startswith("/me/consents")
    assert investigator.get(place).status_code == 404
    assert investigator.post(f"{place}/refuse", data=sent).status_code == 404
    act(confirming.look(node, signed, asked))
    assert (log_of(node)[-1].type, len(log_of(node)[-1].signatures)) == (EventType.SEAL, 2)
    assert sound(node)


def test_the_event_page_leads_to_its_entry(investigator, node, seeded):
    where = register(investigator)
    page = investigator.get(f"{where}/events/0").text
    entry = re.search(r'href="(/record/[0-9a-f-]{36})"', page)
    assert entry is not None
    assert investigator.get(entry.group(1)).status_code == 200
