"""A notice for one step of a plan: complete text, open only where the person must speak."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from benban.errors import (
    CatalogueError,
    CopyrightGateError,
    EarlierNoticeMissingError,
    ExactAddressMissingError,
    NoNoticeForStepError,
    NoticeNotForThisError,
    NotRemovedByUsError,
)
from benban.model.case import Case
from benban.model.catalogue import Catalogue, Form, Regime, instrument_name, who_learns
from benban.model.ids import Digest, new_notice_id
from benban.model.remedy import Deadline, Notice, NoticeState, Provision, Step, StepKind
from benban.model.routes import SourcePhoto
from benban.model.sighting import UNKNOWN_SERVICE, Answer, Sighting
from benban.notices.carried import earlier_fields, photo_field
from benban.notices.marks import DIGEST_LABEL, marks, without_marks
from benban.wording import Language, say, say_hours

# What a paper for the police names: the rules on acts, not those on the agency's own procedure.
_NAMED_TO_POLICE = frozenset({"crime", "prohibition", "fine", "removal"})
_MOST_DIGESTS = 10
_VIET_NAM = timezone(timedelta(hours=7))
_COUNT_IN_SECTIONS = frozenset({"US", "UK", "AU"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAnswers:
    """
    The two questions before any notice (HARM 15); only these answers open the draft.

    Attributes:
        is_intimate: what is published is sexual or intimate: must be yes.
        is_speech: news, satire, criticism, or somebody telling what was done to them: must be no.
    """

    is_intimate: Answer
    is_speech: Answer


def draft_notice(
    step: Step,
    sighting: Sighting,
    language: Language,
    now: datetime,
    *,
    catalogue: Catalogue,
    case: Case,
    answers: NoticeAnswers,
    digests: tuple[Digest, ...] = (),
    earlier: tuple[Notice, ...] = (),
    photo: SourcePhoto | None = None,
) -> Notice:
    """
    Return the draft for *step*; name, contact, statements and date are open marks until signed.

    The text is the same with and without a comparison: none is taken. It names nobody, holds no
    picture and no fingerprint that finds similar ones, and gives the address as it came, keys
    included, and the digests of the kept files so that the very same copies can be found.

    Args:
        step: from the plan of *sighting*; its form and rules are used.
        sighting: whose raw address stands in the text.
        language: of the text.
        now: aware UTC.
        catalogue: with the forms.
        case: marks what is made in a demonstration.
        answers: see :class:`NoticeAnswers`; not asked for a paper for the police.
        digests: SHA-256 of the questioned files that were kept; none of them reaches a text unless
            all three age answers are yes.
        earlier: the notice that the step follows, and those it followed in turn, the newest first;
            number and day of the request stand in the text.
        photo: what was said about the source photo, for a copyright notice.

    Raises:
        CatalogueError: BB-601, the list of repealed law or of words that blame cannot be read.
        NoNoticeForStepError: BB-611, the step is done by hand or was already asked.
        EarlierNoticeMissingError: BB-630, the step follows a notice that was not given.
        CopyrightGateError: BB-631, a copyright notice without both answers and the photo.
        NotRemovedByUsError: BB-604, it is or may be news, satire, criticism or testimony.
        NoticeNotForThisError: BB-605, wrong kind of sighting, not intimate content, or a form for
            adults although an age answer is not yes.
        ExactAddressMissingError: BB-603.
    """
    fault = catalogue.closed_by
    if fault is not None:
        raise CatalogueError(file=fault.file, line=fault.line)
    form = catalogue.form(step.notice_form)
    if form is None:
        raise NoNoticeForStepError
    _refuse_what_is_not_ours(form, sighting, answers)
    _require_what_it_rests_on(step, form, earlier, photo)
    text = form.text(language)
    fields = (
        _fields(step, sighting, language, catalogue)
        | earlier_fields(earlier, language)
        | photo_field(photo, sighting)
        | marks(language)
    )
    if digests and sighting.answers.all_yes and sighting.address is not None:
        fields["addresses"] += _digest_lines(digests, language)
    body = text.body.format_map(fields)
    if case.is_demonstration:
        body = f"{say(language, 'notice.demonstration')}\n\n{body}"
    return Notice(
        id=new_notice_id(),
        sighting_id=sighting.id,
        step_id=step.id,
        channel_id=str(step.id) if step.channel is None else step.channel.id,
        form=form.id,
        language=language,
        recipient=_recipient(step, fields["service"]),
        subject=text.subject.format_map({"ticket": fields["ticket"]}),
        body=body,
        reveals=tuple(f"notice.reveals.{who}" for who in who_learns(step)),
        state=NoticeState.DRAFT,
        drafted_at=now,
        # The clock of the first letter runs on; a second one starts none.
        deadline=None if step.follows is not None else _deadline(step),
        follows=step.follows,
        quotes=tuple(
            fields[name]
            for name in ("ticket", "asked_of", "photo")
            if f"{{{name}}}" in text.body and fields[name]
        ),
    )


def _require_what_it_rests_on(
    step: Step, form: Form, earlier: tuple[Notice, ...], photo: SourcePhoto | None
) -> None:
    if step.follows is not None and (not earlier or earlier[0].id != step.follows):
        raise EarlierNoticeMissingError
    if form.regime is Regime.US_DMCA and (photo is None or not photo.opens_copyright):
        raise CopyrightGateError


def _refuse_what_is_not_ours(form: Form, sighting: Sighting, answers: NoticeAnswers) -> None:
    if form.regime is not Regime.CRIME_REPORT:
        if answers.is_speech is not Answer.NO:
            raise NotRemovedByUsError
        if answers.is_intimate is not Answer.YES:
            raise NoticeNotForThisError
        if sighting.address is None:
            raise ExactAddressMissingError
    is_for_them = form.is_for_minors or sighting.answers.all_yes
    if sighting.kind.value not in form.kinds or not is_for_them:
        raise NoticeNotForThisError


def _fields(
    step: Step, sighting: Sighting, language: Language, catalogue: Catalogue
) -> dict[str, str]:
    address = sighting.address
    unknown = say(language, "notice.not-recorded")
    return {
        "addresses": unknown if address is None else without_marks(address.raw),
        "host": unknown if address is None else address.host,
        "service": _service_name(step, sighting, catalogue) or unknown,
        "seen": _seen(sighting) or unknown,
        "laws": "\n".join(_cite(rule, language) for rule in _named_rules(step)),
        "clock": _clock(step, language),
    }


def _digest_lines(digests: tuple[Digest, ...], language: Language) -> str:
    lines = (f"{DIGEST_LABEL} {one.hex}" for one in digests[:_MOST_DIGESTS])
    return "\n\n" + "\n".join((say(language, "notice.digests"), *lines))


def _service_name(step: Step, sighting: Sighting, catalogue: Catalogue) -> str:
    address = sighting.address
    service_id = UNKNOWN_SERVICE if address is None else address.service
    # An authority is told about the service, not about itself.
    if step.channel is not None and step.kind is not StepKind.ESCALATION:
        service_id = step.channel.service
    service = catalogue.service(service_id)
    if service is not None:
        return service.name
    return "" if address is None else address.host


def _seen(sighting: Sighting) -> str:
    if sighting.seen_at is None:
        return without_marks(sighting.seen_at_local)
    utc, local = sighting.seen_at.astimezone(UTC), sighting.seen_at.astimezone(_VIET_NAM)
    return f"{local:%Y-%m-%d %H:%M} UTC+7 ({utc:%Y-%m-%d %H:%M} UTC)"


def _named_rules(step: Step) -> tuple[Provision, ...]:
    if step.notice_form != "crime-report":
        return step.provisions
    return tuple(rule for rule in step.provisions if rule.kind in _NAMED_TO_POLICE)


def _cite(rule: Provision, language: Language) -> str:
    # Titles of articles are left out: some carry words that no text of ours may repeat.
    kind = "section" if rule.country in _COUNT_IN_SECTIONS else "article"
    name = instrument_name(rule, language)
    return say(language, f"notice.cite-{kind}", article=rule.article, instrument=name)


def _clock(step: Step, language: Language) -> str:
    deadline = _deadline(step)
    if deadline is None:
        return say(language, "notice.clock.none")
    return say(language, "notice.clock.time", time=say_hours(language, deadline.hours))


def _deadline(step: Step) -> Deadline | None:
    # facts/law.md 0.2: a letter never claims the clock that only an authority's demand starts.
    if step.deadline is None or step.deadline.started_by == "authority-demand":
        return None
    return step.deadline


def _recipient(step: Step, service: str) -> str:
    if step.recipient:
        return step.recipient
    if step.channel is None or step.channel.kind == "in_person":
        return service
    return step.channel.address or f"{service}: {step.channel.path}"
