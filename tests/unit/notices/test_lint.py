from dataclasses import replace

import pytest

from benban.model.remedy import Notice
from benban.model.sighting import NO_ANSWERS, Sighting
from benban.notices.lint import find_avoided_words, lint_notice
from benban.notices.marks import fill_marks
from benban.notices.state import approve
from benban.notices.statements import statement_text
from benban.wording import Language, message_ids
from tests.unit.remedies.scenes import (
    CATALOGUE,
    TELEGRAM,
    UNKNOWN,
    X,
    case,
    draft,
    plan,
    sighting,
    signature,
)

# One step per regime: a service's own rules, Act, DSA article 16, decree 147, children, police.
REGIMES = [
    (TELEGRAM, "telegram-2"),
    (X, "x-3"),
    (TELEGRAM, "telegram-3"),
    (UNKNOWN, "eu-dsa"),
    (X, "vn-complaint"),
    (X, "vn_police-1"),
]


def _signed(seen: Sighting, step_id: str, language: Language = Language.EN) -> Notice:
    drafted = draft(seen, step_id, language)
    return approve(drafted, signature(drafted), sighting=seen, case=case(), catalogue=CATALOGUE)


def _blocking(notice: Notice, seen: Sighting) -> set[str]:
    return {one.rule for one in lint_notice(notice, CATALOGUE, sighting=seen) if one.blocks}


@pytest.mark.parametrize(("place", "step_id"), REGIMES)
@pytest.mark.parametrize("language", Language)
def test_a_signed_notice_is_complete_for_its_regime(
    place: str, step_id: str, language: Language
) -> None:
    seen = sighting(place)

    assert _blocking(_signed(seen, step_id, language), seen) == set()


@pytest.mark.parametrize(("place", "step_id"), REGIMES)
def test_a_draft_lacks_only_the_signature(place: str, step_id: str) -> None:
    seen = sighting(place)

    assert _blocking(draft(seen, step_id), seen) == {"unsigned"}


@pytest.mark.parametrize(("place", "step_id"), REGIMES[:5])
def test_a_notice_without_the_address_is_incomplete(place: str, step_id: str) -> None:
    seen = sighting(place)
    whole = _signed(seen, step_id)

    cut = replace(whole, body=whole.body.replace(place, "https://elsewhere.example/"))

    assert "address" in _blocking(cut, seen)


def test_a_canonical_address_is_not_enough() -> None:
    address = "https://www.dropbox.com/scl/fo/abc?rlkey=KEY&st=1"
    seen = sighting(address)
    whole = _signed(seen, "dropbox-1")

    cut = replace(whole, body=whole.body.replace("?rlkey=KEY&st=1", ""))

    assert "address" in _blocking(cut, seen)


@pytest.mark.parametrize(("place", "step_id"), REGIMES)
def test_a_notice_without_a_name_is_incomplete(place: str, step_id: str) -> None:
    seen = sighting(place)
    whole = _signed(seen, step_id)
    assert whole.signature is not None

    cut = replace(whole, signature=replace(whole.signature, name=" "))

    assert "name" in _blocking(cut, seen)


@pytest.mark.parametrize(("place", "step_id"), REGIMES)
def test_a_notice_without_a_contact_is_incomplete(place: str, step_id: str) -> None:
    seen = sighting(place)
    whole = _signed(seen, step_id)
    assert whole.signature is not None

    cut = replace(whole, signature=replace(whole.signature, contact=""))

    assert "contact" in _blocking(cut, seen)


@pytest.mark.parametrize(("place", "step_id"), REGIMES)
def test_a_notice_without_its_good_faith_statement_is_incomplete(place: str, step_id: str) -> None:
    seen = sighting(place)
    whole = _signed(seen, step_id)

    sentence = statement_text(Language.EN, "good-faith")
    cut = replace(whole, body=whole.body.replace(sentence, ""))

    assert "statements" in _blocking(cut, seen)


