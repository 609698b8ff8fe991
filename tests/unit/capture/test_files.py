"""A file is taken in byte for byte, with what it is and what it claims to be."""

import hashlib
import io

import pytest

from benban.capture.files import take_file
from benban.capture.media_types import sniff_media_type
from benban.errors import EmptyFileError, SpoolDamagedError
from benban.testing.pictures import draw_feed_picture
from benban.testing.spool import MemorySpool

JPEG = draw_feed_picture(1)


def test_a_file_is_kept_byte_for_byte_with_both_digests() -> None:
    spool = MemorySpool()

    taken = take_file(io.BytesIO(JPEG), "anh.jpg", spool)

    assert taken.part.open().read() == JPEG
    assert taken.part.sha256.hex == hashlib.sha256(JPEG).hexdigest()
    assert taken.part.sha512.hex == hashlib.sha512(JPEG).hexdigest()


def test_more_than_one_chunk_is_kept_whole() -> None:
    data = JPEG + bytes(range(256)) * 10_000

    taken = take_file(io.BytesIO(data), "anh.jpg", MemorySpool())

    assert taken.part.open().read() == data


def test_an_empty_file_is_refused_and_nothing_is_written() -> None:
    spool = MemorySpool()

    with pytest.raises(EmptyFileError):
        take_file(io.BytesIO(b""), "anh.jpg", spool)

    assert spool.parts == []


def test_a_renamed_file_is_kept_as_what_it_is_and_noticed() -> None:
    taken = take_file(io.BytesIO(JPEG), "hoa-don.pdf", MemorySpool())

    assert (taken.media_type, taken.claimed_media_type, taken.is_renamed) == (
        "image/jpeg",
        "application/pdf",
        True,
    )


@pytest.mark.parametrize("name", ["ảnh.JPG", "không có đuôi", "a.khong-biet"])
def test_a_name_that_claims_the_same_or_nothing_is_no_renaming(name: str) -> None:
    taken = take_file(io.BytesIO(JPEG), name, MemorySpool())

    assert taken.is_renamed is False


def test_a_spool_that_reads_back_differently_is_not_believed() -> None:
    with pytest.raises(SpoolDamagedError):
        take_file(io.BytesIO(JPEG), "anh.jpg", MemorySpool(spoil=True))


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"GIF89a\x01", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x10\x00\x00\x00ZZZZ", "application/octet-stream"),
        (b"\x00\x00\x00\x20ftypisom\x00", "video/mp4"),
        (b"\x00\x00\x00\x20ftypavif\x00", "image/avif"),
        (b"\x00\x00\x00\x20ftypheic\x00", "image/heic"),
        (b"\x00\x00\x00\x14ftypqt  \x00", "video/quicktime"),
        (b"\x1aE\xdf\xa3\x01", "video/webm"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04\x14", "application/zip"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xef\xbb\xbf\n <!DOCTYPE HTML>", "text/html"),
        (b'<?xml version="1.0"?><svg>', "image/svg+xml"),
        (b"<svg onload=alert(1)>", "image/svg+xml"),
        (b"\xff\xfe\x00\x00", "application/octet-stream"),
        (b"xin chao", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_first_bytes_say_what_a_file_is(start: bytes, media_type: str) -> None:
    assert sniff_media_type(start) == media_type
