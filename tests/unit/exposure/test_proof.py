import hashlib
import zlib

import pytest

from benban.exposure.colour import Space, own_profile
from benban.exposure.proof import KNOWN_PROFILES, Leftover, prove_clean
from benban.exposure.redraw import redraw
from benban.exposure.strip_jpeg import StrippedJpeg, strip_jpeg
from benban.exposure.wish import SaferWish
from benban.testing.planted import (
    CANARY,
    Planted,
    drawn_picture,
    encoded,
    jpeg_segment,
    planted_files,
    png_chunk,
    private_profile,
)
from tests.architecture.sources import ROOT

_HEIC = (ROOT / "vectors" / "pictures" / "landscape-240x160.heic").read_bytes()
_PNG = redraw(encoded(drawn_picture(), "PNG"), SaferWish())


def _clean_jpeg() -> bytes:
    stripped = strip_jpeg(encoded(drawn_picture(), "JPEG"))
    assert isinstance(stripped, StrippedJpeg)
    return stripped.data


_JPEG = _clean_jpeg()


def test_the_profiles_allowed_are_those_that_are_written() -> None:
    written = {hashlib.sha256(own_profile(space)).hexdigest() for space in Space}

    assert written == KNOWN_PROFILES


@pytest.mark.parametrize(
    "planted", list(planted_files(_HEIC)), ids=lambda one: f"{one.container}-{one.kind}"
)
def test_nothing_of_what_was_planted_counts_as_a_picture(planted: Planted) -> None:
    assert prove_clean(planted.data).leftovers != ()


@pytest.mark.parametrize("kind", [*range(0xE0, 0xF0), 0xFE, 0xDC, 0xC8, 0xF0, 0x01])
def test_a_segment_that_is_not_on_the_list_is_left_over(kind: int) -> None:
    copy = _JPEG[:20] + jpeg_segment(kind, CANARY) + _JPEG[20:]

    assert prove_clean(copy).leftovers == (Leftover(part=f"segment {kind:02X}", at=20),)


@pytest.mark.parametrize(
    "copy",
    [
        _JPEG + b"\0",
        _JPEG + _JPEG,
        _JPEG[:-2],
        _JPEG[:-1],
        b"\xff\xd8\xff\xd9",
        _JPEG[:20] + jpeg_segment(0xDB, bytes(65) + b"more") + _JPEG[20:],
        _JPEG[:20] + jpeg_segment(0xC4, bytes(17) + b"more") + _JPEG[20:],
        _JPEG[:2] + jpeg_segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1" + bytes(3)) + _JPEG[20:],
        _JPEG[:20] + jpeg_segment(0xE2, b"ICC_PROFILE\0\1\1" + private_profile()) + _JPEG[20:],
        _JPEG[:20] + _JPEG[2:],
        _JPEG[:20] + b"junk" + _JPEG[20:],
    ],
)
def test_a_jpeg_with_anything_more_or_less_is_not_clean(copy: bytes) -> None:
    assert prove_clean(copy).leftovers != ()


_TABLE = (CANARY * 64)[:64]
_CODES = b"\3" + bytes(7) + b"\x40" + bytes(8) + _TABLE


@pytest.mark.parametrize("kind", ["baseline", "progressive"])
@pytest.mark.parametrize(
    "table",
    [
        pytest.param(jpeg_segment(0xDB, b"\3" + _TABLE), id="a quantiser of no component"),
        pytest.param(jpeg_segment(0xDB, b"\0" + _TABLE), id="a quantiser defined anew"),
        pytest.param(
            jpeg_segment(0xC4, b"\3" + bytes(7) + b"\x40" + bytes(8) + _TABLE), id="codes"
        ),
        pytest.param(jpeg_segment(0xCC, _TABLE), id="conditions where nothing is arithmetic"),
        pytest.param(jpeg_segment(0xDD, b"ab") * 2, id="restarts twice"),
    ],
)
@pytest.mark.parametrize("is_behind", [False, True])
def test_a_table_that_no_scan_uses_is_left_over(kind: str, table: bytes, is_behind: bool) -> None:
    stripped = strip_jpeg(encoded(drawn_picture(), "JPEG", progressive=kind == "progressive"))
    assert isinstance(stripped, StrippedJpeg)
    at = len(stripped.data) - 2 if is_behind else 20

    assert prove_clean(stripped.data[:at] + table + stripped.data[at:]).leftovers != ()


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"gAMA", b"prVt"])
@pytest.mark.parametrize("at", [33, len(_PNG) - 12])
def test_a_chunk_that_is_not_on_the_list_is_left_over(name: bytes, at: int) -> None:
    copy = _PNG[:at] + png_chunk(name, b"a\0\0" + zlib.compress(CANARY)) + _PNG[at:]

    assert prove_clean(copy).leftovers == (Leftover(part=f"chunk {name.decode()}", at=at),)


def _with_profile(body: bytes) -> bytes:
    return _PNG[:33] + png_chunk(b"iCCP", body) + _PNG[33:]


def _with_picture_data(packed: bytes) -> bytes:
    return _PNG[:33] + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")


_ROWS = bytes(240 * (1 + 320 * 3))
_SRGB = zlib.compress(own_profile(Space.SRGB))


@pytest.mark.parametrize(
    ("copy", "is_clean"),
    [
        (_PNG, True),
        (_with_profile(b"ICC Profile\0\0" + _SRGB), True),
        (_with_profile(CANARY + b"\0\0" + _SRGB), False),
        (_with_profile(b"ICC Profile\0\0" + _SRGB + CANARY), False),
        (_with_profile(b"ICC Profile\0\0" + zlib.compress(private_profile())), False),
        (_with_picture_data(zlib.compress(_ROWS)), True),
        (_with_picture_data(zlib.compress(_ROWS + CANARY)), False),
        (_with_picture_data(zlib.compress(_ROWS) + CANARY), False),
        (_with_picture_data(zlib.compress(_ROWS[1:])), False),
        (_with_picture_data(zlib.compress(_ROWS)[:-3]), False),
        (_PNG + b"\0", False),
        (_PNG[:-12], False),
        (_PNG[:-1] + b"\0", False),
        (_PNG[:33] + _PNG[-12:], False),
        (b"GIF89a", False),
        (b"", False),
    ],
)
def test_a_png_holds_its_pixels_and_at_most_a_known_profile(copy: bytes, is_clean: bool) -> None:
    assert (prove_clean(copy).leftovers == ()) is is_clean
