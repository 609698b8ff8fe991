"""Routes that an answer opens, what follows a letter that went unheard, and who hosts a site."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benban.errors import CopyrightGateError, EarlierNoticeMissingError, NoticeOpenError
from benban.model.ids import NoticeId, SightingId
from benban.model.remedy import Notice, NoticeState, Reply, StepKind
from benban.model.routes import (
    NOTHING_ANSWERED,
    Circumstances,
    HostFacts,
    LinkTo,
    RegistryContact,
    SourcePhoto,
)
from benban.model.sighting import NO_ANSWERS, Answer, SightingKind
from benban.notices.draft import draft_notice
from benban.notices.lint import lint_notice
from benban.notices.state import add_reply, approve, escalate, mark_sent
from benban.remedies.describe import describe_step
from benban.remedies.earlier import chain_of
from benban.wording import Language
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
    sent_notice,
    sighting,
    signature,
    step,
    tied,
)

ZALO = "https://zalo.me/g/abc"
CONTACT = RegistryContact(name="Host", mails=("abuse@host.example",), registry="r.example")
ABOVE = RegistryContact(name="Carrier", mails=("abuse@carrier.example",), registry="r.example")
REGISTRAR = RegistryContact(name="Names", mails=("abuse@names.example",), registry="n.example")


def _ids(
    place: str | None,
    circumstances: Circumstances = NOTHING_ANSWERED,
    notices: tuple[Notice, ...] = (),
    now: datetime = NOW,
) -> set[str]:
    made = plan(sighting(place), notices, now=now, circumstances=circumstances)
    return {str(one.id) for one in made.steps}


def _facts(**more: object) -> Circumstances:
    given: dict[str, object] = {
        "host": "pictures.example",
        "looked_up_at": NOW,
        "network_abuse": CONTACT,
        "upstream_abuse": ABOVE,
        "registrar_abuse": REGISTRAR,
    }
    return Circumstances(host=HostFacts(**{**given, **more}))  # type: ignore[arg-type]


def _photo(
    owns: Answer = Answer.YES, read: Answer = Answer.YES, photo: str = "my photo of May"
) -> Circumstances:
    return Circumstances(
        photo=SourcePhoto(
            sighting_id=sighting().id,
            owns_it=owns,
            has_read_warning=read,
            photo=photo,
            answered_at=NOW,
        )
    )


# --- ties to places ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "step_id"),
    [
        (LinkTo.EUROPEAN_UNION, "eu-dsa"),
        (LinkTo.INDIA, "in-grievance"),
        (LinkTo.AUSTRALIA, "au-esafety"),
        (LinkTo.SINGAPORE, "sg-osc"),
        (LinkTo.UNITED_KINGDOM, "uk-report"),
    ],
)
def test_only_a_yes_opens_the_route_of_a_place(to: LinkTo, step_id: str) -> None:
    opened = {answer: step_id in _ids(X, tied(to, answer=answer)) for answer in Answer}

    assert opened == {answer: answer is Answer.YES for answer in Answer}


def test_a_us_route_without_a_yes_has_no_text_and_claims_no_time() -> None:
    closed = next(one for one in plan(sighting(X)).steps if one.id == "x-3")

    assert (closed.notice_form, closed.deadline, closed.provisions) == ("", None, ())


def test_a_page_for_requests_under_us_law_gets_a_text_that_names_no_law_without_a_yes() -> None:
    post = sighting("https://bsky.app/profile/user.bsky.social/post/3kxyz")

    closed = next(one for one in plan(post).steps if one.id == "bluesky-1")
    opened = step(post, "bluesky-1")

    assert (closed.notice_form, closed.deadline, closed.provisions) == (
        "generic-platform",
        None,
        (),
    )
    assert opened.notice_form == "us-tida"
    assert opened.deadline is not None
    assert [one.id for one in opened.provisions] == ["us-tida-3"]


def test_before_the_first_day_of_the_act_neither_text_nor_time_rests_on_it() -> None:
    earlier = datetime(2026, 5, 18, 12, 0, tzinfo=UTC)

    us = step(sighting(X), "x-3", now=earlier)

    assert (us.notice_form, us.deadline, us.provisions) == ("", None, ())


def test_without_an_address_no_authority_abroad_is_written_to() -> None:
    assert "au-esafety" not in _ids(None, tied(*LinkTo))


def test_the_us_text_states_no_residence() -> None:
    for language in Language:
        body = draft(sighting(X), "x-3", language).body
        assert "United States" not in body
        assert "Hoa Kỳ" not in body


def test_somebody_who_does_not_use_it_in_viet_nam_gets_no_complaint_under_its_decree() -> None:
    assert {"vn-complaint", "vn-erasure"}.isdisjoint(
        _ids(X, tied(LinkTo.VIET_NAM, answer=Answer.NO))
    )


def test_the_united_kingdoms_hours_are_not_claimed_while_unverified() -> None:
    uk = step(sighting(X), "uk-report", circumstances=tied(LinkTo.UNITED_KINGDOM))

    assert (uk.provisions, uk.deadline, uk.notice_form) == ((), None, "")
    assert "could not be verified" in describe_step(uk, CATALOGUE, Language.EN).reason


def test_the_commissioner_of_australia_alone_starts_hours() -> None:
    au = step(sighting(X), "au-esafety", circumstances=tied(LinkTo.AUSTRALIA))

    assert (au.deadline, au.notice_form) == (None, "au-esafety")


def test_a_service_with_its_own_form_under_the_dsa_gets_no_second_notice() -> None:
    ids = _ids(TELEGRAM, tied(LinkTo.EUROPEAN_UNION))

    assert ("telegram-3" in ids, "eu-dsa" in ids) == (True, False)


def test_the_questions_are_offered_once_and_go_away_when_all_are_answered() -> None:
    answered = tied(*LinkTo, answer=Answer.NO)

    assert ("ties" in _ids(X), "ties" in _ids(X, answered)) == (True, False)


def test_under_18_nothing_is_asked_about_places() -> None:
    ids = {str(one.id) for one in plan(sighting(X, answers=NO_ANSWERS)).steps}

    assert "ties" not in ids


# --- erasure ----------------------------------------------------------------------------------


def test_erasure_is_slow_beside_the_others_and_starts_twenty_days() -> None:
    erasure = step(sighting(X), "vn-erasure")

    assert erasure.deadline is not None
    assert (erasure.deadline.hours, erasure.deadline.started_by) == (480, "valid-request")
    assert "20 days from when" in describe_step(erasure, CATALOGUE, Language.EN).clock


def test_personal_data_exposed_has_the_right_to_erasure_without_a_text_of_ours() -> None:
    seen = sighting(X, kind=SightingKind.PERSONAL_DATA_EXPOSED)

    erasure = step(seen, "vn-erasure")

    assert (erasure.notice_form, erasure.deadline) == ("", None)


# --- copyright --------------------------------------------------------------------------------


@pytest.mark.parametrize("owns", Answer)
@pytest.mark.parametrize("read", Answer)
def test_copyright_needs_the_photo_and_the_warning(owns: Answer, read: Answer) -> None:
    offered = {
        one.notice_form for one in plan(sighting(TELEGRAM), circumstances=_photo(owns, read)).steps
    }

    assert ("us-dmca" in offered) == ((owns, read) == (Answer.YES, Answer.YES))


def test_a_copyright_notice_needs_to_say_which_photo() -> None:
    offered = {
        one.notice_form for one in plan(sighting(TELEGRAM), circumstances=_photo(photo="  ")).steps
    }

    assert "us-dmca" not in offered


def test_a_copyright_notice_holds_its_six_elements() -> None:
    known = _photo(photo="my photo at https://mine.example/p/1")
    seen = sighting(TELEGRAM)
    made = next(
        one for one in plan(seen, circumstances=known).steps if one.notice_form == "us-dmca"
    )
    drafted = draft_notice(
        made,
        seen,
        Language.EN,
        NOW,
        catalogue=CATALOGUE,
        case=case(),
        answers=NOT_SPEECH,
        photo=known.photo,
    )
    signed = approve(drafted, signature(drafted), sighting=seen, case=case(), catalogue=CATALOGUE)

    assert [one.rule for one in lint_notice(signed, CATALOGUE, sighting=seen) if one.blocks] == []
    for element in (
        "M. N.",
        "my photo at https://mine.example/p/1",
        TELEGRAM,
        "case@mail.example",
        "I believe in good faith",
        "under penalty of perjury",
    ):
        assert element in signed.body


def test_a_copyright_notice_without_the_gate_is_refused() -> None:
    known = _photo()
    seen = sighting(TELEGRAM)
    made = next(
        one for one in plan(seen, circumstances=known).steps if one.notice_form == "us-dmca"
    )

    with pytest.raises(CopyrightGateError):
        draft_notice(
            made, seen, Language.EN, NOW, catalogue=CATALOGUE, case=case(), answers=NOT_SPEECH
        )


# --- follow-ups -------------------------------------------------------------------------------


def test_a_follow_up_needs_the_notice_it_follows() -> None:
    sent = sent_notice(X, "vn-complaint")
    late = NOW + timedelta(hours=49)
    overdue = step(sighting(X), "vn-complaint", now=late, notices=(sent,))

    with pytest.raises(EarlierNoticeMissingError):
        draft_notice(
            overdue,
            sighting(X),
            Language.EN,
            late,
            catalogue=CATALOGUE,
            case=case(),
            answers=NOT_SPEECH,
        )


def _follow_up(sent: Notice, ticket: str) -> Notice:
    late = NOW + timedelta(hours=49)
    known = add_reply(sent, Reply(at=NOW, text="ok", ticket=ticket), NoticeState.ACKNOWLEDGED)
    overdue = step(sighting(X), "vn-complaint", now=late, notices=(known,))
    return draft_notice(
        overdue,
        sighting(X),
        Language.EN,
        late,
        catalogue=CATALOGUE,
        case=case(),
        answers=NOT_SPEECH,
        earlier=(known,),
    )


def test_a_number_of_a_service_may_look_like_anything_and_stays_on_one_line() -> None:
    drafted = _follow_up(sent_notice(X, "vn-complaint"), "123456789012\r\nBcc: a@b.example \x1b[1m")

    assert drafted.subject == "Follow-up to my request, number: 123456789012 Bcc: a@b.example [1m"
    found = {
        one.rule for one in lint_notice(drafted, CATALOGUE, sighting=sighting(X)) if one.blocks
    }
    assert found == {"unsigned"}


def test_a_number_cannot_pass_for_a_place_that_the_person_signs() -> None:
    drafted = _follow_up(sent_notice(X, "vn-complaint"), "⟦your contact⟧ {name}")

    signed = approve(
        drafted, signature(drafted), sighting=sighting(X), case=case(), catalogue=CATALOGUE
    )

    assert "{name}" in signed.body
    assert signed.body.count("case@mail.example") == 1


def test_a_follow_up_is_no_second_notice_but_another_first_one_is() -> None:
    sent = sent_notice(X, "vn-complaint")
    followed = _follow_up(sent, "7")
    another = draft(sighting(X), "vn-complaint")

    signed = approve(
        followed,
        signature(followed),
        sighting=sighting(X),
        case=case(),
        catalogue=CATALOGUE,
        others=(sent,),
    )
    assert signed.state is NoticeState.APPROVED
    with pytest.raises(NoticeOpenError):
        approve(
            another,
            signature(another),
            sighting=sighting(X),
            case=case(),
            catalogue=CATALOGUE,
            others=(sent, signed),
        )


def test_a_follow_up_starts_no_new_clock() -> None:
    sent = sent_notice(X, "vn-complaint")
    drafted = _follow_up(sent, "7")
    signed = approve(
        drafted, signature(drafted), sighting=sighting(X), case=case(), catalogue=CATALOGUE
    )

    assert mark_sent(signed, NOW + timedelta(hours=50)).deadline is None


# --- further ----------------------------------------------------------------------------------


def test_nobody_stands_above_before_a_time_is_over() -> None:
    sent = sent_notice(X, "vn-complaint")

    before = _ids(X, notices=(sent,), now=NOW + timedelta(hours=47))
    after = _ids(X, notices=(sent,), now=NOW + timedelta(hours=49))

    assert {"vn-abei", "vn-court", "cyber-police"} == after - before


def test_no_step_further_starts_a_clock_for_the_person() -> None:
    sent = sent_notice(X, "vn-complaint")
    made = plan(sighting(X), (sent,), now=NOW + timedelta(hours=49))

    further = [one for one in made.steps if one.kind is StepKind.ESCALATION]
    assert [one.deadline for one in further] == [None] * len(further)


def test_the_cyber_police_step_names_the_rules_of_a_demand_and_has_no_text_here() -> None:
    sent = sent_notice(X, "vn-complaint")
    asked = step(sighting(X), "cyber-police", now=NOW + timedelta(hours=49), notices=(sent,))

    assert (asked.kind, asked.notice_form, asked.deadline) == (StepKind.POLICE, "", None)
    assert {"vn-nd333-11", "vn-l116-25"} <= {one.id for one in asked.provisions}


def test_the_office_of_the_decree_is_told_without_an_address_nobody_verified() -> None:
    sent = sent_notice(X, "vn-complaint")
    asked = step(sighting(X), "vn-abei", now=NOW + timedelta(hours=49), notices=(sent,))
    text = describe_step(asked, CATALOGUE, Language.EN)

    assert ("not verified" in text.reason, "@" in text.where) == (True, False)


def test_the_coordinator_is_for_people_in_the_union() -> None:
    known = tied(LinkTo.EUROPEAN_UNION)
    sent = add_reply(sent_notice(X, "eu-dsa", known), Reply(at=NOW, text="no"), NoticeState.REFUSED)

    assert ("eu-dsc" in _ids(X, known, (sent,)), "eu-dsc" in _ids(X, notices=(sent,))) == (
        True,
        False,
    )


def test_silence_is_no_decision_to_complain_about_under_the_dsa() -> None:
    known = tied(LinkTo.EUROPEAN_UNION)
    sent = sent_notice(X, "eu-dsa", known)

    ids = _ids(X, known, (sent,), NOW + timedelta(days=8))

    assert ("eu-dsa-complaint" in ids, "eu-dsc" in ids) == (False, True)


def test_a_notice_about_another_sighting_moves_nothing_here() -> None:
    sent = replace(sent_notice(X, "vn-complaint"), sighting_id=SightingId("sig-2"))

    assert "vn-abei" not in _ids(X, notices=(sent,), now=NOW + timedelta(days=30))


def test_a_second_reminder_still_quotes_the_number_the_first_letter_got() -> None:
    seen = sighting(X)
    first = add_reply(
        sent_notice(X, "vn-complaint"),
        Reply(at=NOW, text="ok", ticket="X-1"),
        NoticeState.ACKNOWLEDGED,
    )
    reminded = replace(
        sent_notice(X, "vn-complaint"),
        id=NoticeId("not-2"),
        form="follow-up",
        follows=first.id,
        deadline=None,
        sent_at=NOW + timedelta(days=3),
    )
    late = NOW + timedelta(days=11)
    notices = (reminded, first)
    overdue = step(seen, "vn-complaint", now=late, notices=notices)
    assert overdue.follows == reminded.id

    drafted = draft_notice(
        overdue,
        seen,
        Language.EN,
        late,
        catalogue=CATALOGUE,
        case=case(),
        answers=NOT_SPEECH,
        earlier=chain_of(reminded, notices),
    )

    assert "number: X-1" in drafted.subject
    assert "sent on: 2026-11-23" in drafted.body
    assert "End of the time that was stated: 2026-11-25 10:00 UTC+7" in drafted.body


def test_the_office_is_told_of_the_letter_to_the_platform_not_of_the_one_to_google() -> None:
    to_telegram = sent_notice(TELEGRAM, "telegram-2")
    to_google = replace(sent_notice(TELEGRAM, "google_search-2"), sent_at=NOW + timedelta(days=1))
    late = NOW + timedelta(days=20)

    for notices in ((to_telegram, to_google), (to_google, to_telegram)):
        office = step(sighting(TELEGRAM), "vn-abei", now=late, notices=notices)
        assert office.follows == to_telegram.id

    # A search engine that keeps silent is not the platform that kept silent.
    assert "vn-abei" not in _ids(TELEGRAM, notices=(to_google,), now=late)


def test_what_is_taken_further_before_any_answer_was_not_decided_on() -> None:
    union = tied(LinkTo.EUROPEAN_UNION)
    silent = escalate(sent_notice(X, "eu-dsa", union))
    refused = add_reply(
        sent_notice(X, "eu-dsa", union), Reply(at=NOW, text="no"), NoticeState.REFUSED
    )

    assert "eu-dsa-complaint" not in _ids(X, union, (silent,))
    assert "eu-dsa-complaint" in _ids(X, union, (refused,))
    assert "eu-dsa-complaint" in _ids(X, union, (escalate(refused),))


def test_a_child_meets_a_mailbox_that_wants_an_identity_paper_last() -> None:
    made = plan(sighting(ZALO, answers=NO_ANSWERS))
    asked = [one.id for one in made.steps if one.kind is StepKind.PLATFORM]

    assert (asked[-1], len(asked) > 1) == ("zalo-2", True)


@pytest.mark.parametrize("language", Language)
def test_a_bot_says_what_it_is_for(language: Language) -> None:
    made = plan(sighting(TELEGRAM, kind=SightingKind.IMPERSONATION))
    bot = next(one for one in made.steps if one.id == "telegram-7")

    where = describe_step(bot, CATALOGUE, language).where

    assert where.startswith("https://t.me/notoscam (")


def test_a_chain_that_bites_its_own_tail_ends() -> None:
    sent = sent_notice(X, "vn-complaint")
    one = replace(sent, id=NoticeId("not-a"), follows=NoticeId("not-b"))
    two = replace(sent, id=NoticeId("not-b"), follows=NoticeId("not-a"))

    assert "vn-complaint" in _ids(X, notices=(one, two), now=NOW + timedelta(days=30))


# --- who hosts a site ---------------------------------------------------------------------------


def test_facts_of_another_host_are_not_used() -> None:
    made = step(sighting(UNKNOWN), "host", circumstances=_facts(host="other.example"))

    assert (made.recipient, made.reason_id) == ("", "plan.reason.host-lookup")


def test_the_network_above_and_the_registrar_wait_until_the_host_went_unheard() -> None:
    known = _facts()
    sent = sent_notice(UNKNOWN, "host", known)

    soon = _ids(UNKNOWN, known, (sent,), NOW + timedelta(days=6))
    late = _ids(UNKNOWN, known, (sent,), NOW + timedelta(days=8))

    assert late - soon == {"host-upstream", "registrar", "cyber-police"}


def test_the_same_office_is_not_asked_twice_under_two_names() -> None:
    known = _facts(upstream_abuse=CONTACT)
    sent = sent_notice(UNKNOWN, "host", known)

    assert "host-upstream" not in _ids(UNKNOWN, known, (sent,), NOW + timedelta(days=8))


def test_the_as_is_asked_where_no_network_above_is_named() -> None:
    known = _facts(network_abuse=None, upstream_abuse=None, system_abuse=ABOVE)

    assert step(sighting(UNKNOWN), "host-upstream", circumstances=known).recipient == (
        "abuse@carrier.example"
    )


def test_under_18_a_host_is_not_written_to_with_a_text_for_adults() -> None:
    made = plan(sighting(UNKNOWN, answers=NO_ANSWERS), circumstances=_facts())

    assert {one.notice_form for one in made.steps} <= {"", "minor-report", "crime-report"}


def test_under_18_the_host_that_was_found_is_named_and_not_to_be_written_to() -> None:
    found = step(sighting(UNKNOWN, answers=NO_ANSWERS), "host", circumstances=_facts())

    values = dict(found.values)
    assert (found.reason_id, found.notice_form, found.recipient) == (
        "plan.reason.minor-host-found",
        "",
        "",
    )
    assert (values["name"], values["mail"]) == ("Host", "abuse@host.example")


def test_content_that_is_no_notice_of_ours_may_still_be_looked_up() -> None:
    seen = sighting(UNKNOWN, kind=SightingKind.IMPERSONATION)

    before = step(seen, "host")
    after = step(seen, "host", circumstances=_facts())

    assert (before.reason_id, before.notice_form, after.recipient, after.notice_form) == (
        "plan.reason.host-lookup-own-words",
        "",
        "abuse@host.example",
        "",
    )


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [TELEGRAM, X, ZALO])
def test_stopncii_says_whether_the_service_takes_part(place: str) -> None:
    reasons = {
        TELEGRAM: "plan.reason.stopncii-elsewhere",
        X: "plan.reason.stopncii-elsewhere",
        ZALO: "plan.reason.stopncii",
    }

    assert step(sighting(place), "stopncii-1").reason_id == reasons[place]


def test_the_service_itself_has_routes_to_the_store_and_to_the_money() -> None:
    ids = {str(one.id) for one in plan(sighting(kind=SightingKind.THE_SERVICE_ITSELF)).steps}

    assert {"app-store", "payment", "payments-1"} <= ids
