"""A film in a scan: a row with what lies near one of its frames, or why it was not compared."""

import hashlib
import io
from functools import cache
from typing import BinaryIO

import numpy as np
import pytest

from benban.bank.words import as_words
from benban.errors import FenceUnavailableError, PictureUnsafeError, VideoDamagedError
from benban.fingerprint.frames import fingerprint_video
from benban.model.clip import FrameFingerprint, VideoFingerprint
from benban.model.fingerprint import PictureFingerprint, ScannedPicture
from benban.scan import batch
from benban.scan.banked import BankedHashes
from benban.scan.batch import scan_batch
from benban.scan.film import film_type, nearest_frame
from benban.scan.record import Item, ScanRecord
from benban.testing.clips import code_video, drawn_shots
from tests.scan_store import OpenLooker, jpeg, turned_png


@cache
def film() -> bytes:
    return code_video(drawn_shots([3, 8]))


@cache
def seen() -> VideoFingerprint:
    return fingerprint_video(io.BytesIO(film()))


def item(data: bytes) -> Item:
    return Item(path="a.mp4", open=lambda: io.BytesIO(data))


def banked(*hashes: str) -> BankedHashes:
    return BankedHashes(np.arange(10, 10 + len(hashes), dtype=np.int64), as_words(hashes))


class Says(OpenLooker):
    """Says of a film what it was told."""

    def __init__(self, answer: VideoFingerprint | Exception) -> None:
        self.answer = answer

    def film(self, film: BinaryIO) -> VideoFingerprint:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_a_frame_near_a_hash_makes_the_film_a_match_with_its_time() -> None:
    late = seen().frames[-1]

    (row,) = scan_batch([item(film())], banked("00" * 32, late.dihedral[5]), OpenLooker())

    assert row.match is not None
    assert late.at_ms > 0
    assert (row.match.number, row.match.distance_bits, row.match.at_ms) == (11, 0, late.at_ms)
    assert row.match.sha256 == hashlib.sha256(film()).hexdigest()
    assert (row.media_type, row.problem) == ("video/mp4", "")


def test_a_film_like_nothing_has_a_row_without_a_problem() -> None:
    (row,) = scan_batch([item(film())], banked("00" * 32), OpenLooker())

    assert row == ScanRecord(path="a.mp4", within=None, address="", media_type="video/mp4")


def test_a_film_that_was_not_read_to_its_end_says_so() -> None:
    part = VideoFingerprint(frames=seen().frames, read_ms=seen().read_ms, is_whole=False)

    (row,) = scan_batch([item(film())], banked("00" * 32), Says(part))
    (near,) = scan_batch([item(film())], banked(part.frames[-1].dihedral[0]), Says(part))

    assert (row.match, row.problem) == (None, "BB-974")
    assert near.match is not None


def test_a_film_longer_than_any_picture_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_BYTES", len(film()) // 2)

    (row,) = scan_batch([item(film())], banked(seen().frames[-1].dihedral[0]), OpenLooker())

    assert row.match is not None
    assert row.match.sha256 == hashlib.sha256(film()).hexdigest()


@pytest.mark.parametrize("error", [VideoDamagedError("x"), PictureUnsafeError("x")])
def test_a_film_that_cannot_be_read_is_a_row_with_its_code(
    error: VideoDamagedError | PictureUnsafeError,
) -> None:
    (row,) = scan_batch([item(film())], banked("00" * 32), Says(error))

    assert (row.media_type, row.match, row.problem) == ("video/mp4", None, error.code)


def test_without_a_fence_no_film_is_passed_over() -> None:
    with pytest.raises(FenceUnavailableError):
        scan_batch([item(film())], banked("00" * 32), Says(FenceUnavailableError("x")))


def test_a_frame_below_the_quality_of_pdq_matches_nothing() -> None:
    poor = FrameFingerprint(number=0, at_ms=0, quality=49, dihedral=("00" * 32,) * 8)
    found = VideoFingerprint(frames=(poor,), read_ms=0, is_whole=True)

    assert nearest_frame(found, banked("00" * 32), 31) is None


def test_of_equals_the_smallest_number_and_the_first_time_are_said() -> None:
    frames = tuple(
        FrameFingerprint(number=at, at_ms=at * 1000, quality=90, dihedral=(one * 32,) * 8)
        for at, one in enumerate(("0f", "ff", "00", "ff"))
    )
    found = nearest_frame(
        VideoFingerprint(frames=frames, read_ms=3000, is_whole=True),
        banked("ff" * 32, "ff" * 32, "00" * 31 + "01"),
        31,
    )

    assert found is not None
    assert (found.nearest.number, found.nearest.count, found.at_ms) == (10, 3, 1000)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (jpeg(1), ""),
        (turned_png(1), ""),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", ""),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00avifmif1", ""),
        (b"RIFF\x00\x00\x00\x00WEBP", ""),
        (b"no picture", ""),
        (b"", ""),
        (b"RIFF\x00\x00\x00\x00AVI ", "video/x-msvideo"),
        (b"\x1aE\xdf\xa3", "video/x-matroska"),
        (b"FLV\x01", "video/x-flv"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/mp4"),
        ((b"\x47" + b"\x00" * 187) * 3, "video/mp2t"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
        (b"OggS", "video/ogg"),
    ],
)
def test_films_are_told_from_pictures_by_their_first_bytes(start: bytes, expected: str) -> None:
    assert film_type(start[:1024]) == expected


class Counts(OpenLooker):
    """Fails where a film reaches what decodes pictures."""

    def scan(self, picture: bytes) -> ScannedPicture:
        raise AssertionError

    def measure(self, picture: bytes) -> PictureFingerprint:
        raise AssertionError


def test_no_film_reaches_the_decoder_of_pictures() -> None:
    (row,) = scan_batch([item(film())], banked("00" * 32), Counts())

    assert row.problem == ""


def test_a_logo_before_a_film_does_not_hide_what_comes_after_it() -> None:
    first, late = seen().frames[0], seen().frames[-1]
    words = as_words([first.dihedral[0], first.dihedral[0], late.dihedral[3]])
    held = BankedHashes(np.array([10, 1 << 62, 11], np.int64), words)
    held.never_from = 1 << 62

    (row,) = scan_batch([item(film())], held, OpenLooker())

    assert row.match is not None
    assert (row.match.number, row.match.count) == (11, 1)
