"""Bytes of a file to its hash: exactly and scanned, against threatexchange's own path."""

import io
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.metadata import version

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image
from threatexchange.signal_type.pdq.signal import PdqSignal

from benban.fingerprint.measure import measure_picture, scan_picture
from benban.fingerprint.pdq import hash_picture
from benban.fingerprint.scan import BAND_BITS, SURE_QUALITY, decide_matches, radius_to_ask
from benban.model.fingerprint import Pdq, PictureFingerprint, ScannedPicture
from benban.testing.drawings import draw
from benchmarks._document import Claim, Comparison, Peer

Picture = NDArray[np.uint8]

# Grey levels of grain that a small sensor leaves after its own smoothing.
_GRAIN = 10
# PDQ's own advice: below it a hash matches nothing, scanned or exact.
_LEAST_QUALITY = 50
_BORDER_BITS = 31
_EXACT_TARGET, _SCAN_TARGET = 6.0, 12.0
_EXIF_ORIENTATION = 0x0112
# Two decoders of one picture may differ by this (PDQ's README).
_SAME_BITS = 10


def encoded(rgb: Picture, strength: int) -> bytes:
    """Return a JPEG of *rgb* with a sensor's grain, which an enlarged picture lacks."""
    grain = np.random.default_rng(0).integers(-_GRAIN, _GRAIN + 1, rgb.shape, np.int16)
    grainy = np.clip(rgb + grain, 0, 255).astype(np.uint8)
    data: bytes = simplejpeg.encode_jpeg(grainy, strength, "RGB", "420")
    return data


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the least processor time of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time_ns()
        work()
        times.append((time.process_time_ns() - start) / 1e6)
    return min(times)


def measure_files(pictures: Iterator[Picture], note: str) -> list[Claim]:
    """Return how much faster a JPEG becomes a hash, exactly and scanned."""
    theirs, exact, scan, sizes = [], [], [], []
    for rgb in pictures:
        data = encoded(rgb, 88)
        sizes.append(len(data) / 1e6)
        theirs.append(cpu_ms(partial(PdqSignal.hash_from_bytes, data)))
        exact.append(cpu_ms(partial(measure_picture, data)))
        scan.append(cpu_ms(partial(scan_picture, data)))
    said = f"{note}; enlarged with grain, quality 88, {statistics.fmean(sizes):.1f} MB a file"
    return [
        _file_speed("exactly", exact, theirs, _EXACT_TARGET, said),
        _file_speed("in scan mode", scan, theirs, _SCAN_TARGET, said),
    ]


def _file_speed(
    how: str, ours: list[float], theirs: list[float], target: float, note: str
) -> Claim:
    ratios = [other / own for own, other in zip(ours, theirs, strict=True)]
    mean, other = statistics.fmean(ours), statistics.fmean(theirs)
    return Claim(
        name=f"JPEG bytes of 12 MP to hash, {how}: times faster than threatexchange",
        value=round(other / mean, 2),
        unit="times (processor time)",
        n=len(ratios),
        note=(
            f"{note}; eight orientations, {mean:.1f} ms against {other:.1f} ms for one; slowest and"
            f" fastest picture {min(ratios):.1f} and {max(ratios):.1f} times"
        ),
        target=target,
        comparison=Comparison.AT_LEAST,
        peer=Peer(name="threatexchange", version=version("threatexchange"), value=1.0),
    )


def measure_scans(files: Iterable[bytes], note: str) -> list[Claim]:
    """Return how far scans drift, and whether their decisions equal those of exact hashes."""
    rng = np.random.default_rng(0)
    drifts, quality_steps, equal, total, asked = [], [], 0, 0, 0
    for data in files:
        scanned, exact = scan_picture(data), measure_picture(data)
        if not scanned.is_exact:
            pairs = zip(scanned.dihedral, exact.dihedral, strict=True)
            drifts.append(max(one.distance_bits(other) for one, other in pairs))
            quality_steps.append(abs(scanned.dihedral[0].quality - exact.pdq.quality))
        for stored in _around_border(exact, rng):
            decided, was_asked = _decide(scanned, stored, exact)
            expected = (
                exact.pdq.quality >= _LEAST_QUALITY
                and min(one.distance_bits(stored) for one in exact.dihedral) <= _BORDER_BITS
            )
            equal += decided == expected
            asked += was_asked
            total += 1
    said = f"{note}; as they are and enlarged to 4 and 12 MP"
    return [
        Claim(
            name="most bits between a scanned and the exact hash, worst of eight orientations",
            value=max(drifts),
            unit="bits",
            n=len(drifts),
            note=(
                f"{said}; scanned quality >= {SURE_QUALITY}; mean {statistics.fmean(drifts):.2f};"
                f" exact quality differed by at most {max(quality_steps)}"
            ),
            target=BAND_BITS,
            comparison=Comparison.AT_MOST,
        ),
        Claim(
            name="decisions of scans that equal those of exact hashes",
            value=equal / total,
            unit="share",
            n=total,
            note=f"{said}; stored hashes 19 to 43 bits away; exact hash needed in {asked}",
            target=1.0,
            comparison=Comparison.EQUAL,
        ),
    ]


