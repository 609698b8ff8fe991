"""
Pictures for the demonstration and for tests, drawn by rule; no person, no photograph.

The one depicted is a statue, a cat or a tailor's dummy: "the person in the example" (HARM 4).
A "fake" is such a picture with one region covered by cloth; its true mask is known. Nothing here
generates, restores or fills in anything.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import cast

import cv2
import numpy as np

from benban.testing.textures import (
    Mask,
    Picture,
    brick_wall,
    foliage,
    fractal_noise,
    fur,
    stone,
    tiled_floor,
    woven_cloth,
)

_SCALE_OF_FAKE = 0.8
_QUALITY_OF_FAKE = 80
_QUALITY_OF_ORIGINAL = 93
# The share of the picture that the cloth covers lies between these.
SMALLEST_SHARE, LARGEST_SHARE = 0.25, 0.40


class Subject(Enum):
    """Who is depicted in place of a person."""

    STATUE = "statue"
    CAT = "cat"
    DUMMY = "tailors-dummy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fake:
    """
    An altered copy and what is true about it.

    Attributes:
        jpeg: the file, resized and compressed again.
        changed: bool, the pixels of ``jpeg`` that came from the cloth.
        changed_in_original: the same on the grid of the original.
        scale: side of the fake divided by side of the original.
    """

    jpeg: bytes
    changed: Mask
    changed_in_original: Mask
    scale: float


def draw_example(
    subject: Subject, *, seed: int, width_px: int = 1600, height_px: int = 1200
) -> Picture:
    """Return a drawn scene with *subject*, RGB ``uint8`` of shape (height, width, 3)."""
    rng = np.random.default_rng([seed, list(Subject).index(subject)])
    scene = _seen_from_somewhere(rng, _scenery(rng, height_px * 5 // 4, width_px * 5 // 4))
    outline = _outline(rng, subject, (height_px, width_px))
    coats = {Subject.STATUE: stone, Subject.CAT: fur, Subject.DUMMY: woven_cloth}
    coat = coats[subject](rng, height_px, width_px).astype(np.float32)
    # Light from the left gives the flat outline some body.
    depth = cv2.distanceTransform(outline.astype(np.uint8), cv2.DIST_L2, 5)
    slope = cv2.Sobel(np.minimum(depth, 120), cv2.CV_32F, 1, 0, ksize=5)
    shade = 1.0 + 0.35 * np.clip(cv2.GaussianBlur(slope, (0, 0), 9) / 40.0, -1, 1)
    scene[outline] = np.clip(coat * shade[..., None], 0, 255).astype(np.uint8)[outline]
    noise = rng.normal(0, 2.0, scene.shape)
    return np.clip(np.rint(scene + noise), 0, 255).astype(np.uint8)


def make_fake(original: Picture, *, seed: int) -> Fake:
    """
    Return a copy of *original* with 25-40 % of it covered by cloth, smaller and compressed again.

    Args:
        original: RGB ``uint8``.
        seed: of the region and the cloth.
    """
    rng = np.random.default_rng([seed, 0xFA])
    height, width = original.shape[:2]
    mask = _region(rng, height, width)
    altered = original.copy()
    altered[mask] = woven_cloth(rng, height, width)[mask]
    size = (round(width * _SCALE_OF_FAKE), round(height * _SCALE_OF_FAKE))
    smaller = cv2.resize(altered, size, interpolation=cv2.INTER_AREA)
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return Fake(
        jpeg=encode_jpeg(smaller.astype(np.uint8), quality=_QUALITY_OF_FAKE),
        changed=share > 0.5,  # noqa: PLR2004 - the larger part of the pixel is cloth
        changed_in_original=mask,
        scale=_SCALE_OF_FAKE,
    )


def make_screenshot_copy(jpeg: bytes, *, seed: int) -> bytes:
    """Return *jpeg* cropped, inside a telephone's screen with text around it, as JPEG."""
    rng = np.random.default_rng([seed, 0x5C])
    picture = decode(jpeg)
    height, width = picture.shape[:2]
    left, right = (int(width * part) for part in rng.uniform(0.03, 0.07, 2))
    top, bottom = (int(height * part) for part in rng.uniform(0.03, 0.08, 2))
    shown = picture[top : height - bottom, left : width - right]
    screen_w, screen_h = 1080, 1500
    shown_h = round(shown.shape[0] * screen_w / shown.shape[1])
    screen = np.full((screen_h, screen_w, 3), (247, 248, 250), np.uint8)
    start = 260
    screen[start : start + shown_h] = cv2.resize(
        shown, (screen_w, shown_h), interpolation=cv2.INTER_AREA
    )
    cv2.rectangle(screen, (0, 0), (screen_w, 190), (72, 110, 160), -1)
    cv2.circle(screen, (96, 118), 44, (206, 216, 228), -1, cv2.LINE_AA)
    _write(screen, "09:41", (40, 52), (255, 255, 255), 1.0)
    _write(screen, "kenh vi du - 2.012 thanh vien", (170, 130), (255, 255, 255), 1.3)
    _write(screen, "chuyen tiep tu: mot kenh khac", (40, 236), (90, 96, 104), 1.0)
    _write(screen, "1.204 luot xem   Hom nay 08:15", (40, start + shown_h + 54), (90, 96, 104), 1.0)
    for line in range(3):
        y = start + shown_h + 130 + 62 * line
        cv2.rectangle(screen, (40, y), (520 + 150 * line, y + 26), (222, 226, 232), -1)
    return encode_jpeg(screen, quality=85)


