from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benban.model.case import Capacity, Case
from benban.model.ids import CaseId
from benban.model.sighting import AgeAnswers, Answer
from benban.outside.fence import Fence
from benban.outside.platforms import ThisPlatform
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language

from .house import House, opened_house

ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
MAYBE_MINOR = AgeAnswers(
    adult_now=Answer.YES, adult_in_picture=Answer.UNSURE, nobody_doubts=Answer.YES
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 22, 13, 15, tzinfo=UTC))


@pytest.fixture
def vault(tmp_path: Path, clock: FakeClock) -> Iterator[Vault]:
    made, _ = Vault.create(
        tmp_path / "kho",
        passphrase="bốn từ dễ nhớ",
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    with made:
        yield made


@pytest.fixture
def store(vault: Vault) -> Iterator[CaseStore]:
    case = Case(
        id=CaseId("case-00000000000000aa"),
        title="Hồ sơ",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
        is_demonstration=True,
    )
    with vault.create_case(case) as opened:
        yield opened


@pytest.fixture
def house(tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    with opened_house(tmp_path / "chung", clock) as opened:
        yield opened


@pytest.fixture(scope="session")
def fence() -> Iterator[Fence]:
    with Fence() as opened:
        yield opened
