import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from benban.exposure.colour import Space, own_profile, recognise
from benban.exposure.proof import prove_clean
from benban.exposure.redraw import redraw
from benban.exposure.strip_jpeg import StrippedJpeg, strip_jpeg
from benban.exposure.wish import Redrawn, SaferWish
from benban.testing.planted import drawn_picture, encoded, private_profile
from tests.architecture.sources import ROOT

# The steps between one pixel and the next that an eye does not see on a photo.
_UNSEEN = 3


def _seen(data: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    """The colours as a screen shows them, by another library's reading of the profile."""
    with Image.open(BytesIO(data)) as picture:
        profile = picture.info.get("icc_profile")
        rgb = picture.convert("RGB")
    read_as = BytesIO(profile) if profile else ImageCms.createProfile("sRGB")
    lab = ImageCms.createProfile("LAB")
    shown = ImageCms.profileToProfile(rgb, read_as, lab, outputMode="LAB")
    assert shown is not None
    return np.asarray(shown).astype(np.int16)


def _other_profile() -> bytes:
    """The profile of a screen: the red of sRGB moved, so that it is nobody's standard."""
    profile = bytearray(own_profile(Space.SRGB))
    at = profile.index(struct.pack(">i", round(0.43607 * 65536)))
    struct.pack_into(">i", profile, at, round(0.40 * 65536))
    return bytes(profile)


@pytest.mark.parametrize("space", Space)
def test_a_known_space_is_recognised_whatever_else_its_profile_holds(
    space: Space,
) -> None:
    assert recognise(private_profile(space)) is space


def test_another_librarys_profile_of_srgb_is_recognised() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    assert recognise(profile) is Space.SRGB


@pytest.mark.parametrize("length", range(0, 440, 7))
def test_a_profile_that_is_cut_off_is_never_an_error(length: int) -> None:
    assert recognise(own_profile(Space.DISPLAY_P3)[:length]) is None


def test_a_screens_own_colours_are_no_known_space() -> None:
    assert recognise(_other_profile()) is None


@pytest.mark.parametrize("space", Space)
def test_a_photo_in_wide_colours_keeps_its_pixels_and_its_look(space: Space) -> None:
    photo = encoded(drawn_picture(), "JPEG", quality=90, icc_profile=private_profile(space))

    copy = strip_jpeg(photo)

    assert isinstance(copy, StrippedJpeg)
    assert np.abs(_seen(copy.data) - _seen(photo)).max() <= _UNSEEN
    assert np.array_equal(
        np.asarray(Image.open(BytesIO(copy.data))), np.asarray(Image.open(BytesIO(photo)))
    )


@pytest.mark.parametrize("container", ["PNG", "WEBP"])
def test_a_wide_photo_of_another_kind_keeps_its_look(container: str) -> None:
    photo = encoded(
        drawn_picture(), container, icc_profile=private_profile(), **_LOSSLESS[container]
    )

    copy = redraw(photo, SaferWish())

    assert np.abs(_seen(copy) - _seen(photo)).max() <= _UNSEEN
    assert prove_clean(copy).leftovers == ()


_LOSSLESS: dict[str, dict[str, bool]] = {"PNG": {}, "WEBP": {"lossless": True}}


def test_colours_of_one_screen_are_converted_and_look_the_same() -> None:
    photo = encoded(drawn_picture(), "PNG", icc_profile=_other_profile())

    copy = redraw(photo, SaferWish())

    assert Image.open(BytesIO(copy)).info["icc_profile"] == own_profile(Space.SRGB)
    assert np.median(np.abs(_seen(copy) - _seen(photo))) <= _UNSEEN


def test_a_jpeg_in_the_colours_of_one_screen_is_not_copied_as_it_is() -> None:
    photo = encoded(drawn_picture(), "JPEG", icc_profile=_other_profile())

    assert strip_jpeg(photo) is Redrawn.COLOURS


def test_a_heic_in_wide_colours_without_a_profile_gets_theirs() -> None:
    heic = (ROOT / "vectors" / "pictures" / "landscape-240x160.heic").read_bytes()
    at = heic.index(b"colrnclx") + 8
    wide = heic[:at] + struct.pack(">H", 12) + heic[at + 2 :]

    copies = [redraw(photo, SaferWish()) for photo in (heic, wide)]

    profiles = [Image.open(BytesIO(copy)).info.get("icc_profile") for copy in copies]
    assert profiles == [None, own_profile(Space.DISPLAY_P3)]
