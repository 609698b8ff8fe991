from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from benban.errors import BenbanError, KindNotCapturedError, PermitRefusedError
from benban.model.case import Capacity, Case, StoragePermit, may_leave_the_vault
from benban.model.ids import CaseId, SightingId
from benban.model.sighting import NO_ANSWERS, AgeAnswers, Answer, Sighting, SightingKind
from benban.wording import Language

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CASE = Case(
    id=CaseId("case-0000000000000001"),
    title="Hồ sơ",
    language=Language.VI,
    capacity=Capacity.SELF,
    opened_at=NOON,
)
ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
SIGHTING = Sighting(
    id=SightingId("sig-0000000000000001"),
    kind=SightingKind.PUBLISHED,
    address=None,
    text="",
    answers=ADULT,
    reported_at=NOON,
)


def _permit(sighting: Sighting) -> StoragePermit | type[BenbanError]:
    try:
        return CASE.storage_permit(sighting)
    except BenbanError as error:
        return type(error)


def test_of_all_answer_combinations_exactly_one_opens_pictures() -> None:
    answers = [
        AgeAnswers(adult_now=a, adult_in_picture=b, nobody_doubts=c)
        for a, b, c in product(Answer, repeat=3)
    ]

    opened = [
        one for one in answers if isinstance(_permit(replace(SIGHTING, answers=one)), StoragePermit)
    ]

    assert (len(answers), opened) == (64, [ADULT])


def test_no_answer_is_the_same_as_no() -> None:
    assert _permit(replace(SIGHTING, answers=NO_ANSWERS)) is PermitRefusedError


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (SightingKind.PUBLISHED, True),
        (SightingKind.THREATENED, True),
        (SightingKind.THE_SERVICE_ITSELF, True),
        (SightingKind.PERSONAL_DATA_EXPOSED, False),
        (SightingKind.IMPERSONATION, False),
        (SightingKind.TALK_ABOUT_IT, False),
    ],
)
def test_only_some_kinds_of_sighting_are_kept_with_pictures(
    kind: SightingKind, expected: bool
) -> None:
    permit = _permit(replace(SIGHTING, kind=kind))

    assert isinstance(permit, StoragePermit) is expected


def test_another_kind_is_refused_with_its_own_reason() -> None:
    permit = _permit(replace(SIGHTING, kind=SightingKind.TALK_ABOUT_IT))

    assert permit is KindNotCapturedError


def test_a_permit_names_its_case_sighting_and_answers() -> None:
    permit = _permit(SIGHTING)

    assert permit == StoragePermit(case_id=CASE.id, sighting_id=SIGHTING.id, answers=ADULT)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((), False),
        ((SightingKind.TALK_ABOUT_IT, SightingKind.THE_SERVICE_ITSELF), False),
        ((SightingKind.TALK_ABOUT_IT, SightingKind.THREATENED), True),
        ((SightingKind.PUBLISHED,), True),
    ],
)
def test_nothing_leaves_a_case_without_a_published_or_threatened_sighting(
    kinds: tuple[SightingKind, ...], expected: bool
) -> None:
    sightings = tuple(replace(SIGHTING, kind=kind) for kind in kinds)

    assert may_leave_the_vault(sightings) is expected
