"""
What imports of saved pages, posts and mails share: opened, measured, spooled, kept, recorded.

The file is digested as received before it is read, and once more before anything is kept. Without
a permit nothing is digested but the text that is kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import benban
from benban.capture.files import TakenFile, take_file
from benban.capture.read_back import read_back
from benban.casework.events import event, open_field, sealed_field
from benban.casework.import_opening import Handed, opened_export, recorded_attempt
from benban.errors import (
    BenbanError,
    DiskFailedError,
    DiskFullError,
    FileUnreadableError,
    ImportChangedError,
)
from benban.model.case import StoragePermit
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import CaptureStep, Exhibit, ExhibitKind, Missing, StepOutcome, Withheld
from benban.model.ids import ExhibitId, new_exhibit_id, new_import_id
from benban.model.imported import Claimed, Import, NotRead
from benban.model.sighting import Sighting
from benban.seal.digests import measure
from benban.unpack.inline import plain_text
from benban.unpack.parts import Resource, Unread
from benban.unpack.reading import saved_reader_for
from benban.vault import CaseStore, SpooledPart, SpoolPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an import, for its record."""

    part_count: int
    chosen_count: int
    around_count: int = 0
    exhibits: Sequence[Exhibit] = ()
    withheld: Sequence[tuple[str, int]] = ()
    missing: Sequence[str] = ()
    not_read: Iterable[Unread] = ()
    claimed: Sequence[Claimed] = ()
    text: bytes = b""


class Intake:
    """
    One import into one sighting; made by :func:`opened_intake`.

    Attributes:
        reader: knows the format of :attr:`source`.
        permit: None keeps text only.
    """

    def __init__(
        self,
        store: CaseStore,
        sighting: Sighting,
        handed: Handed,
        permit: StoragePermit | None,
        clock: Clock,
    ) -> None:
        self.source = handed.source
        self.reader = saved_reader_for(handed.source)
        self.permit = permit
        self._handed = handed
        self._store = store
        self._sighting = sighting
        self._clock = clock
        self._id = new_import_id()
        self._steps: list[CaptureStep] = []
        self._started_at = clock.now()
        self._received = handed.measure() if permit else None
        self.done("received")

    def done(self, name: str) -> None:
        """Note that a step ended."""
        self._steps.append(CaptureStep(name=name, outcome=StepOutcome.DONE, at=self._clock.now()))

    @property
    def started_at(self) -> datetime:
        """When the import began; dates what states no time of its own."""
        return self._started_at

    def require_unchanged(self) -> None:
        """
        Return if the file is still what was received; without a permit nothing was measured.

        Raises:
            ImportChangedError: BB-808.
        """
        if self._received is None:
            return
        if self._handed.measure() != self._received:
            raise ImportChangedError
        self.done("unchanged")

    def take(self, resource: Resource, name: str) -> TakenFile[SpooledPart]:
        """
        Return the content of *resource* in the spool, byte for byte.

        Raises:
            DiskFullError: BB-410.
            BenbanError: BB-002, BB-211, BB-803: it cannot be read.
        """
        try:
            with resource.open() as content:
                return take_file(content, name, self._store.spool("import"))
        except OSError as error:
            raise FileUnreadableError(name=name) from error

    def spool(self, write: Callable[[SpoolPart], object]) -> SpooledPart:
        """Return what *write* wrote, in the spool and read back."""
        part = self._store.spool("import").open_part()
        try:
            write(part)
            spooled = part.finish()
        finally:
            part.discard()
        read_back(spooled)
        return spooled

    def adopt(
        self,
        part: SpooledPart,
        kind: ExhibitKind,
        *,
        media_type: str,
        exhibit_id: ExhibitId | None = None,
        claimed: str = "",
        name: str = "",
        address: str = "",
        derived_from: tuple[ExhibitId, ...] = (),
        contains_media: bool = False,
    ) -> Exhibit:
        """Return *part* as a new exhibit."""
        exhibit = Exhibit(
            id=exhibit_id or new_exhibit_id(),
            kind=kind,
            sighting_id=self._sighting.id,
            media_type=media_type,
            claimed_media_type=plain_text(claimed),
            size_bytes=part.size_bytes,
            sha256=part.sha256,
            sha512=part.sha512,
            taken_in_at=self._clock.now(),
            original_name=plain_text(name),
            # A data: address is the picture itself; forgetting keeps addresses (HARM 2).
            source_address=plain_text(address),
            derived_from=derived_from,
            contains_media=contains_media,
        )
        return self._store.adopt(part, exhibit, self.permit)

    def known(self, part: SpooledPart) -> Exhibit | None:
        """Return the exhibit of this sighting that has the same bytes; None if none has."""
        for exhibit in self._store.all(Exhibit):
            if exhibit.sha256 == part.sha256 and exhibit.sighting_id == self._sighting.id:
                return exhibit
        return None

    def record(self, outcome: Outcome) -> Import:
        """Return the record of this import, written with its event."""
        received = self._received or measure([outcome.text])
        source = self.source
        done = Import(
            id=self._id,
            sighting_id=self._sighting.id,
            format=self.reader.format.value,
            received_name=source.name,
            entry_count=len(source.entries()),
            size_bytes=self._handed.size_bytes,
            digest_covers=self._handed.covers if self._received else "text",
            sha256=received.sha256,
            sha512=received.sha512,
            part_count=outcome.part_count,
            chosen_count=outcome.chosen_count,
            around_count=outcome.around_count,
            started_at=self._started_at,
            ended_at=self._clock.now(),
            tool=f"benban {benban.__version__}",
            exhibits=tuple(dict.fromkeys(one.id for one in outcome.exhibits)),
            steps=tuple(self._steps),
            withheld=tuple(
                Withheld(reason=why, count=many) for why, many in outcome.withheld if many
            ),
            not_read=tuple(_not_read((*source.refused, *outcome.not_read))),
            missing=tuple(Missing(what="media", reason=reason) for reason in outcome.missing),
            claimed=tuple(outcome.claimed),
        )
        self._store.record(_imported(done), save=[done])
        return done


