"""One case as the rest of the program sees it: kept, read and forgotten, each act logged."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Self

from benban.errors import ExhibitMissingError, NotStoredError, PermitRefusedError
from benban.model.case import Case, StoragePermit
from benban.model.custody import Checkpoint, CustodyEvent, EventDraft, EventKind, Field
from benban.model.exhibit import Capture, Exhibit, Original
from benban.model.ids import ComparisonId, ExhibitId, OriginalId
from benban.model.own_photo import AuditedPhoto
from benban.seal.merkle import tree_root
from benban.seal.note import sign_checkpoint, verifier_key
from benban.seal.purpose import LogKeyUse, sign_for
from benban.vault.adopting import exhibit_adopted, original_added, sealed_fields
from benban.vault.blobs import Role, read_whole
from benban.vault.documents import Storable, T
from benban.vault.forgetting import Going, originals_go, what_goes
from benban.vault.log import Head, Opening
from benban.vault.marks import MinorMarks
from benban.vault.rules import (
    refuse_contents,
    require_originals_allowed,
    require_owner,
    require_permit,
    require_photos_allowed,
    require_subjects,
    says_young,
)
from benban.vault.spool import Spool, SpooledPart
from benban.vault.writing import Derived, OpenCase


class CaseStore:
    """
    An open case. Used from any thread; each act is one transaction and lasts when it returns.

    Made by ``Vault.create_case`` and ``Vault.open_case``.
    """

    def __init__(self, opened: OpenCase, on_close: Callable[[], None]) -> None:
        """Work on *opened*, which the case's other stores share; *on_close* is told once."""
        self._opened = opened
        self._documents = opened.documents
        self._blobs = opened.blobs
        self._marks = MinorMarks(opened.log)
        self._on_close: Callable[[], None] | None = on_close

    # --- reading --------------------------------------------------------------------------

    @property
    def case(self) -> Case:
        """The case itself."""
        return self._opened.case

    @property
    def origin(self) -> str:
        """The random name of this case's log."""
        return self._opened.origin

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the log's Ed25519 public key."""
        return self._opened.log_public_key

    @property
    def verifier_key(self) -> str:
        """The log's key in the form that stock signed-note tools take."""
        return verifier_key(self.origin, self.public_key)

    def now(self) -> datetime:
        """Return the time by this vault's clock, which the log keeps."""
        return self._opened.places.clock.now()

    def all(self, kind: type[T]) -> tuple[T, ...]:
        """Return every value of one type, oldest first."""
        return self._documents.all(kind)

    def maybe(self, kind: type[T], item_id: str) -> T | None:
        """Return the value with this id; None if there is none."""
        return self._documents.maybe(kind, item_id)

    def get(self, kind: type[T], item_id: str) -> T:
        """
        Return the value with this id.

        Raises:
            ExhibitMissingError: BB-104, no such exhibit.
            NotStoredError: BB-412, no such value of another type.
        """
        found = self._documents.maybe(kind, item_id)
        if found is not None:
            return found
        if issubclass(kind, Exhibit):
            raise ExhibitMissingError
        raise NotStoredError(kind.__name__, what=item_id)

    def events(self) -> tuple[CustodyEvent, ...]:
        """Return the log in order, as far as it can still be read."""
        return self._opened.log.events()

    def events_from(self, first: int, count: int) -> tuple[CustodyEvent, ...]:
        """Return at most *count* events from position *first* on, as far as they can be read."""
        return self._opened.log.events_from(first, count)

    @property
    def entry_count(self) -> int:
        """How many entries the log has; every act adds one, so equal counts mean the same case."""
        return self._opened.head().size

    def leaves(self) -> tuple[bytes, ...]:
        """Return all leaf hashes in order, 32 bytes each."""
        return self._opened.log.leaves()

    def opening(self, position: int) -> Opening:
        """
        Return what opens one record.

        Raises:
            NotStoredError: BB-412, no such position, or forgotten.
        """
        return self._opened.log.opening(position)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """
        Return the signed head of the log as it stands, or as it stood at *size* entries.

        Signed by today's key: an earlier head than the last change of key has another one.
        """
        head = self._opened.head()
        if size is not None:
            head = Head(size=size, root=tree_root(self.leaves()[:size]))
        return sign_checkpoint(self.origin, head.size, head.root, self._opened.log_private_key)

    def sign(self, use: LogKeyUse, said: bytes) -> bytes:
        """Return a signature of the log's key that is good for this one use."""
        return sign_for(use, said, self._opened.log_private_key)

    def open_exhibit(self, exhibit_id: ExhibitId) -> BinaryIO:
        """
        Return a seekable reader of the exact bytes taken in; what it returns is authenticated.

        Raises:
            ExhibitMissingError: BB-104.
            ContentDamagedError: BB-413, at once or while reading.
        """
        if self._documents.maybe(Exhibit, exhibit_id) is None:
            raise ExhibitMissingError
        return self._blobs.open(Role.EXHIBIT, exhibit_id)

    def open_original(self, original_id: OriginalId) -> BinaryIO:
        """
        Return a seekable reader of a declared original.

        Raises:
            NotStoredError: BB-412.
            ContentDamagedError: BB-413, at once or while reading.
        """
        return self._blobs.open(Role.ORIGINAL, original_id)

    def get_derived(self, owner: ExhibitId | OriginalId | ComparisonId, kind: str) -> bytes:
        """
        Return derived content.

        Raises:
            NotStoredError: BB-412.
            ContentDamagedError: BB-413.
        """
        return read_whole(self._blobs.open(Role.DERIVED, owner, kind))

    # --- writing --------------------------------------------------------------------------

    def record(
        self,
        event: EventDraft,
        *further: EventDraft,
        save: Sequence[Storable] = (),
        remove: Sequence[Storable] = (),
        derived: Sequence[Derived] = (),
    ) -> CustodyEvent:
        """
        Write an event and the values it is about in one transaction, and return it.

        Args:
            event: what was done.
            further: what was done by the same act and does not stand without it.
            save: values to write; one with the same id is replaced.
            remove: values to remove; exhibits and originals only go by :meth:`forget`.
            derived: content to keep with it; one of the same owner and kind is replaced.

        Raises:
            ExhibitMissingError: BB-104, a value is about an exhibit that is gone.
            NotStoredError: BB-412, it is about something else that is gone.
            DiskFullError: BB-410; nothing was written.
        """
        refuse_contents(remove)
        with self._opened.placed_derived(derived) as placed, self._opened.transaction():
            self._documents.remove(remove)
            require_subjects(self._opened, save)
            self._documents.save(save)
            self._keep_derived(derived, placed)
            written, *_ = [self._opened.append(one) for one in (event, *further)]
            if is_young := says_young(save):
                self._documents.clear(AuditedPhoto)
        self._blobs.unlink_destroyed()
        if is_young:
            # Once more, which cuts the write-ahead log too: what went is unreadable.
            self._opened.forget_photos()
        return written

    def note_visit(self, capture: Capture) -> None:
        """
        Keep how far a visit has come; its end, or else the next opening of the case, is logged.

        Raises:
            DiskFullError: BB-410; what was noted before stands.
        """
        if not capture.is_under_way:
            raise ValueError("the end of a visit is recorded with its event")
        with self._opened.database.transaction():
            self._documents.save([capture])

    def minor_marks(self) -> int:
        """Return how often somebody said of this case that a person in it may be under 18."""
        return self._marks.count()

    def keep_photos(
        self, photos: Sequence[AuditedPhoto], *, gone: Sequence[AuditedPhoto] = (), marks: int
    ) -> None:
        """
        Keep rows of the person's own photos; one with the same id is replaced.

        No event: what of one's own is public, and what was done about it, proves nothing about a
        sighting, and the log goes to whoever checks a dossier.

        Args:
            photos: to write.
            gone: to remove in the same transaction.
            marks: what :meth:`minor_marks` gave before they were looked at.

        Raises:
            PermitRefusedError: BB-101, somebody may be under 18; nothing was written.
            DiskFullError: BB-410; nothing was written.
        """
        with self._opened.database.transaction():
            require_photos_allowed(self._opened)
            if self.minor_marks() != marks:
                raise PermitRefusedError
            self._documents.remove(gone)
            self._documents.save(photos)

    def forget_photos(self) -> None:
        """Destroy every row of the person's own photos; nothing says that there were any."""
        self._opened.forget_photos()

    def spool(self, purpose: str) -> Spool:
        """Return a spool; *purpose* is for the reader of the code, nothing on disk says it."""
        _ = purpose
        return Spool(self._opened.places.disk, self._opened.places.tmp)

    def adopt(
        self,
        part: SpooledPart,
        exhibit: Exhibit,
        permit: StoragePermit | None,
        *,
        event_fields: Sequence[Field] = (),
    ) -> Exhibit:
        """
        Keep a spooled part as an exhibit: row, record and leaf in one transaction.

        Args:
            part: of this vault; its size and digests replace those in *exhibit*.
            exhibit: what it is.
            permit: its answers are compared with those recorded now; None for page text only.
            event_fields: further fields of the ``adopted`` event.

        Returns:
            The exhibit as kept.

        Raises:
            PermitRefusedError: BB-101, the answers recorded now do not allow it.
            KindNotCapturedError: BB-105.
            DiskFullError: BB-410; nothing was kept.
        """
        kept = replace(exhibit, size_bytes=part.size_bytes, sha256=part.sha256, sha512=part.sha512)
        require_permit(self._opened, kept, permit)
        with self._opened.placed(part) as name, self._opened.transaction():
            # Once more inside: another thread may have closed the sighting meanwhile.
            require_permit(self._opened, kept, permit)
            self._documents.add(kept)
            self._blobs.add(name, part, Role.EXHIBIT, kept.id)
            self._opened.append(exhibit_adopted(kept, event_fields))
        return kept

    def adopt_original(self, part: SpooledPart, original: Original) -> Original:
        """
        Keep a spooled part as a declared original, with its ``original added`` event.

        Raises:
            PermitRefusedError: BB-101, somebody may be under 18.
            DiskFullError: BB-410; nothing was kept.
        """
        kept = replace(original, size_bytes=part.size_bytes, sha256=part.sha256)
        require_originals_allowed(self._opened)
        with self._opened.placed(part) as name, self._opened.transaction():
            require_originals_allowed(self._opened)
            self._documents.add(kept)
            self._blobs.add(name, part, Role.ORIGINAL, kept.id)
            self._opened.append(original_added(kept))
        return kept

    def note_original(self, part: SpooledPart, original: Original) -> Original:
        """
        Keep digests of a declared original and nothing of its content, with the same event.

        Args:
            part: of this vault; measured, not adopted.
            original: what it is.

        Raises:
            PermitRefusedError: BB-101, somebody may be under 18.
            DiskFullError: BB-410; nothing was kept.
        """
        noted = replace(original, size_bytes=part.size_bytes, sha256=part.sha256, is_kept=False)
        require_originals_allowed(self._opened)
        with self._opened.transaction():
            require_originals_allowed(self._opened)
            self._documents.add(noted)
            self._opened.append(original_added(noted, *sealed_fields({"sha512": part.sha512.hex})))
        return noted

    def present_original(
        self, part: SpooledPart, original_id: OriginalId, event: EventDraft
    ) -> Original:
        """
        Keep the content of an original of which only digests were kept.

        Raises:
            PermitRefusedError: BB-101, somebody may be under 18.
            DiskFullError: BB-410; nothing was kept.
        """
        kept = replace(self.get(Original, original_id), is_kept=True)
        if (kept.sha256, kept.size_bytes) != (part.sha256, part.size_bytes):
            raise ValueError("another file than the one that was declared")
        require_originals_allowed(self._opened)
        with self._opened.placed(part) as name, self._opened.transaction():
            require_originals_allowed(self._opened)
            self._documents.save([kept])
            self._blobs.add(name, part, Role.ORIGINAL, kept.id)
            self._opened.append(event)
        return kept

    def discard(self, part: SpooledPart) -> None:
        """Remove a part that was not adopted; closing the vault would do it, too."""
        if part.place.path.parent == self._opened.places.tmp:
            self._opened.places.disk.unlink(part.place.path)

    def put_derived(
        self, owner: ExhibitId | OriginalId | ComparisonId, kind: str, data: bytes
    ) -> None:
        """
        Keep content made from an exhibit, an original or a recorded comparison.

        Raises:
            NotStoredError: BB-412, its owner is gone.
            DiskFullError: BB-410; nothing was kept.
        """
        derived = (Derived(owner=owner, kind=kind, data=data),)
        with (
            self._opened.placed_derived(derived) as placed,
            self._opened.database.transaction(),
        ):
            self._keep_derived(derived, placed)
        self._blobs.unlink_destroyed()

    def would_go(self, exhibit_ids: Sequence[ExhibitId]) -> Going:
        """Return all that :meth:`forget` would destroy with these exhibits; nothing is changed."""
        with self._opened.database.held():
            return what_goes(self._opened.kept(), exhibit_ids, for_minor=False)

    def forget(self, exhibit_ids: Sequence[ExhibitId], event: EventDraft) -> tuple[ExhibitId, ...]:
        """
        Destroy exhibits with all that contains or derives from them; the leaves stay.

        Args:
            exhibit_ids: what the person named.
            event: written in the same transaction; ``MINOR_MARKED`` takes every picture of the
                sighting and originals with the same bytes too.

        Returns:
            Every exhibit that is gone.

        Raises:
            ExhibitMissingError: BB-104, one of them is not there; nothing was destroyed.
        """
        is_minor = event.kind is EventKind.MINOR_MARKED
        with self._opened.database.held():
            for exhibit_id in exhibit_ids:
                self.get(Exhibit, exhibit_id)
            going = what_goes(
                self._opened.kept(), exhibit_ids, for_minor=is_minor, sighting_id=event.subject
            )
            self._opened.destroy(going, event)
        return tuple(exhibit.id for exhibit in going.exhibits)

    def forget_originals(
        self, original_ids: Sequence[OriginalId], event: EventDraft
    ) -> tuple[OriginalId, ...]:
        """
        Destroy declared originals with their fingerprints and comparisons.

        Raises:
            NotStoredError: BB-412, one of them is not there; nothing was destroyed.
        """
        with self._opened.database.held():
            for original_id in original_ids:
                self.get(Original, original_id)
            going = originals_go(self._opened.kept(), original_ids)
            self._opened.destroy(going, event)
        return tuple(original.id for original in going.originals)

    @property
    def is_gone(self) -> bool:
        """Whether the case is not this person's any more; given back, it has to be opened anew."""
        return self._opened.database.is_gone

    def close(self) -> None:
        """Close the case; a second call does nothing."""
        on_close, self._on_close = self._on_close, None
        if on_close is not None:
            on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _keep_derived(
        self, derived: Sequence[Derived], placed: Sequence[tuple[str, SpooledPart]]
    ) -> None:
        for one, (name, part) in zip(derived, placed, strict=True):
            require_owner(self._opened, one.owner)
            self._opened.keep_derived(one, name, part)
