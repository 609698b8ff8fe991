"""A name from outside hides nothing and turns nothing around."""

import pytest

from benban.wording.unseen import LONGEST_SHOWN, show_unseen


@pytest.mark.parametrize(
    ("untrusted", "shown"),
    [
        ("anh\u202egpj.exe", "anh[U+202E]gpj.exe"),
        ("a\u2066b\u2069", "a[U+2066]b[U+2069]"),
        ("a\u200bb\ufeff", "a[U+200B]b[U+FEFF]"),
        ("a\nb\rc\td\x1b[31m", "a[U+000A]b[U+000D]c[U+0009]d[U+001B][31m"),
        ("a\u2028b", "a[U+2028]b"),
        ("tag\U000e0041", "tag[U+E0041]"),
        ("half\ud800", "half[U+D800]"),
        ("a\u00a0b", "a b"),
        ("a" + "\u0316" * 4, "a\u0316\u0316[U+0316][U+0316]"),
    ],
)
def test_what_is_hidden_is_shown_as_its_number(untrusted: str, shown: str) -> None:
    assert show_unseen(untrusted) == shown


def test_vietnamese_in_nfd_is_read_as_it_was_meant() -> None:
    assert show_unseen("A\u0309nh gia đi\u0300nh Nguye\u0302\u0303n") == "Ảnh gia đình Nguyễn"


def test_other_scripts_and_markup_stay_as_they_are() -> None:
    assert show_unseen("صورة <b>&amp;</b> 写真.jpg") == "صورة <b>&amp;</b> 写真.jpg"


def test_a_name_without_end_is_cut() -> None:
    assert show_unseen("x" * 100_000) == "x" * LONGEST_SHOWN + "…"
