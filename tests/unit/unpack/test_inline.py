import base64
import binascii
import io
import json

import pytest

from benban.unpack.inline import MARK, Inline, open_inline, split_inline, without_inline
from tests.unit.unpack.webfiles import PNG

LETTERS = base64.b64encode(PNG)
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(200)))
WEBP = base64.b64encode(b"RIFF\x24\x01\x00\x00WEBPVP8 " + bytes(range(200)))
# Its second segment is a comment, so that a slash follows the first bytes.
COMMENTED = base64.b64encode(b"\xff\xd8\xff\xfe\x00\x22" + bytes(range(200)))
BITMAP = base64.b64encode(b"BM\x36\x10\x00\x00" + bytes(4) + bytes(range(200)))
FILM = base64.b64encode(b"\x00\x00\x00\x20ftypisom" + bytes(range(200)))


class Slow(io.BytesIO):
    """Gives one byte at a time, so that every beginning is cut in two."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1 if size else 0)


def kept(text: bytes) -> bytes:
    pieces, _ = without_inline(io.BytesIO(text))
    return b"".join(pieces)


def found(text: bytes) -> list[Inline]:
    return [piece for piece in split_inline(io.BytesIO(text)) if isinstance(piece, Inline)]


@pytest.mark.parametrize(
    "inside",
    [
        b"data:image/png;base64," + LETTERS,
        b"DATA:Image/PNG;charset=x;BASE64," + LETTERS,
        b"data:image\\/png;base64," + LETTERS.replace(b"/", b"\\/"),
        b"data%3Aimage%2Fpng%3Bbase64%2C" + LETTERS.replace(b"/", b"%2F"),
        b"data:text/html;base64," + LETTERS,
        b"data:application/octet-stream;base64," + LETTERS,
        b"data:;base64," + LETTERS,
        b"data:image/svg+xml,%3Csvg%20xmlns=%27x%27%3E",
        LETTERS,
        JPEG,
        JPEG.replace(b"/", b"\\/"),
        FILM,
        WEBP,
        JPEG.translate(bytes.maketrans(b"+/", b"-_")),
        JPEG.replace(b"/", b"\\u002F"),
        b"data:image&#x2F;png;base64," + LETTERS.replace(b"/", b"&#47;"),
        b"data&#58;image/png;base64," + LETTERS,
        b"&#10;".join(JPEG[at : at + 76] for at in range(0, len(JPEG), 76)),
        b"\n".join(JPEG[at : at + 76] for at in range(0, len(JPEG), 76)),
        COMMENTED,
        COMMENTED.replace(b"/", b"\\/"),
        COMMENTED.replace(b"/", b"\\u002f"),
        COMMENTED.replace(b"/", b"%2f"),
        BITMAP,
        b'data:image/jpeg;name=\\"a b\\";base64,' + LETTERS,
        b"data: image/png; base64," + LETTERS,
    ],
)
@pytest.mark.parametrize("way", [io.BytesIO, Slow])
def test_a_picture_in_a_text_is_taken_out_and_the_rest_stays(
    inside: bytes, way: type[io.BytesIO]
) -> None:
    text = b'{"anh": "' + inside + b'", "sau": "ch\xe1\xbb\xaf"}'
    pieces, taken = without_inline(way(text))

    assert b"".join(pieces) == b'{"anh": "' + MARK + b'", "sau": "ch\xe1\xbb\xaf"}'
    assert len(taken) == 1


@pytest.mark.parametrize(
    "before", [b"base64\\r\\n\\r\\n", b"img%3D", b"\\u0022", b"\\x22", b"%2522"]
)
@pytest.mark.parametrize("way", [io.BytesIO, Slow])
def test_a_picture_begins_behind_an_escape_too(before: bytes, way: type[io.BytesIO]) -> None:
    pieces, taken = without_inline(way(b'{"thu": "' + before + JPEG + b'"}'))

    assert b"".join(pieces) == b'{"thu": "' + before + MARK + b'"}'
    assert len(taken) == 1


def test_a_row_of_escaped_separators_does_not_keep_the_computer_busy() -> None:
    text = b"data:" + b"%3B" * 200 + b" x"

    assert kept(text) == text


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"the data: of the day, and more",
        b"data:text/plain,hello",
        b"src:url(data:font/woff2;base64,d09GMgABAAAAA)",
        b"https://example.test/9j/anh",
        b"iVBORw0KGgo is how a PNG begins",
        b"a" * 3000,
        b"<p>" + "chữ ".encode() * 100_000,
    ],
)
def test_a_text_without_pictures_stays_byte_for_byte(text: bytes) -> None:
    assert kept(text) == text


def test_a_font_that_is_a_picture_is_taken_out() -> None:
    text = b"url(data:font/woff2;base64," + LETTERS + b")"

    assert kept(text) == b"url(data:font/woff2;base64," + MARK + b")"


@pytest.mark.parametrize(
    "written",
    [
        b"data:image/png;base64," + LETTERS,
        b"data:image/png;base64," + LETTERS.replace(b"/", b"%2F").replace(b"=", b"%3D"),
        b"data:image/png;base64," + LETTERS.replace(b"/", b"\\/"),
        LETTERS,
    ],
)
def test_what_was_taken_out_can_be_opened(written: bytes) -> None:
    text = b"<p>" * 400_000 + b'<img src="' + written + b'">' + b"</p>" * 400_000
    (inline,) = found(text)

    assert open_inline(lambda: io.BytesIO(text), inline).read() == PNG


def test_a_drawing_in_open_text_is_opened_without_its_escapes() -> None:
    text = b'"data:image/svg+xml,%3Csvg%3E" '
    (inline,) = found(text)

    assert (inline.media_type, open_inline(lambda: io.BytesIO(text), inline).read()) == (
        "image/svg+xml",
        b"<svg>",
    )


def test_megabytes_of_pictures_leave_a_small_text() -> None:
    picture = b'<img src="data:image/png;base64,' + b"QUJD" * 2_000_000 + b'">'

    assert len(kept(picture * 3)) < 200
    assert [one.end - one.start for one in found(picture * 3)] == [8_000_000] * 3


def test_a_hundred_thousand_tiny_pictures_come_to_an_end() -> None:
    assert len(found(b"data:;base64,A\r\n" * 100_000)) == 100_000


def uuencoded(data: bytes, line_end: bytes = b"\n") -> bytes:
    """Return *data* as old mail programs write a file into a text."""
    lines = [binascii.b2a_uu(data[at : at + 45])[:-1] for at in range(0, len(data), 45)]
    return line_end.join([b"begin 644 anh.png", *lines, b"`", b"end", b""])


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("reader", [io.BytesIO, Slow])
def test_a_picture_in_uuencode_is_taken_out_of_a_text_and_can_be_opened(
    line_end: bytes, reader: type[io.BytesIO]
) -> None:
    text = b"Xem \xe1\xba\xa3nh" + line_end + uuencoded(PNG * 50, line_end) + b"h\xe1\xba\xbft"

    pieces, taken = without_inline(reader(text))
    left = b"".join(pieces)

    assert left == b"Xem \xe1\xba\xa3nh" + line_end + MARK + b"end" + line_end + b"h\xe1\xba\xbft"
    assert [one.is_uu for one in taken] == [True]
    assert open_inline(lambda: io.BytesIO(text), taken[0]).read() == PNG * 50


def test_a_picture_in_uuencode_ends_with_its_text_in_json() -> None:
    said = json.dumps({"text": uuencoded(PNG * 5).decode(), "next": "TIẾP"}).encode()

    left = json.loads(kept(said))

    assert (left["text"], left["next"]) == (MARK.decode() + "end\n", "TIẾP")


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 times\nand again",
        b"Begin 644 anh.png\nM" + b"A" * 60 + b"\n",
        b"we begin 644 anh.png\nM" + b"A" * 60 + b"\n",
    ],
)
def test_words_that_only_begin_like_uuencode_stay(text: bytes) -> None:
    assert kept(text) == text
