"""The engine on this machine: one thread and one fenced process for each core."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from queue import SimpleQueue

from benban.outside.fence import Fence
from benban.outside.scan_look import FencedLooker
from benban.outside.scan_places import Place, open_place
from benban.outside.scan_unit import do_unit
from benban.scan.ports import Done, Looker, Work
from benban.scan.unit import Unit

# One at work and one that waits, so that none is ever idle.
_IN_FLIGHT_EACH = 2


class LocalEngine:
    """
    A :class:`benban.scan.ports.Engine`.

    Threads are enough: decoding and hashing happen in the fences, looking up lets others go on.
    """

    def __init__(self, workers: int | None = None) -> None:
        """Use as many *workers* as there are cores that this process may use."""
        self._workers = workers or _cores()

    def run(self, work: Work, units: Iterable[Unit]) -> Iterator[Done]:
        """Yield each unit when it is done; a few more than there are workers are under way."""
        place = open_place(work.source)
        lookers: SimpleQueue[Looker] = SimpleQueue()
        with ExitStack() as stack:
            for _ in range(self._workers):
                lookers.put(FencedLooker(stack.enter_context(Fence())))
            pool = ThreadPoolExecutor(self._workers, thread_name_prefix="scan")
            stack.callback(pool.shutdown, cancel_futures=True)
            waiting: set[Future[Done]] = set()
            for unit in units:
                waiting.add(pool.submit(_do, unit, work, place, lookers))
                if len(waiting) >= _IN_FLIGHT_EACH * self._workers:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in done)
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)


def _do(unit: Unit, work: Work, place: Place, lookers: "SimpleQueue[Looker]") -> Done:
    looker = lookers.get()
    try:
        return do_unit(unit, work, place, looker)
    finally:
        lookers.put(looker)


def _cores() -> int:
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
