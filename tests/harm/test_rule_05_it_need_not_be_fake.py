"""HARM 5, DESIGN promise 6: plan, notices and letter are the same with and without a comparison."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
import pytest

from benban.casework.letters import LetterWishes, letter_pdf, write_case_letter
from benban.casework.make_plan import make_plan
from benban.casework.notify import draft_for_step
from benban.model.finding import CommonOrigin, Tier
from benban.model.ids import NoticeId
from benban.model.remedy import Notice, Plan, Step
from benban.model.sighting import Answer, Sighting
from benban.notices.draft import NoticeAnswers
from benban.notices.letter import Recipient, Wish
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.vault import CaseStore
from benban.wording import Language, say
from tests.harm.scenes import (
    CATALOGUE,
    NOW,
    Example,
    compared,
    declared,
    kept,
    reported,
    ticking,
)

CALM = LetterWishes(recipient=Recipient.WORK, wishes=tuple(Wish), says_altered=False)
ANSWERS = NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO)
NOT_REAL = {
    Language.EN: "This does not mean the picture is real. It means this program could not connect"
    " it to the photos you gave.",
    Language.VI: "Điều đó không có nghĩa là hình thật.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """All that a case yields to act on, as bytes."""

    plan: bytes
    notices: tuple[bytes, ...]
    letters: tuple[bytes, ...]


def papers(store: CaseStore, sighting: Sighting) -> Papers:
    """Make every paper at the same moment of a clock that stands still."""
    clock = FakeClock(NOW)
    plan = make_plan(store, sighting, CATALOGUE, clock)
    notices = [
        _bytes_of(_without_id(_draft(store, sighting, step, language, clock)))
        for step in plan.steps
        if step.notice_form
        for language in Language
    ]
    letters = []
    for language in Language:
        letter = write_case_letter(store, CALM, language, clock)
        letters += [letter.text.encode(), letter_pdf(letter, store.case, clock)]
    return Papers(plan=_bytes_of(plan), notices=tuple(notices), letters=tuple(letters))


def _draft(
    store: CaseStore, sighting: Sighting, step: Step, language: Language, clock: FakeClock
) -> Notice:
    return draft_for_step(
        store,
        sighting,
        step.id,
        answers=ANSWERS,
        language=language,
        catalogue=CATALOGUE,
        clock=clock,
    )


def _without_id(notice: Notice) -> Notice:
    return replace(notice, id=NoticeId("not-0000000000000000"))


def _bytes_of(value: Plan | Notice) -> bytes:
    return msgspec.json.encode(value)


def connected(example: Example) -> tuple[bytes, bytes, Tier]:
    return example.fake, example.original, Tier.A


def unconnected(example: Example) -> tuple[bytes, bytes, Tier]:
    stranger = draw_example(Subject.CAT, seed=77, width_px=640, height_px=480)
    return example.fake, encode_jpeg(stranger), Tier.NONE


@pytest.mark.parametrize("pair", [connected, unconnected])
def test_a_comparison_changes_no_byte_of_plan_notices_and_letter(
    store: CaseStore,
    fence: Fence,
    example: Example,
    pair: Callable[[Example], tuple[bytes, bytes, Tier]],
) -> None:
    clock = ticking()
    fake, original, tier = pair(example)
    sighting = reported(store, clock)
    kept(store, sighting, clock, fake)
    before = papers(store, sighting)
    declared(store, fence, clock, original)
    compared(store, fence, clock)

    after = papers(store, sighting)

    assert [one.tier for one in store.all(CommonOrigin)] == [tier]
    assert (len(before.notices) >= 4, after == before) == (True, True)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("tier", [Tier.C, Tier.NONE])
def test_no_connection_is_told_to_the_person_without_doubting_them(
    language: Language, tier: Tier
) -> None:
    said = say(
        language,
        f"cli.compare.tier.{tier.value}",
        original="",
        agree=0,
        changed=0,
        undecided=0,
    )

    assert NOT_REAL[language] in said


@pytest.mark.parametrize("language", Language)
def test_a_strangers_page_says_that_no_correspondence_is_no_proof(language: Language) -> None:
    said = say(language, "dossier.tier.0")

    assert {Language.EN: "does not mean the picture is real", Language.VI: "không có nghĩa"}[
        language
    ] in said
