"""A case: one person and all that concerns them. The only place that makes a permit."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from benban.errors import KindNotCapturedError, PermitRefusedError
from benban.model.ids import CaseId, SightingId
from benban.model.sighting import AgeAnswers, Sighting, SightingKind
from benban.wording import Language


class Capacity(Enum):
    """Who uses the program for this case (HARM 9)."""

    SELF = "self"
    LAWYER = "lawyer"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoragePermit:
    """
    Leave to fetch, store and measure pictures of one sighting.

    Made only by :meth:`Case.storage_permit`; the vault reads the recorded answers again before it
    adopts anything, so a permit made before an answer changed opens nothing.
    """

    case_id: CaseId
    sighting_id: SightingId
    answers: AgeAnswers


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    One person and all that concerns them.

    Attributes:
        title: what the person calls it; stays in the encrypted database.
        language: of what is printed for the person.
        is_demonstration: every page made from this case says DEMONSTRATION.
    """

    id: CaseId
    title: str
    language: Language
    capacity: Capacity
    opened_at: datetime
    is_demonstration: bool = False

    def storage_permit(self, sighting: Sighting) -> StoragePermit:
        """
        Return leave to keep the pictures of *sighting*.

        Raises:
            PermitRefusedError: BB-101, an age answer is not yes.
            KindNotCapturedError: BB-105, this kind of sighting is kept as text only.
        """
        if not sighting.answers.all_yes:
            raise PermitRefusedError
        if not sighting.kind.is_captured_with_media:
            raise KindNotCapturedError(kind=sighting.kind.value)
        return StoragePermit(case_id=self.id, sighting_id=sighting.id, answers=sighting.answers)


def may_leave_the_vault(sightings: tuple[Sighting, ...]) -> bool:
    """Return whether a dossier, notice, watch or disclosure is open to this case (HARM 13)."""
    opening = {SightingKind.PUBLISHED, SightingKind.THREATENED}
    return any(sighting.kind in opening for sighting in sightings)
