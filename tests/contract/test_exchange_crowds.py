"""A crowd that hands in one picture: those that wait to answer are counted like those that do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from benban.errors.exchange import ActRefusedError
from benban.exchange.acts import agree, propose
from benban.exchange.life import QUARANTINE
from benban.exchange.two_people import BankAct
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import Act, DisputeReason, HashId, HashState, SharedHash
from benban.outside import exchange_store
from benban.outside.exchange_store.store import DatabaseStore
from tests import postgresql
from tests.contract.exchange_nodes import Node, begun_node, hand_in_proof
from tests.contract.exchange_stores import (
    BANK,
    CLOSED,
    OPERATOR,
    PARTS,
    as_member,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND, THIRD, consent_proof, pdq

__all__ = ["empty_store", "made_file", "server", "store"]

Q, H, A = HashState.QUARANTINE, HashState.HELD, HashState.ACTIVE


def _variant(number: int) -> Pdq:
    """Return a hash that lies within 31 bits of each other variant."""
    return Pdq(hex=f"{int(pdq().hex, 16) ^ number:064x}", quality=90)


def _hand_in(node: Node, number: int) -> SharedHash:
    return node.attest(consent_proof(said={"pdq": _variant(number).hex}))


def _states(store: DatabaseStore, shared: list[SharedHash]) -> list[HashState]:
    with store.within(OPERATOR) as work:
        return [work.hash_of(one.id).state for one in shared]


def _release(node: Node, number: HashId) -> None:
    now = node.clock.now()
    with node.store.within(OPERATOR) as work:
        asked, _ = propose(work, BankAct.RELEASE_HOLD, {"hash": str(number)}, by="An", at=now)
        agree(work, asked.id, by="Binh", digest=asked.digest, at=now)


def test_of_a_crowd_on_one_day_all_beyond_the_limit_are_held(store: DatabaseStore) -> None:
    node = begun_node(store, near_living=3)

    states = [_hand_in(node, number).state for number in range(5)]

    assert states == [Q, Q, Q, H, H]
    assert node.attest(hand_in_proof(2)).state is Q  # of another picture


def test_those_that_answer_that_wait_and_that_are_in_doubt_are_counted_together(
    store: DatabaseStore,
) -> None:
    node = begun_node(store, near_living=3)
    node.act(_hand_in(node, 0), Act.CONFIRM)
    node.act(_hand_in(node, 1), Act.DISPUTE)
    taken_back = _hand_in(node, 2)
    node.act(taken_back, Act.WITHDRAW, by=ATTESTER)

    assert [_hand_in(node, number).state for number in (3, 4)] == [Q, H]


def test_a_crowd_in_banks_that_a_member_does_not_read_is_counted_and_not_shown(
    store: DatabaseStore,
) -> None:
    node = begun_node(store, near_living=2)
    for number in (0, 1):
        proof = consent_proof(said={"pdq": _variant(number).hex})
        node.attest(proof, by=THIRD, bank=CLOSED)

    assert _hand_in(node, 2).state is H
    with store.within(as_member(ATTESTER)) as work:
        assert work.near_waiting(_variant(0).hex, 31) == 2
        # The question is asked for all; what the member sees afterwards is its own.
        assert {one.id for one in work.banks()} == {BANK}
        assert len(work.changes(0, 9)) == 1


def test_a_crowd_that_hands_in_at_once_is_held_from_the_limit_on(store: DatabaseStore) -> None:
    node = begun_node(store, near_living=3)

    with ThreadPoolExecutor(6) as threads:
        states = list(threads.map(lambda number: _hand_in(node, number).state, range(6)))

    assert (states.count(Q), states.count(H)) == (3, 3)


@pytest.mark.parametrize("bits", [0, 31, 32])
def test_what_waits_is_near_up_to_31_bits(store: DatabaseStore, bits: int) -> None:
    # Two bits in each piece but one: found by the piece that differs least.
    spread = sum(1 << (at % 16 * 16 + at // 16) for at in range(bits))
    _hand_in(begun_node(store), spread)

    with store.within(OPERATOR) as work:
        assert work.near_waiting(pdq().hex, 31) == (1 if bits <= 31 else 0)
        assert work.near_in_database(pdq().hex, 31) == ()


def test_the_clock_asks_again_and_two_peoples_word_holds(store: DatabaseStore) -> None:
    node = begun_node(store)
    shared = [_hand_in(node, number) for number in range(3)]
    strict = begun_node(store, node.clock, near_living=2)
    strict.clock.advance(QUARANTINE.total_seconds())
    strict.matcher.follow()

    assert strict.office.tick() == 3

    assert _states(store, shared) == [A, A, H]
    with store.within(OPERATOR) as work:
        assert work.audit(ATTESTER, 0, 9)[-1].entry.deed == "hold"
    _release(strict, shared[2].id)
    strict.clock.advance(QUARANTINE.total_seconds())
    strict.matcher.follow()
    strict.office.tick()
    assert _states(store, shared) == [A, A, A]


def test_a_held_hash_matches_only_after_release_and_its_whole_quarantine(
    store: DatabaseStore,
) -> None:
    node = begun_node(store, per_member_a_day=0)
    held = _hand_in(node, 0)
    with pytest.raises(ActRefusedError):
        node.act(held, Act.CONFIRM)

    _release(node, held.id)

    assert (_states(store, [held]), node.matches()) == ([Q], False)
    node.clock.advance(QUARANTINE.total_seconds())
    node.matcher.follow()
    node.office.tick()
    assert node.matches()


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """An empty database; its owner's address, no superuser, and that of the program's role."""
    if request.param == "sqlite":
        yield (f"sqlite:///{tmp_path / 'old.db'}",) * 2
        return
    running: postgresql.Server = request.getfixturevalue("server")
    running.run("CREATE ROLE keeper LOGIN CREATEROLE", "CREATE DATABASE old OWNER keeper")
    running.run("GRANT ALL ON SCHEMA public TO keeper", database="old")
    running.run(f"GRANT {PARTS} TO keeper WITH ADMIN OPTION")
    yield running.address("keeper", "old"), running.address(postgresql.SERVICE, "old")
    running.run("DROP DATABASE old WITH (FORCE)", "DROP ROLE keeper")


def _bring_to(address: str, revision: str, *rows: str) -> None:
    config = Config()
    folder = Path(exchange_store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    if address.startswith("sqlite"):
        engine = create_engine(address)
        with engine.begin() as connection:
            for row in rows:
                connection.execute(text(row))
        engine.dispose()
        return
    with psycopg.connect(address) as connection:
        connection.execute("SET LOCAL ROLE benban_operator")
        for row in rows:
            connection.execute(row.encode())


_OLD_ROWS = """
INSERT INTO members VALUES ('mem-aaaaaaaaaaaaaaaa', 'A', '', {at}, false);
INSERT INTO members VALUES ('mem-bbbbbbbbbbbbbbbb', 'B', '', {at}, false);
INSERT INTO banks VALUES ('bnk-shared', 0, 'B', 'match', 'mem-aaaaaaaaaaaaaaaa', false, 4);
INSERT INTO bank_readers VALUES ('bnk-shared', 'mem-aaaaaaaaaaaaaaaa');
INSERT INTO bank_readers VALUES ('bnk-shared', 'mem-bbbbbbbbbbbbbbbb');
INSERT INTO hashes (id, bank, state, pdq, quality, provenance, attested_by, consent_leaf,
    consent_key, attested_at, active_from, expires_at, disputed_by, dispute_reason, change)
