"""Check what of one's own is public: look at photos once, sort them, tick what was done."""

import hashlib
import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Protocol

from benban.casework.audit_keepers import AuditKeeper
from benban.casework.audit_opening import Waiting
from benban.errors import NotStoredError, PermitRefusedError, PhotoNotIncludedError
from benban.exposure.order import Listed, order_photos
from benban.model.own_photo import AuditedPhoto, OwnPhotoId, PhotoFacts, Sorting
from benban.model.sighting import Answer
from benban.unpack.own_photos.parts import OwnPhoto
from benban.unpack.own_photos.reading import read_own_photos
from benban.unpack.parts import Reason, Source, Unread

# An interruption costs so many looks at most; each batch is one write to the disk.
_KEPT_AT_ONCE = 64
_WITHOUT_FILE = PhotoFacts(
    media_type="", width_px=0, height_px=0, problem=PhotoNotIncludedError.code
)


class LookAtMany(Protocol):
    """What looks at pictures behind the fence, several at a time."""

    def __call__(
        self, pictures: Iterable[Callable[[], BinaryIO]], *, is_hashed: bool
    ) -> Iterator[PhotoFacts]:
        """Yield the facts of each picture in order; nothing is hashed unless *is_hashed*."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRun:
    """
    What one reading of folders and archives came to, beside the photos themselves.

    Attributes:
        seen: photos of the person that were listed.
        looked_at: of these, how many were looked at now.
        known: of these, how many were looked at before and were passed over.
        others: photos of other people, left out unreckoned among *seen*.
        parts: the film or the RAW beside a photo; not looked into.
        changed: photos that could not be read, or changed, while they were looked at.
        unread: what else was not read, by reason.
        is_complete: False when it was stopped; the next run goes on.
    """

    seen: int = 0
    looked_at: int = 0
    known: int = 0
    others: int = 0
    parts: int = 0
    changed: int = 0
    unread: tuple[tuple[Reason, int], ...] = ()
    is_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """
    The list, what to hide or replace first at its head.

    Attributes:
        lines: without what the person sorted as no portrait.
        total: photos of the audit.
        left_out: of these, sorted as no portrait.
        unlooked: of these, how many could not be looked into, by code of the error.
    """

    lines: tuple[Listed, ...]
    total: int
    left_out: int
    unlooked: tuple[tuple[str, int], ...]
    is_kept: bool
    is_hashed: bool


Progress = Callable[[int, int], None]


def run_audit(
    sources: Sequence[Source],
    look_at_many: LookAtMany,
    keeper: AuditKeeper,
    *,
    adult: Answer,
    has_others: bool = False,
    on_progress: Progress = lambda _done, _of: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> AuditRun:
    """
    Return what a reading of *sources* came to; the photos are with *keeper*.

    What was looked at before is passed over, so that an interrupted run goes on. Whatever ends it,
    what was looked at until then is kept.

    Args:
        sources: one folder, or all parts of one archive.
        look_at_many: behind the fence.
        keeper: one that keeps or hashes is for adults alone.
        adult: whether the person is 18 or older now; everything but yes is no.
        has_others: also photos that other people took or sent.
        on_progress: told how many of how many are done.
        is_cancelled: asked between two photos.

    Raises:
        PermitRefusedError: BB-101, *keeper* keeps or hashes, and the answer is not yes.
        ImportTooLargeError: BB-804.
        FenceUnavailableError: BB-306.
    """
    if adult is not Answer.YES and (keeper.is_kept or keeper.is_hashed):
        raise PermitRefusedError("an audit that is kept or hashed is for adults")
    reading = _read(sources, has_others=has_others)
    work = _Work(_source_name(sources), keeper)
    waiting = work.take(reading.own)
    done, total = len(reading.own) - len(waiting), len(reading.own)
    on_progress(done, total)
    pending: deque[Waiting] = deque()
    try:
        looks = look_at_many(_handed_over(waiting, pending), is_hashed=keeper.is_hashed)
        # Asked before each look: what was stopped before it began looks at nothing.
        while not is_cancelled() and (facts := next(looks, None)) is not None:
            work.add(pending.popleft(), facts)
            done += 1
            on_progress(done, total)
    finally:
        work.flush()
    return AuditRun(
        seen=total,
        looked_at=work.looked_at,
        known=work.known,
        others=reading.others,
        parts=reading.parts,
        changed=work.changed,
        unread=tuple(sorted(reading.unread.items(), key=lambda one: one[0].value)),
        is_complete=done == total,
    )


def audit_result(keeper: AuditKeeper) -> AuditResult:
    """Return the list as it stands."""
    photos = keeper.photos()
    problems = Counter(one.facts.problem for one in photos if one.facts.problem)
    return AuditResult(
        lines=order_photos(photos),
        total=len(photos),
        left_out=sum(one.sorting is Sorting.NOT for one in photos),
        unlooked=tuple(sorted(problems.items())),
        is_kept=keeper.is_kept,
        is_hashed=keeper.is_hashed,
    )


def sort_photo(keeper: AuditKeeper, photo_id: OwnPhotoId, sorting: Sorting | None) -> AuditedPhoto:
    """
    Return a photo as the person sorted it; None takes an answer back.

    Raises:
        NotStoredError: BB-412, no such photo.
        PermitRefusedError: BB-101, somebody may be under 18.
    """
    changed = replace(_photo(keeper, photo_id), sorting=sorting)
    keeper.keep([changed])
    return changed


def tick_step(
    keeper: AuditKeeper, photo_id: OwnPhotoId, step_id: str, *, is_done: bool
) -> AuditedPhoto:
    """
    Return a photo with a step ticked, or not ticked any more; the same a second time.

    Raises:
        NotStoredError: BB-412, no such photo.
        PermitRefusedError: BB-101, somebody may be under 18.
    """
    photo = _photo(keeper, photo_id)
    others = tuple(one for one in photo.done if one != step_id)
    changed = replace(photo, done=(*others, step_id) if is_done else others)
    keeper.keep([changed])
    return changed


def forget_audit(keeper: AuditKeeper) -> None:
    """Destroy the whole list; the photos themselves stay where they are."""
    keeper.forget()


def _photo(keeper: AuditKeeper, photo_id: OwnPhotoId) -> AuditedPhoto:
    found = keeper.maybe(photo_id)
    if found is None:
        raise NotStoredError("no such photo", what=photo_id)
    return found


@dataclass(slots=True, kw_only=True)
class _Reading:
    own: list[OwnPhoto] = field(default_factory=list)
    others: int = 0
    parts: int = 0
    unread: Counter[Reason] = field(default_factory=Counter)


def _read(sources: Sequence[Source], *, has_others: bool) -> _Reading:
    reading = _Reading()
    for part in read_own_photos(sources):
        if isinstance(part, Unread):
            reading.unread[part.reason] += 1
        elif part.is_others and not has_others:
            reading.others += 1
        elif part.belongs_to:
            reading.parts += 1
        else:
            reading.own.append(part)
    return reading


def _source_name(sources: Sequence[Source]) -> str:
    # In whatever order the parts of one archive are named, it is the same archive.
    return min((source.name for source in sources), default="")


def _handed_over(
    waiting: Iterable[Waiting], pending: deque[Waiting]
) -> Iterator[Callable[[], BinaryIO]]:
    for one in waiting:
        pending.append(one)
        yield one.open


class _Work:
    """What one run has found out so far, and what of it is not kept yet."""

    def __init__(self, source: str, keeper: AuditKeeper) -> None:
        self._source, self._keeper = source, keeper
        before = keeper.photos()
        self._ids = {one.id for one in before}
        self._by_name = {one.name: one for one in before if one.source == source}
        self._new: list[AuditedPhoto] = []
        self.looked_at = self.known = self.changed = 0

    def take(self, photos: Sequence[OwnPhoto]) -> list[Waiting]:
        """Return those that have to be looked at; what has no file is kept as it is listed."""
        waiting: list[Waiting] = []
        for photo in photos:
            if self._id(photo) in self._ids:
                self.known += 1
            elif photo.entry is None:
                self._keep_later(photo, _WITHOUT_FILE)
            else:
                waiting.append(Waiting(photo, photo.entry))
        return waiting

    def add(self, waiting: Waiting, facts: PhotoFacts) -> None:
        """Take the facts of one photo, unless it changed while it was looked at."""
        if waiting.is_changed:
            self.changed += 1
            return
        self.looked_at += 1
        self._keep_later(waiting.photo, facts)

    def flush(self) -> None:
        """Keep what is not kept yet."""
        new, self._new = self._new, []
        if new:
            # The same name with another size is the same file, changed since: it takes its place.
            gone = [self._by_name[one.name] for one in new if one.name in self._by_name]
            self._keeper.keep(new, gone)

    def _keep_later(self, photo: OwnPhoto, facts: PhotoFacts) -> None:
        self._ids.add(self._id(photo))
        self._new.append(
            AuditedPhoto(
                id=self._id(photo),
                source=self._source,
                name=photo.name,
                size_bytes=0 if photo.entry is None else photo.entry.size_bytes,
                service=photo.service,
                place=photo.place,
                audience=photo.audience,
                audience_shown=photo.audience_shown,
                album=photo.album,
                at=photo.at,
                is_others=photo.is_others,
                facts=facts,
            )
        )
        if len(self._new) >= _KEPT_AT_ONCE:
            self.flush()

    def _id(self, photo: OwnPhoto) -> OwnPhotoId:
        size = None if photo.entry is None else photo.entry.size_bytes
        # Of names alone: no byte of the picture is in it.
        named = json.dumps([self._source, photo.service.value, photo.name, size])
        return OwnPhotoId(hashlib.sha256(named.encode()).hexdigest()[:32])
