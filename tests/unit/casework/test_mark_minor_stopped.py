"""Wherever a mark is stopped, the next opening of the vault leaves no picture of that place."""

import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.events import event
from benban.casework.make_plan import make_plan
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.take_in import SightingReport, take_in
from benban.model.case import Capacity, Case
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin, Tier
from benban.model.ids import CaseId, new_comparison_id
from benban.model.remedy import Plan
from benban.model.sighting import Answer, Sighting, SightingKind
from benban.outside.fence import Fence
from benban.outside.platforms import ThisPlatform
from benban.remedies.address import parse_address
from benban.remedies.catalogue import packaged_catalogue
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, KdfCost, Step, Vault
from benban.wording import Language

from .conftest import ADULT

CASE = CaseId("case-00000000000000bb")
PASSPHRASE = "bốn từ dễ nhớ"
PLACE = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
AT_PLACE = replace(PLACE, address=parse_address("https://t.me/kenh_vi_du/1", packaged_catalogue()))
TAKEN_BACK = replace(AT_PLACE, answers=replace(ADULT, adult_in_picture=Answer.NO))


class Stopped(BaseException):
    """What a person's Ctrl-C is to the program."""


class StopsAt:
    """Stops the program before the step with one number."""

    def __init__(self) -> None:
        self.left = -1

    def __call__(self, _step: Step) -> None:
        self.left -= 1
        if self.left == 0:
            raise Stopped


@pytest.fixture
def laid(tmp_path: Path, clock: FakeClock, fence: Fence) -> Path:
    """A vault with a picture, the photo it was made from, a plan, and another open place."""
    vault, _ = Vault.create(
        tmp_path / "kho",
        passphrase=PASSPHRASE,
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    case = Case(
        id=CASE,
        title="Hồ sơ",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=clock.now(),
    )
    with vault, vault.create_case(case) as store:
        sighting = take_in(store, AT_PLACE, clock).sighting
        take_in(store, PLACE, clock)
        (exhibit,) = add_files(store, sighting, [given(1)], clock)
        declare_originals(store, "x", "x")
        (original,) = add_originals(
            store, [given(9)], fence, clock, is_in_other_case=lambda _digest: False
        )
        finding = CommonOrigin(
            id=new_comparison_id(),
            exhibit_id=exhibit.id,
            original_id=original.id,
            tier=Tier.A,
            originals_compared=1,
            at=clock.now(),
        )
        store.record(event(EventKind.COMPARED, finding.id), save=[finding])
        make_plan(store, sighting, packaged_catalogue(), clock)
    return tmp_path / "kho"


def given(number: int) -> GivenFile:
    return GivenFile(stream=BytesIO(draw_feed_picture(number)), name="a.jpg")


def opened(folder: Path, clock: FakeClock, stops: StopsAt) -> Vault:
    return Vault.open(
        folder, passphrase=PASSPHRASE, clock=clock, platform=ThisPlatform(), on_step=stops
    )


def left_in(store: CaseStore) -> tuple[bool, int, int, int]:
    """Return whether the place is open, and how many pictures, photos and plans there are."""
    return (
        store.all(Sighting)[0].answers.all_yes,
        len(store.all(Exhibit)),
        len(store.all(Original)),
        len(store.all(Plan)),
    )


def test_a_mark_is_whole_or_absent_at_the_next_opening_wherever_it_was_stopped(
    laid: Path, clock: FakeClock, tmp_path: Path
) -> None:
    found, number, is_done = set(), 1, False
    while not is_done:
        folder, stops = tmp_path / f"kho-{number}", StopsAt()
        shutil.copytree(laid, folder)
        with opened(folder, clock, stops) as vault, vault.open_case(CASE) as store:
            stops.left = number
            try:
                mark_minor(store, store.all(Exhibit)[0].id)
                is_done = True
            except Stopped:
                number += 1
            stops.left = -1
        with opened(folder, clock, stops) as vault, vault.open_case(CASE) as store:
            found.add(left_in(store))

    assert (number > 10, found) == (True, {(True, 1, 1, 1), (False, 0, 0, 0)})


def test_an_answer_taken_back_holds_as_soon_as_it_stands_in_the_log(
    laid: Path, clock: FakeClock, tmp_path: Path
) -> None:
    found, number, is_done = set(), 1, False
    while not is_done:
        folder, stops = tmp_path / f"kho-{number}", StopsAt()
        shutil.copytree(laid, folder)
        with opened(folder, clock, stops) as vault, vault.open_case(CASE) as store:
            stops.left = number
            try:
                take_in(store, TAKEN_BACK, clock)
                is_done = True
            except Stopped:
                number += 1
            stops.left = -1
        with opened(folder, clock, stops) as vault, vault.open_case(CASE) as store:
            reports = [one for one in store.events() if one.kind is EventKind.REPORTED]
            found.add((len(reports), left_in(store)))

    assert (number > 10, found) == (True, {(2, (True, 1, 1, 1)), (3, (False, 0, 0, 0))})
