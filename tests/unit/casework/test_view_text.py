import pytest

from benban.casework.view import shortened
from benban.wording import Language


@pytest.mark.parametrize("language", Language)
def test_a_text_that_is_cut_says_so(language: Language) -> None:
    text = shortened("a" * 200_001, language)

    assert (text.count("a" * 200_000), "200000" in text[200_000:]) == (1, True)


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert shortened("a" * 200_000, Language.VI) == "a" * 200_000
