"""The example: a statue in place of a person, a cloth in place of an alteration."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benban.model.finding import Cell, ChangeMap
from benban.testing.pictures import (
    Fake,
    Subject,
    decode,
    draw_example,
    encode_jpeg,
    make_fake,
    make_screenshot_copy,
)

# Any number draws a scene; this one stays, so that two people see the same example.
_SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """
    The pictures of the story; "the person in the example" is a statue.

    Attributes:
        original: the ordinary photo as a camera would write it, JPEG.
        another: another ordinary photo of another scene, JPEG.
        fake: what is posted, with its true mask.
        compressed_again: the fake as somebody else re-uploads it, JPEG.
        screenshot: the fake cropped, in a telephone's screen, JPEG.
    """

    original: bytes
    another: bytes
    fake: Fake
    compressed_again: bytes
    screenshot: bytes


def make_example() -> Example:
    """Return the pictures of the story, drawn by rule."""
    scene = draw_example(Subject.STATUE, seed=_SEED)
    other = draw_example(Subject.CAT, seed=_SEED + 1)
    fake = make_fake(scene, seed=_SEED)
    return Example(
        original=encode_jpeg(scene, quality=93),
        another=encode_jpeg(other, quality=93),
        fake=fake,
        compressed_again=encode_jpeg(decode(fake.jpeg), quality=60),
        screenshot=make_screenshot_copy(fake.jpeg, seed=_SEED),
    )


def mask_agreement(found: ChangeMap, true_mask: npt.NDArray[np.bool_]) -> float:
    """
    Return intersection over union of the cells called changed and those that truly are, 0..1.

    Args:
        found: over the questioned picture.
        true_mask: bool, shape (height, width) of the questioned picture.
    """
    truth = _by_cells(true_mask, found)
    cells = np.array([int(digit) for digit in found.cells]).reshape(found.rows, found.columns)
    inside = cells != Cell.OUTSIDE.value
    called = (cells == Cell.CHANGED.value) & inside
    true = truth & inside
    union = int((called | true).sum())
    return float((called & true).sum() / union) if union else 1.0


def _by_cells(true_mask: npt.NDArray[np.bool_], found: ChangeMap) -> npt.NDArray[np.bool_]:
    # A cell is truly changed when more than half of it is.
    height, width = true_mask.shape
    rows = np.linspace(0, height, found.rows + 1).astype(int)
    columns = np.linspace(0, width, found.columns + 1).astype(int)
    sums = np.add.reduceat(
        np.add.reduceat(true_mask.astype(np.int64), rows[:-1], axis=0), columns[:-1], axis=1
    )
    areas = np.outer(np.diff(rows), np.diff(columns))
    truth: npt.NDArray[np.bool_] = sums * 2 > areas
    return truth
