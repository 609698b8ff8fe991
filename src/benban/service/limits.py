"""How much a key may ask and hand in: by the second, the hour and the day."""

import hashlib
import ipaddress
import math
import time
from collections import defaultdict
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from limits import (
    RateLimitItem,
    RateLimitItemPerDay,
    RateLimitItemPerHour,
    RateLimitItemPerMinute,
    RateLimitItemPerSecond,
)
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from benban.errors.exchange import TooManyRequestsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """
    What one key may do on one node, whichever of its processes answer.

    Attributes:
        requests_a_second: of any kind.
        hashes_a_second: asked for, in single questions and in batches.
        hashes_a_day: the same, in 24 hours.
        near_one_hash_a_day: different hashes that a member asks for around one shared hash.
        attestations_an_hour: handed in.
        withdrawals_a_minute: from one address, without a key.
        refused_a_minute: keys that are none, from one address.
    """

    requests_a_second: int = 2_000
    hashes_a_second: int = 100_000
    hashes_a_day: int = 500_000_000
    near_one_hash_a_day: int = 64
    attestations_an_hour: int = 1_000
    withdrawals_a_minute: int = 60
    refused_a_minute: int = 120


# Addresses are counted in so many groups, so that nobody fills the tally with addresses.
_GROUPS = 1_024
# Who has one address of IPv6 has a network of them.
_ONE_NETWORK_BITS = 64


class Tally(Protocol):
    """What was counted in windows of time that begin at whole multiples of their length."""

    def add(self, name: str, window_s: int, amount: int) -> int:
        """Return how much was counted in this window, *amount* included."""
        ...

    def counted(self, name: str, window_s: int) -> int:
        """Return how much was counted in this window."""
        ...


class OwnTally:
    """A tally of one process alone."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))

    def add(self, name: str, window_s: int, amount: int) -> int:
        """Return how much was counted in this window, *amount* included."""
        window = int(time.time()) // window_s
        with self._lock:
            before = self._counted[name]
            total = amount + (before[1] if before[0] == window else 0)
            self._counted[name] = window, total
        return total

    def counted(self, name: str, window_s: int) -> int:
        """Return how much was counted in this window."""
        window, total = self._counted[name]
        return total if window == int(time.time()) // window_s else 0


class Limiter:
    """
    Refuses what is more than an allowance.

    Args:
        allowance: of one key.
        tally: of the node; one of its own where the process is the only one.
    """

    def __init__(self, allowance: Allowance, tally: Tally | None = None) -> None:
        self._counted = FixedWindowRateLimiter(_Tallied(tally or OwnTally()))
        self._requests = RateLimitItemPerSecond(allowance.requests_a_second, namespace="r")
        self._hashes = (
            RateLimitItemPerSecond(allowance.hashes_a_second, namespace="s"),
            RateLimitItemPerDay(allowance.hashes_a_day, namespace="d"),
        )
        self._attestations = RateLimitItemPerHour(allowance.attestations_an_hour, namespace="a")
        self._withdrawals = RateLimitItemPerMinute(allowance.withdrawals_a_minute, namespace="w")
        self._refused = RateLimitItemPerMinute(allowance.refused_a_minute, namespace="k")

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

    def withdrawal(self, address: str) -> None:
        """
        Count one withdrawal by a person, who has no key.

        Raises:
            TooManyRequestsError: BB-966.
        """
        self._count(self._withdrawals, _group_of(address))

    def refused(self, address: str) -> None:
        """
        Count one key that is none; a key that is one is never refused for this.

        Raises:
            TooManyRequestsError: BB-966.
        """
        self._count(self._refused, _group_of(address))

    def _count(self, item: RateLimitItem, *names: str, cost: int = 1) -> None:
        if not self._counted.hit(item, *names, cost=cost):
            ends = self._counted.get_window_stats(item, *names).reset_time
            raise TooManyRequestsError(seconds=max(1, math.ceil(ends - time.time())))


def _group_of(address: str) -> str:
    try:
        said = ipaddress.ip_address(address)
    except ValueError:
        counted = address
    else:
        is_long = said.version == 6  # noqa: PLR2004 - IP's own number
        counted = (
            str(ipaddress.ip_network((said, _ONE_NETWORK_BITS), strict=False))
            if is_long
            else address
        )
    digest = hashlib.sha256(counted.encode()).digest()
    return f"group-{int.from_bytes(digest[:8]) % _GROUPS}"


class _Tallied(Storage):
    """A tally in the form in which ``limits`` takes one."""

    STORAGE_SCHEME = None

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally
        self._window_s: dict[str, int] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what is not wrapped in any case: ``wrap_exceptions`` is off."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Return how much was counted in the window, *amount* included."""
        self._window_s[key] = expiry
        return self._tally.add(key, expiry, amount)

    def get(self, key: str) -> int:
        """Return how much was counted in the window."""
        return self._tally.counted(key, self._window_s[key]) if key in self._window_s else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends."""
        window_s = self._window_s.get(key, 1)
        return float((int(time.time()) // window_s + 1) * window_s)

    def check(self) -> bool:
        """Return that it can be counted."""
        return True

    def reset(self) -> int | None:
        """Return None: what was counted stays counted until its window ends."""
        return None

    def clear(self, key: str) -> None:
        """Do nothing: what was counted stays counted until its window ends."""
