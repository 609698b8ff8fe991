"""Take in what the person reports: an address, or a thing seen whose address is unknown."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from benban.casework.events import answer_fields, event, open_field, sealed_field
from benban.casework.mark_minor import close_sightings, doubted_with, is_marked
from benban.casework.photo_ages import forget_closed_photos
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind
from benban.model.ids import SightingId, new_sighting_id
from benban.model.sighting import (
    NO_ANSWERS,
    Address,
    AgeAnswers,
    Answer,
    Sighting,
    SightingKind,
)
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

    The raw address, the words and the places of every report are kept, and the earliest time seen.
    Answers given later replace the earlier ones, a question left open does not; when they close the
    permit, pictures kept so far are destroyed at once, and this sighting stays closed (HARM 2).
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
        store.record(_reported(sighting.id, report), save=[sighting])
        # Photos that were there before the first sighting rest on answers that this may contradict.
        forget_closed_photos(store)
        return TakenIn(sighting=sighting, is_new=True)
    return TakenIn(sighting=_join(store, known, report), is_new=False)


def answer_ages(store: CaseStore, sighting_id: SightingId, answers: AgeAnswers) -> Sighting:
    """
    Return the sighting with the age answers given now; a question left open changes nothing.

    Answers that close the permit destroy the pictures kept so far at once (HARM 2).

    Raises:
        NotStoredError: BB-412, no such sighting.
    """
    known = store.get(Sighting, sighting_id)
    report = SightingReport(address=known.address, kind=known.kind, answers=answers)
    return _join(store, known, report)


def add_words(store: CaseStore, sighting_id: SightingId, text: str) -> Sighting:
    """
    Return the sighting with *text* added to what the person said of it.

    Raises:
        NotStoredError: BB-412, no such sighting.
    """
    known = store.get(Sighting, sighting_id)
    report = SightingReport(
        address=known.address, kind=known.kind, answers=NO_ANSWERS, text=text.strip()
    )
    return _join(store, known, report)


def _same_place(store: CaseStore, address: Address | None) -> Sighting | None:
    if address is None:
        return None
    for sighting in store.all(Sighting):
        if sighting.address is not None and sighting.address.canonical == address.canonical:
            return sighting
    return None


def _join(store: CaseStore, known: Sighting, report: SightingReport) -> Sighting:
    joined = _with_report(known, report)
    if is_marked(store, known):
        # Somebody who looked thought otherwise; no later answer undoes that.
        joined = replace(joined, answers=known.answers)
    if joined == known:
        return known
    reported = _reported(joined.id, report)
    changed = event(EventKind.ANSWERS_CHANGED, joined.id, *answer_fields(joined.answers))
    if known.answers.all_yes and not joined.answers.all_yes:
        closed = (joined, *doubted_with(store, joined.id))
        close_sightings(store, closed, [reported, changed])
        return joined
    store.record(reported, save=[joined])
    if joined.answers != known.answers:
        store.record(changed)
    forget_closed_photos(store)
    return joined


def _with_report(known: Sighting, report: SightingReport) -> Sighting:
    """Return *known* with all that a second report of the same place adds; nothing is dropped."""
    raw = report.address.raw if report.address else ""
    already = {known.address.raw if known.address else "", *known.other_raw_addresses}
    is_earlier = report.seen_at is not None and (
        known.seen_at is None or report.seen_at < known.seen_at
    )
    days = [day for day in (known.act_on, report.act_on) if day is not None]
    return replace(
        known,
        kind=report.kind,
        answers=_answered(known.answers, report.answers),
        other_raw_addresses=(*known.other_raw_addresses, *(() if raw in already else (raw,))),
        text=_added(known.text, report.text, "\n\n"),
        seen_on=_added(known.seen_on, report.seen_on, "; "),
        seen_by=_added(known.seen_by, report.seen_by, "; "),
        seen_at=report.seen_at if is_earlier else known.seen_at,
        seen_at_local=report.seen_at_local
        if is_earlier or not known.seen_at_local
        else known.seen_at_local,
        act_on=min(days, default=None),
    )


def _answered(known: AgeAnswers, said: AgeAnswers) -> AgeAnswers:
    def later(before: Answer, now: Answer) -> Answer:
        return before if now is Answer.NOT_ANSWERED else now

    return AgeAnswers(
        adult_now=later(known.adult_now, said.adult_now),
        adult_in_picture=later(known.adult_in_picture, said.adult_in_picture),
        nobody_doubts=later(known.nobody_doubts, said.nobody_doubts),
    )


def _added(known: str, more: str, between: str) -> str:
    if not more.strip() or more in known.split(between):
        return known
    return f"{known}{between}{more}" if known else more


def _reported(sighting_id: SightingId, report: SightingReport) -> EventDraft:
    """Return the event that holds this report as it was given, also when it joins another."""
    raw = report.address.raw if report.address else "unknown"
    return event(
        EventKind.REPORTED,
        sighting_id,
        open_field("sighting_kind", report.kind.value),
        *answer_fields(report.answers),
        sealed_field("address", raw),
        sealed_field("text", report.text),
        sealed_field("seen_on", report.seen_on),
        sealed_field("seen_by", report.seen_by),
        sealed_field("seen_at", report.seen_at_local),
    )
