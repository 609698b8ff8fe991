"""What the exchange relies on, in SQLite and in PostgreSQL as a role that owns nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from benban.errors.exchange import HashUnknownError, ProofUsedError, TwiceAtOnceError
from benban.exchange.attestation import OLDEST_CONSENT
from benban.exchange.audit import AuditEntry, require_chain
from benban.exchange.keys import Scope, new_key
from benban.exchange.life import QUARANTINE, Wish, after
from benban.exchange.ports import Remembered
from benban.exchange.two_people import BankAct, agreed, proposed
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import Act, HashState, MemberId, SharedHash
from benban.outside.exchange_store.store import DatabaseStore
from tests.contract.exchange_nodes import begun_node
from tests.contract.exchange_stores import (
    BANK,
    CLOSED,
    MATCHER,
    OPERATOR,
    as_member,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND, THIRD, pdq, shared_hash

__all__ = ["empty_store", "made_file", "server", "store"]


def _attested(
    store: DatabaseStore,
    seed: int = 1,
    state: HashState = HashState.ACTIVE,
    *,
    by: MemberId = ATTESTER,
    hex_: str = "",
) -> SharedHash:
    bank = CLOSED if by == THIRD else BANK
    with store.within(as_member(by)) as work:
        shared = replace(
            shared_hash(state),
            id=work.next_id(bank),
            bank=bank,
            attested_by=by,
            pdq=Pdq(hex=hex_, quality=90) if hex_ else pdq(seed),
            consent_leaf=f"{seed:064x}",
        )
        return work.keep_hash(shared, Act.ATTEST, NOW)


def test_a_hash_comes_back_as_it_was_kept(store: DatabaseStore) -> None:
    kept = _attested(store)

    with store.within(as_member(SECOND)) as work:
        assert work.hash_of(kept.id) == kept
        assert work.hash_by_leaf(kept.consent_leaf) == kept


def test_changes_are_numbered_in_order_and_a_withdrawn_hash_holds_nothing(
    store: DatabaseStore,
) -> None:
    kept = _attested(store)
    gone = after(kept, Wish(act=Act.WITHDRAW, at=NOW))
    with store.within(OPERATOR) as work:
        work.keep_hash(gone, Act.WITHDRAW, NOW)

    with store.within(MATCHER) as work:
        changes = work.changes(0, 10)
        assert work.heads().change == 2

    assert [(one.number, one.act, one.pdq) for one in changes] == [
        (1, Act.ATTEST, None),
        (2, Act.WITHDRAW, None),
    ]
    with store.within(OPERATOR) as work:
        assert work.hash_of(kept.id) == replace(gone, change=2)


def test_work_that_fails_leaves_nothing(store: DatabaseStore) -> None:
    def work_that_fails() -> None:
        with store.within(as_member(ATTESTER)) as work:
            kept = replace(shared_hash(), id=work.next_id(BANK), bank=BANK)
            work.keep_hash(kept, Act.ATTEST, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work_that_fails()

    with store.within(MATCHER) as work:
        assert (work.heads().change, work.changes(0, 10)) == (0, ())


def test_a_consent_is_used_once_also_by_another_member(store: DatabaseStore) -> None:
    _attested(store)

    for by in (ATTESTER, SECOND, THIRD):
        with pytest.raises(ProofUsedError):
            _attested(store, by=by)


def test_a_member_sees_and_changes_nothing_of_a_bank_it_does_not_read(
    store: DatabaseStore,
) -> None:
    kept = _attested(store)

    with store.within(as_member(THIRD)) as work:
        assert [bank.id for bank in work.banks()] == [CLOSED]
        assert work.changes(0, 10) == ()
        assert work.active(None, 10) == ()
        assert work.near_in_database(pdq().hex, 31) == ()
        with pytest.raises(HashUnknownError):
            work.hash_of(kept.id)
        with pytest.raises(HashUnknownError):
            work.hash_by_leaf(kept.consent_leaf)


def test_the_matcher_reads_every_bank_in_the_order_of_numbers(store: DatabaseStore) -> None:
    kept = [_attested(store, seed) for seed in range(1, 4)]
    other = _attested(store, 9, by=THIRD)
    _attested(store, 5, HashState.QUARANTINE)

    with store.within(MATCHER) as work:
        first = work.active(None, 2)
        rest = work.active(first[-1][0], 10)

    expected = [(one.id, one.pdq.hex) for one in (*kept, other) if one.pdq is not None]
    assert [*first, *rest] == expected


@pytest.mark.parametrize("distance", [0, 1, 16, 30, 31, 32, 40])
def test_the_database_finds_every_hash_within_31_bits(store: DatabaseStore, distance: int) -> None:
    value = int(pdq().hex, 16)
    # Spread over the sixteen pieces, so that none stays as it was for long.
    flips = sum(1 << (bit * 16 + bit // 16) % 256 for bit in range(distance))
    near = _attested(store, hex_=f"{value ^ flips:064x}")

    with store.within(as_member(SECOND)) as work:
        found = work.near_in_database(pdq().hex, 31)

    assert found == ((near.id,) if distance <= 31 else ())


def test_only_what_answers_is_found(store: DatabaseStore) -> None:
    kept = _attested(store)
    with store.within(OPERATOR) as work:
        work.keep_hash(after(kept, Wish(act=Act.WITHDRAW, at=NOW)), Act.WITHDRAW, NOW)
    _attested(store, 2, HashState.QUARANTINE, hex_=pdq().hex)

    with store.within(as_member(SECOND)) as work:
        assert work.near_in_database(pdq().hex, 31) == ()


def test_what_is_due_is_named_when_its_time_has_come(store: DatabaseStore) -> None:
    kept = _attested(store, state=HashState.QUARANTINE)
    _attested(store, 2)

    with store.within(OPERATOR) as work:
        assert work.due(NOW + QUARANTINE - timedelta(microseconds=1), 10) == ()
        assert work.due(NOW + QUARANTINE, 10) == (kept,)


def test_attestations_are_counted_by_member_and_by_bank(store: DatabaseStore) -> None:
    _attested(store, 1)
    _attested(store, 2, by=SECOND)
    _attested(store, 3, by=THIRD)

    with store.within(OPERATOR) as work:
        counts = (
            work.attested_since(NOW),
            work.attested_since(NOW, by=SECOND),
            work.attested_since(NOW, bank=BANK),
            work.attested_since(NOW + timedelta(seconds=1)),
        )

    assert counts == (3, 1, 2, 0)


def _entry(member: MemberId, asked: int) -> AuditEntry:
    return AuditEntry(member=member, at=NOW, actor="key", deed="lookup", asked=asked)


def test_the_audit_of_each_member_is_a_chain_of_its_own(store: DatabaseStore) -> None:
    for asked in (1, 2):
        with store.within(OPERATOR) as work:
            work.add_audit([_entry(ATTESTER, asked), _entry(SECOND, asked), _entry(ATTESTER, 7)])

    with store.within(as_member(ATTESTER)) as work:
        lines = work.audit(ATTESTER, 0, 10)
        assert work.audit(SECOND, 0, 10) == ()
    require_chain(lines)
    assert [line.entry.asked for line in lines] == [1, 7, 2, 7]


def test_an_answer_is_remembered_once(store: DatabaseStore) -> None:
    actor, answer = f"{ATTESTER}:key", Remembered(request="a" * 64, status=201, body="{}")
    with store.within(as_member(ATTESTER)) as work:
        work.remember(actor, "one", answer, NOW)

    with store.within(as_member(ATTESTER)) as work:
        assert work.remembered(actor, "one") == answer
        assert work.remembered(actor, "two") is None
    with pytest.raises(TwiceAtOnceError), store.within(as_member(ATTESTER)) as work:
        work.remember(actor, "one", answer, NOW)


def test_answers_are_forgotten_when_no_proof_is_taken_any_more(store: DatabaseStore) -> None:
    actor, answer = f"{ATTESTER}:key", Remembered(request="a" * 64, status=201, body="{}")
    for at, key in enumerate(("first", "second")):
        with store.within(as_member(ATTESTER)) as work:
            work.remember(actor, key, answer, NOW + timedelta(days=at))
    node = begun_node(store)

    def ticked_after(time: timedelta) -> list[str]:
        node.clock.advance((NOW + time - node.clock.now()).total_seconds())
        node.office.tick()
        with store.within(as_member(ATTESTER)) as work:
            return [key for key in ("first", "second") if work.remembered(actor, key) is not None]

    assert ticked_after(OLDEST_CONSENT) == ["first", "second"]
    assert ticked_after(OLDEST_CONSENT + timedelta(seconds=1)) == ["second"]
    assert ticked_after(OLDEST_CONSENT + timedelta(days=2)) == []


def test_keys_members_and_banks_come_back_and_are_counted(store: DatabaseStore) -> None:
    key, _ = new_key(
        ATTESTER,
        frozenset({Scope.LOOKUP, Scope.SUBMIT}),
        now=NOW,
        life=timedelta(days=1),
        networks=("192.0.2.0/24",),
    )
    with store.within(OPERATOR) as work:
        before = work.heads().setting
        work.keep_key(key)
        work.keep_key(replace(key, revoked_at=NOW))
        assert work.heads().setting == before + 2

    with store.within(as_member(ATTESTER)) as work:
        assert work.api_keys() == (replace(key, revoked_at=NOW),)
        assert [member.id for member in work.members()] == [ATTESTER]
    with store.within(as_member(SECOND)) as work:
        assert work.api_keys() == ()


def test_a_proposal_waits_until_it_is_agreed_to(store: DatabaseStore) -> None:
    asked = proposed("1", BankAct.CLOSE_BANK, {"bank": "b"}, by="anna", at=NOW)
    with store.within(OPERATOR) as work:
        work.keep_proposal(asked)
        assert work.proposals() == (asked,)
        work.keep_proposal(agreed(asked, by="binh", digest=asked.digest, at=NOW))

    with store.within(OPERATOR) as work:
        assert work.proposals() == ()


def test_numbers_of_hashes_are_never_given_twice(store: DatabaseStore) -> None:
    first = _attested(store)
    with store.within(OPERATOR) as work:
        again = [work.next_id(BANK) for _ in range(3)]

    assert len({first.id, *again}) == 4


def test_what_waits_for_people_is_named_the_longest_first(store: DatabaseStore) -> None:
    states = (HashState.HELD, HashState.DISPUTED, HashState.ACTIVE, HashState.HELD)
    kept = [_attested(store, seed, state) for seed, state in enumerate(states, 1)]
    _attested(store, 9, HashState.HELD, by=THIRD)

    with store.within(OPERATOR) as work:
        assert len(work.waiting(HashState.HELD, 9)) == 3
        assert work.waiting(HashState.HELD, 2) == (kept[0], kept[3])
        assert work.waiting(HashState.DISPUTED, 9) == (kept[1],)
    with store.within(as_member(SECOND)) as work:
        assert work.waiting(HashState.HELD, 9) == (kept[0], kept[3])


def test_the_length_of_a_chain_is_the_number_of_its_last_line(store: DatabaseStore) -> None:
    entry = AuditEntry(member=ATTESTER, at=NOW, actor="k", deed="lookup")
    with store.within(OPERATOR) as work:
        work.add_audit([entry, entry, replace(entry, member=SECOND)])

        lengths = [work.audit_length(one) for one in (ATTESTER, SECOND, THIRD)]

    assert lengths == [2, 1, 0]


def test_an_error_of_the_database_names_no_value(store: DatabaseStore) -> None:
    with store.within(OPERATOR) as work:
        bank = work.banks()[0]
    unknown = replace(bank, owner=MemberId("mem-nobody"), name=pdq(1).hex)

    with pytest.raises(IntegrityError) as raised, store.within(OPERATOR) as work:
        work.keep_bank(unknown)

    assert pdq(1).hex not in str(raised.value)
