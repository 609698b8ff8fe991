"""The chain of an audit: what is changed, taken out or put in shows (B5 104)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from benban.errors.exchange import AuditBrokenError
from benban.exchange.audit import START, AuditEntry, AuditLine, chained, require_chain
from tests.unit.exchange.shared import ATTESTER, NOW


def _lines() -> tuple[AuditLine, ...]:
    entries = [
        AuditEntry(
            member=ATTESTER, at=NOW + timedelta(seconds=one), actor="key", deed="lookup", asked=one
        )
        for one in range(6)
    ]
    return chained(entries, after_number=0, after_digest=START)


def _first_broken(lines: tuple[AuditLine, ...]) -> int:
    with pytest.raises(AuditBrokenError) as broken:
        require_chain(lines)
    return int(broken.value.params["number"])


def test_a_chain_holds_and_goes_on_from_its_last_line() -> None:
    lines = _lines()
    entry = AuditEntry(member=ATTESTER, at=NOW, actor="key", deed="withdraw")
    more = chained([entry], after_number=lines[-1].number, after_digest=lines[-1].digest)

    require_chain((*lines, *more))

    assert [line.number for line in (*lines, *more)] == list(range(1, 8))


@pytest.mark.parametrize(
    "change",
    [
        {"asked": 99},
        {"found": 1},
        {"reason": "another"},
        {"actor": "other"},
        {"deed": "attest"},
        {"subject": "1"},
        {"at": NOW},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_line_that_was_changed_shows(change: dict[str, object]) -> None:
    lines = list(_lines())
    lines[3] = replace(lines[3], entry=replace(lines[3].entry, **change))  # type: ignore[arg-type]

    assert _first_broken(tuple(lines)) == 4


def test_a_line_taken_out_and_two_that_changed_places_show() -> None:
    lines = _lines()

    assert _first_broken(lines[:2] + lines[3:]) == 3
    assert _first_broken((lines[0], lines[2], lines[1], *lines[3:])) == 2
