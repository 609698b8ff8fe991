"""Take in what the person reports: an address, or a thing seen whose address is unknown."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from benban.casework.events import event, open_field, sealed_field
from benban.casework.mark_minor import close_sighting
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind, Field
from benban.model.ids import new_sighting_id
from benban.model.sighting import Address, AgeAnswers, Sighting, SightingKind
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingReport:
    """
    What the person said about one sighting.

    Attributes:
        address: parsed; None records "address unknown".
        text: their own words, verbatim.
        seen_at, seen_at_local, seen_on, seen_by, act_on: see :class:`Sighting`.
    """

    address: Address | None
    kind: SightingKind
    answers: AgeAnswers
    text: str = ""
    seen_at: datetime | None = None
    seen_at_local: str = ""
    seen_on: str = ""
    seen_by: str = ""
    act_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """The sighting as recorded, and whether it is new or joined one already there."""

    sighting: Sighting
    is_new: bool


def take_in(store: CaseStore, report: SightingReport, clock: Clock) -> TakenIn:
    """
    Record a sighting, or join it to the one that has the same canonical address.

    The raw address of every report is kept. Answers given later replace the earlier ones; when they
    close the permit, pictures kept so far are destroyed at once (HARM 2).
    """
    known = _same_place(store, report.address)
    if known is None:
        sighting = Sighting(
            id=new_sighting_id(),
            kind=report.kind,
            address=report.address,
            text=report.text,
            answers=report.answers,
            reported_at=clock.now(),
            seen_at=report.seen_at,
            seen_at_local=report.seen_at_local,
            seen_on=report.seen_on,
            seen_by=report.seen_by,
            act_on=report.act_on,
        )
        store.record(_reported(sighting), save=[sighting])
        return TakenIn(sighting=sighting, is_new=True)
    return TakenIn(sighting=_join(store, known, report), is_new=False)


def _same_place(store: CaseStore, address: Address | None) -> Sighting | None:
    if address is None:
        return None
    for sighting in store.all(Sighting):
        if sighting.address is not None and sighting.address.canonical == address.canonical:
            return sighting
    return None


def _join(store: CaseStore, known: Sighting, report: SightingReport) -> Sighting:
    joined = replace(known, answers=report.answers, kind=report.kind)
    raw = report.address.raw if report.address else ""
    already = {known.address.raw if known.address else "", *known.other_raw_addresses}
    if raw not in already:
        joined = replace(joined, other_raw_addresses=(*known.other_raw_addresses, raw))
    if report.text:
        joined = replace(joined, text=f"{known.text}\n\n{report.text}".strip())
    if joined == known:
        return known
    store.record(_reported(joined), save=[joined])
    if joined.answers != known.answers:
        answers = _answer_fields(joined.answers)
        store.record(event(EventKind.ANSWERS_CHANGED, joined.id, *answers))
        if known.answers.all_yes and not joined.answers.all_yes:
            close_sighting(store, joined)
    return joined


def _reported(sighting: Sighting) -> EventDraft:
    raw = sighting.address.raw if sighting.address else "unknown"
    return event(
        EventKind.REPORTED,
        sighting.id,
        open_field("sighting_kind", sighting.kind.value),
        *_answer_fields(sighting.answers),
        sealed_field("address", raw),
        sealed_field("text", sighting.text),
        sealed_field("seen_on", sighting.seen_on),
        sealed_field("seen_at", sighting.seen_at_local),
    )


def _answer_fields(answers: AgeAnswers) -> tuple[Field, ...]:
    return (
        sealed_field("adult_now", answers.adult_now.value),
        sealed_field("adult_in_picture", answers.adult_in_picture.value),
        sealed_field("nobody_doubts", answers.nobody_doubts.value),
    )
