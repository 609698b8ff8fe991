"""What an audit came to, as the pages show it; and what does the work behind them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from benban.model.own_photo import AuditedPhoto, OwnPhotoId, Sorting
from benban.model.sighting import Answer
from benban.wiring_case import CaseStore
from benban.wording import Language

# How many photos were looked at, of how many; raises when the person stopped the work.
Say: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """
    A step for one photo, in words.

    Attributes:
        id: stable, what a tick is kept by.
        text: what to do.
        source: where that is known from, as of which day, how surely; empty if nothing is claimed.
    """

    id: str
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """
    One line of the list: a photo, or several that look alike.

    Attributes:
        photos: the one that counts for the order first, then those that look like it.
        reasons: why it stands where it stands, in words.
        steps: for the first photo, in order; which are done stands in ``AuditedPhoto.done``.
    """

    photos: tuple[AuditedPhoto, ...]
    reasons: tuple[str, ...]
    steps: tuple[ShownStep, ...]

    @property
    def photo(self) -> AuditedPhoto:
        """The one that stands for the line."""
        return self.photos[0]

    @property
    def done(self) -> int:
        """How many of its steps are ticked."""
        return sum(one.id in self.photo.done for one in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditList:
    """
    The whole result.

    Attributes:
        rows: what to look at first stands first.
        notes: what was left out, not read or has changed, in words with its number.
        is_hashed: whether photos that look alike could be found.
    """

    rows: tuple[AuditRow, ...]
    notes: tuple[str, ...]
    is_hashed: bool


class AuditWork(Protocol):
    """One audit: kept in a case, or in memory alone."""

    @property
    def is_kept(self) -> bool:
        """Whether it is kept in a case."""
        ...

    def look(self, paths: Sequence[Path], adult: Answer, say: Say) -> None:
        """
        Look at every photo of folders and archives; what was looked at already is passed over.

        Nothing is hashed unless *adult* is yes. What *say* raises ends it; what was done stays.

        Raises:
            FileUnreadableError: BB-002, and the errors of an archive: BB-8xx.
        """
        ...

    def photos(self) -> tuple[AuditedPhoto, ...]:
        """Return every photo in the order in which they are sorted."""
        ...

    def sort(self, photo_id: OwnPhotoId, sorting: Sorting | None) -> None:
        """Note how the person sorted a photo; None takes that back."""
        ...

    def tick(self, photo_id: OwnPhotoId, step_id: str, *, is_done: bool) -> None:
        """Note that a step is done, or not."""
        ...

    def listed(self, language: Language) -> AuditList:
        """Return the result in words of *language*."""
        ...

    def forget(self) -> None:
        """Destroy all of it."""
        ...


class AuditVerbs(Protocol):
    """How audits come to be."""

    def in_memory(self) -> AuditWork:
        """Return an empty one that goes with the program."""
        ...

    def in_case(self, store: CaseStore) -> AuditWork:
        """Return what a case keeps, which may be nothing."""
        ...
