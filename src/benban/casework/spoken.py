"""
What the person said aloud: kept in pieces as they come, encrypted, beside the case.

The pieces stand among the settings of the vault, under names that hold the case's id, as private
notes do: no byte of them is in what is handed over or in a dossier, and the log, which goes along,
does not say that there are any. For the same reason listening is not logged: who looks at a
picture is noted because it is a picture of somebody; this is a voice that only its owner has.
They go with the case.

No piece is ever decoded here. Its first bytes say which kind it is, and a search for the marks
that each kind sets before a picture keeps out what shows somebody: these words are kept whatever
was answered about age, and a picture would not be.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

import msgspec

from benban.casework.sound_kinds import MARK_BYTES, TAG_HEAD_BYTES, holds_picture, kind_of
from benban.errors import (
    NotARecordingError,
    NotStoredError,
    RecordingGapError,
    RecordingTooLargeError,
)
from benban.model.clock import Clock
from benban.model.ids import CaseId, RecordingId, new_recording_id
from benban.model.spoken import Spoken
from benban.vault import Vault

# Two hours as a page records (24 kbit/s), half an hour as a telephone does (128 kbit/s).
MOST_BYTES = 32 << 20
# So that somebody who only forgot to stop does not fill the disk.
MOST_RECORDINGS = 20
_PIECE_BYTES = 512 << 10
_LIST, _PIECE = "spoken.list.", "spoken.piece."
# Two pages at once: each reads the list, and writes it with its own piece in it.
_WRITING = threading.Lock()
_ID = re.compile(r"spoken-[0-9a-f]+")


def recordings_of(vault: Vault, case_id: CaseId) -> tuple[Spoken, ...]:
    """Return every recording of a case, oldest first."""
    kept = vault.setting(_LIST + case_id)
    return msgspec.json.decode(kept, type=tuple[Spoken, ...]) if kept else ()


def recording_of(vault: Vault, case_id: CaseId, recording_id: str) -> Spoken:
    """
    Return one recording.

    Raises:
        NotStoredError: BB-412, there is none, or it was destroyed.
    """
    for one in recordings_of(vault, case_id):
        if one.id == recording_id:
            return one
    raise NotStoredError(Spoken.__name__, what=recording_id)


def keep_piece(
    vault: Vault, case_id: CaseId, recording_id: str, number: int, piece: bytes, clock: Clock
) -> Spoken:
    """
    Return a recording with one more piece, which lasts when this returns.

    The same piece sent once more is no fault: the answer to the first may have been lost.

    Args:
        vault: of the case.
        case_id: which.
        recording_id: random, given out before the first piece.
        number: of the piece, from nought.
        piece: at most 512 KiB as they came from the browser.
        clock: of the program.

    Raises:
        CaseMissingError: BB-103, it was destroyed meanwhile.
        RecordingTooLargeError: BB-045.
        NotARecordingError: BB-046.
        RecordingGapError: BB-047, an earlier piece is missing, as when all was destroyed meanwhile.
    """
    if not _ID.fullmatch(recording_id) or not piece or len(piece) > _PIECE_BYTES:
        raise NotARecordingError
    with _WRITING, vault.writers_held():
        # Held: nothing may be written for a case that is being destroyed.
        vault.case_entry(case_id)
        every = recordings_of(vault, case_id)
        known = next((one for one in every if one.id == recording_id), None)
        if known is not None and number == len(known.sizes) - 1:
            return known
        if number != (len(known.sizes) if known else 0):
            raise RecordingGapError
        if known is None and len(every) >= MOST_RECORDINGS:
            raise RecordingTooLargeError(most=MOST_RECORDINGS)
        grown = known or Spoken(
            id=RecordingId(recording_id),
            begun_at=clock.now(),
            media_type=kind_of(piece),
            sizes=(),
        )
        if _shows_somebody(vault, case_id, grown, piece):
            raise NotARecordingError
        if grown.size_bytes + len(piece) > MOST_BYTES:
            raise RecordingTooLargeError(most=MOST_RECORDINGS)
        grown = replace(grown, sizes=(*grown.sizes, len(piece)))
        # The piece first: what the list names is there.
        vault.set_setting(_name(case_id, recording_id, number), piece)
        _keep(vault, case_id, (*(one for one in every if one.id != recording_id), grown))
    return grown


def keep_recording(vault: Vault, case_id: CaseId, stream: BinaryIO, clock: Clock) -> Spoken:
    """
    Return a recording that came as a file; on any error nothing of it stays.

    Raises:
        NotARecordingError: BB-046, also for an empty file.
        RecordingTooLargeError: BB-045.
        OSError: it broke off.
    """
    recording_id = new_recording_id()
    kept: Spoken | None = None
    try:
        for number, piece in enumerate(iter(lambda: stream.read(_PIECE_BYTES), b"")):
            kept = keep_piece(vault, case_id, recording_id, number, piece, clock)
    except Exception:
        if kept is not None:
            destroy_recording(vault, case_id, recording_id)
        raise
    if kept is None:
        raise NotARecordingError
    return kept


def read_recording(vault: Vault, case_id: CaseId, recording_id: str) -> bytes:
    """
    Return the bytes of a recording as they came.

    Raises:
        NotStoredError: BB-412, there is none, or it was destroyed, also while this reads.
    """
    one = recording_of(vault, case_id, recording_id)
    pieces = [vault.setting(_name(case_id, one.id, number)) for number in range(len(one.sizes))]
    if tuple(map(len, pieces)) != one.sizes:
        raise NotStoredError(Spoken.__name__, what=recording_id)
    return b"".join(pieces)


def destroy_recording(vault: Vault, case_id: CaseId, recording_id: str) -> None:
    """
    Destroy one recording; one that is not there is no error: it was to be gone.

    Backups are not reached.
    """
    with _WRITING, vault.writers_held():
        every = recordings_of(vault, case_id)
        for one in every:
            if one.id == recording_id:
                # Before the list: what breaks off in between is listed still, and goes next time.
                for number in range(len(one.sizes)):
                    vault.drop_setting(_name(case_id, one.id, number))
        _keep(vault, case_id, tuple(one for one in every if one.id != recording_id))


def _shows_somebody(vault: Vault, case_id: CaseId, one: Spoken, piece: bytes) -> bool:
    head = before = b""
    if one.sizes:
        before = vault.setting(_name(case_id, one.id, len(one.sizes) - 1)) or b""
        head = vault.setting(_name(case_id, one.id, 0)) or b""
    before = before[-MARK_BYTES:]
    head = (head + piece)[:TAG_HEAD_BYTES]
    return holds_picture(one.media_type, head, before + piece, one.size_bytes - len(before))


def _keep(vault: Vault, case_id: CaseId, recordings: Sequence[Spoken]) -> None:
    ordered = sorted(recordings, key=lambda one: (one.begun_at, one.id))
    if ordered:
        vault.set_setting(_LIST + case_id, msgspec.json.encode(ordered))
    else:
        vault.drop_setting(_LIST + case_id)


def _name(case_id: CaseId, recording_id: str, number: int) -> str:
    return f"{_PIECE}{case_id}.{recording_id}.{number}"
