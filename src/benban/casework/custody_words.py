"""What the log says of an event, in words, for whoever holds the vault: terminal, page or file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from benban.casework.kept_page import shown_in_a_line
from benban.model.custody import CustodyEvent, EventKind, Field
from benban.model.exhibit import Exhibit
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.vault import CaseStore

# Field -> the family of messages that has words for its values, where the names differ.
_FAMILIES = {
    "adult_in_picture": "cli.answer",
    "adult_now": "cli.answer",
    "consent_purpose": "consent.purpose",
    "damage_kind": "damage.kind",
    "edition": "dossier.edition-name",
    "exhibit_kind": "dossier.exhibit",
    "nobody_doubts": "cli.answer",
    "sighting_kind": "dossier.sighting",
}
_STAMP = "stamp "


class Speaks(Protocol):
    """Messages in one language; called like a function."""

    def __call__(self, message_id: str, **params: str | int) -> str:
        """Return the text of a message."""
        ...

    def known(self, *families_and_id: str) -> str:
        """Return our words for a stable id (the last one), or the id where no family has any."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldField:
    """
    One field of an event.

    Attributes:
        is_verbatim: the value stands as it was logged, in whatever language; else in our words.
    """

    name: str
    value: str
    is_verbatim: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """
    One event in words.

    Attributes:
        at: UTC; None where the record was forgotten.
        about: what it is about, in a few words; empty where that is the case or is gone.
        fields: those that have a value.
    """

    position: int
    at: datetime | None
    what: str
    by: str = ""
    about: str = ""
    fields: tuple[ToldField, ...] = ()


def tell(
    words: Speaks,
    entry: CustodyEvent,
    about: Mapping[str, str] | None = None,
    *,
    most: int = 2000,
) -> ToldEvent:
    """
    Return an event in words.

    Args:
        words: of the language that is read.
        entry: of the log.
        about: what each subject is called, from :func:`subjects_of`.
        most: characters of one value; beyond that it is cut, and says so with a dot mark.
    """
    if entry.is_forgotten or entry.kind is None or entry.at is None:
        return ToldEvent(position=entry.position, at=None, what=words("cli.custody.forgotten"))
    return ToldEvent(
        position=entry.position,
        at=entry.at,
        what=_what(words, entry, words.known("dossier.event", entry.kind.value)),
        by=words.known("dossier.actor", entry.actor),
        about=(about or {}).get(entry.subject, ""),
        fields=tuple(_told(words, entry, field, most) for field in entry.fields if field.value),
    )


def subjects_of(store: CaseStore, words: Speaks) -> dict[str, str]:
    """Return what places, items and notices of a case are called, by their ids."""
    found: dict[str, str] = {}
    for place in store.all(Sighting):
        shown = place.address.shown if place.address else words("cli.address-unknown")
        found[place.id] = f"{words('cli.custody.item.sighting')}: {shown_in_a_line(shown)}"
    for item in store.all(Exhibit):
        found[item.id] = name_of(item, words)
    for notice in store.all(Notice):
        shown = shown_in_a_line(notice.recipient)
        found[notice.id] = f"{words('cli.custody.item.notice')}: {shown}"
    return found


def name_of(item: Exhibit, words: Speaks) -> str:
    """Return what an item is called: its kind, and the name it came with, unseen letters shown."""
    kind = words(f"cli.exhibit.{item.kind.value}")
    return f"{kind}: {shown_in_a_line(item.original_name)}" if item.original_name else kind


def _what(words: Speaks, entry: CustodyEvent, kind: str) -> str:
    # "Act begun" alone tells nobody anything.
    if entry.kind not in {EventKind.ATTEMPT, EventKind.ATTEMPT_FAILED}:
        return kind
    acts = [_value(words, entry, field) for field in entry.fields if field.name == "act"]
    return ": ".join((kind, *acts))


def _told(words: Speaks, entry: CustodyEvent, field: Field, most: int) -> ToldField:
    value = _value(words, entry, field)
    return ToldField(
        name=words.known("dossier.field", field.name),
        value=_cut(value, most),
        is_verbatim=value == field.value,
    )


def _value(words: Speaks, entry: CustodyEvent, field: Field) -> str:
    if field.name == "act" and field.value.startswith(_STAMP):
        return f"{words('dossier.act.stamp')} {field.value.removeprefix(_STAMP)}"
    if field.name == "state" and entry.kind in {EventKind.STAMPED, EventKind.ATTEMPT_FAILED}:
        return words.known("dossier.token", field.value)
    value = words.known(_FAMILIES.get(field.name, f"dossier.{field.name}"), field.value)
    return words(f"dossier.{value}") if value in {"yes", "no"} else value


def _cut(value: str, most: int) -> str:
    line = value.replace("\n", " ")
    return line if len(line) <= most else f"{line[:most]}…"
