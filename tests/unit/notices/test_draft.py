import inspect
import re
import string
from dataclasses import replace
from itertools import product

import pytest

from benban.errors import (
    ExactAddressMissingError,
    NoNoticeForStepError,
    NoticeNotForThisError,
    NotRemovedByUsError,
)
from benban.model.catalogue import Form
from benban.model.remedy import Deadline, StepKind
from benban.model.sighting import NO_ANSWERS, Answer, SightingKind
from benban.notices.draft import NoticeAnswers, draft_notice
from benban.notices.marks import has_marks
from benban.wording import Language, message_ids
from tests.unit.remedies.scenes import (
    CATALOGUE,
    NOT_SPEECH,
    NOW,
    TELEGRAM,
    UNKNOWN,
    X,
    case,
    draft,
    plan,
    sighting,
    step,
)

_PLACES = (TELEGRAM, X, UNKNOWN, "https://zalo.me/g/abc", "https://www.facebook.com/reel/5")


def test_the_raw_address_stands_in_the_text_with_its_key() -> None:
    assert TELEGRAM in draft(sighting(TELEGRAM), "telegram-2").body.splitlines()


@pytest.mark.parametrize("language", Language)
def test_every_notice_of_every_plan_can_be_written_in_both_languages(language: Language) -> None:
    made = [
        draft(seen, str(one.id), language)
        for seen in (sighting(place) for place in _PLACES)
        for one in plan(seen).steps
        if one.notice_form
    ]

    assert (len(made) > 20, {one.language for one in made}) == (True, {language})


def test_the_time_is_given_for_both_readers() -> None:
    body = draft(sighting(seen_at=NOW), "telegram-2").body

    assert "Seen: 2026-11-23 10:00 UTC+7 (2026-11-23 03:00 UTC)" in body.splitlines()


def test_nothing_is_filled_in_for_the_person() -> None:
    drafted = draft(sighting(X), "x-3")

    assert (has_marks(drafted.body), drafted.signature) == (True, None)


def test_a_draft_takes_no_comparison() -> None:
    assert set(inspect.signature(draft_notice).parameters) == {
        "step",
        "sighting",
        "language",
        "now",
        "catalogue",
        "case",
        "answers",
        # Of the kept files as they came; a comparison yields none.
        "digests",
        "earlier",
        "photo",
    }


def test_a_draft_drops_the_clock_that_only_an_authority_starts() -> None:
    seen = sighting(X)
    foreign = Deadline(basis_id="vn-l116-25", hours=24, started_by="authority-demand")

    drafted = draft_notice(
        replace(step(seen, "vn-complaint"), deadline=foreign),
        seen,
        Language.EN,
        NOW,
        catalogue=CATALOGUE,
        case=case(),
        answers=NOT_SPEECH,
    )

    assert (drafted.deadline, "24 hours" in drafted.body) == (None, False)


@pytest.mark.parametrize("answer", [Answer.YES, Answer.UNSURE, Answer.NOT_ANSWERED])
def test_news_or_testimony_is_not_removed_by_us(answer: Answer) -> None:
    seen = sighting()

    with pytest.raises(NotRemovedByUsError):
        draft_notice(
            step(seen, "telegram-2"),
            seen,
            Language.EN,
            NOW,
            catalogue=CATALOGUE,
            case=case(),
            answers=NoticeAnswers(is_intimate=Answer.YES, is_speech=answer),
        )


@pytest.mark.parametrize("answer", [Answer.NO, Answer.UNSURE, Answer.NOT_ANSWERED])
def test_what_is_not_intimate_gets_no_notice(answer: Answer) -> None:
    seen = sighting()

    with pytest.raises(NoticeNotForThisError):
        draft_notice(
            step(seen, "telegram-2"),
            seen,
            Language.EN,
            NOW,
            catalogue=CATALOGUE,
            case=case(),
            answers=NoticeAnswers(is_intimate=answer, is_speech=Answer.NO),
        )


@pytest.mark.parametrize("kind", [one for one in SightingKind if one is not SightingKind.PUBLISHED])
def test_a_step_of_a_published_sighting_writes_nothing_for_another_kind(
    kind: SightingKind,
) -> None:
    with pytest.raises(NoticeNotForThisError):
        draft_notice(
            step(sighting(), "telegram-2"),
            sighting(kind=kind),
            Language.EN,
            NOW,
            catalogue=CATALOGUE,
            case=case(),
            answers=NOT_SPEECH,
        )


def test_a_form_for_adults_closes_when_an_answer_changes() -> None:
    with pytest.raises(NoticeNotForThisError):
        draft_notice(
            step(sighting(), "telegram-2"),
            sighting(answers=NO_ANSWERS),
            Language.EN,
            NOW,
            catalogue=CATALOGUE,
            case=case(),
            answers=NOT_SPEECH,
        )


def test_a_notice_needs_an_exact_address() -> None:
    with pytest.raises(ExactAddressMissingError):
        draft_notice(
            step(sighting(), "telegram-2"),
            sighting(None),
            Language.EN,
            NOW,
            catalogue=CATALOGUE,
            case=case(),
            answers=NOT_SPEECH,
        )


