"""What a case holds, in numbers."""

from dataclasses import dataclass
from datetime import datetime

from benban.model.case import Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContents:
    """
    What a case holds, counted; nothing of it is shown.

    Attributes:
        capacity: of who holds it, or held it before it came here.
        allegations: what is suspected, each under the key of its compartment.
        entries: of the log.
        size_bytes: of all kept files and photos.
    """

    title: str
    opened_at: datetime
    capacity: Capacity
    sightings: int
    exhibits: int
    originals: int
    notices: int
    allegations: int
    entries: int
    size_bytes: int
