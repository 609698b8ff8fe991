"""Whatever is seen, answered, asked before and looked up: a plan keeps its rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from benban.model.case import Capacity, Case
from benban.model.catalogue import Regime
from benban.model.ids import CaseId, NoticeId, SightingId, StepId
from benban.model.remedy import (
    Confidence,
    Deadline,
    Notice,
    NoticeState,
    Plan,
    Reply,
    Signature,
    StepKind,
)
from benban.model.routes import (
    Circumstances,
    HostFacts,
    LinkAnswer,
    LinkTo,
    RegistryContact,
    SourcePhoto,
)
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.notices.draft import NoticeAnswers, draft_notice
from benban.notices.lint import lint_notice
from benban.remedies import packaged_catalogue, parse_address, plan_removal
from benban.remedies.describe import describe_step
from benban.remedies.rules_in_force import is_in_force, today_in_viet_nam
from benban.wording import Language

CATALOGUE = packaged_catalogue()
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = (
    "https://t.me/kenh_vi_du/55?comment=7",
    "https://x.com/i/status/1234567890123456789",
    "https://www.facebook.com/reel/5",
    "https://www.instagram.com/p/CxYz12AbCdE/",
    "https://www.tiktok.com/@ten.vi.du/video/7123456789012345678",
    "https://www.youtube.com/watch?v=AAAAAAAAAAA",
    "https://zalo.me/g/abcdef123",
    "https://mega.nz/file/abc#key",
    "https://dien-dan.vi-du.vn/chu-de/77/#bai-9",
    None,
)
STATES = [one for one in NoticeState if one is not NoticeState.DRAFT]
WITHHELD = {one for one, _ in CATALOGUE.withheld}
SPELLINGS = [one for rule in CATALOGUE.repealed for one in rule.spellings]
answers = st.sampled_from(Answer)
contacts = st.none() | st.builds(
    RegistryContact,
    name=st.sampled_from(("", "Máy chủ Ví dụ")),
    mails=st.sampled_from(((), ("abuse@may-chu.example",), ("a@b.example", "c@d.example"))),
    registry=st.just("rdap.apnic.net"),
)


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    place = draw(st.sampled_from(PLACES))
    all_yes = st.just(
        AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
    )
    some = st.builds(AgeAnswers, adult_now=answers, adult_in_picture=answers, nobody_doubts=answers)
    return Sighting(
        id=SightingId("sig-1"),
        # Most of the rules are about this kind; the others get their turn as well.
        kind=draw(st.sampled_from((SightingKind.PUBLISHED,) * 5 + tuple(SightingKind))),
        address=None if place is None else parse_address(place, CATALOGUE),
        text="",
        answers=draw(all_yes if draw(st.integers(0, 4)) else some),
        reported_at=FIRST,
        act_on=draw(st.none() | st.dates(date(2016, 1, 1), date(2027, 12, 31))),
    )


@st.composite
def circumstances(draw: st.DrawFn, seen: Sighting) -> Circumstances:
    said = {to: draw(st.sampled_from((Answer.YES,) * 4 + tuple(Answer))) for to in LinkTo}
    host = "" if seen.address is None else seen.address.host
    photo = st.builds(
        SourcePhoto,
        sighting_id=st.just(seen.id),
        owns_it=answers,
        has_read_warning=answers,
        photo=st.sampled_from(("", "ảnh ở hồ, tháng 5")),
        answered_at=st.just(FIRST),
    )
    facts = st.builds(
        HostFacts,
        host=st.just(host),
        looked_up_at=st.just(FIRST),
        network_abuse=contacts,
        upstream_abuse=contacts,
        registrar_abuse=contacts,
        is_behind_cloudflare=st.booleans(),
    )
    return Circumstances(
        links=tuple(LinkAnswer(to=to, answer=one, answered_at=FIRST) for to, one in said.items()),
        photo=draw(st.none() | photo),
        host=draw(st.none() | facts),
    )


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances]:
    seen = draw(sightings())
    known = draw(circumstances(seen))
    now = FIRST + timedelta(hours=draw(st.integers(0, 24 * 700) | st.just(24 * 328)))
    case = Case(
        id=CaseId("case-1"),
        title="t",
        language=Language.VI,
        capacity=draw(st.sampled_from(Capacity)),
        opened_at=FIRST,
    )
    first = plan_removal(seen, case, CATALOGUE, now, circumstances=known)
    with_form = [one for one in first.steps if one.notice_form]
    notices: list[Notice] = []
    for number, step in enumerate(with_form):
        for turn in range(draw(st.sampled_from((0, 0, 0, 0, 1, 2, 3)))):
            sent_at = now - timedelta(hours=draw(st.integers(0, 24 * 60)))
            clock = step.deadline
            due = None if clock is None else sent_at + timedelta(hours=clock.hours)
            notices.append(
                Notice(
                    id=NoticeId(f"not-{number}-{turn}"),
                    sighting_id=seen.id,
                    step_id=step.id,
                    channel_id=str(step.id),
                    form=step.notice_form,
                    language=Language.VI,
                    recipient="x",
                    subject="x",
                    body="x",
                    reveals=(),
                    state=draw(st.sampled_from(STATES)),
                    drafted_at=sent_at,
                    signature=Signature(
                        name="x", is_pseudonym=True, contact="x", statements=(), at=sent_at
                    ),
                    sent_at=sent_at,
                    deadline=None
                    if clock is None or turn
                    else replace(clock, starts_at=sent_at, due_at=due),
                    replies=(Reply(at=sent_at, text="", ticket=draw(st.sampled_from(("", "7")))),),
                    follows=NoticeId(f"not-{number}-{turn - 1}") if turn else None,
                )
            )
    return seen, case, now, tuple(notices), known


def _planned(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances],
) -> Plan:
    seen, case, now, notices, known = scene
    return plan_removal(seen, case, CATALOGUE, now, notices, circumstances=known)


@given(scenes())
def test_steps_are_numbered_from_one_and_named_once(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances],
) -> None:
    steps = _planned(scene).steps

    assert [one.order for one in steps] == list(range(1, len(steps) + 1))
    assert len({one.id for one in steps}) == len(steps)


@given(scenes())
def test_no_unverified_fact_and_no_rule_out_of_force_is_in_a_plan(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances],
) -> None:
    seen, _, now, _, _ = scene
    days = {today_in_viet_nam(now), seen.act_on or today_in_viet_nam(now)}

    for step in _planned(scene).steps:
        assert step.channel is None or step.channel.confidence is not Confidence.D
        for rule in step.provisions:
            assert rule.confidence is not Confidence.D
            assert rule.id not in WITHHELD
            assert any(is_in_force(rule, day) for day in days)
            assert not any(one in f"{rule.instrument} {rule.article}" for one in SPELLINGS)


@given(scenes())
def test_no_clock_is_claimed_that_an_authority_starts(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances],
) -> None:
    starters = {one.deadline.started_by for one in _planned(scene).steps if one.deadline}

    assert starters <= {"valid-request", "person-complaint", "report-received"}


@given(scenes())
def test_police_is_never_first_and_never_before_another_help(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances],
) -> None:
    kinds = [one.kind for one in _planned(scene).steps]

    is_police = [one is StepKind.POLICE for one in kinds]
    assert is_police == sorted(is_police)
    assert not is_police[0]


@given(scenes())
def test_a_us_form_and_a_copyright_notice_need_their_yes(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances],
) -> None:
    _, _, _, _, known = scene
    regimes = {
        form.regime
        for step in _planned(scene).steps
        if step.channel is None or step.channel.scope or step.notice_form == "us-dmca"
        for form in [CATALOGUE.form(step.notice_form)]
        if form is not None
    }

    assert Regime.US_TIDA not in regimes or known.link(LinkTo.UNITED_STATES) is Answer.YES
    assert Regime.IN_IT_RULES not in regimes or known.link(LinkTo.INDIA) is Answer.YES
    assert Regime.AU_ESAFETY not in regimes or known.link(LinkTo.AUSTRALIA) is Answer.YES
    assert Regime.US_DMCA not in regimes or (known.photo and known.photo.opens_copyright)


@given(scenes())
def test_under_18_or_not_published_no_notice_for_adults_is_offered(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances],
) -> None:
    seen, _, _, _, _ = scene
    forms = [
        form
        for step in _planned(scene).steps
        for form in [CATALOGUE.form(step.notice_form)]
        if form is not None
    ]

    assert seen.answers.all_yes or all(one.is_for_minors for one in forms)
    assert all(seen.kind.value in one.kinds for one in forms)


@given(scenes())
def test_a_place_that_was_asked_is_not_asked_the_same_again(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances],
) -> None:
    _, _, _, notices, _ = scene
    waiting = {NoticeState.APPROVED, NoticeState.SENT, NoticeState.ACKNOWLEDGED}

    for step in _planned(scene).steps:
        mine = [one for one in notices if one.step_id == step.id]
        if mine and all(one.state in waiting for one in mine):
            assert step.notice_form in {"", "follow-up"}
            assert (step.follows is not None) == (step.notice_form == "follow-up")


@given(scenes())
def test_every_step_is_said_in_both_languages(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances],
) -> None:
    for step in _planned(scene).steps:
        for language in Language:
            text = describe_step(step, CATALOGUE, language)
            assert text.title
            assert text.reason
            assert "{" not in text.reason + text.clock


@given(scenes(), st.sampled_from(Language))
def test_every_draft_lacks_only_the_signature(
    scene: tuple[Sighting, Case, datetime, tuple[Notice, ...], Circumstances], language: Language
) -> None:
    seen, case, now, notices, known = scene
    for step in _planned(scene).steps:
        if not step.notice_form:
            continue
        drafted = draft_notice(
            step,
            seen,
            language,
            now,
            catalogue=CATALOGUE,
            case=case,
            answers=NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO),
            earlier=tuple(one for one in notices if one.id == step.follows),
            photo=known.photo,
        )
        blocking = {
            one.rule for one in lint_notice(drafted, CATALOGUE, sighting=seen) if one.blocks
        }
        # The oath of a copyright notice stands in the statements, which come with the signature.
        assert blocking <= {"unsigned", "oath"}
        assert drafted.deadline is None or drafted.follows is None


def test_the_same_circumstances_make_the_same_plan() -> None:
    seen = Sighting(
        id=SightingId("sig-1"),
        kind=SightingKind.PUBLISHED,
        address=parse_address(PLACES[1] or "", CATALOGUE),
        text="",
        answers=AgeAnswers(
            adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES
        ),
        reported_at=FIRST,
    )
    case = Case(
        id=CaseId("c"),
        title="t",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=FIRST,
    )
    notice_free = [plan_removal(seen, case, CATALOGUE, FIRST) for _ in range(2)]

    assert notice_free[0] == notice_free[1]
    assert StepId("keep") == notice_free[0].steps[0].id
    assert not any(
        isinstance(one.deadline, Deadline) and one.deadline.due_at for one in notice_free[0].steps
    )
