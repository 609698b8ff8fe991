import io

import pytest
from PIL import Image

from benban.errors import PictureFormatError
from benban.fingerprint.arrival import judge_arrival
from benban.model.exhibit import Arrival

_MAKE, _MODEL, _SOFTWARE, _EXIF_BLOCK = 0x010F, 0x0110, 0x0131, 0x8769
_TAKEN_AT, _EXPOSURE = 0x9003, 0x829A


def _photo(
    *, camera: bool, shot: bool, software: str = "", size: tuple[int, int] = (1700, 1200)
) -> bytes:
    exif = Image.Exif()
    if camera:
        exif[_MAKE], exif[_MODEL] = "Example", "One"
    if software:
        exif[_SOFTWARE] = software
    if shot:
        block = exif.get_ifd(_EXIF_BLOCK)
        block[_TAKEN_AT], block[_EXPOSURE] = "2026:01:02 03:04:05", 0.01
    out = io.BytesIO()
    Image.new("RGB", size, (90, 120, 150)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_photo(camera=True, shot=True), Arrival.CAMERA_ORIGINAL),
        (_photo(camera=True, shot=True, software="Adobe Photoshop 27"), Arrival.OWN_EXPORT),
        (_photo(camera=True, shot=True, size=(640, 480)), Arrival.OWN_EXPORT),
        (_photo(camera=True, shot=False), Arrival.OWN_EXPORT),
        (_photo(camera=False, shot=True), Arrival.OWN_EXPORT),
        (_photo(camera=False, shot=False), Arrival.PLAIN_COPY),
    ],
)
def test_how_a_photo_reached_us_follows_from_what_its_file_says(
    data: bytes, expected: Arrival
) -> None:
    assert judge_arrival(data) == expected


def test_a_broken_exif_block_says_nothing() -> None:
    data = bytearray(_photo(camera=True, shot=True))
    data[24:200] = b"\xff" * 176

    assert judge_arrival(bytes(data)) == Arrival.PLAIN_COPY


def test_what_is_not_a_picture_has_no_arrival() -> None:
    with pytest.raises(PictureFormatError):
        judge_arrival(b"text")
