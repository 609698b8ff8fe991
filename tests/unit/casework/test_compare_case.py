from datetime import timedelta
from io import BytesIO

import pytest

from benban.casework.add_files import add_files
from benban.casework.compare_case import ComparisonRun, compare_case
from benban.casework.letters import LetterWishes, write_case_letter
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.stamp import stamp_case
from benban.casework.take_in import SightingReport, take_in
from benban.casework.view import ViewRequest, build_view
from benban.dossier.view import Edition, OwnAccount
from benban.errors import NotStoredError
from benban.model.finding import CommonOrigin, Order, Tier
from benban.model.sighting import SightingKind
from benban.notices.letter import Recipient
from benban.outside.fence import Fence
from benban.seal.digests import sha256_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake
from benban.testing.tsa import FakeTsa
from benban.vault import CaseStore
from benban.wording import Language

from .conftest import ADULT
from .test_stamp import InProcessAuthority

PHOTO = draw_example(Subject.CAT, seed=3, width_px=640, height_px=480)
FAKE = make_fake(PHOTO, seed=6).jpeg
UNTOUCHED = encode_jpeg(PHOTO[40:440, 60:600].copy())
REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)


def _compared(store: CaseStore, fence: Fence, clock: FakeClock, questioned: bytes) -> ComparisonRun:
    sighting = take_in(store, REPORT, clock).sighting
    add_files(store, sighting, [GivenFile(stream=BytesIO(questioned), name="a.jpg")], clock)
    declare_originals(store, "đúng", "đúng")
    given = [GivenFile(stream=BytesIO(encode_jpeg(PHOTO)), name="b.jpg")]
    add_originals(store, given, fence, clock, is_in_other_case=lambda _: False)
    stamp_case(store, [InProcessAuthority(id="a", tsa=FakeTsa(clock=clock))])
    (run,) = compare_case(store, fence, clock).runs
    return run


def test_an_altered_copy_is_kept_with_a_picture_whose_altered_part_is_destroyed(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    run = _compared(store, fence, clock, FAKE)

    kept = store.get_derived(run.finding.id, "veiled")
    assert (run.finding.tier, run.finding.veiled_picture is None, kept is None) == (
        Tier.A,
        False,
        False,
    )


def test_what_was_drawn_is_kept_with_it_and_bound_to_the_log(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    finding = _compared(store, fence, clock, FAKE).finding

    assert finding.links is not None
    assert finding.patches is not None
    kinds = ("overlay", "map", "links", "patches")
    kept = [sha256_of(store.get_derived(finding.id, kind)) for kind in kinds]
    said = {one.name: one.value for one in store.events()[-1].fields}
    assert kept == [
        finding.overlay_picture,
        finding.map_picture,
        finding.links.picture,
        finding.patches.picture,
    ]
    assert [said[f"{kind}_picture"] for kind in kinds] == [str(one) for one in kept]
    assert store.get(CommonOrigin, finding.id) == finding


def test_of_an_unaltered_copy_no_picture_is_made_that_would_show_all_of_it(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    run = _compared(store, fence, clock, UNTOUCHED)

    for kind in ("veiled", "overlay", "map", "links", "patches"):
        with pytest.raises(NotStoredError):
            store.get_derived(run.finding.id, kind)
    finding = run.finding
    drawn = (finding.overlay_picture, finding.map_picture, finding.links, finding.patches)
    said = {finding.veiled_picture, *drawn}
    assert (finding.tier, said) == (Tier.A, {None})


def test_a_dossier_prints_the_run_on_an_unaltered_copy_without_a_picture(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    run = _compared(store, fence, clock, UNTOUCHED)

    request = ViewRequest(
        dossier_id="dossier-1",
        edition=Edition.READING,
        languages=(Language.VI,),
        exhibits=(),
        disclosure=None,
        with_comparison=True,
        own_account=OwnAccount(),
    )
    section = build_view(store, request, clock).comparison

    assert section is not None
    assert [(one.finding.id, one.veiled_png) for one in section.entries] == [(run.finding.id, None)]


def test_an_unaltered_copy_is_not_called_a_later_altered_one(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    run = _compared(store, fence, clock, UNTOUCHED)

    assert (run.direction.order, "no-altered-area" in run.direction.notes) == (
        Order.NOT_DETERMINED,
        True,
    )


@pytest.mark.parametrize(("questioned", "says_more"), [(FAKE, True), (UNTOUCHED, False)])
def test_a_letter_speaks_of_alteration_only_where_something_was_altered(
    store: CaseStore, fence: Fence, clock: FakeClock, questioned: bytes, says_more: bool
) -> None:
    _compared(store, fence, clock, questioned)

    plain, asked = (
        write_case_letter(
            store,
            LetterWishes(recipient=Recipient.WORK, wishes=(), says_altered=says_altered),
            Language.EN,
            clock,
        )
        for says_altered in (False, True)
    )

    assert (len(asked.paragraphs) > len(plain.paragraphs)) is says_more


def test_a_stamp_over_a_log_that_held_the_sighting_is_not_before_it_whatever_the_clock_says(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    # This computer's clock runs a day ahead of the authority's.
    ahead = FakeClock(clock.now() + timedelta(days=1))
    sighting = take_in(store, REPORT, ahead).sighting
    add_files(store, sighting, [GivenFile(stream=BytesIO(FAKE), name="a.jpg")], ahead)
    declare_originals(store, "đúng", "đúng")
    given = [GivenFile(stream=BytesIO(encode_jpeg(PHOTO)), name="b.jpg")]
    add_originals(store, given, fence, ahead, is_in_other_case=lambda _: False)
    stamp_case(store, [InProcessAuthority(id="a", tsa=FakeTsa(clock=clock))])

    (run,) = compare_case(store, fence, ahead).runs

    assert (run.direction.support, run.direction.notes) == ((), ("stamp-later-says-nothing",))
