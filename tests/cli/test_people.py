"""`accord people` as called: enter, invite, tokens, shut out."""

from __future__ import annotations

import json

import calling
import pytest


@pytest.fixture
def node(tmp_path, data):
    assert calling.call("demo", "--out", tmp_path / "out", "--data", data, "--no-stay").code == 0
    return data


@pytest.mark.slow  # some twenty processes
def test_people_are_entered_invited_given_tokens_and_shut_out(node):
    def call(*words):
        return calling.call("people", *words, "--data", node)

    everybody = json.loads(call("list", "--json").out)
    slug_person = next(one for one in everybody if one["roles"] == ["analyst"])
    assert slug_person["passkeys"] == 0
    slugs = [line for line in call("links").err.splitlines() if "/enter#" in line]
    assert len(slugs) == 3
    assert call("add", "--member", "nobody", "--name", "X").code == 4
    members = sorted(path.name for path in (node / "exercise" / "members").iterdir() if path.is_dir())
    slug = members[0]
    assert call("add", "--member", slug, "--name", "Per Holm", "--role", "analyst", "--role", "liaison").code == 0
    refused = call("add", "--member", slug, "--name", "Ada", "--role", "analyst", "--role", "administrator")
    assert (refused.code, "reads no intelligence" in refused.err) == (3, True)
    whose = f"{slug}/Per Holm"
    assert "http://localhost:8400/enter#" in call("invite", whose).out
    made = call("token", "make", whose, "--name", "script", "--scope", "read", "--scope", "api")
    assert made.out.startswith("accord_")
    listed = call("token", "list", whose).out
    assert "api,read  used never" in listed
    assert call("token", "revoke", whose, listed.split()[0]).code == 0
    assert "revoked" in call("token", "list", whose).out
    assert call("suspend", whose, "--reason", "left the service").code == 0
    assert "SHUT OUT: left the service" in call("list").err
    assert call("invite", whose).code == 4
    assert call("lift", whose).code == 0
    assert call("reset", whose, "--reason", "lost everything").code == 0
    assert call("suspend", "no/body", "--reason", "x").code == 4
