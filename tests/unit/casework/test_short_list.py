from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

import numpy as np
import pytest

from benban.casework.add_files import add_files
from benban.casework.compare_case import compare_case
from benban.casework.events import event
from benban.casework.original_index import open_case_index
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.short_list import compare_short_list
from benban.casework.take_in import SightingReport, take_in
from benban.compare.sources import find_sources
from benban.errors import PictureUnsafeError, StoppedError
from benban.fingerprint.ports import PairFinding, PatchedPair
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin, Tier
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake
from benban.vault import CaseStore

from .conftest import ADULT

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
PHOTOS = [
    draw_example(subject, seed=seed, width_px=640, height_px=480)
    for subject, seed in ((Subject.CAT, 3), (Subject.DUMMY, 5), (Subject.STATUE, 8))
]
BOTH = encode_jpeg(np.ascontiguousarray(np.hstack([PHOTOS[0][:, :320], PHOTOS[1][:, 320:]])))


class Counting(Fence):
    """The fence, how many originals it described, and which of them kills its child."""

    described = 0
    deadly = 0

    def describe_original(self, picture: BinaryIO) -> bytes:
        self.described += 1
        if self.described == self.deadly:
            raise PictureUnsafeError("process died")
        return super().describe_original(picture)


@pytest.fixture(scope="module")
def counting() -> Iterator[Counting]:
    with Counting() as fence:
        yield fence


@pytest.fixture
def originals(store: CaseStore, counting: Counting, clock: FakeClock) -> tuple[Original, ...]:
    counting.described = counting.deadly = 0
    take_in(store, REPORT, clock)
    declare_originals(store, "đúng", "đúng")
    given = [
        GivenFile(stream=BytesIO(encode_jpeg(photo)), name=f"{k}.jpg")
        for k, photo in enumerate(PHOTOS)
    ]
    return add_originals(store, given, counting, clock, is_in_other_case=lambda _: False)


def _questioned(store: CaseStore, clock: FakeClock, jpeg: bytes) -> Exhibit:
    sighting = take_in(store, REPORT, clock).sighting
    file = GivenFile(stream=BytesIO(jpeg), name="a.jpg")
    return add_files(store, sighting, [file], clock)[0]


def _untold(_done: int, _count: int) -> None:
    pass


def test_each_original_is_described_once(
    store: CaseStore, counting: Counting, originals: tuple[Original, ...]
) -> None:
    told: list[tuple[int, int]] = []
    open_case_index(store, counting, lambda done, count: told.append((done, count)))

    again = open_case_index(store, counting, _untold)

    assert (counting.described, again.originals) == (3, originals)
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_an_interrupted_run_goes_on_where_it_stopped(
    store: CaseStore, counting: Counting, originals: tuple[Original, ...]
) -> None:
    def stop(done: int, _count: int) -> None:
        if done == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        open_case_index(store, counting, stop)
    before = counting.described
    open_case_index(store, counting, _untold)

    assert (before, counting.described) == (2, 3)


def test_an_original_that_cannot_be_read_is_named_and_the_others_are_searched(
    store: CaseStore, counting: Counting, originals: tuple[Original, ...]
) -> None:
    counting.deadly = 2

    index = open_case_index(store, counting, _untold)

    failed = [one.subject for one in store.events() if one.kind is EventKind.ATTEMPT_FAILED]
    assert index.originals == (originals[0], originals[2])
    assert (index.unread, failed) == ((originals[1].id,), [originals[1].id])


@pytest.mark.parametrize("cut", [0, 20, 100, -1])
def test_a_part_that_is_not_sound_is_made_anew(
    store: CaseStore, counting: Counting, originals: tuple[Original, ...], cut: int
) -> None:
    open_case_index(store, counting, _untold)
    sound = store.get_derived(originals[1].id, "descriptors")
    store.put_derived(originals[1].id, "descriptors", sound[:cut])

    open_case_index(store, counting, _untold)

    assert store.get_derived(originals[1].id, "descriptors") == sound


def test_a_part_of_an_older_form_is_made_anew(
    store: CaseStore, counting: Counting, originals: tuple[Original, ...]
) -> None:
    open_case_index(store, counting, _untold)
    sound = store.get_derived(originals[1].id, "descriptors")
    # The form stands after the digest of the photograph.
    older = sound[:32] + b"\x01\x00" + sound[34:]
    store.put_derived(originals[1].id, "descriptors", older)

    open_case_index(store, counting, _untold)

    assert store.get_derived(originals[1].id, "descriptors") == sound


def test_the_part_of_another_original_is_made_anew(
    store: CaseStore, counting: Counting, originals: tuple[Original, ...]
) -> None:
    open_case_index(store, counting, _untold)
    sound, other = (store.get_derived(one.id, "descriptors") for one in originals[:2])
    store.put_derived(originals[0].id, "descriptors", other)

    open_case_index(store, counting, _untold)

    assert store.get_derived(originals[0].id, "descriptors") == sound


def test_the_original_of_an_altered_copy_is_found_by_the_short_list(
    store: CaseStore, counting: Counting, originals: tuple[Original, ...], clock: FakeClock
) -> None:
    exhibit = _questioned(store, clock, make_fake(PHOTOS[0], seed=6).jpeg)

    index = open_case_index(store, counting, _untold)
    compared = compare_short_list(store, exhibit, index, counting)

    best = next(pair for pair in compared.pairs if pair.is_best)
    assert (compared.originals[best.index], best.tier) == (originals[0], Tier.A)


def test_a_picture_put_together_from_two_photographs_has_both_on_its_list(
    store: CaseStore, counting: Counting, originals: tuple[Original, ...], clock: FakeClock
) -> None:
    exhibit = _questioned(store, clock, BOTH)

    index = open_case_index(store, counting, _untold)
    compared = compare_short_list(store, exhibit, index, counting)

    sources = find_sources(compared.pairs)
    assert {compared.originals[one.index] for one in sources} == set(originals[:2])


def test_nothing_of_a_photo_that_went_while_it_was_compared_is_kept(
    store: CaseStore, counting: Counting, originals: tuple[Original, ...], clock: FakeClock
) -> None:
    exhibit = _questioned(store, clock, make_fake(PHOTOS[0], seed=6).jpeg)

    class Forgetful(Fence):
        """The fence, and a person who destroys the photo while its pieces are drawn."""

        def patch_pair(
            self, questioned: BinaryIO, original: BinaryIO, finding: PairFinding
        ) -> PatchedPair:
            drawn = super().patch_pair(questioned, original, finding)
            going = [one.id for one in originals]
            store.forget_originals(going, event(EventKind.FORGOTTEN, exhibit.id))
            return drawn

    with Forgetful() as fence:
        result = compare_case(store, fence, clock)

    assert (len(result.runs), len(result.failures)) == (0, 1)
    assert store.all(CommonOrigin) == ()
