"""
Trains the change map: ``python -m benchmarks._train_changes [--write]``.

A logistic regression on the even-numbered photographs; ``--write`` replaces
catalogue/change-map.json, where the recipe goes along. The limits from which a cell is called
agreed or changed are set on photographs that did not train: those of every second even number are
held out, the limits are chosen there, and then the coefficients are fitted to all of them.
``./run bench source`` measures on the odd numbers.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import classify_cells
from benban.compare.evidence import FEATURE_NAMES, CellEvidence
from benban.compare.thresholds import ChangeThresholds, TrainingRecipe, load_thresholds
from benban.model.finding import Cell
from benchmarks.source.maps import HARDLY, MOSTLY, Values, evidence_of, true_cells
from benchmarks.source.photos import CopyPlan, make_pair, numbers_of, plan_copies

_RIDGE = 1e-3
_ROUNDS = 30
_COPIES_PER_PHOTO = 3
# Asked are one in a hundred; photographs that nobody tuned to are a little worse.
_WRONG_AMONG_AGREED, _WRONG_AMONG_CHANGED = 0.006, 0.006
_AGREE_LIMITS = (0.1, 0.08, 0.07, 0.06, 0.05, 0.04, 0.03, 0.02)
_CHANGED_LIMITS = (0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99)
_FILE = Path(__file__).parents[1] / "src" / "benban" / "catalogue" / "change-map.json"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """The cells of one altered copy whose truth is clear."""

    photo: int
    evidence: CellEvidence
    is_clear: NDArray[np.bool_]
    is_changed: NDArray[np.bool_]


def main(arguments: list[str]) -> int:
    """Train and print; with ``--write`` replace the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks._train_changes")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    plans = plan_copies(numbers_of(is_test=False), per_photo=_COPIES_PER_PHOTO)
    samples = [sample for plan in plans if (sample := sample_of(plan)) is not None]
    text = as_text(trained(samples))
    print(text)
    if options.write:
        _FILE.write_text(text, encoding="utf-8")
    return 0


def sample_of(plan: CopyPlan) -> Sample | None:
    """Return the cells of one copy; None where it does not register."""
    pair = make_pair(plan)
    evidence = evidence_of(pair)
    if evidence is None:
        return None
    changed, unknown = true_cells(pair.forgery.truth, pair.forgery.rgb)
    is_clear = evidence.is_inside & (unknown < HARDLY)
    is_clear &= (changed > MOSTLY) | (changed < HARDLY)
    return Sample(
        photo=plan.photo, evidence=evidence, is_clear=is_clear, is_changed=changed > MOSTLY
    )


def trained(samples: list[Sample]) -> ChangeThresholds:
    """Return coefficients fitted to all samples, with limits set on a held-out half."""
    held_out = [one for one in samples if one.photo % 4]
    rest = [one for one in samples if not one.photo % 4]
    agree_below, wrong_agreed, changed_above, wrong_changed = _limits(_fitted(rest), held_out)
    labels = np.concatenate([one.is_changed[one.is_clear] for one in samples])
    recipe = TrainingRecipe(
        made_by="python -m benchmarks._train_changes --write",
        seed="photo number * 100 + turn",
        photographs=len({one.photo for one in samples}),
        copies=len(samples),
        cells=len(labels),
        changed_cells=int(labels.sum()),
        ridge=_RIDGE,
        truth=(
            f"a cell counts where less than {HARDLY:.0%} of it is in doubt and more than "
            f"{MOSTLY:.0%} or less than {HARDLY:.0%} of it changed, from the pixels"
        ),
        limits_set_on=f"{len(held_out)} copies of held-out photographs",
        wrong_among_agreed=round(wrong_agreed, 4),
        wrong_among_changed=round(wrong_changed, 4),
    )
    return msgspec.structs.replace(
        _fitted(samples), recipe=recipe, agree_below=agree_below, changed_above=changed_above
    )


def as_text(thresholds: ChangeThresholds) -> str:
    """Return the file, one number a line, so that a change of one can be seen."""
    return msgspec.json.format(msgspec.json.encode(thresholds), indent=2).decode() + "\n"


def _fitted(samples: Iterable[Sample]) -> ChangeThresholds:
    kept = list(samples)
    values = np.vstack([one.evidence.features[one.is_clear].astype(np.float64) for one in kept])
    labels = np.concatenate([one.is_changed[one.is_clear] for one in kept])
    weights, bias = fit_logistic(values, labels)
    return msgspec.structs.replace(
        load_thresholds().changes,
        features=FEATURE_NAMES,
        weights=tuple(round(float(weight), 4) for weight in weights),
        bias=round(bias, 4),
    )


def _limits(fitted: ChangeThresholds, held_out: list[Sample]) -> tuple[float, float, float, float]:
    """Return the widest limits that keep wrong calls rare enough, each with its share of them."""
    agree, wrong_agreed = _AGREE_LIMITS[-1], 1.0
    for limit in _AGREE_LIMITS:
        rule = msgspec.structs.replace(fitted, agree_below=limit)
        wrong_agreed = _wrong_share(rule, held_out, Cell.AGREE)
        agree = limit
        if wrong_agreed <= _WRONG_AMONG_AGREED:
            break
    changed, wrong_changed = _CHANGED_LIMITS[-1], 1.0
    for limit in _CHANGED_LIMITS:
        rule = msgspec.structs.replace(fitted, changed_above=limit)
        wrong_changed = _wrong_share(rule, held_out, Cell.CHANGED)
        changed = limit
        if wrong_changed <= _WRONG_AMONG_CHANGED:
            break
    return agree, wrong_agreed, changed, wrong_changed


def _wrong_share(rule: ChangeThresholds, samples: list[Sample], call: Cell) -> float:
    wrong = called = 0
    for one in samples:
        cells = (classify_cells(one.evidence, rule) == call.value) & one.is_clear
        called += int(cells.sum())
        wrong += int((cells & (one.is_changed == (call is Cell.AGREE))).sum())
    return wrong / max(1, called)


def fit_logistic(values: Values, labels: NDArray[np.bool_]) -> tuple[Values, float]:
    """Return weights and bias of a logistic regression (Newton's method, a little ridge)."""
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    x = np.hstack([(values - mean) / spread, np.ones((len(values), 1))])
    solution = np.zeros(x.shape[1])
    ridge = np.eye(x.shape[1]) * _RIDGE * len(x)
    ridge[-1, -1] = 0
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ solution, -30, 30)))
        slope = x.T @ (p - labels) + ridge @ solution
        curve = (x * (p * (1 - p))[:, None]).T @ x + ridge
        solution = solution - np.linalg.solve(curve, slope)
    weights = solution[:-1] / spread
    return weights, float(solution[-1] - (weights * mean).sum())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
