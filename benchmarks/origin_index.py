"""
Which of 20,000 originals a picture was made from: how often on the short list, how fast.

Altered copies of those photographs of ../shared/pictures that nothing was chosen on, each asked of
one index that holds all real photographs of that folder and is filled up to 20,000 with synthetic
ones: real points of others, shaken and put elsewhere. Then the questioned picture is registered
with those of the list: which is first is told before and after that. Without it drawings stand
in.
"""

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from benban.compare.describe import describe_original, describe_questioned
from benban.compare.index import OriginIndex, build_index, vote
from benban.compare.local import Features, extract_features
from benban.compare.packed import CODE_LENGTH, PackedPoints, read_packed, write_packed
from benban.compare.pair import working_copy
from benban.compare.register import register
from benchmarks._document import Claim, Comparison, Document
from benchmarks.source.attacks import ATTACKS
from benchmarks.source.forgery import Picture
from benchmarks.source.intervals import upper_bound
from benchmarks.source.photos import (
    PHOTOS,
    distractor_paths,
    forged_pairs,
    photo,
    photo_names,
    read,
)

_ORIGINALS = 20_000
_POINTS = 500
# A synthetic point is a real one of a photograph that was not forged from, shaken until only this
# cosine is left between them.
_SHAKEN = 0.75
_LIST = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Copy:
    """An altered copy, as asked; the photograph that covers it is a source too, not counted."""

    number: int
    donor: int
    attack: str
    points: PackedPoints
    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """
    At which place the original stood, from 0; None when it did not.

    Attributes:
        place: on the list.
        verified: among those of the list that could be registered, by the number of false alarms.
    """

    attack: str
    place: int | None
    verified: int | None
    processor_s: float


def run(*, quick: bool) -> Document:
    """Return recall of the short list, and time and memory of a query and of a description."""
    cv2.setNumThreads(1)
    with TemporaryDirectory() as folder:
        return _run(Path(folder), quick=quick)


def _run(folder: Path, *, quick: bool) -> Document:
    count = 2_000 if quick else _ORIGINALS
    copies = list(_read_copies(folder, quick=quick))
    pictures = _real_pictures(quick=quick)
    begun = time.process_time()
    entries = [_as_kept(read_one()) for read_one in pictures]
    describe_s = (time.process_time() - begun) / len(entries)
    others = entries[len(photo_names()) :]
    begun = time.process_time()
    index = build_index(chain(entries, make_synthetic(others or entries, count - len(entries))))
    build_s = time.process_time() - begun
    note = (
        f"{'quick run' if quick else 'full run'}; {count:,} originals, {len(entries)} of them "
        f"real, the rest synthetic (real points of others, cosine {_SHAKEN}, put elsewhere)"
    )
    answers = [answer_copy(index, copy, pictures) for copy in copies]
    return Document(
        name="origin_index",
        claims=(
            *_recall_claims(answers, note),
            *_cost_claims(index, entries, answers, note),
            _measure("description of an original", describe_s, "s", len(entries), "processor time"),
            _measure(
                "building the index", build_s, "s", 1, f"with making the synthetic ones; {note}"
            ),
        ),
        packages=("numpy", "opencv-python-headless"),
    )


def make_synthetic(real: Sequence[PackedPoints], count: int) -> Iterator[PackedPoints]:
    """Yield *count* photographs that never were, from the points of *real*."""
    rng = np.random.default_rng(20_000)
    pool = np.concatenate([one.codes for one in real]).astype(np.float32) / CODE_LENGTH
    sizes = np.concatenate([one.log_sizes for one in real])
    for _ in range(count):
        chosen = rng.integers(0, len(pool), _POINTS)
        noise = rng.normal(0, pool.shape[1] ** -0.5, (_POINTS, pool.shape[1]))
        codes = _SHAKEN * pool[chosen] + (1 - _SHAKEN**2) ** 0.5 * noise
        codes *= CODE_LENGTH / np.linalg.norm(codes, axis=1, keepdims=True)
        yield PackedPoints(
            size_px=(640, 480),
            places=(rng.random((_POINTS, 2)) * (640, 480)).astype(np.float32),
            log_sizes=sizes[chosen],
            angles=(rng.random(_POINTS) * 2 * np.pi).astype(np.float32),
            codes=np.rint(codes).astype(np.int8),
        )


def answer_copy(
    index: OriginIndex, copy: "_Copy", pictures: "Sequence[Callable[[], Picture]]"
) -> "_Answer":
    """Return where the original of an altered copy stands on its list, and after comparing."""
    begun = time.process_time()
    listed = [one.number for one in vote(index, copy.points, _LIST + 1)]
    processor_s = time.process_time() - begun
    counted = [number for number in listed if number != copy.donor][:_LIST]
    return _Answer(
        attack=copy.attack,
        place=_place(counted, copy.number),
        verified=_place(_verified(copy, counted, pictures), copy.number),
        processor_s=processor_s,
    )


