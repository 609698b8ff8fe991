"""Asking an authority over HTTP: the answer, or a typed reason with its name (B5 99)."""

import socket
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event, Thread

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from benban.errors import StampServiceAnswerError, StampServiceUnreachableError
from benban.outside.ask import AskLimits, Reach
from benban.outside.tsa import HttpAuthority
from benban.testing.clock import FakeClock
from benban.testing.platform import PlatformSimulator
from benban.testing.resolver import TableResolver
from benban.testing.tsa import FakeTsa
from benban.wording import Language, say

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
BUILDER = TimestampRequestBuilder().data(b"x").hash_algorithm(HashAlgorithm.SHA256)
REQUEST = BUILDER.cert_request(cert_request=True).build().as_bytes()


def authority(url: str) -> HttpAuthority:
    return HttpAuthority(authority_id="demo", url=url, roots=(), reach=Reach.THIS_COMPUTER)


def test_an_authority_that_stamps_is_quoted_as_it_answered() -> None:
    with FakeTsa(clock=FakeClock(NOW)).serve() as url:
        answer = authority(url).stamp(REQUEST)

    assert decode_timestamp_response(answer).tst_info.gen_time == NOW


def test_an_authority_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(StampServiceUnreachableError) as raised:
        authority(f"http://127.0.0.1:{port}/").stamp(REQUEST)

    assert "demo" in say(Language.VI, raised.value.code, **raised.value.params)


@pytest.mark.parametrize("path", ["/hello", "/broken", "/go/1", "/empty"])
def test_an_answer_that_is_no_stamp_is_named(path: str) -> None:
    with (
        PlatformSimulator(posts=0) as site,
        pytest.raises(StampServiceAnswerError) as raised,
    ):
        authority(site.address(path)).stamp(REQUEST)

    assert "demo" in say(Language.EN, raised.value.code, **raised.value.params)


def test_an_authority_that_drips_bytes_is_given_up() -> None:
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            with suppress(OSError), server.accept()[0] as connection:
                connection.recv(65536)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n"
                    b"Content-Length: 9000\r\n\r\n"
                )
                while not over.wait(0.02):
                    connection.sendall(b"0")

        thread = Thread(target=drip, daemon=True)
        thread.start()
        slow = HttpAuthority(
            authority_id="demo",
            url=f"http://127.0.0.1:{server.getsockname()[1]}/",
            roots=(),
            reach=Reach.THIS_COMPUTER,
            limits=AskLimits(body_bytes=10_000, total_s=1.0),
        )
        with pytest.raises(StampServiceUnreachableError):
            slow.stamp(REQUEST)
        over.set()
        thread.join()


def test_an_authority_of_the_list_that_resolves_into_the_local_network_is_not_asked() -> None:
    with FakeTsa(clock=FakeClock(NOW)).serve() as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
        name = TableResolver({"tsa.test": [("127.0.0.1",)]})
        listed = HttpAuthority(
            authority_id="demo", url=f"http://tsa.test:{port}/", roots=(), resolver=name
        )
        own = HttpAuthority(
            authority_id="demo",
            url=f"http://tsa.test:{port}/",
            roots=(),
            resolver=name,
            reach=Reach.CHOSEN,
        )

        with pytest.raises(StampServiceUnreachableError):
            listed.stamp(REQUEST)
        # The person's own, in the network of their office.
        assert decode_timestamp_response(own.stamp(REQUEST)).tst_info.gen_time == NOW
