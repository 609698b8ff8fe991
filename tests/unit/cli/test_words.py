import pytest

from benban.cli.program import COMMANDS
from benban.cli.words import Words, choose_language
from benban.wording import Language

_SOURCES = ("BENBAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("system", "language"),
    [
        ("vi_VN.UTF-8", Language.VI),
        ("vi-VN", Language.VI),
        ("Vietnamese_Vietnam", Language.VI),
        ("Vietnamese_Vietnam.1258", Language.VI),
        ("English_United States", Language.EN),
        ("fr_FR", Language.EN),
        ("C.UTF-8", Language.EN),
    ],
)
def test_the_systems_language_is_known_by_every_name_systems_give_it(
    monkeypatch: pytest.MonkeyPatch, system: str, language: Language
) -> None:
    for name in _SOURCES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", system)

    assert choose_language([]) is language


def test_what_is_asked_for_wins_over_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENBAN_LANG", "vi")

    assert choose_language(["plan", "--language", "en"]) is Language.EN


@pytest.mark.parametrize("language", Language)
def test_a_next_step_is_written_as_it_can_be_typed_here(language: Language) -> None:
    words = Words(language, program="./run")

    assert ("./run add" in words("BB-106.next"), "benban add" in words("BB-106.next")) == (
        True,
        False,
    )


@pytest.mark.parametrize("language", Language)
def test_a_sentence_about_the_program_keeps_its_name(language: Language) -> None:
    words = Words(language, program="./run")

    assert "benban" in words("cli.notice.help")


def test_our_words_for_a_stable_id_come_from_the_first_family_that_has_them() -> None:
    words = Words(Language.EN)

    said = [
        words.known("dossier.missing", "dossier.step", "screenshot"),
        words.known("dossier.missing", "dossier.step", "nobody knows this"),
    ]

    assert said == [words("dossier.step.screenshot"), "nobody knows this"]


def test_every_command_has_its_line_in_the_list() -> None:
    words = Words(Language.VI)

    assert all(words(f"cli.{name}.short") for name in COMMANDS)
