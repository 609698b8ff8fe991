"""
Which of the two ways looks up: compiled (group ``fast``) or numpy. Both give the same answers.

The compiled one is loaded only for a bank that is large enough to need it: the compiler takes
longer to load and more memory than a person's whole bank.
"""

import importlib.util
from functools import cache

from benban.bank import by_numpy
from benban.bank.ports import Engine

# Below, numpy is quicker than loading a compiler.
WORTH_COMPILING = 65_536


def engine(fingerprints: int) -> Engine:
    """Return the engine for a bank of this many fingerprints."""
    return by_numpy if fingerprints < WORTH_COMPILING else _quickest()


@cache
def _quickest() -> Engine:
    if importlib.util.find_spec("numba") is None:
        return by_numpy
    from benban.bank import by_numba  # loads a compiler

    return by_numba
