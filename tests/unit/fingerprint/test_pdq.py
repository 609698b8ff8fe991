import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benban.fingerprint.pdq import hash_picture
from benban.testing.drawings import draw

_FOLDER = Path(__file__).parents[3] / "vectors" / "pdq"
_LARGE_PX = 600_000


@dataclass(frozen=True)
class Vector:
    generator: str
    seed: int
    width_px: int
    height_px: int
    rgb_sha256: str
    hash: str
    quality: int
    dihedral: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.generator}-{self.width_px}x{self.height_px}"


def _vectors() -> list[Vector]:
    return [
        Vector(**{**entry, "dihedral": tuple(entry["dihedral"])})
        for path in sorted(_FOLDER.glob("*.json"))
        for entry in json.loads(path.read_text(encoding="utf-8"))["pictures"]
    ]


_ALL = _vectors()
_SMALL = [vector for vector in _ALL if vector.width_px * vector.height_px < _LARGE_PX]
_LARGE = [vector for vector in _ALL if vector.width_px * vector.height_px >= _LARGE_PX]


def _check(vector: Vector) -> None:
    rgb = draw(
        vector.generator,
        seed=vector.seed,
        width_px=vector.width_px,
        height_px=vector.height_px,
    )

    upright, dihedral = hash_picture(rgb)

    actual = (
        hashlib.sha256(rgb.tobytes()).hexdigest(),
        upright.hex,
        upright.quality,
        tuple(turned.hex for turned in dihedral),
    )
    assert actual == (vector.rgb_sha256, vector.hash, vector.quality, vector.dihedral)


@pytest.mark.parametrize("vector", _SMALL, ids=lambda vector: vector.name)
def test_a_hash_its_quality_and_its_eight_orientations_equal_the_reference(vector: Vector) -> None:
    _check(vector)


@pytest.mark.long
@pytest.mark.parametrize("vector", _LARGE, ids=lambda vector: vector.name)
def test_large_pictures_hash_like_the_reference_too(vector: Vector) -> None:
    _check(vector)


def test_there_are_at_least_sixty_vectors() -> None:
    assert len(_ALL) >= 60


def test_a_picture_too_small_to_hash_has_zero_bits_and_no_quality() -> None:
    upright, dihedral = hash_picture(np.full((4, 200, 3), 90, np.uint8))

    assert (upright.hex, upright.quality, len(dihedral)) == ("0" * 64, 0, 8)


def test_the_orientations_of_a_picture_are_near_the_hashes_of_the_turned_picture() -> None:
    rgb = draw("landscape", seed=5, width_px=600, height_px=480)
    turned = (
        rgb,
        np.rot90(rgb),
        rgb[::-1, ::-1],
        np.rot90(rgb, 3),
        rgb[::-1],
        rgb[:, ::-1],
        rgb.transpose(1, 0, 2),
        rgb[::-1, ::-1].transpose(1, 0, 2),
    )

    _, dihedral = hash_picture(rgb)

    distances = [
        expected.distance_bits(hash_picture(np.ascontiguousarray(picture))[0])
        for expected, picture in zip(dihedral, turned, strict=True)
    ]
    assert max(distances) <= 31
