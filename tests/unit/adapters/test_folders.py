from __future__ import annotations

import os
import stat

import pytest

from accord.adapters import folders
from accord.model.errors import NodeError


def test_a_new_private_folder_is_closed_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        made = folders.make_private(tmp_path / "a")
    finally:
        os.umask(before)
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o707, 0o770, 0o755])
def test_an_open_folder_is_refused_with_the_command_that_closes_it(tmp_path, mode):
    folder = tmp_path / "a"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(NodeError, match="chmod 700"):
        folders.make_private(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == mode


def test_a_link_is_no_private_folder(tmp_path):
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(NodeError, match="not a folder"):
        folders.make_private(tmp_path / "link")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a folder away: NOT RUN, run it as root too")
def test_a_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "a").mkdir(mode=0o700)
    os.chown(tmp_path / "a", 65534, 65534)
    with pytest.raises(NodeError, match="belongs to"):
        folders.make_private(tmp_path / "a")
    with pytest.raises(NodeError, match="belongs to"):
        folders.make_data_dir(tmp_path / "a")


def test_a_data_folder_under_one_that_everybody_may_change_is_refused(tmp_path):
    parent = tmp_path / "shared"
    parent.mkdir()
    parent.chmod(0o777)
    with pytest.raises(NodeError, match="Everybody can replace"):
        folders.make_data_dir(parent / "data")
    parent.chmod(0o1777)
    assert folders.make_data_dir(parent / "data").is_dir()


def test_a_data_folder_that_others_may_write_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o770)
    with pytest.raises(NodeError, match="Other users can write"):
        folders.make_data_dir(tmp_path / "data")


def test_a_data_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(NodeError, match="cannot be used"):
        folders.make_data_dir(tmp_path / "data")


def test_the_socket_folder_is_the_same_for_every_process_and_short(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    long = tmp_path / ("é" * 60)
    long.mkdir()
    found = folders.socket_dir(long)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert folders.socket_dir(long) == found
    assert folders.fits(found)
    found.rmdir()
