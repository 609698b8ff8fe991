"""A database that was put back from a copy: who subscribed is told, also once it is overtaken."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, text, update

from benban.exchange.feed import Delta, read_delta
from benban.outside.exchange_store.tables import changes, counters, hash_pieces, hashes
from benban.seal.note import public_key_of
from tests.contract.exchange_stores import CLOSED, OPERATOR, empty_store, made_file, server, store
from tests.service.exchange_client import SIGNING_KEY, Exchange, exchange
from tests.unit.exchange.shared import ATTESTER, SECOND, THIRD, pdq

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]


def _delta(exchange: Exchange, before: Delta | None = None) -> Delta:
    said = "" if before is None else f"?after={before.through}&mark={before.mark}"
    answer = exchange.get(f"/v1/changes{said}")
    assert answer.status_code == 200
    return read_delta(answer.content, public_key=public_key_of(SIGNING_KEY), member=ATTESTER)


def _is_told(exchange: Exchange, before: Delta) -> bool:
    answer = exchange.get(f"/v1/changes?after={before.through}&mark={before.mark}")
    assert (answer.status_code == 410) == (b"BB-999" in answer.content)
    return answer.status_code == 410


def _put_back(exchange: Exchange, to: int) -> None:
    """Leave what a copy holds that was made at change *to*."""
    with exchange.process.store.within(OPERATOR) as work:
        connection = work._connection  # type: ignore[attr-defined]  # noqa: SLF001 - no deed does this
        later = [one.hash_id for one in work.changes(to, 1_000)]
        connection.execute(delete(changes).where(changes.c.number > to))
        if connection.dialect.name == "sqlite":
            connection.execute(delete(hash_pieces).where(hash_pieces.c.hash_id.in_(later)))
        connection.execute(delete(hashes).where(hashes.c.id.in_(later)))
        connection.execute(text("UPDATE banks SET next_count = next_count - 1"))
        connection.execute(update(counters).where(counters.c.name == "change").values(value=to))


def test_a_subscriber_that_the_exchange_has_overtaken_again_is_told(exchange: Exchange) -> None:
    exchange.activate(1)
    kept = _delta(exchange)
    exchange.activate(2)
    lost = _delta(exchange, kept)
    _put_back(exchange, kept.through)
    exchange.clock.advance(1)

    exchange.activate(3)

    with exchange.process.store.within(OPERATOR) as work:
        assert work.heads().change == lost.through
    assert _is_told(exchange, lost)
    # Who has no more than the copy goes on.
    (item,) = _delta(exchange, kept).items
    assert item.pdq == pdq(3)
    # Who sends no mark is told only while it is ahead.
    assert exchange.get(f"/v1/changes?after={lost.through}").status_code == 200


def test_the_mark_of_a_change_stays_and_is_another_for_every_member(exchange: Exchange) -> None:
    exchange.activate(1)
    public = public_key_of(SIGNING_KEY)
    pages = [exchange.get("/v1/changes", by).content for by in (ATTESTER, ATTESTER, SECOND)]
    first, again, other = (
        read_delta(page, public_key=public, member=member)
        for page, member in zip(pages, (ATTESTER, ATTESTER, SECOND), strict=True)
    )

    assert first.mark == again.mark
    assert first.through == other.through
    assert first.mark != other.mark
    # A member that reads no bank of these changes keeps the mark of one that it cannot see.
    theirs = read_delta(exchange.get("/v1/changes", THIRD).content, public_key=public, member=THIRD)
    answer = exchange.get(f"/v1/changes?after={theirs.through}&mark={theirs.mark}", THIRD)
    assert (theirs.items, answer.status_code) == ((), 200)


def test_a_bank_that_is_opened_makes_nobody_begin_anew(exchange: Exchange) -> None:
    exchange.activate(1)
    before = _delta(exchange)
    with exchange.process.store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == CLOSED)
        work.keep_bank(replace(bank, readers=bank.readers | {ATTESTER}))
        work.tell_again(CLOSED, exchange.clock.now())

    assert not _is_told(exchange, before)


@pytest.mark.parametrize("mark", ["x", "0" * 31, "0" * 33, "A" * 32, "%00" * 32])
def test_a_mark_that_is_none_is_refused(exchange: Exchange, mark: str) -> None:
    assert exchange.get(f"/v1/changes?after=0&mark={mark}").status_code == 400
