"""How much a key may ask and hand in: by the second, the hour and the day."""

import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from benban.errors.exchange import TooManyRequestsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """
    What one key may do in one process; a node of n processes allows n times as much.

    Attributes:
        requests_a_second: of any kind.
        hashes_a_second: asked for, in single questions and in batches.
        hashes_a_day: the same, in 24 hours.
        attestations_an_hour: handed in.
    """

    requests_a_second: int = 2_000
    hashes_a_second: int = 100_000
    hashes_a_day: int = 500_000_000
    attestations_an_hour: int = 1_000


class Limiter:
    """Counts in memory; what was counted is forgotten when the process ends."""

    def __init__(self, allowance: Allowance) -> None:
        self._counted = FixedWindowRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerSecond(allowance.requests_a_second, namespace="r")
        self._hashes = (
            RateLimitItemPerSecond(allowance.hashes_a_second, namespace="s"),
            RateLimitItemPerDay(allowance.hashes_a_day, namespace="d"),
        )
        self._attestations = RateLimitItemPerHour(allowance.attestations_an_hour, namespace="a")

    def request(self, key_id: str) -> None:
        """
        Count one request.

        Raises:
            TooManyRequestsError: BB-966, with the seconds to wait.
        """
        self._count(self._requests, key_id)

    def attestation(self, key_id: str) -> None:
        """
        Count one hash handed in.

        Raises:
            TooManyRequestsError: BB-966.
        """
        self._count(self._attestations, key_id)

    def asked(self, key_id: str, hashes: int) -> None:
        """
        Count hashes that were asked for.

        Raises:
            TooManyRequestsError: BB-966.
        """
        for item in self._hashes:
            self._count(item, key_id, cost=hashes)

    def _count(self, item: RateLimitItem, *names: str, cost: int = 1) -> None:
        if not self._counted.hit(item, *names, cost=cost):
            ends = self._counted.get_window_stats(item, *names).reset_time
            raise TooManyRequestsError(seconds=max(1, math.ceil(ends - time.time())))
