import pytest

from benban.dossier.glyphs import printable, report_glyphs

VIETNAMESE = "ĂÂĐÊÔƠƯăâđêôơư ẮẰẲẴẶẤẦẨẪẬẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰÝỲỶỸỴ ạảãàá"


def test_every_vietnamese_letter_is_printed_as_it_is() -> None:
    assert printable(VIETNAMESE, report_glyphs()) == VIETNAMESE


def test_the_signs_the_report_uses_have_glyphs() -> None:
    assert {sign for sign in "–×•“”’°=%…≤≥−" if ord(sign) not in report_glyphs()} == set()


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("a\u2066b\u2069", "a[U+2066]b[U+2069]"),
        ("a\u200bb", "a[U+200B]b"),
        ("a\x00b\x1b[31m", "a[U+0000]b[U+001B][31m"),
        ("\ud800", "[U+D800]"),
        ("\ue000", "[U+E000]"),
        ("😀", "[U+1F600]"),
        ("中", "[U+4E2D]"),
        ("a\tb\u00a0c", "a b c"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a" + "\u0301" * 5, "á\u0301\u0301[U+0301][U+0301]"),
    ],
)
def test_what_hides_or_has_no_glyph_is_shown_as_its_number(hidden: str, shown: str) -> None:
    assert printable(hidden, report_glyphs()) == shown


def test_decomposed_text_is_printed_composed() -> None:
    assert printable("e\u0302\u0301", report_glyphs()) == "ế"
