"""The guide says what the program says, and nothing that the catalogue withholds."""

import re

import pytest

from benban.casework.make_guide import make_guide
from benban.guide import GuideContent, GuideStep, GuideText, TextPlace
from benban.model.catalogue import Catalogue
from benban.notices.lint import find_avoided_words
from benban.remedies.describe import describe_step
from benban.wording import Language
from tests.unit.remedies.scenes import CATALOGUE, NOW, TELEGRAM, X, plan, sighting

LANGUAGES = list(Language)


def content(language: Language = Language.VI, catalogue: Catalogue = CATALOGUE) -> GuideContent:
    return make_guide(catalogue, language, NOW)


def steps_of(platform_id: str, made: GuideContent) -> tuple[GuideStep, ...]:
    return next(one for one in made.platforms if one.id == platform_id).steps


def text_of(body: GuideText) -> str:
    return "".join(piece if isinstance(piece, str) else f"<{piece.value}>" for piece in body.body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("platform", "address"), [("telegram", TELEGRAM), ("x", X)])
def test_a_platform_has_the_very_steps_of_the_programs_plan(
    platform: str, address: str, language: Language
) -> None:
    shown = [(one.title, one.where) for one in steps_of(platform, content(language))]
    planned = [
        describe_step(one, CATALOGUE, language)
        for one in plan(sighting(address)).steps
        if one.kind.value in {"platform", "statutory-notice", "host"}
    ]

    assert shown == [(one.title, one.where) for one in planned]


def test_every_service_with_a_route_for_adults_is_named_once() -> None:
    named = [one.id for one in content().platforms]

    assert len(named) == len(set(named))
    assert {"telegram", "x", "facebook", "tiktok", "youtube", "zalo", ""} <= set(named)
    assert named[-1] == ""


def test_a_withheld_address_is_on_no_page() -> None:
    withheld = {one for one, _ in CATALOGUE.withheld}
    offered = {channel.id for service in CATALOGUE.services for channel in service.channels}

    assert withheld
    assert withheld.isdisjoint(offered)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_with_a_text_finds_it_in_both_languages(language: Language) -> None:
    made = content(language)
    halves = (
        (made.texts, made.platforms, made.side_steps),
        (made.minor_texts, made.minor_platforms, made.minor_side_steps),
    )
    for texts, platforms, side in halves:
        wanted = {
            step.text_id
            for steps in (*(one.steps for one in platforms), side)
            for step in steps
            if step.text_id
        }
        for each in Language:
            assert {one.id for one in texts if one.language is each} == wanted
            assert wanted


def test_a_text_has_a_place_for_all_that_the_person_must_say() -> None:
    for text in content().texts:
        assert {TextPlace.NAME, TextPlace.CONTACT, TextPlace.SIGNED_ON, TextPlace.ADDRESS} <= {
            piece for piece in text.body if isinstance(piece, TextPlace)
        }, text.id
        assert not re.search(r"\[\[|⟦|\{\w+\}", text_of(text)), text.id


def test_nobody_under_18_is_given_a_text_for_adults() -> None:
    made = content()
    forms = {one.id: one for one in CATALOGUE.forms}
    given = {text.id.removeprefix("text-").rpartition("-")[0] for text in made.minor_texts}

    assert given
    assert all(forms[one].is_for_minors for one in given)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_for_under_18_start_with_the_hotline_and_end_with_the_police(
    language: Language,
) -> None:
    made = content(language)

    assert "111" in made.minor_first_steps[0].where
    assert made.minor_side_steps[-1].title == made.side_steps[-1].title


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_step_or_text_blames(language: Language) -> None:
    made = content(language)
    words = [
        line
        for step in (
            *made.minor_first_steps,
            *made.minor_side_steps,
            *made.minor_threat_steps,
            *(step for one in made.minor_platforms for step in one.steps),
        )
        for line in step.lines
    ]
    found = find_avoided_words("\n".join(words), language, CATALOGUE, for_minors=True)

    assert words
    assert found == ()
