"""The ledger: a day that has come, words, whole dong; removed entries stay in the log."""

from datetime import UTC, date, datetime

import pytest

from benban.casework.damage import (
    DamageEntry,
    amount_of,
    ledger,
    money,
    record_damage,
    remove_damage,
    total_vnd,
)
from benban.errors import DamageEntryError, ExhibitMissingError, NotStoredError
from benban.model.custody import EventKind
from benban.model.damage import DamageKind
from benban.model.ids import DamageId, ExhibitId
from benban.testing.clock import FakeClock
from benban.vault import CaseStore

DAY = date(2026, 11, 20)


def entry(
    *, on: date = DAY, what: str = "Phí luật sư", amount: int = 500_000, receipt: str | None = None
) -> DamageEntry:
    return DamageEntry(
        on=on,
        kind=DamageKind.COST,
        what=what,
        amount_vnd=amount,
        receipt=None if receipt is None else ExhibitId(receipt),
    )


def test_entries_stand_by_day_with_their_sum(store: CaseStore, clock: FakeClock) -> None:
    for day, amount in ((20, 3), (18, 1), (19, 2)):
        record_damage(store, entry(on=date(2026, 11, day), amount=amount), clock)

    entries = ledger(store)

    assert ([one.on.day for one in entries], total_vnd(entries)) == ([18, 19, 20], 6)


@pytest.mark.parametrize(
    "wrong",
    [
        entry(on=date(2026, 11, 23)),
        entry(what="  "),
        entry(amount=0),
        entry(amount=-1),
        entry(amount=10**14),
    ],
    ids=["tomorrow", "no words", "nothing", "less than nothing", "more than anybody has"],
)
def test_what_is_no_entry_is_not_recorded(
    store: CaseStore, clock: FakeClock, wrong: DamageEntry
) -> None:
    with pytest.raises(DamageEntryError):
        record_damage(store, wrong, clock)

    assert ledger(store) == ()


def test_what_was_paid_this_morning_can_be_entered_before_the_day_of_utc_has_begun(
    store: CaseStore,
) -> None:
    # Two o'clock at night in Hanoi.
    clock = FakeClock(datetime(2026, 11, 24, 19, tzinfo=UTC))

    assert record_damage(store, entry(on=date(2026, 11, 25)), clock).on == date(2026, 11, 25)
    with pytest.raises(DamageEntryError):
        record_damage(store, entry(on=date(2026, 11, 26)), clock)


def test_a_receipt_has_to_be_an_exhibit_of_the_case(store: CaseStore, clock: FakeClock) -> None:
    with pytest.raises(ExhibitMissingError):
        record_damage(store, entry(receipt="exh-00"), clock)


def test_amount_and_words_are_sealed_in_the_log(store: CaseStore, clock: FakeClock) -> None:
    record_damage(store, entry(), clock)

    logged = store.events()[-1]
    assert logged.kind is EventKind.DAMAGE_RECORDED
    assert [one.value for one in logged.fields if not one.is_sensitive] == ["cost"]


def test_an_entry_taken_out_is_gone_from_the_sum_and_not_from_the_log(
    store: CaseStore, clock: FakeClock
) -> None:
    kept = record_damage(store, entry(), clock)

    remove_damage(store, kept.id)

    assert (ledger(store), store.events()[-1].kind) == ((), EventKind.DAMAGE_REMOVED)
    with pytest.raises(NotStoredError):
        remove_damage(store, DamageId(kept.id))


@pytest.mark.parametrize("typed", ["1500000", "1.500.000", " 1 500 000 ", "1.500.000 đ"])
def test_an_amount_is_read_as_people_write_it_and_written_as_they_read_it(typed: str) -> None:
    assert (amount_of(typed), money(amount_of(typed))) == (1_500_000, "1.500.000 đ")


@pytest.mark.parametrize("typed", ["", "đ", "1,5", "-3", "1e9", "một triệu", "١٢", "9" * 21])
def test_what_is_no_whole_amount_is_refused(typed: str) -> None:
    with pytest.raises(DamageEntryError):
        amount_of(typed)
