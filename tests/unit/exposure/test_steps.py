"""Steps per platform: complete in both languages, sourced, and none that blames."""

import re
from itertools import product

import pytest

from benban.exposure.steps import count_done, every_step, steps_for
from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.model.remedy import Confidence
from benban.notices.lint import find_avoided_words
from benban.remedies import packaged_catalogue
from benban.wording import Language
from tests.unit.exposure.listed_photos import photo

CATALOGUE = packaged_catalogue()
STEPS = every_step()
# A tick stands in records by these; one that is renamed loses every tick.
KNOWN = {
    "facebook-archive",
    "facebook-audience",
    "facebook-old-profile",
    "facebook-past-posts",
    "google-backup",
    "google-shared-link",
    "instagram-archive",
    "instagram-private",
    "old-avatars",
    "own-copy",
    "own-copy-proof",
    "replace-avatar",
    "safer-copy",
    "search-bing",
    "search-copies",
    "tagged",
    "telegram-profile",
    "telegram-public-message",
    "tiktok-audience",
    "tiktok-private",
    "x-protect",
    "x-untag",
}


def _ids(*where: object, is_adult: bool = True, **more: bool) -> list[str]:
    found = steps_for(photo(*where, **more), is_adult=is_adult)  # type: ignore[arg-type]
    return [one.id for one in found]


def test_no_id_of_a_step_is_lost_or_used_twice() -> None:
    ids = [one.id for one in STEPS]

    assert (len(ids), set(ids) >= KNOWN) == (len(set(ids)), True)


@pytest.mark.parametrize("language", Language)
def test_every_step_has_words_and_none_blames(language: Language) -> None:
    texts = {one.id: f"{one.title(language)}\n{one.text(language)}" for one in STEPS}

    bad = {
        key: found
        for key, text in texts.items()
        if (found := find_avoided_words(text, language, CATALOGUE, for_minors=False))
    }
    assert (bad, [key for key, text in texts.items() if len(text) < 40]) == ({}, [])


@pytest.mark.parametrize("language", Language)
def test_no_step_for_people_under_18_asks_for_a_picture(language: Language) -> None:
    every = product(PhotoService, PhotoPlace, Audience)
    told = {step for one in every for step in steps_for(photo(*one))}

    bad = {
        step.id: found
        for step in told
        if (
            found := find_avoided_words(
                f"{step.title(language)}\n{step.text(language)}",
                language,
                CATALOGUE,
                for_minors=True,
            )
        )
    }
    assert (len(told) > 15, bad) == (True, {})


def test_what_nobody_verified_is_not_told_and_no_step_gives_an_address() -> None:
    texts = [text for one in STEPS for _, text in (*one.titles, *one.texts)]

    assert Confidence.D not in {one.confidence for one in STEPS}
    assert [text for text in texts if re.search(r"https?:|www\.|@|\w\.com\b", text)] == []


@pytest.mark.parametrize("language", Language)
def test_a_claim_is_shown_with_source_day_and_confidence(language: Language) -> None:
    shown = {one.id: one.source_shown(language) for one in STEPS}
    parts = {
        one.id: () if one.confidence is None else (str(one.checked_on), one.confidence)
        for one in STEPS
    }

    assert shown["own-copy"] == ""
    assert [
        key
        for key, wanted in parts.items()
        for part in wanted
        if (f" {part.value}" if isinstance(part, Confidence) else part) not in shown[key]
    ] == []


@pytest.mark.parametrize("language", Language)
def test_the_boxes_of_a_line_can_be_told_apart(language: Language) -> None:
    titles = [one.title(language) for one in STEPS]

    assert len(set(titles)) == len(titles)


def test_a_public_post_is_hidden_before_anything_is_replaced() -> None:
    assert _ids() == [
        "own-copy",
        "own-copy-proof",
        "facebook-audience",
        "facebook-past-posts",
        "facebook-archive",
        "safer-copy",
        "search-copies",
        "search-bing",
    ]


def test_an_old_avatar_has_the_steps_of_its_service_and_those_of_any() -> None:
    assert _ids(PhotoService.FACEBOOK, PhotoPlace.PROFILE, Audience.LIMITED) == [
        "own-copy",
        "own-copy-proof",
        "facebook-old-profile",
        "replace-avatar",
        "safer-copy",
    ]


def test_the_step_that_needs_a_case_is_for_adults() -> None:
    assert set(_ids()) - set(_ids(is_adult=False)) == {"own-copy-proof"}


@pytest.mark.parametrize("service", [one for one in PhotoService if one is not PhotoService.FOLDER])
@pytest.mark.parametrize("place", [PhotoPlace.PROFILE, PhotoPlace.POST, PhotoPlace.UNKNOWN])
def test_whatever_may_be_public_has_a_step(service: PhotoService, place: PhotoPlace) -> None:
    assert _ids(service, place, Audience.UNKNOWN) != []


@pytest.mark.parametrize("service", PhotoService)
def test_what_is_private_already_is_not_to_be_hidden(service: PhotoService) -> None:
    left = set(_ids(service, PhotoPlace.POST, Audience.PRIVATE))

    assert left <= {"own-copy-proof"}


def test_a_photo_of_somebody_else_is_asked_for_and_never_replaced() -> None:
    assert _ids(is_others=True) == ["own-copy", "tagged"]


def test_a_tick_of_a_step_that_is_gone_harms_nothing() -> None:
    ticked = photo(done=("a-step-of-last-year", "facebook-archive"))

    steps = steps_for(ticked)
    assert ([one.id for one in steps], count_done(ticked, steps)) == (_ids(is_adult=False), 1)
