"""Both ways of looking up, and banks that are easy and hard to look up in."""

import numpy as np
import pytest
from numpy.typing import NDArray

from benban.bank import engine as choice
from benban.bank.words import WORDS, Words

ALWAYS, NEVER = 0, 1 << 62


@pytest.fixture(params=["numpy", "compiled"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every bank of the test is looked up in this way, whatever its size."""
    is_compiled = request.param == "compiled"
    monkeypatch.setattr(choice, "WORTH_COMPILING", ALWAYS if is_compiled else NEVER)
    # Nor does anybody get numpy's answer while the compiled way loads.
    monkeypatch.setattr(choice, "FEW_QUESTIONS", -1)
    assert getattr(choice.engine(1), "__name__", "").endswith("numba" if is_compiled else "numpy")
    return str(request.param)


def random_words(count: int, seed: int = 1) -> Words:
    """Return fingerprints with nothing in common."""
    return np.random.default_rng(seed).integers(0, 1 << 64, (count, WORDS), dtype=np.uint64)


def turned(words: Words, bits: NDArray[np.int64] | list[int]) -> Words:
    """Return one fingerprint with these of its bits turned."""
    changed = words.copy()
    for bit in bits:
        changed[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return changed


def clustered(count: int, seed: int = 2) -> Words:
    """Return fingerprints that crowd around few others, as edits of few pictures do."""
    rng = np.random.default_rng(seed)
    centres = random_words(7, seed)
    return np.array(
        [
            turned(centres[one % 7], rng.choice(256, rng.integers(0, 40), replace=False))
            for one in range(count)
        ],
        np.uint64,
    ).reshape(-1, WORDS)


def true_distances(words: Words, asked: Words) -> list[int]:
    """Return the distances by whole numbers of Python: shares nothing with the bank."""
    one = int.from_bytes(asked.astype("<u8").tobytes(), "little")
    raw = words.astype("<u8").tobytes()
    return [
        (int.from_bytes(raw[at : at + 32], "little") ^ one).bit_count()
        for at in range(0, len(raw), 32)
    ]
