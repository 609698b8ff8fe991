"""The clock that is passed in; nobody reads the machine's own time elsewhere."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time of day and an order that a changed clock cannot turn."""

    def now(self) -> datetime:
        """Return the time of day, aware UTC."""
        ...

    def monotonic_ns(self) -> int:
        """Return nanoseconds since boot, never going back."""
        ...

    def local_utc_offset_s(self) -> int:
        """Return the observed local offset from UTC in seconds."""
        ...
