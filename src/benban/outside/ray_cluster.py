"""Ray, joined to a cluster that runs or begun on this machine; loaded late and told to be quiet."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benban.errors.scan import ScanEngineError

_LOOPBACK = "127.0.0.1"
_ANSWERS_S = 10.0


@contextmanager
def joined(address: str = "", workers: int | None = None) -> Iterator[Any]:
    """
    Give Ray, joined to a cluster; one that was begun here ends here.

    Args:
        address: of a cluster that runs; empty: one on this machine, on loopback alone.
        workers: cores of a cluster begun here; all unless given.

    Raises:
        ScanEngineError: BB-984, Ray is not installed, or there is no such cluster.
    """
    # Before Ray is loaded: nothing is reported to anybody, and tasks get no graphics card.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    # Its workers do what this program would do itself; by default they step back for all others.
    os.environ.setdefault("RAY_worker_niceness", "0")
    try:
        import ray
    except ImportError as error:
        raise ScanEngineError("Ray is not installed") from error
    was_joined = ray.is_initialized()
    try:
        if not was_joined:
            _join(ray, address, workers)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise ScanEngineError("no cluster") from error
    try:
        yield ray
    finally:
        if not was_joined:
            ray.shutdown()


def _join(ray: Any, address: str, workers: int | None) -> None:  # noqa: ANN401 - loaded late
    if address:
        _require_somebody(address)
        # Ray takes loopback for this machine's other address unless it is told which is meant.
        ray.init(address=address, log_to_driver=False, _node_ip_address=_host(address))
        return
    ray.init(
        num_cpus=workers,
        include_dashboard=False,
        log_to_driver=False,
        _node_ip_address=_LOOPBACK,
    )


def _require_somebody(address: str) -> None:
    """Raise ``OSError`` or ``ValueError`` where nobody answers; Ray asks on for many minutes."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=_ANSWERS_S):
        pass


def _host(address: str) -> str | None:
    """Return the host of an address on loopback; None for any other."""
    host = address.rpartition(":")[0]
    return host if host.startswith("127.") else None
