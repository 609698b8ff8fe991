"""
Which of the two ways looks up: compiled (group ``fast``) or numpy. Both give the same answers.

The compiled one is loaded only for a bank that is large enough to need it: the compiler takes
longer to load and more memory than a person's whole bank. While it loads, which takes a second or
two, numpy answers whoever asks little.
"""

import importlib.util
from collections.abc import Callable
from functools import cache
from threading import Event, Lock, Thread

from benban.bank import by_numpy
from benban.bank.ports import Engine

# Below, numpy is quicker than loading a compiler.
WORTH_COMPILING = 65_536
# So many questions take numpy a tenth of a second among a million; more wait for the compiled way.
FEW_QUESTIONS = 50


def engine(fingerprints: int) -> Engine:
    """Return the engine for a bank of this many fingerprints, once it is loaded."""
    return by_numpy if fingerprints < WORTH_COMPILING else _quickest()


def engine_to_ask(fingerprints: int, questions: int, try_out: Callable[[Engine], object]) -> Engine:
    """
    Return the engine that answers so many questions soonest.

    Args:
        fingerprints: of the bank.
        questions: that are asked at once.
        try_out: asks the compiled way, in another thread: it is loaded with its first questions.
    """
    if fingerprints < WORTH_COMPILING:
        return by_numpy
    if _loading.is_over(try_out) or questions > FEW_QUESTIONS:
        return _quickest()
    return by_numpy


class Loading:
    """Whether the compiled way was loaded; begun by whoever asks first."""

    def __init__(self) -> None:
        self._lock, self._over = Lock(), Event()
        self._thread: Thread | None = None

    def is_over(self, try_out: Callable[[Engine], object]) -> bool:
        """Return whether it is loaded, or cannot be; begin to load it otherwise."""
        if self._over.is_set():
            return True
        with self._lock:
            if self._thread is None:
                self._thread = Thread(
                    target=self.load, args=(try_out,), name="load-search", daemon=True
                )
                self._thread.start()
        return False

    def load(self, try_out: Callable[[Engine], object]) -> None:
        """Load it with what is tried out; in a thread of its own."""
        try:
            try_out(_quickest())
        finally:
            # What failed here is said to the next who asks.
            self._over.set()


@cache
def _quickest() -> Engine:
    if importlib.util.find_spec("numba") is None:
        return by_numpy
    from benban.bank import by_numba  # loads a compiler

    return by_numba


_loading = Loading()
