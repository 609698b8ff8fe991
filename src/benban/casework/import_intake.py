"""
What all imports share: opened, digested, spooled, kept, recorded.

What was handed over is digested as received before it is read, and what is read afterwards is
exactly what was digested. Without a permit no digest covers a picture.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

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
from benban.unpack.parts import Entry, Reader, Resource, Unread
from benban.unpack.reading import saved_reader_for
from benban.vault import CaseStore, SpooledPart, SpoolPart

ReaderT = TypeVar("ReaderT", bound=Reader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an import, for its record."""

    part_count: int
    chosen_count: int
    around_count: int = 0
    exhibits: Sequence[Exhibit] = ()
    withheld: Sequence[tuple[str, int]] = ()
    missing: Sequence[str] = ()
    not_read: Sequence[NotRead] = ()
    claimed: Sequence[Claimed] = ()
    text: bytes = b""


class Intake(Generic[ReaderT]):
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
        *,
        handed: Handed,
        reader: ReaderT,
        permit: StoragePermit | None,
        clock: Clock,
        started_at: datetime,
    ) -> None:
        self.source = handed.source
        self.reader = reader
        self.permit = permit
        self._handed = handed
        self._store = store
        self._sighting = sighting
        self._clock = clock
        self._id = new_import_id()
        self._steps: list[CaptureStep] = []
        self._started_at = started_at
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
        Return if what was digested is still there as it was received.

        What was read is what was digested in any case; this tells of a file that is still being
        written.

        Raises:
            ImportChangedError: BB-808.
        """
        if self._handed.received is None:
            return
        self._handed.require_unchanged()
        self.done("unchanged")

    def require_permit(self) -> None:
        """
        Return if the answers about age still say what they said when the import began.

        Somebody reads and ticks for a while; a "no" that came meanwhile ends it (HARM 2).

        Raises:
            PermitRefusedError: BB-101.
        """
        if self.permit is not None:
            self._store.case.storage_permit(self._store.get(Sighting, self._sighting.id))

    def take(self, content: Entry | Resource, name: str) -> TakenFile[SpooledPart]:
        """
        Return *content* in the spool, byte for byte.

        Raises:
            DiskFullError: BB-410.
            BenbanError: BB-002, BB-211, BB-803: it cannot be read.
            PermitRefusedError: BB-101, an answer about age changed meanwhile.
        """
        self.require_permit()
        try:
            with content.open() as stream:
                return take_file(stream, name, self._store.spool("import"))
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
        handed = self._handed
        received = handed.received or measure([outcome.text])
        source = self.source
        withheld = (*outcome.withheld, ("inline-pictures", handed.blanked_count))
        done = Import(
            id=self._id,
            sighting_id=self._sighting.id,
            format=self.reader.format.value,
            received_name=source.name,
            entry_count=len(source.entries()),
            size_bytes=handed.size_bytes,
            digest_covers=handed.covers or "text",
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
            withheld=tuple(Withheld(reason=why, count=many) for why, many in withheld if many),
            not_read=(*outcome.not_read, *counted(source.refused)),
            missing=tuple(Missing(what="media", reason=reason) for reason in outcome.missing),
            claimed=tuple(outcome.claimed),
        )
        self._store.record(_imported(done), save=[done])
        return done


@contextmanager
def opened_intake(
    store: CaseStore,
    sighting: Sighting,
    path: Path,
    clock: Clock,
    read_as: Callable[[Handed, StoragePermit | None], tuple[ReaderT, Handed]],
) -> Iterator[Intake[ReaderT]]:
    """
    Give an import of what lies at *path* into *sighting*.

    The attempt stands in the log before anything is opened, and what ends it early does, too.

    *read_as* finds a reader, and digests what may be digested where nothing was as yet.

    Raises:
        FileUnreadableError: BB-002.
        ImportUnknownError: BB-801.
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805.
        ImportCutError: BB-810, its end is missing.
        ImportDamagedError: BB-803.
        ImportChangedError: BB-808, it changed while it was digested.
    """
    # Before a large file is digested, which takes its time.
    started_at = clock.now()
    with (
        recorded_attempt(store, sighting) as permit,
        opened_export(path, is_digested=permit is not None) as handed,
    ):
        reader, taken = read_as(handed, permit)
        yield Intake(
            store,
            sighting,
            handed=taken,
            reader=reader,
            permit=permit,
            clock=clock,
            started_at=started_at,
        )


def read_as_saved(handed: Handed, permit: StoragePermit | None) -> tuple[Reader, Handed]:
    """
    Return the reader of a page, of posts or of mails; without a permit nothing is digested here.

    Raises:
        ImportUnknownError: BB-801.
    """
    del permit
    return saved_reader_for(handed.source), handed


def reason_of(error: Exception) -> str:
    """Return the stable id of why something could not be read."""
    return error.code if isinstance(error, BenbanError) else "unreadable"


def ends_import(error: Exception) -> bool:
    """Return whether going on makes no sense: no room in the vault, or another file by now."""
    return isinstance(error, DiskFullError | DiskFailedError | ImportChangedError)


def counted(parts: Iterable[Unread]) -> tuple[NotRead, ...]:
    """Return *parts* counted by place and reason."""
    found = Counter((one.where, one.reason.value) for one in parts)
    return tuple(
        NotRead(where=where, reason=reason, count=count)
        for (where, reason), count in sorted(found.items())
    )


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
