"""A web archive of another program as second capture: what of it is noted, and what never is."""

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.casework.view import ViewRequest, build_view
from benban.casework.witness_recording import add_recording
from benban.dossier.view import Edition, OwnAccount
from benban.errors import WitnessKnownError, WitnessRefusedError, WitnessUnrelatedError
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit
from benban.model.sighting import Sighting, SightingKind
from benban.model.witness import Witness, WitnessForm
from benban.remedies.address import parse_address
from benban.remedies.catalogue import packaged_catalogue
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from benban.wording import Language
from tests.unit.unpack.webfiles import (
    HTML,
    PICTURE,
    PNG,
    answer_record,
    http_answer,
    packed,
    sha1,
    warc_record,
)
from tests.unit.vault.test_forgetting import plain_bytes

from .conftest import ADULT, MAYBE_MINOR

NAME = "Bạn ở Huế"
PAGE = "https://t.me/kenh_vi_du/5"
OTHERS = b"\x89PNG\r\n\x1a\n" + b"somebody else" * 20
OTHERS_AT = "https://example.test/nguoi-khac.png"


def recording(folder: Path, *records: bytes) -> Path:
    path = folder / "ban-khac.warc.gz"
    path.write_bytes(packed(*records))
    return path


def whole(folder: Path) -> Path:
    return recording(
        folder,
        answer_record(HTML, address=PAGE),
        answer_record(PNG, "image/png", address=PICTURE),
        answer_record(OTHERS, "image/png", address=OTHERS_AT),
    )


REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
REQUEST = ViewRequest(
    dossier_id="dos-0000000000000001",
    edition=Edition.READING,
    languages=(Language.EN,),
    exhibits=(),
    disclosure=None,
    own_account=OwnAccount(),
    with_comparison=False,
)


@pytest.fixture
def picture(store: CaseStore, clock: FakeClock) -> Exhibit:
    report = SightingReport(
        address=parse_address(f"{PAGE}?utm_source=x#top", packaged_catalogue()),
        kind=SightingKind.PUBLISHED,
        answers=ADULT,
    )
    sighting = take_in(store, report, clock).sighting
    (kept,) = add_files(store, sighting, [GivenFile(stream=io.BytesIO(PNG), name="a.png")], clock)
    return kept


def test_address_and_equal_bytes_are_noted_with_the_times_the_file_says(
    store: CaseStore, picture: Exhibit, clock: FakeClock, tmp_path: Path
) -> None:
    added = add_recording(store, NAME, whole(tmp_path), clock)

    assert (added.form, added.format, added.key_id) == (WitnessForm.RECORDING, "warc", "")
    assert (added.addresses, added.same) == ((PAGE,), ((picture.id, "record 1"),))
    assert str(added.made_at) == "2026-11-22 08:15:30+00:00"
    assert (added.stamped_at, added.differing, added.unread) == (None, 0, 0)
    assert store.all(Witness) == (added,)


def test_of_other_people_s_pictures_nothing_is_noted(
    store: CaseStore, picture: Exhibit, clock: FakeClock, tmp_path: Path
) -> None:
    add_recording(store, NAME, whole(tmp_path), clock)

    noted = plain_bytes(store)
    told = [OTHERS_AT.encode(), hashlib.sha256(OTHERS).hexdigest().encode(), OTHERS[8:40]]
    assert [one in noted for one in told] == [False] * 3
    assert picture.sha256.hex.encode() in noted


def test_with_an_age_answer_that_is_not_yes_no_picture_is_hashed(
    store: CaseStore, picture: Exhibit, clock: FakeClock, tmp_path: Path
) -> None:
    minor = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=MAYBE_MINOR)
    take_in(store, replace(minor, seen_on="nhóm B"), clock)
    path = whole(tmp_path)

    added = add_recording(store, NAME, path, clock)

    assert (added.items, added.dossier_sha256, added.differing) == ((), None, None)
    assert (added.addresses, picture.sha256 is not None) == ((PAGE,), True)
    assert hashlib.sha256(path.read_bytes()).hexdigest().encode() not in plain_bytes(store)


