"""What a certificate says about its withdrawal: fetched from public places, or not at all."""

import socket
from datetime import UTC, datetime

import pytest
from cryptography import x509

from benban.errors import RevocationServiceError
from benban.outside.revocation import HttpRevocationSource
from benban.seal.ocsp import build_question, check_answer
from benban.seal.revocation import wanted_states
from benban.seal.tsp import build_request
from benban.testing.clock import FakeClock
from benban.testing.ocsp import serve_ocsp
from benban.testing.platform import PlatformSimulator
from benban.testing.resolver import TableResolver
from benban.testing.tsa import FakeTsa

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_a_list_comes_as_it_was_answered() -> None:
    tsa = FakeTsa(clock=FakeClock(NOW))
    with tsa.serve() as url:
        data = HttpRevocationSource(is_loopback=True).fetch(url)

    assert x509.load_der_x509_crl(data).last_update_utc == NOW


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "0x7f000001", ""]
)
def test_no_certificate_sends_us_to_a_place_that_is_not_public(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        with pytest.raises(RevocationServiceError):
            HttpRevocationSource().fetch(f"http://{host}:{port}/list.crl")
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("path", ["/go/1", "/broken", "/missing-page"])
def test_anything_but_a_plain_answer_is_no_list(path: str) -> None:
    with (
        PlatformSimulator(posts=0) as site,
        pytest.raises(RevocationServiceError),
    ):
        HttpRevocationSource(is_loopback=True).fetch(site.address(path))


def test_a_place_that_is_not_there_is_no_error_of_another_kind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(RevocationServiceError):
        HttpRevocationSource(is_loopback=True).fetch(f"http://127.0.0.1:{port}/")


def test_the_name_in_a_certificate_is_looked_up_once_and_that_answer_counts() -> None:
    name = TableResolver({"lists.test": [("10.0.0.1",), ("127.0.0.1",)]})

    with pytest.raises(RevocationServiceError):
        HttpRevocationSource(resolver=name).fetch("http://lists.test/a.crl")

    assert name.asked == ["lists.test"]


def test_a_responder_is_asked_and_its_answer_comes_as_it_was_given() -> None:
    clock = FakeClock(NOW)
    with serve_ocsp() as responder:
        tsa = FakeTsa(clock=clock, ocsp_address=responder.url)
        responder.answers = tsa.ocsp
        (wanted,) = wanted_states(tsa.answer(build_request(b"x").der), [tsa.root_der])
        question = build_question(wanted)

        answer = HttpRevocationSource(is_loopback=True).ask(responder.url, question)

    assert responder.asked == [question]
    assert check_answer(answer, wanted, at=NOW).this_update == NOW


def test_a_responder_that_answers_with_something_else_is_none() -> None:
    with (
        FakeTsa(clock=FakeClock(NOW)).serve() as url,
        pytest.raises(RevocationServiceError),
    ):
        # A list, where an answer was asked for.
        HttpRevocationSource(is_loopback=True).ask(url, build_request(b"x").der)
