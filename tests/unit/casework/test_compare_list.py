"""What a run says of how far it looked, and what its findings show together."""

import errno
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from benban.casework.add_files import add_files
from benban.casework.compare_case import compare_case
from benban.casework.draw_pair import draw_pair
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.take_in import SightingReport, take_in
from benban.errors import PictureUnsafeError, StoppedError
from benban.fingerprint.ports import PairFinding
from benban.model.case import Capacity, Case
from benban.model.custody import EventKind
from benban.model.exhibit import Original
from benban.model.finding import CommonOrigin, Searched, Tier
from benban.model.fingerprint import PictureFingerprint
from benban.model.ids import CaseId
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.outside.platforms import ThisPlatform
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, decode, draw_example, encode_jpeg, make_fake
from benban.vault import CaseStore, KdfCost, Step, StepKind, Vault
from benban.wording import Language

from .conftest import ADULT

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
PHOTOS = [
    draw_example(subject, seed=seed, width_px=640, height_px=480)
    for subject, seed in ((Subject.CAT, 3), (Subject.DUMMY, 5), (Subject.STATUE, 8))
]
FAKE = make_fake(PHOTOS[0], seed=6).jpeg
CASE = Case(
    id=CaseId("case-00000000000000aa"),
    title="Hồ sơ",
    language=Language.VI,
    capacity=Capacity.SELF,
    opened_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
    is_demonstration=True,
)
COLLAGE = encode_jpeg(
    np.ascontiguousarray(np.hstack([PHOTOS[0][:, :216], PHOTOS[1][:, 216:424], PHOTOS[2][:, 424:]]))
)


class Picky(Fence):
    """The fence, and the photos that end its child."""

    deadly: Sequence[bytes] = ()

    def compare(
        self, questioned: BinaryIO, originals: Sequence[BinaryIO]
    ) -> tuple[PairFinding, ...]:
        given = [one.read() for one in originals]
        if any(one in self.deadly for one in given):
            raise PictureUnsafeError("process died")
        return super().compare(questioned, [BytesIO(one) for one in given])


def _given(store: CaseStore, fence: Fence, clock: FakeClock, photos: Sequence[bytes]) -> None:
    files = [GivenFile(stream=BytesIO(one), name=f"{k}.jpg") for k, one in enumerate(photos)]
    add_originals(store, files, fence, clock, is_in_other_case=lambda _: False)


def _case(
    store: CaseStore, fence: Fence, clock: FakeClock, questioned: bytes, photos: Sequence[bytes]
) -> None:
    sighting = take_in(store, REPORT, clock).sighting
    add_files(store, sighting, [GivenFile(stream=BytesIO(questioned), name="a.jpg")], clock)
    declare_originals(store, "đúng", "đúng")
    _given(store, fence, clock, photos)


