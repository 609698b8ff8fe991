"""What a process freed goes back to the system, so that a node needs what it holds and no more."""

import ctypes
import sys
from functools import cache


def give_back_memory() -> bool:
    """
    Return whether anything that was freed, and kept for the next need, went back to the system.

    After a bank was built: its parts are freed one by one, between what stays. Where the C library
    is not glibc there is nothing to be done, and False.
    """
    library = _library()
    return library is not None and bool(library.malloc_trim(0))


@cache
def _library() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None
