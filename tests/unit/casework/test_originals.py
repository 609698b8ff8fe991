from dataclasses import replace
from io import BytesIO

import pytest

from benban.casework.originals import (
    PLAIN_COPIES_PER_CASE,
    GivenFile,
    add_originals,
    declare_originals,
    declared_photos,
    declared_videos,
)
from benban.casework.take_in import SightingReport, take_in
from benban.errors import (
    DeclarationMissingError,
    OriginalLimitError,
    OriginalOfOtherCaseError,
    PermitRefusedError,
    PictureError,
    SightingNeededError,
)
from benban.model.exhibit import Arrival, Original
from benban.model.fingerprint import OriginalFingerprint
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clips import code_video, drawn_shots
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore

from .conftest import ADULT, MAYBE_MINOR

SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."


REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)


@pytest.fixture
def adult(store: CaseStore, clock: FakeClock) -> None:
    """Record the age answers that open the case to pictures."""
    take_in(store, REPORT, clock)


def _photo(number: int) -> GivenFile:
    return GivenFile(stream=BytesIO(draw_feed_picture(number)), name=f"{number}.jpg")


def _nowhere_else(_digest: object) -> bool:
    return False


@pytest.mark.usefixtures("adult")
def test_no_photo_is_kept_before_the_declaration(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    with pytest.raises(DeclarationMissingError):
        add_originals(store, [_photo(1)], fence, clock, is_in_other_case=_nowhere_else)

    assert store.all(Original) == ()


def test_another_sentence_is_no_declaration(store: CaseStore) -> None:
    with pytest.raises(DeclarationMissingError):
        declare_originals(store, "ảnh của tôi", SENTENCE)


@pytest.mark.usefixtures("adult")
def test_a_declared_photo_is_kept_with_its_fingerprint(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    declare_originals(store, SENTENCE, SENTENCE)

    (original,) = add_originals(store, [_photo(1)], fence, clock, is_in_other_case=_nowhere_else)

    prints = store.all(OriginalFingerprint)
    assert (original.arrival, [one.original_id for one in prints]) == (
        Arrival.PLAIN_COPY,
        [original.id],
    )


@pytest.mark.usefixtures("adult")
def test_the_same_photo_is_not_kept_twice(store: CaseStore, fence: Fence, clock: FakeClock) -> None:
    declare_originals(store, SENTENCE, SENTENCE)
    first = add_originals(store, [_photo(1)], fence, clock, is_in_other_case=_nowhere_else)

    second = add_originals(store, [_photo(1)], fence, clock, is_in_other_case=_nowhere_else)

    assert (second, len(store.all(Original))) == (first, 1)


@pytest.mark.usefixtures("adult")
def test_one_photo_serves_one_case_only(store: CaseStore, fence: Fence, clock: FakeClock) -> None:
    declare_originals(store, SENTENCE, SENTENCE)

    with pytest.raises(OriginalOfOtherCaseError):
        add_originals(store, [_photo(1)], fence, clock, is_in_other_case=lambda _digest: True)

    assert store.all(Original) == ()


@pytest.mark.usefixtures("adult")
def test_a_persons_case_holds_thirty_plain_copies(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    declare_originals(store, SENTENCE, SENTENCE)
    photos = [_photo(number) for number in range(PLAIN_COPIES_PER_CASE)]
    add_originals(store, photos, fence, clock, is_in_other_case=_nowhere_else)

    with pytest.raises(OriginalLimitError):
        add_originals(store, [_photo(99)], fence, clock, is_in_other_case=_nowhere_else)


def test_no_photo_is_read_before_the_age_answers_of_a_sighting(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    declare_originals(store, SENTENCE, SENTENCE)
    photo = _photo(1)

    with pytest.raises(SightingNeededError):
        add_originals(store, [photo], fence, clock, is_in_other_case=_nowhere_else)

    assert photo.stream.tell() == 0


def test_no_photo_is_read_where_somebody_may_be_under_18(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    take_in(store, replace(REPORT, answers=MAYBE_MINOR), clock)
    declare_originals(store, SENTENCE, SENTENCE)
    photo = _photo(1)

    with pytest.raises(PermitRefusedError):
        add_originals(store, [photo], fence, clock, is_in_other_case=_nowhere_else)

    assert photo.stream.tell() == 0


def _video(data: bytes) -> GivenFile:
    return GivenFile(stream=BytesIO(data), name="quay.mp4")


@pytest.mark.usefixtures("adult")
def test_a_video_is_kept_as_an_original_without_a_fingerprint(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    declare_originals(store, SENTENCE, SENTENCE)
    data = code_video(drawn_shots((1,)))

    given = [_video(data), _photo(1), _video(data)]
    kept = add_originals(store, given, fence, clock, is_in_other_case=_nowhere_else)

    assert kept[0] == kept[2]
    assert declared_videos(store) == (kept[0],)
    assert declared_photos(store) == (kept[1],)
    video = kept[0]
    assert (video.media_type, video.arrival) == ("video/mp4", Arrival.PLAIN_COPY)
    assert (video.width_px, video.height_px) == (320, 240)
    assert [one.original_id for one in store.all(OriginalFingerprint)] == [kept[1].id]


@pytest.mark.usefixtures("adult")
def test_a_video_of_which_nothing_can_be_decoded_is_no_original(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    declare_originals(store, SENTENCE, SENTENCE)
    data = code_video(drawn_shots((1,)))[:200] + bytes(20_000)

    with pytest.raises(PictureError):
        add_originals(store, [_video(data)], fence, clock, is_in_other_case=_nowhere_else)

    assert store.all(Original) == ()


def test_no_video_is_read_while_an_age_answer_is_open(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    take_in(store, replace(REPORT, answers=MAYBE_MINOR), clock)
    stream = BytesIO(code_video(drawn_shots((1,))))

    with pytest.raises(PermitRefusedError):
        add_originals(
            store,
            [GivenFile(stream=stream, name="quay.mp4")],
            fence,
            clock,
            is_in_other_case=_nowhere_else,
        )

    assert (stream.tell(), store.all(Original)) == (0, ())
