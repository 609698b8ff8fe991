import inspect
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from benban.model.case import Capacity
from benban.model.remedy import NoticeState, Plan, Reply, StepKind
from benban.model.routes import Circumstances
from benban.model.sighting import NO_ANSWERS, AgeAnswers, Answer, Sighting, SightingKind
from benban.notices.state import add_reply, approve, mark_sent
from benban.remedies import plan_removal
from benban.remedies.describe import describe_step
from benban.wording import Language, message_ids
from tests.unit.remedies.scenes import (
    ALL_YES,
    CATALOGUE,
    NOW,
    TELEGRAM,
    UNKNOWN,
    X,
    case,
    draft,
    plan,
    sighting,
    signature,
    step,
)

PLACES = (TELEGRAM, X, "https://www.facebook.com/reel/5", "https://zalo.me/g/abc", UNKNOWN, None)
UNDER_18_ANSWERS = [
    AgeAnswers(adult_now=one, adult_in_picture=two, nobody_doubts=three)
    for one, two, three in product(Answer, repeat=3)
    if (one, two, three) != (Answer.YES,) * 3
]


def _ids(made: Plan) -> list[str]:
    return [str(one.id) for one in made.steps]


def _every_plan() -> list[tuple[Sighting, Plan]]:
    seen = [
        sighting(place, kind=kind, answers=answers)
        for place in PLACES
        for kind in SightingKind
        for answers in (ALL_YES, NO_ANSWERS)
    ]
    return [(one, plan(one)) for one in seen]


def test_published_on_telegram_goes_from_keeping_to_a_choice() -> None:
    assert _ids(plan(sighting(TELEGRAM))) == [
        "keep",
        "telegram-1",
        "telegram-2",
        "telegram-3",
        "telegram-4",
        "vn-complaint",
        "google_search-2",
        "bing_microsoft-1",
        "yandex-1",
        "vn-erasure",
        "stopncii-1",
        "ties",
        "vn_police-1",
        "vn_police-2",
    ]


def test_a_threat_starts_with_keeping_and_with_the_hash_programme() -> None:
    made = plan(sighting(kind=SightingKind.THREATENED))

    assert _ids(made)[:2] == ["keep", "stopncii-1"]


def test_the_plan_takes_no_comparison() -> None:
    taken = set(inspect.signature(plan_removal).parameters)

    assert taken == {"sighting", "case", "catalogue", "now", "notices", "circumstances"}


def test_what_a_plan_may_know_beside_the_sighting_is_no_comparison() -> None:
    assert {one.name for one in fields(Circumstances)} == {"links", "photo", "host"}


def test_the_same_facts_make_the_same_plan() -> None:
    assert plan(sighting()) == plan(sighting())


@pytest.mark.parametrize("answers", UNDER_18_ANSWERS)
def test_anything_but_three_times_yes_makes_the_path_for_minors(answers: AgeAnswers) -> None:
    made = plan(sighting(answers=answers))

    assert (made.is_minor_path, made.steps[0].id) == (True, "vn_child_111-1")


@pytest.mark.parametrize("language", Language)
def test_the_first_words_to_a_child_take_the_blame_away(language: Language) -> None:
    first = plan(sighting(answers=NO_ANSWERS)).steps[0]

    opening = {
        Language.VI: "Bạn không làm gì sai cả.",
        Language.EN: "You have done nothing wrong.",
    }[language]
    assert describe_step(first, CATALOGUE, language).reason.startswith(opening)


@pytest.mark.parametrize("place", PLACES)
def test_under_18_no_route_for_adults_is_offered(place: str | None) -> None:
    made = plan(sighting(place, answers=NO_ANSWERS))

    conditions = {one.channel.only_if for one in made.steps if one.channel is not None}
    forms = {one.notice_form for one in made.steps if one.notice_form}
    assert (conditions <= {"", "minor"}, forms <= {"minor-report", "vn-child", "crime-report"}) == (
        True,
        True,
    )


def test_the_services_own_route_for_minors_comes_before_its_others() -> None:
    made = plan(sighting(TELEGRAM, answers=NO_ANSWERS))

    assert next(one for one in _ids(made) if one.startswith("telegram")) == "telegram-8"


