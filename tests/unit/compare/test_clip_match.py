from collections.abc import Callable, Sequence

import numpy as np
import pytest

from benban.compare.clip_match import MAX_LOG10_CHANCE, match_clips
from benban.model.clip import ClipRange, FrameFingerprint

Film = Callable[[float], int]


def _hash(picture: int, orientation: int = 0, noise: int = 0) -> str:
    bits = np.random.default_rng([picture, orientation]).integers(0, 2, 256)
    if noise:
        rng = np.random.default_rng([picture, orientation, noise])
        bits[rng.choice(256, 10, replace=False)] ^= 1
    return np.packbits(bits).tobytes().hex()


def _film(
    show: Film, seconds: float, *, phase_ms: int = 0, noise: int = 0, mirrored: bool = False
) -> list[FrameFingerprint]:
    """Return frames a second apart of what *show* says is seen at a second."""
    frames = []
    for number, at_ms in enumerate(range(0, round(seconds * 1000), 1000)):
        picture = show((at_ms + phase_ms) / 1000)
        # A mirror makes the fifth orientation (flip-x) of the copy the upright one of the source.
        turned = [4, 1, 2, 3, 0, 5, 6, 7] if mirrored else range(8)
        dihedral = tuple(_hash(picture, k, noise) for k in turned)
        frames.append(FrameFingerprint(number=number, at_ms=at_ms, quality=90, dihedral=dihedral))
    return frames


def _source(second: float) -> int:
    """Two seconds a shot, all different."""
    return int(second // 2)


def _times(ranges: Sequence[ClipRange]) -> list[tuple[float, ...]]:
    return [
        tuple(
            round(ms / 1000)
            for ms in (one.query_from_ms, one.query_to_ms, one.source_from_ms, one.source_to_ms)
        )
        for one in ranges
    ]


SOURCE = _film(_source, 120)


@pytest.mark.parametrize("phase_ms", [0, 300, 500, 700])
def test_a_piece_of_the_source_is_found_at_its_time(phase_ms: int) -> None:
    query = _film(lambda s: _source(s + 40), 30, phase_ms=phase_ms, noise=1)

    (found,) = match_clips(query, SOURCE)

    assert (found.rate, found.dihedral) == (1.0, 0)
    assert abs(found.offset_ms - 40_000 - phase_ms) <= 1000
    assert (found.query_from_ms, found.query_to_ms, found.agreeing_frames) == (0, 29_000, 30)
    assert found.log10_chance < MAX_LOG10_CHANCE


@pytest.mark.parametrize("rate", [0.5, 0.7, 0.9, 1.25, 1.5, 2.0])
def test_another_speed_is_found(rate: float) -> None:
    query = _film(lambda s: _source(s * rate + 10), 40, noise=1)

    (found,) = match_clips(query, SOURCE)

    assert found.rate == pytest.approx(rate, rel=0.03)
    assert abs(found.source_from_ms - 10_000) <= 1000
    assert abs(found.source_to_ms - 10_000 - 39_000 * rate) <= 1000


def test_a_piece_cut_out_of_the_middle_gives_two_ranges() -> None:
    query = _film(lambda s: _source(s + 20 if s < 20 else s + 50), 40)

    assert _times(match_clips(query, SOURCE)) == [(0, 19, 20, 39), (20, 39, 70, 89)]


def test_a_strange_piece_in_between_gives_two_ranges_and_nothing_for_it() -> None:
    query = _film(lambda s: 1000 + int(s) if 16 <= s < 30 else _source(s + 20), 46)

    assert _times(match_clips(query, SOURCE)) == [(0, 15, 20, 35), (30, 45, 50, 65)]


def test_pieces_in_another_order_are_found_each() -> None:
    query = _film(lambda s: _source(s + 60) if s < 20 else _source(s - 20), 40)

    assert _times(match_clips(query, SOURCE)) == [(0, 19, 60, 79), (20, 39, 0, 19)]


def test_a_mirrored_copy_is_found_and_said() -> None:
    query = _film(lambda s: _source(s + 40), 30, mirrored=True)

    (found,) = match_clips(query, SOURCE)

    assert (found.dihedral, found.offset_ms) == (4, 40_000)


def test_other_videos_agree_nowhere() -> None:
    assert match_clips(_film(lambda s: 5000 + _source(s), 60), SOURCE) == ()


def test_a_scene_that_stands_still_says_nothing_on_time() -> None:
    assert match_clips(_film(lambda _: 7, 60), _film(lambda _: 7, 60)) == ()


def test_two_pictures_that_take_turns_say_nothing_on_time() -> None:
    def turns(second: float) -> int:
        return int(second // 3) % 2

    assert match_clips(_film(turns, 60), _film(turns, 60, phase_ms=1000)) == ()


def test_frames_of_low_quality_play_no_part() -> None:
    plain = [
        FrameFingerprint(number=k, at_ms=k * 1000, quality=49, dihedral=frame.dihedral)
        for k, frame in enumerate(SOURCE)
    ]

    assert match_clips(plain, SOURCE) == ()


def test_the_pictures_of_a_video_in_a_random_order_are_no_range() -> None:
    found = 0
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(60)
        found += bool(match_clips(_film(lambda s, o=order: int(o[int(s // 2)]), 120), SOURCE))  # type: ignore[misc]

    assert found == 0


def test_nothing_and_one_frame_agree_with_nothing() -> None:
    assert match_clips([], SOURCE) == ()
    assert match_clips(SOURCE[:1], SOURCE) == ()


def test_the_same_videos_give_the_same_answer() -> None:
    query = _film(lambda s: _source(s * 1.3 + 20), 40, noise=2)

    assert match_clips(query, SOURCE) == match_clips(query, SOURCE)
