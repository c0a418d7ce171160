from __future__ import annotations

from pathlib import Path

import pytest

from accord.model.errors import NodeError
from accord.settings import read_settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    import os

    for name in [name for name in os.environ if name.startswith("ACCORD_")]:
        monkeypatch.delenv(name)


def test_defaults_serve_on_this_machine_only():
    settings = read_settings()
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8400, None)
    assert settings.data_dir.is_absolute()


def test_the_environment_is_read_and_the_command_line_wins(monkeypatch):
    monkeypatch.setenv("ACCORD_DATA", "/srv/accord")
    monkeypatch.setenv("ACCORD_PORT", "9000")
    assert read_settings().data_dir == Path("/srv/accord")
    assert read_settings(port=9001, data_dir=None).port == 9001
    assert read_settings(data_dir="/elsewhere").data_dir == Path("/elsewhere")


@pytest.mark.parametrize(
    ("name", "value"),
    [("ACCORD_PORT", "65536"), ("ACCORD_POOL_SIZE", "0"), ("ACCORD_DATABASE_URL", "mysql://user:secret@host/x")],
)
def test_a_value_out_of_bounds_is_named_and_not_repeated(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(NodeError) as caught:
        read_settings()
    assert name.removeprefix("ACCORD_").lower() in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_owner_without_a_database_is_refused():
    with pytest.raises(NodeError, match="both or neither"):
        read_settings(owner_database_url="postgresql://accord_owner@db.example/accord")


def test_settings_cannot_be_changed():
    with pytest.raises(Exception, match="frozen"):
        read_settings().port = 1
