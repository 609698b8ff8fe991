import re
from dataclasses import fields, replace
from datetime import date
from itertools import product

import pytest

from benban.errors import LetterNotPossibleError
from benban.model.finding import Tier
from benban.model.sighting import SightingKind
from benban.notices.letter import LetterFacts, Recipient, Wish, write_letter
from benban.notices.lint import find_avoided_words
from benban.wording import Language
from tests.unit.remedies.scenes import CATALOGUE

FACTS = LetterFacts(
    kind=SightingKind.PUBLISHED,
    recipient=Recipient.WORK,
    written_on=date(2026, 11, 23),
    wishes=tuple(Wish),
    removal_asked=True,
)


def _every_letter() -> list[tuple[Language, str]]:
    return [
        (
            language,
            write_letter(
                replace(FACTS, kind=kind, recipient=recipient, tiers=(tier,), says_altered=True),
                language,
            ).text,
        )
        for language, kind, recipient, tier in product(
            Language, (SightingKind.PUBLISHED, SightingKind.THREATENED), Recipient, Tier
        )
    ]


def test_no_letter_holds_an_account_a_link_an_address_or_a_number() -> None:
    signs = re.compile(r"@|://|www\.|\.com|\.me/|#|\d{5,}|<|data:")

    assert [text for _, text in _every_letter() if signs.search(text)] == []


def test_no_letter_names_a_crime() -> None:
    charge = re.compile(r"\btội\b|crime|offen[cs]e|illegal|\bđiều \d|article \d", re.IGNORECASE)

    assert [text for _, text in _every_letter() if charge.search(text)] == []


def test_no_letter_holds_a_word_that_blames() -> None:
    found = [
        find_avoided_words(text, language, CATALOGUE, for_minors=True)
        for language, text in _every_letter()
    ]

    assert set(found) == {()}


def test_no_free_text_goes_in() -> None:
    assert [one.name for one in fields(LetterFacts) if one.type is str] == []


@pytest.mark.parametrize("tier", [Tier.B, Tier.C, Tier.NONE])
def test_only_tier_a_is_spoken_of(tier: Tier) -> None:
    told = replace(FACTS, tiers=(tier,), says_altered=True)

    assert write_letter(told, Language.EN) == write_letter(FACTS, Language.EN)


def test_tier_a_is_spoken_of_only_when_the_writer_wants_it() -> None:
    quiet = replace(FACTS, tiers=(Tier.A,))

    assert write_letter(quiet, Language.EN) == write_letter(FACTS, Language.EN)


def test_tier_a_is_stated_as_what_it_is() -> None:
    told = write_letter(replace(FACTS, tiers=(Tier.A,), says_altered=True), Language.EN)

    assert "come from the same shot, with areas that differ" in told.text


@pytest.mark.parametrize(
    ("language", "foot"),
    [
        (Language.EN, "Written by the sender. benban did not check who that is."),
        (Language.VI, "Do người gửi viết. benban không kiểm tra người đó là ai."),
    ],
)
def test_the_foot_says_that_nobody_checked(language: Language, foot: str) -> None:
    assert write_letter(FACTS, language).text.rstrip().endswith(foot)


@pytest.mark.parametrize(
    ("language", "title"),
    [(Language.EN, "A letter to someone"), (Language.VI, "Thư gửi người khác")],
)
def test_it_is_a_letter_to_someone(language: Language, title: str) -> None:
    assert write_letter(FACTS, language).title == title


@pytest.mark.parametrize(
    "kind",
    [one for one in SightingKind if one not in {SightingKind.PUBLISHED, SightingKind.THREATENED}],
)
def test_without_a_published_or_threatened_sighting_there_is_no_letter(
    kind: SightingKind,
) -> None:
    with pytest.raises(LetterNotPossibleError):
        write_letter(replace(FACTS, kind=kind), Language.EN)


def test_the_demonstration_says_so_at_the_head() -> None:
    letter = write_letter(replace(FACTS, is_demonstration=True), Language.EN)

    assert letter.paragraphs[0] == "DEMONSTRATION."


@pytest.mark.parametrize(
    ("recipient", "said"),
    [
        (Recipient.WORK, "trong nhóm của cơ quan"),
        (Recipient.SCHOOL, "trong nhóm lớp"),
        (Recipient.FAMILY, "Gửi gia đình,"),
        (Recipient.PARENTS, "để chính con nói điều này với cha mẹ"),
    ],
)
def test_each_recipient_is_spoken_to_in_their_own_words(recipient: Recipient, said: str) -> None:
    letters = {
        one: write_letter(replace(FACTS, recipient=one), Language.VI).text for one in Recipient
    }

    assert [one for one, text in letters.items() if said in text] == [recipient]


@pytest.mark.parametrize(
    ("language", "day"), [(Language.VI, "Ngày 23/11/2026"), (Language.EN, "November 23, 2026")]
)
def test_the_day_is_written_as_people_write_it(language: Language, day: str) -> None:
    assert write_letter(FACTS, language).paragraphs[-1] == day
