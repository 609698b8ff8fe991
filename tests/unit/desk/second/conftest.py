"""People and a clock for the second factor."""

from collections.abc import Iterator

import pytest

from benban.testing.clock import FakeClock
from tests.unit.desk.second.authenticator import Authenticator
from tests.unit.desk.second.people import NOW, ORIGIN, RP_ID, Organisation


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    """Made once: letting four people in takes a second."""
    made = Organisation(tmp_path_factory.mktemp("second") / "kho", FakeClock(NOW))
    yield made
    made.shared.close()


@pytest.fixture
def people(organisation: Organisation) -> Organisation:
    """People of whom nobody set up anything."""
    organisation.forget()
    return organisation


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(origin=ORIGIN, rp_id=RP_ID)
