"""What becomes of a photo of which only digests are kept, wherever a case goes."""

from io import BytesIO

import pytest

from benban.casework.add_files import add_files
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import (
    GivenFile,
    bits_to_originals,
    declare_originals,
    find_photos_in,
    keep_original,
    spool_original,
)
from benban.casework.take_in import SightingReport, take_in
from benban.casework.take_over import own_identity, own_recipient, take_over
from benban.errors import NotStoredError
from benban.model.case import Capacity
from benban.model.exhibit import Exhibit, Original
from benban.model.fingerprint import OriginalFingerprint
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.films import draw_film
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault

from .conftest import ADULT
from .test_hand_over import other, written

__all__ = ["other"]

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."


@pytest.fixture
def exhibit(store: CaseStore, clock: FakeClock) -> Exhibit:
    """Return a kept picture, for the case to be open to photos."""
    sighting = take_in(store, REPORT, clock).sighting
    file = GivenFile(stream=BytesIO(draw_feed_picture(3)), name="hinh.jpg")
    return add_files(store, sighting, [file], clock)[0]


@pytest.fixture
def noted(store: CaseStore, fence: Fence, clock: FakeClock, exhibit: Exhibit) -> Original:
    """Return a photo of which only digests are kept."""
    declare_originals(store, SENTENCE, SENTENCE)
    given = GivenFile(stream=BytesIO(draw_feed_picture(1)), name="1.jpg")
    spooled = spool_original(store, given)
    return keep_original(
        store, spooled, fence, clock, is_in_other_case=lambda _: False, digests_only=True
    )


def test_it_goes_along_when_the_case_is_taken_over(
    vault: Vault, store: CaseStore, other: Vault, noted: Original
) -> None:
    sealed, _ = written(vault, store, own_recipient(other))

    with take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER) as taken:
        assert taken.all(Original) == (noted,)
        assert taken.maybe(OriginalFingerprint, noted.id) is not None
        with pytest.raises(NotStoredError):
            taken.open_original(noted.id)


def test_it_goes_when_somebody_may_be_under_18(
    store: CaseStore, exhibit: Exhibit, noted: Original
) -> None:
    mark_minor(store, exhibit.id)

    assert store.all(Original) == ()
    assert store.maybe(OriginalFingerprint, noted.id) is None


def test_the_person_s_own_untouched_photo_is_known_though_it_is_not_kept(
    store: CaseStore, fence: Fence, noted: Original
) -> None:
    seen = fence.measure(BytesIO(draw_feed_picture(1)))

    assert bits_to_originals(store, seen) == 0


def test_a_video_is_not_held_against_it(store: CaseStore, fence: Fence, noted: Original) -> None:
    film = fence.fingerprint_video(BytesIO(draw_film(frames=13, noise=0)))

    assert find_photos_in(store, film) == (0, ())
