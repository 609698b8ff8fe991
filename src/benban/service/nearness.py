"""
Who asks much around one hash: what it is can be read from "near" and "not near" bit by bit.

Counted are different questions of one member around one shared hash: those that are near it, and,
after the first few, those that are not but lie as near a question of the member that was. The same
question again is none more: a picture that spreads is asked for a thousand times.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from benban.bank.words import Words
from benban.errors.exchange import TooManyRequestsError
from benban.exchange.matcher import RADIUS_BITS, Near
from benban.model.shared_hash import HashId, MemberId
from benban.service.limits import Tally

DAY_S = 86_400
# What each process takes without telling the others, and without looking at what is not near.
FREE = 8
# A process remembers so many hashes that were found, and compares with so many of one member.
_MOST_KEPT, _MOST_WATCHED = 4_096, 64
# The node counts them in groups: its tally has no row for each hash.
_GROUPS = 1_024


@dataclass(slots=True, kw_only=True)
class _Around:
    """What one member asked around one hash on one day."""

    number: HashId
    day: int
    asked: set[bytes] = field(default_factory=set)
    # The first question that was near, and the newest one.
    anchors: list[bytes] = field(default_factory=list)


class Nearness:
    """
    Refuses what is more than a day's different questions around one hash.

    Args:
        tally: of the node.
        most: different questions of one member around one hash in a day.
    """

    def __init__(self, tally: Tally, most: int) -> None:
        self._tally, self._most = tally, most
        self._kept: OrderedDict[tuple[MemberId, HashId], _Around] = OrderedDict()
        self._watched: dict[MemberId, OrderedDict[HashId, _Around]] = {}
        self._lock = Lock()

    def too_many(
        self, member: MemberId, asked: Words, found: list[tuple[Near, ...]]
    ) -> HashId | None:
        """
        Return the hash around which a member asked too much, if these questions do.

        Args:
            member: who asks.
            asked: n x 4.
            found: what is near each of them.
        """
        with self._lock:
            for at, number, is_near in self._around(member, asked, found):
                if not self._is_taken(member, number, asked[at].tobytes(), is_near=is_near):
                    return number
        return None

    def is_first(self, member: MemberId, number: HashId) -> bool:
        """Return whether nobody on this node said yet today that it is too many."""
        return self._tally.add("told-" + _group(member, number), DAY_S, 1) == 1

    def refusal(self) -> TooManyRequestsError:
        """Return what is said instead of an answer: BB-966, until the day ends."""
        return TooManyRequestsError(seconds=max(1, DAY_S - int(time.time()) % DAY_S))

    def _around(
        self, member: MemberId, asked: Words, found: list[tuple[Near, ...]]
    ) -> Iterator[tuple[int, HashId, bool]]:
        for at, near in enumerate(found):
            yield from ((at, one.number, True) for one in near)
        watched = self._watched.get(member)
        if not watched:
            return
        beside = np.array([at for at, near in enumerate(found) if not near], np.int64)
        for one in list(watched.values()):
            for anchor in one.anchors:
                flips = np.bitwise_count(asked[beside] ^ np.frombuffer(anchor, asked.dtype))
                is_close = flips.sum(axis=1) <= RADIUS_BITS
                yield from ((at, one.number, False) for at in beside[is_close].tolist())

    def _is_taken(self, member: MemberId, number: HashId, asked: bytes, *, is_near: bool) -> bool:
        kept = self._kept_of(member, number)
        if asked in kept.asked:
            return True
        if len(kept.asked) >= FREE:
            name = "near-" + _group(member, number)
            if self._tally.counted(name, DAY_S) >= self._most - FREE:
                return False
            self._tally.add(name, DAY_S, 1)
        kept.asked.add(asked)
        if is_near:
            kept.anchors = [*kept.anchors[:1], asked]
        if len(kept.asked) >= FREE:
            self._watch(member, kept)
        return True

    def _kept_of(self, member: MemberId, number: HashId) -> _Around:
        day = int(time.time()) // DAY_S
        kept = self._kept.pop((member, number), None)
        if kept is None or kept.day != day:
            kept = _Around(number=number, day=day)
        self._kept[member, number] = kept
        while len(self._kept) > _MOST_KEPT:
            (of, oldest), _ = self._kept.popitem(last=False)
            self._watched.get(of, OrderedDict()).pop(oldest, None)
        return kept

    def _watch(self, member: MemberId, kept: _Around) -> None:
        watched = self._watched.setdefault(member, OrderedDict())
        watched[kept.number] = kept
        watched.move_to_end(kept.number)
        while len(watched) > _MOST_WATCHED:
            watched.popitem(last=False)


def _group(member: MemberId, number: HashId) -> str:
    digest = hashlib.sha256(f"{member} {number}".encode()).digest()
    return str(int.from_bytes(digest[:8]) % _GROUPS)
