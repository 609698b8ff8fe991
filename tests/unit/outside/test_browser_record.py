"""Exchanges are put together from messages that come apart and out of order."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from benban.capture.ports import BodyState, FailedRequest
from benban.outside.browser_record import ExchangeLog, parse_head, with_remote
from benban.outside.cdp_events import (
    HeaderEntry,
    LoadingFailed,
    PostedPiece,
    Request,
    RequestPaused,
    RequestSentExtra,
    ResponseExtra,
    is_whole,
)
from benban.outside.proxy import Endpoint

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FIRST, SECOND = "https://a.test/one?x=1", "https://a.test/two"


def paused(address: str, status: int, *fields: tuple[str, str]) -> RequestPaused:
    return RequestPaused(
        request_id="pause-1",
        network_id="net-1",
        request=Request(url=address, method="GET", headers={"A": "before sending"}),
        resource_type="Document",
        response_status_code=status,
        response_headers=[HeaderEntry(name=name, value=value) for name, value in fields],
    )


def test_each_hop_of_a_redirect_keeps_its_own_head_and_fields() -> None:
    log = ExchangeLog()
    log.sent(RequestSentExtra(request_id="net-1", headers={"Cookie": "1"}))
    log.answered(paused(FIRST, 302, ("location", SECOND)), AT)
    log.on_the_wire(
        ResponseExtra(
            request_id="net-1",
            status_code=302,
            headers_text="HTTP/1.1 302 Found\r\nLOCATION: /two\r\n\r\n",
        )
    )
    log.on_the_wire(
        ResponseExtra(
            request_id="net-1",
            status_code=200,
            headers_text="HTTP/1.1 200 Được\r\nX-A: 1\r\nx-a: 2\r\n\r\n",
        )
    )
    log.answered(paused(SECOND, 200), AT + timedelta(seconds=1), b"trang", BodyState.DECODED)
    log.sent(RequestSentExtra(request_id="net-1", headers={"Cookie": "2"}))

    first, second = log.exchanges()

    assert (first.status, first.response.start_line) == (302, "HTTP/1.1 302 Found")
    assert first.response.value("Location") == "/two"
    assert first.request.start_line == "GET /one?x=1 HTTP/1.1"
    assert [first.request.value("cookie"), second.request.value("cookie")] == ["1", "2"]
    assert second.response.fields == (("X-A", "1"), ("x-a", "2"))
    assert (second.body, second.response.is_raw) == (b"trang", True)
    assert log.last_of("net-1") == second


def test_without_text_from_the_wire_the_browsers_list_is_kept_and_said_to_be_one() -> None:
    log = ExchangeLog()
    log.answered(paused(FIRST, 404, ("x-b", "2"), ("X-B", "3")), AT)

    (exchange,) = log.exchanges()

    assert exchange.response.start_line == "HTTP/1.1 404 Not Found"
    assert exchange.response.fields == (("x-b", "2"), ("X-B", "3"))
    assert (exchange.response.is_raw, exchange.request.value("a")) == (False, "before sending")


def test_a_status_nobody_knows_has_no_phrase() -> None:
    log = ExchangeLog()
    log.answered(paused(FIRST, 799), AT)

    assert log.exchanges()[0].response.start_line == "HTTP/1.1 799"


def test_failures_are_named_by_host_and_what_we_stopped_is_none() -> None:
    log = ExchangeLog()
    log.begin("1", "https://b.test/x")
    log.failed(LoadingFailed(request_id="1", error_text="net::ERR_FAILED"))
    log.failed(LoadingFailed(request_id="1", error_text="net::ERR_FAILED"))
    log.failed(LoadingFailed(request_id="2", error_text="net::ERR_X", blocked_reason="inspector"))
    log.failed(LoadingFailed(request_id="3", error_text="net::ERR_ABORTED"))

    assert log.failures() == (FailedRequest(host="b.test", reason="net::ERR_FAILED"),)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("HTTP/1.1 200 OK\r\nA: 1\r\n\r\n", (("A", "1"),)),
        ("HTTP/1.1 200 OK\r\nA: 1\r\n folded\r\nB:2\r\n\r\n", (("A", "1 folded"), ("B", "2"))),
        ("HTTP/1.1 200 OK\r\n\r\n", ()),
        ("", ()),
    ],
)
def test_a_head_is_read_in_its_order(text: str, fields: tuple[tuple[str, str], ...]) -> None:
    assert parse_head(text).fields == fields


def test_the_remote_address_is_that_of_host_and_port() -> None:
    log = ExchangeLog()
    log.answered(paused(FIRST, 200), AT)
    remotes = {
        Endpoint(host="a.test", port=443): "203.0.113.7:443",
        Endpoint(host="a.test", port=80): "203.0.113.8:80",
    }

    assert with_remote(log.last_of("net-1"), remotes).remote == "203.0.113.7:443"


def test_the_answer_of_one_request_is_not_mixed_up_with_a_later_one() -> None:
    log = ExchangeLog()
    log.answered(paused(FIRST, 200), AT)
    other = msgspec.structs.replace(paused(SECOND, 204), network_id="net-2")
    log.answered(other, AT)

    assert log.last_of("net-1").address == FIRST


def test_a_body_that_seemed_whole_is_cut_off_when_its_connection_broke() -> None:
    log = ExchangeLog()
    log.begin("net-1", FIRST)
    log.answered(paused(FIRST, 200), AT, b"half", BodyState.DECODED)
    log.failed(LoadingFailed(request_id="net-1", error_text="net::ERR_INCOMPLETE_CHUNKED_ENCODING"))

    assert log.exchanges()[0].body_state is BodyState.CUT_OFF


def test_what_a_post_carried_is_kept_with_it() -> None:
    log = ExchangeLog()
    pieces = [PostedPiece(bytes="eHg="), PostedPiece(), PostedPiece(bytes="eQ==")]
    request = Request(url=FIRST, method="POST", post_data_entries=pieces)
    log.answered(msgspec.structs.replace(paused(FIRST, 200), request=request), AT)

    assert log.exchanges()[0].request_body == b"xxy"


def test_what_the_browser_fetched_on_its_own_is_said() -> None:
    log = ExchangeLog()
    log.begin("1", "https://b.test/x")
    log.unasked("1")

    assert log.failures() == (FailedRequest(host="b.test", reason="fetched-ahead-by-the-browser"),)


@pytest.mark.parametrize(
    ("fields", "received", "expected"),
    [
        ((("Content-Length", "5"),), 5, True),
        ((("Content-Length", "5"),), 4, False),
        ((("Content-Length", "5"), ("Content-Encoding", "gzip")), 9, True),
        ((("Content-Length", "9" * 5_000),), 4, True),
        ((), 4, True),
    ],
)
def test_a_body_is_measured_against_a_length_that_means_something(
    fields: tuple[tuple[str, str], ...], received: int, expected: bool
) -> None:
    assert is_whole(paused(FIRST, 200, *fields), received) is expected
