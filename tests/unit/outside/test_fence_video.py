import io
import threading
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from benban.errors import (
    FenceUnavailableError,
    PictureTimeError,
    PictureUnsafeError,
    VideoFormatError,
)
from benban.fingerprint.frames import fingerprint_video
from benban.fingerprint.ports import ClipFinding
from benban.model.clip import FrameFingerprint, VideoFingerprint
from benban.model.finding import Tier
from benban.model.video import Container, VideoFacts
from benban.outside.fence import Fence, FenceLimits
from benban.outside.fence_answers import check_clip, check_frames, check_video
from benban.outside.fence_window import Window
from benban.testing.clips import code_video, drawn_shots
from tests.hostile.videos import FRAMES, HEIGHT_PX, WIDTH_PX, a_video


@pytest.fixture(scope="module")
def fence() -> Iterator[Fence]:
    with Fence() as fence:
        yield fence


@pytest.mark.parametrize(
    ("codec", "container", "found", "name"),
    [
        ("libx264", "mp4", Container.MOV, "h264"),
        ("libx265", "mov", Container.MOV, "hevc"),
        ("libsvtav1", "mp4", Container.MOV, "av1"),
        ("libx264", "matroska", Container.MATROSKA, "h264"),
        ("libvpx-vp9", "webm", Container.MATROSKA, "vp9"),
        ("mpeg4", "avi", Container.AVI, "mpeg4"),
        ("libx264", "mpegts", Container.MPEG_TS, "h264"),
        ("flv", "flv", Container.FLV, "flv1"),
    ],
)
def test_every_kind_of_video_gives_its_facts_and_a_still(
    fence: Fence, codec: str, container: str, found: Container, name: str
) -> None:
    video = io.BytesIO(a_video(codec, container))

    facts = fence.probe_video(video)

    assert (facts.container, facts.codec, facts.found_frames) == (found, name, FRAMES)
    assert (facts.width_px, facts.height_px, facts.is_shown) == (WIDTH_PX, HEIGHT_PX, True)
    assert facts.claimed_frame_rate == "25/1"
    assert Image.open(io.BytesIO(fence.unveil_still(video, 160))).size == (160, 120)


def test_what_is_claimed_and_what_is_found_agree_for_an_honest_video(fence: Fence) -> None:
    assert fence.probe_video(io.BytesIO(a_video(with_sound=True))) == VideoFacts(
        container=Container.MOV,
        codec="h264",
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        claimed_duration_ms=2_000,
        found_duration_ms=2_000,
        claimed_frame_rate="25/1",
        claimed_frames=FRAMES,
        found_frames=FRAMES,
        is_counted_whole=True,
        is_shown=True,
        has_sound=True,
    )


def test_a_veiled_still_keeps_nothing_finer_than_sixteen_pixels(fence: Fence) -> None:
    png = fence.veil_still(io.BytesIO(a_video()), 320)

    veiled = np.asarray(Image.open(io.BytesIO(png)), np.float32)
    tiny = cv2.resize(veiled, (16, 12), interpolation=cv2.INTER_AREA)
    again = cv2.resize(tiny, (320, 240), interpolation=cv2.INTER_LINEAR)
    assert veiled.shape == (240, 320, 3)
    assert float(np.abs(again - veiled).max()) < 40


def test_an_unveiled_still_shows_the_first_picture(fence: Fence) -> None:
    png = fence.unveil_still(io.BytesIO(a_video()), 320)

    rgb = np.asarray(Image.open(io.BytesIO(png)), np.int16)
    assert np.abs(rgb[120, 80] - (200, 90, 0)).max() < 16
    assert np.abs(rgb[120, 240] - (60, 60, 60)).max() < 16


def test_a_video_larger_than_any_picture_is_read_in_pieces(fence: Fence) -> None:
    # 200 MB of a box that means nothing, made as it is read, between the head and the pictures.
    video = a_video(container="matroska")
    padded = _Padded(video, 200 * 2**20)

    facts = fence.probe_video(padded)

    assert facts.found_frames == FRAMES
    assert padded.most_at_once <= 2**20


def test_an_empty_file_is_no_video(fence: Fence) -> None:
    with pytest.raises(VideoFormatError):
        fence.probe_video(io.BytesIO())


def test_a_video_that_shrinks_while_it_is_read_ends_the_request_only(fence: Fence) -> None:
    class Shrinking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(size)[:10]

    with pytest.raises(PictureUnsafeError):
        fence.probe_video(Shrinking(a_video()))

    assert fence.probe_video(io.BytesIO(a_video())).found_frames == FRAMES


def test_a_video_that_takes_too_long_ends_the_process_by_the_clock() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            threading.Event().wait(1)
            return super().read(size)

    with Fence(FenceLimits(wall_s=0.0)) as fence, pytest.raises(PictureTimeError):
        fence.probe_video(Slow(a_video()))


@pytest.mark.parametrize(
    "said",
    [
        {"codec": "\x1b[2J"},
        {"codec": "h" * 41},
        {"claimed_frame_rate": "25/1\n"},
        {"found_frames": -1},
        {"width_px": 2**31},
    ],
)
def test_facts_that_no_honest_process_gives_are_not_believed(said: dict[str, object]) -> None:
    facts = VideoFacts(
        container=Container.MOV,
        codec="h264",
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        claimed_duration_ms=None,
        found_duration_ms=None,
        claimed_frame_rate="",
        claimed_frames=None,
        found_frames=FRAMES,
        is_counted_whole=True,
        is_shown=True,
        has_sound=False,
    )
    check_video(facts)

    with pytest.raises(FenceUnavailableError):
        check_video(replace(facts, **said))  # type: ignore[arg-type] # named by each case


