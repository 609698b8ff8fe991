"""What the ledger of the load calls lost, and what a ghost."""

import pytest

from tests.service.exchange_ledger import ELSEWHERE_S, Entry, Ledger


def _entry(**at: float) -> Entry:
    return Entry(pdq_hex="0", number="1", leaf="2", **at)  # type: ignore[arg-type]


_ACTIVE = {"confirming": 1.0, "active": 2.0}
_GONE = {**_ACTIVE, "withdrawing": 3.0, "withdrawn": 4.0}


@pytest.mark.parametrize(
    ("node", "at", "sent", "is_matched", "failures"),
    [
        ("here", _ACTIVE, 2.0, False, 1),
        ("here", _ACTIVE, 1.9, False, 0),
        ("here", _ACTIVE, 2.0, True, 0),
        ("elsewhere", _ACTIVE, 2.0, False, 0),
        ("elsewhere", _ACTIVE, 2.0 + ELSEWHERE_S, False, 1),
        # Being taken back: both answers are right, until it is confirmed.
        ("here", {**_ACTIVE, "withdrawing": 3.0}, 3.5, True, 0),
        ("here", {**_ACTIVE, "withdrawing": 3.0}, 3.5, False, 0),
        ("here", _GONE, 3.9, True, 0),
        ("here", _GONE, 4.0, True, 1),
        ("here", _GONE, 4.0, False, 0),
        ("elsewhere", _GONE, 4.0, True, 0),
        ("elsewhere", _GONE, 4.0 + ELSEWHERE_S, True, 1),
        # Never active.
        ("here", {}, 9.0, True, 1),
        ("here", {}, 9.0, False, 0),
    ],
)
def test_an_answer_is_judged_by_what_was_confirmed_before_it_was_asked_for(
    node: str, at: dict[str, float], sent: float, is_matched: bool, failures: int
) -> None:
    ledger = Ledger()

    ledger.judge(
        [_entry(**at)], {0} if is_matched else set(), node=node, sent=sent, answered=sent + 1
    )

    assert len(ledger.failures) == failures


@pytest.mark.parametrize(
    ("active", "answered", "is_while_there"),
    [
        (80.0, 99.0, True),
        (80.0, 100.5, False),
        (101.0, 102.0, False),
        (102.0, 109.0, False),
        (90.0, 112.0, False),
        (111.0, 112.0, True),
    ],
)
def test_how_long_a_write_took_is_kept_apart_where_the_database_was_away_meanwhile(
    active: float, answered: float, *, is_while_there: bool
) -> None:
    times = iter((100.0, 110.0))
    ledger = Ledger(clock=lambda: next(times))
    with ledger.database_away():
        pass

    entry = _entry(confirming=active, active=active)
    ledger.judge([entry], {0}, node="elsewhere", sent=answered, answered=answered)

    assert ledger.slowest_elsewhere_s == answered - active
    assert ledger.slowest_while_there_s == (answered - active if is_while_there else 0)


def test_while_the_database_is_away_nobody_knows_yet_until_when() -> None:
    ledger = Ledger(clock=lambda: 100.0)
    with ledger.database_away():
        entry = _entry(confirming=101.0, active=101.0)
        ledger.judge([entry], {0}, node="elsewhere", sent=900.0, answered=900.0)

    assert (ledger.slowest_elsewhere_s, ledger.slowest_while_there_s) == (799.0, 0)
