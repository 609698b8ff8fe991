from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from benban.casework.add_files import add_files
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.errors import ExhibitMissingError, PermitRefusedError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId
from benban.model.sighting import NO_ANSWERS, Address, Sighting, SightingKind
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore

from .conftest import ADULT, MAYBE_MINOR

REPORT = SightingReport(
    address=Address(
        raw="https://t.me/kenh/5?single",
        canonical="https://t.me/kenh/5",
        host="t.me",
        service="telegram",
    ),
    kind=SightingKind.PUBLISHED,
    answers=ADULT,
    text="Tôi thấy lúc tối.",
)


def _given(number: int = 1) -> GivenFile:
    return GivenFile(stream=BytesIO(draw_feed_picture(number)), name="IMG_1.jpg")


def test_a_sighting_is_recorded_with_its_raw_address(store: CaseStore, clock: FakeClock) -> None:
    taken = take_in(store, REPORT, clock)

    assert (taken.is_new, store.all(Sighting), taken.sighting.address) == (
        True,
        (taken.sighting,),
        REPORT.address,
    )


def test_two_variants_of_an_address_are_one_sighting_and_both_are_kept(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, REPORT, clock)
    assert REPORT.address is not None
    again = replace(REPORT, address=replace(REPORT.address, raw="https://telegram.me/kenh/5"))

    joined = take_in(store, again, clock)

    assert (joined.is_new, len(store.all(Sighting)), joined.sighting.other_raw_addresses) == (
        False,
        1,
        ("https://telegram.me/kenh/5",),
    )


def test_the_address_stands_in_the_log_as_a_commitment_only(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, REPORT, clock)
    reported = next(one for one in store.events() if one.kind is EventKind.REPORTED)

    record = store.opening(reported.position).record

    assert (b"t.me" in record, b"published" in record) == (False, True)


def test_a_file_is_kept_byte_for_byte(store: CaseStore, clock: FakeClock) -> None:
    sighting = take_in(store, REPORT, clock).sighting

    (exhibit,) = add_files(store, sighting, [_given()], clock)

    with store.open_exhibit(exhibit.id) as stream:
        assert (stream.read(), exhibit.media_type) == (draw_feed_picture(1), "image/jpeg")


def test_a_file_given_twice_is_kept_once(store: CaseStore, clock: FakeClock) -> None:
    sighting = take_in(store, REPORT, clock).sighting
    first = add_files(store, sighting, [_given()], clock)

    second = add_files(store, sighting, [_given()], clock)

    assert (second, len(store.all(Exhibit))) == (first, 1)


def test_without_three_yes_no_byte_is_read(store: CaseStore, clock: FakeClock) -> None:
    sighting = take_in(store, replace(REPORT, answers=MAYBE_MINOR), clock).sighting
    given = _given()

    with pytest.raises(PermitRefusedError):
        add_files(store, sighting, [given], clock)

    assert (given.stream.tell(), store.all(Exhibit)) == (0, ())


def test_an_answer_that_becomes_unsure_destroys_the_pictures(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = take_in(store, REPORT, clock).sighting
    add_files(store, sighting, [_given()], clock)

    take_in(store, replace(REPORT, answers=MAYBE_MINOR), clock)

    assert store.all(Exhibit) == ()


def test_marking_a_minor_destroys_content_and_keeps_words(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = take_in(store, REPORT, clock).sighting
    (exhibit,) = add_files(store, sighting, [_given()], clock)

    marked = mark_minor(store, exhibit.id)

    kept = store.get(Sighting, sighting.id)
    assert (marked.forgotten, kept.text, kept.address) == (
        (exhibit.id,),
        REPORT.text,
        REPORT.address,
    )
    with pytest.raises(ExhibitMissingError):
        store.open_exhibit(exhibit.id)


def test_after_marking_nothing_of_that_sighting_can_be_added(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = take_in(store, REPORT, clock).sighting
    (exhibit,) = add_files(store, sighting, [_given()], clock)
    (closed,) = mark_minor(store, exhibit.id).sightings

    with pytest.raises(PermitRefusedError):
        add_files(store, closed, [_given(2)], clock)


def test_marking_an_exhibit_that_is_not_there_is_explained(store: CaseStore) -> None:
    with pytest.raises(ExhibitMissingError):
        mark_minor(store, ExhibitId("exh-0000000000000000"))


def test_a_second_report_adds_its_words_its_place_and_the_earlier_time(
    store: CaseStore, clock: FakeClock
) -> None:
    later, earlier = clock.now(), clock.now() - timedelta(days=2)
    take_in(store, replace(REPORT, seen_at=later, seen_at_local="sau", seen_on="nhóm A"), clock)
    again = replace(
        REPORT, text="Bạn tôi cũng thấy.", seen_at=earlier, seen_at_local="trước", seen_by="bạn"
    )

    joined = take_in(store, again, clock).sighting

    assert (joined.text, joined.seen_on, joined.seen_by, joined.seen_at, joined.seen_at_local) == (
        f"{REPORT.text}\n\nBạn tôi cũng thấy.",
        "nhóm A",
        "bạn",
        earlier,
        "trước",
    )


def test_a_second_report_stands_in_the_log_as_it_was_given(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, REPORT, clock)
    assert REPORT.address is not None
    raw = "https://telegram.me/kenh/5"
    again = replace(REPORT, address=replace(REPORT.address, raw=raw), text="lần nữa")

    take_in(store, again, clock)

    last = [one for one in store.events() if one.kind is EventKind.REPORTED][-1]
    said = {field.name: field.value for field in last.fields}
    assert (said["address"], said["text"]) == (raw, "lần nữa")


def test_a_question_left_open_later_destroys_nothing(store: CaseStore, clock: FakeClock) -> None:
    sighting = take_in(store, REPORT, clock).sighting
    kept = add_files(store, sighting, [_given()], clock)

    joined = take_in(store, replace(REPORT, answers=NO_ANSWERS), clock).sighting

    assert (joined.answers, store.all(Exhibit)) == (ADULT, kept)


def test_a_sighting_that_was_marked_stays_closed_whatever_is_answered_later(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = take_in(store, REPORT, clock).sighting
    (exhibit,) = add_files(store, sighting, [_given()], clock)
    mark_minor(store, exhibit.id)

    again = take_in(store, replace(REPORT, text="nhầm"), clock).sighting

    assert (again.answers.all_yes, again.text) == (False, f"{REPORT.text}\n\nnhầm")


def test_an_answer_corrected_before_anything_was_kept_opens_the_sighting(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, replace(REPORT, answers=MAYBE_MINOR), clock)

    assert take_in(store, REPORT, clock).sighting.answers == ADULT
