"""Searching does not mind marks (research B5 113)."""

import unicodedata

import pytest

from benban.desk.fold import folded


@pytest.mark.parametrize("typed", ["Đường", "đường", "DUONG", "duong", "ĐƯỜNG"])
def test_a_word_is_found_however_its_marks_are_typed(typed: str) -> None:
    for form in ("NFC", "NFD"):
        assert folded(unicodedata.normalize(form, typed)) == "duong"


def test_another_word_stays_another_word() -> None:
    assert folded("đương") == folded("dương")
    assert folded("dung") != folded("duong")
