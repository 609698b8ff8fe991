"""Sightings, cases and the packaged catalogue for the tests of plans and notices."""

from datetime import UTC, date, datetime

from benban.model.case import Capacity, Case
from benban.model.catalogue import Catalogue
from benban.model.ids import CaseId, SightingId
from benban.model.remedy import Notice, Plan, Signature, Step
from benban.model.routes import NOTHING_ANSWERED, Circumstances, LinkAnswer, LinkTo
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.notices.draft import NoticeAnswers, draft_notice
from benban.notices.state import approve, mark_sent
from benban.notices.statements import required_statements
from benban.remedies import packaged_catalogue, parse_address, plan_removal
from benban.wording import Language

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CATALOGUE: Catalogue = packaged_catalogue()
ALL_YES = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
NOT_SPEECH = NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO)

TELEGRAM = "https://t.me/SomeChannel/55?comment=7"
X = "https://x.com/SomeUser/status/1234567890123456789"
UNKNOWN = "https://pictures.example/gallery/9#key"


def sighting(
    address: str | None = TELEGRAM,
    *,
    kind: SightingKind = SightingKind.PUBLISHED,
    answers: AgeAnswers = ALL_YES,
    seen_at: datetime | None = None,
    act_on: date | None = None,
) -> Sighting:
    return Sighting(
        id=SightingId("sig-1"),
        kind=kind,
        address=None if address is None else parse_address(address, CATALOGUE),
        text="",
        answers=answers,
        reported_at=NOW,
        seen_at=seen_at,
        act_on=act_on,
    )


def case(capacity: Capacity = Capacity.SELF, *, demonstration: bool = False) -> Case:
    return Case(
        id=CaseId("case-1"),
        title="t",
        language=Language.VI,
        capacity=capacity,
        opened_at=NOW,
        is_demonstration=demonstration,
    )


def tied(*places: LinkTo, answer: Answer = Answer.YES) -> Circumstances:
    said = (LinkAnswer(to=one, answer=answer, answered_at=NOW) for one in places)
    return Circumstances(links=tuple(said))


IN_THE_US = tied(LinkTo.UNITED_STATES)


def plan(
    seen: Sighting,
    notices: tuple[Notice, ...] = (),
    *,
    now: datetime = NOW,
    circumstances: Circumstances = NOTHING_ANSWERED,
) -> Plan:
    return plan_removal(seen, case(), CATALOGUE, now, notices, circumstances=circumstances)


def step(
    seen: Sighting,
    step_id: str,
    *,
    now: datetime = NOW,
    circumstances: Circumstances = IN_THE_US,
    notices: tuple[Notice, ...] = (),
) -> Step:
    made = plan(seen, notices, now=now, circumstances=circumstances)
    return next(one for one in made.steps if one.id == step_id)


def draft(seen: Sighting, step_id: str, language: Language = Language.EN) -> Notice:
    return draft_notice(
        step(seen, step_id),
        seen,
        language,
        NOW,
        catalogue=CATALOGUE,
        case=case(),
        answers=NOT_SPEECH,
    )


def signature(
    notice: Notice, *, at: datetime = NOW, contact: str = "case@mail.example"
) -> Signature:
    form = CATALOGUE.form(notice.form)
    assert form is not None
    return Signature(
        name="M. N.",
        is_pseudonym=True,
        contact=contact,
        statements=required_statements(form, Capacity.SELF),
        at=at,
    )


def sent_notice(
    place: str, step_id: str, circumstances: Circumstances = NOTHING_ANSWERED
) -> Notice:
    seen = sighting(place)
    made = draft_notice(
        step(seen, step_id, circumstances=circumstances),
        seen,
        Language.EN,
        NOW,
        catalogue=CATALOGUE,
        case=case(),
        answers=NOT_SPEECH,
        photo=circumstances.photo,
    )
    signed = approve(made, signature(made), sighting=seen, case=case(), catalogue=CATALOGUE)
    return mark_sent(signed, NOW)