def test_a_digest_that_its_own_bytes_contradict_is_counted(
    store: CaseStore, picture: Exhibit, clock: FakeClock, tmp_path: Path
) -> None:
    wrong = f"WARC-Payload-Digest: {sha1(OTHERS)}"
    path = recording(tmp_path, warc_record(http_answer(HTML), wrong, address=PAGE))

    assert add_recording(store, NAME, path, clock).differing == 1
    assert picture.kind.is_questioned_media


def test_a_recording_of_something_else_leaves_nothing(
    store: CaseStore, picture: Exhibit, clock: FakeClock, tmp_path: Path
) -> None:
    path = recording(tmp_path, answer_record(OTHERS, "image/png", address=OTHERS_AT))
    entries = len(store.events())

    with pytest.raises(WitnessUnrelatedError):
        add_recording(store, NAME, path, clock)
    assert (store.all(Witness), len(store.events())) == ((), entries)
    assert picture.size_bytes == len(PNG)


def test_what_was_taken_into_this_case_does_not_bear_itself_out(
    store: CaseStore, picture: Exhibit, clock: FakeClock, tmp_path: Path
) -> None:
    path = whole(tmp_path)
    (sighting,) = store.all(Sighting)
    given = GivenFile(stream=io.BytesIO(path.read_bytes()), name="a.warc.gz")
    add_files(store, sighting, [given], clock)

    with pytest.raises(WitnessKnownError):
        add_recording(store, NAME, path, clock)
    assert picture.sighting_id == sighting.id


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x05\x06" + bytes(18), HTML])
def test_what_is_no_web_archive_is_refused(
    store: CaseStore, clock: FakeClock, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(data)

    with pytest.raises(WitnessRefusedError):
        add_recording(store, NAME, path, clock)


def test_a_record_that_cannot_be_read_is_counted_and_the_others_are_looked_at(
    store: CaseStore, picture: Exhibit, clock: FakeClock, tmp_path: Path
) -> None:
    broken = warc_record(
        http_answer(OTHERS, "image/png", "Content-Encoding: br"), address=OTHERS_AT
    )
    path = recording(tmp_path, broken, answer_record(PNG, "image/png", address=PICTURE))

    added = add_recording(store, NAME, path, clock)

    assert (len(added.same), added.unread > 0, picture.id) == (1, True, added.same[0][0])


@pytest.mark.parametrize("kind", [EventKind.FORGOTTEN, EventKind.MINOR_MARKED])
def test_what_is_destroyed_here_cannot_be_tested_by_the_recording(
    store: CaseStore, picture: Exhibit, clock: FakeClock, tmp_path: Path, kind: EventKind
) -> None:
    path = whole(tmp_path)
    add_recording(store, NAME, path, clock)
    subject = picture.id if kind is EventKind.FORGOTTEN else picture.sighting_id

    store.forget([picture.id], EventDraft(kind=kind, subject=subject))

    (after,) = store.all(Witness)
    assert (after.items, after.same, after.dossier_sha256) == ((), (), None)
    left = plain_bytes(store)
    digests = (picture.sha256.hex, hashlib.sha256(path.read_bytes()).hexdigest())
    assert [one.encode() in left for one in digests] == [False, False]


def test_a_dossier_of_chosen_items_does_not_tell_another_place_from_the_recording(
    store: CaseStore, picture: Exhibit, clock: FakeClock, tmp_path: Path
) -> None:
    second = "https://t.me/kenh_khac/9"
    place = parse_address(second, packaged_catalogue())
    take_in(store, replace(REPORT, address=place), clock)
    records = [answer_record(HTML, address=one) for one in (PAGE, second)]
    png = answer_record(PNG, "image/png", address=PICTURE)
    add_recording(store, NAME, recording(tmp_path, *records, png), clock)

    told = [
        build_view(store, replace(REQUEST, exhibits=chosen), clock).witnesses[0].addresses
        for chosen in ((), (picture.id,))
    ]

    assert told == [(PAGE, second), (PAGE,)]


def test_where_nobody_was_asked_nothing_is_hashed(
    store: CaseStore, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[object] = []
    monkeypatch.setattr("benban.casework.witness_recording.measure_file", hashed.append)
    monkeypatch.setattr("benban.casework.import_opening.Pinning", lambda: hashed.append("file"))

    with pytest.raises(WitnessUnrelatedError):
        add_recording(store, NAME, whole(tmp_path), clock)
    assert hashed == []
