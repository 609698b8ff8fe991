"""The age answers for one's own photos before anything was seen (HARM 2)."""

from dataclasses import replace
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.album import AlbumKept, add_album, album_in
from benban.casework.mark_minor import mark_minor, mark_minor_photo
from benban.casework.originals import GivenFile, declare_originals
from benban.casework.photo_ages import answer_for_photos, asks_photo_ages, photo_ages
from benban.casework.take_in import SightingReport, answer_ages, take_in
from benban.casework.take_over import own_identity, own_recipient, take_over
from benban.errors import PermitRefusedError, SightingNeededError
from benban.model.case import Capacity
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.fingerprint import OriginalFingerprint
from benban.model.sighting import NO_ANSWERS, AgeAnswers, Answer, Sighting, SightingKind
from benban.outside.fence import Fence
from benban.seal.digests import sha256_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault
from tests.unit.vault.test_forgetting import plain_bytes

from .conftest import ADULT, MAYBE_MINOR
from .test_hand_over import other, written

__all__ = ["other"]

SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."
REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
COMBINATIONS = [
    AgeAnswers(adult_now=now, adult_in_picture=then, nobody_doubts=others)
    for now, then, others in product(Answer, Answer, Answer)
]
PICTURE = draw_feed_picture(1)


def _add(
    store: CaseStore, fence: Fence, clock: FakeClock, folder: Path, number: int = 1
) -> AlbumKept:
    path = folder / f"{number}.jpg"
    path.write_bytes(draw_feed_picture(number))
    files = album_in([path]).files
    return add_album(store, files, fence, clock, is_in_other_case=lambda _: False)


@pytest.fixture
def ready(store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path) -> CaseStore:
    """Return a case with a photo that was declared before anything was seen."""
    answer_for_photos(store, ADULT, clock)
    declare_originals(store, SENTENCE, SENTENCE)
    _add(store, fence, clock, tmp_path)
    return store


def _is_gone(store: CaseStore) -> bool:
    digest = sha256_of(PICTURE).hex
    opened = plain_bytes(store)
    is_told = digest.encode() in opened or bytes.fromhex(digest) in opened
    is_listed = bool(store.all(Original)) or bool(store.all(OriginalFingerprint))
    return not (is_listed or is_told)


