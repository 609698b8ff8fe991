"""The proxy connects to exactly what it checked, and writes down what it saw."""

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Thread

import pytest

from benban.outside.proxy import Endpoint, LoopbackProxy, Outcome, ProxyLimits
from benban.testing.clock import FakeClock
from benban.testing.resolver import TableResolver

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SITE = "kenh.test"


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that takes one connection, reads once, answers and closes."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                received.append(connection.recv(65536))
                connection.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], received
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def reaching(proxy: LoopbackProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=60)


def ask(proxy: LoopbackProxy, request: bytes) -> bytes:
    with reaching(proxy) as near:
        near.sendall(request)
        return b"".join(iter(lambda: near.recv(65536), b""))


def a_proxy(
    resolver: TableResolver, *allowed: Endpoint, limits: ProxyLimits | None = None
) -> LoopbackProxy:
    return LoopbackProxy(
        resolver=resolver,
        clock=FakeClock(NOW),
        admits_all=True,
        allowed=frozenset(allowed),
        limits=limits,
    )


def test_plain_http_is_forwarded_and_recorded() -> None:
    resolver = TableResolver({SITE: [("127.0.0.1",)]})
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with answering(answer) as (port, received):
        site = Endpoint(host=SITE, port=port)
        with a_proxy(resolver, site) as proxy:
            got = ask(
                proxy, f"GET http://{SITE}:{port}/a HTTP/1.1\r\nHost: {SITE}\r\n\r\n".encode()
            )

    assert got == answer
    assert received == [b"GET /a HTTP/1.1\r\nHost: kenh.test\r\nConnection: close\r\n\r\n"]
    record = proxy.records()[0]
    assert (record.endpoint, record.outcome, record.at) == (site, Outcome.CONNECTED, NOW)
    assert (record.resolved, record.remote) == (("127.0.0.1",), f"127.0.0.1:{port}")


def test_a_tunnel_passes_bytes_both_ways_untouched() -> None:
    resolver = TableResolver({SITE: [("127.0.0.1",)]})
    with answering(b"\x16\x03\x01 anything") as (port, received):
        site = Endpoint(host=SITE, port=port)
        with a_proxy(resolver, site) as proxy, reaching(proxy) as near:
            near.sendall(f"CONNECT {SITE}:{port} HTTP/1.1\r\n\r\n".encode())
            established = near.recv(65536)
            near.sendall(b"\x16\x03\x01 hello")
            back = near.recv(65536)

    assert established == b"HTTP/1.1 200 Connection established\r\n\r\n"
    assert (received, back) == ([b"\x16\x03\x01 hello"], b"\x16\x03\x01 anything")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "64:ff9b::7f00:1", "::ffff:10.0.0.1"],
)
def test_a_host_with_a_private_address_is_refused(address: str) -> None:
    with a_proxy(TableResolver({SITE: [(address,)]})) as proxy:
        got = ask(proxy, f"CONNECT {SITE}:443 HTTP/1.1\r\n\r\n".encode())

    assert got == b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    record = proxy.records()[0]
    assert (record.outcome, record.resolved, record.remote) == (
        Outcome.PRIVATE_ADDRESS,
        (address,),
        "",
    )


def test_one_private_answer_among_public_ones_is_enough_to_refuse() -> None:
    with a_proxy(TableResolver({SITE: [("8.8.8.8", "10.0.0.1")]})) as proxy:
        ask(proxy, f"CONNECT {SITE}:443 HTTP/1.1\r\n\r\n".encode())

    assert [record.outcome for record in proxy.records()] == [Outcome.PRIVATE_ADDRESS]


def test_a_refused_plain_request_gets_no_answer_that_could_pass_for_the_site() -> None:
    with a_proxy(TableResolver({SITE: [("10.0.0.1",)]})) as proxy:
        got = ask(proxy, f"GET http://{SITE}/ HTTP/1.1\r\n\r\n".encode())

    assert got == b""


def test_the_name_is_asked_for_once_so_a_second_answer_changes_nothing() -> None:
    answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    with answering(answer) as (port, _):
        resolver = TableResolver({SITE: [("127.0.0.1",), ("10.0.0.1",)]})
        with a_proxy(resolver, Endpoint(host=SITE, port=port)) as proxy:
            got = ask(proxy, f"GET http://{SITE}:{port}/ HTTP/1.1\r\n\r\n".encode())

    assert (got, resolver.asked) == (answer, [SITE])


