"""Every error of this room can be told to a person in both languages."""

import re

import pytest

from benban import errors
from benban.wording import Language, message_ids, say

CODES = sorted(
    value.code
    for value in vars(errors).values()
    if isinstance(value, type)
    and issubclass(value, errors.BenbanError)
    and re.fullmatch(r"BB-5\d\d", value.code)
)
PARAMS: dict[str, dict[str, str | int]] = {"BB-509": {"field": "sha256"}, "BB-511": {"status": 2}}


def test_the_room_has_errors_of_its_own() -> None:
    assert len(CODES) == len(set(CODES)) >= 19


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", CODES)
def test_an_error_says_what_happened_and_what_to_do_next(code: str, language: Language) -> None:
    ids = message_ids(language)

    assert {code, f"{code}.next"} <= ids
    assert "{" not in say(language, code, **PARAMS.get(code, {}))
