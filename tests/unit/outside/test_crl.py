"""Fetching a list of withdrawn certificates: from public places only, or not at all."""

import socket
from datetime import UTC, datetime

import pytest
from cryptography import x509

from benban.errors import RevocationServiceError
from benban.outside.crl import HttpCrlSource
from benban.testing.clock import FakeClock
from benban.testing.platform import PlatformSimulator
from benban.testing.tsa import FakeTsa

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_a_list_comes_as_it_was_answered() -> None:
    tsa = FakeTsa(clock=FakeClock(NOW))
    with tsa.serve() as url:
        data = HttpCrlSource(is_loopback=True).fetch(url)

    assert x509.load_der_x509_crl(data).last_update_utc == NOW


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "0x7f000001", ""]
)
def test_no_certificate_sends_us_to_a_place_that_is_not_public(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        with pytest.raises(RevocationServiceError):
            HttpCrlSource().fetch(f"http://{host}:{port}/list.crl")
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("path", ["/go/1", "/broken", "/missing-page"])
def test_anything_but_a_plain_answer_is_no_list(path: str) -> None:
    with (
        PlatformSimulator(posts=0) as site,
        pytest.raises(RevocationServiceError),
    ):
        HttpCrlSource(is_loopback=True).fetch(site.address(path))


def test_a_place_that_is_not_there_is_no_error_of_another_kind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(RevocationServiceError):
        HttpCrlSource(is_loopback=True).fetch(f"http://127.0.0.1:{port}/")