def test_under_18_the_school_can_be_told_without_a_picture() -> None:
    made = plan(sighting(answers=NO_ANSWERS))

    letter = next(one for one in made.steps if one.id == "letter")
    assert letter.reason_id == "plan.reason.minor-letter"


@pytest.mark.parametrize(
    ("place", "demand"), [("https://zalo.me/g/abc", "vn-nd147-24-4"), (X, "vn-nd147-23-5")]
)
def test_the_police_step_names_what_the_authority_may_demand(place: str, demand: str) -> None:
    assert demand in {one.id for one in step(sighting(place), "vn_police-1").provisions}


def test_police_is_never_first_and_always_behind_every_other_help() -> None:
    for _, made in _every_plan():
        places = [one.order for one in made.steps if one.kind is StepKind.POLICE]
        others = [one.order for one in made.steps if one.kind is not StepKind.POLICE]
        assert not places or min(places) > max(others)


def test_no_step_can_be_selected_beforehand() -> None:
    fields = {name for _, made in _every_plan() for one in made.steps for name in one.__slots__}

    assert {name for name in fields if "select" in name or "chosen" in name} == set()


def test_copyright_authorities_and_public_routes_are_never_offered() -> None:
    offered = [
        one.channel for _, made in _every_plan() for one in made.steps if one.channel is not None
    ]

    assert [
        one.id
        for one in offered
        if one.only_if in {"copyright", "authority", "operator", "decision"}
        or "public" in one.exposes_identity_to
    ] == []


def test_a_public_report_button_is_left_out() -> None:
    made = plan(sighting("https://huggingface.co/some/model"))

    assert [one for one in _ids(made) if one.startswith("huggingface")] == []


def test_mail_to_an_address_with_one_source_is_left_out() -> None:
    made = plan(sighting("https://mega.nz/file/abc#key"))

    assert ("mega-1" in _ids(made), "host" in _ids(made)) == (False, True)


def test_an_unknown_host_must_be_looked_up() -> None:
    made = plan(sighting(UNKNOWN))

    host = next(one for one in made.steps if one.id == "host")
    assert (host.reason_id, host.channel) == ("plan.reason.host-lookup", None)


@pytest.mark.parametrize("kind", [SightingKind.PUBLISHED, SightingKind.PERSONAL_DATA_EXPOSED])
def test_a_service_without_a_sure_way_is_not_called_unknown(kind: SightingKind) -> None:
    mega = "https://mega.nz/file/AbCdEfGh#khoa"
    host = next(one for one in plan(sighting(mega, kind=kind)).steps if one.id == "host")

    assert host.reason_id in {
        "plan.reason.host-lookup-no-way",
        "plan.reason.host-lookup-own-words",
    }


@pytest.mark.parametrize("place", [UNKNOWN, "https://mega.nz/file/AbCdEfGh#khoa"])
def test_where_only_others_can_be_asked_the_host_can_be_looked_up(place: str) -> None:
    kind = SightingKind.THE_SERVICE_ITSELF
    ids = _ids(plan(sighting(place, kind=kind)))

    # Whoever takes the money is asked as well, and hosts nothing.
    assert {"host", "payment"} <= set(ids)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", [SightingKind.PUBLISHED, SightingKind.THREATENED])
@pytest.mark.parametrize("place", [TELEGRAM, UNKNOWN, "https://www.facebook.com/reel/1"])
def test_what_is_typed_at_stopncii_is_told(
    kind: SightingKind, place: str, language: Language
) -> None:
    (made,) = (one for one in plan(sighting(place, kind=kind)).steps if one.id == "stopncii-1")
    said = describe_step(made, CATALOGUE, language).reason

    assert [one for one in ("stopncii.org", "18", "PIN", "benban") if one not in said] == []


def test_without_an_address_no_service_is_asked() -> None:
    made = plan(sighting(None))

    assert _ids(made) == [
        "keep",
        "no-address",
        "stopncii-1",
        "ties",
        "vn_police-1",
        "vn_police-2",
    ]


def test_a_us_route_comes_after_the_routes_for_everybody_and_says_so() -> None:
    made = plan(sighting(X))

    scoped = next(one for one in made.steps if one.id == "x-3")
    assert (_ids(made).index("x-3") > _ids(made).index("x-2"), scoped.reason_id) == (
        True,
        "plan.reason.platform-us-only",
    )


