"""Long work on a vault tells how far it is; who hears it may end it by an error of their own."""

from collections.abc import Callable
from typing import TypeAlias

# Bytes done, and bytes in all or 0 where nobody can say. An error it raises ends the work, which
# leaves nothing half made behind.
Watch: TypeAlias = Callable[[int, int], None]


def unwatched(_done: int, _total: int) -> None:
    """Return at once: nobody wants to know."""
