import os
import sys
from pathlib import Path

import pytest

from benban.casework.album import AlbumKept, add_album, album_in, present_album
from benban.casework.compare_case import compare_case
from benban.casework.events import event
from benban.casework.originals import (
    PLAIN_COPIES_PER_CASE,
    GivenFile,
    declare_originals,
    digest_only_originals,
    spool_original,
)
from benban.casework.take_in import SightingReport, take_in
from benban.errors import NotStoredError, PermitRefusedError
from benban.model.custody import EventKind
from benban.model.exhibit import Arrival, Original
from benban.model.fingerprint import OriginalFingerprint
from benban.model.ids import new_original_id
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault, check_vault

from .conftest import ADULT, MAYBE_MINOR

SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."
REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)


@pytest.fixture
def declared(store: CaseStore, clock: FakeClock) -> CaseStore:
    """Return a case that is open to originals."""
    take_in(store, REPORT, clock)
    declare_originals(store, SENTENCE, SENTENCE)
    return store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an album of two photos in two folders, with what is no photo."""
    album = tmp_path / "anh"
    (album / "2024").mkdir(parents=True)
    (album / "1.jpg").write_bytes(draw_feed_picture(1))
    (album / "2024" / "2.jpg").write_bytes(draw_feed_picture(2))
    (album / "ghi chú.txt").write_text("không phải ảnh", encoding="utf-8")
    (album / "rỗng.jpg").write_bytes(b"")
    (album / "lối tắt.jpg").symlink_to(album / "1.jpg")
    return album


def _add(
    store: CaseStore, fence: Fence, clock: FakeClock, *paths: Path, digests_only: bool = False
) -> AlbumKept:
    return add_album(
        store,
        album_in(paths).files,
        fence,
        clock,
        is_in_other_case=lambda _: False,
        digests_only=digests_only,
    )


def test_of_a_folder_every_photo_is_kept_and_what_cannot_be_stops_no_other(
    declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    kept = _add(declared, fence, clock, folder)

    assert [one.original_name for one in kept.added] == ["1.jpg", "2.jpg"]
    assert [(one.name, one.error.code) for one in kept.left] == [
        ("ghi chú.txt", "BB-303"),
        ("rỗng.jpg", "BB-211"),
    ]


def test_a_link_in_a_folder_is_counted_and_never_opened(folder: Path) -> None:
    album = album_in([folder])

    assert album.refused == 1
    assert "lối tắt.jpg" not in [one.name for one in album.files]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes among files here")
def test_a_pipe_that_is_named_is_never_waited_for(
    declared: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "ong.jpg")

    kept = _add(declared, fence, clock, tmp_path / "ong.jpg")

    assert [one.error.code for one in kept.left] == ["BB-002"]


def test_a_name_that_no_file_can_have_is_named_and_the_others_are_kept(
    declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    kept = _add(declared, fence, clock, Path("a" * 300), folder / "1.jpg")

    assert [one.error.code for one in kept.left] == ["BB-002"]
    assert [one.original_name for one in kept.added] == ["1.jpg"]


@pytest.mark.skipif(sys.platform != "linux", reason="names are text here")
def test_a_photo_is_kept_although_its_name_is_no_text(
    declared: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    # As archives of before Unicode unpack it.
    album = tmp_path / "anh"
    album.mkdir()
    (album / os.fsdecode(b"h\xecnh.jpg")).write_bytes(draw_feed_picture(1))

    kept = _add(declared, fence, clock, album)

    assert [one.original_name for one in kept.added] == ["h\ufffdnh.jpg"]
    assert declared.get(Original, kept.added[0].id) == kept.added[0]


def test_an_album_that_was_interrupted_goes_on_and_doubles_nothing(
    declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    def stop(done: int, _count: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_album(
            declared,
            album_in([folder]).files,
            fence,
            clock,
            is_in_other_case=lambda _: False,
            tell=stop,
        )
    first = [one.original_name for one in declared.all(Original)]

    kept = _add(declared, fence, clock, folder)

    assert first == ["1.jpg"]
    assert [one.original_name for one in kept.known] == ["1.jpg"]
    assert [one.original_name for one in declared.all(Original)] == ["1.jpg", "2.jpg"]


def test_a_file_that_is_gone_when_its_turn_comes_is_named_and_the_others_are_kept(
    declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    album = album_in([folder / "1.jpg", folder / "2024" / "2.jpg"])
    (folder / "1.jpg").unlink()

    kept = add_album(declared, album.files, fence, clock, is_in_other_case=lambda _: False)

    assert [(one.name, one.error.code) for one in kept.left] == [("1.jpg", "BB-002")]
    assert [one.original_name for one in kept.added] == ["2.jpg"]


def test_of_many_plain_copies_the_first_thirty_are_kept_and_the_others_named(
    declared: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    many = tmp_path / "tin nhắn"
    many.mkdir()
    for number in range(PLAIN_COPIES_PER_CASE + 2):
        (many / f"{number:02}.jpg").write_bytes(draw_feed_picture(number))

    kept = _add(declared, fence, clock, many)

    assert len(kept.added) == PLAIN_COPIES_PER_CASE
    assert {one.arrival for one in kept.added} == {Arrival.PLAIN_COPY}
    assert [(one.name, one.error.code) for one in kept.left] == [
        ("30.jpg", "BB-108"),
        ("31.jpg", "BB-108"),
    ]


def test_nothing_is_read_where_somebody_may_be_under_18(
    store: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=MAYBE_MINOR)
    take_in(store, report, clock)

    with pytest.raises(PermitRefusedError):
        _add(store, fence, clock, folder)

    assert store.all(Original) == ()


def test_of_digests_only_no_picture_is_kept_and_the_vault_is_sound(
    vault: Vault, declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    kept = _add(declared, fence, clock, folder / "1.jpg", digests_only=True)

    (original,) = kept.added
    with pytest.raises(NotStoredError):
        declared.open_original(original.id)
    prints = [one.original_id for one in declared.all(OriginalFingerprint)]
    assert (original.is_kept, prints) == (False, [original.id])
    checked = check_vault(vault, read=True)
    assert [one for one in checked.checks if one.name in {"content", "extra"}] == []


def test_a_digest_stands_in_the_log_with_both_algorithms(
    declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    (original,) = _add(declared, fence, clock, folder / "1.jpg", digests_only=True).added

    (entry,) = [one for one in declared.events() if one.kind is EventKind.ORIGINAL_ADDED]
    said = {one.name: one.value for one in entry.fields}
    assert (said["content"], said["sha256"]) == ("digests-only", original.sha256.hex)
    assert len(said["sha512"]) == 128


def test_what_is_known_by_digest_alone_is_not_compared(
    declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    _add(declared, fence, clock, folder / "1.jpg", digests_only=True)

    result = compare_case(declared, fence, clock)

    assert (result.runs, len(digest_only_originals(declared))) == ((), 1)


def test_the_exact_file_shown_again_is_kept_whole_and_its_first_entry_stays(
    declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    (noted,) = _add(declared, fence, clock, folder / "1.jpg", digests_only=True).added

    shown = present_album(declared, album_in([folder]).files, fence)

    with declared.open_original(noted.id) as picture:
        assert picture.read() == (folder / "1.jpg").read_bytes()
    added = [one for one in declared.events() if one.kind is EventKind.ORIGINAL_ADDED]
    assert [(one.id, one.is_kept) for one in shown.added] == [(noted.id, True)]
    assert (next(one.error.code for one in shown.left), len(added)) == ("BB-930", 1)


def test_a_photo_that_was_not_measured_before_a_stop_is_measured_when_it_is_shown_again(
    declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    with (folder / "1.jpg").open("rb") as stream:
        part = spool_original(declared, GivenFile(stream=stream, name="1.jpg")).part
    noted = Original(
        id=new_original_id(),
        sha256=part.sha256,
        size_bytes=part.size_bytes,
        media_type="image/jpeg",
        original_name="1.jpg",
        arrival=Arrival.PLAIN_COPY,
        width_px=480,
        height_px=360,
        declared_at=clock.now(),
    )
    # Noted, shown, and stopped each time before the fingerprint was kept.
    declared.note_original(part, noted)
    declared.present_original(part, noted.id, event(EventKind.FINGERPRINTED, noted.id))

    present_album(declared, album_in([folder / "1.jpg"]).files, fence)

    assert [one.original_id for one in declared.all(OriginalFingerprint)] == [noted.id]


def test_digests_of_a_photo_that_was_kept_whole_take_nothing_away(
    declared: CaseStore, fence: Fence, clock: FakeClock, folder: Path
) -> None:
    _add(declared, fence, clock, folder / "1.jpg")

    again = _add(declared, fence, clock, folder / "1.jpg", digests_only=True)

    assert [one.is_kept for one in again.known] == [True]
