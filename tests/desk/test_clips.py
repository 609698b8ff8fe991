"""A still that was cut out of one's own video, found on the page of the comparison."""

import html
import io

import numpy as np

from benban.casework.add_files import add_files
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.model.finding import CommonOrigin
from benban.model.sighting import Sighting
from benban.testing.clips import PER_SECOND, code_video
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.wiring_case import opened_fence
from benban.wording import Language, say
from tests.desk.rig import Running

Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."


def _film() -> list[Picture]:
    scene = draw_example(Subject.STATUE, seed=3, width_px=720, height_px=540)
    return [
        np.ascontiguousarray(scene[140 - 4 * number :, 8 * number :][:360, :480])
        for number in range(3 * PER_SECOND)
    ]


def _given(data: bytes, name: str) -> GivenFile:
    return GivenFile(stream=io.BytesIO(data), name=name)


def _with_videos(desk: Running) -> str:
    """Open a case with a still and a video that is none, and the video the still is from."""
    case, film = desk.begin(), _film()
    with desk.desk.case(case.removeprefix("/c/")) as store, opened_fence() as fence:
        (one,) = store.all(Sighting)
        broken = _given(code_video(film[:5])[:150] + bytes(5_000), "hong.mp4")
        still = _given(encode_jpeg(film[20]), "cat.jpg")
        add_files(store, one, [still, broken], desk.desk.clock)
        declare_originals(store, SENTENCE, SENTENCE)
        video = _given(code_video(film), "quay.mp4")
        add_originals(
            store, [video], fence, desk.desk.clock, is_in_other_case=lambda _digest: False
        )
    return case


def test_the_page_says_in_both_languages_which_video_and_when(desk: Running) -> None:
    case = _with_videos(desk)
    assert "quay.mp4" in desk.text(f"{case}/photos")
    desk.post(f"{case}/compare")
    desk.wait_for_jobs()

    with desk.desk.case(case.removeprefix("/c/")) as store:
        (finding,) = store.all(CommonOrigin)
        assert finding.clip is not None
    for language in Language:
        desk.post("/language", language=language.value, back="/")
        said = " ".join(html.unescape(desk.text(f"{case}/compare")).split())
        wanted = say(
            language,
            f"cli.clip.tier.{finding.tier.value}",
            original="quay.mp4",
            begin="0:02",
            end="0:02",
            at="0:02",
            agreeing=1,
            compared=1,
        )
        failed = say(language, "cli.compare.failed", exhibit="hong.mp4", code="BB-309")
        assert (wanted in said, failed in said, "org-" in said) == (True, True, False)
        # Words and numbers: no picture, and nothing to click that would show one.
        assert ("<img" in said, "/pair" in said) == (False, False)