SELECT id, 'bnk-shared', state, pdq, 90, 'case-of-a-hotline', 'mem-aaaaaaaaaaaaaaaa', pdq,
    '', {at}, {at}, {at}, CASE WHEN state = 'disputed' THEN 'mem-bbbbbbbbbbbbbbbb' END,
    CASE WHEN state = 'disputed' THEN 'lawful-picture' END, id
FROM (SELECT 1 AS id, 'quarantine' AS state, '{v1}' AS pdq
    UNION SELECT 2, 'disputed', '{v2}' UNION SELECT 3, 'held', '{v3}') AS rows"""


def test_what_waited_before_the_new_version_is_found_after_it(old: tuple[str, str]) -> None:
    owners, programs = old
    at = (NOW - NOW.replace(year=1970, month=1, day=1, hour=0)) // timedelta(microseconds=1)
    _bring_to(
        *(owners, "0003"),
        *_OLD_ROWS.format(at=at, **{f"v{one}": _variant(one).hex for one in (1, 2, 3)}).split(";"),
    )
    store = DatabaseStore(owners)
    store.migrate()
    store.close()

    store = DatabaseStore(programs)
    with store.within(as_member(ATTESTER)) as work:
        found = work.near_waiting(_variant(1).hex, 31)
        seen = [work.hash_of(HashId(number)).state for number in (1, 2, 3)]
    with store.within(OPERATOR) as work:
        (bank,) = work.banks()
        doubts = [work.hash_of(HashId(number)).doubts for number in (1, 2)]
    state = store.state()
    store.close()
    assert (found, seen) == (2, [Q, HashState.DISPUTED, H])
    # Who read it handed in to it, and does so on.
    assert doubts == [set(), {(SECOND, DisputeReason.LAWFUL_PICTURE)}]
    assert bank.hands_in == bank.readers == {ATTESTER, SECOND}
    assert (state.is_migrated, state.is_row_security_forced) == (True, True)
