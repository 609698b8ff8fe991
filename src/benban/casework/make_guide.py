"""The content of the guide for a phone, from the same plan and texts that the program gives."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from benban.guide import GuideContent, GuidePlatform, GuideStep, GuideText, TextPlace
from benban.model.case import Capacity, Case
from benban.model.catalogue import Catalogue, Service
from benban.model.ids import CaseId, SightingId
from benban.model.remedy import Plan, Step, StepKind
from benban.model.sighting import (
    NO_ANSWERS,
    UNKNOWN_SERVICE,
    Address,
    AgeAnswers,
    Answer,
    Sighting,
    SightingKind,
)
from benban.notices.draft import NoticeAnswers, draft_notice
from benban.notices.marks import marks
from benban.notices.statements import required_statements, statement_text
from benban.remedies.describe import describe_step
from benban.remedies.plan import plan_removal
from benban.wording import Language, say

# Nobody's case: stands where the program would have a real one.
_ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
_MAY_WRITE = NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO)
# Stand in a drafted text for what the person will type; no text of ours contains them.
_ADDRESS, _HOST, _SEEN = "[[address]]", "[[host]]", "[[seen]]"
_PLACES = {
    _ADDRESS: TextPlace.ADDRESS,
    _HOST: TextPlace.HOST,
    _SEEN: TextPlace.SEEN,
}
_OF_ONE_PLATFORM = {StepKind.PLATFORM, StepKind.STATUTORY_NOTICE, StepKind.HOST}
_BEFORE_ALL = {StepKind.HOTLINE, StepKind.KEEP}
# Steps that the program takes on a computer and a page cannot offer.
_NEEDS_THE_PROGRAM = {"letter", "ties"}


def make_guide(catalogue: Catalogue, language: Language, now: datetime) -> GuideContent:
    """
    Return what the pages of *language* hold.

    Args:
        catalogue: checked facts; what it withholds is not on the pages.
        language: of the pages; texts to send are there in every language.
        now: aware UTC; says which facts have aged, and is printed as the day of making.
    """
    adult = _Half(catalogue, language, now, _ADULT)
    minor = _Half(catalogue, language, now, NO_ANSWERS)
    return GuideContent(
        language=language,
        made_on=now.date(),
        catalogue_version=catalogue.version,
        first_steps=adult.first_steps(),
        platforms=adult.platforms(),
        side_steps=adult.side_steps(),
        threat_steps=adult.threat_steps(),
        texts=adult.texts(),
        minor_first_steps=minor.first_steps(),
        minor_platforms=minor.platforms(),
        minor_side_steps=minor.side_steps(),
        minor_threat_steps=minor.threat_steps(),
        minor_texts=minor.texts(),
    )


@dataclass(slots=True)
class _Half:
    """The pages for adults, or those for anybody who may be under 18."""

    catalogue: Catalogue
    language: Language
    now: datetime
    answers: AgeAnswers
    _texts: dict[str, tuple[GuideText, ...]] = field(default_factory=dict)

    def first_steps(self) -> tuple[GuideStep, ...]:
        return self._steps(None, lambda step: step.kind in _BEFORE_ALL)

    def side_steps(self) -> tuple[GuideStep, ...]:
        other = _BEFORE_ALL | _OF_ONE_PLATFORM
        return self._steps(None, lambda step: step.kind not in other)

    def threat_steps(self) -> tuple[GuideStep, ...]:
        sighting = self._sighting(None, SightingKind.THREATENED)
        return tuple(self._step(step, sighting) for step in self._wanted(sighting))

    def platforms(self) -> tuple[GuidePlatform, ...]:
        known = sorted(self.catalogue.services, key=lambda one: one.name.casefold())
        found = [
            GuidePlatform(id=service.id, name=service.name, steps=self._own_steps(service))
            for service in known
            if service.domains and any(one.kind != "hash" for one in service.channels)
        ]
        unknown = GuidePlatform(
            id="", name=say(self.language, "guide.unknown-site"), steps=self._own_steps(None)
        )
        return (*(one for one in found if one.steps), unknown)

    def texts(self) -> tuple[GuideText, ...]:
        """Return every text that a step named so far goes with; ask for the steps first."""
        return tuple(text for texts in self._texts.values() for text in texts)

    def _own_steps(self, service: Service | None) -> tuple[GuideStep, ...]:
        if service is not None and not self._has_platform_step(service):
            return ()
        return self._steps(service, lambda step: step.kind in _OF_ONE_PLATFORM)

    def _has_platform_step(self, service: Service) -> bool:
        plan = self._plan(self._sighting(service))
        return any(step.kind is StepKind.PLATFORM for step in plan.steps)

    def _steps(
        self, service: Service | None, is_wanted: Callable[[Step], bool]
    ) -> tuple[GuideStep, ...]:
        sighting = self._sighting(service)
        return tuple(
            self._step(step, sighting) for step in self._wanted(sighting) if is_wanted(step)
        )

    def _wanted(self, sighting: Sighting) -> Iterator[Step]:
        plan = self._plan(sighting)
        return (step for step in plan.steps if step.id not in _NEEDS_THE_PROGRAM)

    def _plan(self, sighting: Sighting) -> Plan:
        return plan_removal(sighting, self._case(), self.catalogue, self.now)

    def _case(self) -> Case:
        return Case(
            id=CaseId("guide"),
            title="",
            language=self.language,
            capacity=Capacity.SELF,
            opened_at=self.now,
        )

    def _sighting(
        self, service: Service | None, kind: SightingKind = SightingKind.PUBLISHED
    ) -> Sighting:
        return Sighting(
            id=SightingId("guide"),
            kind=kind,
            address=Address(
                raw=_ADDRESS,
                canonical=_ADDRESS,
                host=_HOST,
                service=UNKNOWN_SERVICE if service is None else service.id,
            ),
            text="",
            answers=self.answers,
            reported_at=self.now,
            seen_at_local=_SEEN,
        )

    def _step(self, step: Step, sighting: Sighting) -> GuideStep:
        words = describe_step(step, self.catalogue, self.language)
        lines = (words.reason, words.clock, *words.warnings)
        return GuideStep(
            title=words.title,
            lines=tuple(line for line in lines if line),
            where=words.where,
            text_id=self._text_id(step, sighting) if step.notice_form else "",
        )

    def _text_id(self, step: Step, sighting: Sighting) -> str:
        form = self.catalogue.form(step.notice_form)
        # A report to the police is made on paper with a person's own words; the computer makes it.
        if form is None or sighting.kind.value not in form.kinds or step.kind is StepKind.POLICE:
            return ""
        texts = tuple(self._text(step, sighting, language) for language in Language)
        digest = hashlib.sha256(repr(texts).encode("utf-8")).hexdigest()[:8]
        text_id = f"text-{step.notice_form}-{digest}"
        self._texts.setdefault(text_id, tuple(replace(text, id=text_id) for text in texts))
        return text_id

    def _text(self, step: Step, sighting: Sighting, language: Language) -> GuideText:
        draft = draft_notice(
            step,
            sighting,
            language,
            self.now,
            catalogue=self.catalogue,
            case=self._case(),
            answers=_MAY_WRITE,
        )
        form = self.catalogue.form(step.notice_form)
        required = () if form is None else required_statements(form, Capacity.SELF)
        return GuideText(
            id="",
            language=language,
            subject=draft.subject,
            body=_pieces(draft.body, language),
            statements=tuple(statement_text(language, one) for one in required),
            not_recorded=say(language, "notice.not-recorded"),
        )


def _pieces(body: str, language: Language) -> tuple[str | TextPlace, ...]:
    """Return *body* cut at every place that the person fills."""
    places = _PLACES | {mark: TextPlace(name) for name, mark in marks(language).items()}
    cut = re.split("|".join(f"({re.escape(mark)})" for mark in places), body)
    return tuple(places.get(piece, piece) for piece in cut if piece)
