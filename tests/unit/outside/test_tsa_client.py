"""Asking an authority over HTTP: the answer, or a typed reason with the authority's name."""

import socket
from datetime import UTC, datetime

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from benban.errors import StampServiceAnswerError, StampServiceUnreachableError
from benban.outside.tsa import HttpAuthority
from benban.testing.clock import FakeClock
from benban.testing.platform import PlatformSimulator
from benban.testing.tsa import FakeTsa
from benban.wording import Language, say

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
BUILDER = TimestampRequestBuilder().data(b"x").hash_algorithm(HashAlgorithm.SHA256)
REQUEST = BUILDER.cert_request(cert_request=True).build().as_bytes()


def authority(url: str) -> HttpAuthority:
    return HttpAuthority(authority_id="demo", url=url, roots=(), is_loopback=True)


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
