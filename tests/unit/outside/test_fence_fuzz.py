"""Damaged and hostile pictures: a value or a typed error, and the fence goes on."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benban.errors import PictureError
from benban.model.fingerprint import PictureFingerprint
from benban.outside.fence import Fence
from benban.testing.drawings import draw

_HEIC = Path(__file__).parents[3] / "vectors" / "pictures" / "landscape-240x160.heic"
_KINDS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "HEIC")


@pytest.fixture(scope="module")
def fence() -> Iterator[Fence]:
    with Fence() as fence:
        yield fence


def _file(kind: str) -> bytes:
    if kind == "HEIC":
        return _HEIC.read_bytes()
    out = io.BytesIO()
    Image.fromarray(draw("shapes", seed=3, width_px=120, height_px=90)).save(out, kind)
    return out.getvalue()


def _damaged(kind: str, seed: int) -> bytes:
    rng = np.random.default_rng([seed, *kind.encode()])
    data = bytearray(_file(kind))
    for place in rng.integers(8, len(data), 1 + seed % 12):
        data[place] = int(rng.integers(0, 256))
    if seed % 3 == 0:
        del data[int(rng.integers(12, len(data))) :]
    return bytes(data)


def _measure(fence: Fence, data: bytes) -> PictureFingerprint | PictureError:
    try:
        return fence.measure(io.BytesIO(data))
    except PictureError as error:
        return error


def _check(fence: Fence, kind: str, seeds: range) -> None:
    answers = [_measure(fence, _damaged(kind, seed)) for seed in seeds]

    assert len(answers) == len(seeds)
    assert isinstance(fence.measure(io.BytesIO(_file(kind))), PictureFingerprint)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_damaged_picture_is_measured_or_refused_and_the_next_one_is_measured(
    fence: Fence, kind: str
) -> None:
    _check(fence, kind, range(12))


@pytest.mark.long
@pytest.mark.parametrize("kind", _KINDS)
def test_thousands_of_damaged_pictures_are_measured_or_refused(fence: Fence, kind: str) -> None:
    _check(fence, kind, range(1000, 3000))
