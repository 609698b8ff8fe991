"""What may be asked for, and what may be read, while a page is loaded without media."""

import pytest

from benban.outside.browser_gate import (
    is_media_answer,
    is_media_body,
    is_media_request,
    is_needless_request,
    is_piece_of_media,
)
from benban.testing.pictures import draw_feed_picture

PLAIN = {"Accept": "*/*"}


@pytest.mark.parametrize(
    ("resource", "address", "fields"),
    [
        ("Image", "https://a.test/x", PLAIN),
        ("Media", "https://a.test/x", PLAIN),
        ("Other", "https://a.test/favicon.ico", PLAIN),
        ("Fetch", "https://a.test/a.jpg?size=big", PLAIN),
        ("XHR", "https://a.test/a.MP4", PLAIN),
        ("Document", "https://a.test/frame.webp", PLAIN),
        ("Fetch", "https://a.test/x", {"accept": "image/avif,image/webp,*/*;q=0.8"}),
    ],
)
def test_a_request_for_a_picture_is_known_before_it_is_sent(
    resource: str, address: str, fields: dict[str, str]
) -> None:
    assert is_media_request(resource, address, fields) is True


@pytest.mark.parametrize(
    ("resource", "address"),
    [
        ("Document", "https://a.test/x"),
        ("Script", "https://a.test/x.js"),
        ("Stylesheet", "https://a.test/x.css"),
        ("Fetch", "https://a.test/api?file=a.jpg"),
        ("Font", "https://a.test/x.woff2"),
    ],
)
def test_what_a_reader_reads_is_asked_for(resource: str, address: str) -> None:
    assert is_media_request(resource, address, {"Accept": "text/html,image/*;q=0.8"}) is False


@pytest.mark.parametrize(
    ("resource", "fields"),
    [
        ("Ping", {}),
        ("Manifest", {}),
        ("CSPViolationReport", {}),
        ("Fetch", {"Sec-Purpose": "prefetch"}),
        ("Document", {"sec-purpose": "prefetch;prerender"}),
        ("Script", {"Purpose": "prefetch"}),
    ],
)
def test_what_serves_no_reader_is_not_sent(resource: str, fields: dict[str, str]) -> None:
    assert is_needless_request(resource, fields) is True


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("image/jpeg", True),
        (" Video/MP4; codecs=x", True),
        ("audio/ogg", True),
        ("image/svg+xml", True),
        ("text/html; charset=utf-8", False),
        ("application/octet-stream", False),
        ("", False),
    ],
)
def test_an_answer_is_judged_by_its_own_type(content_type: str, expected: bool) -> None:
    assert is_media_answer(content_type) is expected


def test_a_picture_under_another_type_is_found_by_its_bytes() -> None:
    assert is_media_body(draw_feed_picture(1)) is True
    assert is_media_body(b'{"a": 1}') is False


@pytest.mark.parametrize(
    "piece",
    [
        b"\x00\x00\x00\x18stypmsdh",
        b"\x00\x00\x00\x68moof",
        b"\x00\x00\x00\x2csidx",
        b"\x1f\x43\xb6\x75\x01",
        (b"G" + bytes(187)) * 3,
        b"\x00\x00\x01\x00\x01\x00",
    ],
)
def test_a_piece_of_a_streamed_film_is_found_by_its_bytes(piece: bytes) -> None:
    assert is_media_body(piece) is True


def test_a_bundle_of_pictures_is_media_and_a_text_about_them_is_not() -> None:
    assert is_media_body(b"\x00\x02bundle" + draw_feed_picture(1)) is True
    assert is_media_body("JFIF, Exif, PNG: ÿØÿà".encode()) is False


@pytest.mark.parametrize(
    ("status", "content_type", "is_piece"),
    [
        (206, "application/octet-stream", True),
        (206, "", True),
        (206, "video/mp4", True),
        (206, "text/plain; charset=utf-8", False),
        (206, "application/ld+json", False),
        (200, "application/octet-stream", False),
    ],
)
def test_a_stretch_of_what_is_no_text_counts_as_media(
    status: int, content_type: str, is_piece: bool
) -> None:
    assert is_piece_of_media(status, content_type) is is_piece
