from __future__ import annotations

import pytest

from .stage import Stage


@pytest.fixture
def stage(database, tmp_path):
    stage = Stage(database, tmp_path / "custody")
    yield stage
    stage.close()
