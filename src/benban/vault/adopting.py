"""What the log says when something is taken into a case."""

from collections.abc import Sequence

from benban.model.custody import EventDraft, EventKind, Field
from benban.model.exhibit import Exhibit, Original

_DIGESTS_ONLY = Field(name="content", value="digests-only", is_sensitive=False)


def exhibit_adopted(exhibit: Exhibit, more: Sequence[Field]) -> EventDraft:
    """Return the event of an exhibit that was taken in, with *more* fields."""
    # The fields that docs/reference/bag-format.md promises for an exhibit's record.
    sealed = {
        "sha256": exhibit.sha256.hex,
        "sha512": exhibit.sha512.hex,
        "size_bytes": str(exhibit.size_bytes),
        "media_type": exhibit.media_type,
        "address": exhibit.source_address,
        "original_name": exhibit.original_name,
    }
    return EventDraft(
        kind=EventKind.ADOPTED,
        subject=exhibit.id,
        fields=(
            Field(name="exhibit_kind", value=exhibit.kind.value, is_sensitive=False),
            *sealed_fields(sealed),
            *more,
        ),
    )


def original_added(original: Original, *more: Field) -> EventDraft:
    """Return the event of a declared original, with *more* fields."""
    sealed = {
        "sha256": original.sha256.hex,
        "size_bytes": str(original.size_bytes),
        "media_type": original.media_type,
        "original_name": original.original_name,
    }
    return EventDraft(
        kind=EventKind.ORIGINAL_ADDED,
        subject=original.id,
        fields=(
            Field(name="arrival", value=original.arrival.value, is_sensitive=False),
            *(() if original.is_kept else (_DIGESTS_ONLY,)),
            *sealed_fields(sealed),
            *more,
        ),
    )


def sealed_fields(values: dict[str, str]) -> tuple[Field, ...]:
    """Return *values* as fields that stand sealed in a record."""
    return tuple(Field(name=name, value=value, is_sensitive=True) for name, value in values.items())
