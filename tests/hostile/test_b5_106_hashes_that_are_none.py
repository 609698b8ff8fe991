"""B5 106: what is no hash is refused on every way into an exchange, and is kept nowhere."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from httpx import Response

from benban.exchange.entry import OPERATORS
from tests.contract.exchange_stores import OPERATOR, empty_store, made_file, server, store
from tests.hostile.bad_hashes import BAD, FLAT, MALFORMED, PLAIN, pieces_of
from tests.service.exchange_client import Exchange, exchange
from tests.service.office import Office, office
from tests.unit.exchange.shared import ATTESTER, SECOND, pdq

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]

REASON = "A post was disputed by its author."
Way = Callable[[Exchange, str], Response]
# Status and code of what is malformed, and of what is flat.
_JSON_FORM, _FLAT = (400, "BB-967"), (422, "BB-951")


def _batch(exchange: Exchange, bad: str, *, at: int, size: int) -> Response:
    hashes = [pdq(seed).hex for seed in range(100, 100 + size)]
    hashes[at] = bad
    return exchange.post("/v1/lookups", {"hashes": hashes}, SECOND)


def _attested(exchange: Exchange, bad: str) -> Response:
    return exchange.post("/v1/hashes", exchange.attestation(1, pdq=bad))


def _explained(exchange: Exchange, bad: str) -> Response:
    return exchange.post("/v1/lookups/explain", {"hash": bad, "reason": REASON}, SECOND)


def _in_hmas_body(exchange: Exchange, bad: str) -> Response:
    return exchange.post("/m/lookup", {"signal": bad, "signal_type": "pdq"}, SECOND)


def _in_hmas_address(exchange: Exchange, bad: str, *, path: str) -> Response:
    headers = {
        "Authorization": f"Bearer {exchange.keys[SECOND]}",
        "Benban-Reason": REASON,
    }
    signal = quote(bad, safe="")
    return exchange.client.get(f"{path}signal_type=pdq&signal={signal}", **headers)


def _compared(exchange: Exchange, bad: str, *, place: int) -> Response:
    pair = [pdq(1).hex, pdq(1).hex]
    pair[place] = bad
    return exchange.post("/m/compare", {"pdq": pair}, SECOND)


def _seen(exchange: Exchange, bad: str) -> Response:
    return exchange.get(f"/v1/hashes/{quote(bad, safe='')}")


def _acted_on(exchange: Exchange, bad: str) -> Response:
    return exchange.post(f"/v1/hashes/{quote(bad, safe='')}/acts", {"act": "withdraw"})


# What asks and hands in; each refuses what is malformed and what is flat.
WAYS: dict[str, tuple[Way, tuple[int, str]]] = {
    "/v1/lookups": (partial(_batch, at=0, size=1), _JSON_FORM),
    "/v1/lookups, the last of a few": (partial(_batch, at=4, size=5), _JSON_FORM),
    "/v1/lookups, one of many": (partial(_batch, at=77, size=120), _JSON_FORM),
    "/v1/lookups/explain": (_explained, _JSON_FORM),
    "/v1/hashes": (_attested, (422, "BB-951")),
    "POST /m/lookup": (_in_hmas_body, _JSON_FORM),
    "GET /m/lookup": (partial(_in_hmas_address, path="/m/lookup?"), _JSON_FORM),
    "GET /m/raw_lookup": (partial(_in_hmas_address, path="/m/raw_lookup?"), _JSON_FORM),
    "GET /m/raw_lookup, distances": (
        partial(_in_hmas_address, path="/m/raw_lookup?include_distance=true&"),
        _JSON_FORM,
    ),
    "/m/compare, left": (partial(_compared, place=0), _JSON_FORM),
    "/m/compare, right": (partial(_compared, place=1), _JSON_FORM),
}
# Where a number is asked for: a hash is none, and whether a slash stands in it decides who says so.
NUMBERS: dict[str, Way] = {"GET /v1/hashes/": _seen, "POST /v1/hashes/.../acts": _acted_on}


def _kept(exchange: Exchange) -> tuple[object, ...]:
    with exchange.process.store.within(OPERATOR) as work:
        return work.heads().change, work.changes(0, 1_000), work.proposals(), work.banks()


def _audit(exchange: Exchange) -> str:
    exchange.process.trail.flush()
    with exchange.process.store.within(OPERATOR) as work:
        lines = [work.audit(member, 0, 1_000) for member in (ATTESTER, SECOND)]
    return repr(lines)


def _require_said(answer: Response, bad: str, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    said = f"{answer.headers} {answer.text}"
    assert pieces_of(said) == []
    assert len(bad) < 20 or bad not in said


@pytest.mark.parametrize("way", WAYS)
def test_b5_106_no_way_takes_what_is_no_hash(exchange: Exchange, way: str) -> None:
    exchange.activate(1)
    before = _kept(exchange)
    ask, (status, code) = WAYS[way]

    for bad in MALFORMED.values():
        # A proof with a thousand hashes is too long to be read.
        is_read = way != "/v1/hashes" or len(bad) < 40_000
        _require_said(ask(exchange, bad), bad, *((status, code) if is_read else _JSON_FORM))
    for bad in FLAT.values():
        answer = ask(exchange, bad)
        _require_said(answer, bad, *_FLAT)
        assert answer.json()["why"] == "flat"

    assert _kept(exchange) == before
    assert pieces_of(_audit(exchange)) == []
    # None of them broke anything for the next one.
    assert exchange.asks(1, 2) == [0]


@pytest.mark.parametrize("way", NUMBERS)
def test_b5_106_a_hash_is_no_number_of_a_hash(exchange: Exchange, way: str) -> None:
    number = exchange.activate(1)
    before = _kept(exchange)

    for bad in (*BAD.values(), pdq(1).hex):
        answer = NUMBERS[way](exchange, bad)
        assert answer.status_code in {404, 405}
        assert answer.json().get("code", "BB-956") == "BB-956"
        assert pieces_of(f"{answer.headers} {answer.text}") == []

    assert _kept(exchange) == before
    assert exchange.get(f"/v1/hashes/{number}").json()["state"] == "active"


@pytest.mark.parametrize("quality", ["49", "0", "-1", "101", "", "٩٠", "9" * 400, "90.0", "90 "])
def test_b5_106_a_quality_that_is_too_low_or_none_is_refused(
    exchange: Exchange, quality: str
) -> None:
    asked = exchange.attestation(1, quality=quality)

    answer = exchange.post("/v1/hashes", asked)

    assert (answer.status_code, answer.json()["code"] in {"BB-951", "BB-952"}) == (422, True)
    assert exchange.asks(1) == []


@pytest.mark.parametrize("field", ["leaf", "exchange", "signature"])
def test_b5_106_a_withdrawal_of_what_is_no_leaf_is_refused_by_everybodys_door(
    exchange: Exchange, field: str
) -> None:
    digits = {"leaf": "5" * 64, "signature": "5" * 128}
    honest = {"exchange": exchange.process.exchange, "v": 1, **digits}
    texts = [one for one in BAD.values() if len(one) < 200]
    bad = [*texts, "\x00" * len(str(honest[field])), "é" * len(str(honest[field]))]

    for text in bad:
        said = json.dumps(
            {**honest, field: text}, separators=(",", ":"), sort_keys=True, ensure_ascii=False
        )
        answer = exchange.client.post("/v1/withdrawals", content=said.encode())

        # So many digits may be one, whatever they are: kept, and it counts only if it is signed.
        may_be = {"leaf": set(FLAT.values()), "signature": {PLAIN * 2}}.get(field, set())
        assert answer.status_code == (202 if text in may_be else 422)
        assert pieces_of(f"{answer.headers} {answer.text}") == []


@pytest.mark.parametrize("empty_store", ["sqlite"], indirect=True)
def test_b5_106_sqlite_keeps_not_one_piece_of_what_was_refused(
    exchange: Exchange, tmp_path: Path
) -> None:
    for ask, _ in WAYS.values():
        for bad in MALFORMED.values():
            ask(exchange, bad)
    exchange.process.trail.flush()

    dumped = sqlite3.connect(tmp_path / "exchange.db")
    text = "\n".join(dumped.iterdump())
    dumped.close()

    assert "explain" not in text
    assert pieces_of(text) == []


# The pages ------------------------------------------------------------------------------------


@pytest.fixture
def running(made_file: Path, tmp_path: Path) -> Iterator[Office]:
    with office(made_file, tmp_path) as running:
        yield running


# Each kind of fault once: a page takes a while to be drawn.
_TYPED = (
    *("empty", "one digit short", "upper case", "NUL inside", "a line end behind"),
    *("Arabic digits", "wide digits", "two of them", "a thousand times", "stripes"),
)
TYPED = [PLAIN, "1" * 64, *(BAD[name] for name in _TYPED)]
FORMS: dict[str, tuple[str, dict[str, str], str]] = {
    "release a hold": ("/proposals", {"act": "release-hold"}, "hash"),
    "let a member in": ("/proposals", {"act": "let-member-in"}, "name"),
    "stop a member": ("/proposals", {"act": "stop-member"}, "member"),
    "close a bank": ("/proposals", {"act": "close-bank"}, "bank"),
    "an act": ("/proposals", {}, "act"),
    "agree": ("/proposals/agree", {"mark": "0"}, "proposal"),
    "stop a key": ("/keys", {}, "key"),
    "check a chain": ("/audit", {}, "of"),
    "the language": ("/language", {"back": "keys"}, "language"),
    "where to go back": ("/language", {"language": "en"}, "back"),
}
QUERIES = ("/audit?of=", "/audit?after=", "/keys?said=", "/proposals?said=", "/entered?code=")


@pytest.mark.parametrize("form", FORMS)
def test_b5_106_no_form_of_the_pages_takes_a_hash(running: Office, form: str) -> None:
    path, said, field = FORMS[form]
    with running.person() as an:
        for bad in TYPED:
            answer = an.post(path, data={**said, field: bad})
            # Who names no chain gets the one of the pages.
            expected = {200} if field == "of" and not bad else {303, 400, 403, 404}
            assert answer.status_code in expected
            assert pieces_of(f"{answer.headers} {answer.text}") == []
        shown = "".join(an.get(one).text for one in ("/proposals", "/members", "/keys", "/audit"))
    with running.process.store.within(OPERATOR) as work:
        # A letter or nothing may be somebody's name; twenty digits in a row are none.
        kept = repr((work.proposals(), work.audit(OPERATORS, 0, 1_000)))

    assert pieces_of(shown + kept) == []
    if field == "hash":
        assert "prp-" not in kept


@pytest.mark.parametrize("query", QUERIES)
def test_b5_106_no_address_of_the_pages_gives_a_hash_back(running: Office, query: str) -> None:
    with running.person() as an:
        for bad in TYPED:
            answer = an.get(query + quote(bad, safe=""))
            assert answer.status_code < 500
            assert pieces_of(f"{answer.headers} {answer.text}") == []


@pytest.mark.parametrize("cookie", ["office", "office-entry", "office-language"])
def test_b5_106_no_cookie_of_the_pages_breaks_them(running: Office, cookie: str) -> None:
    raw = [b"\xe9" * 64, PLAIN.encode(), b"gAAAAA" + b"A" * 100, b"=", b"A" * 3_000, b'"\\351"']
    with running.person("eve@here") as eve:
        for value in raw:
            for path in ("/entered?state=x&code=y", "/", "/enter"):
                headers = {b"Cookie": cookie.encode() + b"=" + value}
                answer = eve.get(path, headers=headers)
                assert answer.status_code < 500
                assert pieces_of(answer.text) == []


def test_b5_106_the_tester_looks_for_no_hash_that_somebody_names(running: Office) -> None:
    # The third hash of the office is active: named, it would be found.
    with running.person() as an:
        answers = [
            an.post("/planted", data={"hash": one}).text
            for one in (pdq(3).hex, *TYPED)
            if len(one) < 8_000 and "\x00" not in one  # else it is no form at all
        ]

    assert {one.count(": found<") for one in answers} == {3}
    assert pieces_of("".join(answers)) == []
