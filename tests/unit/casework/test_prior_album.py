"""An album that was declared and stamped before anything was seen, and what its stamp may say."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from benban.casework.add_files import add_files
from benban.casework.album import add_album, album_in, present_album
from benban.casework.compare_case import ComparisonRun, compare_case
from benban.casework.originals import GivenFile, declare_originals, in_other_cases
from benban.casework.photo_ages import answer_for_photos
from benban.casework.stamp import stamp_case
from benban.casework.take_in import SightingReport, take_in
from benban.errors import OriginalOfOtherCaseError
from benban.model.exhibit import Original
from benban.model.finding import Direction, Order, OrderStamp, OrderTimes
from benban.model.ids import CaseId
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import (
    Subject,
    draw_example,
    draw_feed_picture,
    encode_jpeg,
    make_fake,
)
from benban.testing.textures import woven_cloth
from benban.testing.tsa import FakeTsa
from benban.vault import CaseStore, Vault

from .conftest import ADULT
from .test_stamp import InProcessAuthority

SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."
REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
PHOTO = draw_example(Subject.CAT, seed=3, width_px=640, height_px=480)
DAY_S = 86_400.0
_MADE = make_fake(PHOTO, seed=6)
# The same frame and size, with cloth in it: nothing but the times can say which came first.
_CLOTH = woven_cloth(np.random.default_rng(6), 480, 640)
_COVERED = np.where(_MADE.changed_in_original[..., None], _CLOTH, PHOTO).astype(np.uint8)
REAL, FAKE = encode_jpeg(PHOTO), encode_jpeg(_COVERED)
# What a fake mostly is: a part of the photo. The whole photo shows more than it.
CROPPED_FAKE = encode_jpeg(_COVERED[30:450, 40:600].copy())


def declare(
    store: CaseStore,
    fence: Fence,
    clock: FakeClock,
    photo: bytes,
    *,
    folder: Path,
    digests_only: bool = False,
) -> Original:
    """Answer for the photo, declare it and keep it, as somebody does who has seen nothing yet."""
    path = folder / "anh.jpg"
    path.write_bytes(photo)
    answer_for_photos(store, ADULT, clock)
    declare_originals(store, SENTENCE, SENTENCE)
    kept = add_album(
        store,
        album_in([path]).files,
        fence,
        clock,
        is_in_other_case=lambda _: False,
        digests_only=digests_only,
    )
    (original,) = kept.added
    return original


def stamp(store: CaseStore, clock: FakeClock) -> None:
    """Have the head stamped by two authorities, a minute apart."""
    later = FakeClock(clock.now() + timedelta(minutes=1))
    stamp_case(
        store,
        [
            InProcessAuthority(id="a", tsa=FakeTsa(clock=clock)),
            InProcessAuthority(id="b", tsa=FakeTsa(clock=later)),
        ],
    )


def report(
    store: CaseStore, clock: FakeClock, questioned: bytes, said: SightingReport = REPORT
) -> None:
    """Take in a sighting with its picture."""
    sighting = take_in(store, said, clock).sighting
    add_files(store, sighting, [GivenFile(stream=BytesIO(questioned), name="hinh.jpg")], clock)


def compared(store: CaseStore, fence: Fence, clock: FakeClock) -> ComparisonRun:
    (run,) = compare_case(store, fence, clock).runs
    return run


def test_a_stamp_from_before_anything_was_seen_supports_that_the_fake_is_later(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare(store, fence, clock, REAL, folder=tmp_path)
    stamped_at = clock.now()
    stamp(store, clock)
    clock.advance(30 * DAY_S)
    report(store, clock, FAKE)
    seen_at = clock.now()

    direction = compared(store, fence, clock).direction

    assert (direction.order, direction.support) == (Order.QUESTIONED_IS_LATER, ("stamped-before",))
    assert direction.times == OrderTimes(
        stamps=(
            OrderStamp(authority="a", at=stamped_at),
            OrderStamp(authority="b", at=stamped_at + timedelta(minutes=1)),
        ),
        first_known_at=seen_at,
    )
    assert direction.rests_on_times
    assert store.all(Direction) == (direction,)


def test_the_times_of_an_order_are_bound_to_the_log(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare(store, fence, clock, REAL, folder=tmp_path)
    stamped_at = clock.now()
    stamp(store, clock)
    clock.advance(DAY_S)
    report(store, clock, FAKE)

    compared(store, fence, clock)

    said = {one.name: one for one in store.events()[-1].fields}
    later = (stamped_at + timedelta(minutes=1)).isoformat()
    expected = f"a {stamped_at.isoformat()} b {later} {clock.now().isoformat()}"
    assert (said["order_times"].value, said["order_times"].is_sensitive) == (expected, True)


def test_a_stamp_after_the_sighting_says_nothing(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare(store, fence, clock, REAL, folder=tmp_path)
    report(store, clock, FAKE)
    clock.advance(DAY_S)
    stamp(store, clock)

    direction = compared(store, fence, clock).direction

    assert (direction.order, direction.times) == (Order.NOT_DETERMINED, None)
    assert direction.notes == ("stamp-later-says-nothing",)


@pytest.mark.parametrize("is_day", [False, True])
def test_a_time_claimed_for_the_fake_from_before_the_stamp_leaves_the_order_open(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path, is_day: bool
) -> None:
    declare(store, fence, clock, REAL, folder=tmp_path)
    claimed = clock.now() - timedelta(hours=1)
    stamp(store, clock)
    clock.advance(DAY_S)
    said = replace(REPORT, act_on=claimed.date()) if is_day else replace(REPORT, seen_at=claimed)
    report(store, clock, FAKE, said)

    direction = compared(store, fence, clock).direction

    assert (direction.order, direction.notes) == (
        Order.NOT_DETERMINED,
        ("stamp-later-says-nothing",),
    )


def test_an_earlier_claim_of_another_sighting_leaves_the_order_open_as_well(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare(store, fence, clock, REAL, folder=tmp_path)
    claimed = clock.now() - timedelta(hours=1)
    stamp(store, clock)
    clock.advance(DAY_S)
    report(store, clock, FAKE)
    talk = replace(REPORT, kind=SightingKind.TALK_ABOUT_IT, seen_at=claimed)
    take_in(store, talk, clock)

    assert compared(store, fence, clock).direction.order is Order.NOT_DETERMINED


def test_a_photo_added_after_the_stamp_is_not_covered_by_it(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare(store, fence, clock, draw_feed_picture(1), folder=tmp_path)
    stamp(store, clock)
    clock.advance(DAY_S)
    declare(store, fence, clock, REAL, folder=tmp_path)
    report(store, clock, FAKE)

    direction = compared(store, fence, clock).direction

    assert (direction.order, direction.support, direction.notes) == (Order.NOT_DETERMINED, (), ())


def test_a_photo_of_which_digests_were_stamped_keeps_its_stamp_when_it_is_shown_later(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    noted = declare(store, fence, clock, REAL, folder=tmp_path, digests_only=True)
    stamp(store, clock)
    clock.advance(DAY_S)
    report(store, clock, FAKE)
    present_album(store, album_in([tmp_path / "anh.jpg"]).files, fence)

    run = compared(store, fence, clock)

    assert (run.finding.original_id, run.direction.support) == (noted.id, ("stamped-before",))


def test_an_untouched_copy_is_no_altered_one_whatever_was_stamped_when(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare(store, fence, clock, REAL, folder=tmp_path)
    stamp(store, clock)
    clock.advance(DAY_S)
    report(store, clock, encode_jpeg(PHOTO, quality=70))

    direction = compared(store, fence, clock).direction

    assert (direction.order, "no-altered-area" in direction.notes) == (Order.NOT_DETERMINED, True)


def test_who_stamps_the_fake_first_is_not_believed_against_what_the_pictures_say(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare(store, fence, clock, CROPPED_FAKE, folder=tmp_path)
    stamp(store, clock)
    clock.advance(DAY_S)
    report(store, clock, REAL)

    direction = compared(store, fence, clock).direction

    assert (direction.order, direction.support, direction.times) == (
        Order.NOT_DETERMINED,
        (),
        None,
    )
    assert direction.notes == ("questioned-has-wider-field",)


def test_where_the_pictures_say_nothing_an_order_is_said_to_rest_on_the_times_alone(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    # Same frame, same size: nothing in the pictures says which of them was made from the other.
    declare(store, fence, clock, FAKE, folder=tmp_path)
    stamp(store, clock)
    clock.advance(DAY_S)
    report(store, clock, REAL)

    direction = compared(store, fence, clock).direction

    assert direction.rests_on_times


def test_one_photo_stamped_in_a_case_does_not_speak_in_another(
    vault: Vault, store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare(store, fence, clock, REAL, folder=tmp_path)
    stamp(store, clock)
    clock.advance(DAY_S)
    with vault.create_case(replace(store.case, id=CaseId("case-00000000000000bb"))) as second:
        report(second, clock, FAKE)
        declare_originals(second, SENTENCE, SENTENCE)
        refused = add_album(
            second,
            album_in([tmp_path / "anh.jpg"]).files,
            fence,
            clock,
            is_in_other_case=in_other_cases(vault, second),
        )

    assert [one.error.code for one in refused.left] == [OriginalOfOtherCaseError.code]
