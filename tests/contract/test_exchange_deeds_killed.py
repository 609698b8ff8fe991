"""A process killed between any two statements of a deed: all of it stands, or nothing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from benban.bank.words import as_words
from benban.exchange.acts import propose
from benban.exchange.attestation import proof_bytes
from benban.exchange.audit import require_chain
from benban.exchange.matcher import Matcher
from benban.exchange.office import Caller
from benban.exchange.two_people import BankAct
from benban.exchange.withdrawal import sign_withdrawal
from benban.model.shared_hash import Act, HashId, HashState, MemberId, Provenance, SharedHash
from benban.outside.exchange_node import NodeCounter, make_node_folder
from benban.outside.exchange_store.store import DatabaseStore
from benban.outside.exchange_store.tables import hash_pieces, hashes
from benban.outside.exchange_store.work import Work
from benban.testing.clock import FakeClock
from tests.contract.doomed_node import Doomed, doomed_processes, office_of
from tests.contract.exchange_nodes import REASONS
from tests.contract.exchange_stores import (
    BANK,
    OPERATOR,
    address_of,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import (
    ATTESTER,
    EXCHANGE,
    LOG_KEY,
    NOW,
    SECOND,
    THIRD,
    consent_proof,
    pdq,
)

__all__ = ["empty_store", "made_file", "server", "store"]

_MEMBERS = (ATTESTER, SECOND, THIRD)
_PIECES = 16


@pytest.fixture(scope="module")
def doomed() -> Iterator[Doomed]:
    """What forks processes that are killed."""
    with doomed_processes() as doomed:
        yield doomed


class Record:
    """A system of record, looked through after each death."""

    def __init__(self, store: DatabaseStore, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.where = {"folder": str(folder), "database": address_of(store)}
        self.office = office_of(store, folder)

    def attested(self, seed: int, *, is_active: bool = False) -> SharedHash:
        """Hand in a hash, in a process that nobody kills."""
        shared = self.office.attest(
            Caller(member=ATTESTER, actor="key"),
            proof_bytes(consent_proof(said={"pdq": pdq(seed).hex})),
            bank=BANK,
            provenance=Provenance.CASE_OF_A_HOTLINE,
        )
        caller = Caller(member=SECOND, actor="key")
        if not is_active:
            return shared
        return self.office.act(caller, shared.id, Act.CONFIRM, reason=REASONS[Act.CONFIRM])

    def matches(self, seed: int) -> bool:
        """Return what a process that begins now answers."""
        matcher = Matcher(self.store, FakeClock(NOW), NodeCounter(self.folder))
        matcher.load()
        return matcher.near(as_words([pdq(seed).hex]), SECOND) != [()]

    def heads(self) -> int:
        """Return the number of the newest change, after all was found to belong together."""
        with self.store.within(OPERATOR) as work:
            # A writer that was killed is waited for: its transaction ends with it.
            work.take_turn()
            head, changes = work.heads().change, work.changes(0, 100_000)
            lines = [line for one in _MEMBERS for line in self._chain_of(work, one)]
            active = {one for one, _ in work.active(None, 10_000)}
            newest = {one.hash_id: one.number for one in changes if _is_deed(one.act)}
            assert all(work.hash_of(one).change == number for one, number in newest.items())
            self._require_pieces(work._connection, active)  # noqa: SLF001 - rows of no method
        assert [one.number for one in changes] == list(range(1, head + 1))
        # Each deed with its change and its line, or none of the three.
        done = sorted((one.act.value, str(one.hash_id)) for one in changes if _is_deed(one.act))
        assert sorted(lines) == done
        return head

    def _chain_of(self, work: Work, member: MemberId) -> list[tuple[str, str]]:
        chain = work.audit(member, 0, 10_000)
        require_chain(chain)
        acts = {act.value for act in Act}
        return [(one.entry.deed, one.entry.subject) for one in chain if one.entry.deed in acts]

    def _require_pieces(self, connection: Connection, active: set[HashId]) -> None:
        if connection.dialect.name == "sqlite":
            of = hash_pieces.c.hash_id
            counted = connection.execute(select(of, func.count()).group_by(of)).all()
            assert {count for _, count in counted} <= {_PIECES}
            assert active <= {HashId(number) for number, _ in counted}
            gone = select(hashes.c.id).where(hashes.c.pdq.is_(None), hashes.c.id.in_(select(of)))
            assert connection.execute(gone).all() == []


def _is_deed(act: Act) -> bool:
    return act is not Act.TELL_AGAIN


@pytest.fixture
def record(store: DatabaseStore, tmp_path: Path) -> Record:
    """Without a hash."""
    make_node_folder(tmp_path / "node")
    return Record(store, tmp_path / "node")


def test_a_hash_is_handed_in_with_all_that_belongs_to_it_or_not_at_all(
    record: Record, doomed: Doomed
) -> None:
    killed = there = 0
    for seed, attests in enumerate(doomed.every_step("attest"), 1):
        before = record.heads()

        killed += attests(seed=seed, **record.where)

        after = record.heads()
        with record.store.within(OPERATOR) as work:
            told = work.remembered(f"{ATTESTER}:key", f"attest-{seed}")
        # What is asked again is answered exactly where it was done.
        assert (after - before, told is not None) in {(0, False), (1, True)}
        there += after - before
    # Done also where the process ended before it told this node.
    assert killed > 12
    assert there == 2


@pytest.mark.parametrize("act", [Act.CONFIRM, Act.WITHDRAW])
def test_an_act_is_done_or_not(record: Record, doomed: Doomed, act: Act) -> None:
    ends = HashState.ACTIVE if act is Act.CONFIRM else HashState.TOMBSTONE
    killed = done = 0
    for seed, acts in enumerate(doomed.every_step("act"), 1):
        shared = record.attested(seed, is_active=act is Act.WITHDRAW)
        before = record.heads()

        killed += acts(act=act.value, number=shared.id, **record.where)

        is_done = record.heads() - before
        with record.store.within(OPERATOR) as work:
            now = work.hash_of(shared.id)
        assert now.state is (ends if is_done else shared.state)
        assert record.matches(seed) is (now.state is HashState.ACTIVE)
        done += is_done
    assert killed > 8
    assert done == 2


def test_a_person_who_asks_again_after_a_kill_finds_it_gone(record: Record, doomed: Doomed) -> None:
    killed = 0
    for seed, withdraws in enumerate(doomed.every_step("person-withdraws"), 1):
        shared = record.attested(seed, is_active=True)
        paper = sign_withdrawal(shared.consent_leaf, EXCHANGE, LOG_KEY)

        killed += withdraws(paper=paper.hex(), **record.where)

        record.heads()
        gone = record.office.withdraw_for_person(paper)
        assert gone is not None
        assert (gone.state, gone.pdq) == (HashState.TOMBSTONE, None)
        assert not record.matches(seed)
        record.heads()
    assert killed > 8


def test_what_two_people_agreed_to_is_done_with_their_yes_or_waits_on(
    record: Record, doomed: Doomed
) -> None:
    for seed in (1, 2, 3):
        record.attested(seed, is_active=True)
    killed = done = 0
    for step, agrees in enumerate(doomed.every_step("agree")):
        with record.store.within(OPERATOR) as work:
            bank = next(one for one in work.banks() if one.id == BANK)
            said = {"bank": BANK, "member": THIRD, "may": "reads"}
            proposal, _ = propose(
                work, BankAct.OPEN_BANK, said, by="An", at=NOW - timedelta(seconds=step)
            )
        before = record.heads()

        killed += agrees(proposal=proposal.id, digest=proposal.digest, **record.where)

        told = record.heads() - before
        with record.store.within(OPERATOR) as work:
            now = next(one for one in work.banks() if one.id == BANK)
            waits = proposal.id in {one.id for one in work.proposals()}
            lines = [one.entry.deed for one in work.audit(THIRD, 0, 100)]
            is_done = THIRD in now.readers
            assert (told, waits) == ((3, False) if is_done else (0, True))
            done += is_done
            assert lines == ["open-bank"] * done
            work.keep_bank(bank)
    assert killed > 12
    assert done == 2
