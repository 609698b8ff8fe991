"""The way back of a shared hash is there from the yes on, and no recall is silent."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from benban.casework.add_files import add_files
from benban.casework.consent import give_consent, withdraw_consent
from benban.casework.events import event
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.forget import plan_forgetting
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.share_hash import Shared, agree_to_share
from benban.casework.take_in import SightingReport, take_in
from benban.casework.withdraw_hash import (
    all_recalled,
    hand_in,
    recalled_of,
    said_withdrawn,
    watched_sharings,
    withdraw_hashes,
)
from benban.errors import DiskFullError
from benban.errors.sharing import NothingSharedError
from benban.exchange.attestation import OLDEST_CONSENT, check_proof, read_proof
from benban.exchange.card import ExchangeCard
from benban.exchange.withdrawal import read_withdrawal, require_withdrawal
from benban.model.case import Capacity
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.fingerprint import Pdq, QuestionedFingerprint
from benban.model.hash_sharing import HashSharing
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore
from benban.wording import Language

from .conftest import ADULT

CARD = ExchangeCard(
    name="Nơi trao đổi thử",
    key="here-here-here-here-here-here-here-here",
    withdraw_at="https://kho.example/rut",
)


@pytest.fixture(scope="module")
def picture() -> bytes:
    return draw_feed_picture(1)


@pytest.fixture
def exhibit(store: CaseStore, clock: FakeClock, fence: Fence, picture: bytes) -> Exhibit:
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
    sighting = take_in(store, report, clock).sighting
    (kept,) = add_files(store, sighting, [GivenFile(stream=BytesIO(picture), name="a.jpg")], clock)
    fingerprint_exhibits(store, fence)
    return kept


def _agree(store: CaseStore, exhibit: Exhibit, clock: FakeClock) -> Shared:
    return agree_to_share(
        store, exhibit.id, CARD, language=Language.VI, is_agreed=True, clock=clock
    )


def _pdq(store: CaseStore, exhibit: Exhibit) -> Pdq:
    return store.get(QuestionedFingerprint, exhibit.id).picture.pdq


def _count(store: CaseStore, kind: EventKind) -> int:
    return [one.kind for one in store.events()].count(kind)


def test_the_way_back_is_made_with_the_yes_and_withdraws_nothing(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    shared = _agree(store, exhibit, clock)

    said = check_proof(read_proof(shared.proof), exchange=CARD.key, now=clock.now())
    withdrawal = read_withdrawal(shared.way_back)
    require_withdrawal(withdrawal, consent_key=said.key, exchange=CARD.key)
    assert withdrawal.leaf == said.leaf
    assert _count(store, EventKind.SHARING_WITHDRAWN) == 0
    assert [one.withdrawn_at for one in store.all(HashSharing)] == [None]
    assert withdraw_hashes(store)[0].file == shared.way_back


def test_a_yes_whose_file_was_lost_gives_the_same_again_and_is_logged_once(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    first, again = _agree(store, exhibit, clock), _agree(store, exhibit, clock)

    leaves = [
        check_proof(read_proof(one.proof), exchange=CARD.key, now=clock.now()).leaf
        for one in (first, again)
    ]
    assert leaves[0] == leaves[1]
    assert (first.is_again, again.is_again) == (False, True)
    assert (first.way_back, _count(store, EventKind.SHARING_AGREED)) == (again.way_back, 1)


@pytest.mark.parametrize(("late", "is_again"), [(-1, True), (0, False)])
def test_a_yes_that_no_exchange_takes_any_more_is_given_anew(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock, late: int, is_again: bool
) -> None:
    _agree(store, exhibit, clock)
    clock.advance((OLDEST_CONSENT + timedelta(minutes=late)).total_seconds())

    again = _agree(store, exhibit, clock)

    said = check_proof(read_proof(again.proof), exchange=CARD.key, now=clock.now())
    assert (again.is_again, said.pdq) == (is_again, _pdq(store, exhibit))


def test_a_yes_after_a_withdrawal_is_another_one(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    first = _agree(store, exhibit, clock)
    withdraw_hashes(store)

    again = _agree(store, exhibit, clock)

    assert (again.is_again, again.sharing.id == first.sharing.id) == (False, False)


def test_what_was_withdrawn_before_is_still_named_when_it_is_forgotten_or_a_minors(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    shared = _agree(store, exhibit, clock)
    withdraw_hashes(store)

    planned, before = plan_forgetting(store, exhibit.id), watched_sharings(store)
    mark_minor(store, exhibit.id)

    assert [one.id for one in planned.shared] == [shared.sharing.id]
    assert [one.id for one in recalled_of(store, before)] == [shared.sharing.id]
    # Said once: the next command of this case is about something else.
    assert watched_sharings(store) == frozenset()


def test_withdrawing_with_ground_tells_of_no_recall(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    _agree(store, exhibit, clock)
    before = watched_sharings(store)

    withdraw_hashes(store)

    assert recalled_of(store, before) == ()


@pytest.mark.parametrize(("number", "is_recalled"), [(1, True), (3, False)])
def test_an_own_photo_that_is_declared_later_recalls_what_would_find_it(
    store: CaseStore,
    exhibit: Exhibit,
    clock: FakeClock,
    fence: Fence,
    number: int,
    is_recalled: bool,
) -> None:
    _agree(store, exhibit, clock)
    before = watched_sharings(store)
    declare_originals(store, "x", "x")
    own = GivenFile(stream=BytesIO(draw_feed_picture(number)), name="b.jpg")

    add_originals(store, [own], fence, clock, is_in_other_case=lambda _digest: False)

    assert bool(recalled_of(store, before)) is is_recalled
    assert _count(store, EventKind.SHARING_WITHDRAWN) == int(is_recalled)


def test_a_consent_that_is_taken_back_recalls_what_rested_on_it(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    given = [
        give_consent(store, purpose, name, language=Language.VI, is_agreed=True, clock=clock)
        for purpose, name in (
            (ConsentPurpose.SHARE_HASH, CARD.name),
            (ConsentPurpose.SHARE_HASH, "Nơi khác"),
            (ConsentPurpose.DOSSIER, CARD.name),
        )
    ]
    _agree(store, exhibit, clock)

    for other in given[1:]:
        withdraw_consent(store, other.id, clock)
    stood = watched_sharings(store), _count(store, EventKind.SHARING_WITHDRAWN)
    withdraw_consent(store, given[0].id, clock)

    assert (len(stood[0]), stood[1]) == (1, 0)
    assert len(recalled_of(store, stood[0])) == 1
    assert _count(store, EventKind.SHARING_WITHDRAWN) == 1


def test_what_a_person_shared_themselves_stands_while_somebody_else_has_the_case(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    _agree(store, exhibit, clock)
    moved = replace(store.case, capacity=Capacity.LAWYER)
    store.record(event(EventKind.CAPACITY_STATED), save=[moved])

    mark_other = give_consent(
        store,
        ConsentPurpose.PAPERS,
        "Công an",
        language=Language.VI,
        is_agreed=True,
        clock=clock,
    )
    withdraw_consent(store, mark_other.id, clock)

    assert [one.withdrawn_at for one in store.all(HashSharing)] == [None]
    assert store.maybe(QuestionedFingerprint, exhibit.id) is not None


def test_what_is_said_to_be_handed_in_is_named_no_more(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    _agree(store, exhibit, clock)
    mark_minor(store, exhibit.id)
    (named,) = all_recalled(store)

    hand_in(store, said_withdrawn(store))
    hand_in(store, said_withdrawn(store))

    assert (named.handed_in_at, all_recalled(store)) == (None, ())
    assert [one.handed_in_at is None for one in store.all(HashSharing)] == [False]
    assert _count(store, EventKind.WITHDRAWAL_HANDED_IN) == 1
    # Its file can be written all the same: that word may have been a mistake.
    assert len(withdraw_hashes(store)) == 1


def test_the_way_back_that_was_handed_in_withdraws_in_the_case_as_well(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    _agree(store, exhibit, clock)
    with pytest.raises(NothingSharedError):
        # Without an item it is about what was withdrawn, so that nobody ends all by one word.
        said_withdrawn(store)

    (said,) = hand_in(store, said_withdrawn(store, exhibit.id))

    assert None not in {said.withdrawn_at, said.handed_in_at}
    assert plan_forgetting(store, exhibit.id).shared == ()
    mark_minor(store, exhibit.id)
    assert (watched_sharings(store), all_recalled(store)) == (frozenset(), ())


class _EndedError(Exception):
    """The program ends here."""


def _ends(_store: CaseStore) -> None:
    raise _EndedError


def test_what_an_end_of_the_program_left_over_is_recalled_and_named_by_the_next_page(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _agree(store, exhibit, clock)
    with monkeypatch.context() as patched:
        patched.setattr("benban.casework.mark_minor.recall_unfounded", _ends)
        with pytest.raises(_EndedError):
            mark_minor(store, exhibit.id)
    assert [one.withdrawn_at for one in store.all(HashSharing)] == [None]

    (named,) = all_recalled(store)

    assert [one.withdrawn_at is None for one in store.all(HashSharing)] == [False]
    assert all_recalled(store) == (named,)
    assert _count(store, EventKind.SHARING_WITHDRAWN) == 1


def test_a_consent_that_is_taken_back_again_recalls_what_the_first_time_left_over(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = give_consent(
        *(store, ConsentPurpose.SHARE_HASH, CARD.name),
        language=Language.VI,
        is_agreed=True,
        clock=clock,
    )
    _agree(store, exhibit, clock)
    with monkeypatch.context() as patched:
        patched.setattr("benban.casework.consent.recall_unfounded", _ends)
        with pytest.raises(_EndedError):
            withdraw_consent(store, given.id, clock)

    withdraw_consent(store, given.id, clock)

    assert [one.withdrawn_at is None for one in store.all(HashSharing)] == [False]
    assert _count(store, EventKind.CONSENT_WITHDRAWN) == 1


def test_a_full_disk_names_what_lost_its_ground_all_the_same(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = _agree(store, exhibit, clock)

    def full(*_said: object, **_more: object) -> None:
        raise DiskFullError

    with monkeypatch.context() as patched:
        patched.setattr("benban.casework.mark_minor.recall_unfounded", lambda _store: ())
        mark_minor(store, exhibit.id)
    with monkeypatch.context() as patched:
        patched.setattr(CaseStore, "record", full)
        named = all_recalled(store)

    assert [one.id for one in named] == [shared.sharing.id]