def test_a_step_done_by_hand_has_no_notice() -> None:
    with pytest.raises(NoNoticeForStepError):
        draft(sighting(), "telegram-1")


@pytest.mark.parametrize("kind", [SightingKind.PUBLISHED, SightingKind.THREATENED])
def test_the_sheet_for_the_police_accuses_nobody(kind: SightingKind) -> None:
    sheet = draft(sighting(kind=kind), "vn_police-1", Language.VI).body

    assert ("nghi vấn" in sheet, "đề nghị xác minh" in sheet, "chưa xác định" in sheet) == (
        True,
        True,
        True,
    )


def test_the_sheet_for_the_police_is_possible_without_an_address() -> None:
    assert "not recorded" in draft(sighting(None), "vn_police-1").body


def test_the_sheet_names_the_rules_and_not_their_titles() -> None:
    sheet = draft(sighting(), "vn_police-1", Language.VI).body

    assert ("Điều 326, Bộ luật Hình sự" in sheet, "đồi trụy" in sheet) == (True, False)


def test_under_18_no_text_speaks_of_a_kept_picture_or_a_hash() -> None:
    seen = sighting(answers=NO_ANSWERS)
    texts = [
        draft(seen, str(one.id), language).body.lower()
        for one in plan(seen).steps
        if one.notice_form and one.kind is not StepKind.POLICE
        for language in Language
    ]

    assert [
        one for one in texts if "không kèm hình" not in one and "neither a picture" not in one
    ] == []


def test_what_the_recipient_learns_has_words() -> None:
    learned = {
        one
        for place, answers in product(_PLACES, (NO_ANSWERS,))
        for seen in (sighting(place), sighting(place, answers=answers))
        for drafted in (draft(seen, str(made.id)) for made in plan(seen).steps if made.notice_form)
        for one in drafted.reveals
    }

    assert learned - message_ids(Language.VI) == set()


def test_the_demonstration_says_so_first() -> None:
    seen = sighting()
    drafted = draft_notice(
        step(seen, "telegram-2"),
        seen,
        Language.EN,
        NOW,
        catalogue=CATALOGUE,
        case=case(demonstration=True),
        answers=NOT_SPEECH,
    )

    assert drafted.body.startswith("DEMONSTRATION")


def test_an_address_cannot_pretend_to_be_an_open_place() -> None:
    body = draft(sighting("https://pictures.example/⟦date⟧"), "host").body

    assert "https://pictures.example/%E2%9F%A6date%E2%9F%A7" in body.splitlines()


def test_every_form_has_the_same_places_in_both_languages() -> None:
    def places(form: Form, language: Language) -> set[str]:
        return {
            name for _, name, _, _ in string.Formatter().parse(form.text(language).body) if name
        }

    differing = {
        form.id
        for form in CATALOGUE.forms
        if places(form, Language.VI) != places(form, Language.EN)
    }
    assert differing == set()


# Search engines keep no upload, and the procuracy is asked about a procedure.
_NOTHING_TO_PRESERVE = {"google-search", "search-engine", "complaint-procuracy"}
# Its list of asks has letters.
_OF_ITS_OWN = {"crime-report"}


@pytest.mark.parametrize("language", Language)
def test_the_first_ask_of_every_list_is_to_preserve_before_removing(language: Language) -> None:
    words = {
        Language.EN: ("before", "the data of the posting"),
        Language.VI: ("trước khi", "giữ lại dữ liệu về lần đăng"),
    }[language]
    firsts = {
        form.id: found[1]
        for form in CATALOGUE.forms
        if (found := re.search(r"^1\. (.+[;.])$", form.text(language).body, re.MULTILINE))
        and form.id not in _NOTHING_TO_PRESERVE | _OF_ITS_OWN
    }

    assert len(firsts) >= 20
    assert [id_ for id_, ask in firsts.items() if not all(one in ask for one in words)] == []


@pytest.mark.parametrize("language", Language)
def test_the_sheet_for_the_police_asks_to_preserve_before_it_asks_to_remove(
    language: Language,
) -> None:
    form = CATALOGUE.form("crime-report")
    assert form is not None
    keep, remove = {
        Language.EN: ("preserve the data of the posting", "block or remove the content"),
        Language.VI: ("giữ lại dữ liệu về lần đăng", "ngăn chặn, gỡ bỏ nội dung"),
    }[language]
    body = form.text(language).body

    assert 0 < body.index(keep) < body.index(remove)


@pytest.mark.parametrize(
    ("hours", "said"), [(2, "2 hours"), (48, "48 hours"), (100, "100 hours"), (480, "20 days")]
)
def test_a_time_of_many_whole_days_is_said_in_days(hours: int, said: str) -> None:
    seen = sighting(X)
    stated = Deadline(basis_id="vn-nd147-23i", hours=hours, started_by="person-complaint")

    drafted = draft_notice(
        replace(step(seen, "vn-complaint"), deadline=stated),
        seen,
        Language.EN,
        NOW,
        catalogue=CATALOGUE,
        case=case(),
        answers=NOT_SPEECH,
    )

    assert f"the time is {said} from receipt" in drafted.body
