from io import BytesIO

import cv2
import numpy as np
import pytest

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import GivenFile
from benban.casework.show import grant_unveiling, picture
from benban.casework.take_in import SightingReport, take_in
from benban.casework.videos import read_videos, video_facts
from benban.errors import ExhibitMissingError, PlaylistError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from tests.hostile.videos import FRAMES, HEIGHT_PX, WIDTH_PX, a_video

from .conftest import ADULT


def added(store: CaseStore, clock: FakeClock, data: bytes, name: str = "phim.mp4") -> Exhibit:
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
    sighting = take_in(store, report, clock).sighting
    (exhibit,) = add_files(store, sighting, [GivenFile(stream=BytesIO(data), name=name)], clock)
    return exhibit


def test_the_facts_of_a_video_are_kept_once_and_stand_in_the_log(
    store: CaseStore, clock: FakeClock, fence: Fence
) -> None:
    exhibit = added(store, clock, a_video())

    first = read_videos(store, fence).read
    second = read_videos(store, fence).read

    facts = video_facts(store, exhibit)
    assert facts is not None
    assert (facts.width_px, facts.height_px, facts.found_frames) == (WIDTH_PX, HEIGHT_PX, FRAMES)
    assert ([one.facts for one in first], second) == ([facts], ())
    said = [entry for entry in store.events() if entry.kind is EventKind.VIDEO_READ]
    assert [(one.subject, one.fields[0].is_sensitive) for one in said] == [(exhibit.id, True)]


def test_a_video_under_another_name_is_a_video_and_a_picture_called_video_is_none(
    store: CaseStore, clock: FakeClock, fence: Fence
) -> None:
    jpeg = cv2.imencode(".jpg", np.full((80, 80, 3), 90, np.uint8))[1].tobytes()
    video, still = added(store, clock, a_video(), "x.jpg"), added(store, clock, jpeg, "x.mp4")

    read = read_videos(store, fence)

    assert ([one.exhibit_id for one in read.read], read.unread) == ([video.id], ())
    assert video_facts(store, still) is None
    measured = fingerprint_exhibits(store, fence)
    assert [one.exhibit_id for one in measured.fingerprints] == [still.id]


def test_why_a_video_could_not_be_read_stands_in_the_log_and_its_bytes_are_kept(
    store: CaseStore, clock: FakeClock, fence: Fence
) -> None:
    data = b"#EXTM3U\nhttps://example.org/a.ts\n"
    exhibit = added(store, clock, data)

    unread = read_videos(store, fence).unread

    assert [(one.exhibit_id, type(one.error)) for one in unread] == [(exhibit.id, PlaylistError)]
    last = store.events()[-1]
    fields = {one.name: one.value for one in last.fields}
    assert (last.kind, fields) == (
        EventKind.ATTEMPT_FAILED,
        {"act": "read video", "reason": "BB-313"},
    )
    with store.open_exhibit(exhibit.id) as stream:
        assert stream.read() == data


def test_a_video_is_shown_as_one_veiled_still(
    store: CaseStore, clock: FakeClock, fence: Fence
) -> None:
    exhibit = added(store, clock, a_video())

    veiled = picture(store, exhibit.id, None, decoder=fence, clock=clock)
    grant = grant_unveiling(store, exhibit.id, "đối chiếu")
    unveiled = picture(store, exhibit.id, grant, decoder=fence, clock=clock)

    assert (veiled.is_veiled, unveiled.is_veiled) == (True, False)
    assert (edge(veiled.png) < 40, edge(unveiled.png) > 100) == (True, True)


def edge(png: bytes) -> float:
    """Return the steepest step from one column to the next: the stripe's edge, or its veil."""
    rgb = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert rgb is not None
    return float(np.abs(np.diff(rgb.astype(np.int16), axis=1)).max())


def test_of_a_video_of_somebody_who_may_be_under_18_no_fact_stays(
    store: CaseStore, clock: FakeClock, fence: Fence
) -> None:
    exhibit = added(store, clock, a_video())
    read_videos(store, fence)

    mark_minor(store, exhibit.id)

    assert video_facts(store, exhibit) is None
    assert [entry for entry in store.events() if entry.kind is EventKind.VIDEO_READ] == []
    with pytest.raises(ExhibitMissingError):
        picture(store, exhibit.id, None, decoder=fence, clock=clock)
