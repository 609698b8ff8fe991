"""A process killed at any step: the next one begins, answers rightly, and nothing piles up."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benban.bank.bank import Bank
from benban.bank.folder import read_manifest
from benban.bank.words import as_words
from benban.cli.main import main
from benban.exchange.matcher import RADIUS_BITS, Matcher
from benban.model.shared_hash import Act, HashState, hash_id
from benban.outside.exchange_node import NodeCounter, NodeShelf, make_node_folder
from benban.outside.exchange_place import Place
from benban.outside.exchange_store.store import DatabaseStore
from benban.testing.clock import FakeClock
from tests.contract.doomed_node import BANK_DEEDS, CONFIRMED, Doomed, doomed_processes
from tests.contract.exchange_stores import (
    BANK,
    OPERATOR,
    address_of,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import NOW, SECOND, pdq, shared_hash

__all__ = ["empty_store", "made_file", "server", "store"]


@pytest.fixture(scope="module")
def doomed() -> Iterator[Doomed]:
    """What forks processes that are killed."""
    with doomed_processes() as doomed:
        yield doomed


class Shared:
    """Some hashes that answer, and what a search through all of them finds."""

    def __init__(self, store: DatabaseStore, folder: Path) -> None:
        self._store, self.folder = store, folder
        self.database = address_of(store)
        self._answering: dict[int, str] = {}
        self._asked: list[str] = []

    def add(self, seed: int) -> None:
        """Let a hash answer; each one near the one before, by its last bits."""
        whole = int(pdq(seed // 2).hex, 16) ^ (seed % 2) * 0x3F
        hex_ = f"{whole:064x}"
        with self._store.within(OPERATOR) as work:
            one = replace(
                shared_hash(HashState.ACTIVE),
                id=hash_id(0, seed),
                bank=BANK,
                pdq=replace(pdq(seed), hex=hex_),
                consent_leaf=f"{seed:064x}",
            )
            self._answering[work.keep_hash(one, Act.ACTIVATE, NOW).id] = hex_
            total = work.heads().total
        self._asked.append(hex_)
        NodeCounter(self.folder).raise_to(total)

    def withdraw(self, seed: int) -> None:
        """Take one back."""
        with self._store.within(OPERATOR) as work:
            one = work.hash_of(hash_id(0, seed))
            gone = replace(one, state=HashState.TOMBSTONE, pdq=None)
            work.keep_hash(gone, Act.WITHDRAW, NOW)
            total = work.heads().total
        del self._answering[one.id]
        NodeCounter(self.folder).raise_to(total)

    def begin(self) -> Matcher:
        """Return what the next process of the node knows."""
        counter, shelf = NodeCounter(self.folder), NodeShelf(self.folder)
        matcher = Matcher(self._store, FakeClock(NOW), counter, shelf)
        matcher.load()
        return matcher

    def require_right(self, matcher: Matcher) -> None:
        """Return if everything that was ever asked for is answered as a search of all would."""
        # 0, 25 and 26 bits farther: with the pair's six bits on both sides of 31.
        asked = [
            f"{int(one, 16) ^ ((1 << far) - 1) << 100:064x}"
            for one in self._asked
            for far in (0, 25, 26)
        ]
        found = matcher.near(as_words(asked), SECOND)
        for question, near in zip(asked, found, strict=True):
            right = {
                number
                for number, hex_ in self._answering.items()
                if (int(hex_, 16) ^ int(question, 16)).bit_count() <= RADIUS_BITS
            }
            assert {one.number for one in near} == right

    def names(self, begin: str) -> list[str]:
        """Return the folders of that kind."""
        return sorted(one.name for one in self.folder.glob(f"{begin}*"))


@pytest.fixture
def shared(store: DatabaseStore, tmp_path: Path) -> Shared:
    """Twelve hashes, in pairs."""
    make_node_folder(tmp_path / "node")
    shared = Shared(store, tmp_path / "node")
    for seed in range(12):
        shared.add(seed)
    return shared


def test_who_is_killed_while_the_first_shelf_is_made_leaves_a_node_that_begins(
    shared: Shared, doomed: Doomed
) -> None:
    killed = 0
    for begins in doomed.every_step("begin"):
        killed += begins(folder=str(shared.folder), database=shared.database)

        assert len(shared.names("unfinished-")) <= 1
        matcher = shared.begin()
        shared.require_right(matcher)
        NodeShelf(shared.folder).drop()

    shared.begin()
    assert killed > 15
    assert (shared.names("unfinished-"), shared.names("shelf-")) == ([], ["shelf-12"])


def test_who_is_killed_while_a_shelf_is_renewed_brings_nothing_back(
    shared: Shared, doomed: Doomed
) -> None:
    shared.begin()
    killed, seed = 0, 12
    for renews in doomed.every_step("renew"):
        # What the old shelf holds and nobody may be told of any more, and one that is new.
        shared.withdraw(seed - 12)
        shared.add(seed)
        seed += 1

        killed += renews(folder=str(shared.folder), database=shared.database)

        assert len(shared.names("unfinished-")) <= 1
        assert len(shared.names("shelf-")) <= 2
        shared.require_right(shared.begin())

    matcher = shared.begin()
    shared.add(seed)
    matcher.follow()
    assert matcher.renew_shelf(1)
    shared.require_right(matcher)
    # Those before went while it was renewed: seven files and their folder.
    assert killed > 25
    assert shared.names("unfinished-") == []
    assert shared.names("shelf-") == [f"shelf-{NodeShelf(shared.folder).newest_change()}"]


def _after(deeds: int) -> set[int]:
    """Return what stands in the bank after so many of its deeds."""
    there: set[int] = set()
    for deed in BANK_DEEDS[:deeds]:
        if deed is not None and deed < 0:
            there.discard(-1 - deed)
        elif deed is not None:
            there.add(deed)
    return there


def test_a_bank_whose_process_is_killed_holds_what_was_confirmed_and_at_most_one_deed_more(
    tmp_path: Path, doomed: Doomed
) -> None:
    killed, there = 0, set[int]()
    for step, goes in enumerate(doomed.every_step("bank")):
        folder = tmp_path / str(step) / "bank"
        folder.mkdir(parents=True)

        killed += goes(folder=str(folder))

        confirmed = len((folder.parent / CONFIRMED).read_bytes())
        bank = Bank.open(folder)
        there = {seed for seed in range(9) if bank.near(pdq(seed).hex, 0)}
        assert there in (_after(confirmed), _after(confirmed + 1))
        assert len(bank) == len(there)
        manifest = read_manifest(folder)
        assert manifest is not None
        assert {one.name for one in folder.iterdir()} == manifest.names()
        # It goes on, and keeps what it is given.
        bank.add(100, pdq(100).hex)
        bank.merge()
        bank.close()
        again = Bank.open(folder)
        assert again.near(pdq(100).hex, 0)
        again.close()

    assert killed > 50
    assert there == _after(len(BANK_DEEDS))


@pytest.mark.long
def test_who_is_killed_while_an_exchange_is_set_up_sets_it_up_with_the_same_command(
    tmp_path: Path, doomed: Doomed, capsys: pytest.CaptureFixture[str]
) -> None:
    killed = made_before = 0
    command = ["exchange", "init", "--person", "An", "--person", "Binh", "--json", "--folder"]
    for step, sets_up in enumerate(doomed.every_step("init")):
        place = Place(folder=tmp_path / str(step) / "exchange")

        killed += sets_up(folder=str(place.folder))

        code = main([*command, str(place.folder)])
        said = json.loads(capsys.readouterr().out)
        # Refused only where it was made: all of it, and the secrets had been shown.
        assert code == 0 or "BB-990" in str(said), said
        made_before += code != 0
        assert len(place.signing_key()) == 32
        assert set(place.people()) == {"An", "Binh"}
        assert not list(place.folder.glob("*.part"))
        if code == 0:
            secret = said["people"]["An"]
            assert place.require_person("An", secret) == "An"
    assert killed > 8
    # After the key had its name, and where nobody killed it.
    assert made_before <= 3


def test_who_is_killed_while_a_person_is_added_leaves_all_the_others(
    tmp_path: Path, doomed: Doomed
) -> None:
    place = Place(folder=tmp_path / "exchange")
    place.begin()
    place.add_person("An")
    before, killed = place.people(), 0
    for adds in doomed.every_step("person"):
        killed += adds(folder=str(place.folder))

        there = place.people()
        assert {name: there[name] for name in before} == before
        assert set(there) - set(before) <= {"Chi"}
        assert len(list(place.folder.glob(".people.json*"))) <= 1
    place.add_person("Dung")
    assert killed >= 4
    assert set(place.people()) == {"An", "Chi", "Dung"}
    assert not list(place.folder.glob(".people.json*"))
