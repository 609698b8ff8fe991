"""
Which of 20,000 originals a picture was made from: how often on the short list, how fast.

Altered copies of the photographs of ../shared/pictures, each asked of one index that holds all real
photographs of that folder and is filled up to 20,000 with synthetic ones: real points of others,
shaken and put elsewhere. Without the folder drawings stand in.
"""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from benban.compare.describe import describe_original, describe_questioned
from benban.compare.index import OriginIndex, build_index, vote
from benban.compare.packed import CODE_LENGTH, PackedPoints, read_packed, write_packed
from benchmarks._document import Claim, Comparison, Document
from benchmarks.source.attacks import ATTACKS
from benchmarks.source.forgery import Picture
from benchmarks.source.intervals import upper_bound
from benchmarks.source.photos import PHOTOS, distractor_paths, forged_pairs, read

_ORIGINALS = 20_000
_POINTS = 300
# A synthetic point is a real one of a photograph that was not forged from, shaken until only this
# cosine is left between them.
_SHAKEN = 0.75
_LIST = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Copy:
    """An altered copy, as asked; the photograph that covers it is a source too, not counted."""

    number: int
    donor: int | None
    attack: str
    points: PackedPoints


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """At which place of the list the original stood, from 0; None when it did not."""

    attack: str
    place: int | None
    processor_s: float


def run(*, quick: bool) -> Document:
    """Return recall of the short list, and time and memory of a query and of a description."""
    cv2.setNumThreads(1)
    count = 2_000 if quick else _ORIGINALS
    copies, entries, describe_s = _read_all(quick=quick)
    others = entries[len(copies) :]
    index = build_index([*entries, *make_synthetic(others or entries, count - len(entries))])
    note = (
        f"{'quick run' if quick else 'full run'}; {count:,} originals, {len(entries)} of them "
        f"real, the rest synthetic (real points of others, cosine {_SHAKEN}, put elsewhere)"
    )
    answers = [answer_copy(index, copy) for copy in copies]
    return Document(
        name="origin_index",
        claims=(
            *_recall_claims(answers, note),
            *_cost_claims(index, entries, answers, note),
            _measure("description of an original", describe_s, "s", len(entries), "processor time"),
        ),
        packages=("numpy", "opencv-python-headless"),
    )


def make_synthetic(real: Sequence[PackedPoints], count: int) -> list[PackedPoints]:
    """Return *count* photographs that never were, from the points of *real*."""
    rng = np.random.default_rng(20_000)
    pool = np.concatenate([one.codes for one in real]).astype(np.float32) / CODE_LENGTH
    sizes = np.concatenate([one.log_sizes for one in real])
    made = []
    for _ in range(count):
        chosen = rng.integers(0, len(pool), _POINTS)
        noise = rng.normal(0, pool.shape[1] ** -0.5, (_POINTS, pool.shape[1]))
        codes = _SHAKEN * pool[chosen] + (1 - _SHAKEN**2) ** 0.5 * noise
        codes *= CODE_LENGTH / np.linalg.norm(codes, axis=1, keepdims=True)
        made.append(
            PackedPoints(
                size_px=(640, 480),
                places=(rng.random((_POINTS, 2)) * (640, 480)).astype(np.float32),
                log_sizes=sizes[chosen],
                angles=(rng.random(_POINTS) * 2 * np.pi).astype(np.float32),
                codes=np.rint(codes).astype(np.int8),
            )
        )
    return made


def answer_copy(index: OriginIndex, copy: "_Copy") -> "_Answer":
    """Return where the original of an altered copy stands on its list."""
    begun = time.process_time()
    listed = [one.number for one in vote(index, copy.points, _LIST + 1)]
    processor_s = time.process_time() - begun
    counted = [number for number in listed if number != copy.donor][:_LIST]
    place = counted.index(copy.number) if copy.number in counted else None
    return _Answer(attack=copy.attack, place=place, processor_s=processor_s)


def _read_all(*, quick: bool) -> tuple[list[_Copy], list[PackedPoints], float]:
    """Return the altered copies, the entries of all photographs, and the time for each entry."""
    pairs = [
        pair
        for is_test in (False, True)
        for pair in forged_pairs(is_test=is_test, step=8 if quick else 1, per_photo=1)
    ]
    numbers = {pair.plan.photo: place for place, pair in enumerate(pairs)}
    copies = [
        _Copy(
            number=place,
            donor=numbers.get(pair.plan.donor),
            attack=pair.plan.attack,
            points=describe_questioned(pair.forgery.rgb),
        )
        for place, pair in enumerate(pairs)
    ]
    paths = list(distractor_paths()[:: 12 if quick else 1])
    paths += [] if quick else sorted((PHOTOS / "same-scene").glob("*.jpg"))
    begun = time.process_time()
    entries = [_as_kept(pair.original) for pair in pairs]
    entries += [_as_kept(read(path)) for path in paths]
    return copies, entries, (time.process_time() - begun) / len(entries)


def _as_kept(rgb: Picture) -> PackedPoints:
    points = read_packed(write_packed(describe_original(rgb)))
    if points is None:
        raise ValueError("points do not survive being kept")
    return points


def _recall_claims(answers: Sequence[_Answer], note: str) -> list[Claim]:
    combined = [one for one in answers if one.attack == "combo"]
    asked = (
        ("original on the short list of 10", answers, _LIST, 0.98),
        ("original first on the list, before any comparison", answers, 1, 0.95),
        ("all attacks combined, original first on the list", combined, 1, 0.8),
    )
    claims = []
    for name, among, places, target in asked:
        missed = [one for one in among if one.place is None or one.place >= places]
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
