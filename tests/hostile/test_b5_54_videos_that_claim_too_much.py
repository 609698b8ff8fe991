"""B5 54: moov bomb, a million frames a second, none, 16,000 pixels, 100 hours, negative length."""

import io
import struct

import pytest

from benban.errors import (
    PictureError,
    VideoDamagedError,
    VideoEmptyError,
    VideoTooLargeError,
)
from benban.model.video import VideoFacts
from benban.outside.fence import Fence
from benban.wording import Language, say
from tests.hostile.pictures import SIDE_PX, png_bomb
from tests.hostile.videos import (
    FRAMES,
    HEIGHT_PX,
    WIDTH_PX,
    a_video,
    edited,
    only_sound,
    pictures_in_a_video,
    with_number,
)
from tests.path.terminal import SEEN, Terminal, run

MOST = 2**31 - 1
# stts: one entry for all pictures, each this long (ISO/IEC 14496-12 8.6.1.2).
VIDEO = a_video()


def each_lasts(video: bytes, ticks: int, *, pictures: int = FRAMES) -> bytes:
    return edited(video, b"stts", lambda _: struct.pack(">IIII", 0, 1, pictures, ticks))


def with_timescale(video: bytes, per_second: int) -> bytes:
    return edited(video, b"mdhd", with_number(12, per_second))


def sizes_of(count: int, each_bytes: int) -> bytes:
    return edited(VIDEO, b"stsz", lambda _: struct.pack(">III", 0, each_bytes, count))