@contextmanager
def opened_intake(
    store: CaseStore, sighting: Sighting, path: Path, clock: Clock
) -> Iterator[Intake]:
    """
    Give an import of what lies at *path* into *sighting*.

    The attempt stands in the log before anything is opened, and what ends it early does, too.

    Raises:
        FileUnreadableError: BB-002.
        ImportUnknownError: BB-801, no reader of pages, posts or mails knows it.
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805.
        ImportDamagedError: BB-803.
    """
    with recorded_attempt(store, sighting) as permit, opened_export(path) as handed:
        yield Intake(store, sighting, handed, permit, clock)


def reason_of(error: Exception) -> str:
    """Return the stable id of why something could not be read."""
    return error.code if isinstance(error, BenbanError) else "unreadable"


def is_disk_error(error: Exception) -> bool:
    """Return whether the vault itself has no room, so that going on makes no sense."""
    return isinstance(error, DiskFullError | DiskFailedError)


def _not_read(parts: Iterable[Unread]) -> Iterator[NotRead]:
    counted = Counter((one.where, one.reason.value) for one in parts)
    for (where, reason), count in sorted(counted.items()):
        yield NotRead(where=where, reason=reason, count=count)


def _imported(done: Import) -> EventDraft:
    digests = [("sha256", done.sha256), ("sha512", done.sha512)]
    differ = sum(one.count for one in done.claimed if one.state == "differs")
    return event(
        EventKind.IMPORTED,
        done.id,
        open_field("format", done.format),
        open_field("chosen", done.chosen_count),
        open_field("around", done.around_count),
        open_field("exhibits", len(done.exhibits)),
        open_field("withheld", sum(one.count for one in done.withheld)),
        open_field("not_read", sum(one.count for one in done.not_read)),
        open_field("missing", len(done.missing)),
        open_field("claimed_digests_that_differ", differ),
        open_field("digest_covers", done.digest_covers),
        sealed_field("size_bytes", done.size_bytes),
        sealed_field("original_name", done.received_name),
        *(sealed_field(name, digest.hex) for name, digest in digests if digest is not None),
    )
