"""What is said aloud is kept as it comes, apart from the case, and never with a picture in it."""

import io
import random
import tarfile
from contextlib import suppress
from io import BytesIO

import pyrage
import pytest

from benban.casework.destroy_case import destroy_case
from benban.casework.hand_over import Recipient, hand_over
from benban.casework.sound_kinds import holds_picture, kind_of
from benban.casework.spoken import (
    MOST_BYTES,
    destroy_recording,
    keep_piece,
    keep_recording,
    read_recording,
    recordings_of,
)
from benban.casework.take_in import SightingReport, take_in
from benban.errors import (
    CaseMissingError,
    NotARecordingError,
    NotStoredError,
    RecordingGapError,
    RecordingTooLargeError,
)
from benban.model.ids import new_recording_id
from benban.model.sighting import SightingKind
from benban.seal.age import fresh_identity, recipient_of
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, Vault

from .conftest import ADULT

WEBM = b"\x1a\x45\xdf\xa3"
CANARY = b"chim-hoang-yen-biet-noi"


def test_what_was_kept_is_what_came_in_the_order_in_which_it_came(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    recording = new_recording_id()
    for number, piece in enumerate((WEBM + b"mot", b"hai", b"ba")):
        keep_piece(vault, store.case.id, recording, number, piece, clock)

    assert read_recording(vault, store.case.id, recording) == WEBM + b"mothaiba"


def test_a_piece_whose_answer_was_lost_may_come_twice_and_stands_once(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    recording = new_recording_id()
    for number in (0, 0):
        keep_piece(vault, store.case.id, recording, number, WEBM + b"mot", clock)

    assert read_recording(vault, store.case.id, recording) == WEBM + b"mot"


def test_a_piece_after_all_was_destroyed_brings_nothing_back(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    recording = new_recording_id()
    keep_piece(vault, store.case.id, recording, 0, WEBM, clock)
    destroy_recording(vault, store.case.id, recording)

    with pytest.raises(RecordingGapError):
        keep_piece(vault, store.case.id, recording, 1, b"hai", clock)
    assert recordings_of(vault, store.case.id) == ()


def test_nothing_of_a_destroyed_recording_stands_in_the_vault(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    gone = keep_recording(vault, store.case.id, BytesIO(WEBM + CANARY), clock)
    stays = keep_recording(vault, store.case.id, BytesIO(WEBM + b"khac"), clock)

    destroy_recording(vault, store.case.id, gone.id)

    assert [one.id for one in recordings_of(vault, store.case.id)] == [stays.id]
    with pytest.raises(NotStoredError):
        read_recording(vault, store.case.id, gone.id)
    rows = vault.entered.index.database.rows("SELECT name, value FROM settings")
    assert not [name for name, value in rows if gone.id in str(name) or CANARY in bytes(value)]  # type: ignore[arg-type] # settings are bytes


def test_it_goes_with_the_case_and_nothing_is_kept_for_it_afterwards(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    case_id = store.case.id
    recording = new_recording_id()
    keep_piece(vault, case_id, recording, 0, WEBM, clock)

    destroy_case(vault, case_id)

    with pytest.raises(CaseMissingError):
        keep_piece(vault, case_id, new_recording_id(), 0, WEBM, clock)
    rows = vault.entered.index.database.rows("SELECT name FROM settings")
    assert not [name for (name,) in rows if str(case_id) in str(name)]


def test_keeping_hearing_and_destroying_leave_no_trace_in_the_log(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    before = store.entry_count
    one = keep_recording(vault, store.case.id, BytesIO(WEBM + CANARY), clock)
    read_recording(vault, store.case.id, one.id)
    destroy_recording(vault, store.case.id, one.id)

    assert store.entry_count == before


def test_no_byte_of_it_is_in_a_hand_over(vault: Vault, store: CaseStore, clock: FakeClock) -> None:
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT, text="")
    take_in(store, report, clock)
    keep_recording(vault, store.case.id, BytesIO(WEBM + CANARY), clock)
    identity = fresh_identity()
    to = Recipient(name="A", purpose="B", legal_basis="C", key=recipient_of(identity))
    sealed = BytesIO()
    hand_over(vault, store, to, sealed)

    opened = pyrage.decrypt(sealed.getvalue(), [pyrage.x25519.Identity.from_str(identity)])
    with tarfile.open(fileobj=io.BytesIO(opened)) as packed:
        names = packed.getnames()
    assert CANARY not in opened
    assert not [name for name in names if "spoken" in name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0 a photo",
        b"\x89PNG\r\n",
        b"plain words",
        WEBM + b"....\x86\x85V_VP8......",
        WEBM + b"....\x46\x60\x8aimage/jpeg",
        b"\0\0\0\x18ftypisom" + b"." * 9 + b"hdlr" + bytes(8) + b"vide",
        b"\0\0\0\x18ftypM4A " + b"covr" + bytes(4) + b"data" + b"\xff\xd8\xff",
        b"ID3\x04\0\0\0\0\0\x40" + b"APIC" + bytes(7) + b"image/jpeg\0" + bytes(40),
        b"ID3\x03\0\0\0\0\0\x40" + b"APIC" + bytes(7) + b"PNG\0" + bytes(50),
        b"ID3\x02\0\0\0\0\0\x40" + b"PIC\0\0\x30" + b"\0PNG\3\0" + bytes(50),
        b"RIFF\0\0\0\0WAVEid3 ....ID3\x04APIC" + bytes(7) + b"image/png\0",
        b"OggS" + bytes(24) + b"OpusTags....metadata_block_picture=AAAA",
        b"OggS" + bytes(24) + b"\x80theora",
    ],
)
def test_what_is_no_sound_or_holds_a_picture_is_not_kept(
    vault: Vault, store: CaseStore, clock: FakeClock, content: bytes
) -> None:
    with pytest.raises(NotARecordingError):
        keep_recording(vault, store.case.id, BytesIO(content), clock)

    assert recordings_of(vault, store.case.id) == ()


def test_a_mark_of_a_picture_that_lies_across_two_pieces_is_found(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    recording = new_recording_id()
    keep_piece(vault, store.case.id, recording, 0, WEBM + b"....\x86\x85V_", clock)

    with pytest.raises(NotARecordingError):
        keep_piece(vault, store.case.id, recording, 1, b"VP9....", clock)


@pytest.mark.parametrize(("size", "is_refused"), [(b"\0\0\1\x48", True), (b"\0\0\0\x14", False)])
def test_the_mark_of_a_frame_counts_to_the_end_of_the_tag_also_in_a_later_piece(
    vault: Vault, store: CaseStore, clock: FakeClock, size: bytes, *, is_refused: bool
) -> None:
    recording = new_recording_id()
    head = b"ID3\x04\0\0" + size + bytes(60)
    keep_piece(vault, store.case.id, recording, 0, head, clock)

    with suppress(NotARecordingError):
        keep_piece(vault, store.case.id, recording, 1, b"APIC" + bytes(7) + b"PNG", clock)

    (kept,) = recordings_of(vault, store.case.id)
    assert len(kept.sizes) == (1 if is_refused else 2)


@pytest.mark.parametrize(
    "head",
    [
        WEBM,
        b"OggS",
        b"\0\0\0\x18ftypM4A ",
        b"RIFF\0\0\0\0WAVE",
        b"ID3\x04\0\0\0\0\0\x0a",
        b"ID3\x02\0\0\0\0\0\x0a",
        b"\xff\xf1\x50",
        b"\xff\xfb\x90",
    ],
)
def test_a_long_recording_is_not_refused_for_what_stands_in_it_by_chance(head: bytes) -> None:
    # The short marks are put in on purpose: luck need not bring them.
    chance = random.Random(7)
    short = (b"APIC", b"apic", b"image/x", b"V_VP", b"v_av1", b"OVP80", b"PIC", b"covr")
    whole = head + b"".join(
        chance.randbytes(1 << 20) + short[number % len(short)] for number in range(31)
    )

    assert not holds_picture(kind_of(whole), whole[:10], whole, 0)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (WEBM, "audio/webm"),
        (b"OggS", "audio/ogg"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"\xff\xf1\x50", "audio/aac"),
    ],
)
def test_its_kind_is_told_by_its_first_bytes(
    vault: Vault, store: CaseStore, clock: FakeClock, content: bytes, media_type: str
) -> None:
    kept = keep_recording(vault, store.case.id, BytesIO(content + b"...."), clock)

    assert kept.media_type == media_type


def test_of_a_file_that_is_too_long_nothing_stays(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    with pytest.raises(RecordingTooLargeError):
        keep_recording(vault, store.case.id, BytesIO(WEBM + bytes(MOST_BYTES)), clock)

    assert recordings_of(vault, store.case.id) == ()