def test_the_vietnamese_complaint_starts_48_hours_and_names_who_starts_them() -> None:
    deadline = step(sighting(X), "vn-complaint").deadline

    assert deadline is not None
    assert (deadline.hours, deadline.started_by, deadline.due_at) == (48, "person-complaint", None)


def test_a_domestic_service_gets_no_complaint_for_foreign_ones() -> None:
    assert "vn-complaint" not in _ids(plan(sighting("https://zalo.me/g/abc")))


def test_no_step_claims_a_clock_that_only_an_authority_starts() -> None:
    starters = {
        one.deadline.started_by
        for _, made in _every_plan()
        for one in made.steps
        if one.deadline is not None
    }

    assert starters == {"valid-request", "person-complaint", "report-received"}


def test_a_rule_whose_clock_an_authority_starts_gives_the_person_none() -> None:
    changed = tuple(
        replace(one, clock_started_by="authority-demand") if one.id == "vn-nd147-23i" else one
        for one in CATALOGUE.provisions
    )

    made = plan_removal(sighting(X), case(), replace(CATALOGUE, provisions=changed), NOW)

    assert next(one for one in made.steps if one.id == "vn-complaint").deadline is None


def test_the_day_of_the_act_picks_the_rules_on_acts() -> None:
    def named(act_on: date) -> set[str]:
        rules = step(sighting(act_on=act_on), "vn_police-1").provisions
        return {one.id for one in rules} & {"vn-l116-7", "vn-l116-13", "vn-pc-155"}

    assert (named(date(2026, 6, 30)), named(date(2026, 7, 1))) == (
        {"vn-pc-155"},
        {"vn-pc-155", "vn-l116-7", "vn-l116-13"},
    )


def test_the_day_is_counted_in_viet_nam() -> None:
    late_evening = datetime(2026, 6, 30, 18, 0, tzinfo=UTC)  # 1 July, 01:00 in Viet Nam

    rules = step(sighting(seen_at=late_evening), "vn_police-1").provisions

    assert "vn-l116-7" in {one.id for one in rules}


def test_a_duty_to_remove_depends_on_the_day_of_asking() -> None:
    seen = sighting(X, act_on=date(2023, 1, 1))

    assert "us-tida-3" in {one.id for one in step(seen, "x-3").provisions}


def test_a_rule_that_is_not_yet_in_force_is_not_named() -> None:
    seen = sighting(kind=SightingKind.THE_SERVICE_ITSELF)

    rules = {one.id for one in step(seen, "vn_police-1").provisions}

    assert ("eu-aia-5" in rules, "vn-l134-7" in rules) == (False, True)


def test_a_fact_that_was_checked_long_ago_says_so() -> None:
    later = NOW + timedelta(days=100)

    warned = {str(one.id): one.age_warning for one in plan(sighting(X), now=later).steps}

    assert (warned["x-2"], warned["vn-complaint"], warned["keep"]) == (True, False, False)


def test_a_rule_is_good_for_longer_than_a_form() -> None:
    later = NOW + timedelta(days=181)

    assert step(sighting(X), "vn-complaint", now=later).age_warning


def test_a_channel_with_one_source_is_always_compared_first() -> None:
    assert step(sighting("https://www.facebook.com/reel/5"), "facebook-3").age_warning


def test_somebody_who_acts_for_the_person_needs_an_authorisation() -> None:
    made = plan_removal(sighting(), case(Capacity.LAWYER), CATALOGUE, NOW)

    assert "authorisation" in _ids(made)


def test_a_channel_with_an_open_notice_is_not_asked_twice() -> None:
    seen = sighting(TELEGRAM)
    drafted = draft(seen, "telegram-2")
    approved = approve(drafted, signature(drafted), sighting=seen, case=case(), catalogue=CATALOGUE)

    again = next(one for one in plan(seen, (approved,)).steps if one.id == "telegram-2")

    assert (again.notice_form, again.reason_id) == ("", "plan.reason.already-asked")


