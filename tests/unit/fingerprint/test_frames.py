import io
from functools import cache

import numpy as np
import pytest

from benban.errors import VideoDamagedError
from benban.fingerprint.frames import FrameReader, fingerprint_video
from benban.fingerprint.pdq import hash_picture
from benban.testing.clips import code_video, drawn_shots

SHOTS = (1, 2, 3, 4)


@cache
def _coded(codec: str, container: str) -> bytes:
    return code_video(drawn_shots(SHOTS, seconds=1.5), codec=codec, container=container)


def _video(codec: str = "libx264", container: str = "mp4") -> io.BytesIO:
    return io.BytesIO(_coded(codec, container))


def test_a_frame_is_taken_each_second_and_after_each_cut() -> None:
    found = fingerprint_video(_video())

    # Six seconds; the second and the fourth shot begin between two full ones.
    assert [frame.at_ms for frame in found.frames] == [0, 1000, 1500, 2000, 3000, 4000, 4500, 5000]
    assert [frame.number for frame in found.frames] == [0, 10, 15, 20, 30, 40, 45, 50]
    assert (found.read_ms, found.is_whole) == (5900, True)


def test_a_frame_is_hashed_as_a_picture_is() -> None:
    taken = list(FrameReader(_video()).frames())
    found = fingerprint_video(_video())

    assert [frame.pdq for frame in found.frames] == [hash_picture(one.rgb)[0] for one in taken]
    assert [frame.dihedral for frame in found.frames] == [
        tuple(pdq.hex for pdq in hash_picture(one.rgb)[1]) for one in taken
    ]


@pytest.mark.parametrize(
    ("codec", "container"),
    [("libx264", "mp4"), ("libvpx-vp9", "webm"), ("mpeg4", "avi"), ("libx264", "mpegts")],
)
def test_every_kind_of_video_gives_the_same_times(codec: str, container: str) -> None:
    times = [
        frame.at_ms for frame in fingerprint_video(_video(codec=codec, container=container)).frames
    ]

    assert times == [0, 1000, 1500, 2000, 3000, 4000, 4500, 5000]


@pytest.mark.parametrize("container", ["mp4", "mpegts", "matroska", "avi"])
def test_a_cut_file_gives_what_could_be_read_and_says_so(container: str) -> None:
    whole = _video(container=container).getvalue()

    found = fingerprint_video(io.BytesIO(whole[: len(whole) * 6 // 10]))

    assert not found.is_whole
    assert [frame.at_ms for frame in found.frames][:3] == [0, 1000, 1500]
    assert found.read_ms < 5500


def test_a_hole_in_the_middle_is_passed_over_and_said() -> None:
    data = bytearray(_video(container="mpegts").getvalue())
    middle = len(data) // 2
    data[middle : middle + 9000] = np.random.default_rng(1).bytes(9000)

    found = fingerprint_video(io.BytesIO(bytes(data)))

    assert not found.is_whole
    assert found.frames[0].at_ms == 0
    assert found.frames[-1].at_ms >= 4000


def test_a_limit_of_frames_ends_the_reading_and_is_said() -> None:
    found = fingerprint_video(_video(), max_frames=3)

    assert ([frame.at_ms for frame in found.frames], found.is_whole) == ([0, 1000, 1500], False)


def test_a_limit_of_time_ends_the_reading_and_is_said() -> None:
    ticks = iter(range(100))
    reader = FrameReader(_video(), reading_s=15.5, clock=lambda: float(next(ticks)))

    times = [frame.at_ms for frame in reader.frames()]

    assert (times, reader.is_whole) == ([0, 1000], False)


def test_a_strobe_does_not_fill_the_list() -> None:
    dark, light = np.zeros((96, 128, 3), np.uint8), np.full((96, 128, 3), 255, np.uint8)
    video = code_video([dark, light] * 50, per_second=25)

    assert len(fingerprint_video(io.BytesIO(video)).frames) <= 5 * 4


def test_a_video_without_one_picture_is_refused() -> None:
    whole = _video().getvalue()
    start = whole.index(b"mdat") + 4

    with pytest.raises(VideoDamagedError):
        fingerprint_video(io.BytesIO(whole[:start] + bytes(len(whole) - start)))
