from dataclasses import replace
from io import BytesIO

import cv2
import numpy as np
import pytest

from benban.casework.add_files import add_files
from benban.casework.originals import GivenFile
from benban.casework.show import GRANT_LIFETIME, UnveilGrant, grant_unveiling, picture
from benban.casework.take_in import SightingReport, take_in
from benban.errors import ExhibitMissingError, UnveilReasonMissingError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.vault import CaseStore

from .conftest import ADULT

SCENE = draw_example(Subject.CAT, seed=3, width_px=640, height_px=480)


@pytest.fixture
def exhibit(store: CaseStore, clock: FakeClock) -> Exhibit:
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
    sighting = take_in(store, report, clock).sighting
    file = GivenFile(stream=BytesIO(encode_jpeg(SCENE)), name="a.jpg")
    (added,) = add_files(store, sighting, [file], clock)
    return added


def _fine_detail(png: bytes) -> float:
    grey = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())


def test_without_a_grant_the_picture_is_destroyed_before_it_leaves(
    store: CaseStore, exhibit: Exhibit, fence: Fence, clock: FakeClock
) -> None:
    shown = picture(store, exhibit.id, None, decoder=fence, clock=clock)

    assert (shown.is_veiled, _fine_detail(shown.png) < 5) == (True, True)


def test_a_veiled_look_stands_in_the_log(
    store: CaseStore, exhibit: Exhibit, fence: Fence, clock: FakeClock
) -> None:
    picture(store, exhibit.id, None, decoder=fence, clock=clock)

    last = store.events()[-1]
    assert (last.kind, last.subject) == (EventKind.SHOWN_VEILED, exhibit.id)


def test_a_live_grant_shows_the_picture_and_stands_in_the_log(
    store: CaseStore, exhibit: Exhibit, fence: Fence, clock: FakeClock
) -> None:
    grant = grant_unveiling(store, exhibit.id, "Điều tra viên hỏi")

    shown = picture(store, exhibit.id, grant, decoder=fence, clock=clock)

    logged = store.events()[grant.log_position]
    assert (shown.is_veiled, _fine_detail(shown.png) > 100, logged.kind, logged.subject) == (
        False,
        True,
        EventKind.SHOWN_UNVEILED,
        exhibit.id,
    )


def test_a_grant_dies_by_itself(
    store: CaseStore, exhibit: Exhibit, fence: Fence, clock: FakeClock
) -> None:
    grant = grant_unveiling(store, exhibit.id, "xem")
    clock.advance(GRANT_LIFETIME.total_seconds())

    shown = picture(store, exhibit.id, grant, decoder=fence, clock=clock)

    assert shown.is_veiled


def test_a_grant_is_for_one_look(
    store: CaseStore, exhibit: Exhibit, fence: Fence, clock: FakeClock
) -> None:
    grant = grant_unveiling(store, exhibit.id, "xem")
    picture(store, exhibit.id, grant, decoder=fence, clock=clock)

    again = picture(store, exhibit.id, grant, decoder=fence, clock=clock)

    assert again.is_veiled


def test_a_clock_set_back_does_not_revive_a_grant(
    store: CaseStore, exhibit: Exhibit, fence: Fence, clock: FakeClock
) -> None:
    grant = grant_unveiling(store, exhibit.id, "xem")
    clock.turn_back(3600)

    shown = picture(store, exhibit.id, grant, decoder=fence, clock=clock)

    assert shown.is_veiled


def test_a_grant_that_was_never_logged_opens_nothing(
    store: CaseStore, exhibit: Exhibit, fence: Fence, clock: FakeClock
) -> None:
    forged = UnveilGrant(exhibit_id=exhibit.id, log_position=0)

    shown = picture(store, exhibit.id, forged, decoder=fence, clock=clock)

    assert shown.is_veiled


def test_a_grant_for_another_exhibit_opens_nothing(
    store: CaseStore, exhibit: Exhibit, fence: Fence, clock: FakeClock
) -> None:
    grant = grant_unveiling(store, exhibit.id, "xem")
    other = replace(grant, exhibit_id=ExhibitId("exh-0000000000000000"))

    shown = picture(store, exhibit.id, other, decoder=fence, clock=clock)

    assert shown.is_veiled


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_grant_needs_a_reason(store: CaseStore, exhibit: Exhibit, reason: str) -> None:
    with pytest.raises(UnveilReasonMissingError):
        grant_unveiling(store, exhibit.id, reason)


def test_what_is_not_there_is_not_shown(store: CaseStore, fence: Fence, clock: FakeClock) -> None:
    with pytest.raises(ExhibitMissingError):
        picture(store, ExhibitId("exh-0000000000000000"), None, decoder=fence, clock=clock)
