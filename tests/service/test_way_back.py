"""The page on which a person takes a hash back: any browser, no account, nothing echoed."""

import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator

import pytest
from httpx import Response

from benban.exchange.attestation import check_proof, read_proof
from benban.exchange.withdrawal import sign_withdrawal
from benban.service.app import make_app
from benban.service.limits import Allowance
from tests.contract.exchange_stores import OPERATOR, empty_store, made_file, server, store
from tests.service.exchange_client import Client, Exchange, exchange
from tests.unit.exchange.shared import LOG_KEY

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]
_PATH = "/v1/withdrawals"
_EDGE = "----edge"
_KIND = f"multipart/form-data; boundary={_EDGE}"
_STRANGERS_KEY = b"\x07" * 32


def _form(*files: bytes) -> bytes:
    """Return what a browser sends: an own name of the file, and what kind it guesses."""
    parts = (
        b'--%b\r\nContent-Disposition: form-data; name="file"; filename="ten-toi.json"\r\n'
        b"Content-Type: application/json\r\n\r\n%b\r\n" % (_EDGE.encode(), one)
        for one in files
    )
    return b"".join(parts) + b"--%b--\r\n" % _EDGE.encode()


_NO_WITHDRAWALS = {
    "other": _form(b"{}"),
    "markup": _form(b"<script>alert(1)</script>"),
    "long": _form(b"x" * 3_000),
    "very long": _form(b"x" * 2_000_000),
    "none": _form(),
    "two": _form(b"{}", b"{}"),
    "broken off": _form(b"{}")[:40],
    "empty": b"",
    "zeroes": b"\x00" * 5_000,
}
_NO_BORDERS = (
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "b" * 5_000,
    "multipart/form-data; boundary=\x7f%FF; boundary=b",
    "Multipart/Form-Data; boundary*=utf-8''%E2%82%AC; charset=x",
    'multipart/form-data; boundary="',
)


def _send(exchange: Exchange, body: bytes | AsyncIterator[bytes], kind: str = _KIND) -> Response:
    return exchange.client.request("POST", _PATH, content=body, headers={"Content-Type": kind})


def _sent(exchange: Exchange, body: bytes) -> tuple[int, str]:
    answer = _send(exchange, body)
    return answer.status_code, answer.text


def _leaf(exchange: Exchange) -> str:
    with exchange.process.store.within(OPERATOR) as work:
        return work.hash_of(work.changes(0, 1)[0].hash_id).consent_leaf


def _file(exchange: Exchange) -> bytes:
    return sign_withdrawal(_leaf(exchange), exchange.process.exchange, LOG_KEY)


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
    assert page.headers["cache-control"] == "no-store"


def test_the_form_takes_the_hash_back_and_says_so_a_second_time(exchange: Exchange) -> None:
    exchange.activate(1)
    assert exchange.asks(2, 1, 3) == [1]
    body = _form(_file(exchange))

    first, again = _sent(exchange, body), _sent(exchange, body)

    assert (first[0], "It is taken back" in first[1], exchange.asks(2, 1, 3)) == (200, True, [])
    assert (again[0], "was taken back before" in again[1]) == (200, True)


def test_a_file_that_comes_before_its_hash_is_kept_and_nobody_can_hand_in_any_more(
    exchange: Exchange,
) -> None:
    asked, name = exchange.attestation(1), exchange.process.exchange
    proof = read_proof(base64.b64decode(asked["proof"]))
    leaf = check_proof(proof, exchange=name, now=exchange.clock.now()).leaf

    status, page = _sent(exchange, _form(sign_withdrawal(leaf, name, LOG_KEY)))

    assert (status, "The file is taken and kept" in page) == (202, True)
    assert exchange.post("/v1/hashes", asked).json()["why"] == "withdrawn"