def _around_border(exact: PictureFingerprint, rng: np.random.Generator) -> Iterator[Pdq]:
    for away in range(_BORDER_BITS - 12, _BORDER_BITS + 13):
        bits = int(exact.dihedral[away % 8].hex, 16)
        for place in rng.choice(256, away, replace=False):
            bits ^= 1 << int(place)
        yield Pdq(hex=f"{bits:064x}", quality=100)


def _decide(scanned: ScannedPicture, stored: Pdq, exact: PictureFingerprint) -> tuple[bool, bool]:
    """Return whether the picture matches, and whether its exact hash was needed to say so."""
    nearest = min(one.distance_bits(stored) for one in scanned.dihedral)
    if nearest > radius_to_ask(_BORDER_BITS):
        return False, False  # what a bank would not have given
    asked: list[bool] = []

    def hash_exactly() -> PictureFingerprint:
        asked.append(True)
        return exact

    found = decide_matches(scanned, [stored], hash_exactly, border_bits=_BORDER_BITS)
    return bool(found), bool(asked)


def measure_kinds() -> Claim:
    """Return the share of kinds of file that are hashed like the picture that they show."""
    ours, theirs = [], []
    for name, data, shown in _kinds():
        truth, _ = hash_picture(np.ascontiguousarray(shown))
        ours += [name] * (truth.distance_bits(measure_picture(data).pdq) > _SAME_BITS)
        said = PdqSignal.hash_from_bytes(data)
        is_same = said and truth.distance_bits(Pdq(hex=said, quality=100)) <= _SAME_BITS
        theirs += [name] * (not is_same)
    count = len(list(_kinds()))
    return Claim(
        name="kinds of file hashed like the picture they show (within 10 bits)",
        value=1 - len(ours) / count,
        unit="share",
        n=count,
        note=f"a drawing; missed here: {_list(ours)}; by threatexchange: {_list(theirs)}",
        target=1.0,
        comparison=Comparison.EQUAL,
        peer=Peer(
            name="threatexchange",
            version=version("threatexchange"),
            value=1 - len(theirs) / count,
        ),
    )


def _kinds() -> Iterator[tuple[str, bytes, Picture]]:
    rgb = draw("landscape", seed=11, width_px=640, height_px=480)
    drawn = Image.fromarray(rgb)
    undone = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    for orientation, undo in undone.items():
        exif = Image.Exif()
        exif[_EXIF_ORIENTATION] = orientation
        turned = _saved(drawn.transpose(undo), "JPEG", exif=exif)
        yield f"EXIF orientation {orientation}", turned, rgb
    for mode in ("RGB", "L", "CMYK"):
        yield f"JPEG {mode}", _saved(drawn.convert(mode), "JPEG"), _as_rgb(drawn.convert(mode))
    yield "JPEG progressive", _saved(drawn, "JPEG", progressive=True), rgb
    for mode in ("RGB", "L", "P", "1", "LA", "RGBA"):
        yield f"PNG {mode}", _saved(drawn.convert(mode), "PNG"), _as_rgb(drawn.convert(mode))
    grey = np.asarray(drawn.convert("L"))
    deep = Image.fromarray(grey.astype(np.uint16) << 8)
    yield "PNG of 16 bits", _saved(deep, "PNG"), np.dstack([grey] * 3)
    yield "GIF", _saved(drawn.quantize(64), "GIF"), _as_rgb(drawn.quantize(64))
    yield "WebP", _saved(drawn, "WEBP"), rgb
    yield "AVIF", _saved(drawn, "AVIF"), rgb


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _as_rgb(picture: Image.Image) -> Picture:
    return np.asarray(picture.convert("RGB"))


def _list(names: list[str]) -> str:
    return ", ".join(names) or "none"
