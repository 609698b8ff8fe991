"""Altered photographs with their originals, and honest photographs of one scene, to measure on."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.testing.pictures import Subject, draw_example
from benchmarks._forger import ATTACKS, EDITS, Forgery, Picture, forge

PHOTOS = Path(__file__).parent.parent.parent / "shared" / "pictures"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForgedPair:
    """An altered copy of ``original`` and how it was made; ``donor_number`` may cover a part."""

    name: str
    edit: str
    attack: str
    original: Picture
    forgery: Forgery
    donor_number: int


def forged_pairs(*, is_test: bool, step: int, per_photo: int) -> Iterator[ForgedPair]:
    """
    Yield altered copies, edits and attacks in turn; photographs of odd number are the test set.

    Without the photographs, drawings stand in.
    """
    paths = sorted((PHOTOS / "originals").glob("*.jpg"))
    count = len(paths) or 40
    for number in range(int(is_test), count, 2 * step):
        original = _photo(paths, number)
        donor_number = (number * 37 + 11) % count
        donor = _photo(paths, donor_number)
        for turn in range(per_photo):
            attack = list(ATTACKS)[(number // 2 + turn * 3 + number // 20) % len(ATTACKS)]
            edit = list(EDITS)[(number // 4 + turn) % len(EDITS)]
            yield ForgedPair(
                name=f"{number:03}",
                edit=edit,
                attack=attack,
                original=original,
                forgery=forge(original, donor, edit=edit, attack=attack, seed=number * 100 + turn),
                donor_number=donor_number,
            )


def same_scene_pairs(step: int) -> Iterator[tuple[str, Picture, Picture]]:
    """Yield the kind of scene and two honest photographs of it, in both orders of time."""
    for kind in ("castle", "handheld", "room"):
        paths = sorted((PHOTOS / "same-scene").glob(f"{kind}-*.jpg"))
        pairs = [pair for pair in combinations(paths, 2) if kind != "room" or _one_room(*pair)]
        for one, other in pairs[::step]:
            yield kind, read(one), read(other)


def bursts(step: int) -> Iterator[tuple[Picture, Picture, Picture]]:
    """Yield three photographs taken one after the other."""
    for kind in ("handheld", "castle"):
        paths = sorted((PHOTOS / "same-scene").glob(f"{kind}-*.jpg"))
        for k in range(1, len(paths) - 1, step):
            yield read(paths[k - 1]), read(paths[k]), read(paths[k + 1])


def distractors(step: int) -> list[Path]:
    """Return photographs that have nothing to do with any original."""
    return sorted((PHOTOS / "distractors").glob("*.jpg"))[::step]


def read(path: Path) -> Picture:
    """Return a photograph as RGB."""
    bgr = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(bgr[:, :, ::-1])


def upper_bound(failures: int, trials: int) -> float:
    """Return the exact 95 % upper bound of a share (Clopper and Pearson), by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        at_most = sum(_binomial(trials, k, middle) for k in range(failures + 1))
        low, high = (middle, high) if at_most > 0.05 else (low, middle)  # noqa: PLR2004 - 95 %
    return high


def _binomial(n: int, k: int, p: float) -> float:
    terms: NDArray[np.float64] = np.log(np.arange(1, n + 1, dtype=np.float64))
    choose = terms.sum() - terms[:k].sum() - terms[: n - k].sum()
    return float(np.exp(choose + k * np.log(max(p, 1e-300)) + (n - k) * np.log(max(1 - p, 1e-300))))


def _photo(paths: list[Path], number: int) -> Picture:
    if paths:
        return read(paths[number])
    subjects = list(Subject)
    return draw_example(subjects[number % len(subjects)], seed=number, width_px=800, height_px=600)


def _one_room(one: Path, other: Path) -> bool:
    return one.name.partition("_")[0] == other.name.partition("_")[0]