def test_other_ports_than_80_and_443_are_refused_before_the_name_is_asked_for() -> None:
    resolver = TableResolver({SITE: [("8.8.8.8",)]})
    with a_proxy(resolver) as proxy:
        ask(proxy, f"CONNECT {SITE}:22 HTTP/1.1\r\n\r\n".encode())

    assert ([record.outcome for record in proxy.records()], resolver.asked) == ([Outcome.PORT], [])


def test_an_allowed_endpoint_does_not_open_the_rest_of_the_private_network() -> None:
    site = Endpoint(host=SITE, port=8080)
    with a_proxy(TableResolver({SITE: [("192.168.1.1",)]}), site) as proxy:
        ask(proxy, f"CONNECT {SITE}:8080 HTTP/1.1\r\n\r\n".encode())

    assert [record.outcome for record in proxy.records()] == [Outcome.PRIVATE_ADDRESS]


def test_an_unknown_host_is_recorded_as_such() -> None:
    with a_proxy(TableResolver({})) as proxy:
        ask(proxy, f"CONNECT {SITE}:443 HTTP/1.1\r\n\r\n".encode())

    assert [record.outcome for record in proxy.records()] == [Outcome.NAME_NOT_FOUND]


def test_a_host_that_takes_no_connection_is_recorded_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    resolver = TableResolver({SITE: [("127.0.0.1",)]})
    with a_proxy(resolver, Endpoint(host=SITE, port=port)) as proxy:
        ask(proxy, f"CONNECT {SITE}:{port} HTTP/1.1\r\n\r\n".encode())

    assert [record.outcome for record in proxy.records()] == [Outcome.NOT_CONNECTED]


def test_more_than_may_be_received_is_cut_off() -> None:
    resolver = TableResolver({SITE: [("127.0.0.1",)]})
    with answering(b"x" * 200_000) as (port, _):
        limits = ProxyLimits(received_bytes=100_000)
        got = 0
        with (
            a_proxy(resolver, Endpoint(host=SITE, port=port), limits=limits) as proxy,
            reaching(proxy) as near,
        ):
            near.sendall(f"GET http://{SITE}:{port}/ HTTP/1.1\r\n\r\n".encode())
            with suppress(ConnectionResetError):
                while piece := near.recv(65536):
                    got += len(piece)

    assert got <= 100_000


def test_a_host_nobody_asked_for_is_refused_before_its_name_is_looked_up() -> None:
    resolver = TableResolver({SITE: [("8.8.8.8",)]})
    with LoopbackProxy(resolver=resolver, clock=FakeClock(NOW)) as proxy:
        proxy.admit(Endpoint(host="another.test", port=443))
        ask(proxy, f"CONNECT {SITE}:443 HTTP/1.1\r\n\r\n".encode())

    assert [record.outcome for record in proxy.records()] == [Outcome.NOT_ASKED_FOR]
    assert resolver.asked == []


def test_begun_anew_it_knows_nothing_of_before_and_no_connection_goes_on() -> None:
    resolver = TableResolver({SITE: [("127.0.0.1",)]})
    with answering(b"hello") as (port, _):
        site = Endpoint(host=SITE, port=port)
        with a_proxy(resolver, site) as proxy, reaching(proxy) as near:
            near.sendall(f"CONNECT {SITE}:{port} HTTP/1.1\r\n\r\n".encode())
            near.recv(65536)
            proxy.begin_anew()
            rest = near.recv(65536)
            before = proxy.records()
            ask(proxy, f"CONNECT {SITE}:{port} HTTP/1.1\r\n\r\n".encode())

    assert (rest, before) == (b"", ())
    assert [record.outcome for record in proxy.records()] == [Outcome.NOT_ASKED_FOR]


def test_a_host_that_was_asked_for_is_reached() -> None:
    resolver = TableResolver({SITE: [("127.0.0.1",)]})
    with answering(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, _):
        site = Endpoint(host=SITE, port=port)
        proxy = LoopbackProxy(resolver=resolver, clock=FakeClock(NOW), allowed=frozenset({site}))
        with proxy:
            proxy.admit(site)
            ask(proxy, f"GET http://{SITE}:{port}/ HTTP/1.1\r\n\r\n".encode())

    assert [record.outcome for record in proxy.records()] == [Outcome.CONNECTED]


