"""Audits that lie open: where the photos are, what was answered, which photo comes next."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeAlias

from benban.casework.audit import AuditResult, AuditRun, audit_result
from benban.casework.audit_keepers import AuditKeeper
from benban.casework.audit_listing import kept_name
from benban.casework.audit_sources import opened_archives
from benban.casework.show_own import MOST_BYTES, OwnPhotosGrant
from benban.errors import FileUnreadableError, PageMissingError, StoppedError
from benban.exposure.order import sorting_of
from benban.fingerprint.ports import Decoder
from benban.model.own_photo import AuditedPhoto, OwnPhotoId, Sorting
from benban.model.sighting import Answer
from benban.unpack.parts import Entry, Source
from benban.wiring_case import opened_fence

# Photos that look alike: sorted together, the first one stands for all.
Line: TypeAlias = tuple[AuditedPhoto, ...]


@dataclass(slots=True, kw_only=True)
class Audit:
    """
    One audit that lies open on the desk; all of this is memory and goes with the keys.

    Attributes:
        case_id: whose it is; empty where nothing is kept.
        adult: as answered; everything but yes is under 18.
        keeper: None where it is kept in the case, which is then asked each time.
        paths: folders and archives of this computer.
        job_id: of the work that looks at them; empty before the first.
        runs: what the last look came to, one for each folder or archive.
        grant: leave to see the photos; None before it was asked for.
        has_keys: whether single keys sort.
        takes_later: whether what was put off is asked again.
        sorted_last: photos that were sorted, the last one at the end.
    """

    case_id: str
    adult: Answer
    keeper: AuditKeeper | None
    paths: tuple[Path, ...] = ()
    job_id: str = ""
    runs: tuple[AuditRun, ...] = ()
    grant: OwnPhotosGrant | None = None
    has_keys: bool = True
    takes_later: bool = False
    sorted_last: list[OwnPhotoId] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _photos: dict[OwnPhotoId, AuditedPhoto] | None = None
    # The line of each photo, in order.
    _groups: dict[OwnPhotoId, tuple[OwnPhotoId, ...]] | None = None
    _result: AuditResult | None = None
    _is_stale: bool = False
    _sources: list[Source] | None = None
    _held: ExitStack = field(default_factory=ExitStack)
    # The fence answers one question after the other.
    _decoding: threading.Lock = field(default_factory=threading.Lock)
    _fence: ExitStack = field(default_factory=ExitStack)
    _decoder: Decoder | None = None
    _keeping: threading.Lock = field(default_factory=threading.Lock)
    _is_over: bool = False

    def photos(self, keeper: AuditKeeper) -> dict[OwnPhotoId, AuditedPhoto]:
        """Return all photos by their ids; read once, then remembered."""
        with self._lock:
            if self._photos is None:
                self._photos = {one.id: one for one in keeper.photos()}
            return self._photos

    def lines(self, keeper: AuditKeeper) -> list[Line]:
        """Return one's own photos in the order of sorting; what looks alike is one line."""
        with self._lock:
            lines = dict.fromkeys(self._grouped(keeper).values())
            photos = self.photos(keeper)
            return [tuple(photos[one] for one in ids) for ids in lines]

    def line_of(self, keeper: AuditKeeper, photo_id: OwnPhotoId) -> Line:
        """
        Return the line in which *photo_id* is; empty where it is in none.

        No other photo is looked at for it: a key is pressed a thousand times.
        """
        with self._lock:
            groups, photos = self._grouped(keeper), self.photos(keeper)
            return tuple(photos[one] for one in groups.get(photo_id, ()))

    def listed_line_of(self, keeper: AuditKeeper, photo_id: OwnPhotoId) -> Line:
        """Return the line in which *photo_id* is listed, of whomever; empty where it is in none."""
        groups = self.result(keeper).groups
        return next((one for one in groups if photo_id in {photo.id for photo in one}), ())

    def waiting(self, keeper: AuditKeeper) -> list[Line]:
        """Return the lines that are still to be sorted, the next one first."""
        open_ones = {None, Sorting.LATER} if self.takes_later else {None}
        return [line for line in self.lines(keeper) if sorting_of(line) in open_ones]

    def result(self, keeper: AuditKeeper) -> AuditResult:
        """Return the list; put in order anew when something was sorted or ticked."""
        with self._lock:
            if self._result is None or self._is_stale:
                self._result = audit_result(keeper, self._result)
                self._is_stale = False
            return self._result

    def noted(self, *photos: AuditedPhoto) -> None:
        """Remember what the person did about *photos* just now, without reading all anew."""
        with self._lock:
            self._is_stale = True
            if self._photos is not None:
                self._photos.update((one.id, one) for one in photos if one.id in self._photos)

    def looked(self) -> None:
        """Read the photos anew the next time: some came or went."""
        with self._lock:
            self._photos = self._groups = self._result = None

    def moved_to(self, paths: tuple[Path, ...]) -> None:
        """Take the photos from these folders and archives from now on."""
        with self._lock:
            self._close_sources()
            self.paths = paths

    def opener(self, photo: AuditedPhoto) -> Callable[[], BinaryIO]:
        """
        Return what opens a photo where it lies.

        Raises:
            FileUnreadableError: BB-002, no folder or archive of this audit holds it any more.
        """
        with self._lock:
            entries = [
                entry
                for source in self._opened()
                if (entry := _find(source, photo.name)) is not None
                and entry.size_bytes == photo.size_bytes
                and source.key == photo.source_key
            ]
        if not entries:
            raise FileUnreadableError(name=photo.name)
        return self._alone(entries[0].open)

    @contextmanager
    def decoder(self) -> Iterator[Decoder]:
        """Give the fence, to one picture at a time; one for the sitting: none waits for a start."""
        with self._decoding:
            if self._is_over:
                raise PageMissingError
            if self._decoder is None:
                self._decoder = self._fence.enter_context(opened_fence())
            yield self._decoder

    @contextmanager
    def still_open(self) -> Iterator[None]:
        """
        Give a moment in which this is not let go of: what is kept in it comes before the end.

        Raises:
            StoppedError: BB-005, it was let go of.
        """
        with self._keeping:
            if self._is_over:
                raise StoppedError
            yield

    def close(self) -> None:
        """Let go of everything: files, the fence, what was remembered; nothing is kept from now."""
        with self._keeping:
            self._is_over = True
        with self._decoding:
            self._decoder = None
            self._fence.close()
        with self._lock:
            self.grant = self._photos = self._groups = self._result = None
            self.runs = ()
            self.sorted_last.clear()
            self._close_sources()

    def _grouped(self, keeper: AuditKeeper) -> dict[OwnPhotoId, tuple[OwnPhotoId, ...]]:
        if self._groups is None:
            groups = self.result(keeper).groups
            # Of the same reading: while photos are looked at, more of them come.
            self._photos = {one.id: one for group in groups for one in group}
            own = [tuple(one.id for one in group if not one.is_others) for group in groups]
            self._groups = {one: ids for ids in own for one in ids}
        return self._groups

    def _alone(self, opened: Callable[[], BinaryIO]) -> Callable[[], BinaryIO]:
        # Members of one archive share its file: read by one at a time, as far as a photo reaches.
        def read() -> BinaryIO:
            with self._lock, opened() as stream:
                return io.BytesIO(stream.read(MOST_BYTES + 1))

        return read

    def _opened(self) -> list[Source]:
        if self._sources is None:
            there = [path for path in self.paths if path.exists()]
            archives = self._held.enter_context(opened_archives(there))
            self._sources = [part for parts in archives for part in parts]
        return self._sources

    def _close_sources(self) -> None:
        self._sources = None
        self._held.close()


def _find(source: Source, name: str) -> Entry | None:
    if (entry := source.find(name)) is not None or "\\" not in name:
        return entry
    # Its name on the disk is no text; a row keeps it in other signs.
    return next((one for one in source.entries() if kept_name(one.name) == name), None)


class Audits:
    """All audits that lie open, one for each case and one without any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Audit] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing of anybody lies in memory."""
        return not self._open

    def get(self, case_id: str) -> Audit | None:
        """Return the one of a case; None when none lies open."""
        with self._lock:
            return self._open.get(case_id)

    def begin(self, audit: Audit) -> None:
        """Let this one lie open instead of what lay open for the same case."""
        with self._lock:
            before = self._open.get(audit.case_id)
            self._open[audit.case_id] = audit
        if before is not None:
            before.close()

    def forget_of(self, case_id: str) -> None:
        """Let go of the one of a case."""
        with self._lock:
            audit = self._open.pop(case_id, None)
        if audit is not None:
            audit.close()

    def forget(self) -> None:
        """Let go of all of them: the keys go."""
        with self._lock:
            every = tuple(self._open.values())
            self._open.clear()
        for audit in every:
            audit.close()
