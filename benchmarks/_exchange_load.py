"""Questions over HTTP from some connections at once, and how long each answer took."""

import json
import re
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread

import numpy as np

_LENGTH = re.compile(rb"content-length: ?(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """
    What some connections saw.

    Attributes:
        latencies_ms: of every request, in no order.
        client_cpu_s: processor time of the asking side.
        matched: in how many questions something was near.
    """

    took_s: float
    latencies_ms: list[float]
    client_cpu_s: float
    matched: int

    @property
    def a_second(self) -> float:
        """Requests in a second."""
        return len(self.latencies_ms) / self.took_s

    def at(self, share: float) -> float:
        """Return the latency under which that share of the requests lies."""
        return float(np.quantile(self.latencies_ms, share))


def ask(port: int, keys: Sequence[str], batches: Sequence[Sequence[str]], connections: int) -> Load:
    """Return what it took to ask all of *batches*, spread over some connections and keys."""
    requests = [_request(keys[at % len(keys)], batch) for at, batch in enumerate(batches)]
    latencies: list[list[float]] = [[] for _ in range(connections)]
    matched = [0] * connections

    def run(which: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as wire:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in requests[which::connections]:
                started = time.perf_counter()
                wire.sendall(request)
                matched[which] += _answer(wire).count(b'"at":')
                latencies[which].append((time.perf_counter() - started) * 1e3)

    threads = [Thread(target=run, args=(which,)) for which in range(connections)]
    cpu, started = time.process_time(), time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    took = time.perf_counter() - started
    seen = [one for own in latencies for one in own]
    if len(seen) != len(requests):
        message = "a connection ended before its last answer"
        raise RuntimeError(message)
    return Load(
        took_s=took,
        latencies_ms=seen,
        client_cpu_s=time.process_time() - cpu,
        matched=sum(matched),
    )


def _request(key: str, batch: Sequence[str]) -> bytes:
    body = json.dumps({"hashes": list(batch)}).encode()
    head = (
        "POST /v1/lookups HTTP/1.1\r\nHost: exchange\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _answer(wire: socket.socket) -> bytes:
    said = b""
    while b"\r\n\r\n" not in said:
        said += _more(wire)
    head, _, body = said.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200") or length is None:
        raise RuntimeError(head[:200])
    while len(body) < int(length[1]):
        body += _more(wire)
    return body


def _more(wire: socket.socket) -> bytes:
    got = wire.recv(1 << 16)
    if not got:
        message = "the connection ended"
        raise RuntimeError(message)
    return got
