"""What the person said aloud about what happened: their own words, never an exhibit."""

from dataclasses import dataclass
from datetime import datetime

from benban.model.ids import RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """
    One recording, as far as it has come.

    Attributes:
        begun_at: UTC; when its first piece came.
        media_type: what a page plays it as; found in its first bytes, never what was claimed.
        sizes: of its pieces in order, bytes.
    """

    id: RecordingId
    begun_at: datetime
    media_type: str
    sizes: tuple[int, ...]

    @property
    def size_bytes(self) -> int:
        """Size of the whole."""
        return sum(self.sizes)
