"""A change map as a picture: what each class looks like, told by patterns and not by colours."""

import cv2
import numpy as np

from benban.compare.map_picture import change_map_png
from benban.model.finding import Cell, ChangeMap

CLASSES = (Cell.OUTSIDE, Cell.AGREE, Cell.CHANGED, Cell.UNDECIDED)


def _cells() -> list[np.ndarray]:
    one = ChangeMap(
        cell_px=16, columns=4, rows=1, cells="".join(str(each.value) for each in CLASSES)
    )
    drawn = cv2.imdecode(np.frombuffer(change_map_png(one), np.uint8), cv2.IMREAD_COLOR)
    assert drawn is not None
    return np.split(drawn, len(CLASSES), axis=1)


def test_it_has_no_colour() -> None:
    for cell in _cells():
        assert (cell[..., 0] == cell[..., 1]).all()
        assert (cell[..., 1] == cell[..., 2]).all()


def test_every_class_has_a_pattern_of_its_own() -> None:
    outside, agree, changed, undecided = (cell[..., 0] for cell in _cells())

    assert np.unique(outside).tolist() == [176]
    assert np.unique(changed).tolist() == [40]
    assert (int((agree == 40).sum()), int(agree.max())) == (1, 255)
    assert 0.4 < float((undecided == 40).mean()) < 0.6
