from datetime import UTC, datetime
from io import BytesIO

import pytest

from benban.casework.add_files import add_files
from benban.casework.compare_case import ComparisonRun, compare_case
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.prior_existence import uncovered_originals
from benban.casework.stamp import stamp_case
from benban.casework.take_in import SightingReport, take_in
from benban.model.custody import TokenState
from benban.model.finding import Order
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake
from benban.testing.tsa import FakeTsa, TsaFault
from benban.vault import CaseStore

from .conftest import ADULT
from .test_stamp import AuthorityOffline, InProcessAuthority

DAY_S = 24 * 60 * 60
PHOTO = draw_example(Subject.CAT, seed=3, width_px=640, height_px=480)
OTHER = draw_example(Subject.STATUE, seed=9, width_px=640, height_px=480)


def _album(store: CaseStore, fence: Fence, clock: FakeClock, kind: SightingKind) -> None:
    """Open the case to pictures before any fake of PHOTO is known, and declare two photos."""
    take_in(store, SightingReport(address=None, kind=kind, answers=ADULT), clock)
    declare_originals(store, "đúng", "đúng")
    given = [
        GivenFile(stream=BytesIO(encode_jpeg(one)), name=f"{number}.jpg")
        for number, one in enumerate((PHOTO, OTHER))
    ]
    add_originals(store, given, fence, clock, is_in_other_case=lambda _: False)
    clock.advance(3 * DAY_S)


def _found(
    store: CaseStore, fence: Fence, clock: FakeClock, *, seen_at: datetime | None = None
) -> ComparisonRun:
    """Report a fake made of PHOTO and return the run on it."""
    clock.advance(30 * DAY_S)
    report = SightingReport(
        address=None, kind=SightingKind.PUBLISHED, answers=ADULT, seen_at=seen_at
    )
    sighting = take_in(store, report, clock).sighting
    fake = GivenFile(stream=BytesIO(make_fake(PHOTO, seed=6).jpeg), name="a.jpg")
    add_files(store, sighting, [fake], clock)
    return compare_case(store, fence, clock).runs[-1]


def test_an_album_stamped_before_the_fake_was_known_supports_the_order(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    _album(store, fence, clock, SightingKind.IMPERSONATION)
    stamp_case(
        store, [InProcessAuthority(id=name, tsa=FakeTsa(clock=clock)) for name in ("a", "b")]
    )

    run = _found(store, fence, clock)

    assert (run.direction.order, "stamped-before" in run.direction.support) == (
        Order.QUESTIONED_IS_LATER,
        True,
    )
    assert uncovered_originals(store) == 0


def test_a_stamp_later_than_the_time_said_for_the_fake_says_nothing(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    _album(store, fence, clock, SightingKind.IMPERSONATION)
    stamp_case(store, [InProcessAuthority(id="a", tsa=FakeTsa(clock=clock))])

    run = _found(store, fence, clock, seen_at=datetime(2026, 11, 23, tzinfo=UTC))

    assert "stamped-before" not in run.direction.support
    assert "stamp-later-says-nothing" in run.direction.notes


def test_a_threat_before_the_stamp_may_have_been_of_this_fake(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    _album(store, fence, clock, SightingKind.THREATENED)
    stamp_case(store, [InProcessAuthority(id="a", tsa=FakeTsa(clock=clock))])

    run = _found(store, fence, clock)

    assert "stamped-before" not in run.direction.support
    assert "stamp-later-says-nothing" in run.direction.notes


def test_another_fake_of_another_photo_takes_nothing_from_the_stamp(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
    first = take_in(store, report, clock).sighting
    other = GivenFile(stream=BytesIO(make_fake(OTHER, seed=4).jpeg), name="b.jpg")
    add_files(store, first, [other], clock)
    _album(store, fence, clock, SightingKind.IMPERSONATION)
    stamp_case(store, [InProcessAuthority(id="a", tsa=FakeTsa(clock=clock))])

    run = _found(store, fence, clock)

    assert "stamped-before" in run.direction.support


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_stamp_that_did_not_come_or_does_not_hold_counts_for_nothing(
    store: CaseStore, fence: Fence, clock: FakeClock, is_refused: bool
) -> None:
    _album(store, fence, clock, SightingKind.IMPERSONATION)
    wrong = InProcessAuthority(id="a", tsa=FakeTsa(clock=clock, fault=TsaFault.WRONG_IMPRINT))
    stamped = stamp_case(store, [wrong if is_refused else AuthorityOffline(id="a")])

    run = _found(store, fence, clock)

    expected = TokenState.REFUSED if is_refused else TokenState.PENDING
    assert [one.state for one in stamped.tokens] == [expected]
    notes = (*run.direction.support, *run.direction.notes)
    assert not {"stamped-before", "stamp-later-says-nothing"} & set(notes)
    assert uncovered_originals(store) == 2
