import re
from pathlib import Path

import pytest

import benban.errors
from benban.errors import BenbanError
from benban.wording import Language, message_ids, say, template

SOURCE = Path(benban.errors.__file__).parents[1]
_PLACE = re.compile(r"(?<!\{)\{([a-z_]+)[^}]*\}")
# Message ids written out in code, e.g. words("cli.add.help") or reason_id="plan.reason.keep".
_LITERAL = re.compile(
    r"""(?:words|\.say|\.warn|say)\(\s*(?:[a-z_.]*[lL]anguage(?:\.[A-Z]+)?,\s*)?["']([a-z0-9.-]+)["']"""
)


def _errors() -> list[type[BenbanError]]:
    found, open_ = [BenbanError], [BenbanError]
    while open_:
        children = open_.pop().__subclasses__()
        found += children
        open_ += children
    return [error for error in found if error.__module__.startswith("benban.errors.")]


def test_both_languages_have_the_same_messages() -> None:
    assert message_ids(Language.VI) == message_ids(Language.EN)


@pytest.mark.parametrize("language", Language)
def test_every_error_says_what_happened_and_what_to_do(language: Language) -> None:
    wanted = {error.code for error in _errors()} | {f"{error.code}.next" for error in _errors()}

    assert wanted - message_ids(language) == set()


def test_no_error_code_is_used_twice() -> None:
    own = [error.code for error in _errors() if "code" in vars(error)]

    assert sorted(own) == sorted(set(own))


def test_every_message_has_the_same_places_in_both_languages() -> None:
    def places(language: Language) -> dict[str, set[str]]:
        return {one: set(_PLACE.findall(template(language, one))) for one in message_ids(language)}

    assert places(Language.VI) == places(Language.EN)


def test_every_message_named_by_the_command_line_exists() -> None:
    named = {
        match
        for path in (SOURCE / "cli").rglob("*.py")
        for match in _LITERAL.findall(path.read_text(encoding="utf-8"))
        if "." in match
    }

    assert (len(named) > 100, named - message_ids(Language.EN)) == (True, set())


def test_a_message_is_filled_with_its_values_as_text() -> None:
    said = say(Language.EN, "BB-002", name="{name} %s \\n")

    assert "{name} %s \\n" in said
