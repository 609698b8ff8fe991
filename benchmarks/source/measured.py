"""
The comparison on altered copies and on pairs of which none was made from the other.

``python -m benchmarks.source.measured copies`` (or ``inverse``, ``negatives``) goes on where it
stopped and writes ``results/NAME.json``; ``--write`` writes what there is, ``--state`` says how
far it is. ``./run bench source`` measures a part in memory and reads the rest from there.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

# One core, so that the times mean something; must stand before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.pair import compare_pictures
from benban.fingerprint.decode import DecodedPicture
from benban.fingerprint.ports import PairFinding
from benchmarks.source.forgery import SAME, Picture
from benchmarks.source.maps import measure_map
from benchmarks.source.photos import (
    CopyPlan,
    ForgedPair,
    make_inverse_pair,
    make_pair,
    numbers_of,
    photo_names,
    plan_copies,
)
from benchmarks.source.runs import FORGER, Journal, Record
from benchmarks.source.strata import Negative, negatives

COPIES_PER_PHOTO, INVERSE_PER_PHOTO = 5, 2
_GRID_PX = 16
# What a comparison of one pair is made by; the index, videos and pictures of a report are not.
_COMPARED_BY = (
    *("bend", "changes", "copies", "direction", "evidence", "local", "nfa", "order_facts"),
    *("overlay", "pair", "register", "same_shot", "shared_surface", "thresholds", "tiers"),
)
_NUMBERS = ("thresholds.toml", "change-map.json")

Points = NDArray[np.integer] | NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One kind of measurement: its items by id, how one is measured and what decides it."""

    name: str
    seed: str
    items: Mapping[str, Callable[[], Record]]
    recipe: int

    def open_journal(self) -> Journal:
        """Return the journal, which ends when the method, its numbers or the forger change."""
        method = (
            *(f"src/benban/compare/{name}.py" for name in _COMPARED_BY),
            *(f"src/benban/catalogue/{name}" for name in _NUMBERS),
        )
        made_by = ("benchmarks/source/scenes.py", "benchmarks/source/surfaces.py", *FORGER)
        return Journal(
            self.name, sources=(*method, *made_by), parameters=f"{self.recipe} {self.seed}"
        )


def copies() -> Run:
    """Return altered copies of the test half."""
    plans = plan_copies(numbers_of(is_test=True), per_photo=COPIES_PER_PHOTO)
    return Run(
        name="copies",
        seed="photo number * 100 + turn",
        items={_id_of(plan): partial(_copy, plan) for plan in plans},
        recipe=1,
    )


def inverse() -> Run:
    """Return pieces of photographs of the test half in other photographs of it."""
    plans = plan_copies(numbers_of(is_test=True), per_photo=INVERSE_PER_PHOTO)
    return Run(
        name="inverse",
        seed="photo number * 100 + turn",
        items={_id_of(plan): partial(_inverse, plan) for plan in plans},
        recipe=1,
    )


def strangers() -> Run:
    """Return pairs of which none was made from the other."""
    return Run(
        name="negatives",
        seed="number of the pair",
        items={one.id: partial(_negative, one) for one in negatives()},
        recipe=1,
    )


RUNS: Mapping[str, Callable[[], Run]] = {
    "copies": copies,
    "inverse": inverse,
    "negatives": strangers,
}


def compare(questioned: Picture, original: Picture) -> PairFinding:
    """Return the finding of one pair, from decoded pictures."""
    return compare_pictures(decoded(questioned), [decoded(original)])[0]


def decoded(rgb: Picture) -> DecodedPicture:
    """Return a picture as it comes out of the decoder."""
    return DecodedPicture(rgb=rgb, media_type="image/jpeg", is_whole=True)


def main(arguments: list[str]) -> int:
    """Return 0 when the run is complete, 1 when something is left."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.source.measured")
    parser.add_argument("name", choices=RUNS)
    parser.add_argument("--state", action="store_true", help="say how far it is and end")
    parser.add_argument("--write", action="store_true", help="write what there is and end")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    run = RUNS[options.name]()
    journal = run.open_journal()
    if not (options.state or options.write):
        journal.measure(run.items, say=_say)
    print(f"{len(journal.records)} of {len(run.items)} pairs")
    if not options.state:
        print(journal.write_pairs(planned=len(run.items), seed=run.seed))
    return int(len(journal.records) < len(run.items))


def _id_of(plan: CopyPlan) -> str:
    return f"{photo_names()[plan.photo]} {plan.attack} {plan.fill}"


def _copy(plan: CopyPlan) -> Record:
    pair = make_pair(plan)
    return {**_found(pair), "map": measure_map(pair)}


def _inverse(plan: CopyPlan) -> Record:
    return _found(make_inverse_pair(plan))


def _found(pair: ForgedPair) -> Record:
    finding = compare(pair.forgery.rgb, pair.original)
    return {
        "photo": pair.name,
        "attack": pair.plan.attack,
        "fill": pair.plan.fill,
        "tier": finding.tier.value,
        "log10_nfa": None if finding.log10_nfa is None else round(finding.log10_nfa, 1),
        "error_px": map_error_px(pair, finding),
    }


def _negative(one: Negative) -> Record:
    finding = compare(*one.make())
    return {
        "stratum": one.stratum,
        "cluster": one.cluster,
        "is_synthetic": one.is_synthetic,
        "is_near": one.is_near,
        "tier": finding.tier.value,
    }


def map_error_px(pair: ForgedPair, finding: PairFinding) -> float | None:
    """Return the median distance between found and true place, where the original is seen."""
    registration = finding.registration
    if registration is None:
        return None
    half = _GRID_PX // 2
    places = pair.forgery.places[half::_GRID_PX, half::_GRID_PX]
    is_seen = pair.forgery.truth[half::_GRID_PX, half::_GRID_PX] == SAME
    is_seen &= ~np.isnan(places[..., 0])
    if not is_seen.any():
        return None
    rows, columns = np.nonzero(is_seen)
    pixels = np.stack([columns, rows], axis=1) * _GRID_PX + half
    full = pair.forgery.rgb.shape[1], pair.forgery.rgb.shape[0]
    original = pair.original.shape[1], pair.original.shape[0]
    true = _resized(pixels, full, registration.questioned_size_px)
    start = _resized(places[is_seen], original, registration.original_size_px)
    homography = np.array(registration.homography).reshape(3, 3)
    found = cv2.perspectiveTransform(start[:, None], homography)[:, 0]
    return round(float(np.median(np.hypot(*(found - true).T))), 3)


def _resized(points: Points, size: tuple[int, int], to: tuple[int, int]) -> NDArray[np.float64]:
    factor = np.array(to) / np.array(size)
    return np.asarray((points + 0.5) * factor - 0.5, np.float64)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
