"""Nobody reads a hash out by asking around it, and nobody who scans is refused (B5 106)."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.outside.exchange_store.store import DatabaseStore
from benban.service.lookups import MANY_NEAR
from tests.contract.exchange_stores import made_file, store
from tests.service.exchange_client import Exchange, exchange
from tests.unit.exchange.shared import ATTESTER, SECOND, pdq

__all__ = ["exchange", "made_file", "store"]

_QUOTA = 64


@pytest.fixture
def empty_store(made_file: Path, tmp_path: Path) -> Iterator[DatabaseStore]:
    """SQLite alone."""
    shutil.copy(made_file, tmp_path / "exchange.db")
    opened = DatabaseStore(f"sqlite:///{tmp_path / 'exchange.db'}")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    # The day does not end while a test counts in it.
    monkeypatch.setattr("time.time", lambda: 7_200.0)


def _exact() -> int:
    return int(pdq(1).hex, 16)


def _is_near(exchange: Exchange, asked: int) -> bool | None:
    """Return what is said of one hash; None where nothing is said any more."""
    answer = exchange.post("/v1/lookups", {"hashes": [f"{asked:064x}"]}, SECOND)
    if answer.status_code == 429:
        assert answer.headers["Retry-After"] == str(86_400 - 7_200)
        return None
    return bool(answer.json()["matches"])


def _border(exchange: Exchange, start: int) -> tuple[int, int]:
    """Return the last that matches and the first that does not on a way out."""
    last, asked = start, start
    for bit in random.Random(7).sample(range(256), 256):
        asked ^= 1 << bit
        if not _is_near(exchange, asked):
            return last, asked
        last = asked
    raise AssertionError


@pytest.mark.parametrize("is_outside", [True, False])
def test_who_starts_inside_and_walks_out_does_not_read_the_hash(
    exchange: Exchange, *, is_outside: bool
) -> None:
    exchange.activate(1)
    # A re-encoding that an attacker holds: ten bits away.
    base = _border(exchange, _exact() ^ 0x3FF)[is_outside]

    said = [_is_near(exchange, base ^ 1 << bit) for bit in range(256)]

    known = sum(one is not None for one in said)
    assert 8 <= known <= 128
    assert said[-64:] == [None] * 64


def test_the_alarm_is_one_line_in_the_member_s_audit(exchange: Exchange) -> None:
    exchange.activate(1)
    for flips in range(_QUOTA + 5):
        _is_near(exchange, _exact() ^ flips)
    exchange.process.trail.flush()

    lines = exchange.get("/v1/audit", SECOND).json()["lines"]

    assert [line["entry"]["deed"] for line in lines].count(MANY_NEAR) == 1
    assert pdq(1).hex not in str(lines)


def test_a_picture_that_spreads_is_never_refused(exchange: Exchange) -> None:
    exchange.activate(1)
    encodings = [_exact() ^ 1 << bit for bit in range(20)]

    assert all(_is_near(exchange, one) for _ in range(10) for one in encodings)
    mixed = [pdq(seed).hex for seed in range(2, 400)]
    assert exchange.post("/v1/lookups", {"hashes": mixed}, SECOND).status_code == 200


def test_what_was_answered_is_answered_on_and_others_are_not_touched(exchange: Exchange) -> None:
    exchange.activate(1)
    said = [_is_near(exchange, _exact() ^ flips) for flips in range(_QUOTA + 1)]

    assert said == [True] * _QUOTA + [None]
    assert _is_near(exchange, _exact())
    assert exchange.asks(5) == []
    one = {"hashes": [f"{_exact() ^ 0xFFFF:064x}"]}
    assert exchange.post("/v1/lookups", one, ATTESTER).json()["matches"]


def test_a_curator_s_questions_count_as_well(exchange: Exchange) -> None:
    exchange.activate(1)

    answers = [
        exchange.post(
            "/v1/lookups/explain",
            {"hash": f"{_exact() ^ flips:064x}", "reason": "A post was disputed."},
            SECOND,
        ).status_code
        for flips in range(_QUOTA + 2)
    ]

    assert answers == [200] * _QUOTA + [429] * 2