@contextmanager
def serving(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that hands each connection to *serve*, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, suppress(OSError):
                        serve(connection)

        thread = Thread(target=run, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("is_tunnel", [True, False])
def test_a_long_answer_is_not_cut_because_nothing_more_is_asked(is_tunnel: bool) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        for _ in range(25):
            connection.sendall(b"x")
            time.sleep(0.1)

    with serving(drip) as port:
        limits = ProxyLimits(idle_s=2)
        resolver = TableResolver({SITE: [("127.0.0.1",)]})
        with (
            a_proxy(resolver, Endpoint(host=SITE, port=port), limits=limits) as proxy,
            reaching(proxy) as near,
        ):
            if is_tunnel:
                near.sendall(f"CONNECT {SITE}:{port} HTTP/1.1\r\n\r\n".encode())
                near.recv(65536)
                near.sendall(b"hello")
            else:
                near.sendall(f"GET http://{SITE}:{port}/ HTTP/1.1\r\n\r\n".encode())
            got = b"".join(iter(lambda: near.recv(65536), b""))

    assert got == b"x" * 25


@pytest.mark.parametrize("breaks", ["idle", "reset", "too much"])
def test_an_answer_that_broke_off_does_not_end_in_good_order(breaks: str) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"x" * 1000)
        if breaks == "reset":
            time.sleep(0.2)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif breaks == "idle":
            connection.recv(1)

    limits = ProxyLimits(idle_s=0.3, received_bytes=500 if breaks == "too much" else 1 << 20)
    with serving(serve) as port:
        resolver = TableResolver({SITE: [("127.0.0.1",)]})
        with (
            a_proxy(resolver, Endpoint(host=SITE, port=port), limits=limits) as proxy,
            reaching(proxy) as near,
        ):
            near.sendall(f"GET http://{SITE}:{port}/ HTTP/1.1\r\n\r\n".encode())
            with pytest.raises(ConnectionResetError):
                list(iter(lambda: near.recv(65536), b""))


def test_a_second_request_on_a_kept_connection_never_reaches_the_server() -> None:
    received: list[bytes] = []

    def keep_open(connection: socket.socket) -> None:
        received.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        received.append(connection.recv(65536))

    with serving(keep_open) as port:
        resolver = TableResolver({SITE: [("127.0.0.1",)]})
        with (
            a_proxy(resolver, Endpoint(host=SITE, port=port)) as proxy,
            reaching(proxy) as near,
        ):
            head = f"http://{SITE}:{port}/ HTTP/1.1\r\nContent-Length: 3\r\n\r\n".encode()
            near.sendall(b"POST " + head + b"abc")
            near.recv(65536)
            near.sendall(b"GET http://10.0.0.1/ HTTP/1.1\r\n\r\n")
            with suppress(ConnectionResetError):
                near.recv(65536)

    assert b"".join(received).endswith(b"\r\n\r\nabc")


@pytest.mark.parametrize("is_tunnel", [True, False])
def test_a_connection_that_never_rests_is_broken_off_at_its_end(is_tunnel: bool) -> None:
    def flood(connection: socket.socket) -> None:
        connection.recv(65536)
        with suppress(OSError):
            while True:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")

    limits = ProxyLimits(total_s=0.3)
    with serving(flood) as port:
        site = Endpoint(host=SITE, port=port)
        with a_proxy(TableResolver({SITE: [("127.0.0.1",)]}), site, limits=limits) as proxy:
            head = f"GET http://{SITE}:{port}/ HTTP/1.1\r\n\r\n"
            if is_tunnel:
                head = f"CONNECT {SITE}:{port} HTTP/1.1\r\n\r\n"
            with pytest.raises(ConnectionResetError):
                ask(proxy, head.encode())


def test_a_connection_that_the_system_gave_up_is_broken_off_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # ETIMEDOUT has the name of a wait that is over; it cannot be had on loopback.
    connect = asyncio.open_connection

    async def given_up(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        _reader, writer = await connect(host, port)
        dead = asyncio.StreamReader()
        dead.set_exception(TimeoutError())
        return dead, writer

    monkeypatch.setattr(asyncio, "open_connection", given_up)
    # The client waits 10 s and no longer.
    limits = ProxyLimits(idle_s=60.0)
    with answering(b"") as (port, _received):
        site = Endpoint(host=SITE, port=port)
        with (
            a_proxy(TableResolver({SITE: [("127.0.0.1",)]}), site, limits=limits) as proxy,
            pytest.raises(ConnectionResetError),
        ):
            ask(proxy, f"GET http://{SITE}:{port}/ HTTP/1.1\r\n\r\n".encode())
