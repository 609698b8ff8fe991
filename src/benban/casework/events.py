"""Short ways to write the fields of a custody event."""

from benban.model.custody import EventDraft, EventKind, Field
from benban.model.sighting import AgeAnswers


def open_field(name: str, value: str | int) -> Field:
    """Return a field that stands readable in the record: counts and ids of kinds only."""
    return Field(name=name, value=str(value), is_sensitive=False)


def sealed_field(name: str, value: str | int) -> Field:
    """Return a field that stands in the record as a salted commitment (EVIDENCE 1)."""
    return Field(name=name, value=str(value), is_sensitive=True)


def event(kind: EventKind, subject: str = "", *fields: Field) -> EventDraft:
    """Return an event about *subject*."""
    return EventDraft(kind=kind, subject=subject, fields=fields)


def answer_fields(answers: AgeAnswers) -> tuple[Field, ...]:
    """Return the three age answers as commitments: they say something about a person."""
    return (
        sealed_field("adult_now", answers.adult_now.value),
        sealed_field("adult_in_picture", answers.adult_in_picture.value),
        sealed_field("nobody_doubts", answers.nobody_doubts.value),
    )
