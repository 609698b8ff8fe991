"""
The photographs of ../shared/pictures in a training and a test half, and what is made of them.

Photographs of odd number are the test set. A copy is made of one photograph and covered with a
piece of another: both are of one half, and photographs of one series are too. Without the
photographs, drawings stand in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np

from benban.testing.pictures import Subject, draw_example
from benchmarks.source.attacks import ATTACKS
from benchmarks.source.fills import FILLS
from benchmarks.source.forger import forge, put_into
from benchmarks.source.forgery import Forgery, Picture

PHOTOS = Path(__file__).parent.parent.parent.parent / "shared" / "pictures"

_DRAWINGS = 40
# Originals of odd number that show what one of even number shows, found by registering all 12,090
# pairs: they stay out of the test set, so that it holds nothing of what was trained on.
SERIES = frozenset({"camera-reconyx_hc500_hyperfire-56"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyPlan:
    """One altered copy before it is made: numbers of photographs, what is done, the seed."""

    photo: int
    donor: int
    fill: str
    attack: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForgedPair:
    """An altered copy of ``original`` and how it was made."""

    name: str
    plan: CopyPlan
    original: Picture
    forgery: Forgery


def numbers_of(*, is_test: bool) -> tuple[int, ...]:
    """Return the numbers of the photographs in one half."""
    names = photo_names()
    return tuple(
        number
        for number in range(int(is_test), len(names), 2)
        if not (is_test and names[number] in SERIES)
    )


def plan_copies(numbers: tuple[int, ...], *, per_photo: int) -> tuple[CopyPlan, ...]:
    """
    Return what is made of every photograph: attacks in equal numbers, fillings in turn.

    With an even number of photographs and one to five copies of each, every attack comes equally
    often; what does not fit into ten is left out at the end.
    """
    attacks, fills = list(ATTACKS), list(FILLS)
    plans = [
        CopyPlan(
            photo=number,
            donor=numbers[(k + 1 + (k * 7 + turn * 11) % (len(numbers) - 1)) % len(numbers)],
            fill=fills[(2 * turn + k // 2) % len(fills)],
            attack=attacks[(k + 2 * turn) % len(attacks)],
            seed=number * 100 + turn,
        )
        for turn in range(per_photo)
        for k, number in enumerate(numbers)
    ]
    most = min(sum(plan.attack == attack for plan in plans) for attack in attacks)
    kept: list[CopyPlan] = []
    for plan in plans:
        if sum(other.attack == plan.attack for other in kept) < most:
            kept.append(plan)
    return tuple(kept)


def make_pair(plan: CopyPlan) -> ForgedPair:
    """Return an altered copy with its original."""
    original, donor = photo(plan.photo), photo(plan.donor)
    return ForgedPair(
        name=photo_names()[plan.photo],
        plan=plan,
        original=original,
        forgery=forge(original, donor, fill=plan.fill, attack=plan.attack, seed=plan.seed),
    )


def make_inverse_pair(plan: CopyPlan) -> ForgedPair:
    """Return the donor with a piece of the original in it: the inverse pattern."""
    original, host = photo(plan.photo), photo(plan.donor)
    return ForgedPair(
        name=photo_names()[plan.photo],
        plan=plan,
        original=original,
        forgery=put_into(original, host, attack=plan.attack, seed=plan.seed),
    )


def forged_pairs(*, is_test: bool, step: int, per_photo: int) -> Iterator[ForgedPair]:
    """Yield altered copies of one half."""
    numbers = numbers_of(is_test=is_test)[::step]
    yield from map(make_pair, plan_copies(numbers, per_photo=per_photo))


def bursts(step: int) -> Iterator[tuple[Picture, Picture, Picture]]:
    """Yield three photographs taken one after the other."""
    for kind in ("handheld", "castle"):
        paths = sorted((PHOTOS / "same-scene").glob(f"{kind}-*.jpg"))
        for k in range(1, len(paths) - 1, step):
            yield read(paths[k - 1]), read(paths[k]), read(paths[k + 1])


def same_scene_paths() -> Iterator[tuple[str, str, Path, Path]]:
    """Yield kind, place and two honest photographs of that place."""
    for kind in ("castle", "handheld", "room"):
        paths = sorted((PHOTOS / "same-scene").glob(f"{kind}-*.jpg"))
        for one, other in combinations(paths, 2):
            place = _place(kind, one)
            if place == _place(kind, other):
                yield kind, place, one, other


def distractor_paths() -> tuple[Path, ...]:
    """Return photographs that have nothing to do with any original."""
    return tuple(sorted((PHOTOS / "distractors").glob("*.jpg")))


@cache
def photo_paths() -> tuple[Path, ...]:
    """Return the originals in their order; none when the folder is not there."""
    return tuple(sorted((PHOTOS / "originals").glob("*.jpg")))


def photo_names() -> tuple[str, ...]:
    """Return the names of the originals, or of the drawings that stand in."""
    names = tuple(path.stem for path in photo_paths())
    return names or tuple(f"drawing-{number:02}" for number in range(_DRAWINGS))


def photo(number: int) -> Picture:
    """Return an original, or the drawing that stands in."""
    paths = photo_paths()
    if paths:
        return read(paths[number])
    subjects = list(Subject)
    return draw_example(subjects[number % len(subjects)], seed=number, width_px=800, height_px=600)


def read(path: Path) -> Picture:
    """Return a photograph as RGB."""
    bgr = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(bgr[:, :, ::-1])


def _place(kind: str, path: Path) -> str:
    return path.name.partition("_")[0] if kind == "room" else kind
