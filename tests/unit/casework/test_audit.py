from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from benban.casework.audit import audit_result, run_audit, sort_photo, tick_step
from benban.casework.audit_keepers import CaseKeeper, MemoryKeeper
from benban.casework.take_in import SightingReport, take_in
from benban.compare import copies
from benban.errors import PermitRefusedError
from benban.model import fingerprint
from benban.model.own_photo import (
    AuditedPhoto,
    GroupingFingerprint,
    GroupingHash,
    PhotoFacts,
    Sorting,
)
from benban.model.sighting import Answer, SightingKind
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.unpack.source import folder_source
from benban.vault import CaseStore

from .conftest import ADULT


class Looks:
    def __init__(self, fence: Fence) -> None:
        self.fence, self.count = fence, 0

    def __call__(
        self, pictures: Iterable[Callable[[], BinaryIO]], *, is_hashed: bool
    ) -> Iterator[PhotoFacts]:
        for opened in pictures:
            self.count += 1
            with opened() as picture:
                found = self.fence.measure(picture)
            hashes = tuple(GroupingHash(hex=one.hex, quality=one.quality) for one in found.dihedral)
            yield PhotoFacts(
                media_type=found.media_type,
                width_px=found.width_px,
                height_px=found.height_px,
                fingerprint=GroupingFingerprint(dihedral=hashes) if is_hashed else None,
            )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "anh"
    made.mkdir()
    for number, subject in enumerate(Subject):
        scene = draw_example(subject, seed=number, width_px=640, height_px=480)
        (made / f"{number}.jpg").write_bytes(encode_jpeg(scene))
        if number == 0:
            (made / "again.jpg").write_bytes(encode_jpeg(scene, quality=70))
    return made


def test_what_was_looked_at_is_not_looked_at_again_after_a_break(
    folder: Path, store: CaseStore, fence: Fence
) -> None:
    first, again = Looks(fence), Looks(fence)
    sources = [folder_source(folder)]
    stopped = run_audit(
        sources,
        first,
        CaseKeeper(store),
        adult=Answer.YES,
        is_cancelled=lambda: first.count >= 2,
    )
    ended = run_audit(sources, again, CaseKeeper(store), adult=Answer.YES)
    assert (stopped.looked_at, stopped.is_complete) == (2, False)
    assert (ended.looked_at, ended.known, ended.is_complete, again.count) == (2, 2, True, 2)


def test_what_looks_alike_is_one_line_and_a_portrait_stands_first(
    folder: Path, fence: Fence
) -> None:
    keeper = MemoryKeeper(is_hashed=True)
    run_audit([folder_source(folder)], Looks(fence), keeper, adult=Answer.YES)
    last = next(one for one in keeper.photos() if one.name == "2.jpg")
    sort_photo(keeper, last.id, Sorting.PORTRAIT)
    tick_step(keeper, last.id, "hide", is_done=True)
    lines = audit_result(keeper).lines
    assert [{one.name for one in line.photos} for line in lines] == [
        {"2.jpg"},
        {"0.jpg", "again.jpg"},
        {"1.jpg"},
    ]
    assert lines[0].photo.done == ("hide",)


def test_nothing_is_hashed_or_kept_without_a_yes(
    folder: Path, store: CaseStore, fence: Fence
) -> None:
    for answer in (Answer.NO, Answer.UNSURE, Answer.NOT_ANSWERED):
        looks = Looks(fence)
        for keeper in (CaseKeeper(store), MemoryKeeper(is_hashed=True)):
            with pytest.raises(PermitRefusedError):
                run_audit([folder_source(folder)], looks, keeper, adult=answer)
        assert looks.count == 0


def test_an_answer_that_is_not_yes_destroys_the_list_and_ends_it(
    folder: Path, store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    keeper = CaseKeeper(store)
    run_audit([folder_source(folder)], Looks(fence), keeper, adult=Answer.YES)
    rows = keeper.photos()
    young = SightingReport(
        address=None,
        kind=SightingKind.THREATENED,
        answers=replace(ADULT, adult_now=Answer.UNSURE),
        text="x",
    )
    take_in(store, young, clock)
    assert len(rows) == 4
    assert store.all(AuditedPhoto) == ()
    with pytest.raises(PermitRefusedError):
        keeper.keep(rows)


def test_one_s_own_photos_are_grouped_by_the_rule_that_finds_copies() -> None:
    expected = (copies.MATCH_DISTANCE_BITS, copies.MIN_QUALITY)

    assert expected == (fingerprint.MATCH_DISTANCE_BITS, fingerprint.MIN_QUALITY)
