"""The machine's own clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The :class:`benban.model.clock.Clock` of this computer, read as it is."""

    def now(self) -> datetime:
        """Return the time of day, aware UTC."""
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Return nanoseconds since boot, never going back."""
        return time.monotonic_ns()

    def local_utc_offset_s(self) -> int:
        """Return the observed local offset from UTC in seconds."""
        offset = datetime.now().astimezone().utcoffset()
        return 0 if offset is None else round(offset.total_seconds())
