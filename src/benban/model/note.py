"""What somebody who works on a case writes down about the work, and who may read it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from benban.model.ids import NoteId


class NoteReader(Enum):
    """
    Who may read a note.

    ``PUBLIC`` may be printed and given to the person. ``INTERNAL`` is for those who work on the
    case, also after it was handed over, and never on paper that leaves. ``PRIVATE`` is for whoever
    uses this vault and never leaves it.
    """

    PUBLIC = "public"
    INTERNAL = "internal"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """
    One note; a private one never stands among the values of a case.

    Attributes:
        text: verbatim.
        written_at: UTC.
    """

    id: NoteId
    reader: NoteReader
    text: str
    written_at: datetime
