from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest

from benban.dossier.letter import render_letter
from benban.wording import Language

MADE_AT = datetime(2026, 11, 22, 8, 15, 30, 123456, tzinfo=UTC)


def _letter(paragraphs: tuple[str, ...] = ("Xin chào,", "Đây là thư của tôi.")) -> bytes:
    return render_letter(
        Language.VI,
        "Thư gửi người khác",
        paragraphs,
        foot="Do người gửi viết. benban không kiểm tra người đó là ai.",
        made_at=MADE_AT,
        is_demonstration=True,
    )


def test_a_letter_has_no_image_object_and_no_link() -> None:
    with pikepdf.open(BytesIO(_letter())) as pdf:
        kinds = {
            str(thing.get("/Subtype"))
            for thing in pdf.objects
            if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream))
        }

    assert kinds & {"/Image", "/Link"} == set()


def test_the_same_words_give_the_same_bytes() -> None:
    assert _letter() == _letter()


@pytest.mark.parametrize("hostile", ['#read("/etc/passwd")', '#image("a.png")', "$x$ *b* @ref"])
def test_markup_in_a_paragraph_stays_text(hostile: str) -> None:
    with pikepdf.open(BytesIO(_letter((hostile,)))) as pdf:
        assert len(pdf.pages) == 1
