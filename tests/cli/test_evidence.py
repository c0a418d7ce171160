"""`accord evidence` as called: two nodes, files carried by hand, a passkey on a page, a stranger with Python alone."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import UUID

import calling
import pytest

from accord.bootstrap import open_node
from accord.custody.item import Act
from accord.services import browse_evidence, confirming
from accord.services.acting import act_as
from accord.services.passkey_enrolment import ask_enrolment, enrol
from accord.settings import read_settings

CONTENT = b"what was on the disk\n" * 50_000
NAME = "$(reboot) \u202egnp.\x1b[31m;rm -rf.img"  # as hostile as a file system lets it be
TOML = 'name = "{name}"\nkind = "law-enforcement"\ncountry = "AA"\n'


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    """Two nodes, each with its member and a person: Ada of Amber, Dora of Birch."""
    place, made = tmp_path_factory.mktemp("two-nodes"), {}
    for slug, person in (("amber", "Ada"), ("birch", "Dora")):
        content = {f"{slug}/member.toml": TOML.format(name=slug.title()).encode(), f"{slug}/a.txt": b"a.example\n"}
        folder = calling.write(place / f"{slug}-members", content)
        data = place / slug
        done = calling.call("run", folder, "--out", place / f"{slug}-out", "--data", data, "--no-pdf")
        assert done.code == 0, done.err
        added = calling.call(
            "people", "add", "--member", slug, "--name", person, "--role", "investigator", "--data", data
        )
        assert added.code == 0, added.err
        made[slug] = data
    yield made
    for data in made.values():
        calling.discard(data)


def evidence(nodes, slug, *words):
    who = {"amber": "Ada", "birch": "Dora"}[slug]
    return calling.call("evidence", *words, "--member", slug, "--person", who, "--data", nodes[slug])


def register(nodes, file, title="Disk of the panel"):
    done = evidence(
        nodes,
        "amber",
        "register",
        file,
        "--title",
        title,
        "--authority",
        "Warrant 14/2026",
        "--kind",
        "image",
        "--json",
    )
    assert done.code == 0, done.err
    return done.summary


@pytest.mark.slow  # some twenty processes
@pytest.mark.timeout(900)
def test_an_item_goes_from_one_node_to_another_and_to_a_stranger(nodes, tmp_path):
    file = tmp_path / NAME
    file.write_bytes(CONTENT)
    made = register(nodes, file)
    item, digest = made["id"], hashlib.sha256(CONTENT).hexdigest()
    assert (made["sha256"], made["size"], made["state"]) == (digest, len(CONTENT), "unsealed")
    assert evidence(nodes, "amber", "seal", item, "--reason", "Bag 7").code == 0
    again = evidence(nodes, "amber", "seal", item)
    assert (again.code, "sealed already" in again.err) == (5, True)
    assert evidence(nodes, "amber", "check", item).code == 0
    (listed,) = evidence(nodes, "amber", "list", "--json").summary
    assert (listed["id"], listed["state"]) == (item, "sealed")

    stick = tmp_path / "stick"
    words = ("--to", "Dora, Birch", "--reason", "Joint case")
    assert evidence(nodes, "amber", "transfer", item, *words, "--out", stick).code == 0
    assert sorted(path.name for path in stick.iterdir()) == ["item.bin", "offer.json"]
    second = evidence(nodes, "amber", "transfer", item, "--out", tmp_path / "stick-2")  # the first was lost on the way
    assert second.code == 0, second.err
    one, two = (json.loads((tmp_path / name / "offer.json").read_bytes()) for name in ("stick", "stick-2"))
    assert (one["chain"], one["transfer"]) == (two["chain"], two["transfer"])
    got = evidence(nodes, "birch", "receive", stick, "--state", "Seal unbroken")
    assert got.code == 0, got.err
    theirs = re.search(r"Registered: ([0-9a-f-]{36})", got.err)[1]
    assert digest in got.err
    assert "\x1b" not in got.err
    ended = evidence(nodes, "amber", "transfer", item, "--accept", stick / "acceptance.json")
    assert (ended.code, "theirs now" in ended.err) == (0, True), ended.err
    assert evidence(nodes, "amber", "list", "--json").summary[0]["state"] == "elsewhere"

    bundle = tmp_path / "bundle"
    out = evidence(nodes, "birch", "export", theirs, "--out", bundle, "--reason", "The court")
    assert out.code == 8, out.err  # nobody vouches for this log, and it says so
    assert "WITHOUT QUORUM" in out.err
    run = _stranger(bundle)
    assert run.returncode == 3, run.stdout
    assert "its SHA-256 is that of log-1/entries/" in run.stdout
    assert "Proved, with the doubts named." in run.stdout
    (bundle / "items/1").write_bytes(CONTENT + b".")
    assert _stranger(bundle).returncode == 1


def _stranger(bundle):
    """Another computer: no environment, no packages, no Accord."""
    command = [sys.executable, "-I", "-S", bundle / "verify.py"]
    return subprocess.run(command, env={}, capture_output=True, text=True, check=False, cwd="/")


@pytest.mark.slow
def test_a_file_that_changes_while_it_is_read_is_not_registered(nodes, tmp_path):
    file = tmp_path / "growing.img"
    file.write_bytes(bytes(300 * 2**20))
    stop = threading.Event()

    def write():
        while not stop.is_set():
            with file.open("r+b") as stream:
                stream.write(os.urandom(16))
            time.sleep(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = evidence(nodes, "amber", "register", file, "--title", "Never", "--authority", "Warrant")
    finally:
        stop.set()
        writer.join()
    assert done.code not in (0, 1), done.err
    assert "changed while it was read" in done.err
    assert "nothing writes to it" in done.err
    assert "Never" not in evidence(nodes, "amber", "list").err
    left = [path for path in (nodes["amber"] / "evidence").rglob("*") if path.is_file() and path.stat().st_size > 2**20]
    assert left == [] or all(path.stat().st_size == len(CONTENT) for path in left)


@pytest.mark.slow
def test_what_needs_a_will_waits_for_the_page(nodes, tmp_path):
    file = tmp_path / "disk.img"
    file.write_bytes(b"another disk")
    item = register(nodes, file, "Sealed by a command")["id"]
    with open_node(read_settings(data_dir=nodes["amber"])) as node:
        signed, device = act_as(node, "amber", "Ada"), _device()
        asked = ask_enrolment(node, signed, device)
        enrol(node, signed, device, asked.id, {device.credential_id: device.sign(asked.challenge)})

        waiting = _begun(nodes, "seal", item)
        (question,) = _questions(node, signed)
        waiting.send_signal(signal.SIGINT)
        _out, err = waiting.communicate(timeout=60)
        assert waiting.returncode not in (0, 1), err
        assert confirming.list_waiting(node, signed) == []  # so no answer to it can be used later

        waiting = _begun(nodes, "seal", item)
        (question,) = _questions(node, signed)
        assert question.said["name"] == "Sealed by a command"
        confirming.refuse(node, signed, question.id)
        _out, err = waiting.communicate(timeout=60)
        assert (waiting.returncode, "Nothing was done" in err) == (3, True), err

        waiting = _begun(nodes, "seal", item, "--reason", "Bag 8")
        (question,) = _questions(node, signed)
        told = confirming.challenge(node, signed, question.id)
        confirming.answer(node, signed, question.id, **device.answer(told.challenge))
        _out, err = waiting.communicate(timeout=60)
        assert waiting.returncode == 0, err
        assert f"http://localhost:8400/me/confirm/{question.id}" in err
        last = browse_evidence.read_item(node, signed, UUID(item)).events[-1]
        assert (last.link.act, last.link.said["reason"], last.will) == (Act.SEAL, "Bag 8", "confirmed")


def _begun(nodes, *words):
    who = ("--member", "amber", "--person", "Ada", "--data", nodes["amber"])
    command = calling._command(("evidence", *words, *who))
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=calling._environment({})
    )


def _questions(node, signed):
    for _ in range(600):
        if found := confirming.list_waiting(node, signed):
            return found
        time.sleep(0.1)
    raise AssertionError("the command asked nothing")


def _device():
    spec = importlib.util.spec_from_file_location("cli_device", Path(__file__).parents[1] / "custody/device.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    device = module.Device()
    device.rp_id, device.origin = "localhost", "http://localhost:8400"
    return device
