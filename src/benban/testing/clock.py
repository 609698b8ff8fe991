"""A clock that stands still until it is told to move."""

from datetime import datetime, timedelta

_NANOSECONDS = 1_000_000_000
# UTC+7, the zone of the people this is written for first.
_HANOI_OFFSET_S = 7 * 3600


class FakeClock:
    """
    A :class:`benban.model.clock.Clock` whose time is set by hand.

    Args:
        now: aware UTC.
        tick_s: how far both readings move with every call of :meth:`now`; 0 stands still.
    """

    def __init__(
        self, now: datetime, *, tick_s: float = 0.0, local_utc_offset_s: int = _HANOI_OFFSET_S
    ) -> None:
        if now.utcoffset() != timedelta(0):
            raise ValueError("the clock is set in aware UTC")
        self._now = now
        self._tick = timedelta(seconds=tick_s)
        self._monotonic_ns = 1_000 * _NANOSECONDS
        self._offset_s = local_utc_offset_s

    def now(self) -> datetime:
        """Return the time of day, aware UTC."""
        current = self._now
        self.advance(self._tick.total_seconds())
        return current

    def monotonic_ns(self) -> int:
        """Return nanoseconds since an arbitrary start, never going back."""
        return self._monotonic_ns

    def local_utc_offset_s(self) -> int:
        """Return the local offset from UTC in seconds."""
        return self._offset_s

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass for both readings."""
        if seconds < 0:
            raise ValueError("time passes forwards; use turn_back for a changed wall clock")
        self._now += timedelta(seconds=seconds)
        self._monotonic_ns += round(seconds * _NANOSECONDS)

    def turn_back(self, seconds: float) -> None:
        """Set the time of day back, as a person or a time server may; the order goes on."""
        self._now -= timedelta(seconds=seconds)
