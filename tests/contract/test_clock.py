"""What every clock keeps to; run on the machine's and on the one set by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from benban.model.clock import Clock
from benban.outside.clock import SystemClock
from benban.testing.clock import FakeClock


class ClockContract:
    """Subclassed once for each implementation."""

    def make(self) -> Clock:
        raise NotImplementedError

    def test_the_time_of_day_is_aware_utc(self) -> None:
        assert self.make().now().utcoffset() == timedelta(0)

    def test_the_order_never_goes_back(self) -> None:
        clock = self.make()

        readings = [clock.monotonic_ns() for _ in range(50)]

        assert readings == sorted(readings)

    def test_the_local_offset_is_that_of_some_place_on_earth(self) -> None:
        assert abs(self.make().local_utc_offset_s()) <= 15 * 3600


class TestSystemClock(ClockContract):
    def make(self) -> Clock:
        return SystemClock()


class TestFakeClock(ClockContract):
    def make(self) -> Clock:
        return FakeClock(datetime(2026, 11, 22, tzinfo=UTC), tick_s=0.5)

    def test_turning_the_time_of_day_back_leaves_the_order(self) -> None:
        clock = FakeClock(datetime(2026, 11, 22, tzinfo=UTC))
        before = clock.monotonic_ns()
        clock.advance(10)

        clock.turn_back(3600)

        assert clock.now() == datetime(2026, 11, 21, 23, 0, 10, tzinfo=UTC)
        assert clock.monotonic_ns() - before == 10 * 1_000_000_000

    def test_time_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="aware UTC"):
            FakeClock(datetime(2026, 11, 22))  # noqa: DTZ001 - that is the point