def test_a_draft_does_not_hold_its_channel_back() -> None:
    seen = sighting(TELEGRAM)

    again = next(
        one for one in plan(seen, (draft(seen, "telegram-2"),)).steps if one.id == "telegram-2"
    )

    assert again.notice_form == "telegram-abuse"


def test_a_refusal_is_answered_with_the_same_text_only_after_a_week() -> None:
    seen = sighting(TELEGRAM)
    drafted = draft(seen, "telegram-2")
    sent = mark_sent(
        approve(drafted, signature(drafted), sighting=seen, case=case(), catalogue=CATALOGUE), NOW
    )
    refused = add_reply(sent, Reply(at=NOW, text="no"), NoticeState.REFUSED)

    forms = [
        next(
            one.notice_form
            for one in plan(seen, (refused,), now=NOW + timedelta(days=days)).steps
            if one.id == "telegram-2"
        )
        for days in (6, 8)
    ]

    assert forms == ["", "telegram-abuse"]


def test_an_answer_that_did_not_come_is_said() -> None:
    seen = sighting(X)
    drafted = draft(seen, "vn-complaint")
    sent = mark_sent(
        approve(drafted, signature(drafted), sighting=seen, case=case(), catalogue=CATALOGUE), NOW
    )

    reasons = [
        next(
            one.reason_id
            for one in plan(seen, (sent,), now=NOW + timedelta(hours=hours)).steps
            if one.id == "vn-complaint"
        )
        for hours in (47, 49)
    ]

    assert reasons == ["plan.reason.already-asked", "plan.reason.overdue"]


def test_only_a_published_sighting_has_notices() -> None:
    with_notice = {
        seen.kind
        for seen, made in _every_plan()
        for one in made.steps
        if one.notice_form not in {"", "crime-report"}
    }

    assert with_notice == {SightingKind.PUBLISHED}


def test_talk_about_it_offers_no_route_that_asks_for_a_text() -> None:
    made = plan(sighting(kind=SightingKind.TALK_ABOUT_IT))

    assert _ids(made) == ["keep", "telegram-1", "google_search-4"]


def test_every_step_has_words_in_both_languages() -> None:
    reasons = {one.reason_id for _, made in _every_plan() for one in made.steps}

    assert (
        reasons - message_ids(Language.VI),
        reasons - message_ids(Language.EN),
    ) == (set(), set())


def test_every_step_can_be_described() -> None:
    titles = [
        describe_step(one, CATALOGUE, language).title
        for _, made in _every_plan()
        for one in made.steps
        for language in Language
    ]

    assert "" not in titles


def test_a_law_nobody_reviewed_is_printed_as_such() -> None:
    text = describe_step(step(sighting(X), "vn-complaint"), CATALOGUE, Language.EN)

    assert "No lawyer has reviewed this part on law yet." in text.warnings


def test_a_reviewed_law_is_not_called_unreviewed() -> None:
    made = step(sighting(X), "vn-complaint")
    reviewed = replace(
        made, provisions=tuple(replace(one, reviewed_by="A. B.") for one in made.provisions)
    )

    text = describe_step(reviewed, CATALOGUE, Language.EN)

    assert "No lawyer has reviewed this part on law yet." not in text.warnings


def test_an_aged_fact_is_printed_with_its_day() -> None:
    later = NOW + timedelta(days=100)

    text = describe_step(step(sighting(X), "x-2", now=later), CATALOGUE, Language.EN)

    assert any("Last checked 22/11/2026: open and compare" in one for one in text.warnings)


def test_words_of_a_statute_are_marked_as_quoted() -> None:
    text = describe_step(step(sighting(X), "vn_police-1"), CATALOGUE, Language.VI)

    quoted = [one for one in text.law if "326" in one]
    assert quoted[0].endswith("Đây là từ của điều luật, không nói về bạn.")


def test_the_police_step_says_who_starts_the_24_hours() -> None:
    text = describe_step(step(sighting(X), "vn_police-1"), CATALOGUE, Language.EN)

    assert "start only when the authority demands it" in text.reason


def test_who_may_learn_the_name_is_said() -> None:
    text = describe_step(step(sighting(UNKNOWN), "host"), CATALOGUE, Language.EN)

    assert [one.split(".")[0] for one in text.warnings] == [
        "The host or owner of the site learns what you write"
    ]
