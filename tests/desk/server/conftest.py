"""Servers for tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.server.rig import RunningServer, running_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server over a new shared vault."""
    with running_server(tmp_path / "chung") as running:
        yield running
