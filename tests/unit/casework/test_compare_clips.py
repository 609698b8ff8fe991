import io
from collections.abc import Iterable, Iterator
from functools import cache

import cv2
import numpy as np
import pytest

from benban.casework.add_files import add_files
from benban.casework.compare_case import compare_case
from benban.casework.compare_clips import ClipComparison, compare_clips, count_clip_runs
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.take_in import SightingReport, take_in
from benban.errors import DeclarationMissingError, PermitRefusedError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import Against, Cell, CommonOrigin, Tier
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clips import PER_SECOND, code_video
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.vault import CaseStore

from .conftest import ADULT

Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
FOREIGN = draw_example(Subject.CAT, seed=5, width_px=480, height_px=360)


@cache
def _film(*seeds: int) -> tuple[Picture, ...]:
    """Return three seconds for each seed: a window that travels over a drawn statue."""
    return tuple(frame for seed in seeds for frame in _shot(seed))


def _shot(seed: int) -> Iterator[Picture]:
    scene = draw_example(Subject.STATUE, seed=seed, width_px=720, height_px=540)
    for number in range(3 * PER_SECOND):
        x, y = 8 * number, 140 - 4 * number
        yield np.ascontiguousarray(scene[y : y + 360, x : x + 480])


def _changed(rgb: Picture) -> Picture:
    """Return a frame whose middle is covered by a cloth."""
    drawn = rgb.copy()
    cloth = draw_example(Subject.STATUE, seed=9, width_px=480, height_px=360)
    mask = np.zeros(rgb.shape[:2], np.uint8)
    cv2.ellipse(mask, (240, 180), (90, 70), 0, 0, 360, 255, -1)
    drawn[mask > 0] = cloth[mask > 0]
    return drawn


def _mirrored_and_cropped(frames: Iterable[Picture]) -> list[Picture]:
    return [np.ascontiguousarray(_changed(one)[12:348, 18:462][:, ::-1]) for one in frames]


def _questioned(store: CaseStore, clock: FakeClock, **files: bytes) -> dict[str, Exhibit]:
    sighting = take_in(store, REPORT, clock).sighting
    named = {name.replace("_", "."): data for name, data in files.items()}
    given = [GivenFile(stream=io.BytesIO(data), name=name) for name, data in named.items()]
    return dict(zip(files, add_files(store, sighting, given, clock), strict=True))


def _declared(
    store: CaseStore, fence: Fence, clock: FakeClock, **files: bytes
) -> tuple[Original, ...]:
    declare_originals(store, "đúng", "đúng")
    given = [
        GivenFile(stream=io.BytesIO(data), name=name.replace("_", "."))
        for name, data in files.items()
    ]
    return add_originals(store, given, fence, clock, is_in_other_case=lambda _: False)


def _run_of(found: ClipComparison, exhibit: Exhibit) -> CommonOrigin:
    (run,) = (one for one in found.runs if one.exhibit_id == exhibit.id)
    return run