def _place(numbers: Sequence[int], number: int) -> int | None:
    return numbers.index(number) if number in numbers else None


def _verified(
    copy: "_Copy", listed: Sequence[int], pictures: "Sequence[Callable[[], Picture]]"
) -> list[int]:
    """Return those that can be registered, best first; a synthetic one is no picture and cannot."""
    rgb = np.asarray(np.load(copy.file), np.uint8)
    questioned, size_px = _features(rgb)
    alignments = {
        number: register(_features(pictures[number]())[0], questioned, size_px)
        for number in listed
        if number < len(pictures)
    }
    scores = [(one.log10_nfa, number) for number, one in alignments.items() if one is not None]
    return [number for _, number in sorted(scores)]


def _features(rgb: Picture) -> tuple[Features, tuple[int, int]]:
    rgb = working_copy(rgb)
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    return extract_features(grey), (rgb.shape[1], rgb.shape[0])


def _read_copies(folder: Path, *, quick: bool) -> Iterator[_Copy]:
    """Yield the altered copies; their pictures lie in *folder* until they are compared."""
    pairs = forged_pairs(is_test=True, step=4 if quick else 1, per_photo=1 if quick else 2)
    for place, pair in enumerate(pairs):
        file = folder / f"{place}.npy"
        np.save(file, pair.forgery.rgb)
        yield _Copy(
            number=pair.plan.photo,
            donor=pair.plan.donor,
            attack=pair.plan.attack,
            points=describe_questioned(pair.forgery.rgb),
            file=file,
        )


def _real_pictures(*, quick: bool) -> "list[Callable[[], Picture]]":
    """Return what reads each real photograph; the originals come first, by their numbers."""
    paths = list(distractor_paths()[:: 12 if quick else 1])
    paths += [] if quick else sorted((PHOTOS / "same-scene").glob("*.jpg"))
    originals = [partial(photo, number) for number in range(len(photo_names()))]
    return [*originals, *(partial(read, path) for path in paths)]


def _as_kept(rgb: Picture) -> PackedPoints:
    points = read_packed(write_packed(describe_original(rgb)))
    if points is None:
        raise ValueError("points do not survive being kept")
    return points


def _recall_claims(answers: Sequence[_Answer], note: str) -> list[Claim]:
    combined = [one for one in answers if one.attack == "combo"]
    asked = (
        ("original on the short list of 10", answers, _LIST, False, 0.98),
        ("original first on the list, before any comparison", answers, 1, False, 0.95),
        ("original first, the list compared", answers, 1, True, 0.95),
        ("all attacks combined, original on the short list of 10", combined, _LIST, False, 0.8),
        ("all attacks combined, original first on the list", combined, 1, False, 0.8),
        ("all attacks combined, original first, the list compared", combined, 1, True, 0.8),
    )
    claims = []
    for name, among, places, is_verified, target in asked:
        missed = [one for one in among if not _stands_within(one, places, is_verified=is_verified)]
        by_attack = ", ".join(
            f"{attack} {sum(one.attack == attack for one in missed)}"
            for attack in ATTACKS
            if any(one.attack == attack for one in missed)
        )
        bound = 1 - upper_bound(len(missed), len(among)) if among else 0.0
        claims.append(
            Claim(
                name=name,
                value=1 - len(missed) / max(1, len(among)),
                unit="share",
                n=len(among),
                note=f"{note}; 95 % lower bound {bound:.3f}; missed: {by_attack or 'none'}",
                target=target,
                comparison=Comparison.AT_LEAST,
            )
        )
    return claims


def _stands_within(answer: _Answer, places: int, *, is_verified: bool) -> bool:
    place = answer.verified if is_verified else answer.place
    return place is not None and place < places


def _cost_claims(
    index: OriginIndex, entries: Sequence[PackedPoints], answers: Sequence[_Answer], note: str
) -> list[Claim]:
    times = [one.processor_s for one in answers]
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    kept = float(np.mean([len(write_packed(one)) for one in entries]))
    return [
        _at_most("query, median processor time", float(np.median(times)), "s", len(times), note),
        _at_most("query, 9 of 10 within", float(np.quantile(times, 0.9)), "s", len(times), note),
        _at_most("memory, peak of the whole run", peak_gib, "GiB", 1, note),
        _measure("memory of the index", index.size_bytes / 2**20, "MiB", 1, note),
        _measure("kept of one original", kept, "bytes", len(entries), "mean of the real ones"),
    ]


def _at_most(name: str, value: float, unit: str, n: int, note: str) -> Claim:
    return Claim(
        name=name,
        value=value,
        unit=unit,
        n=n,
        note=note,
        target=1.0,
        comparison=Comparison.AT_MOST,
    )


def _measure(name: str, value: float, unit: str, n: int, note: str) -> Claim:
    return Claim(name=name, value=value, unit=unit, n=n, note=note)
