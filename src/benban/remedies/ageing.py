"""Which facts of the catalogue must be opened and compared again."""

from dataclasses import dataclass
from datetime import date

from benban.model.catalogue import Catalogue
from benban.model.remedy import Confidence
from benban.remedies.rules_in_force import CHANNEL_GOOD_FOR, PROVISION_GOOD_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedFact:
    """
    A fact whose time is over.

    Attributes:
        kind: ``channel``, ``provision``, ``ended`` (a rule whose last day has passed) or
            ``held-back`` (not used; looked at again all the same).
        good_until: the last day on which it could be used without comparing.
    """

    id: str
    kind: str
    checked_on: date
    good_until: date
    confidence: Confidence
    source: str


def aged_facts(catalogue: Catalogue, day: date) -> tuple[AgedFact, ...]:
    """Return the facts that have aged on *day*, the oldest first."""
    channels = (
        AgedFact(
            id=one.id,
            kind="channel",
            checked_on=one.checked_on,
            good_until=one.checked_on + CHANNEL_GOOD_FOR,
            confidence=one.confidence,
            source=one.source,
        )
        for service in catalogue.services
        for one in service.channels
    )
    rules = (
        AgedFact(
            id=one.id,
            kind="provision",
            checked_on=one.checked_on,
            good_until=one.checked_on + PROVISION_GOOD_FOR,
            confidence=one.confidence,
            source=one.source,
        )
        for one in catalogue.provisions
    )
    ended = (
        AgedFact(
            id=one.id,
            kind="ended",
            checked_on=one.checked_on,
            good_until=one.valid_until,
            confidence=one.confidence,
            source=one.source,
        )
        for one in catalogue.provisions
        if one.valid_until is not None
    )
    held = (
        AgedFact(
            id=one.id,
            kind="held-back",
            checked_on=one.checked_on,
            good_until=one.checked_on + PROVISION_GOOD_FOR,
            confidence=one.confidence,
            source=one.source,
        )
        for one in catalogue.held_back
    )
    aged = (one for one in (*channels, *rules, *ended, *held) if one.good_until < day)
    return tuple(sorted(aged, key=lambda one: (one.good_until, one.kind, one.id)))
