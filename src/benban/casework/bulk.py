"""What is done for many cases at once: looking again, and preparing texts that nobody signed."""

from collections.abc import Iterable
from dataclasses import dataclass

from benban.casework.make_plan import plan_of
from benban.casework.notify import draft_for_step
from benban.model.catalogue import Catalogue, Regime
from benban.model.clock import Clock
from benban.model.ids import CaseId
from benban.model.remedy import Notice, Step
from benban.model.sighting import Answer, Sighting, SightingKind
from benban.notices.draft import NoticeAnswers
from benban.vault import CaseStore
from benban.wording import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparable:
    """One text that could be prepared: the next step of a place that has none for it yet."""

    case_id: CaseId
    sighting: Sighting
    step: Step


def preparable(store: CaseStore, catalogue: Catalogue, clock: Clock) -> tuple[Preparable, ...]:
    """
    Return the next text of each place of a case where something was published; nothing is written.

    A paper for the police is none of them: that is a choice by itself (HARM 8).
    """
    written = {(one.sighting_id, one.step_id) for one in store.all(Notice)}
    found: list[Preparable] = []
    for sighting in store.all(Sighting):
        if sighting.kind is not SightingKind.PUBLISHED or sighting.address is None:
            continue
        steps = plan_of(store, sighting, catalogue, clock).steps
        step = next(
            (
                one
                for one in steps
                if _is_for_a_service(one, sighting, catalogue)
                and (sighting.id, one.id) not in written
            ),
            None,
        )
        if step is not None:
            found.append(Preparable(case_id=store.case.id, sighting=sighting, step=step))
    return tuple(found)


def prepare(
    store: CaseStore,
    wanted: Iterable[Preparable],
    *,
    language: Language,
    catalogue: Catalogue,
    clock: Clock,
) -> tuple[Notice, ...]:
    """
    Return the drafts; each waits for a signature of its own (HARM 15).

    Args:
        store: of the case.
        wanted: those of which somebody said, one by one, that the content is sexual or intimate
            and neither news, satire, criticism nor testimony.
        language: of the texts.
        catalogue: with the forms.
        clock: of the program.

    Raises:
        The errors of :func:`draft_for_step`; drafts that were made before stay.
    """
    said = NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO)
    return tuple(
        draft_for_step(
            store,
            one.sighting,
            one.step.id,
            answers=said,
            language=language,
            catalogue=catalogue,
            clock=clock,
        )
        for one in wanted
    )


def _is_for_a_service(step: Step, sighting: Sighting, catalogue: Catalogue) -> bool:
    form = catalogue.form(step.notice_form) if step.notice_form else None
    if form is None or form.regime is Regime.CRIME_REPORT or sighting.kind.value not in form.kinds:
        return False
    return form.is_for_minors or sighting.answers.all_yes
