"""What of the log one edition may open, whatever it was handed (EVIDENCE 3)."""

import re

from benban.dossier.mask import Masker
from benban.dossier.picture_paths import PICTURE_DIGESTS, told_pictures
from benban.dossier.view import DisclosedRecord, DossierView, Edition
from benban.dossier.visits import VISIT_DIGEST, told_visits
from benban.model.custody import CustodyEvent, Field
from benban.seal.leaf import parse_record

# They tie an inventory entry to its record; each stands in the inventory too.
_TIES = frozenset({"sha256", "sha512", "size_bytes", "media_type"})
# Names, texts, reasons and answers stay commitments in both editions.
_READING = _TIES | {"address", "declaration", VISIT_DIGEST}
_AUTHORITY = _READING | {"original_name", "recipient", "purpose", "legal_basis", "device"}
# Said once for all records, beside the key.
WORKPLACE = ("operator", "device", "tools", "source_sha256", "time_source")

_MACHINE_VALUE = re.compile(r"[0-9a-f]{32,}|[0-9]+")


def opened_fields(view: DossierView, event: CustodyEvent, masker: Masker) -> tuple[Field, ...]:
    """Return the fields of *event* that this edition shows with their values."""
    return tuple(
        field
        for field in event.fields
        if not field.is_sensitive
        or _may_open(view, (event.subject, field.name, field.value), masker)
    )


def printed_fields(view: DossierView, event: CustodyEvent, masker: Masker) -> tuple[Field, ...]:
    """Return the fields printed beside an event: what the report does not say elsewhere."""
    said_elsewhere = _TIES | PICTURE_DIGESTS | {"address", "declaration", VISIT_DIGEST}
    return tuple(
        field
        for field in opened_fields(view, event, masker)
        if field.name not in WORKPLACE
        and (not field.is_sensitive or field.name not in said_elsewhere)
    )


def is_disclosable(event: CustodyEvent, masker: Masker) -> bool:
    """Return whether the plain fields of *event*, which a record cannot hide, hold no trace."""
    return all(_is_clean(field.value, masker) for field in event.fields if not field.is_sensitive)


def open_record(
    view: DossierView, record: DisclosedRecord, masker: Masker
) -> DisclosedRecord | None:
    """
    Return *record* with only the openings this edition may show; None if it may not be shown.

    Args:
        view: says the edition and what was chosen.
        record: as casework handed it back.
        masker: a field that holds an own trace stays a commitment.

    Raises:
        RecordMalformedError: BB-502, not a record.
    """
    frame = parse_record(record.record)
    if not all(_is_clean(field.value, masker) for field in frame.fields if not field.is_sensitive):
        return None
    return DisclosedRecord(
        position=record.position,
        salt=record.salt,
        record=record.record,
        opened=tuple(
            one
            for one in record.opened
            if _may_open(view, (frame.subject, one.name, one.value), masker)
        ),
    )


def hidden_entries(view: DossierView) -> int:
    """Return how many entries of the log are visible as a number only."""
    return view.entry_count - len({event.position for event in view.events})


def names_others(view: DossierView) -> bool:
    """Return whether accounts and names of others may stand in this dossier (promise 10)."""
    return view.edition is Edition.AUTHORITY or view.audience.may_name_others


def _may_open(view: DossierView, opening: tuple[str, str, str], masker: Masker) -> bool:
    subject, name, value = opening
    allowed = _AUTHORITY if view.edition is Edition.AUTHORITY else _READING
    if not names_others(view):
        # An address names the account that posted.
        allowed -= {"address"}
    # A photo that shares nothing with any picture is not named, not even by its digest.
    if subject in _unnamed_originals(view):
        return False
    if name in PICTURE_DIGESTS:
        # Exactly where the bag holds the picture, so that it is seen to be the one of that day.
        return (subject, value) in told_pictures(view)
    if name == VISIT_DIGEST:
        # Alone, the digest would let somebody test what the record holds.
        return subject in told_visits(view, masker)
    return name in allowed and (name in _TIES or _is_clean(value, masker))


def _unnamed_originals(view: DossierView) -> frozenset[str]:
    if view.declaration is None:
        return frozenset()
    named = view.comparison.matched_originals if view.comparison else frozenset()
    return frozenset(entry.original.id for entry in view.declaration.originals) - named


def _is_clean(value: str, masker: Masker) -> bool:
    return bool(_MACHINE_VALUE.fullmatch(value)) or masker.leaves_alone(value)
