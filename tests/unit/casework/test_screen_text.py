from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest

from benban.casework.add_files import add_files
from benban.casework.events import event
from benban.casework.originals import GivenFile
from benban.casework.screen_text import (
    ReadText,
    read_kept_text,
    read_screen_text,
    text_of_picture,
)
from benban.casework.take_in import SightingReport, take_in
from benban.errors import (
    BenbanError,
    NotAPictureError,
    PermitRefusedError,
    TextReaderMissingError,
)
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.sighting import Sighting, SightingKind
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from tests.unit.casework.conftest import ADULT, MAYBE_MINOR


class Copier:
    """Hands on what it is given."""

    def grey_copy(self, picture: object, max_side_px: int) -> bytes:
        assert hasattr(picture, "read")
        content: bytes = picture.read()
        return content


class Reader:
    """Reads always the same, or fails."""

    def __init__(self, text: str = "", error: BenbanError | None = None) -> None:
        self.text, self.error, self.asked = text, error, 0

    def read(self, png: bytes) -> ReadText:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return ReadText(text=self.text, program="Tesseract 5.3.0", languages=("vie", "eng"))


def supplied(store: CaseStore, clock: FakeClock, content: bytes = b"\x89PNG\r\n\x1a\n") -> Exhibit:
    report = SightingReport(address=None, kind=SightingKind.THREATENED, answers=ADULT)
    sighting = take_in(store, report, clock).sighting
    given = GivenFile(stream=BytesIO(content), name="man-hinh.png")
    return add_files(store, sighting, [given], clock)[0]


def read(store: CaseStore, picture: Exhibit, reader: Reader, clock: FakeClock) -> Exhibit:
    return read_screen_text(store, picture.id, copier=Copier(), reader=reader, clock=clock)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 22, 13, 15, tzinfo=UTC))


def test_the_text_is_kept_beside_the_picture_and_says_that_a_machine_read_it(
    store: CaseStore, clock: FakeClock
) -> None:
    picture = supplied(store, clock)

    text = read(store, picture, Reader("Trả tiền đi\n\n\x1b[31m"), clock)

    assert (text.kind, text.derived_from) == (ExhibitKind.MACHINE_READ_TEXT, (picture.id,))
    lines = read_kept_text(store, text).splitlines()
    assert "Máy đọc" in lines[0]
    assert "machine" in lines[0]
    assert lines[1:] == ["Tesseract 5.3.0, vie+eng", "", "Trả tiền đi", "", "[31m"]


def test_a_picture_is_read_once(store: CaseStore, clock: FakeClock) -> None:
    picture, reader = supplied(store, clock), Reader("a")

    first, second = (read(store, picture, reader, clock) for _ in range(2))

    assert (first, reader.asked) == (second, 1)


def test_a_missing_program_is_recorded_as_not_done(store: CaseStore, clock: FakeClock) -> None:
    picture = supplied(store, clock)

    with pytest.raises(TextReaderMissingError):
        read(store, picture, Reader(error=TextReaderMissingError()), clock)

    last = store.events()[-1]
    assert last.kind is EventKind.ATTEMPT_FAILED
    assert {one.name: one.value for one in last.fields}["reason"] == "BB-830"
    assert text_of_picture(store, picture.id) is None


def test_what_is_no_picture_is_not_opened(store: CaseStore, clock: FakeClock) -> None:
    reader = Reader("a")

    with pytest.raises(NotAPictureError):
        read(store, supplied(store, clock, b"%PDF-1.7"), reader, clock)

    assert reader.asked == 0


def test_without_a_permit_nothing_is_read(store: CaseStore, clock: FakeClock) -> None:
    picture, reader = supplied(store, clock), Reader("a")
    sighting = replace(store.get(Sighting, picture.sighting_id), answers=MAYBE_MINOR)
    store.record(event(EventKind.ANSWERS_CHANGED, sighting.id), save=[sighting])
    before = len(store.events())

    with pytest.raises(PermitRefusedError):
        read(store, picture, reader, clock)

    assert reader.asked == 0
    assert len(store.events()) == before


def test_the_text_goes_with_its_picture(store: CaseStore, clock: FakeClock) -> None:
    picture = supplied(store, clock)
    text = read(store, picture, Reader("a"), clock)

    gone = store.forget([picture.id], event(EventKind.FORGOTTEN))

    assert set(gone) == {picture.id, text.id}
