"""No text that a person reads blames them, and none for somebody under 18 asks for a picture."""

import re
from pathlib import Path

import pytest

from benban.model.sighting import NO_ANSWERS, SightingKind
from benban.notices.lint import find_avoided_words
from benban.remedies import packaged_catalogue
from benban.remedies.describe import describe_step
from benban.wording import Language, message_ids
from benban.wording.messages import _catalogue as texts_of
from tests.unit.remedies.scenes import TELEGRAM, UNKNOWN, X, plan, sighting

CATALOGUE = packaged_catalogue()
PROGRAM = Path(__file__).parents[3] / "src" / "benban"
TEXTS = {".po", ".txt", ".toml", ".typ", ".html", ".jinja", ".j2", ".js", ".css", ".py", ".md"}


def _found(text: str, language: Language, *, for_minors: bool = False) -> tuple[str, ...]:
    return find_avoided_words(text, language, CATALOGUE, for_minors=for_minors)


@pytest.mark.parametrize("language", Language)
def test_no_message_holds_a_word_that_blames(language: Language) -> None:
    hits = {
        message_id: _found(text, language)
        for message_id, text in texts_of(language).items()
        if _found(text, language)
    }

    assert hits == {}


@pytest.mark.parametrize("language", Language)
def test_no_form_holds_a_word_that_blames(language: Language) -> None:
    hits = {
        form.id: _found(form.text(language).subject + "\n" + form.text(language).body, language)
        for form in CATALOGUE.forms
    }

    assert set(hits.values()) == {()}


@pytest.mark.parametrize("language", Language)
def test_no_message_or_form_cites_repealed_law(language: Language) -> None:
    every = [
        *texts_of(language).values(),
        *(form.text(language).body for form in CATALOGUE.forms),
    ]

    hits = [(text, rule.cited_in(text)) for text in every for rule in CATALOGUE.repealed]
    assert [one for one in hits if one[1]] == []


def test_no_text_that_the_program_carries_cites_repealed_law() -> None:
    # Forms, messages, letters, papers, templates of pages and sentences in code alike; only the
    # files of law speak of what came before, to whoever maintains them.
    carried = [
        path
        for path in PROGRAM.rglob("*")
        if path.suffix in TEXTS and PROGRAM / "catalogue" / "laws" not in path.parents
    ]
    hits = {
        (path.relative_to(PROGRAM).as_posix(), found)
        for path in carried
        for rule in CATALOGUE.repealed
        if (found := rule.cited_in(path.read_text(encoding="utf-8")))
    }

    assert ({".po", ".typ", ".txt"} <= {one.suffix for one in carried}, hits) == (True, set())


def test_a_vietnamese_word_has_one_spelling() -> None:
    # "xóa", not "xoá": who looks for a word in a paper finds it everywhere.
    papers = (PROGRAM / "catalogue" / "forms").rglob("*.toml")
    carried = [
        *texts_of(Language.VI).values(),
        *(form.text(Language.VI).body for form in CATALOGUE.forms),
        *(path.read_text(encoding="utf-8") for path in papers),
    ]
    other = re.compile(r"\w*(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)

    assert {word for text in carried for word in other.findall(text)} == set()


@pytest.mark.parametrize("spelling", ["15/2020", "THỪA  PHÁT LẠI", "Luật An ninh mạng 2018"])
def test_a_repealed_rule_is_found_in_any_case(spelling: str) -> None:
    assert any(rule.cited_in(f"theo {spelling}, điều 8") for rule in CATALOGUE.repealed)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", SightingKind)
@pytest.mark.parametrize("place", [TELEGRAM, X, UNKNOWN, None])
def test_no_page_under_18_asks_for_a_picture(
    language: Language, kind: SightingKind, place: str | None
) -> None:
    made = plan(sighting(place, kind=kind, answers=NO_ANSWERS))
    pages = [describe_step(one, CATALOGUE, language) for one in made.steps]

    hits = [_found(f"{page.title} {page.reason}", language, for_minors=True) for page in pages]

    assert set(hits) == {()}


@pytest.mark.parametrize("language", Language)
def test_no_form_for_people_under_18_asks_for_a_picture(language: Language) -> None:
    hits = {
        form.id: _found(form.text(language).body, language, for_minors=True)
        for form in CATALOGUE.forms
        if form.is_for_minors
    }

    assert (len(hits), set(hits.values())) == (4, {()})


@pytest.mark.parametrize("language", Language)
def test_the_page_for_help_now_is_fit_for_everybody(language: Language) -> None:
    assert _found(texts_of(language)["help.now"], language, for_minors=True) == ()


@pytest.mark.parametrize("language", Language)
def test_the_page_for_help_now_gives_no_number_but_111(language: Language) -> None:
    text = texts_of(language)["help.now"]

    numbers = {word.strip(".,:;") for word in text.split() if word.strip(".,:;").isdigit()}

    assert numbers == {"111", "18"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.VI, "Ảnh nóng của bạn bị đăng"),
        (Language.VI, "Kẻ xấu đã lộ clip"),
        (Language.EN, "Revenge porn was posted"),
        (Language.EN, "The victim was leaked"),
        (Language.EN, "She should call"),
    ],
)
def test_the_check_finds_what_it_must(language: Language, text: str) -> None:
    assert _found(text, language) != ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.VI, "Hãy chụp màn hình"),
        (Language.VI, "Lưu ảnh lại"),
        (Language.VI, "Chuyển tiếp cho chúng tôi"),
        (Language.EN, "Take a screenshot"),
        (Language.EN, "Save it"),
        (Language.EN, "Look for the picture"),
    ],
)
def test_the_check_for_under_18_finds_what_it_must(language: Language, text: str) -> None:
    assert (_found(text, language), _found(text, language, for_minors=True) != ()) == ((), True)


def test_both_languages_have_every_text_of_plans_and_notices() -> None:
    mine = ("plan.", "notice.", "letter.", "help.", "BB-6")

    sets = [{one for one in message_ids(language) if one.startswith(mine)} for language in Language]

    assert (len(sets[0]) > 100, sets[0] ^ sets[1]) == (True, set())


def test_a_way_without_an_address_can_be_read_in_vietnamese() -> None:
    english = [
        channel.id
        for service in CATALOGUE.services
        for channel in service.channels
        if not channel.address
        and channel.only_if not in {"operator", "authority"}
        and "public" not in channel.exposes_identity_to
        and channel.way_in(Language.VI).isascii()
    ]

    assert english == []


def test_no_way_in_blames() -> None:
    hits = {
        channel.id: _found(channel.way_in(language), language)
        for service in CATALOGUE.services
        for channel in service.channels
        for language in Language
        if _found(channel.way_in(language), language)
    }

    assert hits == {}
