"""One's own photos behind the fence: one look each, many in order, and answers that lie."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

import cv2
import numpy as np
import pytest

from benban.errors import FenceUnavailableError
from benban.model.own_photo import GroupingFingerprint, GroupingHash, PhotoFacts, Trace
from benban.outside.fence import Fence, FenceLimits
from benban.outside.fence_own import check_own
from benban.outside.fence_pair import look_at_many
from benban.unpack.source import zip_source


def photo(width: int) -> bytes:
    """Return a drawn JPEG with a remark behind its end."""
    grain = np.random.default_rng(width).integers(0, 256, (12, 16, 3), np.uint8)
    drawn = cv2.resize(grain, (width, 300), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", drawn)[1].tobytes() + b"a remark"


@pytest.fixture(scope="module")
def fences() -> Iterator[tuple[Fence, Fence]]:
    """Give two fences."""
    with Fence() as first, Fence() as second:
        yield first, second


def test_one_look_gives_size_traces_and_hashes_when_asked_for(fences: tuple[Fence, Fence]) -> None:
    plain = fences[0].look_at_own(io.BytesIO(photo(401)), is_hashed=False)
    hashed = fences[0].look_at_own(io.BytesIO(photo(401)), is_hashed=True)
    assert plain == PhotoFacts(
        media_type="image/jpeg", width_px=401, height_px=300, traces=(Trace.UNREAD,)
    )
    assert hashed.fingerprint is not None
    assert replace(hashed, fingerprint=None) == plain


def test_what_cannot_be_read_is_a_value(fences: tuple[Fence, Fence]) -> None:
    found = fences[0].look_at_own(io.BytesIO(b"no picture"), is_hashed=True)
    assert found == PhotoFacts(media_type="", width_px=0, height_px=0, problem="BB-303")


def test_a_fence_that_dies_says_so_of_its_photo_alone() -> None:
    with Fence(FenceLimits(wall_s=0.0)) as late:
        found = late.look_at_own(io.BytesIO(photo(402)), is_hashed=True)
    assert found == PhotoFacts(media_type="", width_px=0, height_px=0, problem="BB-305")


def test_many_come_in_order_and_a_broken_one_stops_nothing(fences: tuple[Fence, Fence]) -> None:
    widths = [410, 411, 0, 412, 413, 0, 414, 415]
    found = list(look_at_many([opener(width) for width in widths], is_hashed=False, fences=fences))
    assert [facts.width_px for facts in found] == widths


def test_only_a_few_are_open_at_a_time(fences: tuple[Fence, Fence]) -> None:
    asked: list[int] = []

    def pictures() -> Iterator[Callable[[], BinaryIO]]:
        for width in range(420, 440):
            asked.append(width)
            yield opener(width)

    looked = look_at_many(pictures(), is_hashed=False, fences=fences)
    next(looked)
    assert asked == [420, 421, 422, 423]
    looked.close()  # type: ignore[attr-defined]


def test_members_of_one_zip_do_not_get_into_each_other_s_bytes(
    fences: tuple[Fence, Fence],
) -> None:
    widths, out = list(range(440, 470)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for width in widths:
            made.writestr(f"{width}.jpg", photo(width))
    source = zip_source(out, "anh.zip")

    opened = [entry.open for entry in source.entries()]
    found = list(look_at_many(opened, is_hashed=False, fences=fences))

    assert [facts.width_px for facts in found] == widths


def opener(width: int) -> Callable[[], BinaryIO]:
    """Return what opens a photo of that width; 0: no photo."""
    return lambda: io.BytesIO(photo(width) if width else b"no picture")


PLAUSIBLE = PhotoFacts(media_type="image/jpeg", width_px=4, height_px=3)
HASHES = GroupingFingerprint(dihedral=(GroupingHash(hex="0" * 64, quality=9),) * 8)


@pytest.mark.parametrize(
    "facts",
    [
        replace(PLAUSIBLE, fingerprint=HASHES),
        replace(PLAUSIBLE, width_px=-1),
        replace(PLAUSIBLE, media_type="text/html"),
        replace(PLAUSIBLE, problem="BB-101"),
        replace(PLAUSIBLE, taken_at_shown="\x1b[2J"),
        replace(PLAUSIBLE, traces=(Trace.TIME, Trace.PLACE)),
        replace(PLAUSIBLE, traces=(Trace.TIME, Trace.TIME)),
    ],
)
def test_facts_that_no_honest_process_gives_are_refused(facts: PhotoFacts) -> None:
    with pytest.raises(FenceUnavailableError):
        check_own(facts, is_hashed=False)
