"""
PDQ in one pass against pdqhash: the same bits, and how much faster; files against threatexchange.

Photographs come from ../shared/pictures when that folder is there; else drawn pictures stand in.
"""

import statistics
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
import pdqhash
from numpy.typing import NDArray

from benban.fingerprint import pdq
from benban.testing.drawings import GENERATORS, draw
from benchmarks._document import Claim, Comparison, Document, Peer
from benchmarks._pdq_files import cpu_ms, encoded, measure_files, measure_kinds, measure_scans

Picture = NDArray[np.uint8]

_PHOTOS = Path(__file__).parent.parent.parent / "shared" / "pictures"
_SIZES = {"4 MP": (2000, 2000), "12 MP": (4000, 3000)}
_TARGETS = {"4 MP": 8.0, "12 MP": 12.0}


def run(*, quick: bool) -> Document:
    """Return bit identity and the ratio of processor time at 4 and 12 megapixels."""
    cv2.setNumThreads(1)
    paths = sorted(_PHOTOS.glob("*/*.jpg"))
    source = f"{len(paths)} photographs" if paths else "drawn pictures only"
    note = f"{source}; {'quick run' if quick else 'full run'}"
    claims = [_identity(paths[::12] if quick else paths, note)]
    count = 2 if quick else 12
    claims += [_speed(name, _enlarged(paths, name, count), note) for name in _SIZES]
    claims += measure_files(_enlarged(paths, "12 MP", count), note)
    claims += measure_scans(_scanned_files(paths, quick=quick), note)
    claims.append(measure_kinds())
    return Document(
        name="pdq",
        claims=tuple(claims),
        packages=(
            "pdqhash",
            "threatexchange",
            "pillow",
            "simplejpeg",
            "numpy",
            "opencv-python-headless",
        ),
    )


def _identity(paths: list[Path], note: str) -> Claim:
    equal = total = 0
    for rgb in _all_pictures(paths):
        upright, dihedral = pdq.hash_picture(rgb)
        bits, quality = pdqhash.compute(rgb)
        turned, _ = pdqhash.compute_dihedral(rgb)
        ours = (upright.hex, upright.quality, [variant.hex for variant in dihedral])
        equal += ours == (_hex(bits), quality, [_hex(variant) for variant in turned])
        total += 1
    return Claim(
        name="hash, eight orientations and quality equal to pdqhash",
        value=equal / total,
        unit="share",
        n=total,
        note=f"{note}, and drawings",
        target=1.0,
        comparison=Comparison.EQUAL,
        peer=Peer(name="pdqhash", version=version("pdqhash"), value=1.0),
    )


def _speed(name: str, pictures: Iterator[Picture], note: str) -> Claim:
    ratios, ours_ms, theirs_ms = [], [], []
    for rgb in pictures:
        pdq.hash_picture(rgb[:64, :64].copy())
        ours_ms.append(cpu_ms(partial(pdq.hash_picture, rgb)))
        theirs_ms.append(cpu_ms(partial(pdqhash.compute, rgb)))
        ratios.append(theirs_ms[-1] / ours_ms[-1])
    # The mean of times, so that a picture whose hash had to be recounted weighs fully.
    ratio = statistics.fmean(theirs_ms) / statistics.fmean(ours_ms)
    return Claim(
        name=f"hash of {name}, with its eight orientations: times faster than pdqhash",
        value=round(ratio, 2),
        unit="times (processor time)",
        n=len(ratios),
        note=(
            f"{note}; {statistics.fmean(ours_ms):.1f} ms against {statistics.fmean(theirs_ms):.1f}"
            f" ms for one orientation; slowest and fastest picture {min(ratios):.1f} and"
            f" {max(ratios):.1f} times"
        ),
        target=_TARGETS[name],
        comparison=Comparison.AT_LEAST,
        peer=Peer(name="pdqhash", version=version("pdqhash"), value=1.0),
    )


def _all_pictures(paths: list[Path]) -> Iterator[Picture]:
    for path in paths:
        yield _read(path)
    for generator in sorted(GENERATORS):
        for seed, (width, height) in enumerate(((640, 480), (333, 517), (1200, 800))):
            yield draw(generator, seed=seed, width_px=width, height_px=height)


def _enlarged(paths: list[Path], name: str, count: int) -> Iterator[Picture]:
    chosen = paths[:: max(1, len(paths) // count)][:count]
    pictures = [_read(path) for path in chosen] or [
        draw("landscape", seed=seed, width_px=1000, height_px=800) for seed in range(count)
    ]
    for rgb in pictures:
        yield np.asarray(cv2.resize(rgb, _SIZES[name], interpolation=cv2.INTER_CUBIC), np.uint8)


def _scanned_files(paths: list[Path], *, quick: bool) -> Iterator[bytes]:
    """Yield files as they are, then enlarged ones at strengths of phones and messengers."""
    for path in paths[:: 24 if quick else 1]:
        yield path.read_bytes()
    for rgb in _enlarged(paths, "4 MP", 3 if quick else 40):
        for strength in (40, 75, 88):
            yield encoded(rgb, strength)
    for rgb in _enlarged(paths, "12 MP", 2 if quick else 24):
        yield encoded(rgb, 88)


def _read(path: Path) -> Picture:
    return np.ascontiguousarray(np.asarray(cv2.imread(str(path)))[:, :, ::-1], np.uint8)


def _hex(bits: NDArray[np.int64]) -> str:
    return np.packbits(bits.astype(np.uint8)).tobytes().hex()
