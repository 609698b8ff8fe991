"""
The engine beyond one machine: each unit is a Ray task, repeated where its node is lost.

Rows come back to this process, which alone writes; a task that ran twice is one part. Nodes keep
one fence for each of their worker processes, and one bank that Ray hands them once.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from benban.errors import BenbanError
from benban.errors.scan import ScanEngineError
from benban.outside.fence import Fence
from benban.outside.scan_look import FencedLooker
from benban.outside.scan_places import Place, open_place
from benban.outside.scan_unit import do_unit
from benban.scan.banked import BankedHashes
from benban.scan.ports import Done, Work
from benban.scan.unit import Unit

if TYPE_CHECKING:
    from benban.bank.words import Numbers, Words

# One at work and one that waits, so that no core is idle while rows are written.
_IN_FLIGHT_EACH = 2
_LOOPBACK = "127.0.0.1"
_ANSWERS_S = 10.0
# Source, column, border, and what tells one bank from another.
_Slim: TypeAlias = tuple[str, str, int, str]


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
        with _joined(self._address, self._workers) as ray:
            cores = self._workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
            task = ray.remote(num_cpus=1, max_retries=-1, retry_exceptions=False)(_do)
            bank = ray.put((work.banked.number, work.banked.words))
            # What goes with each task is small: the bank lies in Ray's store.
            slim = (work.source, work.column, work.border_bits, bank.hex())
            waiting: list[Any] = []
            for unit in units:
                waiting.append(task.remote(unit, slim, bank))
                if len(waiting) >= _IN_FLIGHT_EACH * cores:
                    done, waiting = _first(ray, waiting)
                    yield done
            while waiting:
                done, waiting = _first(ray, waiting)
                yield done


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


@contextmanager
def _joined(address: str, workers: int | None) -> Iterator[Any]:
    """Give Ray, joined to a cluster; one that was begun here ends here."""
    # Before Ray is loaded: nothing is reported to anybody, and tasks get no graphics card.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise ScanEngineError("Ray is not installed") from error
    was_joined = ray.is_initialized()
    try:
        if not was_joined and address:
            _require_somebody(address)
            # Ray takes loopback for this machine's other address unless it is told which is meant.
            ray.init(address=address, log_to_driver=False, _node_ip_address=_host(address))
        elif not was_joined:
            ray.init(
                num_cpus=workers,
                include_dashboard=False,
                log_to_driver=False,
                _node_ip_address=_LOOPBACK,
            )
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise ScanEngineError("no cluster") from error
    try:
        yield ray
    finally:
        if not was_joined:
            ray.shutdown()


def _require_somebody(address: str) -> None:
    """Raise ``OSError`` or ``ValueError`` where nobody answers; Ray asks on for many minutes."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=_ANSWERS_S):
        pass


def _host(address: str) -> str | None:
    """Return the host of an address on loopback; None for any other."""
    host = address.rpartition(":")[0]
    return host if host.startswith("127.") else None


class _Kept:
    """What a worker process keeps from one unit to the next."""

    fence: Fence | None = None
    bank_id: str = ""
    banked: BankedHashes | None = None
    place: tuple[str, Place] | None = None


def _do(unit: Unit, slim: _Slim, bank: "tuple[Numbers, Words]") -> Done:
    """Run in a worker process of Ray."""
    source, column, border_bits, bank_id = slim
    if _Kept.banked is None or _Kept.bank_id != bank_id:
        _Kept.banked, _Kept.bank_id = BankedHashes(*bank), bank_id
    if _Kept.place is None or _Kept.place[0] != source:
        _Kept.place = (source, open_place(source))
    if _Kept.fence is None:
        _Kept.fence = Fence()
    work = Work(source=source, column=column, border_bits=border_bits, banked=_Kept.banked)
    return do_unit(unit, work, _Kept.place[1], FencedLooker(_Kept.fence))
