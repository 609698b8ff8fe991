"""One rule of law from its file."""

from benban.model.catalogue import HeldBack
from benban.model.remedy import Confidence, Provision
from benban.remedies.catalogue_words import CONFIDENCE_D, FIRST_DAY_UNKNOWN
from benban.remedies.file_formats import ProvisionEntry


def why_withheld(entry: ProvisionEntry) -> str:
    """Return why the rule may not be used, or nothing when it may."""
    if entry.withheld:
        return entry.withheld
    if entry.confidence == Confidence.D.value:
        return CONFIDENCE_D
    # A rule whose first day nobody could verify may not be in force at all.
    return "" if entry.valid_from else FIRST_DAY_UNKNOWN


def held_back_provision(entry: ProvisionEntry, reason: str) -> HeldBack:
    """Return *entry* as what is shown of a rule that may not be used."""
    return HeldBack(
        id=entry.id,
        reason=reason,
        name=entry.title_en,
        confidence=Confidence(entry.confidence),
        source=entry.source,
        checked_on=entry.checked_on,
    )


def build_provision(entry: ProvisionEntry, country: str) -> Provision:
    """Return the rule in *entry*, which was checked."""
    return Provision(
        id=entry.id,
        country=country,
        kind=entry.kind,
        title_vi=entry.title_vi,
        title_en=entry.title_en,
        instrument=entry.instrument,
        article=entry.article,
        confidence=Confidence(entry.confidence),
        source=entry.source,
        checked_on=entry.checked_on,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        addressee=entry.addressee,
        gives=entry.gives,
        clock_h=entry.clock_h,
        clock_started_by=entry.clock_started_by,
        reviewed_by=entry.reviewed_by,
        applies_to=entry.applies_to,
        elements=entry.elements,
        escalation=entry.escalation,
        note=entry.note,
        source_official=entry.source_official,
        source_date=entry.source_date,
    )
