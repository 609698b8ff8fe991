"""What the tests of the path share."""

import io
import sys
from collections.abc import Iterator

import pytest

from tests.kept_fences import KeptFences
from tests.path.terminal import Terminal


@pytest.fixture(autouse=True)
def nobody_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))


@pytest.fixture(scope="module", autouse=True)
def _loaded_fences(kept_fences: KeptFences) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benban.outside.fence.Fence", kept_fences.opened)
        yield


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A vault for a whole file of tests; each test makes its own case in it."""
    return Terminal.with_vault(tmp_path_factory.mktemp("terminal"))


@pytest.fixture
def case(terminal: Terminal) -> str:
    return terminal.new_case()
