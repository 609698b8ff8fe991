"""Every reason, place, audience, trace and service has words, in both languages."""

from collections.abc import Callable
from enum import Enum

import pytest

from benban.exposure.order import Listed, Why, reasons_for
from benban.exposure.words import (
    say_audience,
    say_place,
    say_problem,
    say_reasons,
    say_service,
    say_trace,
    say_why,
)
from benban.model.own_photo import Audience, PhotoPlace, PhotoService, Trace
from benban.wording import Language
from tests.unit.exposure.listed_photos import photo


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("values", "spoken"),
    [
        (Why, say_why),
        (PhotoService, say_service),
        (PhotoPlace, say_place),
        (Audience, say_audience),
        (Trace, say_trace),
    ],
)
def test_every_value_has_words_of_its_own(
    values: type[Enum], spoken: Callable[[Language, object], str], language: Language
) -> None:
    words = [spoken(language, one) for one in values]

    assert (all(words), len(set(words))) == (True, len(words))


def test_photos_that_look_alike_are_counted() -> None:
    group = (photo(), photo(), photo())
    line = Listed(photos=group, reasons=reasons_for(group))

    assert say_reasons(Language.EN, line) == (
        "You sorted it as a portrait.",
        "The archive says that anybody can see it.",
        "From a post or an album.",
        "It is large, with much detail (a side of 1600 pixels or more).",
        "3 photos look alike; they are one line.",
    )


@pytest.mark.parametrize("language", Language)
def test_what_no_rule_reads_is_not_an_alarm(language: Language) -> None:
    words = say_trace(language, Trace.UNREAD)

    assert ("benban" in words, "!" in words) == (True, False)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "code",
    ["BB-301", "BB-302", "BB-303", "BB-304", "BB-305", "BB-312", "BB-803", "BB-901"],
)
def test_every_problem_of_a_photo_is_said_without_a_number_that_is_not_kept(
    language: Language, code: str
) -> None:
    said = say_problem(language, code)

    assert said != code
    assert "{" not in said


def test_a_problem_without_words_is_said_by_its_code() -> None:
    assert say_problem(Language.VI, "BB-399") == "BB-399"
