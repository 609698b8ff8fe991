"""Safer copies through the real fence, on a real folder."""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benban.casework.safer import SaferCopy, make_safer, put_safer
from benban.errors import (
    AnimatedPictureError,
    BenbanError,
    CopyNotCleanError,
    MarkRefusedError,
    PictureDamagedError,
    PictureFormatError,
    RawPictureError,
    TargetUnwritableError,
)
from benban.exposure.wish import Redrawn, SaferWish, parse_mark
from benban.outside.copy_shelf import FolderShelf
from benban.outside.fence_safer import FencedCopyMaker
from benban.testing.planted import (
    CANARY,
    Planted,
    canary_exif,
    drawn_picture,
    encoded,
    jpeg_segment,
    planted_files,
)
from tests.architecture.sources import ROOT
from tests.kept_fences import KeptFences

_HEIC = (ROOT / "vectors" / "pictures" / "landscape-240x160.heic").read_bytes()
_AS_IT_IS = SaferWish()
_JPEG = encoded(drawn_picture(), "JPEG", quality=90)
# A tag of EXIF, as little as there can be: turned by a quarter.
_TURNED = 6


@pytest.fixture
def maker(kept_fences: KeptFences) -> Iterator[FencedCopyMaker]:
    with kept_fences.opened() as fence:
        yield FencedCopyMaker(fence)


def _pixels(data: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def _unpacked(data: bytes) -> bytes:
    """Every chunk of a PNG, also what it unpacks to."""
    found, at = b"", 8
    while data.startswith(b"\x89PNG") and at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 8 : at + 8 + size]
        for start in (0, body.find(b"\0\0") + 2):
            try:
                found += zlib.decompressobj().decompress(body[start:])
            except zlib.error:
                found += body
        at += 12 + size
    return found


@pytest.mark.parametrize(
    "planted", list(planted_files(_HEIC)), ids=lambda one: f"{one.container}-{one.kind}"
)
@pytest.mark.parametrize("wish", [_AS_IT_IS, SaferWish(max_side_px=100, mark="của tôi")])
def test_nothing_of_what_was_planted_is_in_the_copy(
    planted: Planted, wish: SaferWish, maker: FencedCopyMaker
) -> None:
    copy = make_safer(planted.data, wish, maker)

    assert CANARY in planted.data or CANARY in _all_profiles(planted.data)
    assert CANARY not in copy.data
    assert CANARY not in _unpacked(copy.data)


def _all_profiles(data: bytes) -> bytes:
    # Packed in a PNG: found where another library unpacks it.
    info = Image.open(io.BytesIO(data)).info
    return bytes(info.get("icc_profile") or b"") + str(info).encode()


def test_a_jpeg_is_copied_to_the_last_pixel(maker: FencedCopyMaker) -> None:
    photo = encoded(drawn_picture(), "JPEG", quality=83, exif=canary_exif().tobytes())

    copy = make_safer(photo, _AS_IT_IS, maker)

    assert copy.redrawn is None
    assert np.array_equal(_pixels(copy.data), _pixels(photo))


def test_a_photo_on_its_side_stands_upright(maker: FencedCopyMaker) -> None:
    exif = Image.Exif()
    exif[0x0112] = _TURNED
    photo = encoded(drawn_picture(), "JPEG", quality=95, exif=exif.tobytes())

    copy = make_safer(photo, _AS_IT_IS, maker)

    seen = np.rot90(_pixels(photo), -1).astype(int)
    assert (copy.redrawn, copy.proof.width_px, copy.proof.height_px) == (Redrawn.TURNED, 240, 320)
    assert np.abs(_pixels(copy.data) - seen).mean() < 2


def test_hidden_bytes_in_the_coded_picture_do_not_come_along(maker: FencedCopyMaker) -> None:
    copy = make_safer(_JPEG[:-2] + CANARY + _JPEG[-2:], _AS_IT_IS, maker)

    assert copy.redrawn is Redrawn.CODING
    assert CANARY not in copy.data


@pytest.mark.parametrize(
    ("container", "mode", "ending"),
    [
        ("PNG", "RGB", "png"),
        ("PNG", "RGBA", "png"),
        ("PNG", "L", "png"),
        ("PNG", "P", "png"),
        ("PNG", "1", "png"),
        ("BMP", "RGB", "png"),
        ("GIF", "P", "png"),
    ],
)
def test_a_lossless_picture_keeps_its_pixels(
    container: str, mode: str, ending: str, maker: FencedCopyMaker
) -> None:
    photo = encoded(drawn_picture().convert(mode), container)

    copy = make_safer(photo, _AS_IT_IS, maker)

    assert copy.proof.ending == ending
    assert np.array_equal(_pixels(copy.data), _pixels(photo))


def test_what_shines_through_still_does(maker: FencedCopyMaker) -> None:
    picture = drawn_picture()
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))

    copy = make_safer(encoded(picture, "WEBP", lossless=True), _AS_IT_IS, maker)

    alpha = Image.open(io.BytesIO(copy.data)).getchannel("A")
    assert np.array_equal(np.asarray(alpha), np.asarray(picture.getchannel("A")))


