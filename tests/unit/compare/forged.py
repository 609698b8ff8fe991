"""Drawn pairs with a covered region, as the comparison finds them; the true mask is known."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.pair import compare_pictures
from benban.compare.veil import VeiledPair, veil_pair
from benban.fingerprint.decode import DecodedPicture, decode_picture
from benban.model.finding import ChangeMap, Registration
from benban.testing.drawings import Picture
from benban.testing.pictures import Subject, draw_example, make_fake


# Without slots, which leave no room for what is computed once.
@dataclass(frozen=True, kw_only=True, eq=False)
class Forged:
    """
    A pair and what was found.

    Attributes:
        changed: the pixels of *questioned* that were covered.
    """

    questioned: Picture
    original: Picture
    changed: NDArray[np.bool_]
    registration: Registration
    change_map: ChangeMap

    @cached_property
    def pair(self) -> VeiledPair:
        return veil_pair(self.questioned, self.original, self.registration, self.change_map)


def forge(seed: int, *, is_mirrored: bool = False) -> Forged:
    """Return a drawn cat of 528 x 396 pixels and a copy of which a part is covered by cloth."""
    original = draw_example(Subject.CAT, seed=seed, width_px=528, height_px=396)
    fake = make_fake(original, seed=seed + 5)
    turn = slice(None, None, -1 if is_mirrored else 1)
    questioned = np.ascontiguousarray(decode_picture(fake.jpeg).rgb[:, turn])
    (finding,) = compare_pictures(_decoded(questioned), [_decoded(original)])
    assert finding.registration is not None
    assert finding.change_map is not None
    return Forged(
        questioned=questioned,
        original=original,
        changed=np.ascontiguousarray(fake.changed[:, turn]),
        registration=finding.registration,
        change_map=finding.change_map,
    )


def laid_as_is(rgb: Picture, cells: str = "") -> Forged:
    """Return a picture laid over itself, with all cells agreed or as given."""
    height, width = rgb.shape[:2]
    columns, rows = -(-width // 8), -(-height // 8)
    return Forged(
        questioned=rgb,
        original=rgb,
        changed=np.zeros((height, width), bool),
        registration=Registration(
            homography=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
            is_mirrored=False,
            inlier_count=0,
            pair_count=0,
            tolerance_px=3.0,
            median_residual_px=0.0,
            similarity_share=1.0,
            questioned_size_px=(width, height),
            original_size_px=(width, height),
        ),
        change_map=ChangeMap(
            cell_px=8, columns=columns, rows=rows, cells=cells or "1" * columns * rows
        ),
    )


def read_png(png: bytes) -> Picture:
    bgr = np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(bgr[:, :, ::-1])


def _decoded(rgb: Picture) -> DecodedPicture:
    return DecodedPicture(rgb=rgb, media_type="image/png", is_whole=True)