def test_three_times_yes_opens_the_case_to_photos_and_nothing_else_does(
    vault: Vault, store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare_originals(store, SENTENCE, SENTENCE)
    opened: list[Original] = []
    for answers in COMBINATIONS:
        if answers == ADULT:
            continue
        with pytest.raises(PermitRefusedError):
            answer_for_photos(store, answers, clock)
        with pytest.raises(PermitRefusedError if photo_ages(store) else SightingNeededError):
            _add(store, fence, clock, tmp_path)
        opened += store.all(Original)
    assert (opened, _is_gone(store)) == ([], True)

    answer_for_photos(store, ADULT, clock)

    assert len(_add(store, fence, clock, tmp_path).added) == 1


def test_the_answers_stand_in_the_log_sealed_before_a_photo_is_read(ready: CaseStore) -> None:
    kinds = [one.kind for one in ready.events()]
    answered = ready.events()[kinds.index(EventKind.ANSWERS_CHANGED)]

    assert kinds.index(EventKind.ANSWERS_CHANGED) < kinds.index(EventKind.ORIGINAL_ADDED)
    assert {(one.name, one.value, one.is_sensitive) for one in answered.fields} == {
        ("about", "own-photos", False),
        ("adult_now", "yes", True),
        ("adult_in_picture", "yes", True),
        ("nobody_doubts", "yes", True),
    }


def test_where_nobody_answers_nothing_is_recorded(store: CaseStore, clock: FakeClock) -> None:
    before = store.events()

    with pytest.raises(PermitRefusedError):
        answer_for_photos(store, NO_ANSWERS, clock)

    assert (store.events(), photo_ages(store)) == (before, None)


def test_each_further_album_is_asked_about_until_a_sighting_speaks_of_them(
    store: CaseStore, clock: FakeClock
) -> None:
    asked = [asks_photo_ages(store)]
    answer_for_photos(store, ADULT, clock)
    asked.append(asks_photo_ages(store))
    take_in(store, REPORT, clock)
    asked.append(asks_photo_ages(store))

    assert asked == [True, True, False]


def test_where_a_sighting_opens_nothing_photos_are_not_asked_about(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, replace(REPORT, answers=NO_ANSWERS), clock)

    assert not asks_photo_ages(store)


def test_a_doubt_about_a_second_album_leaves_the_first_and_opens_nothing(
    ready: CaseStore, clock: FakeClock
) -> None:
    with pytest.raises(PermitRefusedError):
        answer_for_photos(ready, MAYBE_MINOR, clock)

    assert len(ready.all(Original)) == 1


@pytest.mark.parametrize("said", [Answer.NO, Answer.UNSURE])
def test_who_is_not_18_today_has_no_photo_here(
    ready: CaseStore, clock: FakeClock, said: Answer
) -> None:
    with pytest.raises(PermitRefusedError):
        answer_for_photos(ready, replace(ADULT, adult_now=said), clock)

    assert _is_gone(ready)


@pytest.mark.parametrize("said", [Answer.NO, Answer.UNSURE])
@pytest.mark.parametrize("name", ["adult_now", "adult_in_picture", "nobody_doubts"])
def test_a_first_sighting_in_doubt_destroys_the_photos_at_once(
    ready: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path, name: str, said: Answer
) -> None:
    answers = replace(ADULT, **{name: said})
    take_in(ready, replace(REPORT, answers=answers), clock)

    assert _is_gone(ready)
    with pytest.raises(PermitRefusedError):
        _add(ready, fence, clock, tmp_path)


def test_a_doubt_that_is_told_later_of_an_unanswered_sighting_destroys_them_too(
    ready: CaseStore, clock: FakeClock
) -> None:
    sighting = take_in(ready, replace(REPORT, answers=NO_ANSWERS), clock).sighting
    kept = len(ready.all(Original))

    answer_ages(ready, sighting.id, MAYBE_MINOR)

    assert (kept, _is_gone(ready)) == (1, True)


def test_a_sighting_without_answers_takes_no_photo_away(
    vault: Vault, ready: CaseStore, clock: FakeClock
) -> None:
    take_in(ready, replace(REPORT, answers=NO_ANSWERS), clock)
    case_id = ready.case.id
    ready.close()

    with vault.open_case(case_id) as again:
        assert len(again.all(Original)) == 1


def test_photos_in_doubt_are_destroyed_at_the_next_opening_where_the_program_was_stopped(
    vault: Vault, ready: CaseStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_store: CaseStore) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("benban.casework.take_in.forget_closed_photos", stopped)
    with pytest.raises(KeyboardInterrupt):
        take_in(ready, replace(REPORT, answers=MAYBE_MINOR), clock)
    case_id = ready.case.id
    ready.close()

    with vault.open_case(case_id) as again:
        assert _is_gone(again)


def test_the_mark_at_a_picture_takes_the_photos_with_it(ready: CaseStore, clock: FakeClock) -> None:
    sighting = take_in(ready, REPORT, clock).sighting
    file = GivenFile(stream=BytesIO(draw_feed_picture(3)), name="hinh.jpg")
    (exhibit,) = add_files(ready, sighting, [file], clock)

    mark_minor(ready, exhibit.id)

    assert _is_gone(ready)


def test_the_mark_at_a_photo_destroys_every_photo_and_no_later_yes_opens_again(
    ready: CaseStore, clock: FakeClock
) -> None:
    (photo,) = ready.all(Original)

    marked = mark_minor_photo(ready, photo.id, clock)

    assert (marked.originals, marked.sightings, _is_gone(ready)) == ((photo.id,), (), True)
    with pytest.raises(PermitRefusedError):
        answer_for_photos(ready, ADULT, clock)


def test_the_mark_at_a_photo_closes_the_place_where_the_same_picture_was_kept(
    ready: CaseStore, clock: FakeClock
) -> None:
    (photo,) = ready.all(Original)
    sighting = take_in(ready, REPORT, clock).sighting
    file = GivenFile(stream=BytesIO(PICTURE), name="hinh.jpg")
    (exhibit,) = add_files(ready, sighting, [file], clock)

    marked = mark_minor_photo(ready, photo.id, clock)

    (closed,) = ready.all(Sighting)
    assert (marked.forgotten, closed.answers.all_yes) == ((exhibit.id,), False)
    assert (ready.all(Exhibit), _is_gone(ready)) == ((), True)


def test_the_mark_at_one_photo_leaves_others_where_a_sighting_stays_open(
    ready: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    (photo,) = ready.all(Original)
    take_in(ready, REPORT, clock)
    (other_photo,) = _add(ready, fence, clock, tmp_path, number=2).added

    marked = mark_minor_photo(ready, photo.id, clock)

    assert marked.originals == (photo.id,)
    assert ready.all(Original) == (other_photo,)


def test_answers_and_photos_go_along_when_the_case_is_taken_over(
    vault: Vault, ready: CaseStore, clock: FakeClock, other: Vault
) -> None:
    # A case in which nothing was seen leaves nobody's hands (HARM 13); one with a sighting does.
    take_in(ready, REPORT, clock)
    ages = photo_ages(ready)
    sealed, _ = written(vault, ready, own_recipient(other))

    with take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER) as taken:
        assert (photo_ages(taken), len(taken.all(Original))) == (ages, 1)
