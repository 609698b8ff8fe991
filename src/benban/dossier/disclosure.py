"""What of the log one edition may open, whatever it was handed (EVIDENCE 3)."""

from benban.dossier.view import DossierView, Edition
from benban.model.custody import CustodyEvent, Field

# Sensitive fields that tie an inventory entry to its record. Names, texts, reasons and answers
# stay commitments in both editions; the sealed originals carry what an authority needs more.
READING_FIELDS = frozenset(
    {"sha256", "sha512", "size_bytes", "media_type", "address", "declaration"}
)
AUTHORITY_FIELDS = READING_FIELDS | {"original_name", "recipient", "purpose", "legal_basis"}


def open_names(edition: Edition) -> frozenset[str]:
    """Return the names of the sensitive fields that *edition* may open."""
    return AUTHORITY_FIELDS if edition is Edition.AUTHORITY else READING_FIELDS


def shown_fields(view: DossierView, event: CustodyEvent) -> tuple[Field, ...]:
    """
    Return the fields of *event* that are printed beside it.

    Digests, sizes and addresses of items stand in the inventory already; what is printed here are
    the plain fields and what else this edition may open.
    """
    in_inventory = {"sha256", "sha512", "size_bytes", "media_type", "address", "declaration"}
    return tuple(
        field
        for field in event.fields
        if not field.is_sensitive
        or (field.name in open_names(view.edition) and field.name not in in_inventory)
    )


def hidden_entries(view: DossierView) -> int:
    """Return how many entries of the log are visible as a number only."""
    return view.entry_count - len({event.position for event in view.events})