def test_a_still_of_a_clip_is_found_with_its_second_and_a_foreign_one_is_not(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    kept = _questioned(
        store,
        clock,
        still_jpg=encode_jpeg(_changed(_film(3, 4)[40])),
        foreign_jpg=encode_jpeg(FOREIGN),
        broken_mp4=code_video(_film(1, 2)[:10])[:150] + bytes(5_000),
    )
    _, second = _declared(
        store, fence, clock, a_mp4=code_video(_film(1, 2)), b_mp4=code_video(_film(3, 4))
    )
    told: list[tuple[int, int]] = []

    found = compare_clips(store, fence, clock, lambda done, count: told.append((done, count)))

    still, foreign = _run_of(found, kept["still_jpg"]), _run_of(found, kept["foreign_jpg"])
    assert (still.original_id, still.originals_compared) == (second.id, 2)
    assert still.tier in {Tier.A, Tier.B}
    assert still.clip is not None
    assert abs(still.clip.at_ms - 4000) <= 500
    assert still.against is Against.VIDEOS
    # Nothing but the tier of what was not found.
    assert (foreign.tier, foreign.original_id, foreign.clip) == (Tier.NONE, None, None)
    assert (foreign.log10_nfa, foreign.change_map, foreign.registration) == (None, None, None)
    assert [(one.exhibit_id, one.code) for one in found.failures] == [
        (kept["broken_mp4"].id, "BB-309")
    ]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert count_clip_runs(store) == 3
    assert store.all(CommonOrigin) == found.runs
    logged = [one.subject for one in store.events() if one.kind is EventKind.COMPARED]
    assert logged == [one.id for one in found.runs]


def test_a_mirrored_and_cropped_piece_gives_its_range_and_what_was_changed(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    piece = _mirrored_and_cropped(_film(1, 2)[10:50])
    kept = _questioned(store, clock, piece_mp4=code_video(piece))
    (original,) = _declared(store, fence, clock, a_mp4=code_video(_film(1, 2)))

    run = _run_of(compare_clips(store, fence, clock), kept["piece_mp4"])

    assert run.original_id == original.id
    assert run.clip is not None
    assert (run.clip.is_mirrored, run.clip.rate is None) == (True, False)
    assert abs(run.clip.from_ms - 1000) <= 500
    assert abs(run.clip.to_ms - 4500) <= 500
    grid = run.change_map
    assert grid is not None
    assert run.clip.frames_mapped >= 3
    # The cloth covers 13 % of the picture, around its middle.
    rows = range(grid.rows // 2 - 2, grid.rows // 2 + 3)
    middle = "".join(grid.cells[row * grid.columns + grid.columns // 2 - 2 :][:5] for row in rows)
    assert (str(Cell.CHANGED.value) in middle, str(Cell.AGREE.value) in middle) == (True, False)
    assert 0.05 <= grid.share(Cell.CHANGED) <= 0.3
    assert not run.shows_altered_shot


def test_a_photo_that_a_video_shows_is_named_with_its_times(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    photo, other = (
        draw_example(Subject.CAT, seed=seed, width_px=480, height_px=360) for seed in (31, 32)
    )
    shown = [*_film(1)[:20], *([photo] * 20)]
    kept = _questioned(store, clock, piece_mp4=code_video(shown), still_jpg=encode_jpeg(photo))
    first, _ = _declared(store, fence, clock, a_jpg=encode_jpeg(photo), b_jpg=encode_jpeg(other))

    (run,) = compare_clips(store, fence, clock).runs

    assert (run.exhibit_id, run.original_id) == (kept["piece_mp4"].id, first.id)
    assert (run.against, run.tier) == (Against.PHOTOS_BY_FINGERPRINT, Tier.B)
    assert [(one.from_ms, one.to_ms) for one in run.showings] == [(2000, 3000)]
    # The still is a matter of compare_case, and the video is none of it.
    pairs = compare_case(store, fence, clock)
    assert [one.finding.exhibit_id for one in pairs.runs] == [kept["still_jpg"].id]


def test_without_a_declared_original_nothing_is_compared(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    _questioned(store, clock, still_jpg=encode_jpeg(FOREIGN))

    with pytest.raises(DeclarationMissingError):
        compare_clips(store, fence, clock)

    assert EventKind.COMPARED not in [one.kind for one in store.events()]


def test_with_somebody_under_18_the_videos_go_and_none_comes_in(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    film = code_video(_film(1)[:15])
    kept = _questioned(store, clock, still_jpg=encode_jpeg(_film(1)[5]), piece_mp4=film)
    _declared(store, fence, clock, a_mp4=code_video(_film(1)))
    found = compare_clips(store, fence, clock)
    assert len(found.runs) == 2

    mark_minor(store, kept["still_jpg"].id)

    assert (store.all(Original), store.all(CommonOrigin), store.all(Exhibit)) == ((), (), ())
    given = [GivenFile(stream=io.BytesIO(film), name="a.mp4")]
    with pytest.raises(PermitRefusedError):
        add_originals(store, given, fence, clock, is_in_other_case=lambda _: False)
    with pytest.raises(DeclarationMissingError):
        compare_clips(store, fence, clock)


def test_a_comparison_that_is_stopped_keeps_the_runs_before(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    kept = _questioned(
        store, clock, a_jpg=encode_jpeg(_film(1)[5]), b_jpg=encode_jpeg(_film(1)[15])
    )
    _declared(store, fence, clock, a_mp4=code_video(_film(1)))

    def stop(done: int, _count: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare_clips(store, fence, clock, stop)

    assert [one.exhibit_id for one in store.all(CommonOrigin)] == [kept["a_jpg"].id]
