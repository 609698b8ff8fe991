"""What every test with a real browser shares."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benban.capture.ports import PageLimits, Part
from benban.capture.visit import CaptureRequest, ChooseMedia, capture_address, choose_nothing
from benban.model.case import Capacity, Case
from benban.model.exhibit import Capture, Exhibit
from benban.model.ids import new_case_id, new_sighting_id
from benban.model.sighting import Address, AgeAnswers, Answer, Sighting, SightingKind
from benban.outside.browser import ChromiumBrowser
from benban.outside.browser_find import find_browser
from benban.outside.clock import SystemClock
from benban.outside.proxy import Endpoint
from benban.outside.resolver import SystemResolver
from benban.testing.platform import PlatformSimulator
from benban.testing.spool import MemorySpool, MemorySpooled
from benban.wording import Language

# A page that came is looked at for a short time. How long its first byte and a film's last byte may
# take is no matter of these tests: a busy computer needs more than seconds for either.
QUICK = PageLimits(answer_s=60.0, settle_s=4.0, quiet_s=0.3)
ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Preserved:
    """What one capture kept, in memory: the bytes by exhibit, and every byte ever spooled."""

    def __init__(self) -> None:
        self.spool = MemorySpool()
        self.exhibits: list[Exhibit] = []
        self.content: list[bytes] = []

    def take(self, part: Part[MemorySpooled]) -> Exhibit:
        self.exhibits.append(part.exhibit)
        self.content.append(part.spooled.data)
        return part.exhibit

    def of(self, kind: str) -> list[bytes]:
        pairs = zip(self.exhibits, self.content, strict=True)
        return [data for exhibit, data in pairs if exhibit.kind.value == kind]

    def everything(self) -> bytes:
        return b"".join(part.data for part in self.spool.parts)


def sighting_of(address: str, kind: SightingKind = SightingKind.PUBLISHED) -> Sighting:
    return Sighting(
        id=new_sighting_id(),
        kind=kind,
        address=Address(raw=address, canonical=address, host="127.0.0.1", service="unknown"),
        text="",
        answers=ADULT,
        reported_at=NOW,
    )


def preserve(
    recorder: ChromiumBrowser,
    address: str,
    *,
    with_permit: bool = True,
    choose: ChooseMedia = choose_nothing,
    limits: PageLimits = QUICK,
    kept: Preserved | None = None,
) -> tuple[Capture, Preserved]:
    case = Case(
        id=new_case_id(), title="", language=Language.VI, capacity=Capacity.SELF, opened_at=NOW
    )
    sighting = sighting_of(address)
    kept = kept or Preserved()
    capture = capture_address(
        CaptureRequest(sighting=sighting, address=address, limits=limits, choose_media=choose),
        browser=recorder,
        clock=SystemClock(),
        spool=kept.spool,
        on_part=kept.take,
        permit=case.storage_permit(sighting) if with_permit else None,
    )
    return capture, kept


@pytest.fixture(scope="session")
def _platform() -> Iterator[PlatformSimulator]:
    with PlatformSimulator() as simulator:
        yield simulator


@pytest.fixture
def platform(_platform: PlatformSimulator) -> PlatformSimulator:
    """The one platform of all tests, with an empty list of requests."""
    _platform.forget_requests()
    return _platform


@pytest.fixture(scope="session")
def profile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profiles")


@pytest.fixture(scope="session")
def recorder(_platform: PlatformSimulator, profile_folder: Path) -> ChromiumBrowser:
    return browser_for(_platform, profile_folder)


def browser_for(platform: PlatformSimulator, folder: Path) -> ChromiumBrowser:
    return ChromiumBrowser(
        program=find_browser(),
        temp_folder=folder,
        resolver=SystemResolver(),
        clock=SystemClock(),
        allowed=frozenset({Endpoint(host=platform.host, port=platform.port)}),
    )
