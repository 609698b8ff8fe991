from collections.abc import Iterator
from functools import cache

import cv2
import numpy as np
import pytest

from benban.compare.clip_frames import ClipFrame, prepare_frames, prepare_still
from benban.compare.clip_source import find_source_clip
from benban.fingerprint.frames import Frame
from benban.model.finding import Tier
from benban.testing.drawings import Picture
from benban.testing.pictures import Subject, draw_example

WIDTH_PX, HEIGHT_PX = 400, 300
SUBJECTS = list(Subject)


@cache
def _scene(number: int) -> Picture:
    return draw_example(SUBJECTS[number % 3], seed=number, width_px=640, height_px=480)


def _view(scene: int, second: float) -> Picture:
    """Return what a camera that travels over a drawing sees, with a disc that crosses it."""
    x, y = round(20 * second), round(10 * second)
    seen = _scene(scene)[y : y + HEIGHT_PX, x : x + WIDTH_PX].copy()
    cv2.circle(seen, (round(40 * second) + 20, 150), 30, (250, 240, 20), -1)
    return seen


@cache
def _clip(
    scene: int, step_s: float = 0.5, start_s: float = 0.0, end_s: float = 8.0
) -> tuple[ClipFrame, ...]:
    def frames() -> Iterator[Frame]:
        for number, second in enumerate(np.arange(start_s, end_s, step_s)):
            at_ms = round((second - start_s) * 1000)
            yield Frame(number=number, at_ms=at_ms, rgb=_view(scene, float(second)))

    return prepare_frames(frames(), most=100)


def _altered(rgb: Picture, *, mirrored: bool) -> Picture:
    """Return the picture with an ellipse replaced, cropped, smaller and mirrored."""
    changed = rgb.copy()
    cv2.ellipse(changed, (200, 190), (60, 80), 0, 0, 360, (90, 60, 160), -1)
    small = np.asarray(cv2.resize(changed[20:, 30:-10], None, fx=0.7, fy=0.7), np.uint8)
    return np.ascontiguousarray(small[:, ::-1] if mirrored else small)


@pytest.mark.parametrize("mirrored", [False, True])
def test_an_altered_still_leads_to_its_clip_and_time(mirrored: bool) -> None:
    still = prepare_still(_altered(_view(2, 5.0), mirrored=mirrored))

    found = find_source_clip(still, [_clip(0), _clip(1), _clip(2)])

    assert found is not None
    assert (found.index, found.is_mirrored, found.rate) == (2, mirrored, None)
    assert abs(found.at_ms - 5000) <= 500
    assert found.tier in {Tier.A, Tier.B}


def test_a_short_clip_leads_to_its_range() -> None:
    piece = _clip(1, step_s=1.0, start_s=2.0, end_s=7.0)

    found = find_source_clip(piece, [_clip(0), _clip(1), _clip(2)])

    assert found is not None
    assert found.index == 1
    assert found.rate is not None
    assert abs(found.rate - 1) <= 0.1
    assert abs(found.from_ms - 2000) <= 500
    assert abs(found.to_ms - 6000) <= 500
    assert (found.frames_compared, found.frames_agreeing) == (5, 5)


def test_a_still_of_another_clip_leads_to_none() -> None:
    still = prepare_still(_altered(_view(7, 5.0), mirrored=False))

    assert find_source_clip(still, [_clip(0), _clip(1)]) is None


def test_a_picture_without_texture_leads_to_none() -> None:
    flat = prepare_still(np.full((300, 400, 3), 90, np.uint8))

    assert find_source_clip(flat, [_clip(0)]) is None
    assert find_source_clip(flat, [flat]) is None
    assert find_source_clip(prepare_still(_view(0, 1.0)), []) is None


def test_a_long_clip_is_thinned_evenly() -> None:
    rgb = np.zeros((8, 8, 3), np.uint8)
    frames = (Frame(number=k, at_ms=500 * k, rgb=rgb) for k in range(100))

    kept = [frame.at_ms for frame in prepare_frames(frames, most=20)]

    assert len(kept) <= 20
    assert set(np.diff(kept)) == {4000}
    assert kept[-1] >= 45_000
