"""
The engine beyond one machine: each unit is a Ray task, repeated where its node is lost.

Rows come back to this process, which alone writes; a task that ran twice is one part. Nodes keep
one fence for each of their worker processes. A bank that is held whole is handed to each node
once, with its tables, and lies there in memory that all workers share; one in shards is asked of
the actors that hold them.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from benban.bank.segment import Segment
from benban.errors import BenbanError
from benban.errors.scan import ScanEngineError
from benban.outside.fence import Fence
from benban.outside.ray_cluster import joined
from benban.outside.ray_shards import RayShards
from benban.outside.scan_look import FencedLooker
from benban.outside.scan_places import Place, open_place
from benban.outside.scan_unit import do_unit
from benban.scan.banked import BankedHashes
from benban.scan.ports import Done, Work
from benban.scan.unit import Unit

# One at work and one that waits, so that no core is idle while rows are written.
_IN_FLIGHT_EACH = 2
# Source, column, border, where the numbers of negative hashes begin, and what tells one bank from
# another.
_Slim: TypeAlias = tuple[str, str, int, int | None, str]
# What a worker makes its bank of: the segment itself, or the folder of its shards.
_Held: TypeAlias = Segment | str


class RayEngine:
    """A :class:`benban.scan.ports.Engine`."""

    def __init__(self, *, workers: int | None = None, address: str = "") -> None:
        """
        Prepare to run; nothing is started yet.

        Args:
            workers: units at a time; as many as the cluster has cores, unless given.
            address: of a cluster that runs; empty: one on this machine, ended with the scan.
        """
        self._workers, self._address = workers, address

    def run(self, work: Work, units: Iterable[Unit]) -> Iterator[Done]:
        """Yield each unit when it is done, also when it was done anew on another node."""
        with joined(self._address, self._workers) as ray, _bank(ray, work.banked) as held:
            cores = self._workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
            task = ray.remote(num_cpus=1, max_retries=-1, retry_exceptions=False)(_do)
            # What goes with each task is small: the bank lies in Ray's store.
            never_from = work.banked.never_from
            slim = (work.source, work.column, work.border_bits, never_from, held.hex())
            waiting: list[Any] = []
            for unit in units:
                waiting.append(task.remote(unit, slim, held))
                if len(waiting) >= _IN_FLIGHT_EACH * cores:
                    done, waiting = _first(ray, waiting)
                    yield done
            while waiting:
                done, waiting = _first(ray, waiting)
                yield done


@contextmanager
def _bank(ray: Any, banked: BankedHashes) -> Iterator[Any]:  # noqa: ANN401 - loaded late
    """Give Ray's reference to what workers make their bank of; actors of shards end with it."""
    with ExitStack() as stack:
        if banked.shards is None:
            yield ray.put(banked.as_segment())
        else:
            stack.callback(RayShards(ray, banked.shards).close)
            yield ray.put(str(banked.shards))


def _first(ray: Any, waiting: list[Any]) -> tuple[Done, list[Any]]:  # noqa: ANN401 - loaded late
    ready, rest = ray.wait(waiting, num_returns=1)
    try:
        return ray.get(ready[0]), rest
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, BenbanError):
            raise error.cause from error
        raise ScanEngineError("a task failed") from error
    except ray.exceptions.RayError as error:
        raise ScanEngineError(type(error).__name__) from error


class _Kept:
    """What a worker process keeps from one unit to the next."""

    fence: Fence | None = None
    bank_id: str = ""
    banked: BankedHashes | None = None
    place: tuple[str, Place] | None = None


def _do(unit: Unit, slim: _Slim, held: _Held) -> Done:
    """Run in a worker process of Ray."""
    source, column, border_bits, never_from, bank_id = slim
    if _Kept.banked is None or _Kept.bank_id != bank_id:
        _Kept.banked, _Kept.bank_id = _banked(held, never_from), bank_id
    if _Kept.place is None or _Kept.place[0] != source:
        _Kept.place = (source, open_place(source))
    if _Kept.fence is None:
        _Kept.fence = Fence()
    work = Work(source=source, column=column, border_bits=border_bits, banked=_Kept.banked)
    return do_unit(unit, work, _Kept.place[1], FencedLooker(_Kept.fence))


def _banked(held: _Held, never_from: int | None) -> BankedHashes:
    if isinstance(held, Segment):
        return BankedHashes.of_segment(held, never_from)
    import ray

    return BankedHashes.in_shards(RayShards(ray, Path(held)), Path(held))
