"""
Take ticked messages out of an export: read, listed, kept, and everything else left where it is.

The export is hashed as received before it is read, and once more before anything is kept: what was
listed is what was handed over. Without a permit only text is kept and no digest covers a picture.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import benban
from benban.capture.files import take_file
from benban.capture.read_back import read_back
from benban.casework.conversation_text import Extract, Fate, conversation_json
from benban.casework.events import event, open_field, sealed_field
from benban.casework.import_opening import (
    Handed,
    measure_entries,
    opened_export,
    recorded_attempt,
)
from benban.casework.import_reading import MOST_TICKED, Counted, read_extract
from benban.errors import (
    EmptyFileError,
    FileUnreadableError,
    ImportChangedError,
    ImportDamagedError,
    NothingTickedError,
    TooManyTickedError,
)
from benban.model.case import StoragePermit
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import CaptureStep, Exhibit, ExhibitKind, Missing, StepOutcome, Withheld
from benban.model.ids import ImportId, new_exhibit_id, new_import_id
from benban.model.imported import Import, NotRead
from benban.model.sighting import Sighting
from benban.seal.digests import Measured
from benban.unpack.inline import plain_text
from benban.unpack.parts import Chat, MediaRef, Message, Part, Reason
from benban.unpack.reading import conversation_reader_for
from benban.vault import CaseStore, SpooledPart

# What may be wrong with one picture without the import being wrong.
_LOST: dict[type[Exception], str] = {
    ImportDamagedError: Reason.DAMAGED.value,
    FileUnreadableError: Reason.UNREADABLE.value,
    EmptyFileError: "empty",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spooled:
    """A picture or file of a ticked message: in the spool, or why it is not."""

    position: int
    media: MediaRef
    reason: str = ""
    part: SpooledPart | None = None
    media_type: str = ""
    claimed: str = ""


@contextmanager
def opened_import(
    store: CaseStore, sighting: Sighting, path: Path, clock: Clock
) -> Iterator["ConversationImport"]:
    """
    Give an import of the export at *path* into *sighting*, hashed as received.

    The attempt stands in the log before anything is opened, and what ends it early does, too.

    Raises:
        FileUnreadableError: BB-002.
        ImportUnknownError: BB-801, no reader of conversations knows it.
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805.
        ImportDamagedError: BB-803.
    """
    with recorded_attempt(store, sighting) as permit, opened_export(path) as handed:
        yield ConversationImport(store, sighting, handed, permit, clock)


class ConversationImport:
    """One import into one sighting; made by :func:`opened_import`."""

    def __init__(
        self,
        store: CaseStore,
        sighting: Sighting,
        handed: Handed,
        permit: StoragePermit | None,
        clock: Clock,
    ) -> None:
        self._store = store
        self._sighting = sighting
        self._handed = handed
        self._reader = conversation_reader_for(handed.source)
        self._permit = permit
        self._clock = clock
        self._id: ImportId = new_import_id()
        self._steps: list[CaptureStep] = []
        self._started_at: datetime = clock.now()
        self._received = self._measured()
        self._done("received")

    @property
    def is_text_only(self) -> bool:
        """Whether no picture will be kept."""
        return self._permit is None

    @property
    def total_bytes(self) -> int:
        """How many bytes of documents there are to read, for progress."""
        return sum(one.size_bytes for one in self._reader.documents(self._handed.source))

    def chats(self) -> Sequence[Chat]:
        """Return the conversations from which one is chosen."""
        return tuple(self._reader.chats(self._handed.source))

    def listing(self, chat: Chat, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the parts of *chat* for ticking, from one position on; nothing of them is kept."""
        return self._reader.messages(self._handed.source, chat, start_at=start_at)

    def keep(
        self,
        chat: Chat,
        ticked: Collection[int],
        on_progress: Callable[[int], None] = lambda _offset: None,
    ) -> Import:
        """
        Keep the ticked messages with ten either side as text, and the media of the ticked ones.

        Args:
            chat: from :meth:`chats`.
            ticked: positions of parts.
            on_progress: told how many bytes of the document were read.

        Raises:
            NothingTickedError: BB-807, nothing of that is in the conversation.
            TooManyTickedError: BB-809.
            ImportChangedError: BB-808, it is not what was received any more; nothing was kept.
        """
        if len(ticked) > MOST_TICKED:
            raise TooManyTickedError(most=MOST_TICKED)
        counted = read_extract(self.listing(chat), ticked, on_progress)
        if not counted.ticked:
            raise NothingTickedError
        self._done("read")
        media = self._spool_media(counted)
        if self._measured() != self._received:
            raise ImportChangedError
        self._done("unchanged")
        return self._keep(chat, counted, media)

    # --- inside ---------------------------------------------------------------------------

    def _keep(self, chat: Chat, counted: Counted, media: Sequence[_Spooled]) -> Import:
        exhibits: list[Exhibit] = []
        fates: dict[int, list[Fate]] = {}
        for one in media:
            kept = self._adopt(one)
            exhibits += [kept] if kept is not None else []
            fate = Fate(state=one.reason or "kept", exhibit=kept.id if kept else None)
            fates.setdefault(one.position, []).append(fate)
        self._done("media")
        extract = Extract(
            format=self._reader.format,
            chat=chat,
            parts=counted.parts,
            ticked=counted.ticked,
            fates=fates,
        )
        exhibits.insert(0, self._adopt_text(conversation_json(extract)))
        self._done("conversation")
        done = self._import(counted, media, exhibits)
        self._store.record(_imported(done), save=[done])
        return done

    def _spool_media(self, counted: Counted) -> list[_Spooled]:
        spooled = []
        for part in counted.parts:
            if isinstance(part, Message) and part.position in counted.ticked:
                spooled += [self._spool_one(part.position, one) for one in part.media]
        return spooled

    def _spool_one(self, position: int, media: MediaRef) -> _Spooled:
        reason = media.reason.value if media.reason else ""
        if not reason and self._permit is None:
            reason = "no-permit"
        entry = self._handed.source.find(media.entry_name or "")
        if reason or entry is None:
            return _Spooled(position=position, media=media, reason=reason or "missing")
        try:
            with entry.open() as stream:
                taken = take_file(stream, media.name, self._store.spool("import"))
        except (ImportDamagedError, FileUnreadableError, EmptyFileError, OSError) as error:
            # A picture that is damaged in the archive: said, and the others are still kept.
            lost = _LOST.get(type(error), Reason.UNREADABLE.value)
            return _Spooled(position=position, media=media, reason=lost)
        return _Spooled(
            position=position,
            media=media,
            part=taken.part,
            media_type=taken.media_type,
            claimed=media.media_type_claimed or taken.claimed_media_type,
        )

    def _adopt(self, one: _Spooled) -> Exhibit | None:
        if one.part is None:
            return None
        return self._known(one.part) or self._store.adopt(
            one.part,
            self._exhibit(
                one.part,
                ExhibitKind.SUPPLIED_FILE,
                media_type=one.media_type,
                claimed=one.claimed,
                name=one.media.name,
            ),
            self._permit,
        )

    def _adopt_text(self, text: bytes) -> Exhibit:
        part = self._store.spool("import").open_part()
        try:
            part.write(text)
            spooled = part.finish()
        finally:
            part.discard()
        read_back(spooled)
        exhibit = self._exhibit(
            spooled, ExhibitKind.CONVERSATION, media_type="application/json", claimed="", name=""
        )
        return self._known(spooled) or self._store.adopt(spooled, exhibit, self._permit)

    def _known(self, part: SpooledPart) -> Exhibit | None:
        # An import that was stopped is simply done again: what it kept is not kept twice.
        for known in self._store.all(Exhibit):
            if known.sha256 == part.sha256 and known.sighting_id == self._sighting.id:
                return known
        return None

    def _exhibit(
        self, part: SpooledPart, kind: ExhibitKind, *, media_type: str, claimed: str, name: str
    ) -> Exhibit:
        return Exhibit(
            id=new_exhibit_id(),
            kind=kind,
            sighting_id=self._sighting.id,
            media_type=media_type,
            claimed_media_type=plain_text(claimed),
            size_bytes=part.size_bytes,
            sha256=part.sha256,
            sha512=part.sha512,
            taken_in_at=self._clock.now(),
            original_name=plain_text(name),
            contains_media=kind is ExhibitKind.SUPPLIED_FILE,
        )

    def _import(
        self, counted: Counted, media: Sequence[_Spooled], exhibits: Sequence[Exhibit]
    ) -> Import:
        others = counted.part_count - len(counted.parts)
        withheld = [("not-chosen", others), ("media-of-others", counted.other_media)]
        return Import(
            id=self._id,
            sighting_id=self._sighting.id,
            format=self._reader.format.value,
            received_name=self._handed.source.name,
            entry_count=len(self._handed.source.entries()),
            size_bytes=self._handed.size_bytes,
            digest_covers=self._handed.covers if self._permit else "text",
            sha256=self._received.sha256,
            sha512=self._received.sha512,
            part_count=counted.part_count,
            chosen_count=len(counted.ticked),
            around_count=len(counted.parts) - len(counted.ticked),
            started_at=self._started_at,
            ended_at=self._clock.now(),
            tool=f"benban {benban.__version__}",
            exhibits=tuple(dict.fromkeys(one.id for one in exhibits)),
            steps=tuple(self._steps),
            withheld=tuple(Withheld(reason=why, count=many) for why, many in withheld if many),
            not_read=(*counted.not_read, *self._refused()),
            missing=tuple(Missing(what="media", reason=one.reason) for one in media if one.reason),
        )

    def _refused(self) -> Iterator[NotRead]:
        reasons = Counter(one.reason.value for one in self._handed.source.refused)
        for reason, many in sorted(reasons.items()):
            yield NotRead(where="entry", reason=reason, count=many)

    def _measured(self) -> Measured:
        if self._permit:
            return self._handed.measure()
        return measure_entries(self._reader.documents(self._handed.source))

    def _done(self, name: str) -> None:
        self._steps.append(CaptureStep(name=name, outcome=StepOutcome.DONE, at=self._clock.now()))


def _imported(done: Import) -> EventDraft:
    digests = [("sha256", done.sha256), ("sha512", done.sha512)]
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
        open_field("digest_covers", done.digest_covers),
        sealed_field("size_bytes", done.size_bytes),
        sealed_field("original_name", done.received_name),
        *(sealed_field(name, digest.hex) for name, digest in digests if digest is not None),
    )
