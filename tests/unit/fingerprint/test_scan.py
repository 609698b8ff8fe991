import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from benban.errors import PictureDamagedError, PictureFormatError, PictureTooLargeError
from benban.fingerprint.measure import measure_picture, scan_picture
from benban.fingerprint.scan import BAND_BITS, ScanMatch, decide_matches, radius_to_ask
from benban.model.fingerprint import Pdq, PictureFingerprint, ScannedPicture
from benban.testing.drawings import draw

_BORDER = 31
# Photographs beside the checkout, where there are any; they are no part of it.
_PHOTOS = sorted((Path(__file__).parents[4] / "shared" / "pictures").glob("*/*.jpg"))


def _pdq(bits: int, quality: int = 100) -> Pdq:
    return Pdq(hex=f"{bits:064x}", quality=quality)


def _flipped(bits: int, places: Sequence[int]) -> int:
    for place in places:
        bits ^= 1 << place
    return bits


def _exact(turned: Sequence[Pdq]) -> PictureFingerprint:
    return PictureFingerprint(
        pdq=turned[0],
        dihedral=tuple(turned),
        width_px=9,
        height_px=9,
        media_type="image/jpeg",
        is_whole=True,
    )


def _matched(found: Sequence[ScanMatch]) -> list[int]:
    return [one.index for one in found]


def _decided(
    scanned: ScannedPicture, exact: PictureFingerprint, stored: Sequence[Pdq]
) -> list[int]:
    """Decide as a caller does: ask the bank first, hand over only what it gave."""
    near = [
        index
        for index, one in enumerate(stored)
        if min(turned.distance_bits(one) for turned in scanned.dihedral) <= radius_to_ask(_BORDER)
    ]
    given = [stored[index] for index in near]
    found = decide_matches(scanned, given, lambda: exact, border_bits=_BORDER)
    return [near[one.index] for one in found]


def _decided_exactly(exact: PictureFingerprint, stored: Sequence[Pdq]) -> list[int]:
    as_scan = ScannedPicture(dihedral=exact.dihedral, is_exact=True)
    return _matched(decide_matches(as_scan, stored, lambda: exact, border_bits=_BORDER))


@given(
    seed=st.integers(0, 2**32 - 1),
    distance=st.integers(_BORDER - 2 * BAND_BITS, _BORDER + 2 * BAND_BITS),
    drift=st.integers(0, BAND_BITS),
    turn=st.integers(0, 7),
    is_nearer=st.booleans(),
)
def test_a_drift_within_the_band_never_changes_a_decision(
    seed: int, distance: int, drift: int, turn: int, *, is_nearer: bool
) -> None:
    rng = Random(seed)
    hashes = [rng.getrandbits(256) for _ in range(8)]
    places = rng.sample(range(256), 256)
    away, elsewhere = places[:distance], places[distance:]
    stored = [_pdq(_flipped(hashes[turn], away))]
    drifted = (away if is_nearer else elsewhere)[:drift]
    near = tuple(_pdq(_flipped(bits, drifted)) for bits in hashes)
    exact = _exact([_pdq(bits) for bits in hashes])

    decided = _decided(ScannedPicture(dihedral=near, is_exact=False), exact, stored)

    assert decided == _decided_exactly(exact, stored) == [0] * (distance <= _BORDER)


@pytest.mark.parametrize(
    ("distance", "is_asked"),
    [(0, True), (21, True), (31, True), (32, True), (41, True), (42, False)],
)
def test_a_picture_is_hashed_exactly_once_where_it_may_match(
    distance: int, *, is_asked: bool
) -> None:
    asked: list[bool] = []

    def hash_exactly() -> PictureFingerprint:
        asked.append(True)
        return _exact([_pdq(0)] * 8)

    scanned = ScannedPicture(dihedral=(_pdq(0),) * 8, is_exact=False)
    stored = [_pdq(_flipped(0, range(distance)))] * 3
    decide_matches(scanned, stored, hash_exactly, border_bits=_BORDER)

    assert asked == [True] * is_asked


def test_the_distance_of_a_match_is_the_exact_one() -> None:
    exact = _exact([_pdq(0)] * 8)
    scanned = ScannedPicture(dihedral=(_pdq(0b111),) * 8, is_exact=False)

    (found,) = decide_matches(scanned, [_pdq(0b1)], lambda: exact, border_bits=_BORDER)

    assert found.distance_bits == 1


def test_a_stored_hash_without_quality_matches_nothing() -> None:
    scanned = ScannedPicture(dihedral=(_pdq(0),) * 8, is_exact=True)

    found = decide_matches(
        scanned, [_pdq(0, 49), _pdq(0, 50)], lambda: _exact([_pdq(0)] * 8), border_bits=_BORDER
    )

    assert _matched(found) == [1]