def test_of_more_originals_than_are_all_compared_the_list_is_and_the_counts_say_so(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    _case(store, fence, clock, FAKE, [encode_jpeg(one) for one in PHOTOS])
    told: list[tuple[int, int]] = []

    (run,) = compare_case(
        store, fence, clock, tell_index=lambda *of: told.append(of), in_full=2
    ).runs

    searched = run.finding.searched
    assert searched is not None
    assert (run.finding.tier, searched.declared, searched.by_index) == (Tier.A, 3, 3)
    assert (1 <= searched.in_full <= 3, searched.unread, told[-1]) == (True, 0, (3, 3))
    said = {one.name: one.value for one in store.events()[-1].fields}
    assert (said["originals_declared"], said["originals_searched"]) == ("3", "3")


def test_an_index_that_was_stopped_compares_nothing(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    _case(store, fence, clock, FAKE, [encode_jpeg(one) for one in PHOTOS])

    def stop(done: int, _count: int) -> None:
        if done:
            raise StoppedError

    with pytest.raises(StoppedError):
        compare_case(store, fence, clock, tell_index=stop, in_full=2)

    assert store.all(CommonOrigin) == ()


def test_an_original_that_cannot_be_read_is_left_out_counted_and_named_in_the_log(
    store: CaseStore, clock: FakeClock
) -> None:
    photos = [encode_jpeg(one) for one in PHOTOS]
    with Picky() as picky:
        _case(store, picky, clock, FAKE, photos)
        picky.deadly = photos[1:2]
        (run,) = compare_case(store, picky, clock).runs

    failed = [
        (one.subject, {field.name: field.value for field in one.fields}["reason"])
        for one in store.events()
        if one.kind is EventKind.ATTEMPT_FAILED
    ]
    assert run.finding.searched == Searched(declared=3, by_index=None, in_full=2, unread=1)
    assert (run.finding.tier, failed) == (Tier.A, [(store.all(Original)[1].id, "BB-301")])


def test_where_no_original_can_be_read_nothing_is_claimed(
    store: CaseStore, clock: FakeClock
) -> None:
    class Blind(Picky):
        """A fence in which no photo can be read, once they are kept."""

        is_blind = False

        def measure(self, picture: BinaryIO) -> PictureFingerprint:
            data = picture.read()
            if self.is_blind and data in self.deadly:
                raise PictureUnsafeError("process died")
            return super().measure(BytesIO(data))

    photos = [encode_jpeg(one) for one in PHOTOS[:2]]
    with Blind() as blind:
        _case(store, blind, clock, FAKE, photos)
        blind.deadly, blind.is_blind = photos, True
        result = compare_case(store, blind, clock)

    assert (result.runs, [one.code for one in result.failures]) == ((), ["BB-337"])


def _unveiled(store: CaseStore, findings: Sequence[CommonOrigin]) -> float:
    """Return the share of the collage that all written pictures together show as it is."""
    height, width = decode(COLLAGE).shape[:2]
    shown = np.zeros((height, width), bool)
    for finding in findings:
        if finding.veiled_picture is None:
            continue
        pair = decode(store.get_derived(finding.id, "veiled"))
        difference = np.abs(pair[:, :width].astype(int) - decode(COLLAGE).astype(int)).max(axis=2)
        shown |= difference <= 3
    return float(shown.sum() / (height * width))


def test_of_a_collage_of_three_each_source_is_a_part_and_one_alone_is_shown(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    _case(store, fence, clock, COLLAGE, [encode_jpeg(one) for one in PHOTOS])

    findings = [run.finding for run in compare_case(store, fence, clock).runs]

    parts = [one.part for one in findings if one.part is not None]
    pictured = [one for one in findings if one.veiled_picture is not None]
    assert {one.original_id for one in findings} == {one.id for one in store.all(Original)}
    assert [(one.number, one.count, one.first) for one in parts] == [
        (k, 3, findings[0].id) for k in (1, 2, 3)
    ]
    assert pictured == findings[:1]
    assert 0.1 < _unveiled(store, findings) < 0.6


class FullAt:
    """A disk that has no room for one commit, counted from where it is set."""

    def __init__(self) -> None:
        self.commits_left = 0

    def __call__(self, step: Step) -> None:
        if step.kind is StepKind.COMMIT and self.commits_left:
            self.commits_left -= 1
            if not self.commits_left:
                raise OSError(errno.ENOSPC, "full")


@pytest.mark.parametrize(("full_at", "kept"), [(2, 0), (3, 3)])
def test_the_parts_of_a_picture_are_kept_together_or_not_at_all(
    tmp_path: Path, fence: Fence, clock: FakeClock, full_at: int, kept: int
) -> None:
    disk = FullAt()
    vault, _ = Vault.create(
        tmp_path / "kho",
        passphrase="bốn từ dễ nhớ",
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
        on_step=disk,
    )
    with vault, vault.create_case(CASE) as store:
        _case(store, fence, clock, COLLAGE, [encode_jpeg(one) for one in PHOTOS])
        # The first commit is the attempt's own.
        disk.commits_left = full_at
        result = compare_case(store, fence, clock)

        compared = [one for one in store.events() if one.kind is EventKind.COMPARED]
        assert len(store.all(CommonOrigin)) == len(compared) == len(result.runs) == kept
        assert [one.code for one in result.failures] == ([] if kept else ["BB-410"])


def test_a_later_run_shows_no_other_region_of_the_same_picture(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    _case(store, fence, clock, COLLAGE, [encode_jpeg(PHOTOS[2])])
    (first,) = compare_case(store, fence, clock).runs
    _given(store, fence, clock, [encode_jpeg(one) for one in PHOTOS[:2]])

    again = compare_case(store, fence, clock).runs
    before = _unveiled(store, [first.finding])

    assert first.finding.veiled_picture is not None
    assert _unveiled(store, store.all(CommonOrigin)) <= before + 0.02
    assert len(again) == 3


def test_the_same_pair_may_be_shown_again(store: CaseStore, fence: Fence, clock: FakeClock) -> None:
    _case(store, fence, clock, FAKE, [encode_jpeg(PHOTOS[0])])

    runs = [compare_case(store, fence, clock).runs[0] for _ in range(2)]

    assert [one.finding.veiled_picture is None for one in runs] == [False, False]
    assert draw_pair(store, runs[0].finding, None, fence) is None


def test_near_identical_originals_are_counted_as_siblings_with_all_and_with_the_list(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    burst = [encode_jpeg(PHOTOS[0], quality=quality) for quality in (95, 93, 91, 89)]
    _case(store, fence, clock, FAKE, burst)

    (every,) = compare_case(store, fence, clock).runs
    (listed,) = compare_case(store, fence, clock, in_full=2).runs

    told = [one.finding.siblings for one in (every, listed)]
    assert [one and one.alike + one.beaten for one in told] == [3, 3]


def test_a_photo_against_itself_and_its_mirror_image_is_found(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    mirrored = encode_jpeg(np.ascontiguousarray(PHOTOS[0][:, ::-1]))
    _case(store, fence, clock, mirrored, [encode_jpeg(one) for one in PHOTOS])

    (run,) = compare_case(store, fence, clock, in_full=2).runs

    assert run.finding.registration is not None
    assert (run.finding.tier, run.finding.registration.is_mirrored) == (Tier.A, True)
    assert run.finding.veiled_picture is None