def test_a_window_reads_what_the_stream_holds_in_any_order() -> None:
    data = np.random.default_rng(3).bytes(700_001)
    asked: list[tuple[int, int]] = []

    def ask(offset: int, size: int) -> bytes:
        asked.append((offset, size))
        return data[offset : offset + size]

    window = Window(len(data), ask)
    window.seek(-5, io.SEEK_END)
    tail = window.read()
    window.seek(262_140)
    over_the_edge = window.read(8) + window.read(4)
    at_the_end = window.seek(0, io.SEEK_END) and window.read(1)

    assert (tail, over_the_edge, at_the_end) == (data[-5:], data[262_140:262_148], b"")
    assert all(offset % 262_144 == 0 and offset + size <= len(data) for offset, size in asked)


class _Padded(io.BytesIO):
    """A Matroska file with a Void element of *void_bytes* behind it, never held in memory."""

    def __init__(self, video: bytes, void_bytes: int) -> None:
        super().__init__(video)
        self._video = video
        self._size = len(video) + void_bytes
        self._at = 0
        self.most_at_once = 0

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = offset + (self._size if whence == io.SEEK_END else 0)
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0
        self.most_at_once = max(self.most_at_once, size)
        wanted = min(size, self._size - self._at)
        part = self._video[self._at : self._at + wanted]
        part += bytes(wanted - len(part))
        self._at += len(part)
        return part


def test_the_frames_of_a_video_cross_the_fence_as_they_were_measured(fence: Fence) -> None:
    video = code_video(drawn_shots((1, 2), seconds=1.5))

    found = fence.fingerprint_video(io.BytesIO(video))

    assert found == fingerprint_video(io.BytesIO(video))
    assert [frame.at_ms for frame in found.frames] == [0, 1000, 1500, 2000]


def _frames(*at_ms: int) -> tuple[FrameFingerprint, ...]:
    return tuple(
        FrameFingerprint(number=number, at_ms=at, quality=100, dihedral=("0" * 64,) * 8)
        for number, at in enumerate(at_ms)
    )


@pytest.mark.parametrize(
    ("frames", "read_ms"),
    [
        ((), 0),
        (_frames(1000, 0), 2000),
        (_frames(0, 1000), 900),
        ((*_frames(0), *_frames(0)), 10),
        (_frames(*range(7_201)), 10_000),
    ],
    ids=["none", "disordered", "after the end", "one number twice", "more than are taken"],
)
def test_frames_that_no_honest_process_gives_are_refused(
    frames: tuple[FrameFingerprint, ...], read_ms: int
) -> None:
    with pytest.raises(FenceUnavailableError):
        check_frames(VideoFingerprint(frames=frames, read_ms=read_ms, is_whole=True))


def test_a_still_leads_through_the_fence_to_its_clip(fence: Fence) -> None:
    clips = [code_video(drawn_shots(seeds)) for seeds in ((1, 2), (3, 4))]
    third_second = list(drawn_shots((3, 4)))[30]
    still = io.BytesIO(cv2.imencode(".png", third_second[:, :, ::-1])[1].tobytes())

    found = fence.find_clip_of_still(still, [io.BytesIO(clip) for clip in clips])

    assert found is not None
    assert found.index == 1
    assert abs(found.at_ms - 3000) <= 500


def test_a_video_leads_through_the_fence_to_its_clip(fence: Fence) -> None:
    clips = [code_video(drawn_shots(seeds)) for seeds in ((1, 2), (3, 4))]
    questioned = code_video(list(drawn_shots((1, 2)))[5:35])

    found = fence.find_clip_of_video(io.BytesIO(questioned), [io.BytesIO(clip) for clip in clips])

    assert found is not None
    assert (found.index, found.frames_compared) == (0, 6)


def test_clips_without_bytes_are_refused_before_the_fence(fence: Fence) -> None:
    with pytest.raises(VideoFormatError):
        fence.find_clip_of_video(io.BytesIO(b"x"), [io.BytesIO()])
    with pytest.raises(VideoFormatError):
        fence.find_clip_of_still(io.BytesIO(b"x"), [])


CLIP = ClipFinding(
    index=0,
    tier=Tier.A,
    from_ms=0,
    to_ms=1000,
    at_ms=500,
    rate=None,
    is_mirrored=False,
    frames_compared=1,
    frames_agreeing=1,
    log10_nfa=-40.0,
)


@pytest.mark.parametrize(
    "found",
    [
        (replace(CLIP, index=2),),
        (replace(CLIP, tier=Tier.C),),
        (replace(CLIP, to_ms=400),),
        (replace(CLIP, from_ms=-1),),
        (replace(CLIP, frames_agreeing=2),),
        (replace(CLIP, rate=3.0),),
        (replace(CLIP, log10_nfa=float("nan")),),
        (CLIP, CLIP),
    ],
)
def test_a_clip_that_no_honest_process_finds_is_refused(found: tuple[ClipFinding, ...]) -> None:
    with pytest.raises(FenceUnavailableError):
        check_clip(found, 2)
