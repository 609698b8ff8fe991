"""What counts has words for one as well as for many; Vietnamese needs no second form."""

import re
import string

import pytest

from benban.wording import Language, forms_of, message_ids, say

# A number and then the thing that is counted; "and 3 more", "4 of them", "2 not read" count none.
_COUNTED = re.compile(r"\{count\} (?!(?:of|not|to|y)\b|more(?:$| that\b))[a-z]")


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_an_english_message_that_counts_a_thing_has_a_form_for_one() -> None:
    counting = [
        one
        for one in message_ids(Language.EN)
        if any(_COUNTED.search(form) for form in forms_of(Language.EN, one))
    ]

    assert [one for one in counting if len(forms_of(Language.EN, one)) != 2] == []
    # The rule finds something: it would hold of nothing as well.
    assert len(counting) > 40


def test_the_forms_of_a_message_differ_and_name_the_same_places() -> None:
    several = [one for one in message_ids(Language.EN) if len(forms_of(Language.EN, one)) > 1]

    wrong = [
        one
        for one in several
        if len(set(forms_of(Language.EN, one))) != len(forms_of(Language.EN, one))
        or len({frozenset(_places(form)) for form in forms_of(Language.EN, one)}) != 1
        or "count" not in _places(forms_of(Language.EN, one)[0])
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 cases"),
        (1, "1 case"),
        (2, "2 cases"),
        (21, "21 cases"),
        ("1", "1 case"),
        ("1,001", "1,001 cases"),
    ],
)
def test_english_says_one_case_and_two_cases(count: int | str, said: str) -> None:
    assert say(Language.EN, "desk.work.found", count=count) == said


def test_vietnamese_says_the_same_of_one_and_of_many() -> None:
    one, many = (say(Language.VI, "desk.work.found", count=count) for count in (1, 2))

    assert one.replace("1", "2") == many
