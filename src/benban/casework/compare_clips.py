"""
Find the declared video that a questioned picture or video was made from (optional, EVIDENCE 5).

Every questioned picture and video against all declared videos, in one run each; every questioned
video against all declared photos, by fingerprint. Every run is kept, with the tier alone where
nothing was found.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from benban.casework.compare_case import Progress
from benban.casework.events import event, open_field, sealed_field
from benban.casework.fingerprints import questioned_pictures
from benban.casework.originals import declared_photos, declared_videos, find_photos_in
from benban.casework.uncompared import Uncompared, recorded_attempt
from benban.casework.videos import is_video
from benban.compare.clip_photos import ShownPhoto
from benban.errors import BenbanError, DeclarationMissingError
from benban.fingerprint.ports import ClipFinding, Decoder
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import Against, ClipPlace, CommonOrigin, Tier
from benban.model.ids import OriginalId, new_comparison_id
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadOriginal:
    """A declared video that could not be read, and the code of the reason; it takes no part."""

    original_id: OriginalId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipComparison:
    """The runs of one call, what could not be compared, and what took no part."""

    runs: tuple[CommonOrigin, ...]
    failures: tuple[Uncompared, ...]
    unread: tuple[UnreadOriginal, ...]


def compare_clips(
    store: CaseStore,
    decoder: Decoder,
    clock: Clock,
    tell: Progress = lambda _done, _count: None,
) -> ClipComparison:
    """
    Compare every questioned picture and video with every declared video; all runs are kept.

    A questioned video is compared with the declared photos, too. Without any video in the case
    there is nothing to do, and nothing is written.

    Args:
        store: of the case.
        decoder: the fence.
        clock: for the time of the findings.
        tell: told before each run and at the end; may raise to stop.

    Raises:
        DeclarationMissingError: BB-107, no declared original.
    """
    if not store.all(Original):
        raise DeclarationMissingError
    videos, unread = _readable(store, decoder)
    runs: list[CommonOrigin] = []
    failures: list[Uncompared] = []
    planned = _planned(store, videos, decoder, clock)
    for done, (exhibit, against, compare) in enumerate(planned):
        tell(done, len(planned))
        act = (open_field("act", "compare"), open_field("against", against.value))
        with recorded_attempt(store, exhibit, failures, *act):
            findings = compare()
            # In one record: no photo that is shown stands without the others.
            store.record(*map(_compared, findings), save=findings)
            runs += findings
    if planned:
        tell(len(planned), len(planned))
    return ClipComparison(runs=tuple(runs), failures=tuple(failures), unread=unread)


def count_clip_runs(store: CaseStore) -> int:
    """Return how many runs :func:`compare_clips` would make, for who tells of its progress."""
    videos, photos = len(declared_videos(store)), len(declared_photos(store))
    questioned = sum(is_video(one) for one in store.all(Exhibit))
    pictures = len(questioned_pictures(store))
    return (pictures + questioned if videos else 0) + (questioned if photos else 0)


_Comparing = Callable[[], tuple[CommonOrigin, ...]]


def _planned(
    store: CaseStore, videos: Sequence[Original], decoder: Decoder, clock: Clock
) -> list[tuple[Exhibit, Against, _Comparing]]:
    def in_videos(exhibit: Exhibit) -> _Comparing:
        return lambda: (_against_videos(store, exhibit, videos, decoder=decoder, clock=clock),)

    def in_photos(exhibit: Exhibit) -> _Comparing:
        return lambda: _against_photos(store, exhibit, decoder, clock)

    pictures = questioned_pictures(store)
    questioned = [one for one in store.all(Exhibit) if is_video(one)]
    planned = []
    if videos:
        planned += [(one, Against.VIDEOS, in_videos(one)) for one in (*pictures, *questioned)]
    if declared_photos(store):
        planned += [(one, Against.PHOTOS_BY_FINGERPRINT, in_photos(one)) for one in questioned]
    return planned


def _readable(
    store: CaseStore, decoder: Decoder
) -> tuple[tuple[Original, ...], tuple[UnreadOriginal, ...]]:
    """Return the declared videos that can be read; one that cannot must not stop the others."""
    read: list[Original] = []
    unread: list[UnreadOriginal] = []
    for original in declared_videos(store):
        try:
            with store.open_original(original.id) as video:
                decoder.probe_video(video)
        except BenbanError as error:
            unread.append(UnreadOriginal(original_id=original.id, code=error.code))
            fields = (
                open_field("act", "compare"),
                open_field("against", Against.VIDEOS.value),
                open_field("reason", error.code),
            )
            store.record(event(EventKind.ATTEMPT_FAILED, original.id, *fields))
            continue
        read.append(original)
    return tuple(read), tuple(unread)


def _against_videos(
    store: CaseStore,
    exhibit: Exhibit,
    videos: Sequence[Original],
    *,
    decoder: Decoder,
    clock: Clock,
) -> CommonOrigin:
    with ExitStack() as streams:
        questioned = streams.enter_context(store.open_exhibit(exhibit.id))
        clips = [streams.enter_context(store.open_original(one.id)) for one in videos]
        find = decoder.find_clip_of_video if is_video(exhibit) else decoder.find_clip_of_still
        found = find(questioned, clips)
    return CommonOrigin(
        id=new_comparison_id(),
        exhibit_id=exhibit.id,
        original_id=videos[found.index].id if found else None,
        tier=found.tier if found else Tier.NONE,
        originals_compared=len(videos),
        at=clock.now(),
        log10_nfa=found.log10_nfa if found else None,
        change_map=found.change_map if found else None,
        against=Against.VIDEOS,
        clip=_place(found) if found else None,
    )


def _place(found: ClipFinding) -> ClipPlace:
    return ClipPlace(
        from_ms=found.from_ms,
        to_ms=found.to_ms,
        at_ms=found.at_ms,
        rate=found.rate,
        is_mirrored=found.is_mirrored,
        frames_compared=found.frames_compared,
        frames_agreeing=found.frames_agreeing,
        frames_mapped=found.frames_mapped,
    )


def _against_photos(
    store: CaseStore, exhibit: Exhibit, decoder: Decoder, clock: Clock
) -> tuple[CommonOrigin, ...]:
    """Return a finding for each photo that is shown, or the one that none is."""
    with store.open_exhibit(exhibit.id) as video:
        frames = decoder.fingerprint_video(video)
    compared, found = find_photos_in(store, frames)
    shown: list[ShownPhoto | None] = [*found]
    at = clock.now()
    return tuple(
        CommonOrigin(
            id=new_comparison_id(),
            exhibit_id=exhibit.id,
            original_id=one.original_id if one else None,
            # A fingerprint tells a copy, and not one shot from another of the same scene.
            tier=Tier.B if one else Tier.NONE,
            originals_compared=compared,
            at=at,
            against=Against.PHOTOS_BY_FINGERPRINT,
            showings=one.showings if one else (),
        )
        for one in shown or [None]
    )


def _compared(finding: CommonOrigin) -> EventDraft:
    return event(
        EventKind.COMPARED,
        finding.id,
        open_field("exhibit", finding.exhibit_id),
        open_field("tier", finding.tier.value),
        open_field("originals_compared", finding.originals_compared),
        open_field("against", finding.against.value),
        # Sealed: the log binds what a dossier prints, without telling it.
        sealed_field("times_ms", " ".join(_times(finding))),
    )


def _times(finding: CommonOrigin) -> tuple[str, ...]:
    places = (finding.clip,) if finding.clip else finding.showings
    return tuple(f"{one.from_ms}-{one.to_ms}" for one in places)
