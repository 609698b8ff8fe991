"""
Prints the coefficients for ``[changes]`` in catalogue/thresholds.toml.

``python -m benchmarks._train_changes`` trains a logistic regression on the even-numbered
photographs; benchmarks/changes.py measures it on the odd ones.
"""

import numpy as np
from numpy.typing import NDArray

from benban.compare.evidence import FEATURE_NAMES
from benchmarks.source.maps import HARDLY, MOSTLY, Values, evidence_of, true_cells
from benchmarks.source.photos import forged_pairs

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
        clear = evidence.is_inside & (unknown < HARDLY)
        clear &= (changed > MOSTLY) | (changed < HARDLY)
        values.append(evidence.features[clear].astype(np.float64))
        labels.append(changed[clear] > MOSTLY)
    weights, bias = fit_logistic(np.vstack(values), np.concatenate(labels))
    print("features =", list(FEATURE_NAMES))
    print("weights =", [round(float(weight), 4) for weight in weights])
    print("bias =", round(bias, 4))
    print("cells =", sum(len(part) for part in labels), "pairs =", len(labels))


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
    main()
