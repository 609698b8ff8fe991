"""
What happens to a picture on its way: ten treatments, used in equal numbers.

plain (one compression), crop (with scaling by 0.3 to 1.5), mirror (with a turn), messenger (scaled
and compressed twice), screenshot (a telephone with a chat), filter (with a text over the picture),
warp (a smooth one, then sharpened), resynth (no pixel stays), tiny, and combo: all of them one
after the other.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import cv2
import numpy as np

from benchmarks.source.forgery import OUTSIDE, Forgery, as_bytes, bent, moved, scaled, sent

_VISIBLE_LEVELS = 20


def _plain(rng: np.random.Generator, f: Forgery) -> Forgery:
    return sent(f, int(rng.integers(75, 91)))


def _crop(rng: np.random.Generator, f: Forgery) -> Forgery:
    height, width = f.rgb.shape[:2]
    left, right = (int(width * part) for part in rng.uniform(0.02, 0.24, 2))
    top, bottom = (int(height * part) for part in rng.uniform(0.02, 0.24, 2))
    shift = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], float)
    size = (width - left - right, height - top - bottom)
    return sent(scaled(moved(f, shift, size), rng.uniform(0.3, 1.5)), int(rng.integers(65, 91)))


def _mirror(rng: np.random.Generator, f: Forgery) -> Forgery:
    height, width = f.rgb.shape[:2]
    flip = np.array([[-1, 0, width - 1], [0, 1, 0], [0, 0, 1]], float)
    angle = rng.uniform(-6, 6)
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.08), [0, 0, 1]])
    return sent(moved(f, turn @ flip, (width, height)), int(rng.integers(70, 91)))


def _messenger(rng: np.random.Generator, f: Forgery) -> Forgery:
    for _ in range(2):
        f = sent(scaled(f, rng.uniform(0.7, 0.95)), int(rng.integers(50, 76)))
    return f


def _screenshot(rng: np.random.Generator, f: Forgery) -> Forgery:
    f = scaled(f, 1000 / f.rgb.shape[1])
    height, width = f.rgb.shape[:2]
    above, below, side = 220, 320, 30
    framed = moved(
        f,
        np.array([[1, 0, side], [0, 1, above], [0, 0, 1]], float),
        (width + 2 * side, height + above + below),
    )
    rgb = np.full_like(framed.rgb, 244)
    rgb[above : above + height, side : side + width] = f.rgb
    cv2.rectangle(rgb, (0, 0), (width + 2 * side, 150), (60, 110, 170), -1)
    for line in range(9):
        text = "".join(chr(int(c)) for c in rng.integers(97, 123, 26))
        y = 100 if line == 0 else above + height + 30 * line
        cv2.putText(rgb, text, (60, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (40, 40, 50), 2, cv2.LINE_AA)
    return sent(replace(framed, rgb=rgb), int(rng.integers(75, 91)))


def _filter(rng: np.random.Generator, f: Forgery) -> Forgery:
    gamma, gains = rng.uniform(0.75, 1.35), rng.uniform(0.82, 1.15, 3)
    rgb = as_bytes(255 * (f.rgb / 255) ** gamma * gains)
    truth = f.truth.copy()
    height, width = truth.shape
    mark = np.zeros((height, width), np.uint8)
    at = (int(width * 0.05), int(height * rng.uniform(0.15, 0.9)))
    cv2.putText(
        mark, "@vi-du.example", at, cv2.FONT_HERSHEY_DUPLEX, width / 420, 255, 3, cv2.LINE_AA
    )
    rgb = as_bytes(rgb + 0.55 * mark[..., None])
    truth[mark > _VISIBLE_LEVELS] = OUTSIDE  # a thin mark is neither
    return sent(replace(f, rgb=rgb, truth=truth), int(rng.integers(70, 91)))


def _warp(rng: np.random.Generator, f: Forgery) -> Forgery:
    height, width = f.rgb.shape[:2]
    bend = rng.normal(0, 1, (2, 4, 4)).astype(np.float32)
    bend *= 0.012 * max(height, width) / np.abs(bend).max()
    rows, columns = np.indices((height, width), np.float32)
    x, y = (
        plane + cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC)
        for plane, part in zip((columns, rows), bend, strict=True)
    )
    f = bent(f, np.asarray(x, np.float32), np.asarray(y, np.float32))
    sharp = cv2.addWeighted(f.rgb, 1.6, cv2.GaussianBlur(f.rgb, (0, 0), 1.5), -0.6, 0)
    return sent(replace(f, rgb=as_bytes(sharp)), int(rng.integers(75, 91)))


def _resynth(rng: np.random.Generator, f: Forgery) -> Forgery:
    """Smooth, shake by half a pixel, resample, sharpen and add new grain: no pixel stays."""
    height, width = f.rgb.shape[:2]
    smooth = cv2.bilateralFilter(f.rgb, 7, 22, 4)
    shake = cv2.GaussianBlur(rng.normal(0, 1, (height, width, 2)).astype(np.float32), (0, 0), 3)
    shake *= 0.6 / shake.std()
    rows, columns = np.indices((height, width), np.float32)
    f = bent(replace(f, rgb=as_bytes(smooth)), columns + shake[..., 0], rows + shake[..., 1])
    f = scaled(f, rng.uniform(0.6, 0.8))
    sharp = cv2.addWeighted(f.rgb, 1.7, cv2.GaussianBlur(f.rgb, (0, 0), 1.2), -0.7, 0)
    return sent(replace(f, rgb=as_bytes(sharp + rng.normal(0, 3, sharp.shape))), 85)


def _tiny(rng: np.random.Generator, f: Forgery) -> Forgery:
    return sent(scaled(f, rng.uniform(0.3, 0.4)), int(rng.integers(28, 41)))


def _combo(rng: np.random.Generator, f: Forgery) -> Forgery:
    """Do all of it in the order in which it happens; the scales together make it tiny, too."""
    for treat in (_crop, _mirror, _filter, _warp, _resynth, _screenshot, _messenger):
        f = treat(rng, f)
    return f


ATTACKS: Mapping[str, Callable[[np.random.Generator, Forgery], Forgery]] = {
    "plain": _plain,
    "crop": _crop,
    "mirror": _mirror,
    "messenger": _messenger,
    "screenshot": _screenshot,
    "filter": _filter,
    "warp": _warp,
    "resynth": _resynth,
    "tiny": _tiny,
    "combo": _combo,
}
