"""Finds that wait: offered, never pushed (HARM 10), and taken in only when the person says so."""

from dataclasses import replace
from datetime import datetime, timedelta

from benban.casework.events import event, open_field
from benban.casework.make_plan import make_plan
from benban.casework.take_in import SightingReport, take_in
from benban.errors import PlaceMissingError
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind
from benban.model.ids import OfferId
from benban.model.remedy import Plan
from benban.model.sighting import AgeAnswers, Sighting, SightingKind
from benban.model.watch import FindKind, Offer, OfferState, Place
from benban.vault import CaseStore

# "Later" is tomorrow, "pause" is a month (HARM 10).
_LATER, _PAUSE = timedelta(days=1), timedelta(days=30)
_OPEN = frozenset({OfferState.WAITING, OfferState.LATER, OfferState.FOR_HELPER, OfferState.PAUSED})


def open_offers(store: CaseStore) -> tuple[Offer, ...]:
    """Return the finds that nobody has read or taken in yet, oldest first."""
    return tuple(one for one in store.all(Offer) if one.state in _OPEN)


def offers_for_now(store: CaseStore, now: datetime) -> tuple[Offer, ...]:
    """Return those that may be mentioned now; later, paused and the helper's are silent."""
    return tuple(
        one
        for one in open_offers(store)
        if one.state is not OfferState.FOR_HELPER and (one.until is None or one.until <= now)
    )


def answer_offer(store: CaseStore, offer_id: OfferId, answer: OfferState, clock: Clock) -> Offer:
    """
    Return a find as it was answered: read now, later, for the helper, or paused for a month.

    One that was taken in stays so, whatever a page that still lay open says.

    Raises:
        PlaceMissingError: BB-672, there is no such find.
        ValueError: ``TAKEN_IN`` is what :func:`take_in_offer` does.
    """
    known = _offer(store, offer_id)
    if answer in {OfferState.TAKEN_IN, OfferState.WAITING}:
        raise ValueError("not an answer")
    if known.state is OfferState.TAKEN_IN:
        return known
    pause = {OfferState.LATER: _LATER, OfferState.PAUSED: _PAUSE}.get(answer)
    until = clock.now() + pause if pause else None
    answered = replace(known, state=answer, until=until)
    store.record(_answered(answered), save=[answered])
    return answered


def take_in_offer(
    store: CaseStore, offer_id: OfferId, answers: AgeAnswers, *, catalogue: Catalogue, clock: Clock
) -> tuple[Sighting, Plan]:
    """
    Return the sighting that a find became, with its plan.

    Args:
        store: of the case.
        offer_id: a re-upload, or something that came back.
        answers: given for this sighting; those of another are never taken over (HARM 2).
        catalogue: for the plan.
        clock: for both.

    Raises:
        PlaceMissingError: BB-672.
    """
    known = _offer(store, offer_id)
    place = store.maybe(Place, known.place_id)
    if place is None:
        raise PlaceMissingError
    if known.kind is FindKind.BACK and place.sighting_id is not None:
        sighting = store.get(Sighting, place.sighting_id)
    else:
        report = SightingReport(
            address=place.address,
            kind=SightingKind.PUBLISHED,
            answers=answers,
            seen_at=known.found_at,
        )
        sighting = take_in(store, report, clock).sighting
    taken = replace(known, state=OfferState.TAKEN_IN, sighting_id=sighting.id, until=None)
    kept = replace(place, sighting_id=sighting.id)
    store.record(_answered(taken), save=[taken, kept])
    return sighting, make_plan(store, sighting, catalogue, clock)


def _offer(store: CaseStore, offer_id: OfferId) -> Offer:
    known = store.maybe(Offer, offer_id)
    if known is None:
        raise PlaceMissingError
    return known


def _answered(offer: Offer) -> EventDraft:
    # No address, no picture, no fingerprint.
    return event(
        EventKind.FIND_ANSWERED,
        offer.id,
        open_field("find", offer.kind.value),
        open_field("place", offer.place_id),
        open_field("state", offer.state.value),
    )
