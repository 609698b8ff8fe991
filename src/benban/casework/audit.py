"""Check what of one's own is public: look at photos once, sort them, tick what was done."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

from benban.casework.audit_keepers import AuditKeeper
from benban.casework.audit_listing import Found, list_photos
from benban.casework.audit_opening import Waiting
from benban.casework.audit_work import Work
from benban.errors import NotStoredError, PermitRefusedError
from benban.exposure.order import Groups, Listed, group_photos, order_groups, sorting_of
from benban.model.own_photo import AuditedPhoto, OwnPhotoId, PhotoFacts, Sorting
from benban.model.sighting import Answer
from benban.unpack.parts import Reason, Source


class LookAtMany(Protocol):
    """
    What looks at pictures behind the fence, several at a time.

    ``outside.fence_pair.look_at_many`` is one once its fences are bound to it:
    ``functools.partial(look_at_many, fences=fences)``.
    """

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
        others_gone: photos of other people that an earlier run listed and this one left out.
        parts: the film or the RAW beside a photo; not looked into.
        changed: photos that could not be read, or changed, while they were looked at.
        gone: photos of an earlier run whose file is not in these sources any more.
        unread: what else was not read, by reason.
        is_complete: False when it was stopped; the next run goes on.
    """

    seen: int = 0
    looked_at: int = 0
    known: int = 0
    others: int = 0
    others_gone: int = 0
    parts: int = 0
    changed: int = 0
    gone: int = 0
    unread: tuple[tuple[Reason, int], ...] = ()
    is_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """
    The list, what to hide or replace first at its head.

    Attributes:
        lines: without what the person sorted as no portrait.
        groups: all photos by what looks alike, also of lines that are left out.
        total: photos of the audit.
        left_out: of these, on lines that were sorted as no portrait.
        unlooked: of these, how many could not be looked into, by code of the error.
    """

    lines: tuple[Listed, ...]
    groups: Groups
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
    what was looked at until then is kept. A run that comes to its end lets go of the photos of
    these sources whose file is gone; one without the photos of others lets go of these.

    Args:
        sources: one folder, or all parts of one archive. What is named as a part of an archive that
            came before (:func:`benban.unpack.own_photos.joined.archive_name`) goes on with it.
        look_at_many: behind the fence.
        keeper: one that keeps or hashes is for adults alone.
        adult: whether the person is 18 or older now; everything but yes is no.
        has_others: also photos that other people took or sent.
        on_progress: told how many of how many are done.
        is_cancelled: asked between two photos.

    Raises:
        PermitRefusedError: BB-101, *keeper* keeps or hashes, and the answer is not yes, or
            somebody in its case may be under 18.
        ImportTooLargeError: BB-804.
        FenceUnavailableError: BB-306.
    """
    if adult is not Answer.YES and (keeper.is_kept or keeper.is_hashed):
        raise PermitRefusedError("an audit that is kept or hashed is for adults")
    # Refused before anything is looked at: somebody in the case may be under 18.
    keeper.keep(())
    listing = list_photos(sources, has_others=has_others, is_hashed=keeper.is_hashed)
    work = Work(listing, keeper)
    waiting = work.take(has_others=has_others)
    total = len(listing.own)
    done = total - len(waiting)
    on_progress(done, total)
    pending: deque[tuple[Found, Waiting]] = deque()
    try:
        looks = look_at_many(_handed_over(waiting, pending), is_hashed=keeper.is_hashed)
        # Asked before each look: what was stopped before it began looks at nothing.
        while not is_cancelled() and (facts := next(looks, None)) is not None:
            work.add(*pending.popleft(), facts)
            done += 1
            on_progress(done, total)
    finally:
        work.flush()
    if done == total:
        work.end()
    return AuditRun(
        seen=total,
        looked_at=work.looked_at,
        known=work.known,
        others=listing.others,
        others_gone=work.others_gone,
        parts=listing.parts,
        changed=work.changed,
        gone=work.gone,
        unread=tuple(sorted(listing.unread.items(), key=lambda one: one[0].value)),
        is_complete=done == total,
    )


def audit_result(keeper: AuditKeeper, before: AuditResult | None = None) -> AuditResult:
    """
    Return the list as it stands.

    Args:
        keeper: has the photos.
        before: what this gave earlier. As long as no photo came, went or was looked at anew, what
            looks alike is taken from it: an answer of the person costs no comparison.
    """
    photos = keeper.photos()
    groups = _same_groups(photos, before) or group_photos(photos)
    problems = Counter(one.facts.problem for one in photos if one.facts.problem)
    return AuditResult(
        lines=order_groups(groups),
        groups=groups,
        total=len(photos),
        left_out=sum(len(group) for group in groups if sorting_of(group) is Sorting.NOT),
        unlooked=tuple(sorted(problems.items())),
        is_kept=keeper.is_kept,
        is_hashed=keeper.is_hashed,
    )


def sort_photo(
    keeper: AuditKeeper,
    photo_id: OwnPhotoId,
    sorting: Sorting | None,
    *,
    alike: Sequence[OwnPhotoId] = (),
) -> AuditedPhoto:
    """
    Return a photo as the person sorted it; None takes an answer back.

    What looks alike is one line and is sorted together: the person saw one of it.

    Args:
        keeper: has the photo.
        photo_id: the one that was shown.
        sorting: the answer.
        alike: the others of its line, as it was shown; an answer to one of them that was given
            earlier is replaced.

    Raises:
        NotStoredError: BB-412, no such photo.
        PermitRefusedError: BB-101, somebody may be under 18.
    """
    # What went meanwhile needs no answer any more.
    beside = [found for one in alike if (found := keeper.maybe(one)) is not None]
    line = [replace(one, sorting=sorting) for one in (_photo(keeper, photo_id), *beside)]
    keeper.keep(line)
    return line[0]


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


def _same_groups(photos: Sequence[AuditedPhoto], before: AuditResult | None) -> Groups | None:
    """Return the groups of *before* with what the person did since; None where photos differ."""
    if before is None or before.total != len(photos):
        return None
    now = {one.id: one for one in photos}
    known = [one for group in before.groups for one in group]
    if any(one.id not in now or _unsorted(now[one.id]) != _unsorted(one) for one in known):
        return None
    return tuple(tuple(now[one.id] for one in group) for group in before.groups)


def _unsorted(photo: AuditedPhoto) -> AuditedPhoto:
    return replace(photo, sorting=None, done=())


def _handed_over(
    waiting: Iterable[tuple[Found, Waiting]], pending: deque[tuple[Found, Waiting]]
) -> Iterator[Callable[[], BinaryIO]]:
    for found, one in waiting:
        pending.append((found, one))
        yield one.open