def test_what_is_no_withdrawal_changes_nothing_and_is_not_shown_again(exchange: Exchange) -> None:
    exchange.activate(1)

    answers = {name: _send(exchange, body) for name, body in _NO_WITHDRAWALS.items()}

    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(answers, 422)
    shown = {one.text for one in answers.values()}
    assert ["This file was not taken" in one for one in shown] == [True]
    assert [one in page for page in shown for one in ("alert(1)", "ten-toi", "xxx")] == [False] * 3
    assert exchange.asks(2, 1, 3) == [1]


def test_a_form_that_names_no_sound_border_is_answered_by_the_page(exchange: Exchange) -> None:
    answers = {kind: _send(exchange, _form(b"{}"), kind) for kind in _NO_BORDERS}

    assert {kind: one.status_code for kind, one in answers.items()} == dict.fromkeys(answers, 422)
    assert {"This file was not taken" in one.text for one in answers.values()} == {True}


def test_a_form_is_not_read_without_end(exchange: Exchange) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 4_096
            yield b"x" * 4_096

    answer = _send(exchange, endless())

    assert (answer.status_code, "This file was not taken" in answer.text) == (422, True)
    # What is kept of it are some thousand bytes; the rest is read away up to a megabyte.
    assert sent < 2_000_000


def test_a_file_for_another_place_is_not_taken(exchange: Exchange) -> None:
    exchange.activate(1)
    elsewhere = sign_withdrawal(_leaf(exchange), "gone-" * 7 + "gone", LOG_KEY)

    status, page = _sent(exchange, _form(elsewhere))

    assert (status, "This file was not taken" in page) == (422, True)
    assert exchange.asks(1) == [0]


def test_a_stranger_learns_nothing_by_a_file_that_somebody_else_signed(
    exchange: Exchange,
) -> None:
    exchange.activate(1)
    here = sign_withdrawal(_leaf(exchange), exchange.process.exchange, _STRANGERS_KEY)
    nowhere = sign_withdrawal("0" * 64, exchange.process.exchange, _STRANGERS_KEY)

    answers = [_sent(exchange, _form(one)) for one in (here, nowhere)]

    assert answers[0] == answers[1]
    assert (answers[0][0], "The file is taken and kept" in answers[0][1]) == (202, True)
    assert exchange.asks(2, 1, 3) == [1]


def test_too_many_from_one_address_are_told_when_to_come_again(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No window ends in between.
    monkeypatch.setattr("time.time", lambda: 7_200.0)
    exchange.client = Client(make_app(exchange.process, Allowance(withdrawals_a_minute=1)))

    answers = [_send(exchange, _form(b"{}")) for _ in range(2)]

    assert [one.status_code for one in answers] == [422, 429]
    assert "It cannot be taken back right now" in answers[-1].text
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_the_document_says_what_a_program_and_what_a_browser_is_answered(
    exchange: Exchange,
) -> None:
    said = json.loads(exchange.client.get("/openapi.json").content)["paths"][_PATH]

    answers = said["post"]["responses"]
    assert {"200", "202", "204", "422"} <= set(answers)
    assert (set(answers["200"]["content"]), "content" in answers["204"]) == ({"text/html"}, False)
    assert set(said["post"]["requestBody"]["content"]) == {
        "application/json",
        "multipart/form-data",
    }
    assert set(said["get"]["responses"]["200"]["content"]) == {"text/html"}
    assert "security" not in said["post"]


def test_many_strange_files_do_not_show_whether_a_consent_was_used(exchange: Exchange) -> None:
    exchange.activate(1)
    name, leaves = exchange.process.exchange, (_leaf(exchange), "0" * 64)

    here, nowhere = (
        [
            exchange.client.post(_PATH, content=sign_withdrawal(leaf, name, bytes([one]) * 32))
            for one in range(12)
        ]
        for leaf in leaves
    )

    assert [one.status_code for one in here] == [one.status_code for one in nowhere]
    assert [one.content for one in here] == [one.content for one in nowhere]
    # Whoever holds the key is not shut out by it.
    assert _send(exchange, _form(_file(exchange))).status_code == 200
    assert exchange.asks(1) == []
