import cv2
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.compare.changes import (
    as_change_map,
    change_probability,
    classify_cells,
    from_change_map,
)
from benban.compare.evidence import (
    CELL_PX,
    FEATURE_NAMES,
    CellEvidence,
    cell_means,
    gather_evidence,
)
from benban.compare.overlay import Overlay, lay_over
from benban.compare.thresholds import ChangeThresholds, load_thresholds
from benban.model.finding import Cell
from benban.testing.drawings import Picture
from benban.testing.pictures import Subject, draw_example

_RULE = load_thresholds().changes


def _overlay(questioned: Picture, original: Picture) -> Overlay:
    size = (original.shape[1], original.shape[0])
    return lay_over(questioned, original, np.eye(3), size)


def _photo() -> Picture:
    return draw_example(Subject.STATUE, seed=5, width_px=480, height_px=360)


def _evidence(covered: int) -> CellEvidence:
    overlay = _overlay(_photo(), _photo()[:, :covered].copy())
    return gather_evidence(overlay)


def test_the_numbers_of_a_cell_are_the_ones_the_thresholds_were_made_for() -> None:
    evidence = _evidence(480)

    assert evidence.features.shape == (45, 60, len(FEATURE_NAMES))
    assert _RULE.features == FEATURE_NAMES
    assert len(_RULE.weights) == len(FEATURE_NAMES)


def test_thresholds_made_for_other_numbers_are_refused() -> None:
    other: ChangeThresholds = msgspec.structs.replace(_RULE, features=("zncc",))

    with pytest.raises(ValueError, match="other features"):
        change_probability(_evidence(480), other)


def test_a_picture_laid_over_itself_agrees_wherever_it_has_texture() -> None:
    evidence = _evidence(480)

    cells = classify_cells(evidence, _RULE)

    textured = evidence.contrast > 6
    assert set(np.unique(cells)) <= {Cell.AGREE.value, Cell.UNDECIDED.value}
    assert (cells[textured] == Cell.AGREE.value).mean() > 0.97


def test_what_the_original_does_not_cover_is_outside() -> None:
    cells = classify_cells(_evidence(240), _RULE)

    assert np.unique(cells[:, 30:]).tolist() == [Cell.OUTSIDE.value]
    assert Cell.OUTSIDE.value not in cells[:, :30]


def test_a_mild_smooth_warp_is_taken_out() -> None:
    original = _photo()
    rows, columns = np.indices((360, 480), np.float32)
    bent = columns + 4 * (columns / 480 - 0.5) * (rows / 360), rows + 3 * (columns / 480) ** 2
    questioned = np.asarray(cv2.remap(original, bent[0], bent[1], cv2.INTER_CUBIC), np.uint8)

    evidence = gather_evidence(_overlay(questioned, original))

    anchored = evidence.is_inside & (evidence.anchoring > 0.5)
    assert float(np.median(evidence.remaining_flow_px[anchored])) < 0.2


def test_a_brighter_paler_copy_still_agrees() -> None:
    original = _photo()
    paler = np.clip(original * 0.7 + np.array([50, 40, 60]), 0, 255).astype(np.uint8)

    evidence = gather_evidence(_overlay(paler, original))

    cells = classify_cells(evidence, _RULE)
    assert (cells == Cell.CHANGED.value).mean() < 0.01
    assert (cells == Cell.AGREE.value).mean() > 0.5


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32))
def test_a_change_map_comes_back_as_it_went(rows: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 4, (rows, columns)).astype(np.uint8)

    back = from_change_map(as_change_map(cells))

    assert np.array_equal(back, cells)


@pytest.mark.parametrize(("height", "width"), [(16, 16), (17, 16), (16, 23), (5, 7), (1, 1)])
def test_the_last_cells_may_be_cut(height: int, width: int) -> None:
    means = cell_means(np.full((height, width), 3.0, np.float32))

    assert means.shape == (-(-height // CELL_PX), -(-width // CELL_PX))
    assert np.unique(means).tolist() == [3.0]
