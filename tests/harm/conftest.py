"""What the tests of the promises and of the rules against harm share: real parts, quick costs."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, Vault
from tests.harm.scenes import Example, a_case, new_vault, ticking
from tests.harm.visit import Visit, visit_feed
from tests.harm.walk import Walk, computer_of, new_walk, walk_through


@pytest.fixture(autouse=True)
def nobody_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))


@pytest.fixture
def clock() -> FakeClock:
    return ticking()


@pytest.fixture
def vault(tmp_path: Path, clock: FakeClock) -> Iterator[Vault]:
    with new_vault(tmp_path / "kho", clock) as made:
        yield made


@pytest.fixture
def store(vault: Vault) -> Iterator[CaseStore]:
    with vault.create_case(a_case()) as opened:
        yield opened


@pytest.fixture(scope="session")
def fence() -> Iterator[Fence]:
    with Fence() as opened:
        yield opened


@pytest.fixture(scope="session")
def example() -> Example:
    return Example.drawn()


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory, example: Example) -> Walk:
    """A whole case typed on the command line, without a visit and without a stamp."""
    return walk_through(tmp_path_factory.mktemp("walk"), example)


@pytest.fixture
def terminal(tmp_path: Path, example: Example) -> Iterator[Walk]:
    """A computer with an empty vault, to type commands on."""
    begun = new_walk(tmp_path, example)
    with computer_of(begun):
        yield begun


@pytest.fixture(scope="session")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """One visit of a feed with 40 posts by a real browser, kept in a real vault."""
    return visit_feed(tmp_path_factory.mktemp("visit"))
