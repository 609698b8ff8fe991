"""
Take ticked messages out of an export: read, listed, kept, and everything else left where it is.

The export is digested as received before it is read, and what is listed and kept is exactly what
was digested. Without a permit only text is kept and no digest covers a picture.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benban.casework.conversation_text import Extract, Fate, conversation_json
from benban.casework.import_intake import Intake, Outcome, opened_intake
from benban.casework.import_opening import Handed, documents_digested
from benban.casework.import_reading import MOST_TICKED, Counted, read_extract
from benban.errors import (
    EmptyFileError,
    FileUnreadableError,
    ImportDamagedError,
    NothingTickedError,
    TooManyTickedError,
)
from benban.model.case import StoragePermit
from benban.model.clock import Clock
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.imported import Import
from benban.model.sighting import Sighting
from benban.unpack.parts import Chat, ConversationReader, MediaRef, Message, Part, Reason
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
        ImportCutError: BB-810, its end is missing.
        ImportDamagedError: BB-803.
    """
    with opened_intake(store, sighting, path, clock, _read_as) as intake:
        yield ConversationImport(intake)


class ConversationImport:
    """One import into one sighting; made by :func:`opened_import`."""

    def __init__(self, intake: Intake[ConversationReader]) -> None:
        self._intake = intake
        self._reader = intake.reader

    @property
    def is_text_only(self) -> bool:
        """Whether no picture will be kept."""
        return self._intake.permit is None

    @property
    def total_bytes(self) -> int:
        """How many bytes of documents there are to read, for progress."""
        return sum(one.size_bytes for one in self._reader.documents(self._intake.source))

    def chats(self) -> Sequence[Chat]:
        """Return the conversations from which one is chosen."""
        return tuple(self._reader.chats(self._intake.source))

    def listing(self, chat: Chat, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the parts of *chat* for ticking, from one position on; nothing of them is kept."""
        return self._reader.messages(self._intake.source, chat, start_at=start_at)

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
        self._intake.require_permit()
        counted = read_extract(self.listing(chat), ticked, on_progress)
        if not counted.ticked:
            raise NothingTickedError
        self._intake.done("read")
        media = self._spool_media(counted)
        self._intake.require_unchanged()
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
        self._intake.done("media")
        extract = Extract(
            format=self._reader.format,
            chat=chat,
            parts=counted.parts,
            ticked=counted.ticked,
            fates=fates,
        )
        exhibits.insert(0, self._adopt_text(conversation_json(extract)))
        self._intake.done("conversation")
        others = counted.part_count - len(counted.parts)
        return self._intake.record(
            Outcome(
                part_count=counted.part_count,
                chosen_count=len(counted.ticked),
                around_count=len(counted.parts) - len(counted.ticked),
                exhibits=exhibits,
                withheld=(("not-chosen", others), ("media-of-others", counted.other_media)),
                missing=[one.reason for one in media if one.reason],
                not_read=counted.not_read,
            )
        )

    def _spool_media(self, counted: Counted) -> list[_Spooled]:
        spooled = []
        for part in counted.parts:
            if isinstance(part, Message) and part.position in counted.ticked:
                spooled += [self._spool_one(part.position, one) for one in part.media]
        return spooled

    def _spool_one(self, position: int, media: MediaRef) -> _Spooled:
        reason = media.reason.value if media.reason else ""
        if not reason and self._intake.permit is None:
            reason = "no-permit"
        entry = self._intake.source.find(media.entry_name or "")
        if reason or entry is None:
            return _Spooled(position=position, media=media, reason=reason or "missing")
        try:
            taken = self._intake.take(entry, media.name)
        except (ImportDamagedError, FileUnreadableError, EmptyFileError) as error:
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
        return self._intake.known(one.part) or self._intake.adopt(
            one.part,
            ExhibitKind.SUPPLIED_FILE,
            media_type=one.media_type,
            claimed=one.claimed,
            name=one.media.name,
            contains_media=True,
        )

    def _adopt_text(self, text: bytes) -> Exhibit:
        part = self._intake.spool(lambda sink: sink.write(text))
        return self._intake.known(part) or self._intake.adopt(
            part, ExhibitKind.CONVERSATION, media_type="application/json"
        )


def _read_as(handed: Handed, permit: StoragePermit | None) -> tuple[ConversationReader, Handed]:
    reader = conversation_reader_for(handed.source)
    if permit is None:
        handed = documents_digested(handed, reader.documents(handed.source))
    return reader, handed