@pytest.mark.parametrize(
    ("place", "step_id", "basis"),
    [
        (X, "x-3", "223a"),
        (UNKNOWN, "eu-dsa", "2022/2065"),
        (X, "vn-complaint", "147/2024"),
    ],
)
def test_a_notice_without_its_rule_is_incomplete(place: str, step_id: str, basis: str) -> None:
    seen = sighting(place)
    whole = _signed(seen, step_id)

    cut = replace(whole, body=whole.body.replace(basis, "..."))

    assert "basis" in _blocking(cut, seen)


def test_a_dsa_notice_needs_an_e_mail_address() -> None:
    seen = sighting(UNKNOWN)
    whole = _signed(seen, "eu-dsa")
    assert whole.signature is not None

    cut = replace(whole, signature=replace(whole.signature, contact="0900 000 000"))

    assert "contact" in _blocking(cut, seen)


def test_a_dsa_notice_without_its_explanation_is_incomplete() -> None:
    seen = sighting(UNKNOWN)
    whole = _signed(seen, "eu-dsa")

    lines = [line for line in whole.body.splitlines() if not line.startswith("Why I consider")]
    cut = replace(whole, body="\n".join(lines))

    assert "explanation" in _blocking(cut, seen)


@pytest.mark.parametrize(
    ("added", "rule"),
    [
        ("See also Luật 24/2018/QH14.", "repealed"),
        ("Nghị định 15/2020/NĐ-CP", "repealed"),
        ("You must remove this within 24 hours.", "authority-clock"),
        ("Phải gỡ trong 24 giờ.", "authority-clock"),
        ("I swear under penalty of perjury.", "perjury"),
        ("It was @somebody_else who did it.", "other-people"),
        ("See https://elsewhere.example/profile", "other-people"),
        ("Call 0900000000", "other-people"),
        ("data:image/png;base64,AAAA", "picture"),
        ("f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22", "picture"),
        ("This is revenge porn.", "words"),
    ],
)
def test_what_a_notice_must_not_say_is_found(added: str, rule: str) -> None:
    seen = sighting(X)
    whole = _signed(seen, "x-2")

    assert rule in _blocking(replace(whole, body=f"{whole.body}\n{added}"), seen)


def test_what_stands_in_the_address_itself_is_not_held_against_it() -> None:
    seen = sighting("https://www.tiktok.com/@somebody/video/7123456789012345678")

    assert _blocking(_signed(seen, "tiktok-2"), seen) == set()


def test_a_channel_that_is_withheld_blocks() -> None:
    seen = sighting(X)
    withheld = CATALOGUE.withheld[0][0]

    moved = replace(_signed(seen, "x-2"), channel_id=withheld)

    assert "unverified" in _blocking(moved, seen)


def test_a_form_for_adults_blocks_once_an_answer_changed() -> None:
    whole = _signed(sighting(X), "x-2")

    assert "adult-form" in _blocking(whole, sighting(X, answers=NO_ANSWERS))


def test_a_pseudonym_under_the_act_is_said_and_does_not_block() -> None:
    seen = sighting(X)

    found = lint_notice(_signed(seen, "x-3"), CATALOGUE, sighting=seen)

    assert [(one.rule, one.blocks) for one in found] == [("pseudonym", False)]


def test_every_finding_has_words_in_both_languages() -> None:
    seen = sighting(X)
    broken = replace(
        draft(seen, "x-3"), form="no-such-form", body="@abc 24/2018 24 hours perjury data:image"
    )

    named = {one.message_id for one in lint_notice(broken, CATALOGUE, sighting=seen)}

    assert (len(named) > 6, named - message_ids(Language.VI)) == (True, set())


def test_notices_for_minors_pass_the_words_for_minors() -> None:
    seen = sighting(TELEGRAM, answers=NO_ANSWERS)

    found = {
        one
        for made in plan(seen).steps
        if made.notice_form
        for language in Language
        for one in find_avoided_words(
            draft(seen, str(made.id), language).body, language, CATALOGUE, for_minors=True
        )
    }

    assert found == set()


def test_a_value_that_looks_like_an_open_place_is_not_filled() -> None:
    body = "⟦your name or pseudonym⟧ ⟦date⟧ ⟦other⟧"
    values = {"name": "A", "contact": "B", "statements": "C", "signed_on": "D"}

    assert fill_marks(body, Language.EN, values) == "A D ⟦other⟧"
