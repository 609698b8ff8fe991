"""The plug-in for python-threatexchange: an exchange was put back, or nobody asked for long."""

import importlib
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from benban.errors.exchange import FeedRefusedError, FeedRestartError
from benban.outside.subscription import Subscription
from tests.feed_pages import API_KEY, MEMBER, PUBLIC, item, number, page
from tests.service.feed_server import Feed, feeding
from tests.service.threatexchange_shapes import PLUGIN, standing_in
from tests.unit.exchange.shared import pdq

A, B, C = (pdq(seed).hex for seed in (1, 2, 3))


class PdqType:
    """The signal type that the plug-in looks for."""

    @classmethod
    def get_name(cls) -> str:
        """Return its name in that program."""
        return "pdq"


@pytest.fixture(scope="module")
def plugin() -> Iterator[ModuleType]:
    shapes = standing_in()
    next(shapes)
    yield importlib.import_module(PLUGIN)
    next(shapes, None)


@pytest.fixture
def feed() -> Iterator[Feed]:
    with feeding(page(0, 2, item(1, A), item(2, B))) as feed:
        yield feed


class Program:
    """What python-threatexchange keeps of one subscription, merged as its own store does."""

    def __init__(self, plugin: ModuleType, feed: Feed) -> None:
        self._api = plugin.BenbanExchangeAPI(
            Subscription(base_url=feed.address, key=API_KEY, member=MEMBER, public_key=PUBLIC)
        )
        self.kept: dict[str, Any] = {}
        self.checkpoint: Any = None

    def fetch(self, *, looks_at_stale: bool = True) -> None:
        """Fetch as its command line does; other programs do not look whether it is stale."""
        if looks_at_stale and self.checkpoint is not None and self.checkpoint.is_stale():
            self.kept, self.checkpoint = {}, None
        for delta in self._api.fetch_iter([PdqType], self.checkpoint):
            for key, value in delta.updates.items():
                merged = self._api.fetch_value_merge(self.kept.get(key), value)
                if merged is None:
                    self.kept.pop(key, None)
                else:
                    self.kept[key] = merged
            # That program refuses a checkpoint that goes back in time.
            if self.checkpoint is not None:
                before = self.checkpoint.get_progress_timestamp()
                assert before <= delta.checkpoint.get_progress_timestamp()
            self.checkpoint = delta.checkpoint

    def matched_with(self) -> set[str]:
        """Return what its index is built of."""
        found = self._api.naive_convert_to_signal_type([PdqType], None, self.kept)
        return set(found.get(PdqType, {}))


@pytest.fixture
def program(plugin: ModuleType, feed: Feed) -> Program:
    return Program(plugin, feed)


def test_after_a_put_back_nothing_of_before_counts_and_the_next_fetch_drops_it(
    program: Program, feed: Feed
) -> None:
    program.fetch()
    assert program.matched_with() == {A, B}
    feed.then(410, page(0, 5, item(4, C)), page(5, 5))

    program.fetch()
    inert = set(program.kept)
    counted = program.matched_with()
    feed.then(page(0, 5, item(4, C)))
    program.fetch()

    assert [asked for asked, _ in feed.asked] == [0, 2, 0, 0]
    assert counted == program.matched_with() == {C}
    assert inert == {number(1), number(2), number(4), "state"}
    assert set(program.kept) == {number(4), "state"}
    assert not program.checkpoint.is_stale()


def test_from_the_first_delta_of_a_new_beginning_on_nothing_of_before_counts(
    program: Program, feed: Feed
) -> None:
    program.fetch()
    feed.then(410, page(0, 4, item(4, C), has_more=True), page(9, 9))

    with pytest.raises(FeedRefusedError):
        program.fetch()

    assert program.matched_with() == {C}


def test_a_beginning_of_before_that_is_played_back_brings_nothing_withdrawn_to_life(
    program: Program, feed: Feed
) -> None:
    of_before = page(0, 2, item(1, A), item(2, B), age=timedelta(hours=1))
    feed.then(of_before, page(2, 3, item(1, None)))
    program.fetch()
    program.fetch()
    feed.then(410, of_before)

    with pytest.raises(FeedRefusedError):
        program.fetch()

    assert program.matched_with() == {B}


def test_a_program_that_does_not_look_whether_it_is_stale_goes_on_with_what_counts(
    program: Program, feed: Feed
) -> None:
    program.fetch()
    feed.then(410, page(0, 5, item(4, C)))
    program.fetch()
    feed.then(page(5, 6, item(5, B)))

    program.fetch(looks_at_stale=False)

    assert program.matched_with() == {B, C}


def test_what_nobody_asked_for_in_a_day_is_not_matched_with_and_is_fetched_anew(
    program: Program, feed: Feed
) -> None:
    program.fetch()
    old = program.checkpoint.made_at - int(timedelta(hours=24).total_seconds())
    program.checkpoint.made_at = program.kept["state"].made_at = old

    assert program.matched_with() == set()
    assert program.checkpoint.is_stale()
    program.fetch(looks_at_stale=False)

    assert feed.asked[-1] == (0, "")
    assert program.matched_with() == {A, B}


def test_a_checkpoint_of_an_older_version_begins_anew(
    program: Program, plugin: ModuleType, feed: Feed
) -> None:
    program.fetch()
    # As it was pickled before it had more than two members.
    old = object.__new__(plugin.BenbanCheckpoint)
    old.__dict__ = {"through": 2, "made_at": program.checkpoint.made_at}
    program.checkpoint = old

    assert old.is_stale()
    program.fetch(looks_at_stale=False)

    assert feed.asked[-1] == (0, "")


def test_an_exchange_that_is_put_back_again_and_again_ends_the_fetch(
    program: Program, feed: Feed
) -> None:
    program.fetch()
    feed.then(410, page(0, 4, item(4, C), has_more=True), 410)

    with pytest.raises(FeedRestartError):
        program.fetch()


def test_a_withdrawn_hash_is_dropped_and_the_mark_is_sent_back(
    program: Program, feed: Feed
) -> None:
    feed.then(page(0, 2, item(1, A), item(2, B), mark="c" * 32))
    program.fetch()
    feed.then(page(2, 3, item(1, None)))

    program.fetch()

    assert feed.asked[-1] == (2, "c" * 32)
    assert (set(program.kept), program.matched_with()) == ({number(2), "state"}, {B})
