"""
Alters photographs without people, by rule and seed, with the true mask carried along.

A region is covered by cloth, by a piece of another photograph or by a blur; nothing is generated,
cloned seamlessly or filled in from its surroundings. Then the picture is treated as pictures are
on their way: cropped, scaled, mirrored, sent twice, framed by a telephone, filtered, warped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
# 0 as in the original, 1 changed, 2 not of the original or too near an edge to say.
Truth = NDArray[np.uint8]

SAME, CHANGED, OUTSIDE = 0, 1, 2
# How much of a pixel is filling: more than half is changed, hardly any is as it was.
_HALF, _HARDLY = 0.5, 0.02
_VISIBLE_LEVELS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forgery:
    """
    An altered picture, what is true of each pixel, and where the original's pixels went.

    Attributes:
        homography: original pixel -> pixel of this picture (exact but for ``warp``).
    """

    rgb: Picture
    truth: Truth
    homography: NDArray[np.float64]


def forge(original: Picture, donor: Picture, *, edit: str, attack: str, seed: int) -> Forgery:
    """Return an altered copy of *original*; see :data:`EDITS` and :data:`ATTACKS`."""
    rng = np.random.default_rng([seed, len(edit), len(attack)])
    height, width = original.shape[:2]
    mask = _region(rng, height, width)
    filling = EDITS[edit](rng, original, donor)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.5)[..., None]
    mixed = original * (1 - soft) + filling * soft
    truth = np.full((height, width), SAME, np.uint8)
    truth[soft[..., 0] > _HARDLY] = OUTSIDE
    truth[soft[..., 0] > _HALF] = CHANGED
    start = Forgery(rgb=_bytes(mixed), truth=truth, homography=np.eye(3))
    return ATTACKS[attack](rng, start)


def send(picture: Picture, *, attack: str, seed: int) -> Picture:
    """Return *picture* with nothing covered, only treated as pictures are on their way."""
    rng = np.random.default_rng([seed, len(attack)])
    truth = np.full(picture.shape[:2], SAME, np.uint8)
    return ATTACKS[attack](rng, Forgery(rgb=picture, truth=truth, homography=np.eye(3))).rgb


def _region(rng: np.random.Generator, height: int, width: int) -> NDArray[np.bool_]:
    """Return one blob that covers 20 to 55 % of the picture."""
    share = rng.uniform(0.2, 0.55)
    noise = cv2.resize(rng.random((7, 7)).astype(np.float32), (width, height), interpolation=3)
    rows, columns = np.indices((height, width))
    cy, cx = rng.uniform(0.35, 0.65, 2)
    stretch = rng.uniform(0.7, 1.4)
    distance = np.hypot((rows / height - cy) * stretch, (columns / width - cx) / stretch)
    field = distance - 0.16 * noise
    return np.asarray(field < np.quantile(field, share), np.bool_)


def _cloth(rng: np.random.Generator, original: Picture, _: Picture) -> NDArray[np.float32]:
    height, width = original.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    angle, period = rng.uniform(0, np.pi), rng.uniform(5, 16)
    u = columns * np.cos(angle) + rows * np.sin(angle)
    v = rows * np.cos(angle) - columns * np.sin(angle)
    weave = 0.5 + 0.25 * np.sin(2 * np.pi * u / period) + 0.25 * np.sin(2 * np.pi * v / period)
    shade = cv2.resize(rng.random((5, 5)).astype(np.float32), (width, height), interpolation=3)
    dark, light = rng.uniform(20, 120, 3), rng.uniform(120, 235, 3)
    cloth = dark + (light - dark) * weave[..., None]
    return np.asarray(
        cloth * (0.6 + 0.6 * shade[..., None]) + rng.normal(0, 4, cloth.shape), np.float32
    )


def _paste(rng: np.random.Generator, original: Picture, donor: Picture) -> NDArray[np.float32]:
    height, width = original.shape[:2]
    scale = max(height / donor.shape[0], width / donor.shape[1]) * rng.uniform(1.0, 1.5)
    size = (int(donor.shape[1] * scale) + 1, int(donor.shape[0] * scale) + 1)
    large = cv2.resize(donor, size, interpolation=cv2.INTER_CUBIC)
    y = int(rng.integers(0, size[1] - height + 1))
    x = int(rng.integers(0, size[0] - width + 1))
    return large[y : y + height, x : x + width].astype(np.float32)


def _blur_fill(rng: np.random.Generator, original: Picture, _: Picture) -> NDArray[np.float32]:
    blurred = cv2.GaussianBlur(original, (0, 0), float(rng.uniform(14, 40))).astype(np.float32)
    return np.asarray(blurred + rng.normal(0, 2.5, blurred.shape), np.float32)


EDITS: Mapping[str, Callable[[np.random.Generator, Picture, Picture], NDArray[np.float32]]] = {
    "cloth": _cloth,
    "paste": _paste,
    "blur-fill": _blur_fill,
}


def _plain(rng: np.random.Generator, f: Forgery) -> Forgery:
    return _sent(f, int(rng.integers(75, 91)))


def _crop(rng: np.random.Generator, f: Forgery) -> Forgery:
    height, width = f.rgb.shape[:2]
    left, right = (int(width * part) for part in rng.uniform(0.02, 0.24, 2))
    top, bottom = (int(height * part) for part in rng.uniform(0.02, 0.24, 2))
    shift = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], float)
    size = (width - left - right, height - top - bottom)
    return _sent(_scaled(_moved(f, shift, size), rng.uniform(0.45, 1.5)), int(rng.integers(65, 91)))


def _mirror(rng: np.random.Generator, f: Forgery) -> Forgery:
    height, width = f.rgb.shape[:2]
    flip = np.array([[-1, 0, width - 1], [0, 1, 0], [0, 0, 1]], float)
    angle = rng.uniform(-6, 6)
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.08), [0, 0, 1]])
    return _sent(_moved(f, turn @ flip, (width, height)), int(rng.integers(70, 91)))


def _messenger(rng: np.random.Generator, f: Forgery) -> Forgery:
    for _ in range(2):
        f = _sent(_scaled(f, rng.uniform(0.7, 0.95)), int(rng.integers(50, 76)))
    return f


def _screenshot(rng: np.random.Generator, f: Forgery) -> Forgery:
    f = _scaled(f, 1000 / f.rgb.shape[1])
    height, width = f.rgb.shape[:2]
    above, below, side = 220, 320, 30
    framed = _moved(
        f,
        np.array([[1, 0, side], [0, 1, above], [0, 0, 1]], float),
        (width + 2 * side, height + above + below),
    )
    rgb = np.where(
        (framed.truth == OUTSIDE)[..., None] & _is_frame(framed, side, above, f), 244, framed.rgb
    )
    rgb = np.ascontiguousarray(rgb.astype(np.uint8))
    cv2.rectangle(rgb, (0, 0), (width + 2 * side, 150), (60, 110, 170), -1)
    for line in range(9):
        text = "".join(chr(int(c)) for c in rng.integers(97, 123, 26))
        y = 100 if line == 0 else above + height + 30 * line
        cv2.putText(rgb, text, (60, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (40, 40, 50), 2, cv2.LINE_AA)
    return _sent(replace(framed, rgb=rgb), int(rng.integers(75, 91)))


def _is_frame(framed: Forgery, side: int, above: int, inner: Forgery) -> NDArray[np.bool_]:
    frame = np.ones((*framed.rgb.shape[:2], 1), bool)
    height, width = inner.rgb.shape[:2]
    frame[above : above + height, side : side + width] = False
    return frame


def _filter(rng: np.random.Generator, f: Forgery) -> Forgery:
    gamma, gains = rng.uniform(0.75, 1.35), rng.uniform(0.82, 1.15, 3)
    rgb = _bytes(255 * (f.rgb / 255) ** gamma * gains)
    truth = f.truth.copy()
    height, width = truth.shape
    mark = np.zeros((height, width), np.uint8)
    at = (int(width * 0.05), int(height * rng.uniform(0.15, 0.9)))
    cv2.putText(
        mark, "@vi-du.example", at, cv2.FONT_HERSHEY_DUPLEX, width / 420, 255, 3, cv2.LINE_AA
    )
    rgb = _bytes(rgb + 0.55 * mark[..., None])
    truth[mark > _VISIBLE_LEVELS] = OUTSIDE  # a thin mark is neither
    return _sent(replace(f, rgb=rgb, truth=truth), int(rng.integers(70, 91)))


def _warp(rng: np.random.Generator, f: Forgery) -> Forgery:
    height, width = f.rgb.shape[:2]
    bend = rng.normal(0, 1, (2, 4, 4)).astype(np.float32)
    bend *= 0.012 * max(height, width) / np.abs(bend).max()
    rows, columns = np.indices((height, width), np.float32)
    x, y = (
        plane + cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC)
        for plane, part in zip((columns, rows), bend, strict=True)
    )
    rgb = cv2.remap(f.rgb, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    truth = cv2.remap(f.truth, x, y, cv2.INTER_NEAREST, borderValue=OUTSIDE)
    sharp = cv2.addWeighted(rgb, 1.6, cv2.GaussianBlur(rgb, (0, 0), 1.5), -0.6, 0)
    return _sent(replace(f, rgb=_bytes(sharp), truth=_bytes(truth)), int(rng.integers(75, 91)))


def _resynth(rng: np.random.Generator, f: Forgery) -> Forgery:
    """Smooth, shake by half a pixel, resample, sharpen and add new grain: no pixel stays."""
    height, width = f.rgb.shape[:2]
    smooth = cv2.bilateralFilter(f.rgb, 7, 22, 4)
    shake = cv2.GaussianBlur(rng.normal(0, 1, (height, width, 2)).astype(np.float32), (0, 0), 3)
    shake *= 0.6 / shake.std()
    rows, columns = np.indices((height, width), np.float32)
    shaken = cv2.remap(
        smooth, columns + shake[..., 0], rows + shake[..., 1], cv2.INTER_CUBIC, borderMode=4
    )
    f = _scaled(replace(f, rgb=_bytes(shaken)), rng.uniform(0.6, 0.8))
    sharp = cv2.addWeighted(f.rgb, 1.7, cv2.GaussianBlur(f.rgb, (0, 0), 1.2), -0.7, 0)
    return _sent(replace(f, rgb=_bytes(sharp + rng.normal(0, 3, sharp.shape))), 85)


def _tiny(rng: np.random.Generator, f: Forgery) -> Forgery:
    return _sent(_scaled(f, rng.uniform(0.3, 0.4)), int(rng.integers(28, 41)))


def _combo(rng: np.random.Generator, f: Forgery) -> Forgery:
    return _messenger(rng, _filter(rng, _screenshot(rng, _warp(rng, _crop(rng, f)))))


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


def _sent(f: Forgery, quality: int) -> Forgery:
    data = cv2.imencode(".jpg", f.rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    bgr = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return replace(f, rgb=np.ascontiguousarray(bgr[..., ::-1]))


def _scaled(f: Forgery, factor: float) -> Forgery:
    height, width = f.rgb.shape[:2]
    size = (max(32, round(width * factor)), max(32, round(height * factor)))
    kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    fx, fy = size[0] / width, size[1] / height
    to = np.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2], [0, 0, 1]])
    return Forgery(
        rgb=_bytes(cv2.resize(f.rgb, size, interpolation=kind)),
        truth=_bytes(cv2.resize(f.truth, size, interpolation=cv2.INTER_NEAREST)),
        homography=to @ f.homography,
    )


def _moved(f: Forgery, to: NDArray[np.float64], size: tuple[int, int]) -> Forgery:
    return Forgery(
        rgb=_bytes(cv2.warpPerspective(f.rgb, to, size, flags=cv2.INTER_CUBIC)),
        truth=_bytes(
            cv2.warpPerspective(f.truth, to, size, flags=cv2.INTER_NEAREST, borderValue=OUTSIDE)
        ),
        homography=to @ f.homography,
    )


def _bytes(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(np.rint(values.astype(np.float64)), 0, 255), np.uint8)