def _jpeg(rgb: NDArray[np.uint8], *, exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=88, exif=exif or Image.Exif())
    return out.getvalue()


def _enlarged(picture: Image.Image) -> NDArray[np.uint8]:
    """As large as a small camera's picture: a scan decodes three quarters of each side."""
    return np.asarray(picture.convert("RGB").resize((2016, 1512), Image.Resampling.BICUBIC))


def _large(seed: int = 11) -> NDArray[np.uint8]:
    return _enlarged(Image.fromarray(draw("landscape", seed=seed, width_px=504, height_px=378)))


def test_a_large_jpeg_is_scanned_within_the_band() -> None:
    data = _jpeg(_large())

    scanned = scan_picture(data)

    assert (scanned.is_exact, _drift(scanned, measure_picture(data)) <= BAND_BITS) == (False, True)


def test_a_scanned_photo_turned_by_exif_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = _jpeg(np.ascontiguousarray(np.rot90(_large())), exif=exif)

    scanned = scan_picture(data)

    assert (scanned.is_exact, _drift(scanned, measure_picture(data)) <= BAND_BITS) == (False, True)


def _others() -> Iterator[tuple[str, bytes]]:
    rgb = draw("landscape", seed=11, width_px=320, height_px=200)
    png, cmyk = io.BytesIO(), io.BytesIO()
    Image.fromarray(rgb).save(png, "PNG")
    Image.fromarray(rgb).convert("CMYK").save(cmyk, "JPEG")
    whole = _jpeg(rgb)
    yield "png", png.getvalue()
    yield "four colours", cmyk.getvalue()
    yield "cut", whole[: len(whole) * 2 // 3]
    yield "little detail", _jpeg(draw("gradient", seed=1, width_px=320, height_px=200))
    yield "tiny", _jpeg(rgb[:4, :4])


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in _others()])
def test_what_a_scan_says_nothing_about_is_hashed_exactly_at_once(data: bytes) -> None:
    scanned = scan_picture(data)

    exact = measure_picture(data)
    assert scanned == ScannedPicture(
        dihedral=exact.dihedral, is_exact=True, media_type=exact.media_type
    )


def _claiming(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 4 :]


def test_a_scan_refuses_what_an_exact_hash_refuses() -> None:
    whole = _jpeg(draw("landscape", seed=11, width_px=64, height_px=64))

    with pytest.raises(PictureTooLargeError):
        scan_picture(_claiming(whole, 30_000, 16))
    with pytest.raises(PictureFormatError):
        scan_picture(b"%PDF-1.7")
    with pytest.raises(PictureDamagedError):
        scan_picture(b"\xff\xd8\xff\xe0" + b"\0" * 60)


def test_decisions_of_scans_equal_those_of_exact_hashes_on_real_pictures() -> None:
    _check_decisions(_pictures(_PHOTOS[::40]))


@pytest.mark.long
def test_decisions_of_scans_equal_those_of_exact_hashes_on_all_pictures() -> None:
    _check_decisions(_pictures(_PHOTOS))


def _pictures(photos: Sequence[Path]) -> Iterator[bytes]:
    """Yield photographs as they are and some at a camera's size; drawings where there are none."""
    for photo in photos:
        yield photo.read_bytes()
    for photo in photos[::10]:
        with Image.open(photo) as picture:
            yield _jpeg(_enlarged(picture))
    if not photos:
        for seed in range(4):
            yield _jpeg(_large(seed))


def _check_decisions(pictures: Iterator[bytes]) -> None:
    """Hold stored hashes at every distance around the border against each picture."""
    rng = np.random.default_rng(0)
    scans = 0
    for data in pictures:
        scanned, exact = scan_picture(data), measure_picture(data)
        assert _drift(scanned, exact) <= BAND_BITS
        stored = [
            _pdq(_flipped(int(exact.dihedral[away % 8].hex, 16), [int(place) for place in places]))
            for away in range(_BORDER - 12, _BORDER + 13)
            for places in [rng.choice(256, away, replace=False)]
        ]
        assert _decided(scanned, exact, stored) == _decided_exactly(exact, stored)
        scans += not scanned.is_exact
    assert scans > 0


def _drift(scanned: ScannedPicture, exact: PictureFingerprint) -> int:
    return max(
        near.distance_bits(one) for near, one in zip(scanned.dihedral, exact.dihedral, strict=True)
    )


def test_without_the_band_a_decision_would_change() -> None:
    """The band is needed: the same drift, taken for exact, decides wrongly."""
    exact = _exact([_pdq(0)] * 8)
    stored = [_pdq(_flipped(0, range(32)))]
    scanned = ScannedPicture(dihedral=(_pdq(0b11),) * 8, is_exact=False)

    assert _decided(scanned, exact, stored) == []
    assert _decided(replace(scanned, is_exact=True), exact, stored) == [0]
