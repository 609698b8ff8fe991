"""What the processes of a node share: a counter, the bank at one change (B5 105, 107)."""

import errno
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benban.bank.words import as_words
from benban.errors.exchange import NodeFolderError
from benban.exchange.matcher import Matcher
from benban.model.shared_hash import Act, HashState, SharedHash, hash_id
from benban.outside.exchange_node import NodeCounter, NodeShelf, make_node_folder
from benban.outside.exchange_store.store import DatabaseStore
from benban.testing.clock import FakeClock
from tests.contract.exchange_stores import (  # noqa: F401 - fixtures
    BANK,
    OPERATOR,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import NOW, SECOND, pdq, shared_hash

_RAISES = """
import sys
from pathlib import Path
from benban.outside.exchange_node import NodeCounter
counter = NodeCounter(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 4000, 2):
    counter.raise_to(number)
"""
_HOLDS = """
import sys, time
from pathlib import Path
from benban.outside.exchange_node import NodeShelf
with NodeShelf(Path(sys.argv[1])).making():
    print("held", flush=True)
    time.sleep(600)
"""


@dataclass(kw_only=True)
class Node:
    """A node's folder over a store with some hashes."""

    folder: Path
    store: DatabaseStore

    def begin(self) -> Matcher:
        """Return what one process of the node knows."""
        counter, shelf = NodeCounter(self.folder), NodeShelf(self.folder)
        matcher = Matcher(self.store, FakeClock(NOW), counter, shelf)
        matcher.load()
        return matcher

    def keep(self, seed: int, act: Act = Act.ACTIVATE) -> None:
        """Let a hash answer, or take it back."""
        state = HashState.TOMBSTONE if act is Act.WITHDRAW else HashState.ACTIVE
        with self.store.within(OPERATOR) as work:
            kept = _hash(seed, state)
            if act is not Act.ACTIVATE:
                kept = replace(kept, change=work.hash_of(kept.id).change)
            work.keep_hash(kept, act, NOW)
            total = work.heads().total
        NodeCounter(self.folder).raise_to(total)

    def shelves(self) -> list[str]:
        """Return the names of what is kept."""
        return sorted(one.name for one in self.folder.iterdir() if one.is_dir())


def _hash(seed: int, state: HashState) -> SharedHash:
    made = shared_hash(state)
    return SharedHash(
        id=hash_id(0, seed),
        bank=BANK,
        state=state,
        pdq=None if state is HashState.TOMBSTONE else pdq(seed),
        provenance=made.provenance,
        attested_by=made.attested_by,
        consent_leaf=f"{seed:064x}",
        consent_key=made.consent_key,
        attested_at=made.attested_at,
        active_from=made.active_from,
        expires_at=made.expires_at,
    )


def _answers(matcher: Matcher, *seeds: int) -> list[int]:
    found = matcher.near(as_words([pdq(seed).hex for seed in seeds]), SECOND)
    return [seed for seed, near in zip(seeds, found, strict=True) if near]


@pytest.fixture
def node(store: DatabaseStore, tmp_path: Path) -> Node:  # noqa: F811 - a fixture
    """Three hashes answer."""
    folder = tmp_path / "node"
    make_node_folder(folder)
    node = Node(folder=folder, store=store)
    for seed in (1, 2, 3):
        node.keep(seed)
    return node


def test_the_second_process_maps_what_the_first_kept(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.begin()
    assert node.shelves() == ["shelf-3"]

    # From here on the hashes cannot be read any more, only the changes.
    def unread(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("benban.outside.exchange_store.work.Work.active", unread)
    assert _answers(node.begin(), 1, 2, 3, 4) == [1, 2, 3]


def test_a_bank_is_read_whole_in_pieces(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benban.exchange.matcher._READ_AT_ONCE", 2)
    for seed in (9, 7, 4, 8):
        node.keep(seed)
    node.keep(4, Act.WITHDRAW)

    matcher = node.begin()

    assert (matcher.active, _answers(matcher, *range(1, 11))) == (6, [1, 2, 3, 7, 8, 9])
    node.keep(8, Act.WITHDRAW)
    assert _answers(matcher, 7, 8, 9) == [7, 9]


def test_what_was_withdrawn_after_the_shelf_was_made_never_answers(node: Node) -> None:
    first = node.begin()
    node.keep(2, Act.WITHDRAW)
    node.keep(4)

    second = node.begin()

    assert _answers(first, 1, 2, 3, 4) == _answers(second, 1, 2, 3, 4) == [1, 3, 4]
    assert node.shelves() == ["shelf-3"]


def test_a_withdrawal_by_one_process_counts_at_the_next_question_to_another(node: Node) -> None:
    one, other = node.begin(), node.begin()
    assert _answers(other, 1) == [1]

    node.keep(1, Act.WITHDRAW)

    assert (_answers(other, 1), _answers(one, 1)) == ([], [])


def test_a_renewed_shelf_is_taken_by_all_and_holds_nothing_withdrawn(node: Node) -> None:
    one, other = node.begin(), node.begin()
    node.keep(2, Act.WITHDRAW)
    one.follow()

    assert (one.renew_shelf(2), one.renew_shelf(1), other.renew_shelf(50)) == (False, True, True)

    assert node.shelves() == ["shelf-4"]
    kept = NodeShelf(node.folder).newest()
    assert kept is not None
    assert kept.segment.number.tolist() == [hash_id(0, 1), hash_id(0, 3)]
    assert _answers(one, 1, 2, 3) == _answers(other, 1, 2, 3) == [1, 3]


def test_when_everything_was_withdrawn_an_empty_shelf_answers_nothing(node: Node) -> None:
    one = node.begin()
    for seed in (1, 2, 3):
        node.keep(seed, Act.WITHDRAW)
    one.follow()
    assert one.renew_shelf(1)

    assert _answers(node.begin(), 1, 2, 3) == _answers(one, 1, 2, 3) == []


@pytest.mark.parametrize(
    "part", ["front-0.npy", "rows-0.npy", "number-0.npy", "bank.json", "shelf.json"]
)
def test_a_damaged_shelf_is_refused_and_made_anew(node: Node, part: str) -> None:
    node.begin()
    path = node.folder / "shelf-3" / part
    damaged = bytearray(path.read_bytes())
    if part == "shelf.json":
        # A changed letter of its mark is seen when it is held against the database: see below.
        del damaged[len(damaged) // 2 :]
    else:
        damaged[len(damaged) // 2] ^= 0x55
    path.write_bytes(damaged)
    assert NodeShelf(node.folder).newest() is None

    assert _answers(node.begin(), 1, 2, 3) == [1, 2, 3]
    assert NodeShelf(node.folder).newest_change() == 3


def test_a_shelf_of_another_database_is_not_taken(node: Node) -> None:
    node.begin()
    says = node.folder / "shelf-3" / "shelf.json"
    ours = says.read_text()
    # What a database in which the third change was another one would have written.
    says.write_text(ours.replace('"mark": "', '"mark": "f'))
    other = NodeShelf(node.folder).newest()
    assert other is not None

    assert _answers(node.begin(), 1, 2, 3) == [1, 2, 3]
    assert says.read_text() == ours


def test_a_shelf_that_was_begun_and_not_ended_is_cleared_away(node: Node) -> None:
    left = node.folder / "unfinished-1"
    left.mkdir()
    (left / "front-0.npy").write_bytes(b"half")

    assert _answers(node.begin(), 1, 2, 3) == [1, 2, 3]
    assert node.shelves() == ["shelf-3"]


def test_who_is_killed_while_making_a_shelf_holds_nobody_up(node: Node) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(node.folder)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()

    assert _answers(node.begin(), 1, 2, 3) == [1, 2, 3]


def test_b5_107_when_a_shelf_breaks_off_in_the_middle_the_old_one_serves(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = node.begin()
    node.keep(2, Act.WITHDRAW)
    node.keep(4)
    one.follow()

    def half(folder: Path, *_: object) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "front-0.npy").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr("benban.bank.folder.write_segment", half)
    with pytest.raises(NodeFolderError):
        one.renew_shelf(1)
    monkeypatch.undo()

    assert "shelf-3" in node.shelves()
    # Whoever was there and whoever comes, and what was withdrawn since answers neither.
    assert _answers(one, 1, 2, 3, 4) == _answers(node.begin(), 1, 2, 3, 4) == [1, 3, 4]
    assert (one.renew_shelf(1), node.shelves()) == (True, ["shelf-5"])


def test_of_two_processes_that_raise_the_counter_the_greater_number_stays(tmp_path: Path) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", _RAISES, str(tmp_path), str(first)])
        for first in (0, 1)
    ]
    counter, last = NodeCounter(tmp_path), 0
    while any(one.poll() is None for one in both):
        now = counter.value()
        assert last <= now < 4000
        last = now

    assert [one.returncode for one in both] == [0, 0]
    assert counter.value() == 3999
    assert (tmp_path / "counter").stat().st_size == 8
    counter.reset()
    assert NodeCounter(tmp_path).value() == 0


def test_a_counter_that_is_too_high_costs_a_question_and_nothing_else(node: Node) -> None:
    matcher = node.begin()
    NodeCounter(node.folder).raise_to(10**15)

    assert _answers(matcher, 1, 2, 3) == [1, 2, 3]
    assert node.folder.stat().st_mode & 0o077 == 0
