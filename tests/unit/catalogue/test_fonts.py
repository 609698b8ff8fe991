"""The fonts that travel with benban draw every letter that a report needs."""

import unicodedata
from importlib.resources import files
from io import BytesIO

import pytest
from PIL import ImageFont

# All Vietnamese vowels with all tones, in both cases, and the letters with a stroke or horn.
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
VIETNAMESE = "đĐ" + "".join(
    unicodedata.normalize("NFC", letter + tone)
    for vowel in _VOWELS
    for letter in (vowel, vowel.upper())
    for tone in _TONES
)
PUNCTUATION = "–—…“”‘’«»·•₫€×°§№"


@pytest.mark.parametrize("family", ["NotoSans", "NotoSerif"])
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_text_fonts_draw_every_vietnamese_letter(family: str, weight: str) -> None:
    assert _missing(f"{family}-{weight}.ttf", VIETNAMESE + PUNCTUATION) == ""


@pytest.mark.parametrize(
    ("name", "signs"),
    [("NotoSansMath-Regular.ttf", "←↑→↓≤≥−≈≠∞√"), ("NotoSansSymbols2-Regular.ttf", "□■●○☐☑✓✗")],
)
def test_sign_fonts_draw_the_signs_of_a_report(name: str, signs: str) -> None:
    assert _missing(name, signs) == ""


def test_a_letter_that_is_not_in_a_font_is_seen() -> None:
    assert _missing("NotoSans-Regular.ttf", "ạ漢") == "漢"


def test_the_licence_lies_beside_the_fonts() -> None:
    text = files("benban.catalogue").joinpath("fonts", "OFL.txt").read_text(encoding="utf-8")

    assert "SIL OPEN FONT LICENSE Version 1.1" in text


def _missing(name: str, letters: str) -> str:
    data = files("benban.catalogue").joinpath("fonts", name).read_bytes()
    font = ImageFont.truetype(BytesIO(data), 40)
    # U+FFFF is no character: every font draws its "not there" box for it.
    box = bytes(font.getmask("\uffff"))
    return "".join(letter for letter in letters if bytes(font.getmask(letter)) == box)
