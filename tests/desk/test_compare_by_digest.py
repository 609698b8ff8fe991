"""What the page of the comparison says of photos of which only digests are kept."""

import io

import pytest

from benban.casework.add_files import add_files
from benban.casework.originals import (
    GivenFile,
    declare_originals,
    keep_original,
    spool_original,
)
from benban.model.sighting import Sighting
from benban.testing.pictures import draw_feed_picture
from benban.wiring_case import opened_fence
from benban.wording import Language, say
from tests.desk.rig import Running, words_of

SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."


@pytest.mark.parametrize("digests_only", [True, False])
def test_photos_known_by_digest_alone_are_not_offered_for_comparison_and_that_is_said(
    desk: Running, digests_only: bool
) -> None:
    case = desk.begin()
    with desk.desk.case(case.removeprefix("/c/")) as store, opened_fence() as fence:
        (one,) = store.all(Sighting)
        fake = GivenFile(stream=io.BytesIO(draw_feed_picture(2)), name="a.jpg")
        add_files(store, one, [fake], desk.desk.clock)
        declare_originals(store, SENTENCE, SENTENCE)
        photo = GivenFile(stream=io.BytesIO(draw_feed_picture(1)), name="b.jpg")
        keep_original(
            store,
            spool_original(store, photo),
            fence,
            desk.desk.clock,
            is_in_other_case=lambda _digest: False,
            digests_only=digests_only,
        )

    page = desk.get(f"{case}/compare").text
    said = say(Language.EN, "desk.compare.by-digest", count=1)
    is_offered = f'action="{case}/compare"' in page
    assert (said in words_of(page), is_offered) == (digests_only, not digests_only)