def nested(depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = struct.pack(">I4s", len(body) + 8, b"moov") + body
    return VIDEO[:32] + body


BOMBS = {
    "two thousand million sizes": sizes_of(MOST, 0),
    "two thousand million pictures of one size": sizes_of(MOST, 100),
    "two thousand million pieces": edited(VIDEO, b"stsc", lambda _: struct.pack(">II", 0, MOST)),
    "moov within moov": nested(5_000),
    "no moov": VIDEO[:32],
    "cut in the middle": VIDEO[: len(VIDEO) // 2],
}


@pytest.mark.parametrize("name", BOMBS)
def test_b5_54_a_video_whose_tables_are_a_bomb_is_refused_and_the_next_one_is_read(
    fence: Fence, name: str
) -> None:
    with pytest.raises(VideoDamagedError):
        fence.probe_video(io.BytesIO(BOMBS[name]))

    assert fence.probe_video(io.BytesIO(VIDEO)).found_frames == FRAMES


def probed(fence: Fence, video: bytes) -> VideoFacts:
    return fence.probe_video(io.BytesIO(video))


def test_b5_54_more_pictures_are_claimed_than_are_found(fence: Fence) -> None:
    facts = probed(fence, each_lasts(VIDEO, 512, pictures=MOST))

    assert (facts.claimed_frames, facts.found_frames) == (MOST, FRAMES)


def test_b5_54_a_million_pictures_a_second_is_kept_as_a_claim(fence: Fence) -> None:
    facts = probed(fence, each_lasts(with_timescale(VIDEO, 10**6), 1))

    assert (facts.claimed_frame_rate, facts.found_frames) == ("1000000/1", FRAMES)


@pytest.mark.parametrize("video", [each_lasts(VIDEO, 0), with_timescale(VIDEO, 0)])
def test_b5_54_no_pictures_a_second_or_no_time_at_all_does_not_divide_by_nothing(
    fence: Fence, video: bytes
) -> None:
    facts = probed(fence, video)

    assert (facts.found_frames, facts.is_shown) == (FRAMES, True)


def test_b5_54_a_hundred_hours_are_a_claim_and_two_seconds_are_found(fence: Fence) -> None:
    matroska = a_video(container="matroska")
    # Element 0x4489 is Duration, here eight bytes in units of a millisecond (RFC 9559).
    at = matroska.index(b"\x44\x89\x88") + 3
    hundred_hours = struct.pack(">d", 100 * 3600 * 1000.0)

    facts = probed(fence, matroska[:at] + hundred_hours + matroska[at + 8 :])

    assert (facts.claimed_duration_ms, facts.found_duration_ms) == (360_000_000, 2_000)


def test_b5_54_a_length_below_nothing_is_kept_as_the_claim_it_is(fence: Fence) -> None:
    # mdhd version 1 has a length of 64 bits; it is read as signed.
    def negative(body: bytes) -> bytes:
        return struct.pack(">IQQIq", 1 << 24, 0, 0, 12_800, -5 * 12_800) + body[20:]

    facts = probed(fence, edited(VIDEO, b"mdhd", negative))

    assert (facts.claimed_duration_ms, facts.found_duration_ms) == (-5_000, 2_000)


@pytest.mark.parametrize("side_px", [SIDE_PX, 320])
def test_b5_54_pictures_of_16000_pixels_are_refused_whatever_the_header_says(
    fence: Fence, side_px: int
) -> None:
    video = pictures_in_a_video(png_bomb(), width_px=side_px, height_px=side_px)

    for read in (fence.probe_video, lambda stream: fence.veil_still(stream, 200)):
        with pytest.raises(VideoTooLargeError):
            read(io.BytesIO(video))


def test_b5_54_a_file_with_sound_only_is_said_to_hold_no_picture(fence: Fence) -> None:
    with pytest.raises(VideoEmptyError):
        probed(fence, only_sound())


def test_b5_54_a_cut_video_gives_what_was_found_as_far_as_it_goes(fence: Fence) -> None:
    matroska = a_video(container="matroska")

    facts = probed(fence, matroska[: len(matroska) * 2 // 3])

    assert (facts.claimed_duration_ms, 0 < facts.found_frames < FRAMES) == (2_000, True)


def test_b5_54_every_cut_and_every_overwritten_part_gives_facts_or_a_reason(fence: Fence) -> None:
    matroska = a_video(container="matroska", frames=10)
    harmed = [VIDEO[:at] for at in range(0, len(VIDEO), 499)]
    harmed += [
        video[:at] + b"\xff" * 16 + video[at + 16 :]
        for video in (VIDEO, matroska)
        for at in range(8, len(video), 397)
    ]

    outcomes = [outcome(fence, video) for video in harmed]

    # The head of the MP4 may be overwritten without harm; its tables may not.
    assert {one for one in outcomes if one.startswith("BB-")} >= {"BB-308", "BB-311"}
    assert outcomes.count("read") > len(harmed) // 4
    assert set(outcomes) <= {"read", "BB-308", "BB-309", "BB-310", "BB-311"}


def outcome(fence: Fence, video: bytes) -> str:
    try:
        facts = probed(fence, video)
    except PictureError as error:
        return error.code
    assert (facts.width_px <= 20_000, facts.height_px <= 20_000) == (True, True)
    return "read"


UNREADABLE = {
    "BB-308": b"day la chu, khong phai phim" * 20,
    "BB-309": only_sound(),
    "BB-310": pictures_in_a_video(png_bomb(), width_px=SIDE_PX, height_px=SIDE_PX),
    "BB-311": BOMBS["no moov"],
}


@pytest.mark.parametrize("language", Language)
def test_b5_54_videos_that_cannot_be_read_are_kept_and_their_reasons_told(
    terminal: Terminal, case: str, language: Language
) -> None:
    files = [terminal.file(f"{code}.mp4", video) for code, video in UNREADABLE.items()]

    said = run(
        *terminal.words("add", case, *files, "--seen-on", "nhóm", *SEEN),
        *("--language", language.value),
    )

    told = [code for code in UNREADABLE if say(language, code, limit="50 Mpx") in said.out]
    assert (said.code, told) == (0, list(UNREADABLE))
    assert terminal.state(case).contents == tuple(UNREADABLE.values())


def test_b5_54_what_a_video_claims_and_what_was_found_are_kept_apart(
    terminal: Terminal, case: str
) -> None:
    video = each_lasts(VIDEO, 512, pictures=MOST)
    path = terminal.file("phim.mp4", video)

    added = terminal.run("add", case, path, "--seen-on", "nhóm", *SEEN).json

    (facts,) = added["videos"]
    assert (facts["claimed_frames"], facts["found_frames"]) == (MOST, FRAMES)
    assert (facts["width_px"], facts["height_px"]) == (WIDTH_PX, HEIGHT_PX)
    assert terminal.state(case).contents == (video,)