def test_sixteen_bits_of_grey_become_eight(maker: FencedCopyMaker) -> None:
    deep = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)

    copy = make_safer(encoded(Image.fromarray(deep), "PNG"), _AS_IT_IS, maker)

    assert np.array_equal(np.asarray(Image.open(io.BytesIO(copy.data))), deep >> 8)


def test_a_copy_is_no_larger_than_asked_and_bears_its_mark(maker: FencedCopyMaker) -> None:
    wish = SaferWish(max_side_px=200)
    photo = encoded(drawn_picture(800, 600), "PNG")

    plain = make_safer(photo, wish, maker)
    marked = make_safer(photo, SaferWish(max_side_px=200, mark="Ở Huế, chỉ ứng tuyển"), maker)

    changed = np.argwhere(_pixels(plain.data) != _pixels(marked.data))[:, 0]
    assert (plain.proof.width_px, plain.proof.height_px) == (200, 150)
    assert 100 < changed.min() < changed.max() < 150


def test_letters_with_two_marks_are_drawn_and_differ(maker: FencedCopyMaker) -> None:
    photo = encoded(Image.new("RGB", (640, 480), (90, 90, 90)), "PNG")
    letters = "ếềểễệăắằẳẵặơớờởỡợưứừửữựđĐỹỵ"

    drawn = {make_safer(photo, SaferWish(mark=one), maker).data for one in letters}

    assert len(drawn) == len(letters)


@pytest.mark.parametrize("mark", ["字", "صورة", "x" * 80])
def test_a_mark_that_cannot_be_drawn_is_refused(mark: str, maker: FencedCopyMaker) -> None:
    with pytest.raises(MarkRefusedError):
        make_safer(_JPEG, SaferWish(mark=mark), maker)


@pytest.mark.parametrize("text", ["", "  ", "a\u202eb", "a\nb", "x" * 81])
def test_a_mark_of_nothing_or_of_unseen_letters_is_refused(text: str) -> None:
    with pytest.raises(MarkRefusedError):
        parse_mark(text)


def _moving(container: str) -> bytes:
    frames = [drawn_picture().rotate(angle) for angle in (0, 90)]
    return encoded(frames[0], container, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("photo", "error"),
    [
        (_moving("GIF"), AnimatedPictureError),
        (_moving("WEBP"), AnimatedPictureError),
        (_moving("PNG"), AnimatedPictureError),
        (b"II*\0" + bytes(400), RawPictureError),
        (b"\0\0\0\x18ftypcrx " + bytes(400), RawPictureError),
        (b"FUJIFILMCCD-RAW " + bytes(400), RawPictureError),
        (_JPEG[: len(_JPEG) // 2], PictureDamagedError),
        (b"no picture", PictureFormatError),
        (b"", PictureFormatError),
    ],
)
def test_what_no_copy_is_made_of_has_its_reason(
    photo: bytes, error: type[BenbanError], maker: FencedCopyMaker
) -> None:
    with pytest.raises(error):
        make_safer(photo, _AS_IT_IS, maker)


def _copy(maker: FencedCopyMaker) -> SaferCopy:
    return make_safer(_JPEG, _AS_IT_IS, maker)


def test_names_are_numbers_and_nothing_is_overwritten(
    maker: FencedCopyMaker, tmp_path: Path
) -> None:
    (tmp_path / "anh-001.png").write_bytes(b"mine")
    (tmp_path / "anh-003.jpg").symlink_to("nowhere")

    names = [put_safer(_copy(maker), FolderShelf(tmp_path, "anh")) for _ in range(2)]

    assert names == ["anh-002.jpg", "anh-004.jpg"]
    assert (tmp_path / "anh-001.png").read_bytes() == b"mine"


class _DirtyShelf(FolderShelf):
    """A folder in which another program adds to what is written."""

    def put(self, data: bytes, ending: str) -> str:
        name = super().put(data, ending)
        with (self.folder / name).open("ab") as file:
            file.write(CANARY)
        return name


def test_a_copy_that_is_not_clean_on_the_disk_is_taken_away_again(
    maker: FencedCopyMaker, tmp_path: Path
) -> None:
    with pytest.raises(CopyNotCleanError):
        put_safer(_copy(maker), _DirtyShelf(tmp_path, "anh"))

    assert list(tmp_path.iterdir()) == []


def test_a_decoder_that_was_taken_over_cannot_slip_anything_in(tmp_path: Path) -> None:
    class Taken:
        """Answers as a broken-into decoder might."""

        def redraw(self, photo: object, wish: SaferWish) -> bytes:
            return _JPEG + CANARY

        def shows_same(self, photo: object, copy: object) -> bool:
            return False

    with pytest.raises(CopyNotCleanError):
        make_safer(_JPEG, _AS_IT_IS, Taken())


def test_a_folder_whose_place_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TargetUnwritableError):
        FolderShelf(tmp_path / "no" / "such", "anh")


def test_a_table_that_no_scan_uses_does_not_go_along(maker: FencedCopyMaker) -> None:
    table = (CANARY * 64)[:64]
    photo = _JPEG[:20] + jpeg_segment(0xDB, b"\3" + table) + _JPEG[20:]

    copy = make_safer(photo, _AS_IT_IS, maker)

    assert (copy.redrawn, table in photo, table in copy.data) == (Redrawn.CODING, True, False)
