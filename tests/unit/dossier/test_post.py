"""What a post said of itself is printed fact by fact, with what was not shown or not readable."""

import pytest

from benban.dossier.report import render_pdf
from benban.wording import Language, say
from tests.unit.dossier.example import full_view
from tests.unit.dossier.reading import squeezed, text


@pytest.mark.parametrize("language", Language)
def test_what_is_read_not_shown_and_not_readable_is_told_apart(language: Language) -> None:
    printed = text(render_pdf(full_view(), language))

    rows = [
        (say(language, "dossier.post.channel-id"), "c1000000141_-7", "1000000141"),
        (
            say(language, "dossier.post.forwarded-from"),
            say(language, "dossier.post.not-shown"),
            "",
        ),
        (
            say(language, "dossier.post.posted-at"),
            "hôm qua",
            say(language, "dossier.post.could-not-parse"),
        ),
        (
            say(language, "dossier.post.channel"),
            "kenh_vi_du",
            say(language, "dossier.post.as-shown"),
        ),
    ]
    assert [squeezed("".join(row)) in squeezed(printed) for row in rows] == [True] * 4
