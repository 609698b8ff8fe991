"""Comparisons that are tried, and which of them gave no finding, as the log tells."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benban.casework.events import event, open_field
from benban.errors import BenbanError
from benban.model.custody import CustodyEvent, EventKind, Field
from benban.model.exhibit import Exhibit
from benban.model.finding import Against, CommonOrigin
from benban.model.ids import ExhibitId
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncompared:
    """A questioned picture that could not be compared, and the code of the reason."""

    exhibit_id: ExhibitId
    code: str


@contextmanager
def recorded_attempt(
    store: CaseStore, exhibit: Exhibit, failures: list[Uncompared], *act: Field
) -> Iterator[None]:
    """Give a place to compare *exhibit* in: an error is recorded, noted, and stops no other."""
    store.record(event(EventKind.ATTEMPT, exhibit.id, *act))
    try:
        yield
    except BenbanError as error:
        failures.append(Uncompared(exhibit_id=exhibit.id, code=error.code))
        reason = open_field("reason", error.code)
        store.record(event(EventKind.ATTEMPT_FAILED, exhibit.id, *act, reason))


def failed_ways(
    events: Iterable[CustodyEvent], findings: Iterable[CommonOrigin]
) -> dict[tuple[str, Against], str]:
    """Return by exhibit (or original) and way of comparing the code of the last failure."""
    failed: dict[tuple[str, Against], str] = {}
    for entry in events:
        fields = {one.name: one.value for one in entry.fields}
        if entry.kind is EventKind.ATTEMPT_FAILED and fields.get("act") == "compare":
            against = Against(fields.get("against", Against.PHOTOS.value))
            failed[entry.subject, against] = fields.get("reason", "")
    found = {(str(one.exhibit_id), one.against) for one in findings}
    return {way: code for way, code in failed.items() if way not in found}
