"""
Prints the coefficients for ``[changes]`` in catalogue/thresholds.toml.

``python -m benchmarks._train_changes`` trains a logistic regression on the even-numbered
photographs; benchmarks/changes.py measures it on the odd ones.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.evidence import FEATURE_NAMES, CellEvidence, cell_means, gather_evidence
from benban.compare.local import Features, extract_features
from benban.compare.overlay import lay_over
from benban.compare.pair import working_copy
from benban.compare.register import register
from benchmarks.source.forgery import CHANGED, OUTSIDE, Picture, Truth
from benchmarks.source.photos import ForgedPair, forged_pairs

Values = NDArray[np.float64]

# A cell counts as changed or as untouched only when nearly all of it is.
_MOSTLY, _HARDLY = 0.8, 0.02
_RIDGE = 1e-3
_ROUNDS = 30


def main() -> None:
    """Train and print."""
    values, labels = [], []
    for pair in forged_pairs(is_test=False, step=1, per_photo=3):
        evidence = evidence_of(pair)
        if evidence is None:
            continue
        changed, unknown = true_cells(pair.forgery.truth, pair.forgery.rgb)
        clear = evidence.is_inside & (unknown < _HARDLY)
        clear &= (changed > _MOSTLY) | (changed < _HARDLY)
        values.append(evidence.features[clear].astype(np.float64))
        labels.append(changed[clear] > _MOSTLY)
    weights, bias = fit_logistic(np.vstack(values), np.concatenate(labels))
    print("features =", list(FEATURE_NAMES))
    print("weights =", [round(float(weight), 4) for weight in weights])
    print("bias =", round(bias, 4))
    print("cells =", sum(len(part) for part in labels), "pairs =", len(labels))


def evidence_of(pair: ForgedPair) -> CellEvidence | None:
    """Return the numbers of every cell of a pair; None if it does not register."""
    questioned, original = working_copy(pair.forgery.rgb), working_copy(pair.original)
    size = (questioned.shape[1], questioned.shape[0])
    alignment = register(_features(original), _features(questioned), size)
    if alignment is None:
        return None
    original_size = (original.shape[1], original.shape[0])
    overlay = lay_over(questioned, pair.original, alignment.homography, original_size)
    return gather_evidence(overlay)


def true_cells(truth: Truth, rgb: Picture) -> tuple[Values, Values]:
    """Return the share of every cell that is changed, and that is neither."""
    copy = working_copy(rgb)
    size = (copy.shape[1], copy.shape[0])
    shares = [
        cell_means(cv2.resize((truth == value).astype(np.float32), size, interpolation=3))
        for value in (CHANGED, OUTSIDE)
    ]
    return shares[0].astype(np.float64), shares[1].astype(np.float64)


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


def _features(rgb: Picture) -> Features:
    return extract_features(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8))


if __name__ == "__main__":
    main()
