"""
A connection to exactly the address that was checked.

A name is resolved once; every answer must be a public address; the connection goes to one of those
numbers and no other, so a name that changes its answer between check and connect changes nothing.
Every read and write counts against one time for the whole.
"""

import logging
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Thread

import certifi
import httpcore

from benban.errors import (
    FetchAddressError,
    FetchPrivateError,
    FetchTlsError,
    FetchTooSlowError,
    FetchUnreachableError,
    NameNotFoundError,
)
from benban.model.resolver import Resolver
from benban.outside.proxy import Endpoint
from benban.outside.public_address import OPEN_PORTS, may_connect_to

# It would write hosts, paths and fields into a log that somebody turned on; ours carry ids only.
logging.getLogger("httpcore").setLevel(logging.WARNING)

# For one of several addresses of a name; the time for the whole still holds.
_CONNECT_S = 10.0
_SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class Deadline:
    """One time for a whole act, however many connections it takes."""

    def __init__(self, seconds: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin to count *seconds* now."""
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def left_s(self, host: str) -> float:
        """
        Return the seconds that are left.

        Raises:
            FetchTooSlowError: BB-665, none.
        """
        left = self._end - self._monotonic()
        if left <= 0:
            raise FetchTooSlowError(host=host)
        return left


def verified_tls(extra_roots: Iterable[bytes] = ()) -> ssl.SSLContext:
    """
    Return a context that verifies chain and name against certifi's roots.

    Args:
        extra_roots: DER, for a demonstration's own site.
    """
    # A context of our own: `SSL_CERT_FILE` and the like are surroundings, too.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=certifi.where())
    for root in extra_roots:
        context.load_verify_locations(cadata=root)
    return context


class PinnedBackend(httpcore.NetworkBackend):
    """
    httpcore's way to the network: resolves once, refuses what is not public, connects to that.

    Args:
        resolver: asked once for each connection.
        deadline: of the whole act.
        allowed: loopback endpoints of the demonstration and of tests; for these, and only these,
            loopback addresses and other ports are reached.
    """

    def __init__(
        self,
        *,
        resolver: Resolver,
        deadline: Deadline,
        allowed: frozenset[Endpoint] = frozenset(),
    ) -> None:
        """Keep who is asked; nothing is opened."""
        self._resolver = resolver
        self._deadline = deadline
        self._allowed = allowed
        self._sockets = httpcore.SyncBackend()
        self.remote = ""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """
        Return a stream to a checked address of *host*.

        Raises:
            FetchAddressError: BB-661, another port.
            FetchPrivateError: BB-662, one of the answers is not public.
            FetchUnreachableError: BB-663; FetchTooSlowError: BB-665.
        """
        del timeout, local_address, socket_options
        for address in self._checked(host, port):
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                # The number goes in, so nobody is asked for the name a second time.
                stream = self._sockets.connect_tcp(
                    address, port, timeout=min(_CONNECT_S, self._deadline.left_s(host))
                )
                self.remote = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
                return _TimedStream(stream, self._deadline, host)
        self._deadline.left_s(host)
        raise FetchUnreachableError(host=host)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """
        Refuse: no address leads to a socket of this computer.

        Raises:
            FetchAddressError: BB-661.
        """
        del path, timeout, socket_options
        raise FetchAddressError(host="")

    def _checked(self, host: str, port: int) -> tuple[str, ...]:
        is_allowed = Endpoint(host=host, port=port) in self._allowed
        if not is_allowed and port not in OPEN_PORTS:
            raise FetchAddressError(host=host)
        resolved = self._resolved(host)
        if not resolved:
            raise FetchUnreachableError(host=host)
        if not may_connect_to(resolved, is_allowed=is_allowed):
            raise FetchPrivateError(host=host)
        return resolved

    def _resolved(self, host: str) -> tuple[str, ...]:
        """Return the answers of the name service, which knows no time-out of its own."""
        found: list[tuple[str, ...]] = []

        def ask() -> None:
            with suppress(NameNotFoundError):
                found.append(self._resolver.addresses(host))

        asking = Thread(target=ask, daemon=True, name="benban-name")
        asking.start()
        asking.join(min(_CONNECT_S, self._deadline.left_s(host)))
        if asking.is_alive():
            raise FetchTooSlowError(host=host)
        return found[0] if found else ()


class _TimedStream(httpcore.NetworkStream):
    """A stream on which a drip does not begin the time anew with every byte."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, host: str) -> None:
        self._stream = stream
        self._deadline = deadline
        self._host = host

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=self._left_s(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=self._left_s(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            opened = self._stream.start_tls(
                ssl_context, server_hostname=server_hostname, timeout=self._left_s(timeout)
            )
        except httpcore.ConnectError as error:
            raise FetchTlsError(host=self._host) from error
        return _TimedStream(opened, self._deadline, self._host)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)

    def _left_s(self, timeout: float | None) -> float:
        left = self._deadline.left_s(self._host)
        return left if timeout is None else min(left, timeout)