# Forty of them for each simulated platform, drawn once for all of them.
@cache
def draw_feed_picture(number: int) -> bytes:
    """
    Return the small JPEG of post *number* in the feed: a geometric drawing with its canaries.

    The bytes hold :func:`canary_bytes`, a large patch of it has :func:`canary_colour`.
    """
    rng = np.random.default_rng([number, 0xFEED])
    picture = np.full((360, 480, 3), rng.integers(150, 230, 3), np.uint8)
    for _ in range(12):
        centre = (int(rng.integers(0, 480)), int(rng.integers(0, 360)))
        colour = tuple(float(part) for part in rng.integers(40, 220, 3))
        cv2.circle(picture, centre, int(rng.integers(12, 60)), colour, 5, cv2.LINE_AA)
    picture[120:240, 160:320] = canary_colour(number)
    jpeg = encode_jpeg(picture, quality=96)
    comment = canary_bytes(number)
    # A COM segment directly after SOI (ITU-T T.81 B.2.4.5).
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    return jpeg[:2] + segment + jpeg[2:]


def canary_bytes(number: int) -> bytes:
    """Return 32 bytes that stand in the file of post *number* and nowhere else."""
    return np.random.default_rng([number, 0xCA]).bytes(32)


def canary_colour(number: int) -> tuple[int, int, int]:
    """Return the loud RGB colour of post *number*; no other post's is nearer than 24 levels."""
    # 6 x 7 steps of green and blue under full red: nothing else on the pages looks like it.
    return (255, 24 + 24 * (number % 7), 255 - 24 * (number // 7 % 7))


def encode_jpeg(picture: Picture, *, quality: int = _QUALITY_OF_ORIGINAL) -> bytes:
    """Return RGB *picture* as a JPEG file."""
    done, data = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    if not done:
        raise ValueError("the picture could not be encoded")
    return data.tobytes()


def encode_png(picture: Picture) -> bytes:
    """Return RGB *picture* as a PNG file."""
    done, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    if not done:
        raise ValueError("the picture could not be encoded")
    return data.tobytes()


def decode(data: bytes) -> Picture:
    """Return a file of this module (or a screenshot in a test) as RGB ``uint8``."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("not a picture")
    return cast("Picture", cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))


def _scenery(rng: np.random.Generator, height: int, width: int) -> Picture:
    horizon = int(height * rng.uniform(0.62, 0.72))
    scene = np.empty((height, width, 3), np.uint8)
    scene[:horizon] = brick_wall(rng, horizon, width)
    scene[horizon:] = tiled_floor(rng, height - horizon, width)
    edge = int(width * rng.uniform(0.22, 0.32))
    bush = foliage(rng, horizon, edge)
    shape = fractal_noise(rng, horizon, edge, coarse=5, octaves=4)
    x = np.linspace(0, 1, edge, dtype=np.float32)
    inside = shape + (1 - x) > 0.75  # noqa: PLR2004 - how far the bush reaches
    part = scene[:horizon, :edge]
    if rng.random() < 0.5:  # noqa: PLR2004 - either side of the picture
        part, inside = scene[:horizon, width - edge :], inside[:, ::-1]
    part[inside] = bush[inside]
    return scene


def _seen_from_somewhere(rng: np.random.Generator, scene: Picture) -> Picture:
    """Return four fifths of *scene* from a place of its own: no two scenes share their lines."""
    height, width = scene.shape[:2]
    unit = np.array(((0, 0), (1, 0), (1, 1), (0, 1)), np.float32)
    corners = (0.1 + 0.8 * unit + rng.uniform(-0.07, 0.07, (4, 2))) * (width, height)
    target = unit * (width * 4 // 5, height * 4 // 5)
    view = cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))
    size = (width * 4 // 5, height * 4 // 5)
    return cast("Picture", cv2.warpPerspective(scene, view, size, flags=cv2.INTER_AREA))


def _outline(rng: np.random.Generator, subject: Subject, size: tuple[int, int]) -> Mask:
    height, width = size
    canvas = np.zeros(size, np.uint8)
    unit = height / 12
    middle = width * rng.uniform(0.44, 0.56)

    def oval(x: float, y: float, wide: float, high: float) -> None:
        centre = (round(middle + x * unit), round(y * unit))
        axes = (round(wide * unit), round(high * unit))
        cv2.ellipse(canvas, centre, axes, 0, 0, 360, 1, -1)

    def polygon(*points: tuple[float, float]) -> None:
        corners = [(round(middle + x * unit), round(y * unit)) for x, y in points]
        cv2.fillPoly(canvas, [np.array(corners, np.int32)], 1)

    if subject is Subject.CAT:
        oval(0, 7.6, 2.5, 3.1)
        oval(0, 4.0, 1.5, 1.35)
        polygon((-1.4, 3.6), (-1.25, 1.7), (-0.3, 2.9))
        polygon((1.4, 3.6), (1.25, 1.7), (0.3, 2.9))
        oval(2.6, 9.8, 1.9, 0.5)
    elif subject is Subject.STATUE:
        polygon((-2.6, 12), (-2.3, 9.6), (2.3, 9.6), (2.6, 12))
        polygon((-2.0, 9.6), (-2.6, 5.0), (-1.9, 3.7), (1.9, 3.7), (2.6, 5.0), (2.0, 9.6))
        polygon((-0.5, 3.9), (-0.5, 2.8), (0.5, 2.8), (0.5, 3.9))
        oval(0, 2.2, 0.95, 1.2)
    else:
        polygon((-0.15, 12), (-0.15, 8.6), (0.15, 8.6), (0.15, 12))
        polygon((-1.9, 8.8), (-1.4, 6.2), (-2.1, 3.6), (2.1, 3.6), (1.4, 6.2), (1.9, 8.8))
        polygon((-0.5, 3.7), (-0.4, 2.7), (0.4, 2.7), (0.5, 3.7))
    return canvas.astype(bool)


def _region(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Return one blob around the middle that covers between a quarter and two fifths."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    centre = (width * rng.uniform(0.46, 0.54), height * rng.uniform(0.5, 0.6))
    distance = np.hypot((x - centre[0]) / width * 1.15, (y - centre[1]) / height)
    wavy = distance + 0.14 * (fractal_noise(rng, height, width, coarse=4, octaves=2) - 0.5)
    share = float(rng.uniform(SMALLEST_SHARE + 0.02, LARGEST_SHARE - 0.02))
    return cast("Mask", wavy < np.quantile(wavy, share))


def _write(
    screen: Picture, text: str, at: tuple[int, int], colour: tuple[int, int, int], size: float
) -> None:
    cv2.putText(screen, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 2, cv2.LINE_AA)
