"""
The only way out for the browser: a proxy on loopback that never opens TLS.

It resolves a host once, requires that every answer is a public address, connects to exactly the
address it checked, and records what it saw. CONNECT serves TLS and WebSocket, plain HTTP is
forwarded one request per connection.
"""

import asyncio
import contextlib
import socket
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from threading import Lock, Thread
from typing import Self

from benban.errors import NameNotFoundError
from benban.model.clock import Clock
from benban.model.resolver import Resolver
from benban.outside.proxy_request import LARGEST_HEAD_BYTES, ProxyRequest, read_request
from benban.outside.public_address import OPEN_PORTS, may_connect_to

_CHUNK_BYTES = 1 << 16
# struct linger: on, 0 seconds. Windows has two shorts there, the rest two ints.
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A host as the browser names it, lower case, and a port."""

    host: str
    port: int


class Outcome(Enum):
    """What became of one request for a connection."""

    CONNECTED = "connected"
    PRIVATE_ADDRESS = "private-address"
    PORT = "port"
    NOT_ASKED_FOR = "not-asked-for"
    NAME_NOT_FOUND = "name-not-found"
    NOT_CONNECTED = "not-connected"
    TOO_MUCH = "too-much"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyRecord:
    """
    One connection asked for.

    Attributes:
        resolved: every address answered for the host.
        remote: ``ip:port`` connected to, IPv6 in brackets; empty when not connected.
    """

    endpoint: Endpoint
    outcome: Outcome
    at: datetime
    resolved: tuple[str, ...] = ()
    remote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyLimits:
    """
    Where the proxy stops.

    Attributes:
        connect_s: for the name and for the connection, each.
        idle_s: a connection over which nothing moves for so long is closed.
        received_bytes: of all answers together.
        total_s: a connection that lives for so long is broken off, whatever moves over it; None
            for pages, whose tab is ended by its own watchdog.
    """

    connect_s: float = 10.0
    idle_s: float = 90.0
    received_bytes: int = 4 << 30
    total_s: float | None = None


@dataclass(slots=True)
class _Seen:
    admitted: set[Endpoint] = field(default_factory=set)
    records: list[ProxyRecord] = field(default_factory=list)
    received_bytes: int = 0
    lock: Lock = field(default_factory=Lock)


class _Pulse:
    """When something last moved over a connection, in either direction."""

    def __init__(self) -> None:
        self.beat()

    def beat(self) -> None:
        self._at = time.monotonic()

    def is_still_for(self, seconds: float) -> bool:
        return time.monotonic() - self._at >= seconds


class _RefusedError(Exception):
    """Why there is no connection, with the addresses that were looked at."""

    def __init__(self, outcome: Outcome, resolved: tuple[str, ...] = ()) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
        self.resolved = resolved


class LoopbackProxy:
    """
    The proxy, alive while its with-block runs, in a thread of its own.

    Args:
        resolver: asked once for each connection.
        clock: dates the records.
        admits_all: pass on whatever comes. Otherwise only what :meth:`admit` was told: a browser
            also calls its maker, and nothing leaves unasked.
        allowed: loopback endpoints of the demonstration and of tests; for these, and only these,
            loopback addresses and other ports are reached.
        chosen: endpoints that the person typed as their own service; it may lie on any port and at
            any address, their office's network too.
        limits: see :class:`ProxyLimits`.
    """

    def __init__(
        self,
        *,
        resolver: Resolver,
        clock: Clock,
        admits_all: bool = False,
        allowed: frozenset[Endpoint] = frozenset(),
        chosen: frozenset[Endpoint] = frozenset(),
        limits: ProxyLimits | None = None,
    ) -> None:
        self._resolver = resolver
        self._clock = clock
        self._admits_all = admits_all
        self._allowed = allowed
        self._chosen = chosen
        self._limits = limits or ProxyLimits()
        self._seen = _Seen()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True, name="benban-proxy")
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._port = 0

    def __enter__(self) -> Self:
        """Listen on a random port of 127.0.0.1."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, *_reason: object) -> None:
        """Close every connection and stop the thread."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def port(self) -> int:
        """The port listened on."""
        return self._port

    def admit(self, endpoint: Endpoint) -> None:
        """Let connections to *endpoint* be made from now on, if the address is fine too."""
        with self._seen.lock:
            self._seen.admitted.add(endpoint)

    def begin_anew(self) -> None:
        """
        Pass only what :meth:`admit` is told from now on, and know nothing of what was before.

        Every connection is broken off: where a person went before the recording began is not part
        of the record, and what is recorded is connected for it.
        """
        asyncio.run_coroutine_threadsafe(self._forget(), self._loop).result()

    def break_off(self) -> None:
        """End every connection now; new ones are made as before. May be called from any thread."""
        # A proxy that has ended meanwhile has no connections.
        with contextlib.suppress(RuntimeError):
            asyncio.run_coroutine_threadsafe(self._break_off(), self._loop).result()

    def records(self) -> tuple[ProxyRecord, ...]:
        """Return every connection asked for up to now, in order."""
        with self._seen.lock:
            return tuple(self._seen.records)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", 0, limit=LARGEST_HEAD_BYTES
        )
        self._port = int(self._server.sockets[0].getsockname()[1])

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._break_off()

    async def _forget(self) -> None:
        self._admits_all = False
        await self._break_off()
        with self._seen.lock:
            self._seen.admitted.clear()
            self._seen.records.clear()
            self._seen.received_bytes = 0

    async def _break_off(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        gone = (OSError, asyncio.CancelledError, asyncio.IncompleteReadError)
        with contextlib.suppress(*gone), _closing(writer):
            try:
                async with asyncio.timeout(self._limits.total_s):
                    await self._serve(reader, writer)
            except TimeoutError:
                # An end in good order would say that the whole answer has come.
                _reset(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(self._limits.idle_s):
                request = await read_request(reader)
        except (ValueError, TimeoutError):
            return
        try:
            remote_reader, remote_writer = await self._connect(
                Endpoint(host=request.host, port=request.port)
            )
        except _RefusedError:
            # For plain HTTP an answer of ours would look like the site's: say nothing.
            if request.is_tunnel:
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
            return
        with _closing(remote_writer):
            await self._relay(request, (reader, writer), (remote_reader, remote_writer))

    async def _relay(
        self,
        request: ProxyRequest,
        near: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        far: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        if request.is_tunnel:
            near[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            far[1].write(request.forwarded_head)
        pulse = _Pulse()
        most = None if request.is_tunnel else request.body_bytes
        up = asyncio.create_task(self._copy(near[0], far[1], pulse, most=most))
        down = asyncio.create_task(self._copy(far[0], near[1], pulse, counts=True))
        try:
            await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
            if _ended_well(up) and not request.is_tunnel:
                await asyncio.wait((down,))
            if not (_ended_well(down) or (request.is_tunnel and _ended_well(up))):
                # An end in good order would say to the browser that it has the whole answer.
                _reset(near[1])
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)

    async def _copy(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        pulse: _Pulse,
        *,
        counts: bool = False,
        most: int | None = None,
    ) -> bool:
        """
        Copy until the source ends and return True; False when it is ended here.

        A plain request has *most* bytes of body. More is the browser's next request, after a
        server kept the connection open against our word: it gets a connection of its own.
        """
        left = most
        while True:
            wait = asyncio.timeout(self._limits.idle_s)
            try:
                # Not `wait_for`: in Python 3.11 it loses a cancellation that meets a byte, and the
                # copying would go on for ever.
                async with wait:
                    chunk = await source.read(_CHUNK_BYTES)
            except TimeoutError:
                # The system gives a dead connection up under the same name; to read it again would
                # answer so at once, for ever, and nothing else would run.
                if not wait.expired() or pulse.is_still_for(self._limits.idle_s):
                    return False
                continue
            if not chunk:
                return True
            if left is not None:
                left -= len(chunk)
            if (left is not None and left < 0) or (counts and not self._may_receive(len(chunk))):
                return False
            pulse.beat()
            target.write(chunk)
            await target.drain()

    def _may_receive(self, size_bytes: int) -> bool:
        self._seen.received_bytes += size_bytes
        return self._seen.received_bytes <= self._limits.received_bytes

    async def _connect(
        self, endpoint: Endpoint
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        record = ProxyRecord(endpoint=endpoint, outcome=Outcome.CONNECTED, at=self._clock.now())
        try:
            resolved = await self._checked_addresses(endpoint)
            record = replace(record, resolved=resolved)
            streams, address = await self._first_open(endpoint, resolved)
        except _RefusedError as refused:
            self._keep(replace(record, outcome=refused.outcome, resolved=refused.resolved))
            raise
        self._keep(replace(record, remote=_written(address, endpoint.port)))
        return streams

    async def _checked_addresses(self, endpoint: Endpoint) -> tuple[str, ...]:
        if self._seen.received_bytes > self._limits.received_bytes:
            raise _RefusedError(Outcome.TOO_MUCH)
        if not self._admits_all and endpoint not in self._seen.admitted:
            raise _RefusedError(Outcome.NOT_ASKED_FOR)
        is_allowed, is_chosen = endpoint in self._allowed, endpoint in self._chosen
        if not (is_allowed or is_chosen) and endpoint.port not in OPEN_PORTS:
            raise _RefusedError(Outcome.PORT)
        try:
            async with asyncio.timeout(self._limits.connect_s):
                resolved = await asyncio.to_thread(self._resolver.addresses, endpoint.host)
        except (NameNotFoundError, TimeoutError):
            raise _RefusedError(Outcome.NAME_NOT_FOUND) from None
        if not resolved:
            raise _RefusedError(Outcome.NAME_NOT_FOUND)
        if not may_connect_to(resolved, is_allowed=is_allowed, is_chosen=is_chosen):
            raise _RefusedError(Outcome.PRIVATE_ADDRESS, resolved)
        return resolved

    async def _first_open(
        self, endpoint: Endpoint, resolved: tuple[str, ...]
    ) -> tuple[tuple[asyncio.StreamReader, asyncio.StreamWriter], str]:
        for address in resolved:
            try:
                # The number goes in, so nobody is asked for the name a second time.
                async with asyncio.timeout(self._limits.connect_s):
                    streams = await asyncio.open_connection(address, endpoint.port)
            except (OSError, TimeoutError):
                continue
            return streams, address
        raise _RefusedError(Outcome.NOT_CONNECTED, resolved)

    def _keep(self, record: ProxyRecord) -> None:
        with self._seen.lock:
            self._seen.records.append(record)


@contextlib.contextmanager
def _closing(writer: asyncio.StreamWriter) -> Iterator[None]:
    try:
        yield
    finally:
        with contextlib.suppress(OSError, RuntimeError):
            writer.close()


def _ended_well(copying: asyncio.Task[bool]) -> bool:
    """Return whether a side has closed in good order by now."""
    return copying.done() and copying.exception() is None and copying.result()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection off (TCP reset) instead of closing it."""
    own: socket.socket = writer.get_extra_info("socket")
    own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()


def _written(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
