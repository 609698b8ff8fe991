"""Which comparisons were tried and gave no finding, as the log tells."""

from collections.abc import Iterable

from benban.model.custody import CustodyEvent, EventKind
from benban.model.finding import Against, CommonOrigin


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
