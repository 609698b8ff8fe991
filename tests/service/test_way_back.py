"""The page on which a person takes a hash back: any browser, no account, nothing echoed."""

import base64
import hashlib
import re

import pytest

from benban.exchange.withdrawal import sign_withdrawal
from tests.contract.exchange_stores import OPERATOR, empty_store, made_file, server, store
from tests.service.exchange_client import Exchange, exchange
from tests.unit.exchange.shared import LOG_KEY

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]
_PATH = "/v1/withdrawals"
_EDGE = "----edge"


def _form(*files: bytes) -> bytes:
    """Return what a browser sends: an own name of the file, and what kind it guesses."""
    parts = (
        b'--%b\r\nContent-Disposition: form-data; name="file"; filename="ten-toi.json"\r\n'
        b"Content-Type: application/json\r\n\r\n%b\r\n" % (_EDGE.encode(), one)
        for one in files
    )
    return b"".join(parts) + b"--%b--\r\n" % _EDGE.encode()


def _sent(exchange: Exchange, body: bytes) -> tuple[int, str]:
    kind = f"multipart/form-data; boundary={_EDGE}"
    answer = exchange.client.post(_PATH, content=body, headers={"Content-Type": kind})
    return answer.status_code, answer.text


def _file(exchange: Exchange) -> bytes:
    with exchange.process.store.within(OPERATOR) as work:
        leaf = work.hash_of(work.changes(0, 1)[0].hash_id).consent_leaf
    return sign_withdrawal(leaf, exchange.process.exchange, LOG_KEY)


def test_a_browser_gets_a_page_without_script_in_both_languages(exchange: Exchange) -> None:
    page = exchange.client.get(_PATH)

    assert page.headers["content-type"].startswith("text/html")
    assert [one in page.text for one in ("Rút lại mã băm của bạn", "Take your hash back")] == [
        True,
        True,
    ]
    assert re.findall(r"<script|src=|href=", page.text) == []
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # Without this the browser would show no style of ours, and with more any other.
    assert f"style-src 'sha256-{digest}';" in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_form_takes_the_hash_back_and_says_so_a_second_time(exchange: Exchange) -> None:
    exchange.activate(1)
    assert exchange.asks(2, 1, 3) == [1]
    body = _form(_file(exchange))

    first, again = _sent(exchange, body), _sent(exchange, body)

    assert (first[0], "It is taken back" in first[1], exchange.asks(2, 1, 3)) == (200, True, [])
    assert (again[0], "was taken back before" in again[1]) == (200, True)


@pytest.mark.parametrize(
    "body",
    [
        _form(b"{}"),
        _form(b"<script>alert(1)</script>"),
        _form(b"x" * 3_000),
        _form(b"x" * 2_000_000),
        _form(),
        _form(b"{}", b"{}"),
        _form(b"{}")[:40],
        b"",
    ],
    ids=["other", "markup", "long", "very-long", "none", "two", "broken-off", "empty"],
)
def test_what_is_no_withdrawal_changes_nothing_and_is_not_shown_again(
    exchange: Exchange, body: bytes
) -> None:
    exchange.activate(1)

    status, page = _sent(exchange, body)

    assert (status, "This file was not taken" in page) == (422, True)
    assert [one in page for one in ("alert(1)", "ten-toi", "xxx")] == [False] * 3
    assert exchange.asks(2, 1, 3) == [1]


def test_a_stranger_learns_nothing_by_a_file_that_somebody_else_signed(
    exchange: Exchange,
) -> None:
    exchange.activate(1)
    with exchange.process.store.within(OPERATOR) as work:
        leaf = work.hash_of(work.changes(0, 1)[0].hash_id).consent_leaf
    here = sign_withdrawal(leaf, exchange.process.exchange, b"\x07" * 32)
    nowhere = sign_withdrawal("0" * 64, exchange.process.exchange, b"\x07" * 32)

    assert _sent(exchange, _form(here)) == _sent(exchange, _form(nowhere))
    assert exchange.asks(2, 1, 3) == [1]
