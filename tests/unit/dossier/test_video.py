from dataclasses import replace

import pytest

from benban.dossier.report import render_pdf
from benban.dossier.view import ExhibitEntry
from benban.model.exhibit import ExhibitKind
from benban.model.video import Container, VideoFacts
from benban.wording import Language, say
from tests.unit.dossier.example import full_view
from tests.unit.dossier.reading import squeezed, text

FACTS = VideoFacts(
    container=Container.MOV,
    codec="h264",
    width_px=1280,
    height_px=720,
    claimed_duration_ms=-5_000,
    found_duration_ms=61_500,
    claimed_frame_rate="30000/1001",
    claimed_frames=None,
    found_frames=1_843,
    is_counted_whole=False,
    is_shown=False,
    has_sound=True,
)


def printed(language: Language, **changes: object) -> str:
    view = full_view()
    first, *others = view.exhibits
    shown = replace(first.exhibit, kind=ExhibitKind.MEDIA, media_type="video/mp4")
    entry = ExhibitEntry(exhibit=shown, position=first.position, **changes)  # type: ignore[arg-type] # given by each test
    return squeezed(text(render_pdf(replace(view, exhibits=(entry, *others)), language)))


def said(language: Language, message: str, **params: str | int) -> str:
    return squeezed(say(language, f"dossier.{message}", **params))


@pytest.mark.parametrize("language", Language)
def test_found_and_claimed_facts_of_a_video_are_two_rows_of_the_inventory(
    language: Language,
) -> None:
    number, length = {
        Language.VI: ("1.843", ("61,500", "-5,000")),
        Language.EN: ("1,843", ("61.500", "-5.000")),
    }[language]

    page = printed(language, video=FACTS)

    found = [
        said(language, "label.video-found"),
        said(language, "video.pictures", count=number),
        said(language, "video.length", seconds=length[0]),
        said(language, "video.in-part"),
        said(language, "video.no-still"),
    ]
    claimed = [
        said(language, "label.video-claimed"),
        said(language, "video.no-count"),
        said(language, "video.length", seconds=length[1]),
        said(language, "video.rate", rate="30000/1001"),
    ]
    assert [one for one in (*found, *claimed) if one not in page] == []


@pytest.mark.parametrize("language", Language)
def test_why_an_item_could_not_be_read_stands_beside_its_digests(language: Language) -> None:
    page = printed(language, unread_reason="BB-313")

    assert said(language, "label.unread") in page
    assert said(language, "reason.BB-313") in page
