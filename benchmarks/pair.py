"""
What one pair costs: processor time and memory of a questioned picture against one original.

Drawings with a covered region, at 720 px and as a telephone makes them, and a panorama 20,000
pixels wide against itself. All of it in this process, as the fence's child does it, decoding too.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable

import cv2
import numpy as np

from benban.compare.pair import compare_pictures
from benban.fingerprint.decode import decode_picture
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake
from benchmarks._document import Claim, Comparison, Document

_TARGET_S = 1.0
_PANORAMA_PX = (20_000, 2_500)
_MIB = 1024 * 1024


def run(*, quick: bool) -> Document:
    """Return the median processor time of a pair by size, and the most memory it took."""
    cv2.setNumThreads(1)
    seeds = range(1, 4 if quick else 21)
    note = f"{'quick run; ' if quick else ''}one core, decoding of both included; drawings"
    _drawn(720, 540, 99)()  # what is loaded at the first pair is not counted
    small = [_seconds(_drawn(720, 540, seed)) for seed in seeds]
    large = [_seconds(_drawn(4000, 3000, seed)) for seed in seeds[: 1 if quick else 5]]
    panorama = _panorama()
    wide = [_seconds(lambda: _compare(panorama, panorama)) for _ in range(1 if quick else 3)]
    return Document(
        name="pair",
        claims=(
            _time("a pair at 720 px", small, note, target=_TARGET_S),
            _time("a pair at 12 megapixels", large, note),
            _time("a panorama of 20,000 x 2,500 px against itself", wide, note),
            Claim(
                name="most memory of the whole run",
                value=round(_peak_bytes() / _MIB),
                unit="MiB",
                n=len(small) + len(large) + len(wide),
                note=f"{note}; pictures drawn here are part of it",
            ),
        ),
        packages=("numpy", "opencv-python-headless"),
    )


def _time(name: str, seconds: list[float], note: str, target: float | None = None) -> Claim:
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
    return Claim(
        name=name,
        value=round(statistics.median(seconds), 3),
        unit="s",
        n=len(seconds),
        note=f"median processor time, {spread}; {note}",
        target=target,
        comparison=None if target is None else Comparison.AT_MOST,
    )


def _drawn(width_px: int, height_px: int, seed: int) -> Callable[[], None]:
    subject = list(Subject)[seed % len(Subject)]
    original = draw_example(subject, seed=seed, width_px=width_px, height_px=height_px)
    questioned, photo = make_fake(original, seed=seed + 50).jpeg, encode_jpeg(original)
    return lambda: _compare(questioned, photo)


def _compare(questioned: bytes, original: bytes) -> None:
    compare_pictures(decode_picture(questioned), iter([decode_picture(original)]))


def _panorama() -> bytes:
    seen = draw_example(Subject.CAT, seed=8, width_px=2_000, height_px=256)
    return encode_jpeg(np.asarray(cv2.resize(seen, _PANORAMA_PX), np.uint8), quality=80)


def _seconds(act: Callable[[], None]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
